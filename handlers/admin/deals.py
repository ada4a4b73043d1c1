"""Promotions and coupons: the lists, a search, the card of one, and what may be done to it while it is out."""

from __future__ import annotations

from aiogram.types import Message

from handlers.admin.deals_builder import show_draft
from handlers.admin.deals_card import holds, show_card
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import deals as screens
from handlers.screens.refusals import words
from keyboards.admin import DealsDoor
from keyboards.deals import (
    DealActTap,
    DealFindTap,
    DealLongerTap,
    DealRaiseTap,
    DealsTap,
    DealStopTap,
    DealTap,
)
from services.orders import offers
from services.promotions import acting, deals, drafts, typed
from services.promotions.deals import DealPage
from services.promotions.errors import DealState
from services.promotions.fields import COUPON
from services.shared import amounts
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, Stale
from services.staff.types import PROMOTIONS_EDIT, PROMOTIONS_VIEW

routes = Routes(STAFF)

FIND, LONGER, HIGHER = "deals-find", "deals-longer", "deals-higher"
DRAFTS = "drafts"
ACTS = {"pause": acting.pause, "resume": acting.resume, "stop": acting.stop}


@routes.tap(DealsDoor, needs=PROMOTIONS_VIEW)
async def door(ctx: Context, _tap: DealsDoor) -> None:
    await show_list(ctx, COUPON, deals.RUNNING, None)


@routes.tap(DealsTap, needs=PROMOTIONS_VIEW)
async def list_them(ctx: Context, tap: DealsTap) -> None:
    await show_list(ctx, tap.of, tap.tab, tap.before)


@routes.tap(DealFindTap, needs=PROMOTIONS_VIEW)
async def ask_find(ctx: Context, _tap: DealFindTap) -> None:
    await ctx.ask(FIND, screens.find_question(ctx.t))


@routes.step(FIND, needs=PROMOTIONS_VIEW)
async def take_find(ctx: Context, message: Message) -> None:
    wanted = (message.text or "").strip()[:64]
    await ctx.show(screens.found(ctx.t, wanted, await ctx.read(deals.find, wanted)))


@routes.tap(DealTap, needs=PROMOTIONS_VIEW)
async def open_card(ctx: Context, tap: DealTap) -> None:
    await show_card(ctx, tap.of, tap.deal)


@routes.tap(DealStopTap, needs=PROMOTIONS_EDIT)
async def ask_stop(ctx: Context, tap: DealStopTap) -> None:
    await ctx.show(screens.stop_question(ctx.t, await ctx.read(deals.card, tap.of, tap.deal)))


@routes.tap(DealActTap, needs=PROMOTIONS_EDIT)
async def act(ctx: Context, tap: DealActTap) -> None:
    """Does it and shows the card; who was too late reads how it stands."""
    if tap.act == "copy":
        await show_draft(ctx, await ctx.write(drafts.copy, tap.of, tap.deal), ctx.t.plain("deals-copied"))
        return
    try:
        if tap.act == "withdraw" and tap.of == COUPON:
            await ctx.write(acting.withdraw, tap.deal)
        elif tap.act in ACTS:
            await ctx.write(ACTS[tap.act], tap.of, tap.deal)
        else:
            raise Stale()
    except DealState as refusal:
        await show_card(ctx, tap.of, tap.deal, words(ctx.t, refusal), alert=True)
        return
    await show_card(ctx, tap.of, tap.deal, ctx.t.plain(f"deals-done-{tap.act}"))


@routes.tap(DealLongerTap, needs=PROMOTIONS_EDIT)
async def ask_longer(ctx: Context, tap: DealLongerTap) -> None:
    await _ask_longer(ctx, tap.of, tap.deal)


@routes.step(LONGER, needs=PROMOTIONS_EDIT)
async def take_longer(ctx: Context, message: Message) -> None:
    of, deal_id = _in_hand(ctx)
    window = typed.parse_window(message.text or "", ctx.shop.zone, ctx.shop.clock.now())
    if window is None:
        await _ask_longer(ctx, of, deal_id, ctx.t.plain("deals-bad-end"))
        return
    try:
        await ctx.write(acting.extend, of, deal_id, window[1])
    except InvalidInput:
        await _ask_longer(ctx, of, deal_id, ctx.t.plain("deals-not-later"))
        return
    await show_card(ctx, of, deal_id, ctx.t.plain("deals-done-extend"))


@routes.tap(DealRaiseTap, needs=PROMOTIONS_EDIT)
async def ask_higher(ctx: Context, tap: DealRaiseTap) -> None:
    deal = (await ctx.read(deals.card, tap.of, tap.deal)).deal
    fields = screens.raisable(deal)
    if tap.field in fields or len(fields) == 1:
        await _ask_higher(ctx, tap.of, tap.deal, tap.field or fields[0])
    else:
        await ctx.show(screens.raise_choice(ctx.t, deal))


@routes.step(HIGHER, needs=PROMOTIONS_EDIT)
async def take_higher(ctx: Context, message: Message) -> None:
    of, deal_id = _in_hand(ctx)
    field, text = str(ctx.state.draft.get("deal_field")), message.text or ""
    currency = (await ctx.read(deals.card, of, deal_id)).deal.fields.currency
    limit = amounts.positive(text, currency) if field == "budget" else typed.parse_count(text)
    if limit is None:
        await _ask_higher(ctx, of, deal_id, field, ctx.t.plain("deals-bad-number"))
        return
    try:
        await ctx.write(acting.raise_limit, of, deal_id, field, limit)
    except InvalidInput as refusal:
        await _ask_higher(ctx, of, deal_id, field, words(ctx.t, refusal))
        return
    await show_card(ctx, of, deal_id, ctx.t.plain("deals-done-raise"))


async def show_list(ctx: Context, of: str, tab: str, before: int | None, toast: str | None = None) -> None:
    may_edit = holds(ctx.actor, PROMOTIONS_EDIT)
    if tab == DRAFTS:
        found = await ctx.read(drafts.page, of, before)
        await ctx.show(screens.draft_list(ctx.t, found, may_edit=may_edit), toast)
        return
    page, brought = await ctx.read(listed, of, tab, before)
    await ctx.show(screens.deal_list(ctx.t, page, brought, ctx.shop.clock.now(), may_edit=may_edit), toast)


def listed(tx: Tx, actor: Actor, of: str, tab: str, before: int | None) -> tuple[DealPage, dict[str, offers.Brought]]:
    """A page and what each deal on it brought, of one moment."""
    page = deals.page(tx, actor, of, tab, before)
    return page, offers.brought(tx, actor, {deal.source: deal.fields.currency for deal in page.deals})


async def _ask_longer(ctx: Context, of: str, deal_id: int, problem: str | None = None) -> None:
    deal = (await ctx.read(deals.card, of, deal_id)).deal
    if deal.fields.ends_at is None:
        raise Stale()
    screen = screens.longer_question(ctx.t, deal, ctx.shop.clock.now(), problem)
    await ctx.ask(LONGER, screen, {"deal_of": of, "deal_id": deal_id})


async def _ask_higher(ctx: Context, of: str, deal_id: int, field: str, problem: str | None = None) -> None:
    deal = (await ctx.read(deals.card, of, deal_id)).deal
    if field not in screens.raisable(deal):
        raise Stale()
    draft = {"deal_of": of, "deal_id": deal_id, "deal_field": field}
    await ctx.ask(HIGHER, screens.raise_question(ctx.t, deal, field, problem), draft)


def _in_hand(ctx: Context) -> tuple[str, int]:
    of, deal_id = ctx.state.draft.get("deal_of"), ctx.state.draft.get("deal_id")
    if not isinstance(of, str) or not isinstance(deal_id, int):
        raise Stale()
    return of, deal_id
