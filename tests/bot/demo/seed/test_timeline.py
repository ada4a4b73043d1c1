from __future__ import annotations

from datetime import datetime, timedelta

from bot.demo.seed.timeline import Timeline
from services.shared.db import Store, Tx
from tests.conftest import START


async def test_acts_are_done_in_the_order_of_time_each_at_its_moment(store: Store) -> None:
    seen: list[datetime] = []
    timeline = Timeline(START)
    for days in (1, 3, 2):
        timeline.plan(START - timedelta(days=days), lambda tx: seen.append(tx.now))
    await store.write(timeline.run)
    assert seen == [START - timedelta(days=days) for days in (3, 2, 1)]


async def test_what_lies_ahead_never_happens(store: Store) -> None:
    seen: list[datetime] = []
    timeline = Timeline(START)

    def again(tx: Tx) -> None:
        seen.append(tx.now)
        timeline.plan(tx.now + timedelta(hours=1), again)

    timeline.plan(START - timedelta(hours=1), again)
    await store.write(timeline.run)
    assert seen == [START - timedelta(hours=1), START]


async def test_topics_of_the_acts_are_told_after_the_commit(store: Store) -> None:
    heard: list[str] = []
    store.listen("catalog", lambda: heard.append("catalog"))
    timeline = Timeline(START)
    timeline.plan(START, lambda tx: tx.after_commit("catalog"))
    await store.write(timeline.run)
    await store.read(lambda tx: None)
    assert heard == ["catalog"]
