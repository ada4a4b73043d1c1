"""What is asked of Telegram for Stars, and what is made of its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.payments.errors import BadSignature
from services.payments.provider import NoBill, RefundResult, Refused, StartRequest, Unreachable
from services.payments.providers.stars import Stars
from services.payments.providers.telegram import TelegramPayments
from services.payments.providers.telegram_invoices import Invoice, StarMove, charges, movement, paid
from services.payments.types import Attempt, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NUMBER = "A1B2C3D4E5F6G7H8J9K0"


@dataclass
class RecordingGateway:
    """Telegram in memory: notes what it is asked for; its account is `moves`, in the order given."""

    moves: list[StarMove] = field(default_factory=list)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    fault: Exception | None = None

    async def link(self, invoice: Invoice) -> str:
        self._hear("link", invoice)
        return "https://t.me/$abc"

    async def send(self, chat_id: int, invoice: Invoice, button: str, start_parameter: str) -> None:
        self._hear("send", chat_id, invoice.payload, button, start_parameter)

    async def refund_stars(self, payer: int, charge: str) -> None:
        self._hear("refund", payer, charge)

    async def star_moves(self, offset: int, limit: int) -> tuple[StarMove, ...]:
        self._hear("page", offset, limit)
        return tuple(self.moves[offset : offset + limit])

    def _hear(self, *call: Any) -> None:
        self.calls.append(call)
        if self.fault is not None:
            raise self.fault


def attempt(amount: Money | None = None, facts: dict[str, str] | None = None, number: str = NUMBER) -> Attempt:
    return Attempt(1, number, 7, "stars", amount or Money(50, "XTR"), "pending", None, NOON, None, facts=facts or {})


def refund(of: Attempt, amount: int = 50, reason: str = "cancelled") -> Refund:
    return Refund(1, "R" * 20, 7, of, Money(amount, "XTR"), reason, "requested", NOON)


def move(number: int, payload: str = "", *, incoming: bool = True, at: datetime = NOON) -> StarMove:
    return StarMove(f"stx{number}", 50, at + timedelta(seconds=number), incoming, 99 if payload else None, payload)


def stars(gateway: RecordingGateway) -> Stars:
    return Stars(gateway, MovableClock(at=NOON + timedelta(days=1)))


@pytest.mark.parametrize("title", ["订单 QL-261124-AB12", "A shop with quite a long name · order QL-1", "x" * 400])
async def test_an_invoice_keeps_to_telegrams_limits(title: str) -> None:
    gateway = RecordingGateway()
    started = await stars(gateway).start(StartRequest(attempt(), title, "zh", ""))
    assert started.url == "https://t.me/$abc"
    [(_, invoice)] = gateway.calls
    assert 1 <= len(invoice.title) <= 32 and 1 <= len(invoice.description) <= 255
    assert invoice.title[-9:] == invoice.description[-9:] == invoice.label[-9:] == title[-9:]
    assert (invoice.payload, invoice.amount, invoice.token) == (NUMBER, Money(50, "XTR"), "")


async def test_an_invoice_is_headed_by_the_short_words_and_described_by_the_long() -> None:
    gateway = RecordingGateway()
    await stars(gateway).start(StartRequest(attempt(), "青粒优选，订单 QL-1", "zh", "", short="订单 QL-1"))
    [(_, invoice)] = gateway.calls
    assert (invoice.title, invoice.description) == ("订单 QL-1", "青粒优选，订单 QL-1")


async def test_an_invoice_in_the_chat_leads_forwarded_copies_to_the_bot() -> None:
    gateway = RecordingGateway()
    provider = TelegramPayments(gateway, "1:TEST:x", frozenset({"USD"}))
    await provider.show(5, StartRequest(attempt(Money(999, "USD")), "Order", "en", ""), "Pay $9.99")
    assert gateway.calls == [("send", 5, NUMBER, "Pay $9.99", f"inv_{NUMBER}")]


@pytest.mark.parametrize("order", [sorted, lambda moves: list(reversed(moves))], ids=["oldest-first", "newest-first"])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
async def test_a_payment_is_found_wherever_it_stands_in_the_account(
    order: Callable[[list[StarMove]], list[StarMove]], count: int
) -> None:
    def ordered(moves: list[StarMove]) -> list[StarMove]:
        return order(moves) if order is not sorted else moves

    moves = [move(n, f"other{n}") for n in range(count)]
    gateway = RecordingGateway(ordered(moves))
    provider = stars(gateway)
    assert await provider.query(attempt()) is None
    moves += [move(1000, NUMBER), move(1001)]
    gateway.moves = ordered(moves)
    found = await provider.query(attempt())
    assert found == paid(NUMBER, Money(50, "XTR"), "stx1000", 99, NOON + timedelta(seconds=1000))
    asked = len(gateway.calls)
    assert await provider.query(attempt()) == found and len(gateway.calls) == asked


async def test_the_word_in_the_chat_and_the_account_name_one_movement() -> None:
    said = paid(NUMBER, Money(50, "XTR"), "stx1", 99, NOON)
    assert said.event_id == said.provider_payment_id == "stx1" and said.provider == "stars"
    assert charges(attempt(facts=dict(said.facts))) == [("stx1", 99)]


def test_a_charge_of_any_length_fits_a_row() -> None:
    assert movement("c" * 120) == "c" * 120
    long = movement("c" * 121)
    assert len(long) <= 128 and long != movement("c" * 122)
    said = paid(NUMBER, Money(50, "XTR"), "c" * 300, 99, NOON)
    assert (said.event_id, charges(attempt(facts=dict(said.facts)))) == (movement("c" * 300), [("c" * 300, 99)])


FACTS = {"charge:one": f"{int(NOON.timestamp())}:99"}
TWO = FACTS | {"charge:two": f"{int(NOON.timestamp()) + 5}:99"}


@pytest.mark.parametrize(("facts", "amount", "reason", "asked", "result"), [
    (FACTS, 50, "cancelled", ("refund", 99, "one"), RefundResult("succeeded", "one")),
    (FACTS, 20, "staff", None, RefundResult("manual", "R" * 20)),
    ({}, 50, "cancelled", None, RefundResult("manual", "R" * 20)),
    (TWO, 50, "double", ("refund", 99, "two"), RefundResult("succeeded", "two")),
    (TWO, 50, "staff", ("refund", 99, "one"), RefundResult("succeeded", "one")),
    (TWO | {"charge:three": "1:99"}, 50, "double", None, RefundResult("manual", "R" * 20)),
])
async def test_the_whole_payment_goes_back_and_what_is_unclear_goes_to_people(
    facts: dict[str, str], amount: int, reason: str, asked: tuple[Any, ...] | None, result: RefundResult
) -> None:
    gateway = RecordingGateway()
    assert await stars(gateway).refund(refund(attempt(facts=facts), amount, reason)) == result
    assert gateway.calls == ([] if asked is None else [asked])


@pytest.mark.parametrize(("word", "status"), [
    ("CHARGE_ALREADY_REFUNDED", "succeeded"), ("CHARGE_NOT_FOUND", "failed"), ("BALANCE_TOO_LOW", "failed")])
async def test_a_refund_made_before_is_done_and_another_no_is_a_failure(word: str, status: str) -> None:
    gateway = RecordingGateway(fault=Refused(word))
    assert (await stars(gateway).refund(refund(attempt(facts=FACTS)))).status == status


async def test_an_unknown_result_stays_unknown() -> None:
    provider = stars(RecordingGateway(fault=Unreachable("time-out")))
    for call in (provider.refund(refund(attempt(facts=FACTS))), provider.query(attempt()),
                 provider.start(StartRequest(attempt(), "Order", "zh", ""))):
        with pytest.raises(Unreachable):
            await call


async def test_the_bill_of_a_day_has_what_came_and_what_went_back() -> None:
    day_before = move(1, "A", at=NOON - timedelta(days=1))
    gateway = RecordingGateway([day_before, move(2, NUMBER), move(3), move(2, NUMBER, incoming=False)])
    provider = stars(gateway)
    lines = [(each.kind, each.number, each.provider_number, each.amount) for each in await provider.bill(NOON.date())]
    assert lines == [("capture", NUMBER, "stx2", Money(50, "XTR")), ("refund", "", "stx2", Money(50, "XTR"))]
    with pytest.raises(NoBill):
        await provider.bill(date(2026, 11, 24))


async def test_nothing_is_believed_that_comes_to_the_webhook() -> None:
    for provider in (stars(RecordingGateway()), TelegramPayments(RecordingGateway(), "1:x", frozenset({"USD"}))):
        with pytest.raises(BadSignature):
            await provider.read_events({}, b"{}", NOON)


async def test_a_card_inside_telegram_is_refunded_by_people_and_has_no_bill() -> None:
    provider = TelegramPayments(RecordingGateway(), "1:x", frozenset({"USD"}))
    assert provider.accepts.kinds == {"physical", "service"} and stars(RecordingGateway()).accepts.kinds == {"digital"}
    assert (await provider.refund(refund(attempt()))).status == "manual"
    assert await provider.query(attempt()) is None
    with pytest.raises(NoBill):
        await provider.bill(NOON.date())
