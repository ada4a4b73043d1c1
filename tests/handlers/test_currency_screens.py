"""What screens say of prices in several currencies, without a shop behind them."""

from __future__ import annotations

import pytest

from handlers.screens.catalog import sorts_screen
from handlers.screens.catalog_card import CardView, card_screen, first_choice
from handlers.screens.customers import currency_screen
from keyboards.catalog import Place
from locales import translator
from services.catalog.lists import ListQuery
from services.catalog.types import Axis, Card, Value, Variant
from services.shared.money import Money

WORDS = {"zh": "样品", "en": "Sample"}
AXES = (Axis("size", WORDS, (Value("s", WORDS), Value("l", WORDS), Value("x", WORDS))),)


def card(*variants: Variant, kind: str = "physical") -> Card:
    return Card(1, "P", 1, kind, WORDS, {}, {}, AXES, variants, (), (), (), 0, 0, None, None)


def variant(sku_id: int, amount: int, currency: str, *, barred: bool = False) -> Variant:
    return Variant(sku_id, f"P-{sku_id}", ("slx"[sku_id - 1],), Money(amount, currency), None, barred)


@pytest.mark.parametrize(("variants", "free", "chosen"), [
    ((variant(1, 300, "CNY"), variant(2, 200, "CNY")), {1: 5, 2: 5}, 2),
    ((variant(1, 300, "CNY"), variant(2, 200, "CNY")), {1: 5, 2: 0}, 1),
    # ¥300 and $2 cannot be compared: the first that can be had.
    ((variant(1, 300, "CNY"), variant(2, 200, "USD")), {1: 5, 2: 5}, 1),
    ((variant(1, 300, "CNY"), variant(2, 200, "USD")), {1: 0, 2: 5}, 2),
    ((variant(1, 100, "CNY", barred=True), variant(2, 200, "XTR")), {1: 5, 2: 5}, 2),
])
def test_the_first_choice_compares_no_two_currencies(
    variants: tuple[Variant, ...], free: dict[int, int], chosen: int
) -> None:
    assert first_choice(card(*variants), free).sku_id == chosen


@pytest.mark.parametrize(("language", "words", "missing"), [
    ("zh", "在 Telegram 里，数字商品只能用星星购买", ("加入购物车", "立即购买")),
    ("en", "Digital goods are sold for Stars only on Telegram", ("Add to cart", "Buy now")),
])
def test_what_is_barred_says_why_and_has_no_key_to_buy(language: str, words: str, missing: tuple[str, ...]) -> None:
    t = translator(language, "Asia/Shanghai")
    barred = variant(1, 300, "CNY", barred=True)
    shown = card_screen(t, CardView(card(barred, kind="digital"), barred, {1: 5}))
    assert shown.keyboard is not None and words in shown.text
    labels = " ".join(key.text for row in shown.keyboard.inline_keyboard for key in row)
    assert not any(each in labels for each in missing)
    fine = variant(1, 300, "XTR")
    sold = card_screen(t, CardView(card(fine, kind="digital"), fine, {1: 5}))
    assert sold.keyboard is not None and words not in sold.text and "⭐\u00a0300" in sold.text
    labels = " ".join(key.text for row in sold.keyboard.inline_keyboard for key in row)
    assert all(each in labels for each in missing)


@pytest.mark.parametrize(("language", "note"), [
    ("zh", "按价格筛选和排序时，用的是人民币价格。"),
    ("en", "Filters and orders by price go by the prices in Chinese Yuan."),
])
def test_who_buys_in_another_currency_is_told_how_lists_are_ordered(language: str, note: str) -> None:
    t = translator(language, "Asia/Shanghai")
    assert note in sorts_screen(t, ListQuery(), Place(), "CNY").text
    assert note not in sorts_screen(t, ListQuery(), Place()).text


def test_currencies_are_offered_by_code_and_name() -> None:
    shown = currency_screen(translator("zh", "Asia/Shanghai"), ("CNY", "USD", "JPY"), "USD", "me")
    assert shown.keyboard is not None
    labels = [key.text for row in shown.keyboard.inline_keyboard for key in row]
    assert labels[:3] == ["💱 CNY 人民币", "✅ USD 美元", "💱 JPY 日元"]
