"""Who acts behind the counter: the owners of the settings and the roster, as it is at this moment."""

from __future__ import annotations

from bot.desk import Desk
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.staff import repository, roster
from services.staff.types import ORDER_DESK, OWNER
from tests.services.staff.roster import enlist, staff_actor

OWNER_ID, MEMBER = 1, 2


async def test_owners_may_everything_without_being_on_the_roster(store: Store) -> None:
    actor = await Desk(store, frozenset({OWNER_ID})).actor(OWNER_ID, "Boss")
    assert actor is not None and (actor.label, actor.permissions) == ("staff:1", OWNER)


async def test_the_roster_decides_what_a_member_may_do(store: Store) -> None:
    desk = Desk(store, frozenset({OWNER_ID}))
    assert await desk.actor(MEMBER, "Wang") is None
    await enlist(store, MEMBER, "orders", "Wang")
    actor = await desk.actor(MEMBER, "Wang")
    assert actor is not None and (actor.label, actor.name, actor.permissions) == ("staff:2", "Wang", ORDER_DESK)


async def test_whoever_is_put_out_is_out_at_the_next_act(store: Store) -> None:
    await enlist(store, MEMBER, "orders")
    await enlist(store, 3, "manager", "Chen")
    desk = Desk(store, frozenset({OWNER_ID}))
    assert await desk.actor(MEMBER, "Wang") is not None
    await store.write(lambda tx: roster.revoke(tx, staff_actor("manager", 3, "Chen"), member_id(tx)))
    assert await desk.actor(MEMBER, "Wang") is None


async def test_last_seen_is_noted_every_five_minutes(store: Store, clock: MovableClock) -> None:
    await enlist(store, MEMBER, "orders")
    desk = Desk(store, frozenset())
    first = clock.now()
    for seconds, expected in ((0, 0), (299, 0), (1, 300)):
        clock.move(seconds)
        await desk.actor(MEMBER, "Wang")
        seen = (await store.read(roster.members, SYSTEM))[0].seen_at
        assert seen is not None and (seen - first).total_seconds() == expected


def member_id(tx: Tx) -> int:
    row = repository.row_of(tx, MEMBER)
    assert row is not None
    return row.id
