from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from services.customers import service
from services.customers.models import ProfileChangeRow
from services.customers.profile import change_profile, choose_marketing, profile
from services.customers.types import Profile
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput
from tests.services.customers.people import somebody


def history(tx: Tx) -> list[tuple[str, str, dict[str, object]]]:
    rows = tx.rows(select(ProfileChangeRow.__table__).order_by(ProfileChangeRow.__table__.c.id))
    return [
        (row.actor, row.field, tx.vault.open_json(row.change, f"profile_changes.change:{row.id}")) for row in rows
    ]


async def test_each_change_is_in_the_history(any_store: Store) -> None:
    actor = await somebody(any_store)
    await any_store.write(change_profile, actor, "name", "林小满")
    await any_store.write(change_profile, actor, "name", "林小满")
    await any_store.write(change_profile, actor, "email", "lin@example.com")
    await any_store.write(change_profile, actor, "birthday", "1990年5月17日")
    changed = await any_store.write(change_profile, actor, "phone", "13800000000", verified=True)
    assert changed == Profile("林小满", "+8613800000000", True, "lin@example.com", date(1990, 5, 17), "zh", None)
    who = actor.label
    assert await any_store.read(history) == [
        (who, "name", {"old": None, "new": "林小满"}),
        (who, "email", {"old": None, "new": "lin@example.com"}),
        (who, "birthday", {"old": None, "new": "1990-05-17"}),
        (who, "phone", {"old": None, "new": "+8613800000000"}),
    ]


async def test_a_typed_number_takes_the_verified_mark_away(store: Store) -> None:
    actor = await somebody(store)
    await store.write(change_profile, actor, "phone", "13800000000", verified=True)
    changed = await store.write(change_profile, actor, "phone", "13911112222")
    assert (changed.phone, changed.phone_verified) == ("+8613911112222", False)
    cleared = await store.write(change_profile, actor, "phone", "")
    assert (cleared.phone, cleared.phone_verified) == (None, False)


async def test_the_name_is_that_of_telegram_until_another_is_given(store: Store) -> None:
    actor = await somebody(store, name="Lin")
    assert (await store.read(profile, actor)).name == "Lin"


async def test_marketing_is_off_until_asked_for_and_the_moment_is_kept(store: Store, clock: MovableClock) -> None:
    actor = await somebody(store)
    assert (await store.read(profile, actor)).marketing_at is None
    given = await store.write(choose_marketing, actor, True)
    assert given.marketing_at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    clock.move(60)
    again = await store.write(choose_marketing, actor, True)
    assert again.marketing_at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert (await store.write(choose_marketing, actor, False)).marketing_at is None
    assert [(field, change["new"]) for _, field, change in await store.read(history)] == [
        ("marketing", True), ("marketing", False),
    ]


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("email", "lin@", "email"), ("email", "a b@example.com", "email"), ("birthday", "2026-11-24", "birthday"),
        ("birthday", "1990-02-30", "birthday"), ("birthday", "17.5.", "birthday"), ("phone", "123", "phone-short"),
        ("name", "🎉", "signs"),
    ],
)
async def test_wrong_values_are_refused_with_the_reason(store: Store, field: str, text: str, reason: str) -> None:
    actor = await somebody(store)
    with pytest.raises(InvalidInput) as refused:
        await store.write(change_profile, actor, field, text)
    assert refused.value.facts["reason"] == reason
    assert await store.read(history) == []


async def test_a_field_that_nobody_may_set_is_refused(store: Store) -> None:
    actor = await somebody(store)
    with pytest.raises(InvalidInput):
        await store.write(change_profile, actor, "phone_verified", "1")


async def test_people_are_welcomed_once(any_store: Store) -> None:
    actor = await somebody(any_store)
    assert await any_store.read(service.is_welcomed, actor) is False
    assert [await any_store.write(service.welcome, actor) for _ in range(2)] == [True, False]
    assert await any_store.read(service.is_welcomed, actor) is True
