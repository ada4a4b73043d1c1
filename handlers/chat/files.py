"""Files that people send to be read: tables, archives."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import Message

from handlers.chat.media import LARGEST, fetch, sent_file
from services.shared.errors import Refusal


class NotAFile(Refusal):
    """A file was wanted and something else came."""

    code = "not-a-file"


class FileTooLarge(Refusal):
    """A bot may download 20 MB (core.telegram.org/bots/api#getfile). Facts: `megabytes`, the limit."""

    code = "file-too-large"


async def download(bot: Bot, message: Message) -> tuple[bytes, str]:
    """The bytes and the name of the document in `message`. Raises NotAFile, FileTooLarge."""
    sent = sent_file(message)
    if sent is None or message.document is None:
        raise NotAFile()
    if sent.size > LARGEST:
        raise FileTooLarge(megabytes=LARGEST >> 20)
    return await fetch(bot, sent), sent.name
