"""Codes: loaded sealed, handed over once with the payment, waited for, called off, checked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Table, select, update

from services.digital import loading
from services.digital import service as digital
from services.digital.errors import BadCodes, NotDigital
from services.digital.models import DigitalCodeRow, DigitalDueRow
from services.digital.types import LONGEST_CODE, MOST_AT_ONCE
from services.invariants import violations
from services.inventory import service as inventory
from services.orders import claims, handing, handing_repository
from services.orders.errors import WrongState
from services.orders.models import OrderLineRow
from services.payments.cancelling import cancel_order
from services.payments.events import apply_event
from services.shared.actors import SYSTEM, Actor, staff
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from services.shipping import refunds, service
from services.shipping.types import ParcelItem
from services.staff.models import AuditEntryRow
from services.staff.types import STOCK_VIEW
from tests.services.digital.goods import (
    KEEPER,
    assert_sound,
    attempt,
    buy,
    codes,
    dues,
    open_kiosk,
    paid,
    states,
)
from tests.services.orders import shop
from tests.services.payments import money

CODES, LINES = DigitalCodeRow.__table__, OrderLineRow.__table__
DONE = ("completed", "paid", "delivered")
WAITS = ("placed", "paid", "unfulfilled")


async def available(store: Store, sku_id: int) -> int:
    return (await store.read(inventory.available, [sku_id]))[sku_id]


# Loading


def test_a_list_is_read_line_by_line() -> None:
    assert loading.read("\ufeffAAA-1\r\n\n  BBB 2 \n".lstrip("\ufeff")) == ("AAA-1", "BBB 2")
    for text, facts in (
        ("", {"reason": "empty"}), (" \n\n", {"reason": "empty"}), ("A\n" + "x" * (LONGEST_CODE + 1),
        {"reason": "long", "line": 2}), ("ok\nA\x00B", {"reason": "text", "line": 2}),
        ("\n".join(map(str, range(MOST_AT_ONCE + 1))), {"reason": "many", "most": MOST_AT_ONCE}),
    ):
        with pytest.raises(BadCodes) as refused:
            loading.read(text)
        assert refused.value.facts == facts


async def test_what_is_loaded_counts_as_stock_and_a_known_code_is_left_out(any_store: Store) -> None:
    sku_id = await open_kiosk(any_store)
    done = await any_store.write(loading.load, KEEPER, sku_id, ("A1", "A2", "A2", "A3"))
    assert (done.loaded, done.known) == (3, 1)
    assert await available(any_store, sku_id) == 3
    again = await any_store.write(loading.load, KEEPER, sku_id, ("A3", "A4"))
    assert (again.loaded, again.known) == (1, 1)
    assert await available(any_store, sku_id) == 4
    shown = await any_store.read(loading.sheet, KEEPER, sku_id)
    assert (shown.free, shown.handed, shown.waiting) == (4, 0, 0)
    assert [(each.loaded, each.known, each.free, each.name) for each in shown.batches] == [
        (1, 1, 1, "小库"), (3, 1, 3, "小库")]
    await assert_sound(any_store)


async def test_codes_of_other_goods_are_known_too(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1")
    other = await store.write(shop.put_product, "GIFT", shop.yuan(5), 0, "digital")
    assert (await store.write(loading.load, KEEPER, other, ("A1",))).known == 1
    assert await available(store, sku_id) == 1 and await available(store, other) == 0


async def test_who_may_not_and_what_is_no_code_is_refused(store: Store) -> None:
    sku_id = await open_kiosk(store)
    looker, filter_id = staff(51, "看", frozenset({STOCK_VIEW})), await store.write(
        shop.put_product, "F2", shop.yuan(5), 1)
    assert (await store.read(loading.sheet, looker, sku_id)).free == 0
    for actor in (looker, await shop.buyer(store, at_home=False)):
        with pytest.raises(NotAllowed):
            await store.write(loading.load, actor, sku_id, ("A1",))
        with pytest.raises(NotAllowed):
            await store.write(loading.withdraw, actor, 1)
    with pytest.raises(NotDigital):
        await store.write(loading.load, KEEPER, filter_id, ("A1",))
    with pytest.raises(NotFound):
        await store.write(loading.load, KEEPER, 999_999, ("A1",))
    with pytest.raises(NotFound):
        await store.write(loading.withdraw, KEEPER, 999_999)


async def test_no_code_is_in_clear_in_the_database_or_the_log(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "SECRET-9431-QUITE-UNIQUE"
    sku_id = await open_kiosk(store, secret)
    buyer = await shop.buyer(store)
    order_id = await paid(store, buyer, sku_id)
    assert await codes(store, buyer, order_id) == [secret]
    assert "SECRET-9431" not in repr(await store.read(handing.codes, buyer, order_id))
    await store.close()
    kept = "".join(each.read_bytes().decode("latin-1") for each in list(tmp_path.glob("store.db*")))  # noqa: ASYNC240
    assert "SECRET-9431" not in kept and "digital_codes" in kept
    assert "SECRET-9431" not in caplog.text


async def test_the_log_of_acts_has_numbers_alone(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1", "A2")
    audit = cast(Table, AuditEntryRow.__table__)
    rows = await store.read(lambda tx: tx.rows(select(audit.c.subject, audit.c.facts).where(
        audit.c.act == "stock.load-codes")))
    assert [(row.subject, row.facts) for row in rows] == [
        (f"sku:{sku_id}", '{"batch":1,"known":0,"loaded":2}')]


async def test_a_list_is_taken_back_as_far_as_it_is_free_and_can_come_again(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1", "A2", "A3")
    buyer = await shop.buyer(store)
    order_id = await paid(store, buyer, sku_id)
    assert await store.write(loading.withdraw, KEEPER, 1) == (sku_id, 2)
    assert await store.write(loading.withdraw, KEEPER, 1) == (sku_id, 0)
    assert await available(store, sku_id) == 0
    assert await codes(store, buyer, order_id) == ["A1"]
    again = await store.write(loading.load, KEEPER, sku_id, ("A1", "A2", "A3"))
    assert (again.loaded, again.known) == (2, 1)
    await assert_sound(store)


async def test_what_orders_are_owed_stays_in_stock_when_a_list_is_taken_back(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1", "A2")
    order_id, tried = await buy(store, await shop.buyer(store), sku_id, 2)
    await store.write(loading.withdraw, KEEPER, 1)
    assert await available(store, sku_id) == 0
    await store.write(apply_event, money.event(tried))
    assert await states(store, order_id) == WAITS and await dues(store, order_id) == [(2, "waiting")]
    await assert_sound(store)


# Handing over


async def test_a_paid_order_has_its_codes_and_is_over(any_store: Store) -> None:
    sku_id = await open_kiosk(any_store, "A1", "A2", "A3")
    buyer = await shop.buyer(any_store)
    order_id, tried = await buy(any_store, buyer, sku_id, 2)
    assert await codes(any_store, buyer, order_id) == []
    await any_store.write(apply_event, money.event(tried))
    assert await codes(any_store, buyer, order_id) == ["A1", "A2"]
    assert await states(any_store, order_id) == DONE
    assert await available(any_store, sku_id) == 1
    assert await any_store.read(money.waiting, "digital.deliver") == 1
    assert await any_store.read(money.waiting, "digital.short") == 0
    await assert_sound(any_store)


async def test_a_free_order_has_them_too(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1")
    buyer = await shop.buyer(store)
    await shop.give_coupon(store, buyer, await store.write(shop.put_coupon, "ALL", 50))
    placed = await shop.order_now(store, buyer, sku_id, 1)
    assert placed.payment_method == "free"
    assert await codes(store, buyer, placed.order_id) == ["A1"]
    await assert_sound(store)


async def test_nobody_else_sees_them(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1")
    order_id = await paid(store, await shop.buyer(store), sku_id)
    for actor in (await shop.buyer(store, 2002), KEEPER, SYSTEM):
        with pytest.raises((NotFound, NotAllowed)):
            await store.read(handing.codes, actor, order_id)


async def test_two_words_at_once_hand_over_once(any_store: Store) -> None:
    sku_id = await open_kiosk(any_store, *(f"A{n}" for n in range(20)), stock=40)
    buyer = await shop.buyer(any_store)
    for _ in range(5):
        order_id, tried = await buy(any_store, buyer, sku_id, 2)
        same = money.event(tried)
        await asyncio.gather(*(any_store.write(apply_event, same) for _ in range(2)), any_store.write(
            apply_event, money.event(tried, provider_payment_id=same.provider_payment_id)))
        assert len(await codes(any_store, buyer, order_id)) == 2
        assert (await states(any_store, order_id))[0] == "completed"
    assert await any_store.read(money.waiting, "digital.deliver") == 5
    await assert_sound(any_store)


async def test_buyers_at_once_get_each_their_own(any_store: Store) -> None:
    sku_id = await open_kiosk(any_store, *(f"A{n}" for n in range(12)))
    buyers = [await shop.buyer(any_store, 3000 + n, at_home=False) for n in range(6)]
    tried = [await buy(any_store, each, sku_id, 2) for each in buyers]
    await asyncio.gather(*(any_store.write(apply_event, money.event(each)) for _, each in tried))
    for order_id in await any_store.read(digital.servable, 50):
        await any_store.write(handing.fill, order_id)
    given = [code for each, (order_id, _) in zip(buyers, tried, strict=True)
             for code in await codes(any_store, each, order_id)]
    assert sorted(given) == sorted(f"A{n}" for n in range(12))
    await assert_sound(any_store)


async def test_a_line_waits_for_all_of_its_codes_and_gets_them_when_they_come(any_store: Store) -> None:
    sku_id = await open_kiosk(any_store, "A1", stock=10)
    await any_store.write(inventory.adjust, SYSTEM, sku_id, 5, "sold ahead")
    buyer = await shop.buyer(any_store)
    order_id = await paid(any_store, buyer, sku_id, 3)
    assert await states(any_store, order_id) == WAITS and await codes(any_store, buyer, order_id) == []
    assert len(await any_store.read(money.jobs, "digital.short")) == 1
    await assert_sound(any_store)
    assert await any_store.read(digital.servable, 50) == ()
    await any_store.write(loading.load, KEEPER, sku_id, ("A2", "A3"))
    assert await any_store.read(money.waiting, "digital.fill") >= 1
    assert await any_store.read(digital.servable, 50) == (order_id,)
    await any_store.write(handing.fill, order_id)
    await any_store.write(handing.fill, order_id)
    assert await codes(any_store, buyer, order_id) == ["A1", "A2", "A3"]
    assert await states(any_store, order_id) == DONE
    assert await available(any_store, sku_id) == 0
    await assert_sound(any_store)


async def test_an_order_that_is_kept_back_is_served_when_it_may_go_on(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1")
    buyer = await shop.buyer(store)
    order_id, tried = await buy(store, buyer, sku_id)
    await store.write(claims.hold, money.DESK, order_id, "payment")
    await store.write(apply_event, money.event(tried))
    assert await codes(store, buyer, order_id) == [] and await dues(store, order_id) == [(1, "waiting")]
    await store.write(claims.resume, money.DESK, order_id)
    assert await codes(store, buyer, order_id) == ["A1"]
    await assert_sound(store)


async def test_one_that_waits_can_be_called_off_and_one_that_was_served_cannot(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1", stock=10)
    await store.write(inventory.adjust, SYSTEM, sku_id, 5, "sold ahead")
    buyer = await shop.buyer(store)
    served, waits = await paid(store, buyer, sku_id), await paid(store, buyer, sku_id, 2)
    with pytest.raises(WrongState):
        await store.write(cancel_order, buyer, served)
    await store.write(cancel_order, buyer, waits)
    assert await dues(store, waits) == [(2, "off")]
    await store.write(loading.load, KEEPER, sku_id, ("A2", "A3"))
    assert await store.read(digital.servable, 50) == ()
    await store.write(handing.fill, waits)
    assert await codes(store, buyer, waits) == []
    await assert_sound(store)


async def mixed(store: Store, buyer: Actor, sku_id: int) -> int:
    """A paid order of a filter and a code."""
    filter_id = await store.write(shop.put_product, "F9", shop.yuan(199), 10)
    await shop.carry(store, buyer, (filter_id, 1), (sku_id, 1))
    placed = await shop.order_from_cart(store, buyer)
    await store.write(apply_event, money.event(await attempt(store, placed.order_id)))
    return placed.order_id


async def test_beside_other_goods_codes_go_first_and_the_parcel_takes_the_rest(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1")
    buyer = await shop.buyer(store)
    order_id = await mixed(store, buyer, sku_id)
    assert await codes(store, buyer, order_id) == ["A1"]
    assert await states(store, order_id) == ("placed", "paid", "partly_shipped")
    with pytest.raises(WrongState):
        await store.write(cancel_order, buyer, order_id)
    await store.write(service.ship, money.DESK, order_id, "shunfeng", "SF123456789012")
    assert (await states(store, order_id))[2] == "shipped"
    await assert_sound(store)


async def test_a_parcel_leaves_without_codes_that_are_not_there(store: Store) -> None:
    sku_id = await open_kiosk(store, stock=10)
    buyer = await shop.buyer(store)
    order_id = await mixed(store, buyer, sku_id)
    await store.write(service.ship, money.DESK, order_id, "shunfeng", "SF123456789012")
    assert await dues(store, order_id) == [(1, "waiting")]
    await store.write(loading.load, KEEPER, sku_id, ("A1",))
    await store.write(handing.fill, order_id)
    assert await codes(store, buyer, order_id) == ["A1"]
    assert (await states(store, order_id))[2] == "shipped"
    await assert_sound(store)


async def test_staff_can_hand_over_by_themselves(store: Store) -> None:
    sku_id = await open_kiosk(store, stock=10)
    order_id = await paid(store, await shop.buyer(store), sku_id)
    await store.write(service.deliver, money.DESK, order_id)
    assert await dues(store, order_id) == [(1, "by-hand")]
    await store.write(loading.load, KEEPER, sku_id, ("A1",))
    assert await store.read(digital.servable, 50) == ()
    await assert_sound(store)


async def test_pieces_whose_price_goes_back_are_owed_no_codes(store: Store) -> None:
    sku_id = await open_kiosk(store, stock=10)
    buyer = await shop.buyer(store)
    order_id = await paid(store, buyer, sku_id, 3)
    [line] = await store.read(handing_repository.unhanded, order_id)
    await store.write(lambda tx: refunds._take_lines(
        tx, SYSTEM, refunds.locked(tx, SYSTEM, order_id), {line[0]: 1}))
    assert await dues(store, order_id) == [(2, "waiting")]
    await store.write(loading.load, KEEPER, sku_id, ("A1", "A2"))
    await store.write(handing.fill, order_id)
    assert await codes(store, buyer, order_id) == ["A1", "A2"]
    assert ParcelItem and await states(store, order_id) == DONE
    await assert_sound(store)


# Sending


async def test_codes_come_along_with_the_first_try_alone_unless_it_surely_failed(any_store: Store) -> None:
    sku_id = await open_kiosk(any_store, "A1")
    await paid(any_store, await shop.buyer(any_store), sku_id)
    [job] = await any_store.read(money.jobs, "digital.deliver")
    first = await any_store.write(digital.begin, job["delivery_id"])
    assert (first.first, first.told, [each.codes for each in first.handed]) == (True, False, [("A1",)])
    # The process died here, or the answer was lost.
    second = await any_store.write(digital.begin, first.id)
    assert (second.first, second.told, second.handed) == (False, False, ())
    await any_store.write(digital.note_not_sent, first.id)
    assert (await any_store.write(digital.begin, first.id)).first
    await any_store.write(digital.note_told, first.id)
    assert (await any_store.write(digital.begin, first.id)).told
    await any_store.write(digital.note_not_sent, first.id)
    assert (await any_store.write(digital.begin, first.id)).told


# What the check finds


async def test_the_check_finds_what_must_not_be(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1", "A2", "A3")
    order_id = await paid(store, await shop.buyer(store), sku_id)
    await assert_sound(store)

    def damage(tx: Tx) -> None:
        [code] = [row.id for row in tx.rows(select(CODES.c.id).where(CODES.c.line_id.is_not(None)))]
        tx.execute(update(CODES).where(CODES.c.id == code).values(line_id=None, delivery_id=None))

    await store.write(damage)
    assert [each.rule for each in await store.read(violations)] == ["a line has exactly its codes"]
    dues_table = DigitalDueRow.__table__
    await store.write(lambda tx: tx.execute(
        update(dues_table).where(dues_table.c.order_id == order_id).values(state="waiting")))
    assert "what was handed over is on the line" in [each.rule for each in await store.read(violations)]


async def test_the_row_itself_keeps_a_code_with_its_first_line(store: Store) -> None:
    sku_id = await open_kiosk(store, "A1", "A2")
    buyer = await shop.buyer(store)
    await paid(store, buyer, sku_id)
    other = await paid(store, buyer, sku_id)

    def again(tx: Tx) -> int:
        taken = [row.id for row in tx.rows(select(CODES.c.id))]
        [line] = [row.id for row in tx.rows(select(LINES.c.id).where(LINES.c.order_id == other))]
        return digital.repository.hand(tx, taken, line, 1)

    assert await store.write(again) == 0
