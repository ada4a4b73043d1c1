"""Which key checks a message, and what WeChat Pay's server may do to a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.payments.errors import BadSignature, SignatureProbe
from services.payments.provider import Refused, Unreachable
from services.payments.providers.wechat_api import Api, Secrets
from services.payments.providers.wechat_signing import Merchant
from services.shared.clock import MovableClock
from tests.fakes.base import Notice
from tests.fakes.wechat import FakeWechat
from tests.fakes.wechat_keys import APIV3_KEY, APPID, MCHID, MERCHANT_SERIAL, PUBLIC_KEY_ID, private_key
from tests.services.payments.providers.wechat_till import NUMBER, WechatTill, open_till


@pytest.fixture
async def till(clock: MovableClock) -> AsyncIterator[WechatTill]:
    """A merchant with a public key."""
    async with open_till(clock, FakeWechat(clock)) as opened:
        yield opened


@pytest.fixture
async def old_till(clock: MovableClock) -> AsyncIterator[WechatTill]:
    """A merchant with platform certificates."""
    async with open_till(clock, FakeWechat(clock, public_key=False)) as opened:
        yield opened


def fetched(till: WechatTill) -> int:
    return [act for act, _ in till.fake.asked].count("certificates")


async def paid(till: WechatTill) -> Notice:
    await till.wechat.start(till.request(expires_at=None))
    await till.fake.pay(NUMBER)
    return till.fake.notices[0]


async def read(till: WechatTill, notice: Notice, **headers: str) -> int:
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    return len(await till.wechat.read_events(dict(notice.headers) | known, notice.body, till.clock.now()))


async def test_the_certificate_is_fetched_once(old_till: WechatTill) -> None:
    notice = await paid(old_till)
    assert await read(old_till, notice) == 1
    assert fetched(old_till) == 1


async def test_both_kinds_of_keys_while_a_merchant_changes(till: WechatTill) -> None:
    notice = await paid(till)
    assert (notice.headers["Wechatpay-Serial"], await read(till, notice)) == (PUBLIC_KEY_ID, 1)
    till.fake.by_certificate = True
    assert await till.fake.deliver() == 200
    assert await till.wechat.query(till.attempt()) is not None
    assert fetched(till) == 1


async def test_an_unknown_serial_number_is_looked_for_once_a_minute(old_till: WechatTill) -> None:
    """So that whoever sends forged notices cannot make the shop ask all the time."""
    notice = await paid(old_till)
    for _ in range(5):
        with pytest.raises(BadSignature):
            await read(old_till, notice, Wechatpay_Serial="00AA")
    assert fetched(old_till) == 1
    old_till.clock.move(60)
    with pytest.raises(BadSignature):
        await read(old_till, notice, Wechatpay_Serial="00AA")
    assert fetched(old_till) == 2


@pytest.mark.parametrize("serial", ["", "PUB_KEY_ID_0100000000012025010100000000000002", "abc", "no serial", "0" * 65])
async def test_what_is_no_serial_number_is_not_looked_for(old_till: WechatTill, serial: str) -> None:
    with pytest.raises(BadSignature):
        await read(old_till, await paid(old_till), Wechatpay_Serial=serial)
    assert fetched(old_till) == 1


async def test_without_certificates_nothing_is_known(old_till: WechatTill) -> None:
    """A notice is to come again later; what was asked for may be done."""
    old_till.fake.faults.next("certificates", "down")
    with pytest.raises(Unreachable):
        await old_till.wechat.start(old_till.request())
    old_till.clock.move(59)
    with pytest.raises(Unreachable):
        await old_till.wechat.query(old_till.attempt())
    assert fetched(old_till) == 1
    old_till.clock.move(1)
    assert await old_till.wechat.query(old_till.attempt()) is None


async def test_a_merchant_with_a_public_key_need_not_have_certificates(till: WechatTill) -> None:
    """WeChat Pay answers such a merchant's question with an error; a forged notice stays a forged one."""
    notice = await paid(till)
    for trouble in ("NO_AUTH", "RESOURCE_NOT_EXISTS"):
        till.fake.faults.next("certificates", trouble)
        with pytest.raises(BadSignature):
            await read(till, notice, Wechatpay_Serial="5157F09EFDC096DE15EBE81A47057A7200000001")
        till.clock.move(60)


@pytest.mark.parametrize("trouble", ["badsig", "probe", "garbage", "down", "hang-after"])
async def test_certificates_are_believed_only_when_signed(old_till: WechatTill, trouble: str) -> None:
    old_till.fake.faults.next("certificates", trouble, trouble)
    with pytest.raises(Unreachable):
        await old_till.wechat.start(old_till.request())


async def test_a_certificate_has_its_time(old_till: WechatTill) -> None:
    await old_till.wechat.start(old_till.request())
    old_till.clock.move(timedelta(days=365 * 28).total_seconds())
    with pytest.raises(Unreachable):
        await old_till.wechat.query(old_till.attempt())


async def test_a_public_key_is_asked_for_by_name(till: WechatTill, old_till: WechatTill) -> None:
    names = []

    async def note(request: web.Request) -> web.Response:
        names.append(request.headers.get("Wechatpay-Serial"))
        return web.Response(status=503)

    async with served(note) as url:
        for each in (till, old_till):
            with pytest.raises(Unreachable):
                await api(each.clock, url, each is till).call("GET", "/v3/x")
    assert names == [PUBLIC_KEY_ID, None]


@pytest.mark.parametrize("change", [{"appid": "wx0000000000000000"}, {"mchid": "1900000002"}, {"amount": {"total": 0}},
                                    {"amount": {"total": "1999"}}, {"amount": {"total": True}}, {"amount": None},
                                    {"amount": {"total": 1999, "currency": "USD"}}, {"success_time": "yesterday"},
                                    {"success_time": "2026-11-24T14:00:00"}, {"success_time": None},
                                    {"transaction_id": ""}, {"transaction_id": "4" * 65}, {"out_trade_no": None}])
async def test_genuine_notices_without_sense_are_refused(till: WechatTill, change: dict[str, Any]) -> None:
    await till.wechat.start(till.request())
    bought = till.fake.orders[NUMBER]
    bought.state, bought.paid_at, bought.transaction_id = "SUCCESS", till.clock.now(), "42"
    till.fake._tell(NUMBER, till.url, "TRANSACTION.SUCCESS", "transaction", till.fake._known(bought) | change)
    with pytest.raises(ValueError, match=r"no sense in|somebody else|offset|Invalid isoformat"):
        await read(till, till.fake.notices[0])


@pytest.mark.parametrize(("event", "said"), [
    ("TRANSACTION.PAYSCORE", {}), ("COUPON.USE", {}), ("TRANSACTION.SUCCESS", {"trade_state": "NOTPAY"})])
async def test_other_news_says_nothing(till: WechatTill, event: str, said: dict[str, Any]) -> None:
    till.fake._tell(NUMBER, till.url, event, "transaction", said)
    assert await read(till, till.fake.notices[0]) == 0


@pytest.mark.parametrize("change", [{"mchid": "1900000002"}, {"refund_status": "MAYBE"}, {"refund_id": None}])
async def test_refund_notices_without_sense_are_refused(till: WechatTill, change: dict[str, Any]) -> None:
    await paid(till)
    await till.fake.console_refund(NUMBER, 5)
    said = {"mchid": MCHID, "out_trade_no": NUMBER, "refund_id": "50", "out_refund_no": "R", "refund_status": "SUCCESS",
            "amount": {"refund": 5}, "success_time": "2026-11-24T14:00:00+08:00"}
    till.fake._tell("R", till.url, "REFUND.SUCCESS", "refund", said)
    assert await read(till, till.fake.notices[-1]) == 1
    till.fake._tell("R", till.url, "REFUND.SUCCESS", "refund", said | change)
    with pytest.raises(ValueError, match=r"no sense in|somebody else|unknown state"):
        await read(till, till.fake.notices[-1])


async def test_a_wrong_key_of_api_v3_is_told(till: WechatTill, caplog: pytest.LogCaptureFixture) -> None:
    notice = await paid(till)
    till.wechat._api._secrets = Secrets(till.wechat._api._secrets.merchant, bytes(32),
                                        till.wechat._api._secrets.public_keys)
    with pytest.raises(ValueError, match="another key"):
        await read(till, notice)
    assert "WECHAT_APIV3_KEY" in caplog.text


async def test_a_probe_is_told_from_a_forgery(till: WechatTill) -> None:
    notice = await paid(till)
    with pytest.raises(SignatureProbe):
        await read(till, till.fake.probe(notice))
    with pytest.raises(BadSignature) as forged:
        await read(till, till.fake.forge(notice))
    assert not isinstance(forged.value, SignatureProbe)


async def test_a_server_that_never_answers(clock: MovableClock) -> None:
    async def wait(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with served(wait) as url:
        with pytest.raises(Unreachable, match="TimeoutError"):
            await api(clock, url, True, 0.05).call("GET", "/v3/x")


async def test_nothing_listens(clock: MovableClock) -> None:
    with pytest.raises(Unreachable):
        await api(clock, "http://127.0.0.1:9", True).call("GET", "/v3/x")


async def test_a_redirect_is_not_followed(clock: MovableClock) -> None:
    """What we signed is for WeChat Pay alone."""
    asked = []

    async def away(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with served(away) as url:
        with pytest.raises(Unreachable, match="HTTP 302"):
            await api(clock, url, True).call("GET", "/v3/x")
    assert asked == ["/v3/x"]


async def test_an_endless_reply_is_left_alone(clock: MovableClock) -> None:
    async def endless(request: web.Request) -> web.Response:
        return web.Response(body=bytes((1 << 20) + 1))

    async with served(endless) as url:
        with pytest.raises(Unreachable, match="endless"):
            await api(clock, url, True).call("GET", "/v3/x")


@pytest.mark.parametrize(("status", "answer"), [
    (403, b""), (403, b"<html>"), (403, b"[]"), (403, b'{"code": 5}'), (403, b'{"code": "a b"}'),
    (408, b'{"code": "SLOW"}'), (429, b'{"code": "OFTEN"}'), (202, b'{"code": "USERPAYING"}'),
    (502, b'{"code": "BAD"}')])
async def test_what_is_not_wechats_no_says_nothing(clock: MovableClock, status: int, answer: bytes) -> None:
    async def gateway(request: web.Request) -> web.Response:
        return web.Response(status=status, body=answer)

    async with served(gateway) as url:
        with pytest.raises(Unreachable, match=f"HTTP {status}"):
            await api(clock, url, True).call("GET", "/v3/x")


GIVEN_BACK = {"out_refund_no": "R123456789ABCDEFGHJK", "status": "SUCCESS", "refund_id": "50"}
BOUGHT = {"out_trade_no": NUMBER, "trade_state": "SUCCESS", "appid": APPID, "mchid": MCHID, "transaction_id": "42",
          "amount": {"total": 1999}, "success_time": "2026-11-24T14:00:00+08:00"}


@pytest.mark.parametrize(("act", "said"), [
    ("start", {}), ("start", {"code_url": ""}), ("query", {"trade_state": "SUCCESS"}),
    ("query", BOUGHT | {"out_trade_no": "ANOTHER0000000000000"}), ("query", BOUGHT | {"success_time": None}),
    ("refund", GIVEN_BACK | {"out_refund_no": "R000000000000000000"}), ("refund", GIVEN_BACK | {"status": "MAYBE"}),
    ("refund", GIVEN_BACK | {"refund_id": None}), ("bill", {"hash_value": "00"})])
async def test_signed_answers_without_sense_are_none(till: WechatTill, act: str, said: dict[str, Any]) -> None:
    async def call(method: str, target: str, body: Any = None) -> dict[str, Any]:
        return said

    till.wechat._api.call = call  # type: ignore[method-assign]
    work = {"start": lambda: till.wechat.start(till.request()), "query": lambda: till.wechat.query(till.attempt()),
            "refund": lambda: till.wechat.refund(till.refund(1)),
            "bill": lambda: till.wechat.bill(till.clock.now().date() - timedelta(days=1))}
    with pytest.raises(Unreachable):
        await work[act]()


async def test_the_merchants_own_signature_counts(till: WechatTill) -> None:
    """The fake refuses another one's; the shop learns that it was refused, not that it may have worked."""
    merchant = Merchant(MCHID, MERCHANT_SERIAL, private_key("platform"))
    till.wechat._api._secrets = Secrets(merchant, APIV3_KEY.encode(), till.wechat._api._secrets.public_keys)
    with pytest.raises(Refused, match="SIGNERROR"):
        await till.wechat.start(till.request())


def api(clock: MovableClock, url: str, public_key: bool, seconds: float = 8) -> Api:
    merchant = Merchant(MCHID, MERCHANT_SERIAL, private_key("merchant"))
    known = {PUBLIC_KEY_ID: private_key("platform").public_key()} if public_key else {}
    made = Api(Secrets(merchant, APIV3_KEY.encode(), known), clock, url, seconds)
    MADE.append(made)
    return made


MADE: list[Api] = []


@pytest.fixture(autouse=True)
async def close() -> AsyncIterator[None]:
    yield
    while MADE:
        await MADE.pop().aclose()


def served(handler: Any) -> Any:
    return Served(handler)


class Served:
    """A server that answers everything with `handler`; entered, its address."""

    def __init__(self, handler: Any) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        self._server = TestServer(app, host="127.0.0.1")

    async def __aenter__(self) -> str:
        await self._server.start_server(shutdown_timeout=0.1)
        return str(self._server.make_url("")).rstrip("/")

    async def __aexit__(self, *gone: object) -> None:
        await self._server.close()
