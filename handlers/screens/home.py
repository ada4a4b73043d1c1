"""Home: what waits for the person first, then the ways into the shop."""

from __future__ import annotations

from collections.abc import Sequence

from keyboards.catalog import CategoriesTap, FavouritesTap
from keyboards.search import SearchTap
from markupsafe import Markup

from handlers.screens.screen import Screen, banner
from keyboards.cart import CartTap
from keyboards.coupons import CouponsTap
from keyboards.customers import AddressDropTap, AddressResumeTap, MeTap
from keyboards.layout import PRIMARY, Row, button, keyboard
from keyboards.orders import OrdersTap, PayTap
from keyboards.start import HelpTap
from locales import Translator
from services.orders.types import OrderSummary


def home(
    t: Translator, shop_name: str, *, to_pay: Sequence[OrderSummary], to_pay_count: int, on_the_way: int,
    in_cart: int, draft: bool,
) -> Screen:
    """The home screen. What there is none of is not mentioned; `draft`: an address is half written."""
    waiting = [*_to_pay(t, to_pay, to_pay_count)]
    if on_the_way:
        waiting.append(t.n("home-on-the-way", on_the_way))
    if draft:
        waiting.append(t("home-draft"))
    lines = [t("home-title", shop=shop_name), *(waiting or [t("home-quiet")])]
    return Screen(Markup("\n").join(lines), keyboard(*_keys(t, to_pay, on_the_way, in_cart, draft)), banner("home"))


def _to_pay(t: Translator, orders: Sequence[OrderSummary], count: int) -> list[Markup]:
    if not count:
        return []
    ends = min((order.expires_at for order in orders if order.expires_at is not None), default=None)
    return [t.n("home-to-pay", count) if ends is None else t.n("home-to-pay-until", count, left=t.moment(ends))]


def _keys(t: Translator, to_pay: Sequence[OrderSummary], on_the_way: int, in_cart: int, draft: bool) -> list[Row]:
    pay = [
        button(t.plain("home-tap-pay", amount=t.money(order.total)), PayTap(order=order.id), PRIMARY)
        for order in to_pay[:1]
    ]
    coming = [button(t.plain("home-tap-on-the-way"), OrdersTap(tab="on-the-way"))] if on_the_way else []
    writing = [
        button(t.plain("home-tap-resume"), AddressResumeTap()), button(t.plain("home-tap-drop"), AddressDropTap()),
    ]
    cart = t.plain("home-tap-cart-count", number=t.number(in_cart)) if in_cart else t.plain("start-tap-cart")
    return [
        pay, coming, writing if draft else [],
        [button(t.plain("start-tap-categories"), CategoriesTap()), button(t.plain("start-tap-search"), SearchTap())],
        [button(t.plain("start-tap-coupons"), CouponsTap())],
        [button(cart, CartTap()), button(t.plain("start-tap-orders"), OrdersTap())],
        [button(t.plain("home-tap-favourites"), FavouritesTap()), button(t.plain("start-tap-me"), MeTap())],
        [button(t.plain("start-tap-help"), HelpTap())],
    ]
