"""What is typed into the wizard becomes changes of a draft."""

from __future__ import annotations

import pytest

from handlers.admin import goods_reading as reading
from handlers.admin.goods_reading import Quick
from services.catalog import typed
from services.catalog.errors import BadTyped
from services.catalog.fields import Fields, SkuFields

LAMP = Fields("L1", "CNY", skus=(SkuFields("L1-W", ("w",), 19900, 25900), SkuFields("L1-B", ("b",))))


@pytest.mark.parametrize(("text", "prices", "earlier"), [
    ("199", {0: 19900, 1: 19900}, {0: 25900, 1: None}), ("1: 259", {0: 25900}, {0: None}),
    ("2: 99.9/129", {1: 9990}, {1: 12900}), ("1: 189/0", {0: 18900}, {0: None}),
    ("L1-B ¥1,299", {1: 129900}, {1: None}),
])
def test_a_price_keeps_the_earlier_one_while_that_is_higher(
    text: str, prices: dict[int, int], earlier: dict[int, int | None]
) -> None:
    assert reading.columns(LAMP, "price", text) == {"price": prices, "list_price": earlier}


@pytest.mark.parametrize("text", ["0", "-5", "199/100", "199/199", "abc", "1: x", "1.999", "3: 5"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(BadTyped):
        reading.columns(LAMP, "price", text)


@pytest.mark.parametrize(("text", "made"), [
    ("台灯 199 20", Quick("台灯", 19900, 20)), ("小 台灯 ¥49.9", Quick("小 台灯", 4990)), ("台灯", Quick("台灯")),
    ("", Quick("")), ("199", Quick("199")), ("台灯 199 -1", Quick("台灯 199 -1")),
    ("台灯 199/259 20", Quick("台灯", 19900, 20, 25900)), ("台灯 199/259", Quick("台灯", 19900, None, 25900)),
])
def test_the_quick_line(text: str, made: Quick) -> None:
    assert reading.quick(text, "CNY") == made


def test_codes_stay_different() -> None:
    assert reading.columns(LAMP, "sku_codes", "2: l1-x") == {"code": {1: "L1-X"}}
    for text in ("2: L1-W", "1: ?", "same"):
        with pytest.raises(BadTyped):
            reading.columns(LAMP, "sku_codes", text)


def test_texts_keep_their_other_language_and_are_measured() -> None:
    named = Fields("L1", "CNY", name={"zh": "灯"}, description={"zh": "亮"})
    assert reading.changes(named, "name", "Lamp", "en") == {"name": {"zh": "灯", "en": "Lamp"}}
    assert reading.changes(named, "description", " a|b \n c ", "en") == {"description": {"zh": "亮", "en": "a|b \n c"}}
    with pytest.raises(BadTyped):
        reading.changes(named, "description", "长" * (typed.LONGEST_TEXT + 1), "zh")
    with pytest.raises(BadTyped):
        reading.changes(named, "warranty", "0", "zh")


OTHERS = ("USD", "JPY", "XTR")


def priced(*prices: dict[str, tuple[int, int | None]], kind: str = "physical") -> Fields:
    skus = tuple(SkuFields(f"L-{at}", price=100, prices=each) for at, each in enumerate(prices, start=1))
    return Fields("L", "CNY", kind=kind, skus=skus)


@pytest.mark.parametrize(("text", "now"), [
    ("USD 29.90", [{"USD": (2_990, None), "JPY": (900, None)}, {"USD": (2_990, None)}]),
    ("usd 29.90/39.90, JPY 4500", [{"USD": (2_990, 3_990), "JPY": (4_500, None)}] * 2),
    ("JPY 1,500", [{"JPY": (1_500, None)}, {"JPY": (1_500, None)}]),
    ("JPY -", [{}, {}]),
    ("1: USD 5；JPY -\n2: JPY 800", [{"USD": (500, None)}, {"JPY": (800, None)}]),
])
def test_prices_are_typed_by_currency_and_row(text: str, now: list[dict[str, tuple[int, int | None]]]) -> None:
    draft = priced({"JPY": (900, None)}, {})
    assert reading.columns(draft, "prices", text, OTHERS) == {"prices": dict(enumerate(now))}


@pytest.mark.parametrize(("text", "reason"), [
    ("29.90", "which"), ("EUR 29.90", "which"), ("USD 29.999", "which"), ("1: USD 29.999", "value"),
    ("1: JPY 29.5", "value"), ("1: USD 10/9", "value"), ("XTR 350", "stars"),
])
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadTyped) as refused:
        reading.columns(priced({}, {}), "prices", text, OTHERS)
    assert refused.value.facts["reason"] == reason


def test_a_product_of_one_sku_takes_a_currency_a_line() -> None:
    assert reading.columns(priced({}, kind="digital"), "prices", "USD 4.2\nXTR 350", OTHERS) == {
        "prices": {0: {"USD": (420, None), "XTR": (350, None)}}}
