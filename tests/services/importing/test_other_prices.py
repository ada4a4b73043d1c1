"""Columns of prices in further currencies: read, refused, taken back, and the same again in an export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.catalog import loading, repository
from services.catalog.types import NewSku
from services.importing import exporting, reviewing
from services.importing.types import Record, Scope, columns_of, currency_of
from services.invariants import violations
from services.shared.db import Store
from services.shared.errors import NotAllowed
from services.shared.price_lists import STARS
from tests.services.importing import files
from tests.services.importing.files import LI, check, csv, run, take_back

OTHERS = ("USD", "JPY", STARS)


@pytest.fixture(autouse=True)
def headings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "HEADINGS", {column: column for column in columns_of(OTHERS)})


async def written(store: Store, code: str) -> NewSku:
    product_id = await store.read(repository.id_by_code, "product", code)
    assert product_id is not None
    return (await store.read(loading.as_written, product_id)).skus[0]


def test_columns_name_their_currency() -> None:
    assert columns_of(["USD"])[-2:] == ("price_usd", "list_price_usd") and columns_of(()) == columns_of([])
    assert [currency_of(column) for column in ("price", "list_price", "price_usd", "list_price_jpy", "specs")] == [
        None, None, "USD", "JPY", None]


async def test_prices_come_go_and_are_taken_back(any_store: Store) -> None:
    await files.open_shop(any_store)
    heading = ("sku", "name_en", "name_zh", "category", "price", "stock", "price_usd", "list_price_usd", "price_jpy")
    first = await run(any_store, (await check(any_store, csv(heading, [
        ("AA", "A", "甲", "air", "100", "5", "14.99", "$19.99", "1,980"),
        ("BB", "B", "乙", "air", "50", "5", "", "", ""),
    ])))[0])
    assert dict(first.done) == {"new": 2}
    assert (await written(any_store, "AA")).prices == {"USD": (1_499, 1_999), "JPY": (1_980, None)}
    assert (await written(any_store, "BB")).prices == {}

    rows, _ = await any_store.read(exporting.page, LI, 0, Scope(), OTHERS)
    assert rows[0][-6:] == ["14.99", "19.99", "1980", "", "", ""]
    again, _ = await check(any_store, csv(exporting.columns(LI, OTHERS), rows))
    assert dict(again.planned) == {"same": 2}

    # What a row leaves empty stays; a list price that is not above any more goes; 0 takes a price away.
    change, _ = await check(any_store, csv(("sku", "price_usd", "price_jpy"), [("AA", "25", ""), ("BB", "", "700")]))
    assert dict(change.planned) == {"changed": 2}
    done = await run(any_store, change)
    assert (await written(any_store, "AA")).prices == {"USD": (2_500, None), "JPY": (1_980, None)}
    assert (await written(any_store, "BB")).prices == {"JPY": (700, None)}
    gone = await run(any_store, (await check(any_store, csv(("sku", "price_usd"), [("AA", "0")])))[0])
    assert (await written(any_store, "AA")).prices == {"JPY": (1_980, None)}

    await take_back(any_store, gone)
    assert (await written(any_store, "AA")).prices == {"USD": (2_500, None), "JPY": (1_980, None)}
    # AA was changed after this one: it stays.
    await take_back(any_store, done)
    assert (await written(any_store, "BB")).prices == {}
    new = await run(any_store, (await check(any_store, csv(heading, [
        ("CC", "C", "丙", "air", "100", "5", "9.99", "", "")])))[0])
    await take_back(any_store, new)
    assert await any_store.read(repository.id_by_code, "product", "CC") is None
    assert not await any_store.read(violations)


@pytest.mark.parametrize(("columns", "row", "fault"), [
    (("price_usd",), ("14.999",), ("price_usd", "amount")), (("price_jpy",), ("9.5",), ("price_jpy", "amount")),
    (("price_usd", "list_price_usd"), ("10", "10"), ("list_price_usd", "list-price")),
    (("list_price_jpy",), ("900",), ("list_price_jpy", "list-price")),
    (("price_xtr",), ("350",), ("price_xtr", "stars")),
])
async def test_what_is_no_price_is_a_fault_of_its_cell(
    store: Store, columns: tuple[str, ...], row: tuple[str, ...], fault: tuple[str, str]
) -> None:
    await files.open_shop(store)
    _, review = await check(store, csv(("sku", "name_en", "category", "price", *columns), [
        ("N-1", "New", "air", "10", *row)]))
    found = review.rows[0].fault
    assert found is not None and (found.column, found.reason) == fault


def test_they_need_the_right_to_prices() -> None:
    clerk = replace(LI, permissions=LI.permissions - {"prices.edit"})
    with pytest.raises(NotAllowed):
        reviewing.require(clerk, [Record(2, {"sku": "A", "price_usd": "1"})])
    reviewing.require(clerk, [Record(2, {"sku": "A", "brand": "a"})])
