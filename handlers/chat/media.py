"""Files beside the screens: albums, videos and manuals that the shop shows, and what people send to it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputMediaPhoto, MediaUnion, Message
from PIL import Image, ImageOps

from handlers.chat.renderer import UNKNOWN_FILE, Renderer

# What a bot may download (core.telegram.org/bots/api#getfile) and what an album holds (#sendmediagroup).
LARGEST = 20 * 1024 * 1024
MOST_IN_ALBUM = 10
# The longest side of what Telegram keeps of a photo, and how much longer than the other it may be (#sendphoto).
_SIDE, _ASPECT = 2_560, 20
PHOTO, VIDEO, DOCUMENT = "photo", "video", "document"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file in a message. `file_id` may be sent again as what `kind` says; "" where Telegram knows it as another."""

    kind: str
    file_id: str
    unique_id: str
    name: str
    size: int
    reusable: bool = True


def sent_file(message: Message) -> Sent | None:
    """The photo, video or document of a message. A picture or video sent as a file counts as what it shows."""
    if message.photo:
        photo = message.photo[-1]
        return Sent(PHOTO, photo.file_id, photo.file_unique_id, "photo.jpg", photo.file_size or 0)
    if message.video:
        video = message.video
        return Sent(VIDEO, video.file_id, video.file_unique_id, video.file_name or "video.mp4", video.file_size or 0)
    if message.document:
        document = message.document
        name, mime = document.file_name or "file", document.mime_type or ""
        kind = {"image/jpeg": PHOTO, "image/png": PHOTO, "video/mp4": VIDEO}.get(mime, DOCUMENT)
        return Sent(kind, document.file_id, document.file_unique_id, name, document.file_size or 0, kind == DOCUMENT)
    return None


def as_photo(data: bytes) -> bytes | None:
    """A picture that came as a file, as a JPEG that Telegram takes for a photo; None for what is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            shown = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    if max(shown.size) > _ASPECT * min(shown.size):
        return None
    shown.thumbnail((_SIDE, _SIDE))
    drawn = io.BytesIO()
    shown.save(drawn, "JPEG", quality=88)
    return drawn.getvalue()


async def fetch(bot: Bot, sent: Sent) -> bytes:
    """The bytes of a file that somebody sent; the caller has looked at its size."""
    buffer = await bot.download(sent.file_id)
    assert buffer is not None, "no destination was named, so a buffer is returned"
    return buffer.read()


async def learn(renderer: Renderer, key: str, sent: Sent) -> None:
    """What came from Telegram is sent again by its id, without an upload."""
    if sent.reusable and renderer.file_ids.get(key) is None:
        await renderer.file_ids.put(key, sent.file_id, sent.unique_id)


async def send_album(renderer: Renderer, chat_id: int, keys: Sequence[str]) -> list[int]:
    """Sends 2 to 10 photos as one album in their order, by their ids where Telegram has them; returns message ids."""
    try:
        messages = await renderer.bot.send_media_group(chat_id, await _media(renderer, keys))
    except TelegramBadRequest as error:
        if not any(words in error.message.lower() for words in UNKNOWN_FILE):
            raise
        for key in keys:
            renderer.file_ids.forget(key)
        messages = await renderer.bot.send_media_group(chat_id, await _media(renderer, keys))
    for key, message in zip(keys, messages, strict=True):
        if message.photo and renderer.file_ids.get(key) is None:
            await renderer.file_ids.put(key, message.photo[-1].file_id, message.photo[-1].file_unique_id)
    return [message.message_id for message in messages]


async def send_file(
    renderer: Renderer, chat_id: int, kind: str, key: str, name: str, caption: str, keys: InlineKeyboardMarkup
) -> bool:
    """Sends a video, which plays in the chat, or a document. False when the file is nowhere any more."""
    known = renderer.file_ids.get(key)
    if known is not None:
        try:
            await _send(renderer.bot, chat_id, kind, known[0], caption, keys)
            return True
        except TelegramBadRequest as error:
            if not any(words in error.message.lower() for words in UNKNOWN_FILE):
                raise
            renderer.file_ids.forget(key)
    data = await renderer.pictures.load(key)
    if data is None:
        return False
    message = await _send(renderer.bot, chat_id, kind, BufferedInputFile(data, name), caption, keys)
    if (file := message.video or message.document) is not None:
        await renderer.file_ids.put(key, file.file_id, file.file_unique_id)
    return True


async def _send(
    bot: Bot, chat_id: int, kind: str, file: str | BufferedInputFile, caption: str, keys: InlineKeyboardMarkup
) -> Message:
    if kind == VIDEO:
        return await bot.send_video(chat_id, file, caption=caption, reply_markup=keys, supports_streaming=True)
    return await bot.send_document(chat_id, file, caption=caption, reply_markup=keys)


async def _media(renderer: Renderer, keys: Sequence[str]) -> list[MediaUnion]:
    return [InputMediaPhoto(media=await _photo(renderer, key)) for key in keys]


async def _photo(renderer: Renderer, key: str) -> str | BufferedInputFile:
    known = renderer.file_ids.get(key)
    if known is not None:
        return known[0]
    data = await renderer.pictures.load(key) or await renderer.pictures.load("placeholder")
    assert data is not None, "the placeholder is part of the shop"
    return BufferedInputFile(data, filename=key.replace("/", "-") + ".jpg")
