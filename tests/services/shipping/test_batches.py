"""Parcels from a file: what is at fault and why, shipped once whatever ends in between, and by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.orders import arcs
from services.payments.events import apply_event
from services.shared import sheets
from services.shared.actors import SYSTEM, Actor, staff
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from services.shipping import batches, desk, service
from services.shipping.batch_reading import understood, written
from services.shipping.batch_types import BadBatch, Batch, BatchMoved, BatchRow
from services.shipping.models import ShipmentRow
from services.staff.errors import Locked
from services.staff.types import EXPORTS, ORDER_DESK
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.shipping.counter import LI, NOBODY, WANG, jobs, order, staffed
from tests.services.shipping.test_queue import files_of
from tests.services.staff.roster import lock

HEADINGS = {"order": "order", "carrier": "carrier", "number": "number", "订单号": "order", "快递公司": "carrier",
            "快递单号": "number"}
HEAD = ("Order", "Carrier", "Number")
EXPORTER = staff(WANG.id, WANG.name, ORDER_DESK | {EXPORTS})


async def paid(store: Store, count: int) -> list[tuple[int, str]]:
    """So many paid orders of one piece: id and number."""
    await staffed(store)
    stall, provider = await shop.open_shop(store), money.RecordingProvider()
    found = []
    for person in range(count):
        buyer = await shop.buyer(store, 700 + person)
        placed = await shop.order_now(store, buyer, stall.skus[("P3", "F1", "S4")[person % 3]])
        attempt = await money.start(store, provider, buyer, placed.order_id)
        await store.write(apply_event, money.event(attempt))
        found.append((placed.order_id, placed.number))
    return found


def parcel(number: int) -> str:
    return f"SF{number:012d}"


async def check(store: Store, *rows: Sequence[str], actor: Actor = WANG) -> list[BatchRow]:
    return await store.read(batches.check, actor, [HEAD, *rows], HEADINGS)


async def begin(store: Store, *rows: Sequence[str], actor: Actor = WANG) -> Batch:
    checked = await check(store, *rows, actor=actor)
    batch, _ = await store.write(batches.begin, actor, repr(rows).encode(), "parcels.csv", checked)
    return batch


async def run(store: Store, batch_id: int, actor: Actor = WANG, most: int = 99) -> Batch:
    batch = await store.read(batches.require, batch_id)
    while batch.state == "running" and most:
        batch, most = await store.write(batches.step, actor, batch_id), most - 1
    return batch


def shipments(tx: Tx) -> int:
    return tx.scalar(select(func.count()).select_from(ShipmentRow.__table__))


def why(rows: Sequence[BatchRow]) -> list[tuple[int, str | None, Any]]:
    return [(row.row, row.fault, row.facts.get("reason")) for row in rows if row.state == "fault"]


async def test_each_row_at_fault_says_why(any_store: Store) -> None:
    (_, first), (b, held), (c, gone), (d, sent), (e, refund), *others = await paid(any_store, 8)
    fine, again, twice = (number for _, number in others)
    unpaid = await order(any_store, (await money.open_sale(any_store, telegram_id=799)).order_id)
    await any_store.write(desk.take, WANG, b)
    await any_store.write(desk.hold, WANG, b, "stock")
    await any_store.write(desk.call_off, WANG, c, {"CNY": 10**9})
    await any_store.write(service.ship, LI, d, "shunfeng", parcel(1))
    await any_store.write(desk.refund_rest, WANG, e, {"CNY": 0})
    rows = await check(
        any_store, (first, "shunfeng", parcel(10)), (held, "", parcel(11)), (gone, "", parcel(12)),
        (sent, "", parcel(13)), (refund, "", parcel(14)), (unpaid.number, "", parcel(15)),
        ("QL-260101-0000", "", parcel(16)), (fine, "DHL", parcel(17)), (fine, "", "12345"), (fine, "shunfeng", ""),
        (fine, "", "SF123"), (fine, "shunfeng", "SF123"), (fine, "", parcel(1)), (fine, "", parcel(18)),
        (fine, "", parcel(19)), (again, "", parcel(10)), (twice, "青粒专送", ""),
    )
    assert [row.row for row in rows if row.state == "right"] == [2, 18]
    assert why(rows) == [
        (3, "on-hold", "stock"), (4, "already-done", "cancelled"), (5, "already-done", "shipped"),
        (6, "parcel-row", "refund-waits"), (7, "not-ready-to-ship", "unpaid"), (8, "parcel-row", "unknown-order"),
        (9, "parcel-row", "unknown-carrier"), (10, "parcel-row", "which-carrier"), (11, "parcel-row", "no-number"),
        (12, "parcel-row", "which-carrier"), (13, "bad-tracking-number", "short"),
        (14, "tracking-number-used", None), (15, "parcel-row", "order-twice"), (16, "parcel-row", "order-twice"),
        (17, "parcel-row", "number-twice"),
    ]


async def test_carriers_go_by_code_name_and_number(store: Store) -> None:
    [(_, number)] = await paid(store, 1)

    def read(tx: Tx) -> list[tuple[str, str]]:
        found = []
        for cells in (("shunfeng", parcel(1)), ("顺风快递", parcel(2)), ("顺风快递（模拟）", parcel(3)),
                      ("SHUNFENG", parcel(4)), ("Shunfeng (simulated)", parcel(4)), ("", "sf 0000 0000 0005"),
                      ("", "YZ1234567890123"), ("Qingli own delivery", "x"), ("顺丰", parcel(6))):
            [row] = understood(tx, written([(number, *cells)], {}))
            found.append((row.carrier, row.number or str(row.facts.get("reason", ""))))
        return found

    assert await store.read(read) == [
        *(("shunfeng", parcel(n)) for n in (1, 2, 3, 4, 4, 5)), ("yuanzhou", "YZ1234567890123"), ("qingli", ""),
        ("", "unknown-carrier"),
    ]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([("a", "b", "c"), ("QL-260101-0000", "", parcel(1))], "columns"),
        ([("Order", "Carrier"), ("QL-260101-0000", "")], "columns"), ([HEAD], "empty"),
        ([HEAD, ("QL-260101-0000", "", "")], "empty"),
        ([HEAD, *((f"QL-260101-{n:04d}", "", parcel(n)) for n in range(1001))], "large"),
    ],
)
def test_tables_that_are_none_of_parcels(table: list[tuple[str, ...]], reason: str) -> None:
    with pytest.raises(BadBatch) as refused:
        written(table, HEADINGS)
    assert refused.value.facts["reason"] == reason


def test_headings_in_any_order_and_none_at_all() -> None:
    mixed = written([("备注", "快递单号", "订单号"), ("x", parcel(1), "QL-260101-0000")], HEADINGS)
    assert mixed == [(2, ("QL-260101-0000", "", parcel(1)))]
    bare = written([("QL-260101-0000", "shunfeng", parcel(1))], HEADINGS)
    assert bare == [(1, ("QL-260101-0000", "shunfeng", parcel(1)))]


async def test_the_right_rows_ship_and_the_others_stay(any_store: Store) -> None:
    (a, first), (_, second), (c, third) = await paid(any_store, 3)
    batch = await begin(any_store, (first, "", parcel(1)), (second, "", "nonsense"), (third, "顺风快递", parcel(3)))
    assert (batch.right, batch.at_fault, batch.state) == (2, 1, "checked")
    assert [row.written[0] for row in batch.faults] == [second]
    assert await any_store.read(shipments) == 0
    assert [row.row for row in await any_store.read(batches.left_over, WANG, batch.id)] == [3]
    await any_store.write(batches.start, WANG, batch.id)
    assert await any_store.read(jobs, batches.RUN_JOB) == [{"batch_id": batch.id}]
    done = await run(any_store, batch.id)
    assert (done.state, done.shipped, done.at_fault, done.right) == ("done", 2, 1, 0)
    assert [(await order(any_store, each)).fulfilment for each in (a, c)] == [arcs.SHIPPED] * 2
    [left] = await any_store.read(batches.left_over, WANG, batch.id)
    assert left.written == (second, "", "nonsense")
    assert len(await any_store.read(jobs, "shipping.shipped")) == 2


async def test_killed_half_way_and_resumed_nothing_ships_twice(any_store: Store) -> None:
    orders = await paid(any_store, 4)
    batch = await begin(any_store, *((number, "", parcel(n)) for n, (_, number) in enumerate(orders)))
    await any_store.write(batches.start, WANG, batch.id)
    await run(any_store, batch.id, most=2)

    class Killed(BaseException):
        pass

    def dies(tx: Tx) -> None:
        batches.step(tx, WANG, batch.id)
        raise Killed

    with pytest.raises(Killed):
        await any_store.write(dies)
    assert await any_store.read(shipments) == 2
    # Two workers take it up at once, since the dead one's lease ran out while a slow one still works.
    await asyncio.gather(run(any_store, batch.id), run(any_store, batch.id))
    assert (await any_store.read(batches.require, batch.id)).shipped == 4
    assert await any_store.read(shipments) == 4


async def test_without_the_row_that_is_ticked_off_it_would_be_tried_again(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tick is what keeps a worker that comes back from a row: without it every step meets the first row again."""
    orders = await paid(any_store, 2)
    batch = await begin(any_store, *((number, "", parcel(n)) for n, (_, number) in enumerate(orders)))
    await any_store.write(batches.start, WANG, batch.id)
    monkeypatch.setattr(batches.repository, "close", lambda *_args, **_facts: True)
    await run(any_store, batch.id, most=5)
    assert await any_store.read(shipments) == 1
    assert (await any_store.read(batches.require, batch.id)).right == 2


async def test_a_row_and_a_single_shipping_at_once_ship_once(any_store: Store) -> None:
    [(one, number)] = await paid(any_store, 1)
    batch = await begin(any_store, (number, "", parcel(1)))
    await any_store.write(batches.start, WANG, batch.id)
    results = await asyncio.gather(
        any_store.write(batches.step, WANG, batch.id),
        any_store.write(service.ship, LI, one, "shunfeng", parcel(2)), return_exceptions=True,
    )
    assert await any_store.read(shipments) == 1
    after = await run(any_store, batch.id)
    by_hand = not isinstance(results[1], BaseException)
    assert (after.shipped, after.at_fault) == ((0, 1) if by_hand else (1, 0))
    if by_hand:
        assert after.faults[0].facts == {"reason": "shipped", "by": "Li"}


async def test_two_people_with_the_same_rows(any_store: Store) -> None:
    (_, first), (_, second) = await paid(any_store, 2)
    mine = await begin(any_store, (first, "", parcel(1)), (second, "", parcel(2)))
    theirs = await begin(any_store, (first, "", parcel(3)), (second, "", parcel(4)), actor=LI)
    assert (mine.right, theirs.right) == (2, 2)
    await any_store.write(batches.start, WANG, mine.id)
    later = await check(any_store, (first, "", parcel(5)), actor=LI)
    assert (later[0].facts["reason"], later[0].facts["name"]) == ("elsewhere", "小王")
    await run(any_store, mine.id)
    await any_store.write(batches.start, LI, theirs.id)
    done = await run(any_store, theirs.id, LI)
    assert (done.shipped, done.at_fault) == (0, 2)
    assert {row.facts["by"] for row in done.faults} == {"小王"}
    assert await any_store.read(shipments) == 2


async def test_paused_goes_on_and_stopped_does_not(store: Store) -> None:
    orders = await paid(store, 3)
    batch = await begin(store, *((number, "", parcel(n)) for n, (_, number) in enumerate(orders)))
    await store.write(batches.start, WANG, batch.id)
    await run(store, batch.id, most=1)
    await store.write(batches.pause, WANG, batch.id)
    assert (await store.write(batches.step, WANG, batch.id)).shipped == 1
    await store.write(batches.start, WANG, batch.id)
    assert len(await store.read(jobs, batches.RUN_JOB)) == 2
    await run(store, batch.id, most=1)
    stopped = await store.write(batches.stop, WANG, batch.id)
    assert (stopped.state, stopped.shipped, stopped.right) == ("stopped", 2, 1)
    assert await run(store, batch.id) == stopped
    with pytest.raises(BatchMoved):
        await store.write(batches.start, WANG, batch.id)
    [left] = await store.read(batches.left_over, WANG, batch.id)
    assert (left.state, left.written[0]) == ("right", orders[2][1])


async def test_what_changes_between_check_and_shipping_stops_its_row_alone(store: Store) -> None:
    (a, first), (_, second) = await paid(store, 2)
    batch = await begin(store, (first, "", parcel(1)), (second, "", parcel(2)))
    await store.write(desk.refund_rest, WANG, a, {"CNY": 0})
    await store.write(batches.start, WANG, batch.id)
    done = await run(store, batch.id)
    assert (done.shipped, done.at_fault, done.faults[0].facts) == (1, 1, {"reason": "refund-waits"})


async def test_the_same_file_again_is_noticed(store: Store) -> None:
    [(_, number)] = await paid(store, 1)
    rows = await check(store, (number, "", parcel(1)))
    first, none = await store.write(batches.begin, WANG, b"file", "a.csv", rows)
    _, earlier = await store.write(batches.begin, LI, b"file", "b.csv", rows)
    assert none is None and earlier is not None and earlier.id == first.id


async def test_whose_it_is_and_who_may(store: Store) -> None:
    [(_, number)] = await paid(store, 1)
    batch = await begin(store, (number, "", parcel(1)))
    for act in (batches.start, batches.pause, batches.stop):
        with pytest.raises(NotFound):
            await store.write(act, LI, batch.id)
        with pytest.raises(NotAllowed):
            await store.write(act, NOBODY, batch.id)
    with pytest.raises(NotAllowed):
        await check(store, (number, "", parcel(1)), actor=NOBODY)
    await store.write(batches.start, WANG, batch.id)
    with pytest.raises(NotAllowed):
        await store.write(batches.step, staff(WANG.id, WANG.name, frozenset()), batch.id)
    assert (await store.read(batches.require, batch.id)).right == 1


async def test_the_list_of_orders_to_ship_hides_people(store: Store) -> None:
    (a, number), _ = await paid(store, 2)
    await store.write(desk.confirm, WANG, a)
    [plain] = await store.read(batches.to_ship, WANG)
    assert (plain.order.number, plain.order.address, plain.order.note) == (number, None, "")
    with pytest.raises(NotAllowed):
        await store.read(batches.to_ship, WANG, full=True)
    await store.write(batches.note_full_list, EXPORTER)
    [full] = await store.read(batches.to_ship, EXPORTER, full=True)
    assert full.order.address is not None and full.order.address.name == shop.HOME.name
    await lock(store, EXPORTER.id)
    with pytest.raises(Locked):
        await store.read(batches.to_ship, EXPORTER, full=True)
    with pytest.raises(Locked):
        await store.write(batches.note_full_list, EXPORTER)


async def test_what_people_put_into_cells_is_sealed(store: Store, tmp_path: Path) -> None:
    [(_, number)] = await paid(store, 1)
    table = sheets.read(sheets.write_csv([HEAD, (number, "王小二的家", "13987654321")]), "x.csv")
    rows = await store.read(batches.check, SYSTEM, table, HEADINGS)
    await store.write(batches.begin, WANG, b"x", "x.csv", rows)
    await store.close()
    data = files_of(tmp_path)
    assert "王小二".encode() not in data and b"13987654321" not in data
