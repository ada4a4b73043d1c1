"""Audiences: exact counts on both databases, and and/or/not against a plain evaluation in Python."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.campaigns import audience
from services.campaigns.errors import BadPush
from services.campaigns.types import Audience, Condition, Reach
from services.shared.db import Store
from services.shared.errors import NotAllowed
from tests.services.campaigns.crowd import CHILD, LIST, OTHER, PRODUCTS, ROOT, TAG, Buy, Someone, fill
from tests.services.staff.roster import staff_actor

MEI = staff_actor("marketing", 7, "阿梅")
CROWD = [
    Someone(buys=(Buy(11, 5),), views=((12, 1),), seen=1, home=("beijing", "北京市"), tagged=True),
    Someone("en", buys=(Buy(12, 40), Buy(13, 3, 90_000)), seen=3, listed=True),
    Someone(buys=(Buy(12, 2, state="cancelled"),), seen=45),
    Someone("en", buys=(Buy(13, 10, 50_000, refunded=50_000),), views=((11, 8), (13, 60)), seen=100, listed=True),
    Someone(subscribed=False, buys=(Buy(13, 1, 80_000, refunded=20_000, region="shanghai"),), seen=31, tagged=True),
    Someone(blocked=True, views=((13, 2),), home=("jiangsu", "苏州市"), seen=31),
    Someone(subscribed=False, blocked=True, seen=31),
    Someone("en", home=("jiangsu", "南京市"), listed=True, tagged=True, seen=29),
]
# Category -> products of it and below.
BELOW = {ROOT: {11, 12}, CHILD: {12}, OTHER: {13}}


async def numbers(store: Store, *conditions: Condition) -> list[int]:
    """The places in the crowd of those who meet all conditions."""
    found = await store.read(audience.members, Audience((conditions,)))
    return [each - 1 for each in found]


@pytest.mark.parametrize(("condition", "expected"), [
    (Condition("bought"), [0, 1, 4]),
    (Condition("bought", "product", 12), [1]),
    (Condition("bought", "product", 12, days=30), []),
    (Condition("bought", "category", ROOT), [0, 1]),
    (Condition("bought", "category", ROOT, days=7), [0]),
    (Condition("viewed", "category", OTHER), [3, 5]),
    (Condition("viewed", "product", 11, days=7), []),
    (Condition("viewed", days=7), [0, 5]),
    (Condition("unseen", days=30), [2, 3, 4, 5, 6]),
    (Condition("spent", amount=60_000, currency="CNY"), [1, 4]),
    (Condition("spent", amount=100_000, currency="CNY"), [1]),
    (Condition("spent", amount=10_000, currency="CNY", days=2), [4]),
    (Condition("spent", amount=1, currency="USD"), []),
    (Condition("tag", id=TAG), [0, 4, 7]),
    (Condition("list", id=LIST), [1, 3, 7]),
    (Condition("region", region="jiangsu"), [5, 7]),
    (Condition("region", region="jiangsu", city="苏州市"), [5]),
    (Condition("region", region="shanghai"), [4]),
    (Condition("tag", id=TAG, negated=True), [1, 2, 3, 5, 6]),
])
async def test_each_condition_finds_its_people(any_store: Store, condition: Condition, expected: list[int]) -> None:
    await fill(any_store, CROWD)
    assert await numbers(any_store, condition) == expected


async def test_the_count_says_who_falls_out_and_why(any_store: Store) -> None:
    await fill(any_store, CROWD)
    assert await any_store.read(audience.count, MEI, Audience()) == Reach(8, 2, 1, 0, {"en": 3, "zh": 2})
    tagged = Audience(((Condition("tag", id=TAG),),))
    found = await any_store.read(audience.count, MEI, tagged)
    assert (found, found.left) == (Reach(3, 1, 0, 0, {"en": 1, "zh": 1}), 2)
    with pytest.raises(NotAllowed):
        await any_store.read(audience.count, staff_actor("products"), Audience())


def is_met(condition: Condition, someone: Someone) -> bool:
    """What the statement should find, in plain words."""
    days = 10_000 if condition.days is None else condition.days - 0.04
    bought = [b for b in someone.buys if b.state != "cancelled" and b.refunded < b.total and b.days < days]
    products = (
        set(PRODUCTS) if condition.of == "" else {condition.id} if condition.of == "product" else BELOW[condition.id]
    )
    met = {
        "bought": lambda: any(each.product in products for each in bought),
        "viewed": lambda: any(p in products and d < days for p, d in dict(someone.views).items()),
        "unseen": lambda: someone.seen >= (condition.days or 0),
        "spent": lambda: bool(bought) and sum(b.total - b.refunded for b in bought) >= condition.amount,
        "tag": lambda: someone.tagged,
        "list": lambda: someone.listed,
        "region": lambda: (someone.home is not None and someone.home[0] == condition.region)
        or any(b.region == condition.region for b in someone.buys),
    }[condition.kind]()
    return met != condition.negated


scopes = st.sampled_from([("", 0), ("product", 11), ("product", 13), ("category", ROOT), ("category", CHILD)])
some_days = st.sampled_from([None, 3, 7, 30, 90])
flags = st.booleans()
conditions = st.one_of(
    st.builds(lambda kind, scope, days, no: Condition(kind, *scope, days=days, negated=no),
              st.sampled_from(["bought", "viewed"]), scopes, some_days, flags),
    st.builds(lambda days, no: Condition("unseen", days=days, negated=no), st.sampled_from([1, 30, 60]), flags),
    st.builds(lambda amount, days, no: Condition("spent", amount=amount, currency="CNY", days=days, negated=no),
              st.sampled_from([1, 10_000, 60_000]), some_days, flags),
    st.builds(lambda kind, no: Condition(kind, id=1, negated=no), st.sampled_from(["tag", "list"]), flags),
    st.builds(lambda region, no: Condition("region", region=region, negated=no),
              st.sampled_from(["beijing", "jiangsu", "shanghai"]), flags),
)
audiences = st.lists(st.lists(conditions, min_size=1, max_size=3).map(tuple), max_size=3).map(
    lambda groups: Audience(tuple(groups))
)


async def test_and_or_not_are_what_they_say(any_store: Store) -> None:
    await fill(any_store, CROWD)
    seen: list[Audience] = []

    @settings(max_examples=60, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(audiences)
    def collect(audience_: Audience) -> None:
        seen.append(audience_)

    collect()
    for wanted in seen:
        assert Audience.from_json(wanted.to_json()) == wanted
        expected = [
            number + 1 for number, someone in enumerate(CROWD)
            if not wanted.groups or any(all(is_met(each, someone) for each in group) for group in wanted.groups)
        ]
        assert await any_store.read(audience.members, wanted) == expected, wanted


def test_an_audience_is_edited_by_taps() -> None:
    tag, seen = Condition("tag", id=TAG), Condition("unseen", days=30)
    both = Audience().adding(tag).adding(seen, 0)
    assert both == Audience(((tag, seen),))
    assert both.adding(seen, 0) == both
    assert both.adding(seen) == Audience(((tag, seen), (seen,)))
    assert both.turned(0, 1) == Audience(((tag, Condition("unseen", days=30, negated=True)),))
    assert both.without(0, 0).without(0, 0) == Audience()


async def test_a_saved_audience_keeps_its_name_and_is_replaced_by_the_next(any_store: Store) -> None:
    wanted = Audience(((Condition("unseen", days=30),),))
    first = await any_store.write(audience.save, MEI, "  30 天  未来 ", wanted)
    assert (first.name, first.audience) == ("30 天 未来", wanted)
    again = await any_store.write(audience.save, MEI, "30 天 未来", Audience())
    assert await any_store.read(audience.saved, MEI) == (again,)
    assert again.id == first.id
    with pytest.raises(BadPush):
        await any_store.write(audience.save, MEI, " ", wanted)
    await any_store.write(audience.forget, MEI, first.id)
    assert await any_store.read(audience.saved, MEI) == ()


async def test_a_list_finds_people_by_account_phone_and_order_number(any_store: Store) -> None:
    people = [
        Someone(), Someone(home=("beijing", "北京市"), phone="+8613900001111"), Someone(buys=(Buy(11, 1),)), Someone(),
    ]
    found = await fill(any_store, people)
    rows = [("谁",), ("5000", "x"), ("139 0000 1111",), (f"ql-{found[2]}-0",), ("77777777",), ("",), ("5000",)]
    listed = await any_store.write(audience.add_list, MEI, "名单.csv", rows)
    assert (listed.people, listed.unknown) == (3, 1)
    assert await numbers(any_store, Condition("list", id=listed.id)) == [0, 1, 2]
    tag, given_to = await any_store.write(audience.tag_list, MEI, listed.id, "老客")
    assert (tag.name, tag.people, given_to) == ("老客", 3, 3)
    assert (await any_store.write(audience.tag_list, MEI, listed.id, "老客"))[1] == 0
    with pytest.raises(BadPush) as refused:
        await any_store.write(audience.add_list, MEI, "x", [("nobody",)])
    assert refused.value.facts == {"reason": "list-empty"}


async def test_who_was_pushed_to_twice_in_a_week_is_capped(any_store: Store) -> None:
    from sqlalchemy import insert

    from services.campaigns.audience_repository import RECIPIENTS
    from services.campaigns.models import PushRow

    found = await fill(any_store, [Someone(), Someone(), Someone()])

    def put(tx, push: int, customer_id: int, days: float, state: str = "sent") -> None:  # type: ignore[no-untyped-def]
        tx.execute(insert(RECIPIENTS), {
            "push_id": push, "customer_id": customer_id, "state": state, "due_at": tx.now,
            "sent_at": tx.now - timedelta(days=days), "retries": 0,
        })

    def write(tx) -> None:  # type: ignore[no-untyped-def]
        for push in (1, 2):
            tx.execute(insert(PushRow.__table__), {
                "id": push, "state": "done", "name": "x", "groups": [], "content": {}, "buttons": [],
                "fallback": "other", "timing": "now", "version": 1, "people": 3, "made_by": 1, "made_name": "x",
                "created_at": tx.now, "updated_at": tx.now,
            })
        put(tx, 1, found[0], 1)
        put(tx, 2, found[0], 6.9, "doubt")
        put(tx, 1, found[1], 1)
        put(tx, 2, found[1], 7.1)
        put(tx, 1, found[2], 1)
        put(tx, 2, found[2], 1, "failed")

    await any_store.write(write)
    assert await any_store.read(audience.count, MEI, Audience()) == Reach(3, 0, 0, 1, {"zh": 2})
