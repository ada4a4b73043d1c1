"""Bank transfers with their slips, and cash at the door: what people say about money, once."""

import asyncio
from collections.abc import Sequence
from itertools import count

import pytest

from services.inventory import service as inventory
from services.orders import checkout, placing, standing
from services.orders import service as orders
from services.orders.types import BANK_TRANSFER, CASH_ON_DELIVERY
from services.payments import attempts, by_hand, checking, ledger, process, receiving, refunding, repository
from services.payments.cancelling import cancel_order
from services.payments.errors import AlreadyDecided, NotPayable
from services.payments.events import apply_event
from services.payments.provider import RefundResult
from services.payments.types import Outcome, Slip
from services.shared.actors import Actor, staff
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.shared.money import Money
from services.staff.types import ORDER_DESK
from tests.services.orders import shop
from tests.services.orders.shop import TERMS, yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, RecordingProvider, Sale

LI = staff(43, "Li", ORDER_DESK)
NOBODY = staff(44, "Zoe", frozenset())


async def transfer(store: Store, stock: int = 10, telegram_id: int = 1001) -> Sale:
    """An order for ¥398.00 to be paid by bank transfer."""
    bank = RecordingProvider(BANK_TRANSFER, online=False, refund_result=RefundResult("manual", "by hand"))
    return await money.open_sale(store, stock, telegram_id, bank)


async def send_slip(sale: Sale, picture: str = "picture-1") -> Slip:
    return await sale.store.write(by_hand.send_slip, sale.actor, sale.order_id, f"file-{picture}", picture, False)


async def confirm(sale: Sale, slip: Slip, amount: int, actor: Actor = DESK) -> Outcome:
    return await sale.store.write(by_hand.confirm_transfer, actor, slip.id, yuan(amount))


async def test_a_slip_goes_to_staff_and_stops_the_clock(store: Store, clock: MovableClock) -> None:
    sale = await transfer(store)
    slip = await send_slip(sale)
    assert (slip.attempt.id, slip.file_id, slip.status, slip.seen_before) == (
        sale.attempt.id, "file-picture-1", "waiting", False)
    assert await store.read(money.jobs, "payments.slip") == [{"slip_id": slip.id}]
    assert (await store.read(standing.read, sale.order_id)).expires_at is None
    clock.move(25 * 3600)
    assert await store.read(orders.due_to_expire, 0, 10) == ()
    assert await money.standing_of(sale) == ("placed", "unpaid", 0, 0)


async def test_the_whole_sum_pays_the_order(any_store: Store) -> None:
    sale = await transfer(any_store)
    slip = await send_slip(sale)
    assert await confirm(sale, slip, 398) == Outcome("paid", sale.order_id)
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(money.captures) == [(39800, f"slip:{slip.id}", "staff:42")]
    assert await any_store.read(money.tried, sale.order_id) == [(BANK_TRANSFER, 39800, "succeeded")]
    assert await any_store.read(money.waiting, "orders.paid") == 1
    assert await any_store.read(checking.violations) == []


async def test_a_part_and_then_the_rest(any_store: Store) -> None:
    sale = await transfer(any_store)
    assert (await confirm(sale, await send_slip(sale, "first"), 100)).word == "part"
    facts = [{"order_id": sale.order_id, "amount": 10000}]
    assert await any_store.read(money.jobs, "payments.part") == facts
    assert await any_store.read(money.jobs, "payments.tell-part") == facts
    assert await money.standing_of(sale) == ("placed", "partly_paid", 10000, 0)
    assert await any_store.read(money.waiting, "orders.paid") == 0
    assert await any_store.read(checking.violations) == []
    assert (await confirm(sale, await send_slip(sale, "second"), 298)).word == "paid"
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(money.waiting, "orders.paid") == 1
    assert await any_store.read(checking.violations) == []


async def test_after_a_part_the_next_attempt_is_for_the_rest(store: Store) -> None:
    sale = await transfer(store)
    await confirm(sale, await send_slip(sale, "first"), 100)
    rest = await money.start(store, sale.provider, sale.actor, sale.order_id)
    assert rest.amount == yuan(298)
    assert await store.read(money.tried, sale.order_id) == [
        (BANK_TRANSFER, 39800, "closed"), (BANK_TRANSFER, 29800, "pending")]
    slip = await send_slip(sale, "second")
    assert (slip.attempt.id, (await confirm(sale, slip, 298)).word) == (rest.id, "paid")
    assert await store.read(checking.violations) == []


async def test_a_part_by_transfer_and_the_rest_online(store: Store) -> None:
    sale = await transfer(store)
    await confirm(sale, await send_slip(sale), 100)
    rest = await money.start(store, RecordingProvider(), sale.actor, sale.order_id)
    assert (rest.provider, rest.amount) == ("sandbox", yuan(298))
    assert (await store.write(apply_event, money.event(rest))).word == "paid"
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await store.read(checking.violations) == []


async def test_what_is_too_much_goes_back_by_hand(store: Store) -> None:
    sale = await transfer(store)
    assert (await confirm(sale, await send_slip(sale), 400)).word == "paid"
    assert await money.refunds(sale) == [(200, "overpaid", "requested")]
    (job,) = await store.read(money.jobs, "payments.refund")
    await process.send_refund(store, {BANK_TRANSFER: sale.provider}, job["refund_id"])
    await store.write(refunding.confirm_by_hand, DESK, job["refund_id"])
    assert await money.refunds(sale) == [(200, "overpaid", "succeeded")]
    assert await money.standing_of(sale) == ("placed", "paid", 40000, 200)
    assert await store.read(checking.violations) == []


async def both_confirm(sale: Sale) -> list[Outcome | BaseException]:
    slip = await send_slip(sale)
    return await asyncio.gather(*(confirm(sale, slip, 398, each) for each in (DESK, LI)), return_exceptions=True)


async def test_of_two_who_confirm_at_once_one_is_told_of_the_other(any_store: Store) -> None:
    sale = await transfer(any_store)
    results = await both_confirm(sale)
    (refused,) = [each for each in results if isinstance(each, AlreadyDecided)]
    ((_, _, winner),) = await any_store.read(money.captures)
    assert refused.facts == {"by": {"staff:42": "小王", "staff:43": "Li"}[winner]}
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(money.waiting, "orders.paid") == 1


async def test_without_its_guards_a_slip_would_count_twice(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sale = await transfer(any_store)
    keep, numbers = ledger.capture, count()
    monkeypatch.setattr(repository, "decide_slip", lambda tx, slip_id, status, who: True)
    monkeypatch.setattr(ledger, "capture", lambda tx, paid, amount, reference, *rest: keep(
        tx, paid, amount, f"{reference}:{next(numbers)}", *rest))
    outcomes = await both_confirm(sale)
    assert sorted(each.word for each in outcomes if isinstance(each, Outcome)) == ["paid", "refunded-double"]


async def test_a_rejected_slip_brings_no_money_and_the_next_one_may(store: Store) -> None:
    sale = await transfer(store)
    slip = await send_slip(sale, "blurred")
    await store.write(by_hand.reject_slip, DESK, slip.id, TERMS)
    assert await store.read(money.jobs, "payments.tell-slip-rejected") == [{"order_id": sale.order_id}]
    with pytest.raises(AlreadyDecided) as refused:
        await confirm(sale, slip, 398, LI)
    assert refused.value.facts == {"by": "小王"}
    assert await money.standing_of(sale) == ("placed", "unpaid", 0, 0)
    assert (await confirm(sale, await send_slip(sale, "sharp"), 398)).word == "paid"


async def test_the_same_picture_for_another_payment_is_flagged(any_store: Store) -> None:
    sale = await transfer(any_store)
    await send_slip(sale, "twice")
    assert not (await send_slip(sale, "twice")).seen_before
    other = await transfer(any_store, telegram_id=2002)
    assert (await send_slip(other, "twice")).seen_before
    assert not (await send_slip(other, "own")).seen_before


@pytest.mark.parametrize("amount", [Money(0, "CNY"), Money(-1, "CNY"), Money(39800, "USD")])
async def test_an_amount_without_sense_decides_nothing(store: Store, amount: Money) -> None:
    sale = await transfer(store)
    slip = await send_slip(sale)
    with pytest.raises(InvalidInput):
        await store.write(by_hand.confirm_transfer, DESK, slip.id, amount)
    assert (await store.read(by_hand.slip, DESK, slip.id)).status == "waiting"


async def test_only_the_customer_sends_a_slip_and_only_for_a_transfer(store: Store) -> None:
    sale = await transfer(store)
    stranger = await shop.buyer(store, 2002)
    with pytest.raises(NotFound):
        await store.write(by_hand.send_slip, stranger, sale.order_id, "file", "picture", False)
    online = await money.open_sale(store, telegram_id=3003)
    with pytest.raises(NotPayable):
        await send_slip(online)


def only_transfer(total: Money, kinds: Sequence[str], takes_cash: bool) -> Sequence[str]:
    return (BANK_TRANSFER,)


async def placed_for_transfer(store: Store, stock: int) -> Sale:
    """An order that was placed to be paid by transfer: its hold runs out with it."""
    await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "F9", yuan(199), stock)
    actor = await shop.buyer(store)
    checkout_id = await store.write(checkout.open_buy_now, actor, sku_id, 2)
    view = await store.write(checkout.view, actor, checkout_id, only_transfer)
    placed = await store.write(placing.place, actor, view.id, view.version, TERMS, "zh", only_transfer)
    bank = RecordingProvider(BANK_TRANSFER, online=False)
    return Sale(store, actor, placed.order_id, await money.start(store, bank, actor, placed.order_id), sku_id, bank)


async def test_a_slip_is_kept_when_the_goods_are_gone_and_the_money_goes_back(
    any_store: Store, clock: MovableClock
) -> None:
    sale = await placed_for_transfer(any_store, stock=2)
    clock.move(24 * 3600)
    await money.another_buyer_takes(any_store, sale.sku_id, 2)
    slip = await send_slip(sale)
    assert await any_store.write(orders.expire, sale.order_id)
    assert (await confirm(sale, slip, 398)).word == "refunded-late"
    assert await money.refunds(sale) == [(39800, "late", "requested")]
    assert await money.standing_of(sale) == ("cancelled", "paid", 39800, 0)
    assert await any_store.read(checking.violations) == []


async def test_a_transfer_for_an_order_that_ran_out_of_time_revives_it(any_store: Store, clock: MovableClock) -> None:
    sale = await transfer(any_store, stock=2)
    clock.move(24 * 3600)
    assert await any_store.write(orders.expire, sale.order_id)
    slip = await send_slip(sale)
    assert await any_store.read(inventory.available, [sale.sku_id]) == {sale.sku_id: 2}
    assert (await confirm(sale, slip, 398)).word == "revived"
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(inventory.available, [sale.sku_id]) == {sale.sku_id: 0}


async def test_a_transfer_for_an_order_that_was_cancelled_goes_back(store: Store) -> None:
    sale = await transfer(store)
    slip = await send_slip(sale)
    await store.write(cancel_order, sale.actor, sale.order_id)
    assert (await confirm(sale, slip, 398)).word == "refunded-late"
    assert await money.refunds(sale) == [(39800, "late", "requested")]
    assert await store.read(checking.violations) == []


async def cash_sale(store: Store) -> Sale:
    sale = await money.open_sale(store)
    await store.write(attempts.choose_cash, sale.actor, sale.order_id, money.ways(CASH_ON_DELIVERY), TERMS)
    return sale


async def test_cash_at_the_door_is_collected_once(any_store: Store) -> None:
    sale = await cash_sale(any_store)
    assert await any_store.read(money.tried, sale.order_id) == [("sandbox", 39800, "closed")]
    both = [any_store.write(by_hand.collect_cash, each, sale.order_id) for each in (DESK, LI)]
    taken = [each for each in await asyncio.gather(*both) if each is not None]
    assert [(each.provider, each.amount, each.status) for each in taken] == [(CASH_ON_DELIVERY, yuan(398), "succeeded")]
    assert [each[:2] for each in await any_store.read(money.captures)] == [(39800, "door")]
    assert await any_store.write(by_hand.collect_cash, DESK, sale.order_id) is None
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert await any_store.read(checking.violations) == []


async def test_without_its_guard_cash_would_be_collected_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await cash_sale(store)
    monkeypatch.setattr(receiving, "owed", lambda tx, order: order.total)
    for _ in range(2):
        assert await store.write(by_hand.collect_cash, DESK, sale.order_id) is not None
    assert (await money.standing_of(sale))[2] == 79600


async def test_no_cash_is_collected_for_an_order_that_is_paid_otherwise(store: Store) -> None:
    sale = await money.open_sale(store)
    assert await store.write(by_hand.collect_cash, DESK, sale.order_id) is None
    assert await store.read(money.captures) == []


@pytest.mark.parametrize("customer", [False, True], ids=["staff without the right", "customer"])
async def test_whoever_may_not_decides_nothing(store: Store, customer: bool) -> None:
    sale = await transfer(store)
    slip = await send_slip(sale)
    actor = sale.actor if customer else NOBODY
    refused = []
    for use_case, *facts in (
        (by_hand.confirm_transfer, slip.id, yuan(398)), (by_hand.reject_slip, slip.id, TERMS), (by_hand.slip, slip.id),
        (by_hand.collect_cash, sale.order_id),
    ):
        with pytest.raises(NotAllowed) as error:
            await store.write(use_case, actor, *facts)
        refused.append(error.value.facts["permission"])
    assert refused == ["payments.confirm"] * 3 + ["orders.ship"]
    assert (await store.read(by_hand.slip, DESK, slip.id)).status == "waiting"
    assert await store.read(money.captures) == []


async def test_a_slip_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.write(by_hand.confirm_transfer, DESK, 7, yuan(398))


async def test_a_rejected_slip_starts_the_clock_again(any_store: Store, clock: MovableClock) -> None:
    """Else any picture would hold the goods for ever."""
    sale = await transfer(any_store)
    slip = await send_slip(sale)
    await any_store.write(by_hand.reject_slip, DESK, slip.id, TERMS)
    clock.move(24 * 3600 - 1)
    assert not await any_store.write(orders.expire, sale.order_id)
    clock.move(2)
    assert await any_store.write(orders.expire, sale.order_id)
    assert await any_store.read(inventory.available, [sale.sku_id]) == {sale.sku_id: 10}
