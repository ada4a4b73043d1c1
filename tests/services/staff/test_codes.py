"""Codes: in time, once, and not by trying."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pyotp
import pytest

from services.shared.actors import SYSTEM, Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotAllowed
from services.staff import audit, mfa, repository
from services.staff.errors import AlreadyEnrolled, CodePaused, Locked, WrongCode
from services.staff.types import OWNER
from tests.services.staff.roster import SECRET, enlist, staff_actor

WANG = staff_actor("orders")
BOSS = Actor("staff", 7, "店主", OWNER)


@pytest.fixture(autouse=True)
async def team(any_store: Store) -> None:
    await enlist(any_store, WANG.id, "orders", unlocked=False)


def code(clock: MovableClock, steps: int = 0, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


async def test_a_code_unlocks_for_ten_minutes(any_store: Store, clock: MovableClock) -> None:
    with pytest.raises(Locked) as locked:
        await any_store.read(mfa.require_unlocked, WANG)
    assert locked.value.facts == {"reason": "code"}
    typed = code(clock)
    until = await any_store.write(mfa.unlock, WANG, f"{typed[:3]} {typed[3:]}")
    assert until == clock.now() + timedelta(minutes=10)
    clock.move(599)
    await any_store.read(mfa.require_unlocked, WANG)
    clock.move(1)
    with pytest.raises(Locked):
        await any_store.read(mfa.require_unlocked, WANG)
    await any_store.read(mfa.require_unlocked, SYSTEM)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_clocks_may_differ_by_half_a_minute(
    any_store: Store, clock: MovableClock, steps: int, right: bool
) -> None:
    answer = await any_store.write(mfa.unlock, WANG, code(clock, steps))
    assert isinstance(answer, datetime) is right


async def test_a_code_counts_once_even_for_two_at_once(any_store: Store, clock: MovableClock) -> None:
    answers = await asyncio.gather(*(any_store.write(mfa.unlock, WANG, code(clock)) for _ in range(2)))
    assert sorted(type(each).__name__ for each in answers) == ["WrongCode", "datetime"]
    # Nor does one of an earlier half minute afterwards.
    assert isinstance(await any_store.write(mfa.unlock, WANG, code(clock, -1)), WrongCode)


async def test_without_the_note_of_the_last_code_it_would_count_twice(
    any_store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = repository.change_member

    def forgetful(tx: object, telegram_id: int, **values: object) -> None:
        change(tx, telegram_id, **(values | {"last_step": 0}))  # type: ignore[arg-type]

    monkeypatch.setattr(repository, "change_member", forgetful)
    answers = [await any_store.write(mfa.unlock, WANG, code(clock)) for _ in range(2)]
    assert all(isinstance(each, datetime) for each in answers)


async def test_five_wrong_ones_cost_ten_minutes_and_are_noted(any_store: Store, clock: MovableClock) -> None:
    answers = [await any_store.write(mfa.unlock, WANG, "000000") for _ in range(5)]
    assert [getattr(each, "facts", {}).get("left") for each in answers[:4]] == [4, 3, 2, 1]
    assert isinstance(answers[4], CodePaused)
    assert isinstance(await any_store.write(mfa.unlock, WANG, code(clock)), CodePaused)
    clock.move(600)
    assert isinstance(await any_store.write(mfa.unlock, WANG, code(clock)), datetime)
    found = await any_store.read(audit.entries, BOSS)
    assert [each.act for each in reversed(found)] == ["staff.wrong-codes", "staff.unlock"]


async def test_setting_up_counts_from_the_first_right_code(any_store: Store, clock: MovableClock) -> None:
    with pytest.raises(AlreadyEnrolled):
        await any_store.write(mfa.enrol, WANG, "Shop")
    with pytest.raises(Locked):
        await any_store.write(mfa.unlock, BOSS, "000000")
    first = await any_store.write(mfa.enrol, BOSS, "青粒优选")
    second = await any_store.write(mfa.enrol, BOSS, "青粒优选")
    assert second.uri.startswith("otpauth://totp/") and first.secret != second.secret
    assert not await any_store.read(mfa.has_code, BOSS)
    assert isinstance(await any_store.write(mfa.unlock, BOSS, code(clock, secret=first.secret)), WrongCode)
    assert isinstance(await any_store.write(mfa.unlock, BOSS, code(clock, secret=second.secret)), datetime)
    assert await any_store.read(mfa.has_code, BOSS)
    stored = await any_store.read(repository.row_of, BOSS.id)
    assert stored is not None and second.secret not in str(stored.secret)


async def test_codes_are_for_staff(any_store: Store) -> None:
    for actor in (customer(1), Actor("staff", 99, "Eve", WANG.permissions)):
        with pytest.raises(NotAllowed):
            await any_store.write(mfa.unlock, actor, "000000")
