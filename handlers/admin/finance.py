"""The money books: `/finance`, days, comparisons with providers' bills, and a day as a file."""

from __future__ import annotations

from datetime import date, timedelta

from aiogram.types import BufferedInputFile, Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import finance as screens
from handlers.screens import finance_file
from handlers.screens.refusals import words
from keyboards.admin import FinanceDoor
from keyboards.finance import (
    BooksFileTap,
    CompareAgainTap,
    DayAskTap,
    DifferenceTap,
    ExplainTap,
    FinanceDayTap,
    RunTap,
    day_of,
)
from services.analytics import periods
from services.reconciliation import service
from services.shared import sheets
from services.shared.errors import InvalidInput, NotFound, Stale
from services.shared.ids import from_base36, nonce
from services.staff.types import FINANCE_EDIT, FINANCE_VIEW, ORDERS_VIEW

routes = Routes(STAFF, private=True)

DAY, NOTE = "finance-day", "finance-note"


@routes.tap(FinanceDoor, FINANCE_VIEW)
async def door(ctx: Context, _tap: FinanceDoor) -> None:
    await show_day(ctx, _today(ctx) - timedelta(days=1))


@routes.tap(FinanceDayTap, FINANCE_VIEW)
async def day(ctx: Context, tap: FinanceDayTap) -> None:
    await show_day(ctx, day_of(tap.day))


@routes.command("finance", FINANCE_VIEW)
async def finance(ctx: Context, words: str) -> None:
    """`/finance`, `/finance 11-23`: yesterday, or a day."""
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    if words:
        await _show_typed(ctx, words)
    else:
        await show_day(ctx, _today(ctx) - timedelta(days=1))


@routes.start("finance_")
async def from_group(ctx: Context, rest: str) -> None:
    """The link on a card. Anybody can follow it: it shows nothing yet, the key below is for staff."""
    try:
        run_id = from_base36(rest)
    except ValueError as error:
        raise NotFound() from error
    await ctx.show(screens.before_run(ctx.t, run_id))


@routes.tap(DayAskTap, FINANCE_VIEW)
async def ask_day(ctx: Context, _tap: DayAskTap) -> None:
    await ctx.ask(DAY, screens.ask_day(ctx.t, wrong=False), {})


@routes.step(DAY, FINANCE_VIEW)
async def take_day(ctx: Context, message: Message) -> None:
    await _show_typed(ctx, message.text or "")


@routes.tap(RunTap, FINANCE_VIEW)
async def run(ctx: Context, tap: RunTap) -> None:
    await show_run(ctx, tap.run, tap.page)


@routes.tap(CompareAgainTap, FINANCE_EDIT)
async def compare_again(ctx: Context, tap: CompareAgainTap) -> None:
    """It takes as long as the provider takes: the card at the counter and the next look say what came of it."""
    await ctx.write(service.compare_again, tap.run, tap.nonce)
    await ctx.toast(ctx.t.plain("finance-again-toast"))


@routes.tap(DifferenceTap, FINANCE_VIEW)
async def difference(ctx: Context, tap: DifferenceTap) -> None:
    await show_difference(ctx, tap.difference)


@routes.tap(ExplainTap, FINANCE_EDIT)
async def explain(ctx: Context, tap: ExplainTap) -> None:
    shown, _ = await ctx.read(service.difference, tap.difference)
    await ctx.ask(NOTE, screens.ask_note(ctx.t, shown), {"difference": shown.id})


@routes.step(NOTE, FINANCE_EDIT)
async def take_note(ctx: Context, message: Message) -> None:
    difference_id = ctx.state.draft.get("difference")
    if difference_id is None:
        raise Stale()
    try:
        await ctx.write(service.explain, difference_id, message.text or "")
    except InvalidInput as refusal:
        shown, _ = await ctx.read(service.difference, difference_id)
        await ctx.ask(NOTE, screens.ask_note(ctx.t, shown, words(ctx.t, refusal)))
        return
    await ctx.forget_draft()
    await show_difference(ctx, difference_id)


@routes.tap(BooksFileTap, FINANCE_VIEW)
async def file(ctx: Context, tap: BooksFileTap) -> None:
    of = day_of(tap.day)
    books, found = await ctx.write(service.file, of, ctx.shop.zone)
    data = sheets.write_csv(finance_file.rows(ctx.t, books.takings, found))
    await ctx.toast("")
    await ctx.bot.send_document(ctx.chat_id, BufferedInputFile(data, f"books-{of.isoformat()}.csv"))


async def show_day(ctx: Context, of: date) -> None:
    books = await ctx.read(service.day_books, of, ctx.shop.zone)
    await ctx.show(screens.day(ctx.t, books, _today(ctx)))


async def show_run(ctx: Context, run_id: int, page: int = 1) -> None:
    shown, found = await ctx.read(service.run_page, run_id, page, screens.PER_PAGE)
    again = nonce() if ctx.actor.may(FINANCE_EDIT) else ""
    await ctx.show(screens.run(ctx.t, shown, found, max(page, 1), again))


async def show_difference(ctx: Context, difference_id: int) -> None:
    shown, order = await ctx.read(service.difference, difference_id)
    await ctx.show(screens.difference(ctx.t, shown, order, may_edit=ctx.actor.may(FINANCE_EDIT),
                                      may_see=ctx.actor.may(ORDERS_VIEW)))


async def _show_typed(ctx: Context, typed: str) -> None:
    try:
        period = periods.typed(typed, ctx.shop.clock.now(), ctx.shop.zone)
    except InvalidInput:
        await ctx.ask(DAY, screens.ask_day(ctx.t, wrong=True), {})
        return
    await show_day(ctx, period.since.astimezone(ctx.t.zone).date())


def _today(ctx: Context) -> date:
    return ctx.shop.clock.now().astimezone(ctx.t.zone).date()
