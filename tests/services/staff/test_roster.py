"""Who may bring whom in, change whom and put whom out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.outbox.models import JobRow
from services.shared.actors import Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotAllowed, NotFound, Refusal
from services.staff import audit, people, repository, roles, roster
from services.staff.errors import AlreadyStaff, InvitationGone, Locked, NotYours, RoleHeld
from services.staff.types import CATALOG_EDIT, ORDERS_VIEW, STAFF_MANAGE, STOCK_VIEW
from tests.services.staff.roster import enlist, lock, staff_actor

OWNER, MANAGER, DESK = 7, 8, 42
BOSS, CHEN, WANG = staff_actor("owner", OWNER, "店主"), staff_actor("manager", MANAGER, "陈经理"), staff_actor("orders")
NAME = {"zh": "仓库", "en": "Warehouse"}


@pytest.fixture(autouse=True)
async def team(any_store: Store) -> None:
    await enlist(any_store, OWNER, "owner", "店主")
    await enlist(any_store, MANAGER, "manager", "陈经理")
    await enlist(any_store, DESK, "orders")


async def member_id(store: Store, telegram_id: int) -> int:
    row = await store.read(repository.row_of, telegram_id)
    assert row is not None
    return row.id


async def actor_now(store: Store, telegram_id: int) -> Actor | None:
    return await store.read(roster.find_actor, telegram_id, "", frozenset({OWNER}))


async def refused(store: Store, use_case: Any, *args: Any, **kwargs: Any) -> type[Refusal]:
    with pytest.raises(Refusal) as raised:
        await store.write(use_case, *args, **kwargs)
    return type(raised.value)


async def own_role(store: Store, *permissions: str) -> int:
    made = await store.write(roles.make, BOSS, NAME)
    for permission in permissions:
        await store.write(roles.switch, BOSS, made.id, permission, on=True)
    return made.id


async def test_a_link_makes_one_person_staff_once(any_store: Store) -> None:
    _, token = await any_store.write(roster.invite, CHEN, "support")
    joined = await any_store.write(roster.join, customer(1), token, 100, "小美")
    assert (joined.role, joined.name) == ("support", "小美")
    assert await refused(any_store, roster.join, customer(2), token, 101, "Eve") is InvitationGone
    assert await refused(any_store, roster.join, customer(1), "0" * 32, 100, "小美") is NotFound
    _, other = await any_store.write(roster.invite, CHEN, "orders")
    assert await refused(any_store, roster.join, customer(1), other, 100, "小美") is AlreadyStaff
    stored = await any_store.read(lambda tx: [row.digest for row in tx.rows(repository.INVITATIONS.select())])
    assert token not in stored and other not in stored


async def test_of_two_with_one_link_one_gets_in(any_store: Store) -> None:
    _, token = await any_store.write(roster.invite, BOSS, "orders")
    outcomes = await asyncio.gather(
        any_store.write(roster.join, customer(1), token, 100, "A"),
        any_store.write(roster.join, customer(2), token, 101, "B"), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["InvitationGone", "Member"]
    found = [await actor_now(any_store, each) for each in (100, 101)]
    assert sum(each is not None for each in found) == 1


async def test_without_the_guard_both_would_get_in(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = await any_store.write(roster.invite, BOSS, "orders")
    monkeypatch.setattr(repository, "use_invitation", lambda tx, invitation_id, who: True)
    for number in (1, 2):
        await any_store.write(roster.join, customer(number), token, 99 + number, "A")
    assert await actor_now(any_store, 100) and await actor_now(any_store, 101)


async def test_a_link_ends_after_a_day_or_with_the_one_who_made_it(any_store: Store, clock: MovableClock) -> None:
    _, old = await any_store.write(roster.invite, BOSS, "orders")
    clock.move(timedelta(hours=24).total_seconds())
    assert await refused(any_store, roster.join, customer(1), old, 100, "A") is InvitationGone
    _, token = await any_store.write(roster.invite, CHEN, "orders")
    await any_store.write(roster.revoke, BOSS, await member_id(any_store, MANAGER))
    assert await refused(any_store, roster.join, customer(1), token, 100, "A") is InvitationGone


async def test_rights_that_are_taken_are_gone_at_once(any_store: Store) -> None:
    await any_store.write(roster.revoke, CHEN, await member_id(any_store, DESK))
    assert await actor_now(any_store, DESK) is None
    assert await refused(any_store, roster.revoke, CHEN, await member_id(any_store, DESK)) is NotFound
    jobs = await any_store.read(lambda tx: [row.payload for row in tx.rows(JobRow.__table__.select())])
    assert {"telegram_id": DESK, "what": "revoked"} in jobs


@pytest.mark.parametrize("use_case", [roster.revoke, people.reset_code])
async def test_nobody_touches_an_owner_themselves_or_more_than_they_hold(any_store: Store, use_case: Any) -> None:
    few = Actor("staff", MANAGER, "陈经理", frozenset({STAFF_MANAGE, STOCK_VIEW}))
    assert await refused(any_store, use_case, CHEN, await member_id(any_store, OWNER)) is NotYours
    assert await refused(any_store, use_case, CHEN, await member_id(any_store, MANAGER)) is NotYours
    assert await refused(any_store, use_case, few, await member_id(any_store, DESK)) is NotYours
    assert await refused(any_store, use_case, WANG, await member_id(any_store, MANAGER)) is NotAllowed


async def test_nobody_gives_what_they_do_not_hold(any_store: Store) -> None:
    few = Actor("staff", MANAGER, "陈经理", frozenset({STAFF_MANAGE, STOCK_VIEW}))
    assert await any_store.read(roles.offered, few) == ()
    assert await refused(any_store, roster.invite, few, "support") is NotYours
    assert await refused(any_store, roster.invite, BOSS, "owner") is NotFound
    assert await refused(any_store, roster.invite, BOSS, "own:99") is NotFound
    await any_store.write(people.change_role, CHEN, await member_id(any_store, DESK), "support")
    assert await refused(any_store, people.change_role, CHEN, await member_id(any_store, DESK), "owner") is NotFound


async def test_changes_wait_for_a_code(any_store: Store) -> None:
    await lock(any_store, MANAGER)
    desk, role = await member_id(any_store, DESK), await own_role(any_store, STOCK_VIEW)
    for use_case, *args in (
        (roster.invite, "orders"), (roster.revoke, desk), (people.change_role, desk, "support"),
        (people.reset_code, desk), (roles.make, NAME), (roles.rename, role, NAME), (roles.delete, role),
    ):
        assert await refused(any_store, use_case, CHEN, *args) is Locked
    assert await refused(any_store, roles.switch, CHEN, role, STOCK_VIEW, on=False) is Locked


async def test_a_role_of_the_shops_own_counts_at_once(any_store: Store) -> None:
    role = await own_role(any_store, STOCK_VIEW)
    await any_store.write(people.change_role, BOSS, await member_id(any_store, DESK), f"own:{role}")
    actor = await actor_now(any_store, DESK)
    assert actor is not None and actor.permissions == {STOCK_VIEW}
    await any_store.write(roles.switch, BOSS, role, ORDERS_VIEW, on=True)
    await any_store.write(roles.switch, BOSS, role, ORDERS_VIEW, on=True)
    actor = await actor_now(any_store, DESK)
    assert actor is not None and actor.permissions == {STOCK_VIEW, ORDERS_VIEW}
    await any_store.write(roles.switch, BOSS, role, ORDERS_VIEW, on=False)
    assert await refused(any_store, roles.switch, BOSS, role, STOCK_VIEW, on=False) is RoleHeld
    assert await refused(any_store, roles.delete, BOSS, role) is RoleHeld
    await any_store.write(people.change_role, BOSS, await member_id(any_store, DESK), "support")
    _, token = await any_store.write(roster.invite, BOSS, f"own:{role}")
    await any_store.write(roles.delete, BOSS, role)
    assert await refused(any_store, roster.join, customer(1), token, 100, "A") is InvitationGone


async def test_nobody_grows_through_a_role(any_store: Store) -> None:
    role = await own_role(any_store, STOCK_VIEW, STAFF_MANAGE)
    few = Actor("staff", DESK, "小王", frozenset({STOCK_VIEW, STAFF_MANAGE}))
    assert await refused(any_store, roles.switch, few, role, CATALOG_EDIT, on=True) is NotYours
    await any_store.write(people.change_role, BOSS, await member_id(any_store, DESK), f"own:{role}")
    # Not even less: nobody changes the role that they hold themselves.
    assert await refused(any_store, roles.switch, few, role, STOCK_VIEW, on=False) is NotYours
    await any_store.write(roles.switch, BOSS, role, CATALOG_EDIT, on=True)
    other = await own_role(any_store, CATALOG_EDIT)
    assert await refused(any_store, roles.delete, few, other) is NotYours
    with pytest.raises(InvalidInput):
        await any_store.write(roles.rename, BOSS, other, {"zh": "", "en": "x"})


async def test_every_change_is_in_the_log(any_store: Store) -> None:
    role = await own_role(any_store, STOCK_VIEW)
    desk = await member_id(any_store, DESK)
    invitation, _ = await any_store.write(roster.invite, BOSS, "orders")
    assert await any_store.write(people.withdraw, BOSS, invitation.id)
    assert not await any_store.write(people.withdraw, BOSS, invitation.id)
    await any_store.write(people.change_role, BOSS, desk, "support")
    await any_store.write(people.reset_code, BOSS, desk)
    await any_store.write(roles.rename, BOSS, role, NAME)
    await any_store.write(roles.delete, BOSS, role)
    await any_store.write(roster.revoke, BOSS, desk)
    found = await any_store.read(audit.entries, BOSS, most=20)
    assert [(each.act, each.subject) for each in reversed(found)] == [
        ("staff.make-role", f"role:{role}"), ("staff.allow", f"role:{role}"),
        ("staff.invite", f"invitation:{invitation.id}"), ("staff.withdraw", f"invitation:{invitation.id}"),
        ("staff.change-role", f"staff:{DESK}"), ("staff.reset-code", f"staff:{DESK}"),
        ("staff.rename-role", f"role:{role}"), ("staff.delete-role", f"role:{role}"), ("staff.revoke", f"staff:{DESK}"),
    ]


async def test_a_role_is_not_deleted_while_it_is_given(any_store: Store) -> None:
    role, desk = await own_role(any_store, STOCK_VIEW), await member_id(any_store, DESK)
    outcomes = await asyncio.gather(
        any_store.write(people.change_role, BOSS, desk, f"own:{role}"), any_store.write(roles.delete, CHEN, role),
        return_exceptions=True)
    held = await any_store.read(roles.names)
    actor = await actor_now(any_store, DESK)
    assert actor is not None
    assert (f"own:{role}" in held) == (actor.permissions == {STOCK_VIEW}), outcomes
