"""A toast is never lost: it answers the tap, leads the next screen, or is a message of its own."""

from __future__ import annotations

from typing import Any, cast

import pytest
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from handlers.chat.context import Context
from handlers.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, Picture, Prompt, Screen
from locales import translator
from services.customers.types import ChatState, Person
from services.shared.actors import customer

PERSON = Person(1, 7, "en", "Lin")
KEYS = Prompt("Number?", ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Send")]]))
Said = list[tuple[Any, ...]]


class Chat:
    """Records what is shown and kept; stands for the renderer, the people and the bot."""

    def __init__(self) -> None:
        self.said: Said = []
        self.kept = ChatState()

    async def show(self, _ctx: Context, screen: Screen, toast: str | None, alert: bool) -> int:
        self.said.append(("screen", screen.text, toast, alert))
        return 11

    async def toast(self, _ctx: Context, text: str, alert: bool) -> None:
        self.said.append(("line", text))

    async def prompt(self, _ctx: Context, prompt: Prompt) -> None:
        self.said.append(("prompt", prompt.text))

    async def send_message(self, _chat_id: int, text: str, **_more: Any) -> None:
        self.said.append(("away", text))

    async def keep(self, _person: Person, state: ChatState) -> None:
        self.kept = state


@pytest.fixture
def chat() -> Chat:
    return Chat()


def context(chat: Chat, *, tapped: bool = False, chat_id: int = 7) -> Context:
    end = cast(Any, chat)
    return Context(end, end, end, end, PERSON, chat.kept, customer(1), translator("en", "UTC"), chat_id,
                   query=cast(Any, object()) if tapped else None)


async def test_a_tap_is_answered_with_the_toast(chat: Chat) -> None:
    await context(chat, tapped=True).show(Screen("Home"), "Saved", alert=True)
    assert chat.said == [("screen", "Home", "Saved", True)]


async def test_after_typing_the_toast_leads_the_screen_as_plain_text(chat: Chat) -> None:
    await context(chat).show(Screen("<b>Home</b>"), "1 < 2 & saved")
    assert chat.said == [("screen", "1 &lt; 2 &amp; saved\n\n<b>Home</b>", None, False)]


async def test_a_second_toast_for_an_answered_tap_leads_the_screen(chat: Chat) -> None:
    ctx = context(chat, tapped=True)
    await ctx.show(Screen("Home"), "Saved")
    await ctx.show(Screen("Cart"), "Again")
    assert chat.said == [("screen", "Home", "Saved", False), ("screen", "Again\n\nCart", None, False)]


@pytest.mark.parametrize(("picture", "limit"), [(None, TEXT_LIMIT), (Picture("banner/home"), CAPTION_LIMIT)])
async def test_a_toast_that_does_not_fit_is_a_line_of_its_own(
    chat: Chat, picture: Picture | None, limit: int
) -> None:
    room = limit - len("Saved\n\n")
    for text in ("x" * room, "x" * (room + 1), "😀" * (limit // 2)):
        await context(chat).show(Screen(text, picture=picture), "Saved")
    assert [entry[0] for entry in chat.said] == ["screen", "line", "screen", "line", "screen"]
    assert chat.said[1] == ("line", "Saved")


async def test_the_reply_keyboard_goes_with_the_next_screen_and_its_mark_is_not_kept(chat: Chat) -> None:
    await context(chat).prompt("phone", KEYS, {"a": 1})
    ctx = context(chat)
    await ctx.ask("email", Screen("E-mail?"), {**ctx.state.draft, "b": 2})
    assert (chat.kept.step, chat.kept.draft) == ("email", {"a": 1, "b": 2})
    await context(chat).show(Screen("Home"))
    assert chat.said == [("prompt", "Number?"), ("away", "⌨️ Keyboard put away"), ("screen", "E-mail?", None, False),
                         ("screen", "Home", None, False)]


async def test_a_handler_that_takes_the_keyboard_away_itself_does_it_once(chat: Chat) -> None:
    await context(chat).prompt("phone", KEYS)
    ctx = context(chat)
    await ctx.end_prompt("Thank you")
    await ctx.show(Screen("Home"))
    assert chat.said[1:] == [("away", "Thank you"), ("screen", "Home", None, False)]


async def test_a_forgotten_draft_does_not_forget_the_keyboard(chat: Chat) -> None:
    await context(chat).prompt("phone", KEYS, {"a": 1})
    ctx = context(chat)
    await ctx.forget_draft()
    await ctx.show(Screen("Home"))
    assert chat.said[1][0] == "away" and chat.kept.draft == {}


async def test_the_staff_group_leaves_the_private_keyboard_and_screen_alone(chat: Chat) -> None:
    await context(chat).prompt("phone", KEYS)
    await context(chat, chat_id=-1001).show(Screen("Card"))
    assert chat.said[1:] == [("screen", "Card", None, False)]
    assert chat.kept.screen_message_id is None
    await context(chat).show(Screen("Home"))
    assert chat.said[2][0] == "away"
