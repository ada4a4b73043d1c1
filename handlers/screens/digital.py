"""Codes as their buyer sees them, and as numbers for who keeps them: nobody else ever sees one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from handlers.screens.screen import TEXT_LIMIT, Screen
from handlers.screens.stock import sku_name
from keyboards.admin import way_back
from keyboards.digital import CodesOfOrderTap, CodesTap, LoadCodesTap, WithdrawCodesTap
from keyboards.layout import DANGER, PRIMARY, SUCCESS, button, flow, keyboard
from keyboards.orders import OrderTap
from keyboards.stock import StockTap
from locales import Translator
from services.digital.types import Handed, Loaded, Sheet, Short
from services.orders.types import Order
from services.shared.actors import Actor
from services.staff.types import STOCK_EDIT

# What a line around the codes, or a name, may take of a message.
_HEADROOM = 600


def codes(t: Translator, order: Order, handed: Sequence[Handed]) -> tuple[Screen, ...]:
    """The codes of an order, each hidden until it is touched; several messages where one cannot hold them."""
    texts = list(_texts(t, order, handed))
    to_order = keyboard([button(t.plain("digital-tap-order"), OrderTap(order=order.id), SUCCESS)])
    last = len(texts) - 1
    return tuple(Screen(text, to_order if place == last else None, protected=True) for place, text in enumerate(texts))


def ready(t: Translator, order: Order) -> Screen:
    """The codes may have arrived already, or not: here is where they are."""
    keys = [button(t.plain("digital-tap-show"), CodesOfOrderTap(order=order.id), PRIMARY)]
    others = [button(t.plain("digital-tap-order"), OrderTap(order=order.id))]
    return Screen(t("digital-ready", number=order.number), keyboard(keys, others))


def sheet(t: Translator, shown: Sheet, actor: Actor, said: str = "") -> Screen:
    """The codes of a SKU in numbers, and the last lists with the way to take one back."""
    lines = [
        t("digital-sheet", name=sku_name(t, shown.sku), code=shown.sku.sku_code),
        t("digital-numbers", free=t.number(shown.free), handed=t.number(shown.handed)),
    ]
    if shown.waiting:
        lines.append(t("digital-waiting", pieces=t.number(shown.waiting)))
    lines += [
        t("digital-batch", number=number, at=t.datetime(each.at), loaded=t.number(each.loaded), name=each.name,
          known=t.number(each.known), free=t.number(each.free))
        for number, each in enumerate(shown.batches, 1)
    ]
    load, back = [], []
    if actor.may(STOCK_EDIT):
        load = [button(t.plain("digital-tap-load"), LoadCodesTap(sku=shown.sku.sku_id), PRIMARY)]
        back = [button(t.plain("digital-tap-withdraw", number=number), WithdrawCodesTap(batch=each.id))
                for number, each in enumerate(shown.batches, 1) if each.free]
    text = Markup("\n").join(filter(None, (escape(said), *lines)))
    return Screen(text, keyboard(load, *flow(back, 2), way_back(t, StockTap(sku=shown.sku.sku_id))))


def question(t: Translator, shown: Sheet, problem: str = "") -> Screen:
    ask = t("digital-ask", name=sku_name(t, shown.sku), code=shown.sku.sku_code)
    text = Markup("\n").join(filter(None, (escape(problem), ask)))
    return Screen(text, keyboard(way_back(t, CodesTap(sku=shown.sku.sku_id))))


def loaded_words(t: Translator, done: Loaded) -> str:
    key = "digital-loaded-known" if done.known else "digital-loaded"
    return t.plain(key, loaded=t.number(done.loaded), known=t.number(done.known))


def withdraw_question(t: Translator, batch_id: int, sku_id: int) -> Screen:
    sure = [button(t.plain("digital-tap-withdraw-sure"), WithdrawCodesTap(batch=batch_id, sure=True), DANGER)]
    return Screen(t("digital-withdraw-ask"), keyboard(sure, way_back(t, CodesTap(sku=sku_id))))


def short(t: Translator, number: str, waits: Short) -> Screen:
    """A card for the counter: somebody has paid and waits for codes."""
    text = t("digital-short", number=number, name=sku_name(t, waits.sku), code=waits.sku.sku_code,
             quantity=t.number(waits.quantity), free=t.number(waits.free))
    return Screen(text)


def _texts(t: Translator, order: Order, handed: Sequence[Handed]) -> Iterator[Markup]:
    lines = {line.id: line for line in order.lines}
    text = t("digital-codes", number=order.number)
    for each in handed:
        line = lines[each.line_id]
        text += Markup("\n\n") + t("digital-line", name=t.pick(line.name), pieces=t.number(len(each.codes)))
        for code in each.codes:
            if len(text) > TEXT_LIMIT - _HEADROOM:
                yield text
                text = t("digital-codes", number=order.number) + Markup("\n")
            text += Markup("\n<tg-spoiler>{}</tg-spoiler>").format(code)
    yield text + Markup("\n\n") + t("digital-keep")
