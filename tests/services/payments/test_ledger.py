"""The books: two sides to every entry, and a database that lets nobody change either."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.demo.seed.fill import _empty as empty_demo
from services.payments import by_hand, checking, ledger, process, refunding
from services.payments.events import apply_event
from services.payments.models import LEDGER_DDL, LEDGER_DROP_DDL, LedgerRow, PostingRow
from services.payments.provider import RefundResult
from services.shared.db import Store, Tx
from services.shared.money import Money
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, event

LEDGER, POSTINGS = LedgerRow.__table__, PostingRow.__table__
MOVED = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)


def journal(tx: Tx) -> list[tuple[str, int, str, str, datetime]]:
    """(kind, amount, provider's number, who, when it moved), oldest first."""
    return [(row.kind, row.amount, row.provider_number, row.actor, row.moved_at)
            for row in tx.rows(select(LEDGER).order_by(LEDGER.c.id))]


def sides(tx: Tx) -> list[list[tuple[str, int]]]:
    """(account, amount) of each entry, oldest first."""
    rows = tx.rows(select(POSTINGS).order_by(POSTINGS.c.entry_id, POSTINGS.c.amount.desc()))
    entries = sorted({row.entry_id for row in rows})
    return [[(row.account, row.amount) for row in rows if row.entry_id == entry] for entry in entries]


async def busy_books(store: Store) -> money.Sale:
    """A payment that cost ¥1.19, a refund, and a dispute of the rest."""
    sale = await money.open_sale(store)
    paid = event(sale.attempt, provider_payment_id="t1", created=MOVED, fee=Money(119, "CNY"))
    await store.write(apply_event, paid)
    (refund,) = await store.write(refunding.refund_by_staff, DESK, sale.order_id, yuan(98))
    sale.provider.refund_result = RefundResult("succeeded", "r1")
    await process.send_refund(store, {"sandbox": sale.provider}, refund.id)
    for status, cost in (("opened", 1500), ("won", None)):
        fee = Money(cost, "CNY") if cost else None
        told = event(sale.attempt, status, kind="dispute", provider_payment_id="d1", amount=yuan(300), fee=fee,
                     created=MOVED)
        await store.write(apply_event, told)
    return sale


async def test_every_movement_has_its_two_sides_and_its_provider_s_number(any_store: Store) -> None:
    sale = await busy_books(any_store)
    now = any_store.clock.now()
    assert await any_store.read(journal) == [
        ("capture", 39800, "t1", "system:0", MOVED), ("fee", 119, "t1", "system:0", MOVED),
        ("refund", 9800, "r1", "system:0", now), ("dispute", 30000, "d1", "system:0", MOVED),
        ("fee", 1500, "d1", "system:0", MOVED), ("dispute-return", 30000, "d1", "system:0", MOVED),
    ]
    assert await any_store.read(sides) == [
        [("provider:sandbox", 39800), ("orders", -39800)], [("fees", 119), ("provider:sandbox", -119)],
        [("orders", 9800), ("provider:sandbox", -9800)], [("disputes", 30000), ("provider:sandbox", -30000)],
        [("fees", 1500), ("provider:sandbox", -1500)], [("provider:sandbox", 30000), ("disputes", -30000)],
    ]
    assert await any_store.read(ledger.balances) == {
        "disputes": (Money(0, "CNY"),), "fees": (Money(1619, "CNY"),), "orders": (Money(-30000, "CNY"),),
        "provider:sandbox": (Money(28381, "CNY"),)}
    assert await any_store.read(checking.violations) == []
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 9800)


async def test_what_people_say_has_no_number_of_a_provider(store: Store) -> None:
    from services.orders.types import BANK_TRANSFER

    sale = await money.open_sale(store, provider=money.RecordingProvider(BANK_TRANSFER, online=False))
    slip = await store.write(by_hand.send_slip, sale.actor, sale.order_id, "file", "picture", False)
    await store.write(by_hand.confirm_transfer, DESK, slip.id, yuan(398))
    assert await store.read(journal) == [("capture", 39800, "", "staff:42", store.clock.now())]
    assert (await store.read(ledger.balances))["provider:bank_transfer"] == (yuan(398),)


async def test_the_database_itself_refuses_to_change_the_books(any_store: Store) -> None:
    await busy_books(any_store)
    before = await any_store.read(journal), await any_store.read(sides)
    for table in (LEDGER, POSTINGS):
        forbidden = (update(table).values(amount=1), delete(table).where(table.c.id == 1),
                     text(f"UPDATE {table} SET amount = amount"))
        for statement in forbidden:
            with pytest.raises(DBAPIError, match=f"{table} is append-only"):
                await any_store.write(lambda tx, statement=statement: tx.execute(statement))
    assert (await any_store.read(journal), await any_store.read(sides)) == before


async def test_without_that_guard_they_could_be_changed(any_store: Store) -> None:
    await busy_books(any_store)

    def forge(tx: Tx) -> list[int]:
        for statement in LEDGER_DROP_DDL[tx.conn.dialect.name]:
            tx.execute(text(statement))
        tx.execute(update(LEDGER).values(amount=1))
        return [amount for _, amount, *_ in journal(tx)]

    # A read is rolled back: the guard stands again afterwards.
    assert await any_store.read(forge) == [1] * 6


async def test_a_demo_throws_its_books_away_as_a_whole_and_keeps_the_guard(any_store: Store) -> None:
    await busy_books(any_store)
    await any_store.write(empty_demo)
    assert await any_store.read(journal) == []
    await busy_books(any_store)
    with pytest.raises(DBAPIError, match="append-only"):
        await any_store.write(lambda tx: tx.execute(delete(LEDGER)))


async def test_the_statements_can_be_run_again(any_store: Store) -> None:
    def again(tx: Tx) -> None:
        for statements in (LEDGER_DDL, LEDGER_DROP_DDL, LEDGER_DROP_DDL, LEDGER_DDL):
            for statement in statements[tx.conn.dialect.name]:
                tx.execute(text(statement))

    await any_store.write(again)


async def test_the_books_have_one_entry_for_one_movement(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks for it: a fee and a dispute that are told again add nothing."""
    sale = await busy_books(any_store)
    before = await any_store.read(journal)
    for status in ("opened", "won", "opened"):
        again = event(sale.attempt, status, kind="dispute", provider_payment_id="d1", amount=yuan(300))
        await any_store.write(apply_event, again)
    from services.payments import repository

    # Even where the inbox let the same news through twice.
    monkeypatch.setattr(repository, "add_event", lambda tx, event, attempt_id: 0)
    for status in ("opened", "won"):
        again = event(sale.attempt, status, kind="dispute", provider_payment_id="d1", amount=yuan(300))
        await any_store.write(apply_event, again)
    assert await any_store.read(journal) == before
