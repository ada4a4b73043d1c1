"""UnionPay's settings: what is wrong with them is said without repeating it; QR codes where the contract has them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.payments.base import Tools
from bot.payments.unionpay import UnionpaySettings, certificates, make
from services.payments.provider import Refused, Unreachable
from services.payments.types import Attempt
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.unionpay import KEYS, FakeUnionPay
from tests.services.payments.providers.unionpay_bench import HOOK, NUMBER, Bench, opening, request


@pytest.fixture
async def bench(clock: MovableClock) -> AsyncIterator[Bench]:
    async with opening(clock) as opened:
        yield opened


def test_what_is_wrong_in_the_settings_is_said_without_it() -> None:
    good: dict[str, Any] = {
        "merchant_id": "777290058110048", "private_key": KEYS["merchant_key"], "certificate": KEYS["merchant_cert"],
        "middle_certificate": KEYS["middle"], "root_certificate": KEYS["root"]}
    wrong = {
        "merchant_id": "12", "certificate": KEYS["unionpay_sign_cert"], "root_certificate": KEYS["fake_cert"],
        "private_key": "/nowhere/key.pem", "gateway": "gateway.95516.com"}
    for name, value in wrong.items():
        with pytest.raises(ValidationError) as refusal:
            UnionpaySettings(_env_file=None, **good | {name: value})  # type: ignore[call-arg]
        assert [problem["loc"] for problem in refusal.value.errors()] == [(name,)]
        assert value not in str(refusal.value) and "BEGIN" not in str(refusal.value)
    assert "BEGIN" not in repr(UnionpaySettings(_env_file=None, **good))  # type: ignore[call-arg]


@pytest.mark.parametrize(("gateway", "test", "url"), [
    ("", False, "https://gateway.95516.com"), ("", True, "https://gateway.test.95516.com"),
    ("https://relay.example/", False, "https://relay.example"),
])
async def test_the_settings_say_which_gateway_is_spoken_to(
    clock: MovableClock, gateway: str, test: bool, url: str
) -> None:
    given: dict[str, Any] = {
        "merchant_id": "777290058110048", "private_key": KEYS["merchant_key"], "certificate": KEYS["merchant_cert"],
        "middle_certificate": KEYS["middle"], "root_certificate": KEYS["root"], "gateway": gateway, "test": test}
    provider = make(UnionpaySettings(_env_file=None, **given), Tools(clock, "https://shop.example"))  # type: ignore[call-arg]
    attempt = Attempt(1, NUMBER, 1, "unionpay", Money(1999, "CNY"), "pending", None, clock.now(), None)
    started = await provider.start(replace(request(attempt), notify_url=""))
    assert started.url == f"{url}/gateway/api/frontTransReq.do"
    assert (started.form or {})["backUrl"] == HOOK
    assert (started.form or {})["merId"] == "777290058110048"


def test_the_doctor_hears_when_certificates_end() -> None:
    fake = FakeUnionPay(MovableClock())
    ends = datetime(2054, 1, 1, tzinfo=UTC)
    assert certificates(fake.settings("http://127.0.0.1:1")) == dict.fromkeys(
        ("certificate", "middle_certificate", "root_certificate"), ends)


async def test_codes_are_refused_where_they_are_not_in_the_contract(bench: Bench) -> None:
    with pytest.raises(Refused, match="channel"):
        await bench.provider.start(request(replace(bench.attempt, channel="qr")))
    assert bench.fake.asked == []


async def test_a_code_for_banks_apps(clock: MovableClock) -> None:
    async with opening(clock, qr=True) as bench:
        assert bench.provider.accepts.channels == {"wap": "phone", "qr": "desktop"}
        coded = replace(bench.attempt, channel="qr")
        for fault in ("down", "word:06"):
            bench.fake.faults.next("start", fault)
            with pytest.raises(Unreachable):
                await bench.provider.start(request(coded))
        bench.fake.faults.next("start", "word:31")
        with pytest.raises(Refused, match="31"):
            await bench.provider.start(request(coded))
        started = await bench.provider.start(request(coded))
        assert (started.url, started.form) == (None, None)
        assert started.code == f"{bench.fake.base_url}/fake/unionpay/qr/{NUMBER}"
        sent = bench.fake.asked[-1]
        assert [sent[name] for name in ("txnSubType", "bizType", "channelType")] == ["07", "000000", "08"]
        await bench.fake.pay(NUMBER)
        (event,) = await bench.read(bench.fake.notices[0])
        assert (event.status, event.amount) == ("succeeded", Money(1999, "CNY"))


@pytest.mark.parametrize("fault", ["hang-after", "garbage", "badsig"])
async def test_a_code_whose_answer_was_lost_cannot_be_had_again(clock: MovableClock, fault: str) -> None:
    """Its number is taken then: the payer goes another way, and should it be paid all the same, a query finds it."""
    async with opening(clock, qr=True) as bench:
        coded = replace(bench.attempt, channel="qr")
        bench.fake.faults.next("start", fault)
        with pytest.raises(Unreachable):
            await bench.provider.start(request(coded))
        with pytest.raises(Refused, match="12"):
            await bench.provider.start(request(coded))
        await bench.fake.pay(NUMBER)
        event = await bench.provider.query(coded)
        assert event is not None and event.status == "succeeded"
