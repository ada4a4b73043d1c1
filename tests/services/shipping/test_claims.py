"""Whose order it is: passed on, let go, idle and taken over; words about it; who hears when it is off."""

from __future__ import annotations

import asyncio

import pytest

from services.customers import service as customers
from services.customers.types import AddressFields
from services.orders import desk_repository, notes
from services.orders.errors import ClaimMoved, WrongState
from services.payments.cancelling import cancel_order
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotFound
from services.shipping import claims, desk, service, talking
from services.shipping.errors import NotYourClaim, StillBusy
from services.staff import audit
from tests.services.orders.shop import elsewhere
from tests.services.payments import money
from tests.services.shipping.counter import LI, NUMBER, WANG, jobs, order, paid_order
from tests.services.staff.roster import enlist, staff_actor

BOSS = staff_actor("manager", 50, "经理")


async def taken(store: Store) -> money.Sale:
    sale = await paid_order(store)
    await store.write(desk.take, WANG, sale.order_id)
    return sale


async def test_an_order_is_passed_on_to_a_named_colleague(any_store: Store) -> None:
    sale = await taken(any_store)
    offered = await any_store.read(claims.colleagues, WANG, sale.order_id)
    assert [each.name for each in offered] == ["Li"]
    with pytest.raises(NotYourClaim):
        await any_store.write(desk.pass_on, LI, sale.order_id, LI.id)
    with pytest.raises(NotFound):
        await any_store.write(desk.pass_on, WANG, sale.order_id, 999)
    assert await any_store.write(desk.pass_on, WANG, sale.order_id, LI.id) == "Li"
    after = await order(any_store, sale.order_id)
    assert (after.claimed_by, after.history[-1].reason, after.history[-1].new) == (LI.id, "handed", "Li")
    told = await any_store.read(jobs, "staff.tell-claim")
    assert [(each["telegram_id"], each["what"]) for each in told] == [(LI.id, "handed")]


async def test_who_runs_the_team_passes_on_anybodys_order_and_both_hear(store: Store) -> None:
    sale = await taken(store)
    await enlist(store, BOSS.id, "manager", BOSS.name)
    await store.write(desk.pass_on, BOSS, sale.order_id, LI.id)
    told = await store.read(jobs, "staff.tell-claim")
    assert [(each["telegram_id"], each["what"]) for each in told] == [(LI.id, "handed"), (WANG.id, "taken")]


async def test_who_lets_go_leaves_it_to_anybody(store: Store) -> None:
    sale = await taken(store)
    await store.write(desk.let_go, WANG, sale.order_id)
    assert (await order(store, sale.order_id)).claimed_by is None
    with pytest.raises(ClaimMoved) as refused:
        await store.write(desk.let_go, WANG, sale.order_id)
    assert refused.value.facts["reason"] == "free"
    await store.write(desk.take, LI, sale.order_id)


async def test_an_idle_order_is_found_once_and_taken_over(any_store: Store, clock: MovableClock) -> None:
    sale = await taken(any_store)
    claim = (await order(any_store, sale.order_id)).history[-1].id
    with pytest.raises(StillBusy):
        await any_store.write(desk.take_over, LI, sale.order_id, WANG.id)
    clock.move(29 * 60)
    await any_store.write(talking.note, WANG, sale.order_id, "在等货")
    clock.move(60)
    assert await any_store.write(claims.look_again, SYSTEM, sale.order_id, claim) is None
    clock.move(29 * 60)
    idle = await any_store.write(claims.look_again, SYSTEM, sale.order_id, claim)
    assert idle is not None and idle.claimed_name == "小王"
    await any_store.write(desk.take_over, LI, sale.order_id, WANG.id)
    assert (await order(any_store, sale.order_id)).claimed_name == "Li"
    told = await any_store.read(jobs, "staff.tell-claim")
    assert [(each["telegram_id"], each["what"], each["name"]) for each in told] == [(WANG.id, "taken", "Li")]
    assert await any_store.write(claims.look_again, SYSTEM, sale.order_id, claim) is None


async def test_of_two_who_take_over_at_once_one_is_told(any_store: Store, clock: MovableClock) -> None:
    sale = await taken(any_store)
    await enlist(any_store, BOSS.id, "manager", BOSS.name)
    clock.move(30 * 60)
    results = await asyncio.gather(
        *(any_store.write(desk.take_over, who, sale.order_id, WANG.id) for who in (LI, BOSS)), return_exceptions=True
    )
    lost = [each for each in results if isinstance(each, BaseException)]
    after = await order(any_store, sale.order_id)
    assert [type(each) for each in lost] == [ClaimMoved]
    assert lost[0].facts == {"reason": "taken", "name": after.claimed_name}  # type: ignore[attr-defined]
    assert [entry.reason for entry in after.history].count("taken-over") == 1


async def test_without_its_guard_the_second_would_take_it_from_the_first(
    store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await taken(store)
    clock.move(30 * 60)
    held = desk_repository.move_claim
    monkeypatch.setattr(desk_repository, "move_claim", lambda tx, order_id, _from, to, name: held(
        tx, order_id, (tx.scalar(_claimer(order_id)) or 0), to, name))
    for who in (LI, BOSS):
        await store.write(desk.take_over, who, sale.order_id, WANG.id)
    assert [e.reason for e in (await order(store, sale.order_id)).history].count("taken-over") == 2


async def test_whoever_has_a_cancelled_order_hears_once(any_store: Store) -> None:
    sale = await taken(any_store)
    await any_store.write(cancel_order, sale.actor, sale.order_id)
    assert await any_store.read(jobs, "staff.warn") == [
        {"order_id": sale.order_id, "telegram_id": WANG.id, "what": "cancelled"}
    ]


async def test_who_cancels_their_own_claim_is_not_told(store: Store) -> None:
    sale = await taken(store)
    await store.write(cancel_order, WANG, sale.order_id, "staff")
    assert await store.read(jobs, "staff.warn") == []


async def test_the_newest_three_of_notes_and_words_stand_on_the_card(any_store: Store) -> None:
    sale = await taken(any_store)
    for number in range(3):
        await any_store.write(talking.note, LI, sale.order_id, f"备注 {number}")
    told = await any_store.write(talking.tell, WANG, sale.order_id, " 换个颜色可以吗？ ")
    await any_store.write(talking.answer, sale.actor, sale.order_id, "可以")
    card = await any_store.read(desk.card, WANG, sale.order_id)
    assert [(each.kind, each.name, each.text) for each in card.notes] == [
        ("note", "Li", "备注 2"), ("told", "小王", "换个颜色可以吗？"), ("heard", "", "可以"),
    ]
    await any_store.write(notes.mark_failed, told.id, "blocked")
    assert (await any_store.read(notes.require, told.id)).failed == "blocked"
    for text in ("", "  ", "长" * 501):
        with pytest.raises(InvalidInput):
            await any_store.write(talking.note, WANG, sale.order_id, text)
    with pytest.raises(NotFound):
        await any_store.write(talking.answer, _stranger(), sale.order_id, "我")


async def test_a_customer_who_blocks_the_bot_shows_on_the_card(store: Store) -> None:
    sale = await taken(store)
    drawn = len(await store.read(jobs, "orders.card"))
    await store.write(customers.mark_blocked, 1001, True)
    (reached,) = await store.read(jobs, "customers.reach")
    await store.write(notes.draw_open, int(str(reached["customer_id"])))
    assert len(await store.read(jobs, "orders.card")) == drawn + 1
    assert (await store.read(desk.card, WANG, sale.order_id)).blocked


async def test_the_address_changes_until_something_was_sent(any_store: Store) -> None:
    sale = await taken(any_store)
    await any_store.write(talking.change_address, WANG, sale.order_id, elsewhere())
    changed = await order(any_store, sale.order_id)
    assert changed.address is not None
    assert (changed.address.name, changed.address.city, changed.region) == ("陈晨", "上海市", "shanghai")
    assert len(await any_store.read(jobs, "orders.tell-address")) == 1
    abroad = AddressFields(name="Ann", phone="+12025550123", country="US", region="us", city="Boston",
                           district="", street="1 Long Street", postcode="02108")
    with pytest.raises(InvalidInput):
        await any_store.write(talking.change_address, WANG, sale.order_id, abroad)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    with pytest.raises(WrongState):
        await any_store.write(talking.change_address, WANG, sale.order_id, elsewhere())


async def test_every_act_is_in_the_log_without_anybodys_words(store: Store) -> None:
    sale = await taken(store)
    await enlist(store, BOSS.id, "manager", BOSS.name)
    await store.write(talking.note, WANG, sale.order_id, "电话 13812345678")
    await store.write(desk.hold, WANG, sale.order_id, "stock")
    await store.write(desk.resume, WANG, sale.order_id)
    await store.write(desk.open_fully, WANG, sale.order_id)
    await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    entries = await store.read(audit.entries, BOSS, area="orders", most=20)
    assert [each.act for each in reversed(entries)] == [
        "orders.claim", "orders.note", "orders.hold", "orders.resume", "orders.see-recipient", "orders.ship",
    ]
    assert "13812345678" not in str(entries)


def _stranger():  # type: ignore[no-untyped-def]
    from services.shared.actors import customer

    return customer(999)


def _claimer(order_id: int):  # type: ignore[no-untyped-def]
    from sqlalchemy import select

    from services.orders.models import OrderRow

    return select(OrderRow.__table__.c.claimed_by).where(OrderRow.__table__.c.id == order_id)
