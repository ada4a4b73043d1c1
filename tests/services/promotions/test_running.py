"""Promotions remembered for screens begin, change and end as those in the database do."""

from datetime import timedelta

from services.promotions import running, service
from services.promotions.writing import PromotionDraft, put_promotion
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store
from tests.conftest import START
from tests.statements import counted


async def put(store: Store, percent: int = 10) -> None:
    """A promotion of the second minute."""
    draft = PromotionDraft("p", {"zh": "折扣", "en": "Sale"}, "CNY", START + timedelta(minutes=1),
                           START + timedelta(minutes=2), basis_points=percent * 100)
    await store.write(put_promotion, SYSTEM, draft)


async def test_a_promotion_begins_and_ends_on_the_second(any_store: Store, clock: MovableClock) -> None:
    await put(any_store)
    seen = []
    for _ in range(4):
        rules = await running.automatic_rules(any_store)
        assert rules == await any_store.read(service.automatic_rules)
        seen.append(len(rules))
        clock.move(40)
    assert seen == [0, 0, 1, 0]


async def test_a_change_is_seen_at_once_and_nothing_is_asked_twice(store: Store, clock: MovableClock) -> None:
    await put(store)
    clock.move(61)
    first = await running.automatic_rules(store)
    with counted(store) as asked:
        assert await running.automatic_rules(store) == first
    assert asked == []
    await put(store, 20)
    assert await running.automatic_rules(store) != first
