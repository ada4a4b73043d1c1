"""Notices to the shop over HTTP: who may send them, what they do, and what each answer means."""

import asyncio
import hashlib
import hmac
import io
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.orders.types import BANK_TRANSFER
from services.payments import checking, receiving, refunding
from services.payments.errors import BadSignature
from services.payments.providers.sandbox import HEADER, sign, verify
from services.payments.refunding import refund_by_staff
from services.shared.money import Money
from tests.bot.sandbox.till import SECRET, Till
from tests.conftest import START
from tests.services.payments import money
from tests.services.payments.money import DESK

# A notice as bytes, a moment and what they must be signed with; the literal was computed outside of the shop's code.
BODY = (b'{"id":"evt_1","type":"payment.succeeded","payment":"P1","provider_payment_id":"sbx_1","amount":39800,'
        b'"currency":"CNY","created":1795500000}')
MOMENT = 1795500000
SIGNATURE = "f3fab71036a26ea9db911c0633374cf4847391d001304d55c6846e38a67ec9c7"
PAID = ("placed", "paid", 39800, 0)
UNPAID = ("placed", "unpaid", 0, 0)


def test_the_signature_is_a_mac_of_moment_dot_body() -> None:
    assert hmac.new(SECRET.encode(), b"1795500000." + BODY, hashlib.sha256).hexdigest() == SIGNATURE
    assert sign(SECRET, BODY, MOMENT) == f"t=1795500000,v1={SIGNATURE}"
    assert (HEADER, START.timestamp()) == ("X-Sandbox-Signature", MOMENT)


def test_without_a_secret_the_door_is_shut() -> None:
    with pytest.raises(BadSignature):
        verify("", sign("", BODY, MOMENT), BODY, START)


async def test_the_vector_is_believed_over_http(till: Till) -> None:
    """Believed and about no payment of the shop: 404; with one digit changed it is not believed."""
    good = {"X-Sandbox-Signature": f"t=1795500000,v1={SIGNATURE}"}
    assert await till.notify(BODY, good) == 404
    assert await till.notify(BODY.replace(b"39800", b"39801"), good) == 401
    assert await till.notify(BODY, {"X-Sandbox-Signature": f"t=1795500000,v1=0{SIGNATURE[1:]}"}) == 401


@pytest.mark.parametrize(("late", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
async def test_a_notice_is_believed_for_300_seconds(till: Till, late: int, status: int) -> None:
    before = await till.kept()
    body = json.dumps(till.body()).encode()
    assert await till.notify(body, till.signed(body, late=late)) == status
    assert (await till.kept() == before) is (status == 401)
    assert await money.standing_of(till.sale) == (PAID if status == 200 else UNPAID)


@pytest.mark.parametrize(
    "header",
    [
        None, "", "t", "t=,v1=", f"t={MOMENT}", "v1={mac}", "t={t},v1=", "t={t},v1={mac}0", "t={t},v0={mac}",
        "t={t};v1={mac}", "t= {t},v1={mac}", "t=-{t},v1={mac}", "t=1e9,v1={mac}", "t=0{t},v1={mac}",
        "t=1{t}000,v1={mac}", "{mac}", "t={t},v1=é", "t={t},v1={mac},v1=0", ",,,===,,,",
    ],
)
async def test_a_header_that_is_forged_or_missing_stores_nothing(till: Till, header: str | None) -> None:
    before = await till.kept()
    body = json.dumps(till.body()).encode()
    mac = sign(SECRET, body, MOMENT).partition("v1=")[2]
    headers = {} if header is None else {HEADER: header.format(t=MOMENT, mac=mac)}
    assert await till.notify(body, headers) == 401
    assert await till.kept() == before


async def test_another_secret_or_another_body_stores_nothing(till: Till) -> None:
    before = await till.kept()
    body, other = (json.dumps(till.body(amount=amount)).encode() for amount in (39800, 1))
    assert await till.notify(body, till.signed(body, secret="guessed")) == 401
    assert await till.notify(body, till.signed(other)) == 401
    assert await till.kept() == before


async def test_only_machines_that_sign_have_a_door(till: Till) -> None:
    body = json.dumps(till.body()).encode()
    assert await till.notify(body, provider="nobody") == 404
    assert await till.notify(body, provider=BANK_TRANSFER) == 401
    async with till.http.get(f"{till.url}/webhooks/payments/sandbox") as answer:
        assert answer.status == 405


async def test_an_unknown_payment_stores_nothing(till: Till) -> None:
    before = await till.kept()
    assert await till.tell(payment="NOSUCHPAYMENT") == 404
    assert await till.kept() == before


FIELDS = ("id", "type", "payment", "provider_payment_id", "amount", "currency", "created")
JUNK = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(max_value=0), st.integers(min_value=10**16), st.just(""),
    st.text(min_size=129, max_size=200), st.text("\x00\x1f\x7f\u4e2d\ud7ff", min_size=1),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=7),
    max_leaves=12,
)
HTTP = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@HTTP
@given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
@example(body=b"")
@example(body=b"{")
@example(body=b"\xff\xfe{}")
@example(body=b"[" * 100_000)
@example(body=b'{"id":' * 50_000)
@example(body=b"1" * 10_000)
async def test_a_body_without_sense_is_refused(till: Till, body: bytes) -> None:
    before = await till.kept()
    assert await till.notify(body) == 400
    assert await till.kept() == before


@HTTP
@given(field=st.sampled_from(FIELDS), junk=JUNK)
@example(field="type", junk="payment.refunded")
@example(field="type", junk="refund")
@example(field="currency", junk="cny")
@example(field="currency", junk="CNYX")
@example(field="amount", junk="39800")
@example(field="amount", junk=39800.0)
@example(field="created", junk=10**12)
async def test_a_field_without_sense_is_refused(till: Till, field: str, junk: object) -> None:
    before = await till.kept()
    assert await till.tell(**{field: junk}) == 400
    assert await till.kept() == before


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_that_is_missing_is_refused(till: Till, field: str) -> None:
    body = till.body()
    del body[field]
    assert await till.notify(json.dumps(body).encode()) == 400


async def test_a_body_of_megabytes_is_not_read(till: Till) -> None:
    body = b" " * 2**21
    address = f"{till.url}/webhooks/payments/sandbox"
    async with till.http.post(address, data=io.BytesIO(body), headers=till.signed(body)) as answer:
        assert answer.status == 413


async def test_a_success_pays_and_its_repeats_change_nothing(till: Till) -> None:
    assert await till.tell() == 200
    assert await money.standing_of(till.sale) == PAID
    after = await till.kept()
    assert await till.tell() == 200
    assert await till.tell(id="evt_2") == 200
    assert await till.tell(created=MOMENT - 60) == 200
    assert await till.kept() == after
    assert await till.store.read(money.captures) == [(39800, "sbx_1", "system:0")]
    assert await till.store.read(money.waiting, "orders.paid") == 1


async def test_the_same_notice_five_times_at_once(till: Till) -> None:
    assert await asyncio.gather(*(till.tell() for _ in range(5))) == [200] * 5
    assert await till.store.read(money.captures) == [(39800, "sbx_1", "system:0")]
    assert await till.store.read(checking.violations) == []


async def test_a_notice_whose_work_failed_is_not_acknowledged_and_done_when_it_is_repeated(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await till.kept()

    def crash(*args: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "_settle", crash)
        assert await till.tell() == 500
    assert await till.kept() == before
    assert await till.tell() == 200
    assert await money.standing_of(till.sale) == PAID


@pytest.mark.parametrize(("amount", "payment"), [(39700, "partly_paid"), (39801, "paid")])
async def test_a_wrong_amount_is_recorded_and_goes_to_staff(till: Till, amount: int, payment: str) -> None:
    assert await till.tell(amount=amount) == 200
    assert await money.standing_of(till.sale) == ("placed", payment, amount, 0)
    facts = {"order_id": till.order_id, "attempt_id": till.attempt.id, "amount": amount, "currency": "CNY"}
    assert await till.store.read(money.jobs, "payments.mismatch") == [facts]
    assert await till.store.read(money.tried, till.order_id) == [("sandbox", 39800, "mismatch")]


async def test_another_currency_is_recorded_and_goes_to_staff(till: Till) -> None:
    assert await till.tell(currency="USD") == 200
    assert await money.standing_of(till.sale) == UNPAID
    facts = {"order_id": till.order_id, "attempt_id": till.attempt.id, "amount": 39800, "currency": "USD"}
    assert await till.store.read(money.jobs, "payments.mismatch") == [facts]


async def test_a_failure_is_told_and_a_success_after_it_counts(till: Till) -> None:
    assert await till.tell(type="payment.failed") == 200
    facts = [{"order_id": till.order_id, "attempt_id": till.attempt.id}]
    assert await till.store.read(money.jobs, "payments.tell-failed") == facts
    assert await money.standing_of(till.sale) == UNPAID
    assert await till.tell(id="evt_2") == 200
    assert await money.standing_of(till.sale) == PAID


@pytest.mark.parametrize(
    ("status", "standing"), [("succeeded", ("placed", "refunded", 39800, 39800)), ("failed", PAID)]
)
async def test_a_refund_s_fate_is_heard_once(till: Till, status: str, standing: tuple[str, str, int, int]) -> None:
    await till.tell()
    (refund,) = await till.store.write(refund_by_staff, DESK, till.order_id, Money(39800, "CNY"))
    for number in (1, 2):
        facts = {"id": f"evt_r{number}", "type": f"refund.{status}", "provider_payment_id": refund.number}
        assert await till.tell(**facts) == 200
    assert await money.refunds(till.sale) == [(39800, "staff", status)]
    assert await money.standing_of(till.sale) == standing
    kind = "payments.tell-refunded" if status == "succeeded" else "payments.refund-failed"
    assert await till.store.read(money.jobs, kind) == [{"refund_id": refund.id}]


async def test_a_refund_that_nobody_here_asked_for_books_nothing(till: Till) -> None:
    await till.tell()
    assert await till.tell(id="evt_r", type="refund.succeeded", provider_payment_id="rf_other", amount=100) == 200
    assert await money.standing_of(till.sale) == PAID
    assert await money.refunds(till.sale) == [(100, "external", "external")]
    (card,) = await till.store.read(money.jobs, "payments.external-refund")
    assert (await till.store.read(refunding.require, card["refund_id"])).reference == "rf_other"
