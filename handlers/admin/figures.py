"""Figures: `/report`, named periods and days that somebody types."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import figures as screens
from keyboards.admin import FiguresDoor
from keyboards.figures import DaysTap, PeriodTap
from services.analytics import periods, service
from services.shared.errors import InvalidInput, NotFound
from services.staff.types import REPORTS_VIEW

routes = Routes(STAFF)

DAYS = "figures-days"


@routes.tap(FiguresDoor, REPORTS_VIEW)
async def door(ctx: Context, _tap: FiguresDoor) -> None:
    await _show(ctx, periods.TODAY)


@routes.tap(PeriodTap, REPORTS_VIEW)
async def period(ctx: Context, tap: PeriodTap) -> None:
    await _show(ctx, tap.name)


@routes.command("report", REPORTS_VIEW)
async def report(ctx: Context, words: str) -> None:
    """`/report`, `/report week`, `/report 11-01 – 11-15`."""
    if not words or words.lower() in periods.NAMES:
        await _show(ctx, words.lower() or periods.TODAY)
    else:
        await _show_typed(ctx, words)


@routes.tap(DaysTap, REPORTS_VIEW)
async def ask_days(ctx: Context, _tap: DaysTap) -> None:
    await ctx.ask(DAYS, screens.ask_days(ctx.t, wrong=False), {})


@routes.step(DAYS, REPORTS_VIEW)
async def take_days(ctx: Context, message: Message) -> None:
    await _show_typed(ctx, message.text or "")


async def _show(ctx: Context, name: str) -> None:
    if ctx.chat_id != ctx.person.telegram_id:
        raise NotFound()
    shown = await ctx.read(service.named, name, ctx.shop.zone, ctx.shop.currency)
    await ctx.show(screens.figures(ctx.t, shown))


async def _show_typed(ctx: Context, words: str) -> None:
    try:
        shown = await ctx.read(service.typed, words, ctx.shop.zone, ctx.shop.currency)
    except InvalidInput:
        await ctx.ask(DAYS, screens.ask_days(ctx.t, wrong=True), {})
        return
    await ctx.show(screens.figures(ctx.t, shown))
