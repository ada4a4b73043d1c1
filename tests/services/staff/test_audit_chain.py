"""The log's chain: a row that was changed, deleted, swapped or cut off is found."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, text, update

from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed
from services.staff import audit, checking
from services.staff.models import AuditEntryRow, AuditHeadRow
from tests.services.staff.roster import staff_actor

ENTRIES, HEAD = AuditEntryRow.__table__, AuditHeadRow.__table__
WANG, BOSS = staff_actor("orders"), staff_actor("owner", 7, "店主")


async def filled(store: Store) -> Store:
    for number in (1, 2, 3, 4):
        await store.write(audit.record, WANG, "orders.take", f"order:{number}", {"number": f"QL-{number}"})
    return store


async def faults(store: Store) -> list[str]:
    return [str(each) for each in await store.read(checking.violations)]


async def test_a_log_as_it_was_written_is_whole(any_store: Store) -> None:
    await filled(any_store)
    assert await faults(any_store) == []


@pytest.mark.parametrize("column", ["act", "actor", "name", "subject", "facts"])
async def test_a_changed_row(any_store: Store, column: str) -> None:
    await filled(any_store)
    await any_store.write(lambda tx: tx.execute(update(ENTRIES).where(ENTRIES.c.id == 2).values({column: "other"})))
    assert await faults(any_store) == ["audit: entry:2: was changed"]


async def test_a_deleted_row(any_store: Store) -> None:
    await filled(any_store)
    await any_store.write(lambda tx: tx.execute(delete(ENTRIES).where(ENTRIES.c.id == 3)))
    assert await faults(any_store) == ["audit: entry:3: is missing"]


async def test_the_last_rows_cut_off(any_store: Store) -> None:
    await filled(any_store)

    def cut(tx: Tx) -> None:
        tx.execute(update(HEAD).values(entry_id=3))
        tx.execute(delete(ENTRIES).where(ENTRIES.c.id == 4))

    await any_store.write(cut)
    assert await faults(any_store) == ["audit: entry:4: is missing at the end"]


async def test_two_rows_swapped(any_store: Store) -> None:
    await filled(any_store)

    def swap(tx: Tx) -> None:
        first, second = tx.rows(ENTRIES.select().where(ENTRIES.c.id.in_((2, 3))).order_by(ENTRIES.c.id))
        for id_, other in ((2, second), (3, first)):
            kept = {name: value for name, value in other._mapping.items() if name != "id"}
            tx.execute(update(ENTRIES).where(ENTRIES.c.id == id_).values(kept))

    await any_store.write(swap)
    assert await faults(any_store) == ["audit: entry:2: was changed"]


async def test_a_row_put_in_with_a_hash_of_its_own(any_store: Store) -> None:
    await filled(any_store)
    await any_store.write(lambda tx: tx.execute(text("UPDATE audit_entries SET hash = 'x' WHERE id = 4")))
    assert await faults(any_store) == ["audit: entry:4: was changed"]


async def test_many_at_once_make_one_chain(any_store: Store) -> None:
    await asyncio.gather(*(
        any_store.write(audit.record, WANG, "orders.take", f"order:{number}") for number in range(20)))
    found = await any_store.read(audit.entries, BOSS, most=50)
    assert [each.id for each in found] == list(range(20, 0, -1))
    assert await faults(any_store) == []


async def test_what_was_rolled_back_leaves_no_entry(any_store: Store) -> None:
    def fail(tx: Tx) -> None:
        audit.record(tx, WANG, "orders.take", "order:1")
        raise ValueError

    with pytest.raises(ValueError):
        await any_store.write(fail)
    assert await any_store.read(audit.entries, BOSS) == ()


async def test_entries_by_page_person_area_and_thing(store: Store) -> None:
    await filled(store)
    await store.write(audit.record, BOSS, "orders.take", "order:4")
    await store.write(audit.record, BOSS, "ordersome.thing", "order:4")
    assert [each.id for each in await store.read(audit.entries, BOSS, before=3, most=1)] == [2]
    assert [each.id for each in await store.read(audit.entries, BOSS, by="staff:7")] == [6, 5]
    assert [each.id for each in await store.read(audit.entries, BOSS, area="orders")] == [5, 4, 3, 2, 1]
    assert [each.id for each in await store.read(audit.entries, BOSS, subject="order:4")] == [6, 5, 4]
    with pytest.raises(NotAllowed):
        await store.read(audit.entries, WANG)
