"""Home: what waits for the person first, then the ways into the shop."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen, banner
from keyboards.cart import CartTap
from keyboards.catalog import CategoriesTap, FavouritesTap
from keyboards.coupons import CouponsTap
from keyboards.customers import AddressDropTap, AddressResumeTap, MeTap
from keyboards.layout import PRIMARY, Row, button, keyboard
from keyboards.orders import OrdersTap, PayTap
from keyboards.search import SearchTap
from keyboards.start import HelpTap
from locales import Translator
from services.orders.types import Waiting


def home(
    t: Translator, shop_name: str, waiting: Waiting, *, in_cart: int, draft: bool, gifts: Sequence[dict[str, str]] = (),
) -> Screen:
    """The home screen. What there is none of is not mentioned.

    `draft`: an address is half written; `gifts` are the names of the welcome coupons that were just given.
    """
    news = [t("start-gift", coupon=t.pick(name)) for name in gifts]
    if waiting.to_pay:
        news.append(_to_pay(t, waiting))
    if waiting.on_the_way:
        news.append(t.n("home-on-the-way", waiting.on_the_way))
    if draft:
        news.append(t("home-draft"))
    lines = [t("home-title", shop=shop_name), *(news or [t("home-quiet")])]
    return Screen(Markup("\n").join(lines), keyboard(*_keys(t, waiting, in_cart, draft)), banner("home"))


def _to_pay(t: Translator, waiting: Waiting) -> Markup:
    if waiting.pay_until is None:
        return t.n("home-to-pay", waiting.to_pay)
    return t.n("home-to-pay-until", waiting.to_pay, left=t.moment(waiting.pay_until))


def _keys(t: Translator, waiting: Waiting, in_cart: int, draft: bool) -> list[Row]:
    pay: Row = []
    if waiting.newest_to_pay is not None and waiting.newest_due is not None:
        amount = t.money(waiting.newest_due)
        pay = [button(t.plain("home-tap-pay", amount=amount), PayTap(order=waiting.newest_to_pay), PRIMARY)]
    coming = [button(t.plain("home-tap-on-the-way"), OrdersTap(tab="on-the-way"))] if waiting.on_the_way else []
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
