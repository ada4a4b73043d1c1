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
