"""Batches on and off the shelf: the preview's number is what happens, and undoing restores exactly that."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.catalog import (
    browsing,
    categories,
    disclosures,
    editing,
    repository,
    shelving,
    shelving_repository,
    tagging,
)
from services.catalog.lists import ListQuery
from services.catalog.models import ProductRow
from services.catalog.shelving import BatchState, Scope
from services.catalog.types import Disclosure
from services.outbox.models import JobRow
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff import audit
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI, ZHAO
from tests.services.staff.roster import staff_actor
from tests.statements import counted

PRODUCTS, JOBS = ProductRow.__table__, JobRow.__table__


def on_shelf(tx: Tx) -> set[str]:
    return {row.code for row in tx.rows(select(PRODUCTS).where(PRODUCTS.c.published_at <= tx.now))}


def dozen(tx: Tx) -> dict[str, int]:
    """Twelve products in air and below, one more of them off the shelf, and two phones."""
    ids = shelf.furnish(tx)
    made = {f"A{at:02}": shelf.put(tx, f"A{at:02}", "purifiers" if at % 2 else "filters")[0] for at in range(12)}
    made["A99"] = shelf.put(tx, "A99", "filters", on=False)[0]
    made |= {code: shelf.put(tx, code, "phones", tags=("new",))[0] for code in ("N1", "N2")}
    return ids | made


async def off(store: Store, scope: Scope, reason: str = shelving.STOCK) -> shelving.Batch:
    batch = await store.write(shelving.draft, LI, scope, False)
    await store.write(shelving.set_reason, LI, batch.id, reason)
    return await store.write(shelving.run, LI, batch.id)


async def test_a_category_of_twelve_comes_off_and_exactly_those_come_back(
    any_store: Store, clock: MovableClock
) -> None:
    ids = await any_store.write(dozen)
    batch = await any_store.write(shelving.draft, LI, Scope("category", (ids["air"],)), False)
    assert ([each.code for each in batch.products], batch.state) == ([f"A{at:02}" for at in range(12)], "draft")
    assert len(await any_store.read(on_shelf)) == 14
    with pytest.raises(InvalidInput):
        await any_store.write(shelving.run, LI, batch.id)
    with pytest.raises(InvalidInput):
        await any_store.write(shelving.set_reason, LI, batch.id, shelving.OTHER)
    await any_store.write(shelving.set_reason, LI, batch.id, shelving.RECTIFY)
    done = await any_store.write(shelving.run, LI, batch.id)
    again = await any_store.write(shelving.run, ZHAO, batch.id)
    assert (len(done.changed), done.skipped, again.done_at) == (12, (), done.done_at)
    assert await any_store.read(on_shelf) == {"N1", "N2"}
    assert (await any_store.read(browsing.page, SYSTEM, ListQuery(ids["air"]), None, 1)).total == 0

    clock.move(3600)
    undone = await any_store.write(shelving.undo, ZHAO, batch.id)
    await any_store.write(shelving.undo, LI, batch.id)
    assert (undone.state, undone.kept, len([each for each in undone.products if each.restored])) == ("undone", (), 12)
    assert await any_store.read(on_shelf) == {f"A{at:02}" for at in range(12)} | {"N1", "N2"}
    assert (await any_store.read(browsing.page, SYSTEM, ListQuery(ids["air"]), None, 1)).total == 12
    entries = await any_store.read(audit.entries, SYSTEM, area="shelf")
    assert [(each.act, len(each.facts["products"]), each.facts.get("reason")) for each in entries] == [
        ("shelf.undo", 12, None), ("shelf.off", 12, "rectify"),
    ]


async def test_what_somebody_changed_since_is_left_alone_and_named(any_store: Store, clock: MovableClock) -> None:
    ids = await any_store.write(dozen)
    batch = await any_store.write(shelving.draft, LI, Scope("category", (ids["air"],)), False)
    await any_store.write(shelving.set_reason, LI, batch.id, "等新标签")
    # Between the preview and the act, and between the act and the undoing.
    await any_store.write(editing.publish, SYSTEM, ids["A00"], None)
    done = await any_store.write(shelving.run, LI, batch.id)
    assert ([each.code for each in done.skipped], len(done.changed)) == (["A00"], 11)
    clock.move(60)
    for since in (any_store.clock.now(), None):
        await any_store.write(editing.publish, SYSTEM, ids["A01"], since)
    await any_store.write(editing.publish, SYSTEM, ids["A02"], any_store.clock.now())
    undone = await any_store.write(shelving.undo, LI, batch.id)
    assert [each.code for each in undone.kept] == ["A01", "A02"]
    assert await any_store.read(on_shelf) == {f"A{at:02}" for at in range(2, 12)} | {"N1", "N2"}


async def test_a_day_later_it_cannot_be_undone(store: Store, clock: MovableClock) -> None:
    ids = await store.write(dozen)
    batch = await off(store, Scope("products", (ids["A01"], ids["N1"], ids["A99"])))
    assert [each.code for each in batch.changed] == ["A01", "N1"]
    clock.move(timedelta(hours=24).total_seconds())
    with pytest.raises(BatchState) as refused:
        await store.write(shelving.undo, LI, batch.id)
    assert (refused.value.facts, batch.can_undo(clock.now())) == ({"reason": "late"}, False)


async def test_a_tag_goes_on_the_shelf_without_what_tells_too_little(any_store: Store) -> None:
    ids = await any_store.write(dozen)
    await off(any_store, Scope("tag", (await any_store.read(tag_id),)))
    rule = Disclosure("licence", {"zh": "执照", "en": "Licence"}, required=True)
    await any_store.write(disclosures.set_rules, LI, ids["filters"], [rule])
    await any_store.write(editing.publish, SYSTEM, ids["A01"], None)
    batch = await any_store.write(shelving.draft, LI, Scope("products", (ids["A99"], ids["A01"], ids["N1"])), True)
    assert ([each.code for each in batch.products], batch.scope.blocked) == (["A01", "N1"], (ids["A99"],))
    done = await any_store.write(shelving.run, LI, batch.id)
    assert {each.code for each in done.changed} <= await any_store.read(on_shelf)
    undone = await any_store.write(shelving.undo, LI, batch.id)
    assert undone.kept == ()
    page = await any_store.read(shelving.off_shelf, LI)
    assert ({each.code for each in page.items}, page.counts) == (
        {"A01", "A99", "N1", "N2"}, {"stock": 2, "other": 2},
    )
    some = await any_store.read(shelving.off_shelf, LI, shelving.STOCK)
    assert ({each.code for each in some.items}, some.pages) == ({"N1", "N2"}, 1)


def tag_id(tx: Tx) -> int:
    found = repository.id_by_code(tx, "tag", "new")
    assert found is not None
    return found


async def test_a_plan_waits_for_its_moment_and_can_be_dropped(any_store: Store, clock: MovableClock) -> None:
    ids = await any_store.write(dozen)
    at = clock.now() + timedelta(hours=2)
    plans = []
    for code in ("A01", "A02"):
        batch = await any_store.write(shelving.draft, LI, Scope("products", (ids[code],)), False)
        await any_store.write(shelving.set_reason, LI, batch.id, shelving.STOCK)
        plans.append(await any_store.write(shelving.plan, LI, batch.id, at))
    with pytest.raises(InvalidInput):
        await any_store.write(shelving.plan, LI, plans[0].id, clock.now())
    dropped = await any_store.write(shelving.drop, LI, plans[1].id)
    await any_store.write(shelving.drop, LI, plans[1].id)
    assert (plans[0].state, plans[0].due_at, dropped.state) == ("planned", at, "dropped")
    states = await any_store.read(lambda tx: [(row.kind, row.state, row.due_at) for row in tx.rows(
        select(JOBS).where(JOBS.c.kind == "catalog.shelf-batch").order_by(JOBS.c.id)
    )])
    assert states == [("catalog.shelf-batch", "waiting", at), ("catalog.shelf-batch", "cancelled", at)]
    clock.move(7200)
    done = await any_store.write(shelving.run_planned, plans[0].id)
    assert done is not None and [each.code for each in done.changed] == ["A01"]
    assert await any_store.write(shelving.run_planned, plans[0].id) is None
    assert await any_store.write(shelving.run_planned, plans[1].id) is None
    with pytest.raises(BatchState):
        await any_store.write(shelving.drop, LI, plans[0].id)


async def test_two_people_at_once_do_a_batch_and_undo_it_once(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await any_store.write(dozen)
    batch = await any_store.write(shelving.draft, LI, Scope("category", (ids["air"],)), False)
    await any_store.write(shelving.set_reason, LI, batch.id, shelving.STOCK)
    await asyncio.gather(*(any_store.write(shelving.run, who, batch.id) for who in (LI, ZHAO, LI)))
    await asyncio.gather(*(any_store.write(shelving.undo, who, batch.id) for who in (LI, ZHAO, LI)))
    acts = [each.act for each in await any_store.read(audit.entries, SYSTEM, area="shelf", most=20)]
    assert acts == ["shelf.undo", "shelf.off"]
    # Without the guard the second undoing is done again.
    monkeypatch.setattr(shelving_repository, "begin_undo", lambda *_: True)
    await any_store.write(shelving.undo, LI, batch.id)
    acts = [each.act for each in await any_store.read(audit.entries, SYSTEM, area="shelf", most=20)]
    assert acts == ["shelf.undo", "shelf.undo", "shelf.off"]


async def test_who_may_not_and_what_is_not_there(store: Store) -> None:
    ids = await store.write(dozen)
    for attempt, error in (
        (lambda tx: shelving.draft(tx, staff_actor("support"), Scope("products", (ids["A01"],)), False), NotAllowed),
        (lambda tx: shelving.draft(tx, LI, Scope("category", (999,)), False), NotFound),
        (lambda tx: shelving.read(tx, LI, 999), NotFound),
        (lambda tx: shelving.run(tx, LI, 999), NotFound),
    ):
        with pytest.raises(error):
            await store.write(attempt)


async def test_lists_ask_little_however_long_they_are(any_store: Store) -> None:
    ids = await any_store.write(dozen)
    tag = await any_store.read(tag_id)
    for scope in (Scope("category", (ids["air"],)), Scope("tag", (tag,)), Scope("category", (ids["phones"],))):
        await off(any_store, scope)
    with counted(any_store) as asked:
        found = await any_store.read(shelving.batches, LI)
    assert ([batch.scope_name["en"] for batch in found], len(asked)) == (["Phones", "New", "Air"], 3)
    for reading, statements in (
        (lambda tx: shelving.off_shelf(tx, LI), 2), (lambda tx: categories.tree(tx, LI), 1),
        (lambda tx: tagging.tags(tx, LI), 1), (lambda tx: tagging.card(tx, LI, tag), 3),
        (lambda tx: shelving.read(tx, LI, found[0].id), 3),
    ):
        with counted(any_store) as asked:
            await any_store.read(reading)
        assert len(asked) == statements
