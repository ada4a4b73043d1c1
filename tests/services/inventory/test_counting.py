"""Stock under people's hands: what they did is written down, can be taken back once, and never over somebody else."""

from __future__ import annotations

import asyncio

import pytest

from services.inventory import counting, counting_repository, looking
from services.inventory import service as inventory
from services.inventory.checking import violations
from services.inventory.errors import StockTooLow
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import ChangedSince, InvalidInput, NotAllowed, NotFound, Stale
from services.staff import audit
from tests.services.inventory.conftest import put_product
from tests.services.staff.roster import staff_actor
from tests.statements import counted

LI, ZHAO = staff_actor("products", 51, "小李"), staff_actor("products", 52, "小赵")


async def on_hand(store: Store, sku: int) -> int:
    return (await store.read(looking.card, LI, sku)).on_hand


async def test_moved_counted_and_taken_back(any_store: Store, stocked) -> None:
    [sku] = await stocked(10)
    await any_store.write(inventory.reserve, 1, {sku: 4}, None)
    added = await any_store.write(counting.move, LI, sku, 10, " 到货 ")
    assert (added.before, added.on_hand, added.free) == (10, 20, 16)
    found = await any_store.write(counting.count, ZHAO, sku, 18, "盘点")
    same = await any_store.write(counting.count, ZHAO, sku, 18)
    with pytest.raises(StockTooLow) as low:
        await any_store.write(counting.count, LI, sku, 3)
    assert low.value.facts["available"] == 14
    with pytest.raises(ChangedSince) as refused:
        await any_store.write(counting.undo, LI, found.movement_id)
    assert refused.value.facts["name"] == "小赵"
    await any_store.write(counting.undo, LI, same.movement_id)
    for _ in range(2):
        with pytest.raises(ChangedSince):
            await any_store.write(counting.undo, LI, added.movement_id)
    assert await on_hand(any_store, sku) == 18
    ledger = await any_store.read(looking.ledger, LI, sku)
    assert [(each.cause, each.delta, each.name, each.reason, each.undone) for each in ledger.movements] == [
        ("undo", 0, "小李", "", False), ("count", 0, "小赵", "", True), ("count", -2, "小赵", "盘点", False),
        ("move", 10, "小李", "到货", False),
    ]
    assert await any_store.read(violations) == []
    facts = (await any_store.read(audit.entries, SYSTEM, area="stock"))[2]
    assert (facts.act, facts.facts["was"], facts.facts["now"]) == ("stock.count", 20, 18)


async def test_undoing_twice_at_once_takes_back_once(any_store: Store, stocked, monkeypatch) -> None:
    [sku] = await stocked(10)
    moved = await any_store.write(counting.move, LI, sku, 5)
    answers = await asyncio.gather(*(any_store.write(counting.undo, who, moved.movement_id) for who in (LI, ZHAO, LI)))
    assert ({each.on_hand for each in answers}, await on_hand(any_store, sku)) == ({10}, 10)
    # Without the note on the movement it is taken back again.
    other = await any_store.write(counting.move, LI, sku, 5)
    monkeypatch.setattr(counting_repository, "note_undone", lambda *_: None)
    monkeypatch.setattr(counting_repository, "changed_after", lambda *_: None)
    for _ in range(2):
        await any_store.write(counting.undo, LI, other.movement_id)
    assert await on_hand(any_store, sku) == 5


async def test_pieces_that_are_owed_by_now_cannot_be_taken_back(any_store: Store, stocked) -> None:
    [sku] = await stocked(0)
    moved = await any_store.write(counting.move, LI, sku, 2, cause=counting.RESTOCK)
    await any_store.write(inventory.reserve, 1, {sku: 1}, None)
    with pytest.raises(StockTooLow):
        await any_store.write(counting.undo, LI, moved.movement_id)
    await any_store.write(inventory.ship, 1, {sku: 1})
    with pytest.raises(NotFound):
        await any_store.write(counting.undo, LI, moved.movement_id + 1)


async def test_what_makes_no_sense_is_refused(store: Store) -> None:
    [sku] = await store.write(put_product, "S", [1])
    for attempt, error in (
        (lambda tx: counting.move(tx, LI, sku, 0), InvalidInput),
        (lambda tx: counting.move(tx, LI, sku, 1_000_001), InvalidInput),
        (lambda tx: counting.count(tx, LI, sku, -1), InvalidInput),
        (lambda tx: counting.set_safety(tx, LI, sku, -1), InvalidInput),
        (lambda tx: counting.move(tx, LI, sku + 1, 1), NotFound),
        (lambda tx: counting.move(tx, staff_actor("support"), sku, 1), NotAllowed),
        (lambda tx: counting.undo(tx, LI, 99), NotFound),
        (lambda tx: looking.page(tx, LI, "nothing"), Stale),
        (lambda tx: looking.page(tx, LI, "all", "axx"), Stale),
        (lambda tx: looking.page(tx, staff_actor("marketing"), "all"), NotAllowed),
    ):
        with pytest.raises(error):
            await store.write(attempt)


async def test_a_card_adds_up_and_equals_the_database(any_store: Store, stocked, clock: MovableClock) -> None:
    [sku] = await stocked(20)
    await any_store.write(inventory.reserve, 1, {sku: 3}, clock.now().replace(hour=23))
    await any_store.write(inventory.reserve, 2, {sku: 5}, None)
    await any_store.write(inventory.ship, 2, {sku: 2})
    card = await any_store.read(looking.card, LI, sku)
    assert (card.on_hand, card.held, card.committed, card.available) == (18, 3, 3, 12)
    assert await any_store.read(inventory.available, [sku]) == {sku: 12}
    clock.move(86_400)
    assert (await any_store.read(looking.card, LI, sku)).available == 15


async def test_the_list_is_paged_by_what_is_left_and_asks_little(any_store: Store, stocked) -> None:
    skus = await stocked(*range(20))
    for sku in skus[1:4]:
        await any_store.write(counting.set_safety, LI, sku, 5)
    with counted(any_store) as asked:
        first = await any_store.read(looking.page, LI, "all")
    assert len(asked) == 3
    assert first.counts == {"low": 3, "out": 1, "slow": 19, "all": 20}
    pages = [first]
    while pages[-1].after:
        pages.append(await any_store.read(looking.page, LI, "all", pages[-1].after))
    assert [line.free for page in pages for line in page.lines] == list(range(20))
    back = await any_store.read(looking.page, LI, "all", pages[-1].before)
    assert back == pages[1]
    assert (await any_store.read(looking.page, LI, "all", back.before)).before == ""
    low = await any_store.read(looking.page, LI, "low")
    assert [(line.free, line.safety) for line in low.lines] == [(1, 5), (2, 5), (3, 5)]
    assert [line.sku.sku_id for line in (await any_store.read(looking.page, LI, "out")).lines] == [skus[0]]
    found = await any_store.read(looking.found, LI, "s-1")
    assert [line.sku.sku_code for line in found][:2] == ["S-1", "S-10"]


async def test_the_ledger_is_paged_from_the_newest(any_store: Store, stocked) -> None:
    [sku] = await stocked(1)
    for _ in range(10):
        await any_store.write(counting.move, LI, sku, 1)
    with counted(any_store) as asked:
        newest = await any_store.read(looking.ledger, LI, sku)
    rest = await any_store.read(looking.ledger, LI, sku, newest.after)
    assert (len(asked), len(newest.movements), len(rest.movements), rest.after) == (3, 8, 2, None)
    assert [each.id for each in (*newest.movements, *rest.movements)] == list(range(10, 0, -1))


async def test_slow_is_what_is_there_and_was_not_bought_for_a_month(
    any_store: Store, stocked, clock: MovableClock
) -> None:
    skus = await stocked(0, *range(1, 21))
    await any_store.write(inventory.reserve, 1, {skus[7]: 1}, None)
    await any_store.write(inventory.reserve, 2, {skus[8]: 1}, clock.now().replace(hour=23))
    first = await any_store.read(looking.page, LI, "slow")
    rest = [first]
    while rest[-1].after:
        rest.append(await any_store.read(looking.page, LI, "slow", rest[-1].after))
    # Of 20 with stock one was bought; the other is only held for somebody.
    frees = [line.free for page in rest for line in page.lines]
    assert (first.counts["slow"], frees) == (19, sorted([*range(1, 7), 7, *range(9, 21)], reverse=True))
    assert await any_store.read(looking.page, LI, "slow", rest[1].before) == first
    clock.move(31 * 86_400)
    assert (await any_store.read(looking.page, LI, "slow")).counts["slow"] == 20
