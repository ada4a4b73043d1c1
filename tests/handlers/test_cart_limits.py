"""Screens of the cart, home and the address book at their limits: 1,024 UTF-16 units, eight rows, marked-up names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.emulator.entities import utf16_length
from bot.demo.emulator.html_mode import parse_html
from handlers.screens.address_form import question, review
from handlers.screens.addresses import book, card
from handlers.screens.cart import cart_screen, empty_screen
from handlers.screens.screen import CAPTION_LIMIT, Screen
from handlers.screens.start import LEGAL_PAGES, help_screen, legal, welcome
from locales import Translator, translator
from services.cart.types import Cart, CartLine
from services.catalog.types import ListItem, SkuFacts
from services.customers.addresses import MOST
from services.customers.types import Address
from services.pricing.rules import ALL, PercentOff, Scope
from services.pricing.service import quote
from services.pricing.types import Basket, Line
from services.shared.money import Money

LANGUAGES = [translator("zh", "Asia/Shanghai"), translator("en", "Asia/Shanghai")]
LONG = "超长名称" * 20


def check(screen: Screen) -> str:
    """The screen's plain text, when the screen is one that Telegram takes."""
    text, _ = parse_html(str(screen.text))
    assert utf16_length(text) <= CAPTION_LIMIT
    assert screen.keyboard is not None
    rows = screen.keyboard.inline_keyboard
    assert len(rows) <= 8
    assert all(len((key.callback_data or "").encode()) <= 64 for row in rows for key in row)
    return text


def line(number: int, name: str, *, problem: str | None = None, old: int | None = None) -> CartLine:
    sku = SkuFacts(
        2**53 + number, number, f"S{number}", {"zh": name, "en": name}, ({"zh": name, "en": name},),
        Money(99_999_900, "CNY"), None, True, "physical", (1,), (), 1300, 500, "product/x/y", None,
    )
    return CartLine(sku, 99, problem is None, 99, 99, problem, None if old is None else Money(old, "CNY"))


def filled(lines: tuple[CartLine, ...], invalid: tuple[CartLine, ...], rule_name: str) -> Cart:
    basket = Basket(tuple(
        Line(each.sku.sku_id, each.sku.sku_id, each.sku.product_id, (1,), (), each.quantity, each.sku.price, 1300)
        for each in lines
    ), "CNY", Money.zero("CNY"))
    rules = [PercentOff("promotion:1", {"zh": rule_name, "en": rule_name}, Scope(ALL), 1000)]
    return Cart(lines, invalid, (quote(basket, rules),))


@pytest.mark.parametrize("t", LANGUAGES, ids=["zh", "en"])
@given(name=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80))
def test_a_full_cart_fits_whatever_the_names(t: Translator, name: str) -> None:
    lines = tuple(line(number, name, old=1) for number in range(50))
    invalid = tuple(line(100 + number, name, problem="short") for number in range(10))
    check(cart_screen(t, filled(lines, invalid, name), focus=lines[49].sku.sku_id, removed=1))


@pytest.mark.parametrize("t", LANGUAGES, ids=["zh", "en"])
def test_names_are_text_and_never_mark_up(t: Translator) -> None:
    text = check(cart_screen(t, filled((line(1, "<b>&"),), (), "<i>"), focus=None))
    assert "<b>& · <b>&" in text


@pytest.mark.parametrize("t", LANGUAGES, ids=["zh", "en"])
def test_every_other_screen_fits(t: Translator) -> None:
    address = Address(
        "名" * 40, "+8613800000000", "CN", "xinjiang", "克" * 60, "区" * 60, "路" * 120, "830000", "标" * 10, id=2**53,
        is_default=True,
    )
    values = {"name": address.name, "phone": address.phone, "country": "CN", "region": "xinjiang", "city": address.city,
              "district": address.district, "street": address.street, "postcode": "830000", "label": "家"}
    check(book(t, [replace(address, id=2**53 + number) for number in range(MOST)]))
    check(card(t, address))
    check(review(t, values, True))
    for field in ("name", "region", "city", "district", "street", "postcode", "label"):
        check(question(t, field, values, editing=False, problem="!" * 100))
    check(question(t, "region", {}, editing=False, abroad=True))
    check(welcome(t, LONG, "名" * 64, [{"zh": LONG, "en": LONG}] * 2, ("zh", "en"), False))
    check(help_screen(t))
    for page in LEGAL_PAGES:
        check(legal(t, page, "welcome", LONG))
    item = ListItem(2**53, "X", {"zh": LONG, "en": LONG}, Money(1, "CNY"), False, None, (1,), "product/x/y", 1)
    check(empty_screen(t, [item] * 4, removed=2**53))
