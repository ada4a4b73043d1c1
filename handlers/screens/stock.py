"""Stock behind the counter: the list, a SKU's numbers, its movements, and what a change did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.goods import goods_name
from handlers.screens.screen import Screen
from keyboards.admin import StockDoor, way_back
from keyboards.digital import CodesTap
from keyboards.layout import Row, button, flow, keyboard
from keyboards.stock import LedgerTap, StockChangeTap, StockFindTap, StockListTap, StockTap, StockUndoTap
from locales import Translator
from services.catalog.types import SkuFacts
from services.inventory.types import (
    ALL,
    LOW,
    OUT,
    SLOW,
    TABS,
    Forecast,
    Ledger,
    Moved,
    Movement,
    StockCard,
    StockLine,
    StockPage,
)
from services.shared.actors import Actor
from services.staff.types import PRICES_EDIT, STOCK_EDIT

_BREAK = Markup("\n")
_NAME_CELLS = 36
# What a number is asked for; each has a question and an example.
ASKED = ("restock", "move", "count", "safety")


def sku_name(t: Translator, sku: SkuFacts) -> str:
    return goods_name(t, sku.product_name, sku.options, _NAME_CELLS)


def stock_list(t: Translator, page: StockPage) -> Screen:
    """A page of SKUs, those with the least first."""
    counts = {name: t.number(page.counts[name]) for name in TABS}
    lines = [t("stock-title", low=counts[LOW], out=counts[OUT], all=counts[ALL])]
    if page.tab == SLOW:
        lines.append(t("stock-slow", count=counts[SLOW]))
    lines += _lines(t, page.lines) or [t(f"stock-empty-{page.tab}")]
    turning = [
        button(sign, StockListTap(tab=page.tab, place=place))
        for sign, place in (("‹", page.before), ("›", page.after)) if place
    ]
    return Screen(_BREAK.join(lines), keyboard(
        *_number_keys(page.lines), turning,
        *flow((button(("✅ " if tab == page.tab else "") + t.plain(f"stock-tap-{tab}"), StockListTap(tab=tab))
               for tab in TABS), 4),
        [button(t.plain("stock-tap-find"), StockFindTap())],
        way_back(t),
    ))


def find_question(t: Translator) -> Screen:
    return Screen(t("stock-find"), keyboard(way_back(t, StockDoor())))


def found(t: Translator, words: str, lines: Sequence[StockLine]) -> Screen:
    """What holds `words` in its code or name."""
    text = [t("stock-found" if lines else "stock-found-nothing", words=words), *_lines(t, lines)]
    return Screen(_BREAK.join(text), keyboard(
        *_number_keys(lines), [button(t.plain("stock-tap-find"), StockFindTap())], way_back(t, StockDoor()),
    ))


def card(t: Translator, shown: StockCard, actor: Actor) -> Screen:
    """The numbers of a SKU; they add up on the screen."""
    sku = shown.sku
    numbers = {
        "on_hand": shown.on_hand, "held": shown.held, "committed": shown.committed, "available": shown.available,
    }
    safety = t("stock-card-safety", safety=t.number(shown.safety)) if shown.safety else t("stock-card-no-safety")
    lines = [
        t("stock-card-name", name=sku_name(t, sku), code=sku.sku_code),
        price_line(t, sku),
        t("stock-card-numbers", **{name: t.number(value) for name, value in numbers.items()}),
        safety, *_outlook(t, shown.forecast, shown.available),
    ]
    keys = _change_keys(t, sku.sku_id, actor)
    if sku.kind == "digital":
        keys.append(button(t.plain("digital-tap-codes"), CodesTap(sku=sku.sku_id)))
    ledger = [button(t.plain("stock-tap-ledger"), LedgerTap(sku=sku.sku_id))]
    return Screen(_BREAK.join(lines), keyboard(*flow(keys, 2), ledger, way_back(t, StockDoor())))


def price_line(t: Translator, sku: SkuFacts) -> Markup:
    """What it costs, and whether it is sold at all."""
    price = t.money(sku.price)
    if sku.list_price is not None:
        price = t("stock-price-was", price=price, was=t.money(sku.list_price))
    return t("stock-card-price" if sku.on_sale else "stock-card-price-off", price=price)


def ledger(t: Translator, shown: Ledger, numbers: Mapping[int, str]) -> Screen:
    """Movements in words, newest first; `numbers` are those of the orders behind them, by id."""
    lines = [t("stock-ledger-title", name=sku_name(t, shown.sku), code=shown.sku.sku_code)]
    lines += [_movement(t, each, numbers) for each in shown.movements] or [t("stock-ledger-empty")]
    sku_id = shown.sku.sku_id
    older = LedgerTap(sku=sku_id, before=shown.after)
    return Screen(_BREAK.join(lines), keyboard(
        [button(t.plain("stock-tap-older"), older)] if shown.after is not None else [],
        way_back(t, StockTap(sku=sku_id)),
    ))


def question(t: Translator, act: str, sku: SkuFacts, numbers: StockCard | None, problem: str | None = None) -> Screen:
    """Asks for a number, with the reason where the last answer could not stand."""
    facts = {} if numbers is None else {
        "on_hand": t.number(numbers.on_hand), "safety": t.number(numbers.safety),
    }
    if act == "price":
        facts = {"price": t.money(sku.price)}
    text = t(f"stock-ask-{act}", name=sku_name(t, sku), code=sku.sku_code, **facts)
    shown = text if problem is None else Markup("⚠️ {}\n\n{}").format(problem, text)
    return Screen(shown, keyboard(way_back(t, StockTap(sku=sku.sku_id))))


def moved(t: Translator, sku: SkuFacts, done: Moved, act: str, reason: str = "") -> Screen:
    """What a change did, in numbers, and the way to take it back."""
    delta = done.on_hand - done.before
    lines = [
        t(f"stock-done-{act}", name=sku_name(t, sku), code=sku.sku_code),
        t("stock-done-numbers", was=t.number(done.before), now=t.number(done.on_hand), delta=_signed(t, delta),
          free=t.number(done.free)),
    ]
    if reason:
        lines.append(t("stock-done-reason", reason=reason))
    undo = [button(t.plain("stock-tap-undo"), StockUndoTap(movement=done.movement_id))] if act != "undo" else []
    return Screen(_BREAK.join(lines), keyboard(
        [*undo, button(t.plain("stock-tap-card"), StockTap(sku=sku.sku_id))], way_back(t, StockDoor()),
    ))


def unknown(t: Translator, typed: str, nearest: Mapping[str, int]) -> Screen:
    """No SKU has this code; those that look most like it."""
    keys = [button(code, StockTap(sku=sku_id)) for code, sku_id in nearest.items()]
    return Screen(t("stock-unknown-near" if nearest else "stock-unknown", typed=typed), keyboard(
        *flow(keys, 2), [button(t.plain("stock-tap-find"), StockFindTap())], way_back(t, StockDoor()),
    ))


def usage(t: Translator, command: str, problem: str | None = None, currencies: Sequence[str] = ()) -> Screen:
    """How a command is typed, with what was wrong with it; `currencies` are those in which there are prices as well."""
    text = t(f"stock-help-{command}")
    if currencies:
        text += Markup("\n\n") + t("stock-help-currencies", currencies=", ".join(currencies), first=currencies[0])
    shown = text if problem is None else Markup("⚠️ {}\n\n{}").format(problem, text)
    return Screen(shown, keyboard(way_back(t, StockDoor())))


def _lines(t: Translator, lines: Sequence[StockLine]) -> list[Markup]:
    return [
        t("stock-line-safe" if line.safety else "stock-line", number=number, mark=_mark(line),
          name=sku_name(t, line.sku), code=line.sku.sku_code, free=t.number(line.free),
          on_hand=t.number(line.on_hand), safety=t.number(line.safety))
        for number, line in enumerate(lines, start=1)
    ]


def _mark(line: StockLine) -> str:
    return "⛔ " if line.free <= 0 else "⚠️ " if line.low else ""


def _number_keys(lines: Sequence[StockLine]) -> list[Row]:
    return flow((button(str(number), StockTap(sku=line.sku.sku_id)) for number, line in enumerate(lines, start=1)), 4)


def _change_keys(t: Translator, sku_id: int, actor: Actor) -> list[InlineKeyboardButton]:
    keys = []
    if actor.may(STOCK_EDIT):
        keys = [button(t.plain(f"stock-tap-{act}"), StockChangeTap(sku=sku_id, act=act)) for act in ASKED]
    if actor.may(PRICES_EDIT):
        keys.append(button(t.plain("stock-tap-price"), StockChangeTap(sku=sku_id, act="price")))
    return keys


def _outlook(t: Translator, forecast: Forecast, free: int) -> list[Markup]:
    if not forecast.sold:
        return [t("stock-outlook-quiet")]
    sold = t.number(forecast.sold)
    lines = [t.n("stock-outlook", forecast.days or 0, sold=sold) if free > 0 else t("stock-outlook-out", sold=sold)]
    return [*lines, t("stock-outlook-order", pieces=t.number(forecast.order))] if forecast.order else lines


def _movement(t: Translator, each: Movement, numbers: Mapping[int, str]) -> Markup:
    what = t(f"stock-cause-{each.cause or each.kind}")
    parts = [what]
    if each.order_id is not None and each.order_id in numbers:
        parts.append(t("stock-movement-order", number=numbers[each.order_id]))
    if each.name:
        parts.append(Markup.escape(each.name))
    if each.reason:
        parts.append(Markup.escape(each.reason))
    if each.undone:
        parts.append(t("stock-movement-undone"))
    return t("stock-movement", at=t.datetime(each.at), delta=_signed(t, each.delta), what=Markup(" · ").join(parts))


def _signed(t: Translator, delta: int) -> str:
    return f"+{t.number(delta)}" if delta > 0 else f"−{t.number(-delta)}" if delta < 0 else "±0"
