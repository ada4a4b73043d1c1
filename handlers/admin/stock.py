"""Stock behind the counter: the list, a SKU's numbers and movements, and changing it by taps."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.chat.stock_typed import parse_change, parse_count
from handlers.screens import stock as screens
from handlers.screens.refusals import words
from keyboards.admin import StockDoor
from keyboards.stock import LedgerTap, StockChangeTap, StockFindTap, StockListTap, StockTap, StockUndoTap
from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.inventory import counting, looking
from services.inventory.types import LOW, Moved
from services.orders import standing
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import ChangedSince, NotFound, Refusal, Stale
from services.staff.types import PRICES_EDIT, STOCK_EDIT, STOCK_VIEW

routes = Routes(STAFF, private=True)

FIND, NUMBER = "stock-find", "stock-number"


@routes.tap(StockDoor, needs=STOCK_VIEW)
async def door(ctx: Context, _tap: StockDoor) -> None:
    await show_list(ctx)


@routes.tap(StockListTap, needs=STOCK_VIEW)
async def list_them(ctx: Context, tap: StockListTap) -> None:
    await show_list(ctx, tap.tab, tap.place)


async def show_list(ctx: Context, tab: str = LOW, place: str = "") -> None:
    """A page of the stock list."""
    await ctx.show(screens.stock_list(ctx.t, await ctx.read(looking.page, tab, place)))


@routes.tap(StockFindTap, needs=STOCK_VIEW)
async def ask_find(ctx: Context, _tap: StockFindTap) -> None:
    await ctx.ask(FIND, screens.find_question(ctx.t), {})


@routes.step(FIND, needs=STOCK_VIEW)
async def take_find(ctx: Context, message: Message) -> None:
    wanted = " ".join((message.text or "").split())[:64]
    if not wanted:
        await ctx.ask(FIND, screens.find_question(ctx.t), {})
        return
    await ctx.show(screens.found(ctx.t, wanted, await ctx.read(looking.found, wanted)))


@routes.tap(StockTap, needs=STOCK_VIEW)
async def open_card(ctx: Context, tap: StockTap) -> None:
    await show_card(ctx, tap.sku)


async def show_card(ctx: Context, sku_id: int, toast: str | None = None) -> None:
    """A SKU's numbers of now. Raises NotFound."""
    await ctx.show(screens.card(ctx.t, await ctx.read(looking.card, sku_id), ctx.actor), toast)


@routes.tap(LedgerTap, needs=STOCK_VIEW)
async def ledger(ctx: Context, tap: LedgerTap) -> None:
    shown = await ctx.read(looking.ledger, tap.sku, tap.before)
    orders = frozenset(each.order_id for each in shown.movements if each.order_id is not None)
    numbers = await ctx.read(_numbers, orders) if orders else {}
    await ctx.show(screens.ledger(ctx.t, shown, numbers))


def _numbers(tx: Tx, _actor: Actor, order_ids: frozenset[int]) -> dict[int, str]:
    return {order_id: standing.read(tx, order_id).number for order_id in order_ids}


@routes.tap(StockChangeTap, needs=STOCK_VIEW)
async def ask_number(ctx: Context, tap: StockChangeTap) -> None:
    if tap.act not in (*screens.ASKED, "price"):
        raise Stale()
    ctx.actor.require(PRICES_EDIT if tap.act == "price" else STOCK_EDIT)
    await ask(ctx, tap.sku, tap.act)


async def ask(ctx: Context, sku_id: int, act: str, problem: str | None = None) -> None:
    """Asks for a number, with what was wrong with the last one."""
    numbers = None if act == "price" else await ctx.read(looking.card, sku_id)
    sku = numbers.sku if numbers is not None else await facts_of(ctx, sku_id)
    step = "stock-price" if act == "price" else NUMBER
    await ctx.ask(step, screens.question(ctx.t, act, sku, numbers, problem), {"sku": sku_id, "act": act})


@routes.step(NUMBER, needs=STOCK_EDIT)
async def take_number(ctx: Context, message: Message) -> None:
    """What was typed, done; asked for again with the reason where it cannot be."""
    sku_id, act, text = ctx.state.draft.get("sku"), ctx.state.draft.get("act", ""), message.text or ""
    if sku_id is None or act not in screens.ASKED:
        raise Stale()
    try:
        if not await _change(ctx, sku_id, act, text):
            await ask(ctx, sku_id, act, ctx.t.plain(f"stock-bad-{act}"))
    except Refusal as refusal:
        await ask(ctx, sku_id, act, words(ctx.t, refusal))


async def _change(ctx: Context, sku_id: int, act: str, text: str) -> bool:
    """Whether the text was a number of the kind that was asked for."""
    if act == "move":
        return await change_by_sign(ctx, sku_id, text, signs="+-")
    found = parse_count(text)
    if found is None or (act == "restock" and found[0] == 0):
        return False
    pieces, reason = found
    if act == "safety":
        was = await ctx.write(counting.set_safety, sku_id, pieces)
        said = ctx.t.plain("stock-safety-set", was=ctx.t.number(was), now=ctx.t.number(pieces))
        await show_card(ctx, sku_id, said)
    elif act == "count":
        await show_moved(ctx, await ctx.write(counting.count, sku_id, pieces, reason), act, reason)
    else:
        done = await ctx.write(counting.move, sku_id, pieces, reason, counting.RESTOCK)
        await show_moved(ctx, done, act, reason)
    return True


async def change_by_sign(ctx: Context, sku_id: int, text: str, signs: str = "+-=") -> bool:
    """Does "+10", "-3 broken" or "=50"; False when the text is none of `signs`."""
    change = parse_change(text)
    if change is None or change.sign not in signs:
        return False
    if change.sign == "=":
        done = await ctx.write(counting.count, sku_id, change.pieces, change.reason)
        await show_moved(ctx, done, "count", change.reason)
        return True
    delta = change.pieces if change.sign == "+" else -change.pieces
    await show_moved(ctx, await ctx.write(counting.move, sku_id, delta, change.reason), "move", change.reason)
    return True


@routes.tap(StockUndoTap, needs=STOCK_EDIT)
async def undo(ctx: Context, tap: StockUndoTap) -> None:
    try:
        await show_moved(ctx, await ctx.write(counting.undo, tap.movement), "undo")
    except ChangedSince as refusal:
        await ctx.refuse(refusal)


async def show_moved(ctx: Context, done: Moved, act: str, reason: str = "") -> None:
    """What a change did, with the way to take it back."""
    await ctx.show(screens.moved(ctx.t, await facts_of(ctx, done.sku_id), done, act, reason))


async def facts_of(ctx: Context, sku_id: int) -> SkuFacts:
    """Raises NotFound."""
    facts = await ctx.shop.store.read(catalog.sku_facts, [sku_id])
    if sku_id not in facts:
        raise NotFound()
    return facts[sku_id]
