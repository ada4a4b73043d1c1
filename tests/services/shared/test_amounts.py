from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import translator
from services.shared import amounts
from services.shared.money import Money


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("1562", "CNY", 156200), ("1,562.00", "CNY", 156200), ("¥199", "CNY", 19900), ("￥１９９．５", "CNY", 19950),
        ("199元", "CNY", 19900), ("CN¥0.01", "CNY", 1), ("500", "JPY", 500), ("20", "XTR", 20),
        (" $ 12.5 ", "USD", 1250), ("1，562", "CNY", 156200), ("CNY 5", "CNY", 500), ("12 rmb", "CNY", 1200),
    ],
)
def test_amounts_as_people_type_them(text: str, currency: str, amount: int) -> None:
    assert amounts.positive(text, currency) == amount
    assert amounts.parse(amounts.text(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "CNY"), ("abc", "CNY"), ("0", "CNY"), ("0.00", "CNY"), ("-5", "CNY"), ("1.005", "CNY"), ("1.5", "JPY"),
        ("1.5", "XTR"), ("1,56", "CNY"), ("1.562,00", "CNY"), ("1 2 3 x", "CNY"), ("三十", "CNY"),
        ("9" * 10, "CNY"), ("1e3", "CNY"), ("SF123456789012", "CNY"),
    ],
)
def test_what_is_no_amount(text: str, currency: str) -> None:
    assert amounts.positive(text, currency) is None


@given(st.integers(1, 10**9), st.sampled_from(["CNY", "USD", "EUR"]), st.sampled_from(["zh", "en"]))
def test_what_the_shop_writes_it_also_reads(amount: int, currency: str, language: str) -> None:
    money = Money(amount, currency)
    assert amounts.positive(translator(language, "Asia/Shanghai").money(money), currency) == amount
