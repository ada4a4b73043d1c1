"""The sandbox as an outside system: its cashier, its notices that are repeated until they are taken, and its API."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.sandbox.records import FAILED, PAID, REFUNDED
from services.orders import service as orders
from services.payments import checking, process, repository
from services.payments.provider import StartRequest
from services.payments.providers.sandbox import HEADER, verify
from services.payments.refunding import refund_by_staff
from services.payments.types import Outcome
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.money import Money
from tests.bot.sandbox.till import SECRET, Till, open_till
from tests.conftest import START
from tests.services.payments import money
from tests.services.payments.money import DESK


class Ear:
    """A merchant's server: answers with `answers` in turn, the last one for ever, and keeps what it was sent."""

    def __init__(self, *answers: int) -> None:
        self.answers, self.heard = list(answers), []

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((request.headers[HEADER], await request.read()))
        return web.Response(status=self.answers[min(len(self.heard), len(self.answers)) - 1])


@pytest.fixture
async def ear() -> AsyncIterator[tuple[Ear, str]]:
    """A merchant that has trouble, then takes the notice; and its address."""
    merchant = Ear(500, 404, 200)
    app = web.Application()
    app.add_routes([web.post("/", merchant.hear)])
    async with TestServer(app, port=unused_port()) as server:
        yield merchant, str(server.make_url("/"))


async def test_a_notice_is_repeated_until_it_is_taken(
    store: Store, clock: MovableClock, tmp_path: Path, ear: tuple[Ear, str]
) -> None:
    merchant, address = ear
    async with open_till(store, clock, tmp_path, address) as till:
        await till.act("pay")
        for wait in (1, 2):
            assert await till.deliver()
            assert not await till.deliver()
            clock.move(wait)
        assert await till.deliver()
        clock.move(86_400)
        assert not await till.deliver()
        (notice,) = await till.notices()
    assert (notice.http_status, notice.attempts, notice.due_at) == (200, 3, None)
    signatures, bodies = zip(*merchant.heard, strict=True)
    assert set(bodies) == {json.dumps(notice.body).encode()}
    assert notice.body == {
        "id": notice.event_id, "type": "payment.succeeded", "payment": till.attempt.number,
        "provider_payment_id": notice.provider_payment_id, "amount": 39800, "currency": "CNY",
        "created": int(START.timestamp()),
    }
    for signature, after in zip(signatures, (0, 1, 3), strict=True):
        assert signature.startswith(f"t={int(START.timestamp()) + after},v1=")
        verify(SECRET, signature, bodies[0], START + timedelta(seconds=after))


async def test_a_merchant_who_is_away_is_told_at_double_the_time(
    store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    async with open_till(store, clock, tmp_path, f"http://127.0.0.1:{unused_port()}/") as till:
        await till.act("pay")
        waits = []
        for _ in range(11):
            assert await till.deliver()
            (notice,) = await till.notices()
            assert notice.http_status is None and notice.due_at is not None
            waits.append((notice.due_at - clock.now()).total_seconds())
            clock.move(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("pay", [(PAID, 39800, 0, 0)]),
        ("pay-late", [(PAID, 39800, 960, 960)]),
        ("pay-twice", [(PAID, 39800, 0, 0), (PAID, 39800, 0, 0)]),
        ("pay-wrong", [(PAID, 39700, 0, 0)]),
        ("fail", [(FAILED, 39800, 0, 0)]),
        ("delay", [(PAID, 39800, 0, 60)]),
    ],
)
async def test_each_act_has_its_notices(till: Till, what: str, expected: list[tuple[str, int, int, int]]) -> None:
    """(type, amount, seconds until the money moves, seconds until the shop is told)"""
    answer = await till.act(what)
    assert (answer.status, till.url + answer.headers["Location"]) == (303, till.cashier)
    found = await till.notices()
    assert [(each.type, each.amount, int((each.happened_at - START).total_seconds()),
             int((each.due_at - START).total_seconds()) if each.due_at else None) for each in found] == expected
    assert len({each.provider_payment_id for each in found}) == len({each.event_id for each in found}) == len(expected)


@pytest.mark.parametrize(
    ("what", "standing", "attempt", "refunds"),
    [
        ("pay", ("placed", "paid", 39800, 0), "succeeded", []),
        ("pay-twice", ("placed", "paid", 79600, 0), "succeeded", [(39800, "double", "requested")]),
        ("pay-wrong", ("placed", "partly_paid", 39700, 0), "mismatch", []),
        ("fail", ("placed", "unpaid", 0, 0), "failed", []),
    ],
)
async def test_what_each_act_comes_to_in_the_shop(
    till: Till, what: str, standing: tuple[str, str, int, int], attempt: str, refunds: list[tuple[int, str, str]]
) -> None:
    await till.act(what)
    assert await till.deliver()
    assert {each.http_status for each in await till.notices()} == {200}
    assert await money.standing_of(till.sale) == standing
    assert await till.store.read(money.tried, till.order_id) == [("sandbox", 39800, attempt)]
    assert await money.refunds(till.sale) == refunds
    assert await till.store.read(checking.violations) == []


async def test_money_that_comes_late_revives_the_order(till: Till) -> None:
    await till.act("pay-late")
    till.clock.move(15 * 60)
    assert await till.store.write(orders.expire, till.order_id)
    assert not await till.deliver()
    till.clock.move(60)
    assert await till.deliver()
    assert await money.standing_of(till.sale) == ("placed", "paid", 39800, 0)


async def test_while_the_notice_waits_a_question_is_answered(till: Till) -> None:
    await till.act("delay", delay=60)
    assert not await till.deliver()
    assert await process.check(till.store, {"sandbox": till.sandbox}, till.actor, till.order_id) == Outcome(
        "paid", till.order_id)
    till.clock.move(60)
    assert await till.deliver()
    assert [each.http_status for each in await till.notices()] == [200]
    assert await money.standing_of(till.sale) == ("placed", "paid", 39800, 0)


@pytest.mark.parametrize("what", ["pay", "fail", "delay"])
async def test_who_has_paid_cannot_pay_or_fail_again(till: Till, what: str) -> None:
    await till.act("pay")
    assert (await till.act(what)).status == 303
    assert [each.type for each in await till.notices()] == [PAID]


async def test_after_a_failure_the_payer_may_try_again(till: Till) -> None:
    for what in ("fail", "fail", "pay"):
        await till.act(what)
    assert [each.type for each in await till.notices()] == [FAILED, FAILED, PAID]
    assert await till.deliver()
    assert await money.standing_of(till.sale) == ("placed", "paid", 39800, 0)


@pytest.mark.parametrize("what", ["pay", "pay-twice", "pay-wrong", "fail", "delay"])
async def test_a_payment_that_the_shop_has_closed_takes_no_money(till: Till, what: str) -> None:
    await till.sandbox.close(till.attempt)
    assert (await till.act(what)).status == 303
    assert await till.notices() == []
    assert await till.sandbox.query(till.attempt) is None


async def test_money_on_its_way_arrives_although_the_payment_is_closed(till: Till) -> None:
    await till.sandbox.close(till.attempt)
    await till.act("pay-late")
    assert [each.type for each in await till.notices()] == [PAID]


async def test_looking_at_the_cashier_changes_nothing(till: Till, tmp_path: Path) -> None:
    def everything() -> list[str]:
        with sqlite3.connect(tmp_path / "sandbox.db") as book:
            return list(book.iterdump())

    before, kept = everything(), await till.kept()
    for address in (till.cashier, till.cashier.replace("lang=zh", "lang=en"), f"{till.cashier}&do=pay"):
        async with till.http.get(address) as answer:
            assert answer.status == 200
            assert till.attempt.number in await answer.text()
    async with till.http.head(till.cashier) as answer:
        assert answer.status == 200
    assert (everything(), await till.kept()) == (before, kept)


async def test_the_cashier_shows_what_became_of_the_payment(till: Till) -> None:
    await till.act("pay")
    await till.deliver()
    (notice,) = await till.notices()
    async with till.http.get(till.cashier) as answer:
        page = await answer.text()
    assert "succeeded" in page and notice.event_id in page and "¥398.00" in page


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"do": "steal"}, 404), ({}, 404), ({"do": "pay-wrong", "amount": "much"}, 400),
        ({"do": "pay-wrong", "amount": "-1"}, 400), ({"do": "pay-wrong", "amount": "1000000000000"}, 400),
        ({"do": "delay", "delay": "86401"}, 400), ({"do": "pay-wrong", "amount": "0"}, 303),
    ],
)
async def test_a_form_without_sense_does_nothing(till: Till, form: dict[str, str], status: int) -> None:
    async with till.http.post(till.cashier, data=form, allow_redirects=False) as answer:
        assert answer.status == status
    assert await till.notices() == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_cashier_that_is_not_there(till: Till, method: str) -> None:
    async with till.http.request(method, f"{till.url}/sandbox/pay/nosuch", data={"do": "pay"}) as answer:
        assert answer.status == 404


CALLS = {
    "payments": {"payment": "P1", "amount": 100, "currency": "CNY", "title": "One", "language": "zh", "return_url": "",
                 "expires": None},
    "query": {"payment": "P1"},
    "close": {"payment": "P1"},
    "refunds": {"payment": "P1", "refund": "R1", "amount": 100, "currency": "CNY"},
}


@pytest.mark.parametrize("what", CALLS)
async def test_the_api_answers_only_to_who_signs(till: Till, what: str) -> None:
    body = CALLS[what]
    raw = json.dumps(body).encode()
    assert await till.ask(what, body) == 200
    for headers in ({}, {HEADER: ""}, till.signed(raw, secret="guessed"), till.signed(raw, late=301),
                    till.signed(b"{}")):
        assert await till.ask(what, body, headers) == 401


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 50_000, [], "P1", {}, {"payment": {}}, {"payment": None}])
async def test_a_call_without_sense_is_refused(till: Till, what: str, body: object) -> None:
    assert await till.ask(what, body) == 400


@pytest.mark.parametrize("changes", [{"amount": 10**30}, {"amount": True}, {"amount": "1"}, {"expires": 10**18}])
async def test_a_payment_without_sense_is_not_made_known(till: Till, changes: dict[str, object]) -> None:
    assert await till.ask("payments", CALLS["payments"] | changes) == 400


async def test_an_unknown_call(till: Till) -> None:
    assert await till.ask("transfers", {"payment": "P1"}) == 404


async def test_the_same_number_is_the_same_payment(till: Till) -> None:
    again = await till.sandbox.start(StartRequest(till.attempt, "Other title", "zh", ""))
    assert again.url == till.cashier


async def refund(till: Till, amount: int) -> int:
    return (await till.store.write(refund_by_staff, DESK, till.order_id, Money(amount, "CNY")))[0].id


async def test_a_refund_moves_money_once_and_tells_of_it(till: Till) -> None:
    await till.act("pay")
    await till.deliver()
    refund_id = await refund(till, 10000)
    for _ in range(2):
        await process.send_refund(till.store, {"sandbox": till.sandbox}, refund_id)
    assert [(each.type, each.amount) for each in await till.notices()] == [(PAID, 39800), (REFUNDED, 10000)]
    assert await till.deliver()
    assert await money.refunds(till.sale) == [(10000, "staff", "succeeded")]
    assert await money.standing_of(till.sale) == ("placed", "partly_refunded", 39800, 10000)
    assert await till.store.read(checking.violations) == []


async def test_the_sandbox_gives_no_more_back_than_came(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    await till.act("pay")
    await till.deliver()
    await process.send_refund(till.store, {"sandbox": till.sandbox}, await refund(till, 39800))
    monkeypatch.setattr(repository, "refundable", lambda tx, paid: paid.amount)
    await process.send_refund(till.store, {"sandbox": till.sandbox}, await refund(till, 1))
    assert [each[2] for each in await money.refunds(till.sale)] == ["pending", "failed"]
    assert [(each.type, each.amount) for each in await till.notices()] == [(PAID, 39800), (REFUNDED, 39800)]


async def test_the_sender_wakes_when_something_happens(store: Store, clock: MovableClock, tmp_path: Path) -> None:
    told = asyncio.Event()
    async with open_till(store, clock, tmp_path, noted=lambda *_: told.set()) as till, asyncio.TaskGroup() as duties:
        sending = duties.create_task(till.system.run())
        await till.act("pay")
        async with asyncio.timeout(10):
            await told.wait()
        sending.cancel()
    assert await money.standing_of(till.sale) == ("placed", "paid", 39800, 0)
