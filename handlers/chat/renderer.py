"""Puts screens into chats: edits in place where Telegram allows it, sends anew where not, answers every tap once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    PhotoSize,
)

from handlers.chat.shop import PictureSource
from handlers.screens.screen import Picture, Prompt, Screen

if TYPE_CHECKING:
    from handlers.chat.context import Context

log = logging.getLogger(__name__)

T = TypeVar("T")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TOAST_LIMIT = 200
# What Telegram says when the message already shows this: the goal is reached.
_UNCHANGED = "message is not modified"
# What it says when a message cannot be edited any more: a new one is sent.
_GONE = (
    "message to edit not found", "message can't be edited", "message_id_invalid", "there is no text in the message",
    "there is no caption in the message",
)
# What it says of a file id of another server or of a file that is gone: the picture is uploaded again.
UNKNOWN_FILE = ("wrong file", "wrong remote file")
# An answer that came too late: the person has tapped on already.
_TOO_LATE = "query is too old"


class FileIds(Protocol):
    """File ids of pictures already uploaded, by picture key: (file id, unique id)."""

    def get(self, key: str) -> tuple[str, str] | None: ...

    async def put(self, key: str, file_id: str, unique_id: str) -> None: ...

    def forget(self, key: str) -> None:
        """The file is not there any more; the next upload takes its place."""
        ...


class Renderer:
    """The one place that sends and edits screens."""

    def __init__(self, bot: Bot, pictures: PictureSource, file_ids: FileIds) -> None:
        self.bot = bot
        self.pictures = pictures
        self.file_ids = file_ids

    async def show(self, ctx: Context, screen: Screen, toast: str | None, alert: bool) -> int:
        """Shows `screen` for the tap or the message of `ctx`; returns the id of the message that now shows it."""
        if ctx.query is None:
            return await self._replace_screen(ctx, screen)
        if ctx.answered:
            return await self._show_tapped(ctx, screen)
        # Side by side: the ring in the button stops while the picture is still on its way.
        # Marked first: whatever the edit comes to, the one answer is on its way.
        ctx.answered = True
        sent, answer = await asyncio.gather(
            self._show_tapped(ctx, screen), self.answer(ctx.query, toast, alert), return_exceptions=True
        )
        if isinstance(sent, BaseException):
            raise sent
        if isinstance(answer, BaseException):
            raise answer
        return sent

    async def _show_tapped(self, ctx: Context, screen: Screen) -> int:
        """Edits the live screen in place; what hangs below a receipt or an old screen opens a new one."""
        tapped = ctx.query.message if ctx.query is not None else None
        in_group = ctx.chat_id != ctx.person.telegram_id
        if isinstance(tapped, Message) and (in_group or tapped.message_id == ctx.state.screen_message_id):
            return await self.edit(tapped, screen)
        return await self._replace_screen(ctx, screen)

    async def toast(self, ctx: Context, text: str, alert: bool) -> None:
        if ctx.query is not None and not ctx.answered:
            ctx.answered = True
            await self.answer(ctx.query, text, alert)
        elif text:
            await self.bot.send_message(ctx.chat_id, text, parse_mode=None, message_thread_id=ctx.thread)

    async def prompt(self, ctx: Context, prompt: Prompt) -> None:
        if ctx.query is not None and not ctx.answered:
            ctx.answered = True
            await self.answer(ctx.query, None, False)
        await self.bot.send_message(ctx.chat_id, prompt.text, reply_markup=prompt.keyboard,
                                    message_thread_id=ctx.thread, link_preview_options=_NO_PREVIEW)

    async def answer(self, query: CallbackQuery, text: str | None, alert: bool) -> None:
        try:
            await self.bot.answer_callback_query(query.id, text=(text or "")[:_TOAST_LIMIT] or None,
                                                 show_alert=alert or None)
        except TelegramBadRequest as error:
            if _TOO_LATE not in error.message:
                raise

    async def send(self, chat_id: int, screen: Screen, thread: int | None = None) -> int:
        """Sends `screen` as a new message, in a forum to the topic `thread`; returns its id."""
        if screen.picture is None:
            message = await self.bot.send_message(
                chat_id, screen.text, reply_markup=screen.keyboard, message_thread_id=thread,
                link_preview_options=_NO_PREVIEW, protect_content=screen.protected or None)
            return message.message_id
        message = await self._put(screen.picture, lambda photo: self.bot.send_photo(
            chat_id, photo, caption=screen.text, reply_markup=screen.keyboard, message_thread_id=thread))
        await self._learn(screen.picture, message.photo)
        return message.message_id

    async def edit(self, message: Message, screen: Screen) -> int:
        """Turns `message` into `screen`; where that cannot be, sends it anew. Returns the message's id."""
        return await self._edit(message.chat.id, message.message_id, message.photo, screen)

    async def edit_by_id(self, chat_id: int, message_id: int, screen: Screen, thread: int | None = None) -> int:
        """`edit` for a message known by its id only, such as a pay screen that turns into a receipt."""
        return await self._edit(chat_id, message_id, None, screen, thread)

    async def _edit(
        self, chat_id: int, message_id: int, shown: list[PhotoSize] | None, screen: Screen, thread: int | None = None
    ) -> int:
        try:
            if screen.picture is None and shown:
                return await self._photo_to_text(chat_id, message_id, screen)
            await self._edit_in_place(chat_id, message_id, shown, screen)
            return message_id
        except TelegramBadRequest as error:
            if _UNCHANGED in error.message:
                return message_id
            if any(words in error.message.lower() for words in _GONE):
                return await self.send(chat_id, screen, thread)
            raise

    async def _edit_in_place(
        self, chat_id: int, message_id: int, shown: list[PhotoSize] | None, screen: Screen
    ) -> None:
        if screen.picture is None:
            await self.bot.edit_message_text(screen.text, chat_id=chat_id, message_id=message_id,
                                             reply_markup=screen.keyboard, link_preview_options=_NO_PREVIEW)
            return
        known = self.file_ids.get(screen.picture.key)
        if shown and known is not None and known[1] == shown[-1].file_unique_id:
            await self.bot.edit_message_caption(chat_id=chat_id, message_id=message_id, caption=screen.text,
                                                reply_markup=screen.keyboard)
            return
        edited = await self._put(screen.picture, lambda photo: self.bot.edit_message_media(
            InputMediaPhoto(media=photo, caption=screen.text), chat_id=chat_id, message_id=message_id,
            reply_markup=screen.keyboard))
        if isinstance(edited, Message):
            await self._learn(screen.picture, edited.photo)

    async def _photo_to_text(self, chat_id: int, message_id: int, screen: Screen) -> int:
        """Nothing turns a photo back into text: the new message is sent first, so that something always stands."""
        sent = await self.send(chat_id, screen)
        await self._remove(chat_id, message_id)
        return sent

    async def _replace_screen(self, ctx: Context, screen: Screen) -> int:
        """Something was typed: the screen goes below it and the old one loses its keys."""
        sent = await self.send(ctx.chat_id, screen)
        old = ctx.state.screen_message_id
        if old is not None and ctx.chat_id == ctx.person.telegram_id:
            try:
                await self.bot.edit_message_reply_markup(chat_id=ctx.chat_id, message_id=old, reply_markup=None)
            except TelegramBadRequest as error:
                log.debug("old screen kept its keys: %s", error.message)
        return sent

    async def _remove(self, chat_id: int, message_id: int) -> None:
        try:
            await self.bot.delete_message(chat_id, message_id)
        except TelegramBadRequest:
            await self.bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=None)

    async def _put(self, picture: Picture, put: Callable[[str | BufferedInputFile], Awaitable[T]]) -> T:
        """Puts the picture by its file id; where Telegram does not know that one (any more), by an upload."""
        known = self.file_ids.get(picture.key)
        if known is not None:
            try:
                return await put(known[0])
            except TelegramBadRequest as error:
                if not any(words in error.message.lower() for words in UNKNOWN_FILE):
                    raise
                self.file_ids.forget(picture.key)
        return await put(await self._upload(picture))

    async def _upload(self, picture: Picture) -> BufferedInputFile:
        data = picture.data or await self.pictures.load(picture.key) or await self.pictures.load("placeholder")
        assert data is not None, "the placeholder is part of the shop"
        return BufferedInputFile(data, filename=picture.key.replace("/", "-") + ".jpg")

    async def _learn(self, picture: Picture, photo: list[PhotoSize] | None) -> None:
        if photo and self.file_ids.get(picture.key) is None:
            await self.file_ids.put(picture.key, photo[-1].file_id, photo[-1].file_unique_id)
