"""What single rows may say, what they may not, and how a file joins what is there."""

from __future__ import annotations

import io
import zipfile

import pytest

from services.catalog import bulk, favourites, loading, repository, uploads
from services.customers import service as customers
from services.importing import exporting, running, service
from services.importing.errors import BadArchive, BadColumns, Busy, WrongMoment
from services.importing.files import open_file, records
from services.importing.types import DONE, NEW, STOPPED, UNDONE, Scope
from services.invariants import violations
from services.inventory import counting, levels
from services.shared.actors import customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed
from services.staff.errors import Locked
from tests.services.catalog import shelf
from tests.services.importing import files
from tests.services.importing.files import LI, check, csv, run, take_back
from tests.services.staff.roster import enlist, staff_actor

JPEG = b"\xff\xd8\xff" + b"picture"
WANG = staff_actor("orders", 42)


@pytest.mark.parametrize(("columns", "row", "fault"), [
    (("product", "options"), ("P1", "颜色: 白,黑"), ("options", "options")),
    (("list_price",), ("1,99",), ("list_price", "amount")), (("safety",), ("-1",), ("safety", "count")),
    (("brand",), ("a|",), ("brand", "bar")), (("facts",), ("licence",), ("facts", "facts")),
    (("pictures",), ("nowhere.jpg",), ("pictures", "unknown")),
    (("description_en",), ("x" * 4_001,), ("description_en", "long")),
])
async def test_what_a_row_may_not_say(
    store: Store, columns: tuple[str, ...], row: tuple[str, ...], fault: tuple[str, str]
) -> None:
    await files.open_shop(store)
    heading = ("sku", "name_en", "category", "price", *columns)
    _, review = await check(store, csv(heading, [("N-1", "New", "air", "10", *row)]))
    found = review.rows[0].fault
    assert found is not None and (found.column, found.reason) == fault


async def test_rows_of_one_product_make_its_matrix(any_store: Store) -> None:
    await files.open_shop(any_store)
    heading = ("product", "sku", "name_zh", "category", "options", "price", "stock", "shelf")
    rows = [
        ("P1", f"P-{place}", "净屏", "Air类/Purifiers类", f"颜色|Colour: {colour} / 版本|Edition: {edition}", price,
         "3", "是")
        for place, (colour, edition, price) in enumerate([
            ("白|White", "标准|Basic", "10"), ("白|White", "Pro|Pro", "12"), ("黑|Black", "标准|Basic", "11"),
        ])
    ]
    batch = await run(any_store, (await check(any_store, csv(heading, rows)))[0])
    assert dict(batch.done) == {NEW: 1}
    product = await any_store.read(_product, "P1")
    assert [(sku.code, sku.values, sku.price) for sku in product.skus] == [
        ("P-0", ("white", "basic"), 1000), ("P-1", ("white", "pro"), 1200), ("P-2", ("black", "basic"), 1100),
    ]
    assert product.category == "purifiers" and product.published_at is not None
    more = [("P1", "P-3", "", "", "颜色: 黑 / 版本: Pro|Pro", "13", "1", "")]
    again = await run(any_store, (await check(any_store, csv(heading, more)))[0])
    assert dict(again.done) == {"changed": 1}
    assert (await any_store.read(_product, "P1")).skus[-1].values == ("black", "pro")
    same = [("P1", "P-4", "", "", "颜色: 黑 / 版本: Pro|Pro", "13", "1", ""), ("P1", "P-5", "", "", "", "13", "1", "")]
    _, review = await check(any_store, csv(heading, same))
    assert [row.fault.reason for row in review.rows if row.fault] == ["same-options", "options"]
    assert await any_store.read(violations) == []


async def test_a_sku_belongs_to_one_row_and_one_product(store: Store) -> None:
    await files.open_shop(store)
    await store.write(lambda tx: shelf.put(tx, "OLD", "air"))
    heading = ("product", "sku", "name_en", "category", "price")
    _, review = await check(store, csv(heading, [
        ("OTHER", "OLD-W", "x", "air", "1"), ("AA", "a-1", "x", "air", "1"), ("BB", "A-1", "x", "air", "1"),
    ]))
    assert [(row.record.number, row.fault.reason) for row in review.rows if row.fault] == [(2, "taken"), (4, "twice")]


async def test_an_archive_brings_its_pictures(any_store: Store) -> None:
    await files.open_shop(any_store)
    table = csv(("sku", "name_en", "category", "price", "pictures"), [("N1", "New", "air", "5", "A.jpg; b.jpg")])
    data = archive({"goods.csv": table, "pics/a.jpg": JPEG, "../b.jpg": JPEG + b"2", "__MACOSX/goods.csv": b"x"})
    await run(any_store, (await check(any_store, data, "goods.zip"))[0])
    keys = [picture.key for picture in (await any_store.read(_product, "N1")).gallery]
    assert [await any_store.read(uploads.load, key) for key in keys] == [JPEG, JPEG + b"2"]


@pytest.mark.parametrize(("entries", "reason"), [
    ({"a.jpg": JPEG}, "sheet"), ({"a.csv": b"sku\nA", "b.csv": b"sku\nB"}, "sheet"), (None, "broken"),
])
def test_an_archive_holds_one_table(entries: dict[str, bytes] | None, reason: str) -> None:
    with pytest.raises(BadArchive) as refusal:
        open_file(b"PK\x03\x04nothing" if entries is None else archive(entries), "goods.zip")
    assert refusal.value.facts == {"reason": reason}


def test_an_archive_beyond_all_measure_is_refused() -> None:
    with pytest.raises(BadArchive) as refusal:
        open_file(archive({"a.csv": b"sku\nA", "a.jpg": b"\0" * (201 << 20)}), "goods.zip")
    assert refusal.value.facts == {"reason": "large"}


@pytest.mark.parametrize(("heading", "reason"), [(("name",), "sku"), (("sku", "SKU"), "twice")])
def test_the_heading_must_name_the_sku_once(heading: tuple[str, ...], reason: str) -> None:
    with pytest.raises(BadColumns) as refusal:
        records([heading, ("x", "y")], files.HEADINGS)
    assert refusal.value.facts == {"reason": reason}


async def test_what_was_exported_and_comes_back_changes_nothing(any_store: Store) -> None:
    await files.open_shop(any_store)
    await any_store.write(lambda tx: shelf.put(tx, "ONE", "phones", cost=7_000, list_price=12_000, tags=("new",)))
    await any_store.write(lambda tx: shelf.put(tx, "TWO", "air", on=False))
    rows, after = await any_store.read(exporting.page, LI, 0, Scope())
    assert after is None and len(rows) == 2
    batch, review = await check(any_store, csv(exporting.columns(LI), rows))
    assert [row.fault for row in review.rows] == [None, None]
    assert dict(batch.planned) == {"same": 2}
    assert (await any_store.read(exporting.page, LI, 0, Scope("off")))[0][0][0] == "TWO"


async def test_an_export_needs_the_right_and_a_code(any_store: Store) -> None:
    with pytest.raises(NotAllowed):
        await any_store.write(exporting.request, WANG, Scope(), "csv", "n")
    with pytest.raises(Locked):
        await any_store.write(exporting.request, LI, Scope(), "csv", "n")
    await enlist(any_store, LI.id, "products")
    await any_store.write(exporting.request, LI, Scope(), "csv", "n")
    assert "cost" not in exporting.columns(WANG)


async def test_costs_prices_and_stock_need_their_own_rights(store: Store) -> None:
    await files.open_shop(store)
    only_import = staff_actor("products", 60)
    from services.shared.actors import staff

    bare = staff(only_import.id, "小钱", frozenset({"catalog.import"}))
    for column in ("price", "cost", "stock"):
        with pytest.raises(NotAllowed):
            await check(store, csv(("sku", column), [("A", "1")]), actor=bare)
    with pytest.raises(NotAllowed):
        await store.write(service.begin, WANG, b"x", "a.csv", "zh")


async def test_one_import_at_a_time_and_each_step_from_its_place(any_store: Store) -> None:
    await files.open_shop(any_store)
    heading = ("sku", "name_en", "category", "price")
    first, _ = await check(any_store, csv(heading, [(f"A-{n}", "x", "air", "1") for n in range(3)]))
    second, _ = await check(any_store, csv(heading, [("B1", "x", "air", "1")]))
    await any_store.write(service.start, LI, first.id)
    with pytest.raises(Busy):
        await any_store.write(service.start, LI, second.id)
    await any_store.write(running.step, LI, first.id, "CNY", 1)
    assert (await any_store.write(service.pause, LI, first.id)).finished == 1
    assert (await any_store.write(running.step, LI, first.id, "CNY", 1)).finished == 1
    assert (await any_store.write(service.start, LI, first.id)).runs == 2
    stopped = await any_store.write(service.stop, LI, first.id)
    assert (stopped.state, stopped.finished) == (STOPPED, 1)
    with pytest.raises(WrongMoment):
        await any_store.write(service.start, LI, first.id)
    assert (await run(any_store, second)).state == DONE
    assert (await take_back(any_store, stopped)).kept == 0
    assert await any_store.read(_product_id, "A-0") is None


async def test_a_file_that_was_imported_is_recognized(store: Store) -> None:
    await files.open_shop(store)
    data = csv(("sku", "name_en", "category", "price"), [("A1", "x", "air", "1")])
    first, earlier = await store.write(service.begin, LI, data, "a.csv", "zh")
    assert earlier is None
    batch = await run(store, (await check(store, data))[0])
    assert (await store.write(service.begin, LI, data, "b.csv", "zh"))[1] == batch
    assert first.id != batch.id


async def test_taking_back_leaves_what_others_touched(any_store: Store, clock: MovableClock) -> None:
    await files.open_shop(any_store)
    await any_store.write(lambda tx: shelf.put(tx, "OLD", "air", stock=5))
    heading = ("sku", "product", "name_en", "category", "price", "stock")
    batch = await run(any_store, (await check(any_store, csv(heading, [
        ("A1", "", "x", "air", "1", "1"), ("B1", "", "x", "air", "1", "1"), ("C1", "", "x", "air", "1", "1"),
        ("OLD-W", "OLD", "renamed", "", "", "9"),
    ])))[0])
    person, _ = await any_store.write(customers.enter, 7, "Lin", None, "zh")
    liked = await any_store.read(_product_id, "B1")
    assert liked is not None
    await any_store.write(favourites.toggle, customer(person.id), liked)
    await any_store.write(lambda tx: counting.move(tx, LI, _sku_id(tx, "C1"), 4))
    undone = await take_back(any_store, batch)
    assert (undone.state, undone.kept) == (UNDONE, 2)
    assert sorted(await any_store.read(service.kept, LI, batch.id)) == [("B1", "in-use"), ("C1", "in-use")]
    assert await any_store.read(_product_id, "A1") is None
    assert (await any_store.read(_product, "OLD")).name["en"] == "OLD goods"
    assert await any_store.read(lambda tx: levels.levels(tx, [_sku_id(tx, "OLD-W", "OLD")])) != {}
    assert await any_store.read(violations) == []
    clock.move(25 * 3600)
    with pytest.raises(WrongMoment):
        await any_store.write(service.undo, LI, batch.id)


def archive(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return buffer.getvalue()


def _product_id(tx: Tx, code: str) -> int | None:
    return repository.id_by_code(tx, "product", code)


def _product(tx: Tx, code: str):
    return loading.as_written(tx, _product_id(tx, code) or 0)


def _sku_id(tx: Tx, code: str, product: str | None = None) -> int:
    return bulk.sku_ids(tx, _product_id(tx, product or code) or 0)[code]
