"""What shopkeepers type about products: options into a matrix, tables, one value a row."""

from __future__ import annotations

from datetime import UTC, datetime
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog import fields, typed
from services.catalog.errors import BadTyped
from services.catalog.fields import Fields, SkuFields
from services.catalog.types import Axis, Disclosure, Row

NAMES = st.text("白黑标准增强abcXYZ019", min_size=1, max_size=6)


@st.composite
def options(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Up to three options with different names and different values, at most 60 combinations."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    return [(name, draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))) for name in names]


def written(found: list[tuple[str, list[str]]], colon: str, comma: str, slash: str) -> str:
    return slash.join(f"{name}{colon}{comma.join(values)}" for name, values in found)


@given(options(), st.sampled_from([":", "：", " : "]), st.sampled_from([",", "，", "、", ", "]),
       st.sampled_from(["/", " / ", "\n", "；"]))
@settings(max_examples=80)
def test_options_become_every_combination_once(
    found: list[tuple[str, list[str]]], colon: str, comma: str, slash: str
) -> None:
    axes = typed.axes(written(found, colon, comma, slash), "zh")
    assert [axis.name for axis in axes] == [{"zh": name} for name, _ in found]
    assert [[value.name["zh"] for value in axis.values] for axis in axes] == [values for _, values in found]
    for axis in axes:
        assert len({value.code for value in axis.values}) == len(axis.values)
    assert len({axis.code for axis in axes}) == len(axes)
    product = fields.with_axes(Fields("P1", "CNY"), axes)
    assert len(product.skus) == prod(len(values) for _, values in found)
    assert len({sku.values for sku in product.skus}) == len(product.skus) == len({sku.code for sku in product.skus})


@given(options())
@settings(max_examples=50)
def test_what_the_wizard_shows_it_reads_again(found: list[tuple[str, list[str]]]) -> None:
    axes = typed.axes(written(found, ":", ",", "/"), "zh")
    assert typed.axes(typed.axes_text(axes), "zh", axes) == axes


def test_two_by_three_gives_six_with_speaking_codes() -> None:
    axes = typed.axes("颜色|Colour: 白|White，黑|Black / 容量: 128G、256G、512G", "zh")
    product = fields.with_axes(Fields("P1", "CNY"), axes)
    assert [sku.code for sku in product.skus] == [
        "P1-WHITE-128G", "P1-WHITE-256G", "P1-WHITE-512G", "P1-BLACK-128G", "P1-BLACK-256G", "P1-BLACK-512G",
    ]
    assert axes[0].name == {"zh": "颜色", "en": "Colour"}


def test_rows_that_stay_keep_price_and_stock() -> None:
    axes = typed.axes("颜色: 白,黑", "zh")
    product = fields.with_axes(Fields("P1", "CNY"), axes)
    priced = Fields("P1", "CNY", axes=product.axes, skus=(
        SkuFields("P1-V1", product.skus[0].values, 100, None, 60, 5), SkuFields("MINE", product.skus[1].values, 200),
    ))
    more = fields.with_axes(priced, typed.axes("颜色: 黑,红,白", "zh", axes))
    assert [(sku.code, sku.price, sku.stock) for sku in more.skus] == [
        ("MINE", 200, None), ("P1-V3", None, None), ("P1-V1", 100, 5),
    ]


def test_options_typed_after_the_price_keep_it() -> None:
    single = Fields("P1", "CNY", skus=(SkuFields("P1", (), 100, 150, 60, 5),))
    double = fields.with_axes(single, typed.axes("颜色: 白,黑", "zh"))
    assert [(sku.price, sku.list_price, sku.cost, sku.stock) for sku in double.skus] == [(100, 150, 60, None)] * 2
    assert [(sku.price, sku.code) for sku in fields.with_axes(double, ()).skus] == [(100, "P1")]


@pytest.mark.parametrize(("text", "reason"), [
    ("", "axis"), ("颜色", "axis"), ("颜色:", "axis"), (": 白", "axis"), ("颜色: ,", "axis"), ("颜色: 白,白", "twice"),
    ("颜色: 白 / 颜色: 黑", "twice"), ("A: 1 / B: 1 / C: 1 / D: 1", "many"), ("颜色: 白|", "bar"),
    ("A: " + ",".join(map(str, range(21))), "many"), ("A: 1,2,3,4 / B: 1,2,3,4 / C: 1,2,3,4", "many"),
    ("颜色: " + "很" * 61, "long"),
])
def test_what_is_no_list_of_options(text: str, reason: str) -> None:
    with pytest.raises(BadTyped) as refused:
        typed.axes(text, "zh")
    assert refused.value.facts["reason"] == reason


def test_specifications_are_lines_with_a_colon() -> None:
    assert typed.rows("功率: 65W\n\n噪音|Noise：33 dB", "zh") == (
        Row({"zh": "功率"}, {"zh": "65W"}), Row({"zh": "噪音", "en": "Noise"}, {"zh": "33 dB"}),
    )
    with pytest.raises(BadTyped) as refused:
        typed.rows("功率: 65W\n噪音 33", "zh")
    assert refused.value.facts == {"reason": "row", "line": 2}


CODES = ["P1-W", "P1-W-PRO", "P1-B"]


@pytest.mark.parametrize(("text", "values"), [
    ("199", {0: 199, 1: 199, 2: 199}), ("1: 199\n3、299", {0: 199, 2: 299}), ("2 50", {1: 50}),
    ("P1-W 10\np1-w-pro: 20", {0: 10, 1: 20}),
])
def test_one_value_for_all_or_line_by_line(text: str, values: dict[int, int]) -> None:
    assert typed.by_row(text, CODES, typed.count) == values


@pytest.mark.parametrize(("text", "reason", "line"), [
    ("dear", "which", 1), ("1: 10\n2: x", "value", 2), ("4: 10", "which", 1), ("1: 5\nsomething 6", "which", 2),
])
def test_rows_that_cannot_be_read_are_named(text: str, reason: str, line: int) -> None:
    with pytest.raises(BadTyped) as refused:
        typed.by_row(text, CODES, typed.count)
    assert refused.value.facts == {"reason": reason, "line": line}


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (lambda: typed.axes(text, "en"), lambda: typed.rows(text, "en"), lambda: typed.items(text, "en"),
                 lambda: typed.by_row(text, CODES, typed.count), lambda: typed.code(text)):
        try:
            read()
        except BadTyped as refusal:
            assert refusal.facts["reason"]


NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(("text", "at"), [
    ("11-28 09:00", datetime(2026, 11, 28, 1, 0, tzinfo=UTC)),
    ("2026/11/28", datetime(2026, 11, 27, 16, 0, tzinfo=UTC)),
    ("11月28日 9:05", datetime(2026, 11, 28, 1, 5, tzinfo=UTC)), ("21：30", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
    ("1-2 8:00", datetime(2027, 1, 2, 0, 0, tzinfo=UTC)), ("13:59", None), ("11-20 09:00", None), ("11-31", None),
    ("2026-11-28 25:00", None), ("", None), ("soon", None), ("2-29", None),
])
def test_moments_are_read_in_the_shops_zone(text: str, at: datetime | None) -> None:
    assert typed.moment(text, "Asia/Shanghai", NOW) == at


def test_fields_come_back_from_storage_as_they_were() -> None:
    axes: tuple[Axis, ...] = typed.axes("颜色: 白,黑", "zh")
    product = fields.with_axes(Fields("P1", "CNY", name={"zh": "灯"}, specs=(Row({"zh": "功率"}, {"zh": "5W"}),)), axes)
    assert Fields.from_json(product.to_json()) == product


def test_rules_keep_their_keys_and_say_what_is_optional() -> None:
    first = typed.rules("执照号|Licence no.\n厂家？", "zh")
    assert first == (Disclosure("licenceno", {"zh": "执照号", "en": "Licence no."}, True),
                     Disclosure("v1", {"zh": "厂家"}, False))
    again = typed.rules("厂家\n产地\n执照号？", "zh", first)
    assert [(rule.key, rule.required) for rule in again] == [("v1", True), ("v2", True), ("licenceno", False)]
    with pytest.raises(BadTyped):
        typed.rules("厂家\n厂家?", "zh")
