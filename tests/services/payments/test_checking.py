"""The check of the books: every way in which they can be wrong is planted once and found, and nothing else is."""

from sqlalchemy import text

from services.orders import standing
from services.orders.types import BANK_TRANSFER
from services.payments import by_hand, checking, process, refunding, repository
from services.payments.cancelling import cancel_order
from services.payments.events import apply_event
from services.payments.models import LEDGER_DROP_DDL
from services.payments.provider import RefundResult
from services.shared.db import Store, Tx
from services.shared.money import Money
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, RecordingProvider, Sale


async def busy_order(store: Store) -> Sale:
    """¥398.00 came, ¥100.00 went back, ¥1.00 is on its way."""
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt, event_id="evt", provider_payment_id="pay"))
    for amount, status in ((100, "succeeded"), (1, "pending")):
        (refund,) = await store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(amount))
        sale.provider.refund_result = RefundResult(status, f"rf_{amount}")
        await process.send_refund(store, {"sandbox": sale.provider}, refund.id)
    return sale


def names(tx: Tx, order_id: int) -> dict[str, str]:
    refunds = {refund.status: refund.number for refund in repository.refunds(tx, order_id)}
    attempt = repository.attempts(tx, order_id)[0]
    return {"order": standing.read(tx, order_id).number, "payment": f"payment {attempt.number}", "event": "event evt",
            "done": f"refund {refunds['succeeded']}", "pending": f"refund {refunds['pending']}"}


PLANTS = [
    ("UPDATE orders SET paid = paid + 100",
     ["an order's paid = captures: {order}: 39900 ≠ 39800",
      "an account is what moved over it: orders CNY: -29800 ≠ -29900"]),
    ("UPDATE orders SET refunded = refunded - 1",
     ["an order's refunded = refunds: {order}: 9999 ≠ 10000",
      "an account is what moved over it: orders CNY: -29800 ≠ -29801"]),
    ("UPDATE orders SET state = 'cancelled'", ["a cancelled order keeps no money: {order}: 39800 − 10100"]),
    ("UPDATE refunds SET amount = 29801 WHERE status = 'pending'", ["refunds ≤ captures: {payment}: 39801 > 39800"]),
    ("UPDATE payment_attempts SET status = 'pending'",
     ["a payment that was captured succeeded: {payment}: pending, 39800"]),
    ("UPDATE payment_attempts SET status = 'failed', provider = 'bank_transfer'",
     ["a payment that was captured succeeded: {payment}: failed, 39800"]),
    ("UPDATE refunds SET status = 'succeeded'", ["a refund is booked when done: {pending}: succeeded, 0"]),
    ("UPDATE refunds SET status = 'pending'", ["a refund is booked when done: {done}: pending, 10000"]),
    ("UPDATE payment_ledger SET amount = 9999 WHERE kind = 'refund'",
     ["an order's refunded = refunds: {order}: 10000 ≠ 9999", "a refund is booked when done: {done}: succeeded, 9999",
      "an entry has its two sides: entry 2: refund, 0 of 2",
      "an account is what moved over it: provider:sandbox CNY: 29800 ≠ 29801"]),
    ("UPDATE payment_events SET outcome = ''", ["an event has an outcome: {event}: payment.succeeded"]),
    ("UPDATE payment_events SET amount = 39900", ["a success is booked once: {event}: 39800 ≠ 39900"]),
    ("UPDATE payment_ledger SET reference = 'other' WHERE kind = 'capture'",
     ["a success is booked once: {event}: 0 ≠ 39800"]),
    ("INSERT INTO payment_ledger (order_id, attempt_id, provider, kind, reference, amount, currency, actor, at, "
     "moved_at) SELECT order_id, attempt_id, provider, kind, 'twice', amount, currency, actor, at, moved_at "
     "FROM payment_ledger WHERE kind = 'capture'",
     ["an order's paid = captures: {order}: 39800 ≠ 79600", "an entry has its two sides: entry 3: capture, 0 of 0",
      "an account is what moved over it: provider:sandbox CNY: 29800 ≠ 69600"]),
    ("UPDATE ledger_postings SET amount = amount + 1 WHERE entry_id = 1 AND account = 'orders'",
     ["the postings of an entry balance: entry 1: capture, 1", "an entry has its two sides: entry 1: capture, 1 of 2",
      "an account is what moved over it: orders CNY: -29799 ≠ -29800"]),
    ("UPDATE ledger_postings SET amount = -amount WHERE entry_id = 2",
     ["an entry has its two sides: entry 2: refund, 0 of 2",
      "an account is what moved over it: orders CNY: -49800 ≠ -29800",
      "an account is what moved over it: provider:sandbox CNY: 49800 ≠ 29800"]),
    ("UPDATE ledger_postings SET account = 'fees' WHERE entry_id = 2 AND account = 'orders'",
     ["an entry has its two sides: entry 2: refund, 1 of 2",
      "an account is what moved over it: orders CNY: -39800 ≠ -29800"]),
    ("DELETE FROM ledger_postings WHERE entry_id = 2 AND account = 'orders'",
     ["the postings of an entry balance: entry 2: refund, -10000",
      "an entry has its two sides: entry 2: refund, 1 of 1",
      "an account is what moved over it: orders CNY: -39800 ≠ -29800"]),
    ("UPDATE ledger_postings SET currency = 'USD' WHERE entry_id = 1",
     ["an entry has its two sides: entry 1: capture, 0 of 2",
      "an account is what moved over it: orders CNY: 10000 ≠ -29800",
      "an account is what moved over it: orders USD: -39800 ≠ 0",
      "an account is what moved over it: provider:sandbox CNY: -10000 ≠ 29800",
      "an account is what moved over it: provider:sandbox USD: 39800 ≠ 0"]),
]


def planted(tx: Tx, statement: str) -> list[str]:
    # The database itself refuses most of them: that guard is off here, and the roll-back puts it on again.
    for drop in LEDGER_DROP_DDL[tx.conn.dialect.name]:
        tx.execute(text(drop))
    tx.execute(text(statement))
    return [str(each) for each in checking.violations(tx)]


async def test_each_planted_fault_is_found(any_store: Store) -> None:
    sale = await busy_order(any_store)
    assert await any_store.read(checking.violations) == []
    known = await any_store.read(names, sale.order_id)
    # What a read writes is rolled back: each fault is planted into sound books.
    found = {statement: await any_store.read(planted, statement) for statement, _ in PLANTS}
    assert found == {statement: [each.format_map(known) for each in expected] for statement, expected in PLANTS}


async def test_a_refund_that_failed_waits_for_people(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt))
    await store.write(cancel_order, sale.actor, sale.order_id)
    (refund,) = await store.read(repository.refunds, sale.order_id)
    sale.provider.refund_result = RefundResult("failed", "rf_1")
    await process.send_refund(store, {"sandbox": sale.provider}, refund.id)
    assert await store.read(checking.violations) == []


async def test_money_of_another_currency_is_no_fault(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(sale.attempt, amount=Money(39800, "USD")))
    assert await any_store.read(checking.violations) == []


async def test_a_part_of_a_transfer_is_no_fault(store: Store) -> None:
    sale = await money.open_sale(store, provider=RecordingProvider(BANK_TRANSFER, online=False))
    slip = await store.write(by_hand.send_slip, sale.actor, sale.order_id, "file", "picture", False)
    await store.write(by_hand.confirm_transfer, DESK, slip.id, yuan(1))
    assert await store.read(checking.violations) == []
