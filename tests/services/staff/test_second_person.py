"""A second person decides, once; the emergency stop; faults that are counted."""

from __future__ import annotations

import asyncio

import pytest

from services.outbox.models import JobRow
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from services.staff import alarms, approvals, freeze
from services.staff.errors import AlreadyDecided, Frozen, Locked, SamePerson
from tests.services.staff.roster import enlist, staff_actor

WANG, CHEN, BOSS = staff_actor("orders"), staff_actor("manager", 8, "陈经理"), staff_actor("owner", 7, "店主")
MONEY = staff_actor("finance", 9, "财务")


def jobs(tx: Tx, kind: str) -> list[dict[str, object]]:
    return [row.payload for row in tx.rows(JobRow.__table__.select().order_by(JobRow.__table__.c.id))
            if row.kind == kind]


async def test_another_person_agrees_once(any_store: Store) -> None:
    asked = await any_store.write(approvals.request, CHEN, "orders.refund", "order:1", {"amount": 60_000})
    again = await any_store.write(approvals.request, CHEN, "orders.refund", "order:1", {"amount": 60_000})
    assert again.id == asked.id
    with pytest.raises(SamePerson):
        await any_store.write(approvals.take, CHEN, asked.id, "orders.refund")
    with pytest.raises(NotAllowed):
        await any_store.write(approvals.take, WANG, asked.id, "orders.refund")
    with pytest.raises(NotFound):
        await any_store.write(approvals.take, BOSS, asked.id, "pushes.send")
    taken = await any_store.write(approvals.take, BOSS, asked.id, "orders.refund")
    assert (taken.state, taken.decided_by, taken.decided_name) == ("approved", 7, "店主")
    for decide in (lambda tx: approvals.take(tx, MONEY, asked.id, "orders.refund"),
                   lambda tx: approvals.refuse(tx, MONEY, asked.id)):
        with pytest.raises(AlreadyDecided) as late:
            await any_store.write(decide)
        assert late.value.facts == {"reason": "approved", "name": "店主"}
    assert len(await any_store.read(jobs, approvals.CARD_JOB)) == 2
    assert await any_store.read(jobs, approvals.DECIDED_JOB) == [{"approval_id": asked.id}]
    assert await any_store.read(approvals.waiting, BOSS) == ()


async def test_of_two_who_decide_one_is_first(any_store: Store) -> None:
    asked = await any_store.write(approvals.request, WANG, "orders.refund", "order:1", {})
    outcomes = await asyncio.gather(
        any_store.write(approvals.take, BOSS, asked.id, "orders.refund"),
        any_store.write(approvals.refuse, CHEN, asked.id), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyDecided", "Approval"]


async def test_a_stopped_shop(any_store: Store) -> None:
    await enlist(any_store, 8, "manager", "陈经理", unlocked=False)
    with pytest.raises(NotAllowed):
        await any_store.write(freeze.freeze, WANG)
    with pytest.raises(Locked):
        await any_store.write(freeze.freeze, CHEN)
    await enlist(any_store, 8, "manager", "陈经理")
    assert await any_store.write(freeze.freeze, CHEN) and not await any_store.write(freeze.freeze, CHEN)
    with pytest.raises(Frozen):
        await any_store.read(freeze.refuse_if_frozen)
    assert await any_store.write(freeze.thaw, CHEN) and not await any_store.write(freeze.thaw, CHEN)
    await any_store.read(freeze.refuse_if_frozen)


async def test_faults_of_one_cause_are_one_alarm_an_hour(any_store: Store, clock: MovableClock) -> None:
    first = await any_store.write(alarms.ring, "KeyError a.py:1 f", "E-0001")
    assert await any_store.write(alarms.ring, "KeyError a.py:1 f", "E-0002") == first == "E-0001"
    assert await any_store.write(alarms.ring, "KeyError b.py:2 g", "E-0003") == "E-0003"
    shown = await any_store.read(alarms.require, 1)
    assert (shown.times, shown.reference) == (2, "E-0001")
    clock.move(3600)
    assert await any_store.write(alarms.ring, "KeyError a.py:1 f", "E-0004") == "E-0004"


async def test_a_flood_of_faults_changes_the_message_once_a_minute(any_store: Store, clock: MovableClock) -> None:
    for _ in range(100):
        await any_store.write(alarms.ring, "KeyError a.py:1 f", "E-0001")
    assert len(await any_store.read(jobs, alarms.ALARM_JOB)) == 2
    clock.move(60)
    await any_store.write(alarms.ring, "KeyError a.py:1 f", "E-0001")
    assert len(await any_store.read(jobs, alarms.ALARM_JOB)) == 3
