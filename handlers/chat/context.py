"""What a handler works with: who acts, in which language, and how to read, write and show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from aiogram import Bot
from aiogram.types import CallbackQuery, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove
from markupsafe import escape

from handlers.chat.people import People
from handlers.chat.renderer import Renderer
from handlers.chat.shop import Shop
from handlers.screens.refusals import words
from handlers.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, Prompt, Screen
from locales import Translator
from services.customers.types import ChatState, Person
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import Refusal

P = ParamSpec("P")
T = TypeVar("T")

# In a draft: the reply keyboard of its question is on the person's screen until something takes it away.
_KEYBOARD_UP = "_keyboard_up"


@dataclass(slots=True)
class Context:
    """One update being handled. `query` is set for taps, `message` for typed input and for taps on live messages."""

    shop: Shop
    bot: Bot
    renderer: Renderer
    people: People
    person: Person
    state: ChatState
    actor: Actor
    t: Translator
    chat_id: int
    query: CallbackQuery | None = None
    message: Message | None = None
    answered: bool = False
    repeat: Callable[[Context, dict[str, Any]], Awaitable[None]] | None = None

    @property
    def thread(self) -> int | None:
        """The topic of a forum where the person tapped or wrote; what is sent to them goes there too."""
        message = self.query.message if self.query is not None else self.message
        return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None

    async def read(self, use_case: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a reading use case as the acting person."""
        return await self.shop.store.read(use_case, self.actor, *args, **kwargs)

    async def write(self, use_case: Callable[Concatenate[Tx, Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a use case as the acting person and returns after its commit."""
        return await self.shop.store.write(use_case, self.actor, *args, **kwargs)

    async def show(self, screen: Screen, toast: str | None = None, *, alert: bool = False) -> None:
        """Puts `screen` in the place of the tapped message, or below what was typed; answers the tap with `toast`.

        Where there is no tap left to answer, the toast is the screen's first line (a message of its own where both do
        not fit into one). A reply keyboard that is still up goes, with a short line that stays in the chat. A wizard
        that waited for typed input is left: what is typed next is a search again; its draft stays.
        """
        await self._show(screen, toast, alert, None, self.state.draft)

    async def toast(self, text: str, *, alert: bool = False) -> None:
        """Answers the tap without changing the screen; where there is none to answer, a line of its own is sent."""
        await self.renderer.toast(self, text, alert)

    async def refuse(self, refusal: Refusal) -> None:
        """Tells the person why nothing was done, in an alert."""
        await self.toast(words(self.t, refusal), alert=True)

    async def ask(self, step: str, screen: Screen, draft: dict[str, Any] | None = None) -> None:
        """Shows a question; what the person sends next goes to the handler of `step`, with `draft` kept for it."""
        await self._show(screen, None, False, step, self.state.draft if draft is None else draft)

    async def prompt(self, step: str, prompt: Prompt, draft: dict[str, Any] | None = None) -> None:
        """Like `ask`, with a reply keyboard in a message of its own: the next screen takes it away, or `end_prompt`."""
        await self.renderer.prompt(self, prompt)
        kept = self.state.draft if draft is None else draft
        up = {_KEYBOARD_UP: True} if isinstance(prompt.keyboard, ReplyKeyboardMarkup) else {}
        await self._keep(step=step, draft={**kept, **up})

    async def end_prompt(self, text: str) -> None:
        """Removes the reply keyboard with a short line; a tap is still to be answered."""
        await self.bot.send_message(self.chat_id, text, parse_mode=None, reply_markup=ReplyKeyboardRemove())
        await self._keep(draft=_without_mark(self.state.draft))

    async def forget_draft(self) -> None:
        """The wizard is done: its step and draft are dropped."""
        up = {_KEYBOARD_UP: True} if _KEYBOARD_UP in self.state.draft else {}
        await self._keep(step=None, draft=up)

    def interrupted(self) -> dict[str, Any]:
        """What the person was just doing, for `replay`: the tapped data, the command, or the step with its draft and
        what was typed.

        A chat's draft can keep it.
        """
        if self.query is not None:
            return {"tap": self.query.data}
        text = self.message.text or "" if self.message is not None else ""
        if text.startswith("/"):
            return {"command": text}
        if text and self.state.step is not None:
            return {"step": self.state.step, "draft": self.state.draft, "text": text}
        return {}

    async def replay(self, interrupted: dict[str, Any]) -> None:
        """Does what `interrupted` describes as if the person did it now."""
        if self.repeat is not None and interrupted:
            await self.repeat(self, interrupted)

    async def send(self, screen: Screen) -> int:
        """Sends an extra message that is not the live screen; returns its id."""
        return await self.renderer.send(self.chat_id, screen, self.thread)

    def become(self, person: Person) -> None:
        """The person changed, their language for instance: everything shown from now on follows."""
        self.person = person
        if self.actor.kind == "customer":
            self.actor = self.shop.buyer(person)
        self.t = self.shop.translator(person.language)
        self.people.update(person, self.state)

    async def _show(
        self, screen: Screen, toast: str | None, alert: bool, step: str | None, draft: dict[str, Any]
    ) -> None:
        if toast and (self.query is None or self.answered):
            screen, toast = await self._led_by(toast, screen), None
        private = self.chat_id == self.person.telegram_id
        if private and _KEYBOARD_UP in self.state.draft:
            await self.end_prompt(self.t.plain("shared-keyboard-away"))
        sent = await self.renderer.show(self, screen, toast, alert)
        self.answered = True
        changes: dict[str, Any] = {"step": step, "draft": draft}
        if private:
            changes = {"step": step, "draft": _without_mark(draft), "screen_message_id": sent, "screen_key": screen.key}
        await self._keep(**changes)

    async def _led_by(self, toast: str, screen: Screen) -> Screen:
        """The screen with `toast` as its first line; where it is too long for that, the toast is sent by itself."""
        text = f"{escape(toast)}\n\n{screen.text}"
        # The marks count here and not in Telegram: a toast too many is sent by itself, none too few.
        if len(text.encode("utf-16-le")) // 2 <= (TEXT_LIMIT if screen.picture is None else CAPTION_LIMIT):
            return replace(screen, text=text)
        await self.renderer.toast(self, toast, False)
        return screen

    async def _keep(self, **changes: Any) -> None:
        state = replace(self.state, **changes)
        if state != self.state:
            self.state = state
            await self.people.keep(self.person, state)


def _without_mark(draft: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in draft.items() if name != _KEYBOARD_UP}
