"""Putting products on the shelf, planning that, and taking them off: of products and of drafts."""

from __future__ import annotations

from datetime import datetime

from aiogram.types import Message

from handlers.admin.goods import show_card
from handlers.admin.goods_wizard import show_draft
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import goods_card, goods_wizard
from handlers.screens.refusals import words
from keyboards.goods import DraftPlanTap, DraftRebaseTap, DraftSaveTap, GoodsOffTap, GoodsPlanTap, GoodsShelfTap
from services.catalog import drafts, typed
from services.catalog.errors import BelowCost, CodeTaken, NotReady, Outdated
from services.inventory import goods
from services.inventory.goods import OFF_REASONS
from services.shared.errors import InvalidInput, Refusal, Stale
from services.staff.types import CATALOG_EDIT

routes = Routes(STAFF, private=True)

PLAN_DRAFT, PLAN_PRODUCT = "goods-plan-draft", "goods-plan-product"


@routes.tap(DraftSaveTap, needs=CATALOG_EDIT)
async def save(ctx: Context, tap: DraftSaveTap) -> None:
    if tap.what not in ("now", "off", "keep"):
        raise Stale()
    await _save(ctx, tap.draft, tap.what, ctx.shop.clock.now() if tap.what == "now" else None, sure=tap.sure)


async def _save(ctx: Context, draft_id: int, what: str, since: datetime | None, *, sure: bool = False) -> None:
    """Writes the draft and shows the product; what stands in the way is shown with the way on."""
    try:
        written = await ctx.write(goods.save, draft_id, since, keep_shelf=what == "keep", sure=sure)
    except (NotReady, BelowCost, Outdated, CodeTaken) as refusal:
        await _show_obstacle(ctx, draft_id, what, refusal)
        return
    await ctx.forget_draft()
    await show_card(ctx, written.product_id, _said(ctx, written.published_at))


async def _show_obstacle(ctx: Context, draft_id: int, what: str, refusal: Refusal) -> None:
    view = await ctx.read(goods.draft_view, draft_id)
    match refusal:
        case NotReady():
            screen = goods_wizard.not_ready(ctx.t, view, refusal.facts["missing"])  # type: ignore[arg-type]
        case BelowCost():
            screen = goods_wizard.below_cost(ctx.t, view, what)
        case Outdated():
            screen = goods_wizard.outdated(ctx.t, view, str(refusal.facts["name"]))
        case _:
            owner = int(str(refusal.facts["product_id"]))
            screen = goods_wizard.code_taken(ctx.t, view, str(refusal.facts["name"]), owner)
    await ctx.show(screen)


def _said(ctx: Context, since: datetime | None) -> str:
    if since is None:
        return ctx.t.plain("goods-saved-off")
    if since > ctx.shop.clock.now():
        return ctx.t.plain("goods-saved-planned", when=ctx.t.datetime(since))
    return ctx.t.plain("goods-saved-on")


@routes.tap(DraftRebaseTap, needs=CATALOG_EDIT)
async def rebase(ctx: Context, tap: DraftRebaseTap) -> None:
    await ctx.write(drafts.rebase, tap.draft)
    await show_draft(ctx, tap.draft, ctx.t.plain("goods-rebased"))


@routes.tap(DraftPlanTap, needs=CATALOG_EDIT)
async def ask_plan(ctx: Context, tap: DraftPlanTap) -> None:
    await _ask_plan(ctx, tap.draft)


async def _ask_plan(ctx: Context, draft_id: int, problem: str = "") -> None:
    view = await ctx.read(goods.draft_view, draft_id)
    screen = goods_wizard.plan_question(ctx.t, view, ctx.shop.clock.now(), problem)
    await ctx.ask(PLAN_DRAFT, screen, {"goods_draft": draft_id})


@routes.step(PLAN_DRAFT, needs=CATALOG_EDIT)
async def take_plan(ctx: Context, message: Message) -> None:
    draft_id = ctx.state.draft.get("goods_draft")
    if not isinstance(draft_id, int):
        raise Stale()
    since = _moment(ctx, message.text or "")
    if since is None:
        await _ask_plan(ctx, draft_id, ctx.t.plain("goods-bad-time"))
        return
    try:
        await _save(ctx, draft_id, "now", since)
    except InvalidInput as refusal:
        await _ask_plan(ctx, draft_id, words(ctx.t, refusal))


@routes.tap(GoodsShelfTap, needs=CATALOG_EDIT)
async def put_on_shelf(ctx: Context, tap: GoodsShelfTap) -> None:
    try:
        await _put(ctx, tap.product, tap.version, ctx.shop.clock.now(), sure=tap.sure)
    except BelowCost:
        found = await ctx.read(goods.card, tap.product)
        await ctx.show(goods_card.below_cost_question(ctx.t, found, tap.version))


async def _put(ctx: Context, product_id: int, version: int, since: datetime, *, sure: bool = False) -> None:
    """Puts it on the shelf; what is missing or has changed meanwhile is told over the card as it is."""
    try:
        await ctx.write(goods.put_on_shelf, product_id, version, since, sure=sure)
    except NotReady as refusal:
        names = ctx.t.plain("goods-comma").join(
            ctx.t.plain(f"goods-field-{name}") for name in refusal.facts["missing"])  # type: ignore[union-attr]
        await show_card(ctx, product_id, ctx.t.plain("goods-put-missing", names=names), alert=True)
    except Outdated as refusal:
        await show_card(ctx, product_id, words(ctx.t, refusal), alert=True)
    else:
        await show_card(ctx, product_id, _said(ctx, since))


@routes.tap(GoodsPlanTap, needs=CATALOG_EDIT)
async def ask_plan_product(ctx: Context, tap: GoodsPlanTap) -> None:
    await _ask_plan_product(ctx, tap.product, tap.version)


async def _ask_plan_product(ctx: Context, product_id: int, version: int, problem: str = "") -> None:
    screen = goods_card.plan_question(ctx.t, await ctx.read(goods.card, product_id), ctx.shop.clock.now(), problem)
    await ctx.ask(PLAN_PRODUCT, screen, {"goods_product": product_id, "goods_version": version})


@routes.step(PLAN_PRODUCT, needs=CATALOG_EDIT)
async def take_plan_product(ctx: Context, message: Message) -> None:
    product_id, version = ctx.state.draft.get("goods_product"), ctx.state.draft.get("goods_version")
    if not isinstance(product_id, int) or not isinstance(version, int):
        raise Stale()
    since = _moment(ctx, message.text or "")
    if since is None:
        await _ask_plan_product(ctx, product_id, version, ctx.t.plain("goods-bad-time"))
        return
    try:
        await _put(ctx, product_id, version, since)
    except InvalidInput as refusal:
        await _ask_plan_product(ctx, product_id, version, words(ctx.t, refusal))
    except BelowCost:
        await _ask_plan_product(ctx, product_id, version, ctx.t.plain("goods-plan-below"))


@routes.tap(GoodsOffTap, needs=CATALOG_EDIT)
async def take_off(ctx: Context, tap: GoodsOffTap) -> None:
    if tap.what not in OFF_REASONS:
        await ctx.show(goods_card.off_question(ctx.t, await ctx.read(goods.card, tap.product), tap.version))
        return
    try:
        await ctx.write(goods.take_off, tap.product, tap.version, tap.what)
    except Outdated as refusal:
        await show_card(ctx, tap.product, words(ctx.t, refusal), alert=True)
        return
    await show_card(ctx, tap.product, ctx.t.plain("goods-taken-off"))


def _moment(ctx: Context, text: str) -> datetime | None:
    """The moment that was typed, in the shop's zone; None for none, or one that has passed."""
    return typed.moment(text, ctx.shop.zone, ctx.shop.clock.now())
