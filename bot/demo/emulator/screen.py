"""What a person sees: messages as they were at one moment, and what became of a pressed button."""
# ruff: noqa: ASYNC109 - a test says how long it is ready to wait

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from bot.demo.emulator.errors import UserError
from bot.demo.emulator.state import Json, Query
from bot.demo.emulator.state import Message as Stored

if TYPE_CHECKING:
    from bot.demo.emulator.emulator import Emulator

Text = str | re.Pattern[str]

_KINDS = (
    "text", "animation", "photo", "document", "video", "contact", "location", "dice", "invoice",
    "successful_payment", "refunded_payment", "forum_topic_created",
)  # fmt: skip
_ACTIONS = {
    "url": "url",
    "switch_inline_query": "switch_inline",
    "switch_inline_query_current_chat": "switch_inline_here",
    "switch_inline_query_chosen_chat": "switch_inline",
    "web_app": "web_app",
    "login_url": "login_url",
    "copy_text": "copy_text",
    "disabled": "disabled",
}


class Message:
    """A message as a person saw it at one moment."""

    def __init__(self, stored: Stored) -> None:
        self.id = stored.id
        self.chat_id = stored.chat.id
        self.text = stored.text
        self.kind = next((kind for kind in _KINDS if kind in stored.data), "other")
        self.is_bot = stored.by_bot
        self.edits = stored.edits
        self.thread = stored.thread
        self.pinned = stored.id in stored.chat.pinned
        self.data: Json = stored.data
        self.buttons: list[list[Json]] = stored.keyboard
        sender = stored.data.get("from", {})
        self.sender = str(sender.get("username") if self.is_bot else sender.get("first_name"))

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    def button(self, text: Text) -> Json:
        for button in (button for row in self.buttons for button in row):
            if button["text"] == text if isinstance(text, str) else text.search(button["text"]):
                return button
        raise UserError("no_such_button", f"{text!r} in {self.labels}")

    def render(self) -> str:
        marks = (" (edited)" if self.edits else "") + (" 📌" if self.pinned else "")
        marks += f" #topic{self.thread}" if self.thread else ""
        kind = "" if self.kind == "text" else f" <{self.kind}>"
        lines = [f"[{self.id}] {'🤖' if self.is_bot else '👤'} {self.sender}{marks}:{kind}"]
        if "reply_to_message" in self.data:
            lines.append(f"    ↪ {self.data['reply_to_message']['message_id']}")
        lines += [f"    {line}" for line in self.text.splitlines()]
        lines += ["    " + " ".join(f"[ {button['text']} ]" for button in row) for row in self.buttons]
        return "\n".join(lines)

    __str__ = render

    def __repr__(self) -> str:
        return f"<Message {self.id} {self.kind} {self.text[:60]!r} {self.labels}>"


class Tap:
    """A pressed button. ``kind``: callback, url, web_app, switch_inline, copy_text …; ``value`` is what it holds."""

    def __init__(self, emulator: Emulator, message: Stored, button: Json, queries: list[Query]) -> None:
        self.message_id = message.id
        self.text: str = button["text"]
        self.data: str | None = button.get("callback_data")
        self.kind = "callback" if queries else "other"
        self.value: Any = None
        for key in (key for key in _ACTIONS if key in button):
            held = button[key]
            self.kind = _ACTIONS[key]
            self.value = next(iter(held.values()), None) if isinstance(held, dict) else held
        self._emulator = emulator
        self._queries = queries

    async def answered(self, timeout: float = 10) -> Json:
        """The bot's answer: {"answered", "text", "show_alert", "url"}; raises UserError when there is none."""
        answer: Json = {}
        for query in self._queries:
            answer = await answer_to(self._emulator, query, timeout)
        return {"answered": True} | {key: value for key, value in answer.items() if value}


async def answer_to(emulator: Emulator, query: Query, timeout: float) -> Json:
    deadline = time.monotonic() + timeout
    while query.answer is None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise UserError("no_answer", f"to {query.kind} {query.data!r} within {timeout} s")
        await emulator.world.pulse.next(remaining)
    return query.answer
