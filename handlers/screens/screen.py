"""A screen: what one message shows. Screens are pure: data and a translator in, text, keys and a picture out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from aiogram.types import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo under a key that stands for its content: what has been sent once is sent again by its file id.

    `data` is given where the picture was made on the spot (a QR code); otherwise the shop's picture source has it.
    """

    key: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` is HTML: at most 1,024 characters after parsing beside a picture, 4,096 without.

    A `key` ("pay:17") lets an event find the screen while it still stands, to turn it into something newer. What is
    `protected` cannot be forwarded or saved; it is only ever sent, for no edit protects a message.
    """

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    picture: Picture | None = None
    key: str | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """A message with a reply keyboard (the only way to ask for a contact) or a forced reply: sent, never edited."""

    text: str
    keyboard: ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


def banner(section: str) -> Picture:
    """The picture over a section's screens, so that moving between screens edits one photo message in place."""
    return Picture(f"banner/{section}")


def fingerprint(screen: Screen) -> str:
    """Equal for screens that look alike."""
    keys = screen.keyboard.model_dump_json() if screen.keyboard else ""
    return hashlib.sha256(f"{screen.text}\0{keys}".encode()).hexdigest()[:32]
