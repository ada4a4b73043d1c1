"""Codes of digital goods behind the counter: how many there are, more of them, and a list taken back."""

from __future__ import annotations

import logging

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.files import download
from handlers.chat.routes import STAFF, Routes
from handlers.screens import digital as screens
from handlers.screens.refusals import words
from keyboards.digital import CodesTap, LoadCodesTap, WithdrawCodesTap
from services.digital import loading
from services.digital.errors import BadCodes
from services.shared.errors import Stale
from services.staff.types import STOCK_EDIT, STOCK_VIEW

log = logging.getLogger(__name__)

routes = Routes(STAFF, private=True)

CODES = "digital-codes"
# What a text file may be written in.
_ENCODINGS = ("utf-8-sig", "gb18030")


@routes.tap(CodesTap, needs=STOCK_VIEW)
async def open_sheet(ctx: Context, tap: CodesTap) -> None:
    await show_sheet(ctx, tap.sku)


async def show_sheet(ctx: Context, sku_id: int, said: str = "") -> None:
    """The numbers of now. Raises NotFound, NotDigital."""
    await ctx.show(screens.sheet(ctx.t, await ctx.read(loading.sheet, sku_id), ctx.actor, said))


@routes.tap(LoadCodesTap, needs=STOCK_EDIT)
async def ask(ctx: Context, tap: LoadCodesTap) -> None:
    await _ask(ctx, tap.sku)


@routes.step(CODES, needs=STOCK_EDIT)
async def take(ctx: Context, message: Message) -> None:
    """Loads what was sent, and takes the message with it out of the chat."""
    sku_id = ctx.state.draft.get("sku")
    if sku_id is None:
        raise Stale()
    try:
        codes = loading.read(await _text(ctx, message))
    except BadCodes as refusal:
        await _ask(ctx, sku_id, words(ctx.t, refusal))
        return
    done = await ctx.write(loading.load, sku_id, codes)
    await _remove(ctx, message)
    await ctx.forget_draft()
    await show_sheet(ctx, sku_id, screens.loaded_words(ctx.t, done))


@routes.tap(WithdrawCodesTap, needs=STOCK_EDIT)
async def withdraw(ctx: Context, tap: WithdrawCodesTap) -> None:
    if not tap.sure:
        sku_id = await ctx.read(loading.sku_of, tap.batch)
        await ctx.show(screens.withdraw_question(ctx.t, tap.batch, sku_id))
        return
    sku_id, gone = await ctx.write(loading.withdraw, tap.batch)
    await show_sheet(ctx, sku_id, ctx.t.plain("digital-withdrawn", count=gone))


async def _ask(ctx: Context, sku_id: int, problem: str = "") -> None:
    shown = await ctx.read(loading.sheet, sku_id)
    await ctx.ask(CODES, screens.question(ctx.t, shown, problem), {"sku": sku_id})


async def _text(ctx: Context, message: Message) -> str:
    """What was typed, or what is in the file. Raises BadCodes, NotAFile, FileTooLarge."""
    if message.document is None:
        return message.text or ""
    data, _ = await download(ctx.bot, message)
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCodes(reason="encoding")


async def _remove(ctx: Context, message: Message) -> None:
    """Codes do not stay in a chat. A message that cannot be deleted any more stays, and is no reason to stop."""
    try:
        await ctx.bot.delete_message(ctx.chat_id, message.message_id)
    except TelegramBadRequest as error:
        log.warning("a message with codes could not be deleted: %s", error.message)
