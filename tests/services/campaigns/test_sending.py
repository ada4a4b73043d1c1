"""Sending: who gets a push, once; what withdraws a person in the last moment; two persons, pauses, stops, crashes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam

from services.campaigns import audience, checking, drafts, push_repository, reacting, results, running, sending
from services.campaigns.errors import PushIncomplete, PushState
from services.campaigns.types import Audience, Batch, Condition, Letter, Outcome, PushButton, Tally
from services.customers import profile
from services.customers import service as customers
from services.promotions import wallet
from services.shared.actors import customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from services.shared.money import Money
from services.staff import approvals, audit, freeze
from services.staff.errors import AlreadyDecided, Frozen, Locked, SamePerson
from tests.services.campaigns.crowd import Buy, Someone, fill, order
from tests.services.campaigns.pushing import BOSS, MEI, ZONE, run, sent, written
from tests.services.promotions.people import add_coupon
from tests.services.staff.roster import enlist, lock, staff_actor


async def tally(store: Store, push_id: int) -> Tally:
    return (await store.read(drafts.require, push_id)).tally


async def assert_sound(store: Store) -> None:
    assert await store.read(checking.violations) == []


async def test_everybody_who_agreed_gets_it_once(any_store: Store) -> None:
    people = [Someone() for _ in range(7)] + [Someone(subscribed=False), Someone(blocked=True), Someone("en")]
    ids = await fill(any_store, people)
    push = await sent(any_store, zh="你好 {name}", en="Hi {name|friend}")
    assert push.people == 8
    told = await run(any_store)
    assert [each.customer_id for each in told] == [*ids[:7], ids[9]]
    assert (told[0], told[7].language) == (Letter(push.id, ids[0], 5000, "zh", "小林"), "en")
    assert await run(any_store) == []
    assert await tally(any_store, push.id) == Tally(8, sent=8)
    assert (await any_store.read(drafts.require, push.id)).state == "done"
    acts = [each.act for each in await any_store.read(audit.entries, BOSS, area="pushes", most=9)]
    assert acts == ["pushes.send", "pushes.edit", "pushes.edit", "pushes.start"]
    await assert_sound(any_store)


async def test_who_changed_their_mind_between_plan_and_send_hears_nothing(any_store: Store) -> None:
    ids = await fill(any_store, [Someone() for _ in range(4)])
    push = await sent(any_store)
    await any_store.write(profile.choose_marketing, customer(ids[0]), False)
    await any_store.write(customers.mark_blocked, 5001, True)
    assert [each.customer_id for each in await run(any_store)] == ids[2:]
    assert await tally(any_store, push.id) == Tally(4, sent=2, skipped=2)
    await assert_sound(any_store)


async def test_nobody_gets_more_than_two_in_a_week(any_store: Store, clock: MovableClock) -> None:
    ids = await fill(any_store, [Someone(), Someone()])
    for expected in (ids, ids):
        await sent(any_store)
        assert [each.customer_id for each in await run(any_store)] == expected
    push = await written(any_store)
    with pytest.raises(PushIncomplete):
        await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    clock.move(timedelta(days=7, seconds=1).total_seconds())
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    assert len(await run(any_store)) == 2


async def test_two_pushes_at_once_keep_the_cap_in_the_moment_of_sending(any_store: Store) -> None:
    ids = await fill(any_store, [Someone()])
    pushes = [await sent(any_store) for _ in range(3)]
    assert len(await run(any_store)) == 2
    assert [(await tally(any_store, push.id)).skipped for push in pushes] == [0, 0, 1]
    assert ids


@pytest.mark.parametrize(("fallback", "expected"), [("other", 3), ("skip", 2)])
async def test_a_language_that_is_missing_gets_another_one_or_nothing(
    any_store: Store, fallback: str, expected: int
) -> None:
    await fill(any_store, [Someone(), Someone(), Someone("en")])
    push = await written(any_store)
    push = await any_store.write(drafts.set_fallback, MEI, push.id, fallback)
    plan = await any_store.read(sending.plan, MEI, push.id, ZONE, 5_000)
    assert (plan.people, plan.missing, plan.needs_second) == (expected, ("en",), False)
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    assert len(await run(any_store)) == expected
    await assert_sound(any_store)


async def test_stopped_half_way_the_rest_hear_nothing(any_store: Store) -> None:
    await fill(any_store, [Someone() for _ in range(9)])
    push = await sent(any_store)
    await any_store.write(running.take_over, "one")
    batch = await any_store.write(running.step, "one", (), 4, ZONE)
    stopped = await any_store.write(sending.stop, MEI, push.id)
    assert (stopped.state, stopped.tally) == ("stopped", Tally(9, sending=4, unsent=5))
    told = [Outcome(push.id, each.customer_id, "sent") for each in batch.letters[:3]]
    told.append(Outcome(push.id, batch.letters[3].customer_id, "planned", 1, 5))
    assert await any_store.write(running.step, "one", told, 4, ZONE) == Batch(True)
    assert await tally(any_store, push.id) == Tally(9, sent=3, unsent=6, retries=1)
    with pytest.raises(PushState):
        await any_store.write(sending.resume, MEI, push.id)
    await assert_sound(any_store)


async def test_stop_against_claim_somebody_is_first(any_store: Store) -> None:
    """Whoever is marked before the stop is told, whoever is not never is: nobody is both."""
    await fill(any_store, [Someone() for _ in range(6)])
    for number in range(2):
        push = await sent(any_store)
        holder = f"runner-{number}"
        assert await any_store.write(running.take_over, holder)
        batch, stopped = await asyncio.gather(
            any_store.write(running.step, holder, (), 3, ZONE), any_store.write(sending.stop, MEI, push.id)
        )
        assert len(batch.letters) in (0, 3)
        assert stopped.tally.unsent == 6 - len(batch.letters)
        outcomes = [Outcome(push.id, each.customer_id, "sent") for each in batch.letters]
        await any_store.write(running.let_go, holder, outcomes)
        await assert_sound(any_store)


async def test_without_the_look_at_the_locked_row_a_paused_push_goes_on(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A runner that found the push before it was paused is held by the second look alone."""
    await fill(any_store, [Someone() for _ in range(6)])
    push = await sent(any_store)
    await any_store.write(running.take_over, "one")
    await any_store.write(sending.pause, MEI, push.id)
    monkeypatch.setattr(running.repository, "due_push", lambda tx: push.id)
    assert (await any_store.write(running.step, "one", (), 3, ZONE)).letters == ()
    with monkeypatch.context() as without:
        without.setattr(push_repository, "find", lambda tx, push_id, locked=False: push)
        assert len((await any_store.write(running.step, "one", (), 3, ZONE)).letters) == 3
    assert await tally(any_store, push.id) == Tally(6, planned=3, sending=3)


async def test_without_the_look_at_rows_a_stop_takes_back_who_is_being_told(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race above can fail: a stop that leaves out whoever is marked counts people as untold who are told."""
    await fill(any_store, [Someone() for _ in range(6)])
    push = await sent(any_store)
    await any_store.write(running.take_over, "one")
    assert len((await any_store.write(running.step, "one", (), 3, ZONE)).letters) == 3
    rows = sending.sending_repository.RECIPIENTS
    everybody = rows.update().where(rows.c.push_id == bindparam("push")).values(state="unsent")
    monkeypatch.setattr(sending.sending_repository, "_UNSENT", everybody)
    assert (await any_store.write(sending.stop, MEI, push.id)).tally == Tally(6, unsent=6)
    assert len(await any_store.read(checking.violations)) == 3


async def test_who_was_being_told_when_the_runner_died_is_not_told_again(any_store: Store, clock: MovableClock) -> None:
    ids = await fill(any_store, [Someone() for _ in range(8)])
    push = await sent(any_store)
    assert await any_store.write(running.take_over, "one")
    first = await any_store.write(running.step, "one", (), 3, ZONE)
    assert not await any_store.read(running.is_due)
    assert await run(any_store, "two") == []
    clock.move(11)
    assert await any_store.read(running.is_due)
    second = await run(any_store, "two")
    assert [each.customer_id for each in (*first.letters, *second)] == ids
    assert await tally(any_store, push.id) == Tally(8, sent=5, doubt=3)
    # The first one was only slow: what it knows counts, and its place is gone.
    late = [Outcome(push.id, first.letters[0].customer_id, "sent")]
    assert not (await any_store.write(running.step, "one", late, 3, ZONE)).held
    assert await tally(any_store, push.id) == Tally(8, sent=6, doubt=2)
    await assert_sound(any_store)


async def test_what_was_surely_not_sent_is_tried_again(any_store: Store, clock: MovableClock) -> None:
    await fill(any_store, [Someone()])
    push = await sent(any_store)
    assert await any_store.write(running.take_over, "one")
    batch = await any_store.write(running.step, "one", (), 3, ZONE)
    again = [Outcome(push.id, batch.letters[0].customer_id, "planned", 2, 5)]
    assert (await any_store.write(running.step, "one", again, 3, ZONE)).letters == ()
    assert await tally(any_store, push.id) == Tally(1, planned=1, retries=2)
    clock.move(5)
    assert (await any_store.write(running.step, "one", (), 3, ZONE)).letters == batch.letters


async def test_paused_it_waits_and_goes_on_where_it_was(any_store: Store) -> None:
    ids = await fill(any_store, [Someone() for _ in range(4)])
    push = await sent(any_store)
    await any_store.write(running.take_over, "one")
    batch = await any_store.write(running.step, "one", (), 2, ZONE)
    await any_store.write(sending.pause, MEI, push.id)
    done = [Outcome(push.id, each.customer_id, "sent") for each in batch.letters]
    assert (await any_store.write(running.step, "one", done, 2, ZONE)).letters == ()
    with pytest.raises(PushState):
        await any_store.write(drafts.set_fallback, MEI, push.id, "skip")
    await any_store.write(running.let_go, "one", ())
    await any_store.write(sending.resume, MEI, push.id)
    assert [each.customer_id for each in await run(any_store)] == ids[2:]


async def test_sending_takes_the_right_a_code_and_an_open_shop(any_store: Store) -> None:
    await fill(any_store, [Someone()])
    push = await written(any_store)
    with pytest.raises(NotAllowed):
        await any_store.write(sending.send, staff_actor("support"), push.id, push.version, ZONE, 5_000)
    await lock(any_store, MEI.id)
    with pytest.raises(Locked):
        await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    await enlist(any_store, MEI.id, "marketing", MEI.name)
    await enlist(any_store, BOSS.id, "owner", BOSS.name)
    await any_store.write(freeze.freeze, BOSS)
    with pytest.raises(Frozen):
        await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    await any_store.write(freeze.thaw, BOSS)
    with pytest.raises(PushState) as changed:
        await any_store.write(sending.send, MEI, push.id, push.version - 1, ZONE, 5_000)
    assert changed.value.facts == {"reason": "changed"}
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    with pytest.raises(PushState):
        await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    await any_store.write(freeze.freeze, BOSS)
    assert await run(any_store) == []
    await any_store.write(freeze.thaw, BOSS)
    assert len(await run(any_store)) == 1


async def test_above_the_limit_a_second_person_agrees_to_what_the_first_one_saw(any_store: Store) -> None:
    await fill(any_store, [Someone(), Someone()])
    push = await written(any_store)
    asked = await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 1)
    assert (asked.state, asked.people) == ("asked", 0)
    (approval,) = await any_store.read(approvals.waiting, BOSS)
    assert (approval.act, approval.facts["people"]) == ("pushes.send", 2)
    with pytest.raises(SamePerson):
        await any_store.write(sending.send_approved, staff_actor("owner", MEI.id), approval.id)
    assert await run(any_store) == []
    # Taken back and changed: what was asked for is not sent.
    await any_store.write(sending.take_back, MEI, push.id)
    with pytest.raises(PushState):
        await any_store.write(sending.send_approved, BOSS, approval.id)
    changed = await any_store.write(drafts.set_text, MEI, push.id, "zh", "text", "新的", "新的", "")
    await any_store.write(sending.send, MEI, push.id, changed.version, ZONE, 1)
    with pytest.raises(PushState):
        await any_store.write(sending.send_approved, BOSS, approval.id)
    second = (await any_store.read(approvals.waiting, BOSS))[-1]
    begun = await any_store.write(sending.send_approved, BOSS, second.id)
    assert (begun.state, begun.people, begun.confirmed_by) == ("running", 2, MEI.id)
    with pytest.raises(AlreadyDecided):
        await any_store.write(sending.send_approved, BOSS, second.id)
    assert len(await run(any_store)) == 2
    await assert_sound(any_store)


async def test_at_night_it_waits_for_the_morning_of_each_person(any_store: Store, clock: MovableClock) -> None:
    """23:30 in Shanghai: people there wait until 9:00; for those in London it is the afternoon."""
    clock.move(timedelta(hours=9, minutes=30).total_seconds())
    ids = await fill(any_store, [Someone(), Someone("en", buys=(Buy(11, 3, region="gb"),))])
    push = await written(any_store, zh="你好", en="Hi")
    plan = await any_store.read(sending.plan, MEI, push.id, ZONE, 5_000)
    assert plan.begins_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    assert [each.customer_id for each in await run(any_store)] == [ids[1]]
    clock.move(timedelta(hours=9, minutes=29).total_seconds())
    assert await run(any_store) == []
    clock.move(60)
    assert [each.customer_id for each in await run(any_store)] == [ids[0]]


async def test_paused_into_the_night_it_waits_for_the_morning(any_store: Store, clock: MovableClock) -> None:
    await fill(any_store, [Someone(), Someone()])
    push = await sent(any_store)
    await any_store.write(sending.pause, MEI, push.id)
    clock.move(timedelta(hours=10).total_seconds())
    await any_store.write(sending.resume, MEI, push.id)
    assert await run(any_store) == []
    clock.move(timedelta(hours=9).total_seconds())
    assert len(await run(any_store)) == 2


async def test_each_gets_it_at_their_own_hour(any_store: Store, clock: MovableClock) -> None:
    ids = await fill(any_store, [Someone(), Someone("en", buys=(Buy(11, 3, region="us"),))])
    push = await written(any_store, zh="你好", en="Hi")
    push = await any_store.write(drafts.set_time, MEI, push.id, "local", hour=10)
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    clock.move(timedelta(hours=9).total_seconds())
    assert [each.customer_id for each in await run(any_store)] == [ids[1]]
    clock.move(timedelta(hours=11).total_seconds())
    assert [each.customer_id for each in await run(any_store)] == [ids[0]]


async def test_a_coupon_that_comes_with_it_is_in_each_wallet_once(any_store: Store) -> None:
    ids = await fill(any_store, [Someone() for _ in range(3)])
    coupon_id = await add_coupon(any_store, limit_total=2)
    push = await written(any_store)
    button = PushButton("coupon", {"zh": "去使用"}, coupon_id)
    push = await any_store.write(drafts.add_button, MEI, push.id, button)
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    assert [each.customer_id for each in await run(any_store)] == ids[:2]
    assert await tally(any_store, push.id) == Tally(3, sent=2, skipped=1)
    counts = [len((await any_store.read(wallet.wallet, customer(each))).claims) for each in ids]
    assert counts == [1, 1, 0]


async def test_clicks_unsubscribes_and_sales_count_for_seven_days(any_store: Store, clock: MovableClock) -> None:
    ids = await fill(any_store, [Someone(), Someone(), Someone(buys=(Buy(11, 1),))])
    push = await written(any_store)
    push = await any_store.write(drafts.add_button, MEI, push.id, PushButton("product", {"zh": "看看"}, 11))
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    await run(any_store)
    for _ in range(2):
        assert (await any_store.write(reacting.follow, customer(ids[0]), push.id, 0)).id == 11
    clock.move(3600)
    await any_store.write(_buy_now, ids[0], 1, 10_000, 4_000)
    await any_store.write(_buy_now, ids[1], 1, 5_000, 0)
    assert await any_store.write(reacting.unsubscribe, customer(ids[1]), push.id)
    assert not await any_store.write(reacting.unsubscribe, customer(ids[1]), push.id)
    clock.move(timedelta(days=8).total_seconds())
    await any_store.write(_buy_now, ids[0], 2, 7_000, 0)
    found = await any_store.read(results.result, MEI, push.id)
    assert (found.clicks, found.unsubscribed) == (1, 1)
    assert (found.after_click.orders, found.after_click.amounts) == (1, (Money(6_000, "CNY"),))
    assert (found.after_receipt.orders, found.after_receipt.amounts) == (2, (Money(11_000, "CNY"),))
    assert await any_store.write(reacting.subscribe_again, customer(ids[1]), push.id)
    assert (await any_store.read(results.result, MEI, push.id)).unsubscribed == 0
    ignored = Audience(((Condition("ignored", id=push.id),),))
    assert await any_store.read(audience.members, ignored) == ids[1:]
    again = await any_store.write(drafts.again, MEI, push.id)
    assert (again.state, again.audience, again.content) == ("draft", ignored, push.content)


async def test_links_of_others_are_no_clicks(any_store: Store) -> None:
    ids = await fill(any_store, [Someone(), Someone()])
    push = await written(any_store)
    link = PushButton("link", {"zh": "看看"}, url="https://example.com/a?b=1")
    push = await any_store.write(drafts.add_button, MEI, push.id, link)
    await any_store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)
    await run(any_store)
    word = await any_store.read(reacting.signed, push.id, 0, ids[0])
    assert await any_store.write(reacting.follow_link, push.id, 0, ids[0], word) == link.url
    with pytest.raises(NotFound):
        await any_store.write(reacting.follow_link, push.id, 0, ids[1], word)
    assert (await any_store.read(results.result, MEI, push.id)).clicks == 1


async def test_the_table_needs_its_own_right_and_a_code(any_store: Store) -> None:
    await fill(any_store, [Someone(), Someone()])
    push = await sent(any_store)
    await run(any_store)
    with pytest.raises(NotAllowed):
        await any_store.read(results.table, MEI, push.id)
    await enlist(any_store, BOSS.id, "owner", BOSS.name, unlocked=False)
    with pytest.raises(Locked):
        await any_store.read(results.table, BOSS, push.id)
    await enlist(any_store, BOSS.id, "owner", BOSS.name)
    name, rows = await any_store.read(results.table, BOSS, push.id)
    assert (name, rows[0]) == ("双11 预热", ("1", "zh", "sent", "", "2026-11-24 06:00:00", "", ""))


def _buy_now(tx: Tx, customer_id: int, number: int, total: int, refunded: int) -> None:
    order(tx, customer_id, 100 + number, Buy(11, 0, total, refunded), tx.now)
