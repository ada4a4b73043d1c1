"""Putting many products on the shelf or off it at once: chosen, previewed, done or planned, undone."""

from __future__ import annotations

from aiogram.types import BufferedInputFile, Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import shelf as home_screens
from handlers.screens import shelf_batches as screens
from handlers.screens.refusals import words
from keyboards.admin import ShelfDoor
from keyboards.shelf import (
    BatchActTap,
    BatchChooseTap,
    BatchesTap,
    BatchNewTap,
    BatchPickTap,
    BatchReasonTap,
    BatchTap,
    OffShelfTap,
)
from services.campaigns.hours import parse_moment
from services.catalog import categories, codes, shelving, tagging
from services.catalog.codes import UnknownSku
from services.catalog.shelving import OTHER, REASONS, Batch, BatchState, Scope
from services.shared import sheets
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, Stale
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW

routes = Routes(STAFF, private=True)

PRODUCTS, REASON, PLAN = "shelf-products", "shelf-reason", "shelf-plan"
_ACTS = {"run": shelving.run, "drop": shelving.drop, "undo": shelving.undo}


@routes.tap(ShelfDoor, needs=CATALOG_VIEW)
async def door(ctx: Context, _tap: ShelfDoor) -> None:
    tree = await ctx.read(categories.tree)
    off = await ctx.read(shelving.off_shelf)
    await ctx.show(home_screens.home(ctx.t, tree, sum(off.counts.values())))


@routes.tap(BatchNewTap, needs=CATALOG_EDIT)
async def how(ctx: Context, tap: BatchNewTap) -> None:
    await ctx.show(screens.how(ctx.t, tap.on))


@routes.tap(BatchChooseTap, needs=CATALOG_EDIT)
async def choose(ctx: Context, tap: BatchChooseTap) -> None:
    if tap.kind == "category":
        await ctx.show(screens.choose_category(ctx.t, await ctx.read(categories.tree), tap.on, tap.at))
    elif tap.kind == "tag":
        await ctx.show(screens.choose_tag(ctx.t, await ctx.read(tagging.tags), tap.on, tap.page))
    elif tap.kind == "products":
        await _ask_products(ctx, tap.on)
    else:
        raise Stale()


@routes.tap(BatchPickTap, needs=CATALOG_EDIT)
async def pick(ctx: Context, tap: BatchPickTap) -> None:
    if tap.kind not in ("category", "tag"):
        raise Stale()
    await show(ctx, await ctx.write(shelving.draft, Scope(tap.kind, (tap.row,)), tap.on))


async def _ask_products(ctx: Context, on: bool, problem: str = "") -> None:
    await ctx.ask(PRODUCTS, screens.products_question(ctx.t, on, problem), {"on": on})


@routes.step(PRODUCTS, needs=CATALOG_EDIT)
async def take_products(ctx: Context, message: Message) -> None:
    """Codes become a preview; those that name nothing are said, and all are asked for again."""
    on, text = ctx.state.draft.get("on"), message.text or ""
    if on is None:
        raise Stale()
    product_ids, unknown = await ctx.read(_listed, text)
    if unknown or not product_ids:
        named = ", ".join(unknown[:5])
        problem = ctx.t.plain("shelf-unknown-codes", codes=named) if unknown else ctx.t.plain("shelf-no-codes")
        await _ask_products(ctx, on, problem)
        return
    await show(ctx, await ctx.write(shelving.draft, Scope("products", tuple(product_ids)), on))


def _listed(tx: Tx, _actor: Actor, text: str) -> tuple[list[int], list[str]]:
    return codes.listed(tx, text)


@routes.tap(BatchTap, needs=CATALOG_VIEW)
async def look(ctx: Context, tap: BatchTap) -> None:
    await show(ctx, await ctx.read(shelving.read, tap.batch))


async def show(ctx: Context, batch: Batch, toast: str | None = None, *, alert: bool = False) -> None:
    """A batch as it stands."""
    await ctx.show(screens.batch(ctx.t, batch, ctx.shop.clock.now()), toast, alert=alert)


@routes.tap(BatchReasonTap, needs=CATALOG_EDIT)
async def choose_reason(ctx: Context, tap: BatchReasonTap) -> None:
    if tap.what == OTHER:
        await _ask(ctx, REASON, tap.batch)
    elif tap.what in REASONS:
        await show(ctx, await ctx.write(shelving.set_reason, tap.batch, tap.what))
    else:
        raise Stale()


@routes.step(REASON, needs=CATALOG_EDIT)
async def take_reason(ctx: Context, message: Message) -> None:
    batch_id = _in_hand(ctx)
    try:
        batch = await ctx.write(shelving.set_reason, batch_id, reason_code(ctx, message.text or ""))
    except InvalidInput as refusal:
        await _ask(ctx, REASON, batch_id, words(ctx.t, refusal))
        return
    await show(ctx, batch)


@routes.tap(BatchActTap, needs=CATALOG_VIEW)
async def act(ctx: Context, tap: BatchActTap) -> None:
    """Does it and shows the batch; who was too late sees how it stands."""
    if tap.act == "file":
        await _send_file(ctx, await ctx.read(shelving.read, tap.batch))
    elif tap.act == "plan":
        await _ask(ctx, PLAN, tap.batch)
    elif tap.act in _ACTS:
        try:
            await show(ctx, await ctx.write(_ACTS[tap.act], tap.batch))
        except BatchState as refusal:
            await show(ctx, await ctx.read(shelving.read, tap.batch), words(ctx.t, refusal), alert=True)
    else:
        raise Stale()


@routes.step(PLAN, needs=CATALOG_EDIT)
async def take_plan(ctx: Context, message: Message) -> None:
    batch_id = _in_hand(ctx)
    at = parse_moment(message.text or "", ctx.shop.zone, ctx.shop.clock.now())
    if at is None:
        await _ask(ctx, PLAN, batch_id, ctx.t.plain("shelf-bad-time"))
        return
    try:
        await show(ctx, await ctx.write(shelving.plan, batch_id, at))
    except InvalidInput as refusal:
        await _ask(ctx, PLAN, batch_id, words(ctx.t, refusal))


async def _ask(ctx: Context, step: str, batch_id: int, problem: str = "") -> None:
    batch = await ctx.read(shelving.read, batch_id)
    question = screens.reason_question if step == REASON else screens.plan_question
    await ctx.ask(step, question(ctx.t, batch, problem), {"batch": batch_id})


def _in_hand(ctx: Context) -> int:
    batch_id = ctx.state.draft.get("batch")
    if batch_id is None:
        raise Stale()
    return batch_id


async def _send_file(ctx: Context, batch: Batch) -> None:
    """Every product of the batch, as a table that spreadsheet programs open."""
    data = sheets.write_csv(screens.file_rows(ctx.t, batch))
    await ctx.toast("")
    await ctx.bot.send_document(ctx.chat_id, BufferedInputFile(data, f"shelf-{batch.id}.csv"))


@routes.tap(BatchesTap, needs=CATALOG_VIEW)
async def batches(ctx: Context, _tap: BatchesTap) -> None:
    await ctx.show(screens.batches(ctx.t, await ctx.read(shelving.batches)))


@routes.tap(OffShelfTap, needs=CATALOG_VIEW)
async def off_shelf(ctx: Context, tap: OffShelfTap) -> None:
    if tap.what and tap.what not in REASONS:
        raise Stale()
    await ctx.show(screens.off_shelf(ctx.t, await ctx.read(shelving.off_shelf, tap.what, tap.page)))


@routes.command("off", needs=CATALOG_EDIT)
async def off(ctx: Context, line: str) -> None:
    """`/off P3 rectification`: done and said; without a reason it is asked for."""
    typed, _, reason = line.partition(" ")
    if not typed:
        await ctx.show(home_screens.asked(ctx.t, ctx.t("shelf-help-off"), "", ShelfDoor()))
        return
    try:
        product_id = await ctx.read(_product, typed)
    except UnknownSku as refusal:
        await _show_unknown(ctx, refusal)
        return
    batch = await ctx.write(shelving.draft, Scope("products", (product_id,)), False)
    if reason.strip() and batch.products:
        batch = await ctx.write(_off_for, batch.id, reason_code(ctx, reason))
    await show(ctx, batch)


async def _show_unknown(ctx: Context, refusal: UnknownSku) -> None:
    nearest = refusal.facts["nearest"]
    assert isinstance(nearest, dict)
    key = "shelf-unknown-near" if nearest else "shelf-unknown"
    problem = ctx.t.plain(key, typed=str(refusal.facts["name"]), codes=" ".join(nearest))
    await ctx.show(home_screens.asked(ctx.t, ctx.t("shelf-help-off"), problem, ShelfDoor()))


def _off_for(tx: Tx, actor: Actor, batch_id: int, reason: str) -> Batch:
    """The reason and the act in one transaction: nothing is left half done."""
    return shelving.run(tx, actor, shelving.set_reason(tx, actor, batch_id, reason).id)


def _product(tx: Tx, _actor: Actor, typed: str) -> int:
    return codes.product(tx, typed)


def reason_code(ctx: Context, typed: str) -> str:
    """The code of a reason that was written out in any language of the shop; other words as they are."""
    typed = " ".join(typed.split())
    named = {
        ctx.shop.translator(language).plain(f"goods-off-{code}").casefold(): code
        for code in REASONS if code != OTHER for language in ctx.shop.languages
    }
    return named.get(typed.casefold(), typed)
