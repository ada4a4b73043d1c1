"""The cart: its lines with the keys of one of them in reach, what cannot be ordered apart, and the total."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.goods import NAME_CELLS, captioned, goods_name, short
from handlers.screens.screen import Screen, banner
from keyboards.cart import (
    CartClearTap,
    CartFitTap,
    CartQuantityTap,
    CartRemoveTap,
    CartSelectAllTap,
    CartSelectTap,
    CartStepTap,
    CartTap,
    CartUndoTap,
)
from keyboards.catalog import CategoriesTap, ProductTap
from keyboards.coupons import CouponsTap
from keyboards.customers import CurrencyTap
from keyboards.layout import PRIMARY, Row, button, keyboard
from keyboards.orders import CheckoutInTap, CheckoutOpenTap
from keyboards.taps import HomeTap, Tap
from locales import Translator
from services.cart.types import OVER_LIMIT, SHORT, Cart, CartLine
from services.catalog.types import ListItem, SkuFacts
from services.pricing.types import Quote
from services.shared.price_lists import STARS

PAGE = 6
# A caption holds 1,024 characters: names are cut and lists end before it is full.
_NEWS_CELLS, _RULE_CELLS, _INVALID_SHOWN, _RULES_SHOWN = 32, 24, 3, 2


def cart_screen(
    t: Translator, cart: Cart, *, focus: int | None = None, page: int = 1, removed: int | None = None, wanted: str = ""
) -> Screen:
    """The cart with the line of the SKU `focus` in reach; `removed` is the SKU that can be had back right now.

    `wanted` is the currency that the person buys in, where it is not the shop's own.
    """
    place = next((n for n, line in enumerate(cart.lines) if line.sku.sku_id == focus), None)
    pages = max(1, -(-len(cart.lines) // PAGE))
    page = place // PAGE + 1 if place is not None else min(max(page, 1), pages)
    first = (page - 1) * PAGE
    shown = cart.lines[first : first + PAGE]
    focused = cart.lines[place] if place is not None else shown[0] if shown else None
    rows = [
        *_line_keys(t, shown, first, focused), _page_keys(page, pages), _choose_keys(t, cart, wanted),
        _invalid_keys(t, cart.invalid), _undo_key(t, removed), _checkout_keys(t, cart), _way_on(t),
    ]
    text = captioned(lambda cells: _text(t, cart, shown, first, wanted, cells))
    return Screen(text, keyboard(*rows), banner("cart"))


def empty_screen(t: Translator, popular: Sequence[ListItem], removed: int | None = None) -> Screen:
    """An empty cart leads to what others buy."""
    keys = [[button(t.pick(item.name), ProductTap(product=item.product_id))] for item in popular]
    return Screen(t("cart-empty"), keyboard(*keys, _undo_key(t, removed), _way_on(t)), banner("cart"))


def quantity_question(t: Translator, line: CartLine, problem: str | None = None) -> Screen:
    """Asks for a quantity to be typed."""
    trouble = t("cart-problem", problem=problem) + "\n" if problem else ""
    text = Markup(trouble) + t("cart-ask-quantity", name=_named(t, line.sku), most=t.number(line.most))
    back = button(t.plain("shared-tap-back"), CartTap(focus=line.sku.sku_id))
    return Screen(text, keyboard([back, button(t.plain("shared-tap-home"), HomeTap())]), banner("cart"))


def _named(t: Translator, sku: SkuFacts, cells: int = NAME_CELLS) -> str:
    return goods_name(t, sku.product_name, sku.options, cells)


def _text(
    t: Translator, cart: Cart, shown: Sequence[CartLine], first: int, wanted: str, cells: int
) -> Markup:
    parts = [t("cart-head", chosen=t.number(cart.chosen_pieces), pieces=t.number(cart.pieces))]
    parts += [_line(t, number, line, cells) for number, line in enumerate(shown, first + 1)]
    parts += [_price_news(t, line) for line in cart.lines if line.old_price is not None][:2]
    if cart.invalid:
        parts.append(t("cart-invalid-head"))
        parts += [_invalid_line(t, line, cells) for line in cart.invalid[:_INVALID_SHOWN]]
        hidden = len(cart.invalid) - _INVALID_SHOWN
        parts += [t.n("cart-invalid-more", hidden)] if hidden > 0 else []
    if len(cart.quotes) > 1:
        parts += [Markup("────"), *(_part(t, quote) for quote in cart.quotes), t("cart-split")]
    elif cart.quote is not None:
        parts += _totals(t, cart, cart.quote)
        if wanted and cart.quote.total.currency not in (wanted, STARS):
            parts.append(t("cart-unpriced", wanted=wanted))
    elif cart.lines:
        parts.append(t("cart-nothing-chosen"))
    return Markup("\n").join(parts)


def _line(t: Translator, number: int, line: CartLine, cells: int) -> Markup:
    return t("cart-line", mark="✅" if line.selected else "⬜", number=number,
             name=_named(t, line.sku, cells), quantity=t.number(line.quantity), amount=t.money(line.subtotal))


def _price_news(t: Translator, line: CartLine) -> Markup:
    assert line.old_price is not None
    return t("cart-price-changed", name=short(t.pick(line.sku.product_name), _NEWS_CELLS),
             old=t.money(line.old_price), new=t.money(line.sku.price))


def _invalid_line(t: Translator, line: CartLine, cells: int) -> Markup:
    reason = t(f"cart-problem-{line.problem}", available=t.number(line.available), most=t.number(line.most))
    return t("cart-invalid-line", name=_named(t, line.sku, cells), quantity=t.number(line.quantity),
             reason=reason)


def _totals(t: Translator, cart: Cart, quote: Quote) -> list[Markup]:
    reductions = [t("cart-reduction", name=short(t.pick(dict(each.name)), _RULE_CELLS), amount=t.money(-each.amount))
                  for each in quote.adjustments if each.amount]
    lines = [Markup("────"), t("cart-goods", amount=t.money(quote.subtotal)), *reductions[:_RULES_SHOWN],
             t("cart-total", amount=t.money(quote.total))]
    if cart.hint is not None:
        lines.append(t("cart-hint", missing=t.money(cart.hint.missing), saving=t.money(cart.hint.saving)))
    return lines


def _part(t: Translator, quote: Quote) -> Markup:
    """What one of several currencies comes to."""
    off = t("cart-part-off", amount=t.money(quote.discount)) if quote.discount else ""
    return t("cart-part", amount=t.money(quote.total), off=off)


def _line_keys(t: Translator, shown: Sequence[CartLine], first: int, focused: CartLine | None) -> list[Row]:
    if focused is None:
        return []
    others = []
    for number, line in enumerate(shown, first + 1):
        if line is not focused:
            others.append(button(str(number), CartTap(focus=line.sku.sku_id)))
    number = first + 1 + next(n for n, line in enumerate(shown) if line is focused)
    sku_id, mark = focused.sku.sku_id, "✅" if focused.selected else "⬜"
    less: Tap = CartStepTap(sku=sku_id, up=False) if focused.quantity > 1 else CartRemoveTap(sku=sku_id)
    keys = [
        button(f"{mark} {number}", CartSelectTap(sku=sku_id, wanted=not focused.selected)), button("➖", less),
        button(t.number(focused.quantity), CartQuantityTap(sku=sku_id)),
        button("➕", CartStepTap(sku=sku_id, up=True)), button("🗑", CartRemoveTap(sku=sku_id)),
    ]
    return [keys, others]


def _page_keys(page: int, pages: int) -> Row:
    if pages == 1:
        return []
    before, after = (page - 2) % pages + 1, page % pages + 1
    return [button("‹", CartTap(page=before)), button(f"{page}/{pages}", CartTap(page=page)),
            button("›", CartTap(page=after))]


def _choose_keys(t: Translator, cart: Cart, wanted: str) -> Row:
    coupons = button(t.plain("start-tap-coupons"), CouponsTap())
    if not cart.lines:
        return [coupons]
    key = "cart-tap-choose-none" if cart.all_chosen else "cart-tap-choose-all"
    choose = button(t.plain(key), CartSelectAllTap(wanted=not cart.all_chosen))
    others = {quote.total.currency for quote in cart.quotes} - {STARS, wanted}
    other = [button(t.plain("cart-tap-currency"), CurrencyTap(back="cart"))] if wanted and others else []
    return [choose, coupons, *other]


def _invalid_keys(t: Translator, invalid: Sequence[CartLine]) -> Row:
    if not invalid:
        return []
    fitting = any(line.problem in (SHORT, OVER_LIMIT) for line in invalid)
    clear = button(t.plain("cart-tap-clear", number=t.number(len(invalid))), CartClearTap())
    return [button(t.plain("cart-tap-fit"), CartFitTap()), clear] if fitting else [clear]


def _undo_key(t: Translator, removed: int | None) -> Row:
    return [] if removed is None else [button(t.plain("shared-tap-undo"), CartUndoTap(sku=removed))]


def _checkout_keys(t: Translator, cart: Cart) -> Row:
    """One key; beside others each currency has its own."""
    if len(cart.quotes) == 1:
        amount = t.money(cart.quotes[0].total)
        return [button(t.plain("cart-tap-checkout", amount=amount), CheckoutOpenTap(), PRIMARY)]
    return [
        button(t.plain("cart-tap-checkout-part", amount=t.money(quote.total)),
               CheckoutInTap(currency=quote.total.currency), PRIMARY)
        for quote in cart.quotes
    ]


def _way_on(t: Translator) -> Row:
    return [button(t.plain("cart-tap-go-on"), CategoriesTap()), button(t.plain("shared-tap-home"), HomeTap())]
