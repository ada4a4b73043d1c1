"""Sends a push to one chat: one call, and a file by its id."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import LinkPreviewOptions

from handlers.screens.push_message import PushMessage

_SMALL_PREVIEW = LinkPreviewOptions(prefer_small_media=True)


async def send(bot: Bot, chat_id: int, message: PushMessage) -> None:
    """Raises aiogram's errors."""
    html, file_id, keys = message.html, message.file_id, message.keyboard
    if message.kind == "text":
        await bot.send_message(chat_id, html, reply_markup=keys, link_preview_options=_SMALL_PREVIEW)
    elif message.kind == "photo":
        await bot.send_photo(chat_id, file_id, caption=html, reply_markup=keys)
    elif message.kind == "video":
        await bot.send_video(chat_id, file_id, caption=html, reply_markup=keys)
    elif message.kind == "animation":
        await bot.send_animation(chat_id, file_id, caption=html, reply_markup=keys)
    else:
        await bot.send_document(chat_id, file_id, caption=html, reply_markup=keys)
