"""Crypto Pay over HTTP: one invoice for each attempt whatever gets lost, polls, closing, and no refund."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from bot.payments.base import Tools
from bot.payments.cryptopay import CryptopaySettings, make
from services.payments.errors import BadSignature
from services.payments.provider import NoBill, RefundResult, Refused, Started, StartRequest, Unreachable
from services.payments.providers.cryptopay import CryptoPay
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.cryptopay import TOKEN, FakeCryptoPay

NUMBER = "A0000000000000000001"
FAULTS = ["down", "hang-after", "garbage"]


class Bench:
    """The provider and the fake with one payment of $19.99 that has 15 minutes."""

    def __init__(self, fake: FakeCryptoPay, provider: CryptoPay, clock: MovableClock) -> None:
        self.fake, self.provider, self.clock = fake, provider, clock
        self.attempt = Attempt(1, NUMBER, 1, "cryptopay", Money(1999, "USD"), "pending", None, clock.now(),
                               clock.now() + timedelta(minutes=15))

    async def start(self, return_url: str = "https://shop.example/pay/token") -> Started:
        started = await self.provider.start(StartRequest(self.attempt, "Qingli QL-1", "en", return_url))
        self.attempt = replace(self.attempt, facts={**self.attempt.facts, **started.facts})
        return started

    def called(self, method: str) -> list[dict[str, Any]]:
        return [asked for known, asked in self.fake.asked if known == method]


@pytest.fixture
async def bench(clock: MovableClock) -> AsyncIterator[Bench]:
    fake = FakeCryptoPay(clock)
    app = web.Application()
    app.add_routes(fake.routes())
    async with TestServer(app) as server:
        provider = make(fake.settings(str(server.make_url("")).rstrip("/")), Tools(clock, "https://shop.example"))
        assert isinstance(provider, CryptoPay)
        yield Bench(fake, provider, clock)
        await provider.aclose()


async def test_a_payment_is_an_invoice_in_the_orders_currency(bench: Bench) -> None:
    bench.clock.move(60)
    assert await bench.start() == Started(
        f"{bench.fake.base_url}/fake/cryptopay/invoice/528890", facts={"invoice_id": "528890"})
    assert bench.called("createInvoice") == [{
        "currency_type": "fiat", "fiat": "USD", "amount": "19.99", "description": "Qingli QL-1", "payload": NUMBER,
        "allow_comments": False, "paid_btn_name": "callback", "paid_btn_url": "https://shop.example/pay/token",
        "expires_in": 14 * 60,
    }]


@pytest.mark.parametrize(("left", "asked"), [
    (timedelta(seconds=-5), 1), (timedelta(days=60), 2_678_400), (None, None),
])
async def test_an_invoice_lives_as_long_as_the_attempt_may(
    bench: Bench, left: timedelta | None, asked: int | None
) -> None:
    bench.attempt = replace(bench.attempt, expires_at=None if left is None else bench.clock.now() + left)
    await bench.start()
    assert bench.called("createInvoice")[0].get("expires_in") == asked


async def test_without_https_there_is_no_way_back_to_show(bench: Bench) -> None:
    await bench.start("http://127.0.0.1:8080/pay/token")
    assert "paid_btn_url" not in bench.called("createInvoice")[0]


async def test_the_coins_can_be_chosen(bench: Bench) -> None:
    chosen = bench.fake.settings(bench.fake.base_url).model_copy(update={"assets": "USDT,TON"})
    provider = make(chosen, Tools(bench.clock, ""))
    await provider.start(StartRequest(bench.attempt, "Order", "en", ""))
    await provider.aclose()
    assert bench.called("createInvoice")[0]["accepted_assets"] == "USDT,TON"


@pytest.mark.parametrize("kept", [True, False])
async def test_the_same_attempt_has_one_invoice(bench: Bench, kept: bool) -> None:
    """Known by its number, or found by its payload when the shop died before it was kept."""
    first = await bench.start()
    if not kept:
        bench.attempt = replace(bench.attempt, facts={})
    assert await bench.start() == first
    assert len(bench.fake.invoices) == 1


@pytest.mark.parametrize("fault", ["hang-after", "garbage"])
async def test_an_invoice_whose_answer_was_lost_is_found_again(bench: Bench, fault: str) -> None:
    bench.fake.faults.next("start", fault)
    with pytest.raises(Unreachable):
        await bench.start()
    assert (await bench.start()).facts == {"invoice_id": "528890"}
    assert len(bench.fake.invoices) == 1


async def test_it_is_found_among_thousands(bench: Bench) -> None:
    await bench.start()
    mine = bench.fake.invoices[0]
    bench.fake.invoices += [replace(mine, id=at, asked=mine.asked | {"payload": f"X{at}"}) for at in range(1, 1501)]
    bench.attempt = replace(bench.attempt, facts={})
    assert (await bench.start()).facts == {"invoice_id": "528890"}
    assert [asked.get("offset") for asked in bench.called("getInvoices")] == [0, 0, 1000]


@pytest.mark.parametrize("fault", FAULTS)
async def test_nothing_is_made_while_it_is_unknown_whether_there_is_one(bench: Bench, fault: str) -> None:
    bench.fake.faults.next("query", fault)
    with pytest.raises(Unreachable):
        await bench.start()
    assert bench.fake.invoices == []


async def test_an_invoice_that_ran_out_is_made_anew(bench: Bench) -> None:
    await bench.start()
    bench.clock.move(15 * 60)
    assert (await bench.start()).facts == {"invoice_id": "528891"}


async def test_a_clear_no_is_told_by_its_word(bench: Bench) -> None:
    for told, word in (("AMOUNT_TOO_SMALL", "AMOUNT_TOO_SMALL"), ("a person's name", "unknown")):
        bench.fake.faults.next("start", f"no:{told}")
        with pytest.raises(Refused) as refusal:
            await bench.start()
        assert refusal.value.word == word


@pytest.mark.parametrize("status", [429, 500, 502])
async def test_a_no_of_the_moment_is_no_clear_one(bench: Bench, status: int) -> None:
    bench.fake.faults.next("start", f"no:FLOOD:{status}")
    with pytest.raises(Unreachable):
        await bench.start()


async def test_a_wrong_token_is_a_clear_no(bench: Bench) -> None:
    chosen = bench.fake.settings(bench.fake.base_url).model_copy(update={"token": CryptopaySettings(
        _env_file=None, token="1:AAAAAAAAAAAAAAAAAAAAAAAA").token})  # type: ignore[call-arg]
    provider = make(chosen, Tools(bench.clock, ""))
    with pytest.raises(Refused, match="UNAUTHORIZED"):
        await provider.start(StartRequest(bench.attempt, "Order", "en", ""))
    for asked in (provider.query, provider.close):
        with pytest.raises(Unreachable):
            await asked(bench.attempt)
    await provider.aclose()


@pytest.mark.parametrize("numbers", [False, True])
async def test_a_notice_and_a_query_tell_the_same(bench: Bench, numbers: bool) -> None:
    bench.fake.numbers = numbers
    await bench.start()
    assert await bench.provider.query(bench.attempt) is None
    await bench.fake.pay(NUMBER)
    event = await bench.provider.query(bench.attempt)
    assert event == PaymentEvent(
        "cryptopay", "528890:paid", "payment", "succeeded", NUMBER, "528890", Money(1999, "USD"), bench.clock.now(),
        facts={"invoice_id": "528890"})
    (notice,) = bench.fake.notices
    assert await bench.provider.read_events(notice.headers, notice.body, bench.clock.now()) == (event,)
    assert await bench.provider.query(replace(bench.attempt, facts={})) == event


async def test_another_amount_is_told_as_it_is(bench: Bench) -> None:
    await bench.start()
    await bench.fake.pay(NUMBER, 1)
    event = await bench.provider.query(bench.attempt)
    assert event is not None and event.amount == Money(1, "USD")


async def test_a_forged_notice_is_refused(bench: Bench) -> None:
    await bench.start()
    await bench.fake.pay(NUMBER)
    forged = bench.fake.forge(bench.fake.notices[0])
    with pytest.raises(BadSignature):
        await bench.provider.read_events(forged.headers, forged.body, bench.clock.now())


@pytest.mark.parametrize("fault", [*FAULTS, "no:METHOD_DISABLED"])
async def test_no_clear_answer_to_a_query_is_none(bench: Bench, fault: str) -> None:
    await bench.start()
    await bench.fake.pay(NUMBER)
    bench.fake.faults.next("query", fault)
    with pytest.raises(Unreachable):
        await bench.provider.query(bench.attempt)


async def test_an_answer_about_another_payment_is_none(bench: Bench) -> None:
    await bench.start()
    await bench.fake.pay(NUMBER)
    bench.attempt = replace(bench.attempt, number="A0000000000000000002")
    with pytest.raises(Unreachable, match="another payment"):
        await bench.provider.query(bench.attempt)


@pytest.mark.parametrize("kept", [True, False])
async def test_closing_deletes_an_unpaid_invoice(bench: Bench, kept: bool) -> None:
    await bench.start()
    if not kept:
        bench.attempt = replace(bench.attempt, facts={})
    await bench.provider.close(bench.attempt)
    assert bench.called("deleteInvoice") == [{"invoice_id": 528890}]
    await bench.provider.close(bench.attempt)
    assert len(bench.called("deleteInvoice")) == 1
    assert await bench.provider.query(bench.attempt) is None
    with pytest.raises(ValueError):
        await bench.fake.pay(NUMBER)


async def test_a_paid_invoice_stays(bench: Bench) -> None:
    await bench.start()
    await bench.fake.pay(NUMBER)
    await bench.provider.close(bench.attempt)
    assert bench.called("deleteInvoice") == []


@pytest.mark.parametrize("fault", [*FAULTS, "no:INVOICE_NOT_FOUND"])
async def test_closing_is_tried_until_it_is_known(bench: Bench, fault: str) -> None:
    await bench.start()
    bench.fake.faults.next("close", fault)
    with pytest.raises(Unreachable):
        await bench.provider.close(bench.attempt)
    await bench.provider.close(bench.attempt)
    assert bench.fake.invoices[0].deleted


async def test_what_was_never_started_needs_no_closing(bench: Bench) -> None:
    await bench.provider.close(bench.attempt)
    assert bench.called("deleteInvoice") == []


async def test_people_pay_back(bench: Bench) -> None:
    refund = Refund(1, "R0000000000000000001", 1, bench.attempt, Money(500, "USD"), "staff", "requested",
                    bench.clock.now())
    assert await bench.provider.refund(refund) == RefundResult("manual", "R0000000000000000001")
    with pytest.raises(NoBill):
        await bench.provider.bill(date(2026, 11, 24))
    assert bench.fake.asked == []


def test_what_is_wrong_in_the_settings_is_said_without_it() -> None:
    for wrong in ({"token": "not-a-token-at-all"}, {"assets": "US DT"}, {"url": "pay.crypt.bot"}):
        given: dict[str, Any] = {"token": TOKEN} | wrong
        with pytest.raises(ValidationError) as refusal:
            CryptopaySettings(_env_file=None, **given)  # type: ignore[call-arg]
        (name, value), = wrong.items()
        assert [problem["loc"] for problem in refusal.value.errors()] == [(name,)]
        assert value not in str(refusal.value) and TOKEN not in str(refusal.value)
    usable: dict[str, Any] = {"token": TOKEN, "assets": " usdt, ton ,"}
    settings = CryptopaySettings(_env_file=None, **usable)  # type: ignore[call-arg]
    assert settings.assets == "USDT,TON" and TOKEN not in repr(settings)


async def test_the_test_network_has_a_host_of_its_own(clock: MovableClock) -> None:
    for testnet, url in ((True, "https://testnet-pay.crypt.bot"), (False, "https://pay.crypt.bot")):
        given: dict[str, Any] = {"token": TOKEN, "testnet": testnet}
        provider: Any = make(CryptopaySettings(_env_file=None, **given), Tools(clock, ""))  # type: ignore[call-arg]
        assert provider._app.url == url and TOKEN not in repr(provider._app)


async def test_a_buyer_pays_on_the_invoices_page(bench: Bench) -> None:
    url = (await bench.start()).url or ""
    async with ClientSession() as browser:
        async with browser.get(url) as page:
            assert "19.99 USD" in await page.text()
        for _ in range(2):
            async with browser.post(url) as page:
                assert page.status == 200 and "https://shop.example/pay/token" in await page.text()
    assert len(bench.fake.notices) == 1 and bench.fake.captured(NUMBER) == 1999
