"""What a handler works with: who acts, in which language, and how to read, write and show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from aiogram import Bot
from aiogram.types import CallbackQuery, Message, ReplyKeyboardRemove

from handlers.chat.renderer import Renderer
from handlers.chat.shop import Shop
from handlers.screens.screen import Prompt, Screen
from locales import Translator
from services.customers import chat_state
from services.customers.types import ChatState, Person
from services.shared.actors import Actor
from services.shared.db import Tx

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Context:
    """One update being handled. `query` is set for taps, `message` for typed input and for taps on live messages."""

    shop: Shop
    bot: Bot
    renderer: Renderer
    person: Person
    state: ChatState
    actor: Actor
    t: Translator
    chat_id: int
    query: CallbackQuery | None = None
    message: Message | None = None
    answered: bool = False

    async def read(self, use_case: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a reading use case as the acting person."""
        return await self.shop.store.read(use_case, self.actor, *args, **kwargs)

    async def write(self, use_case: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a use case as the acting person and returns after its commit."""
        return await self.shop.store.write(use_case, self.actor, *args, **kwargs)

    async def show(self, screen: Screen, toast: str | None = None, *, alert: bool = False) -> None:
        """Puts `screen` in the place of the tapped message, or below what was typed; answers the tap with `toast`."""
        self.answered = True
        sent = await self.renderer.show(self, screen, toast, alert)
        if self.state.step is not None:
            await self._keep(step=None)
        if sent is not None and sent != self.state.screen_message_id:
            await self._keep(screen_message_id=sent)

    async def toast(self, text: str, *, alert: bool = False) -> None:
        """Answers the tap without changing the screen; below a typed message it is sent as a line of its own."""
        self.answered = True
        await self.renderer.toast(self, text, alert)

    async def ask(self, step: str, screen: Screen, draft: dict[str, Any] | None = None) -> None:
        """Shows a question; what the person sends next goes to the handler of `step`, with `draft` kept for it."""
        await self.show(screen)
        await self._keep(step=step, draft=self.state.draft if draft is None else draft)

    async def prompt(self, step: str, prompt: Prompt, draft: dict[str, Any] | None = None) -> None:
        """Like `ask`, with a reply keyboard in a message of its own. Take the keyboard away with `end_prompt`."""
        self.answered = True
        await self.renderer.prompt(self, prompt)
        await self._keep(step=step, draft=self.state.draft if draft is None else draft)

    async def end_prompt(self, text: str) -> None:
        """Removes the reply keyboard with a short line."""
        await self.renderer.prompt(self, Prompt(text, ReplyKeyboardRemove()))

    async def forget_draft(self) -> None:
        """The wizard is done: its step and draft are dropped."""
        await self._keep(step=None, draft={})

    async def send(self, screen: Screen) -> int:
        """Sends an extra message that is not the live screen; returns its id."""
        return await self.renderer.send(self.chat_id, screen)

    async def _keep(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)
        await self.shop.store.write(chat_state.keep, self.person.id, self.state)
