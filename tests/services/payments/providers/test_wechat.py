"""Orders, queries, closing and refunds at a WeChat Pay that checks every signature, over HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from yarl import URL

from services.payments.provider import RefundResult, Refused, Started, Unreachable
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.fakes.base import send
from tests.fakes.wechat import FakeWechat
from tests.services.payments.providers.wechat_till import NUMBER, WechatTill, open_till

# What may go wrong with any call: nothing done, done without an answer, and two answers that say nothing.
TROUBLES = ("down", "hang-after", "garbage", "badsig", "probe")


def plain(code: str) -> str:
    return code.replace("_", "")


@pytest.fixture
async def till(clock: MovableClock) -> AsyncIterator[WechatTill]:
    async with open_till(clock, FakeWechat(clock)) as opened:
        yield opened


@pytest.fixture(params=["public-key", "certificate"])
async def any_till(request: pytest.FixtureRequest, clock: MovableClock) -> AsyncIterator[WechatTill]:
    """With each kind of key that WeChat Pay signs with."""
    async with open_till(clock, FakeWechat(clock, public_key=request.param == "public-key")) as opened:
        yield opened


async def test_native(any_till: WechatTill) -> None:
    started = await any_till.wechat.start(any_till.request())
    notify_url = f"{any_till.url}/webhooks/payments/wechat"
    assert started == Started(None, "weixin://wxpay/bizpayurl?pr=wx202611240000000001",
                              fresh_until=any_till.clock.now() + timedelta(minutes=115),
                              facts={"description": "青粒优选 QL-1", "notify_url": notify_url,
                                     "time_expire": "2026-11-24T14:15:00+08:00"})
    assert any_till.fake.orders[NUMBER].asked == {
        "appid": "wxtest0000000001", "mchid": "1900000001", "description": "青粒优选 QL-1", "out_trade_no": NUMBER,
        "notify_url": notify_url, "time_expire": "2026-11-24T14:15:00+08:00",
        "amount": {"total": 1999, "currency": "CNY"},
    }


async def test_only_yuan_and_h5_for_phones_where_granted(clock: MovableClock, till: WechatTill) -> None:
    assert (till.wechat.accepts.currencies, till.wechat.accepts.channels) == ({"CNY"}, {"h5": "phone"})
    async with open_till(clock, FakeWechat(clock, h5=False)) as other:
        assert other.wechat.accepts.channels == {}
        with pytest.raises(Refused) as no:
            await other.wechat.start(other.request(channel="h5"))
        assert no.value.word == "NOAUTH"


async def test_h5(till: WechatTill) -> None:
    started = await till.wechat.start(till.request(channel="h5"))
    assert started.url == (f"{till.url}/fake/wechat/h5?prepay_id=wx202611240000000001"
                           "&redirect_url=https%3A%2F%2Fshop.example%2Fpay%2Ft%3Fa%3D1")
    assert (started.code, started.fresh_until) == (None, till.clock.now() + timedelta(minutes=4))
    assert till.fake.orders[NUMBER].asked["scene_info"] == {
        "payer_client_ip": "203.0.113.9", "h5_info": {"type": "Wap"}}
    assert till.fake.orders[NUMBER].product == "h5"


async def test_h5_needs_the_payers_address(till: WechatTill) -> None:
    with pytest.raises(Refused, match="NO_PAYER_IP"):
        await till.wechat.start(till.request(channel="h5", ip=""))
    assert till.fake.orders == {}


@pytest.mark.parametrize(("title", "description"), [
    ("长" * 128, "长" * 127), ("a `b`\n c", "a 'b' c")])
async def test_descriptions_fit(till: WechatTill, title: str, description: str) -> None:
    await till.wechat.start(till.request(title))
    assert till.fake.orders[NUMBER].asked["description"] == description


async def test_a_stale_code_is_replaced_under_the_same_parameters(till: WechatTill) -> None:
    """Whatever the shop would say of the order now: in another language, with more time."""
    first = await till.wechat.start(till.request())
    till.clock.move(600)
    second = await till.wechat.start(till.request("Qingli Select QL-1", facts=first.facts))
    assert second.code != first.code
    assert second.facts == first.facts


@pytest.mark.parametrize(("seconds", "end"), [(89, None), (90, "2026-11-24T14:01:30+08:00"), (None, None)])
async def test_an_end_that_is_too_near_is_left_to_the_shop(
    till: WechatTill, seconds: int | None, end: str | None
) -> None:
    expires_at = None if seconds is None else till.clock.now() + timedelta(seconds=seconds)
    first = await till.wechat.start(till.request(expires_at=expires_at))
    assert till.fake.orders[NUMBER].asked.get("time_expire") == end
    await till.wechat.start(till.request(expires_at=expires_at, facts=first.facts))


async def test_other_parameters_are_refused(till: WechatTill) -> None:
    await till.wechat.start(till.request())
    with pytest.raises(Refused) as no:
        await till.wechat.start(till.request("another"))
    assert no.value.word == "INVALIDREQUEST"


@pytest.mark.parametrize("spelling", [str, plain])
async def test_a_closed_number_is_refused_and_a_paid_one_is_asked_about(till: WechatTill, spelling: object) -> None:
    till.fake.spelling = spelling  # type: ignore[assignment]
    await till.bought()
    with pytest.raises(Unreachable, match="paid already"):
        await till.wechat.start(till.request(expires_at=None))
    await till.wechat.start(till.request(number="CLOSED00000000000000"))
    await till.wechat.close(till.attempt(number="CLOSED00000000000000"))
    with pytest.raises(Refused, match="ORDERCLOSED"):
        await till.wechat.start(till.request(number="CLOSED00000000000000"))


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_start_without_a_clear_answer_is_made_again_with_the_same_number(
    till: WechatTill, trouble: str
) -> None:
    till.fake.faults.next("start", trouble)
    with pytest.raises(Unreachable):
        await till.wechat.start(till.request())
    assert list(till.fake.orders) == ([] if trouble == "down" else [NUMBER])
    assert (await till.wechat.start(till.request())).code is not None
    assert list(till.fake.orders) == [NUMBER]


async def test_probes_are_no_alarm(till: WechatTill, caplog: pytest.LogCaptureFixture) -> None:
    till.fake.faults.next("start", "probe", "badsig")
    with caplog.at_level(logging.INFO, "services"):
        for _ in range(2):
            with pytest.raises(Unreachable):
                await till.wechat.start(till.request())
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "a reply of wechat to POST had a wrong signature"),
        ("WARNING", "a reply of wechat to POST had a wrong signature")]


async def test_what_is_not_decided_has_no_event(till: WechatTill) -> None:
    """Neither an order that nobody placed, nor one that may yet be paid."""
    assert await till.wechat.query(till.attempt()) is None
    await till.wechat.start(till.request())
    for state in ("NOTPAY", "USERPAYING", "PAYERROR"):
        till.fake.orders[NUMBER].state = state
        assert await till.wechat.query(till.attempt()) is None


@pytest.mark.parametrize("trouble", ["down", "garbage", "badsig", "probe", "SIGN_ERROR"])
async def test_a_query_without_a_clear_answer(till: WechatTill, trouble: str) -> None:
    await till.bought()
    till.fake.faults.next("query", trouble)
    with pytest.raises(Unreachable):
        await till.wechat.query(till.attempt())
    assert await till.wechat.query(till.attempt()) is not None


async def test_query_and_notice_tell_of_the_same_payment(any_till: WechatTill) -> None:
    await any_till.bought()
    (told,) = any_till.heard
    asked = await any_till.wechat.query(any_till.attempt())
    assert asked is not None
    assert (told.provider_payment_id, told.amount, told.status, told.kind) == (
        "42202611240000000002", Money(1999, "CNY"), "succeeded", "payment")
    assert asked.event_id == "query:42202611240000000002:succeeded"
    same = ("number", "provider_payment_id", "amount", "status", "kind", "created", "facts")
    assert [getattr(asked, name) for name in same] == [getattr(told, name) for name in same]
    # Also when some of it was given back since.
    await any_till.wechat.refund(any_till.refund(1))
    assert await any_till.wechat.query(any_till.attempt()) == asked


async def test_a_closed_order_failed_for_good(till: WechatTill) -> None:
    await till.wechat.start(till.request())
    await till.wechat.close(till.attempt())
    event = await till.wechat.query(till.attempt())
    assert event is not None
    assert (event.status, event.event_id, event.amount) == ("failed", f"query:{NUMBER}:closed", Money(1999, "CNY"))


@pytest.mark.parametrize("spelling", [str, plain])
@pytest.mark.parametrize("paid_word", ["ORDER_PAID", "INVALID_REQUEST"])
async def test_closing_what_is_over_is_done(till: WechatTill, spelling: object, paid_word: str) -> None:
    till.fake.spelling, till.fake.paid_word = spelling, paid_word  # type: ignore[assignment]
    await till.wechat.close(till.attempt(number="NEVERPLACED000000000"))
    await till.wechat.start(till.request())
    for _ in range(2):
        await till.wechat.close(till.attempt())
    assert till.fake.orders[NUMBER].state == "CLOSED"
    await till.bought("PAID0000000000000000")
    await till.wechat.close(till.attempt(number="PAID0000000000000000"))
    assert till.fake.captured("PAID0000000000000000") == 1999


async def test_closing_is_tried_again_while_the_payer_is_at_it(till: WechatTill) -> None:
    await till.wechat.start(till.request())
    till.fake.orders[NUMBER].state, till.fake.paid_word = "USERPAYING", "USERPAYING"
    with pytest.raises(Unreachable):
        await till.wechat.close(till.attempt())


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_closing_without_a_clear_answer_is_done_again(till: WechatTill, trouble: str) -> None:
    await till.wechat.start(till.request())
    till.fake.faults.next("close", trouble)
    with pytest.raises(Unreachable):
        await till.wechat.close(till.attempt())
    await till.wechat.close(till.attempt())
    assert till.fake.orders[NUMBER].state == "CLOSED"


async def test_refunds_to_the_last_fen(any_till: WechatTill) -> None:
    await any_till.bought()
    for number, amount in (("R1000000000000000000", 1), ("R2000000000000000000", 1997), ("R3000000000000000000", 1)):
        for _ in range(2):
            result = await any_till.wechat.refund(any_till.refund(amount, number))
            refund = next(each for each in any_till.fake.orders[NUMBER].refunds if each.number == number)
            assert result == RefundResult("succeeded", refund.id)
    assert any_till.fake.refunded(NUMBER) == 1999
    over = await any_till.wechat.refund(any_till.refund(1, "R4000000000000000000"))
    assert over == RefundResult("failed", "R4000000000000000000")
    await any_till.fake.deliver_all()
    assert [(event.kind, event.status, event.refund_number, event.amount.amount) for event in any_till.heard[1:]] == [
        ("refund", "succeeded", "R1000000000000000000", 1), ("refund", "succeeded", "R2000000000000000000", 1997),
        ("refund", "succeeded", "R3000000000000000000", 1)]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_refund_without_a_clear_answer_moves_money_once(till: WechatTill, trouble: str) -> None:
    await till.bought()
    till.fake.faults.next("refund", trouble)
    with pytest.raises(Unreachable):
        await till.wechat.refund(till.refund(700))
    assert (await till.wechat.refund(till.refund(700))).status == "succeeded"
    assert till.fake.refunded(NUMBER) == 700


@pytest.mark.parametrize("spelling", [str, plain])
async def test_a_refusal_is_a_failure_when_the_refund_is_unknown(till: WechatTill, spelling: object) -> None:
    till.fake.spelling, till.fake.balance = spelling, 699  # type: ignore[assignment]
    await till.bought()
    assert (await till.wechat.refund(till.refund(700))).status == "failed"
    assert till.fake.refunded(NUMBER) == 0


async def test_a_refusal_of_what_was_done_before_is_none(till: WechatTill) -> None:
    """The first call did it and its answer was lost; the second is refused for want of money."""
    await till.bought()
    till.fake.faults.next("refund", "hang-after", "NOT_ENOUGH")
    with pytest.raises(Unreachable):
        await till.wechat.refund(till.refund(700))
    assert (await till.wechat.refund(till.refund(700))).status == "succeeded"
    assert till.fake.refunded(NUMBER) == 700


@pytest.mark.parametrize("trouble", ["SIGN_ERROR", "FREQUENCY_LIMITED", "SYSTEM_ERROR", "SYSTEMERROR"])
async def test_what_says_nothing_of_the_refund_leaves_it_open(till: WechatTill, trouble: str) -> None:
    await till.bought()
    till.fake.faults.next("refund", trouble)
    with pytest.raises(Unreachable):
        await till.wechat.refund(till.refund(700))


async def test_a_refusal_is_not_believed_while_the_refund_cannot_be_looked_up(till: WechatTill) -> None:
    await till.bought()
    till.fake.faults.next("refund", "NOT_ENOUGH")
    till.fake.faults.next("refund-query", "NO_AUTH")
    with pytest.raises(Unreachable):
        await till.wechat.refund(till.refund(700))


@pytest.mark.parametrize(("ok", "status"), [(True, "succeeded"), (False, "failed")])
async def test_a_refund_under_way_gets_its_fate(till: WechatTill, ok: bool, status: str) -> None:
    await till.bought()
    till.fake.slow_refunds = True
    result = await till.wechat.refund(till.refund(700))
    assert result.status == "pending"
    await till.fake.finish_refund("R123456789ABCDEFGHJK", ok=ok)
    await till.fake.deliver()
    event = till.heard[-1]
    assert (event.kind, event.status, event.number, event.provider_payment_id, event.refund_number, event.amount) == (
        "refund", status, NUMBER, result.reference, "R123456789ABCDEFGHJK", Money(700, "CNY"))
    assert (await till.wechat.refund(till.refund(700))).status == status


async def test_a_refund_in_the_console_is_heard_of(till: WechatTill) -> None:
    await till.bought()
    await till.fake.console_refund(NUMBER, 500)
    await till.fake.deliver()
    event = till.heard[-1]
    assert (event.status, event.amount, event.number) == ("succeeded", Money(500, "CNY"), NUMBER)
    assert event.refund_number.startswith("CONSOLE")


async def test_another_sum_is_told_as_it_came_and_can_be_given_back(till: WechatTill) -> None:
    await till.wechat.start(till.request())
    await till.fake.pay(NUMBER, 1899)
    await till.fake.deliver()
    (event,) = till.heard
    assert event.amount == Money(1899, "CNY")
    assert (await till.wechat.refund(till.refund(1899, **event.facts))).status == "succeeded"


async def test_a_buyer_scans_the_code_once(till: WechatTill) -> None:
    first = await till.wechat.start(till.request(expires_at=None))
    second = await till.wechat.start(till.request(expires_at=None))
    scanner = f"{till.url}/fake/wechat/scan"
    async with aiohttp.ClientSession() as app:
        async with app.get(scanner) as page:
            assert (str(second.code) in await page.text(), str(first.code) in await page.text()) == (True, False)
        for code, status in ((first.code, 410), (second.code, 200), (second.code, 410)):
            async with app.post(scanner, data={"code": str(code)}) as page:
                assert page.status == status
    assert await till.fake.deliver() == 200
    assert [event.amount for event in till.heard] == [Money(1999, "CNY")]


async def test_a_buyer_pays_in_a_browser_and_comes_back(till: WechatTill) -> None:
    started = await till.wechat.start(till.request(channel="h5"))
    async with aiohttp.ClientSession() as browser:
        async with browser.get(str(started.url)) as page:
            assert "¥19.99" in await page.text()
        async with browser.post(URL(str(started.url), encoded=True), allow_redirects=False) as page:
            assert (page.status, page.headers["Location"]) == (303, "https://shop.example/pay/t?a=1")
        async with browser.get(str(started.url)) as page:
            assert page.status == 410
    assert till.fake.captured(NUMBER) == 1999


async def test_an_address_of_h5_goes_stale(till: WechatTill) -> None:
    started = await till.wechat.start(till.request(channel="h5"))
    till.clock.move(300)
    async with aiohttp.ClientSession() as browser, browser.get(str(started.url)) as page:
        assert page.status == 410
    again = await till.wechat.start(till.request(channel="h5", facts=started.facts))
    async with aiohttp.ClientSession() as browser, browser.get(str(again.url)) as page:
        assert page.status == 200


async def test_notices_are_refused_when_forged_probed_or_old(
    till: WechatTill, caplog: pytest.LogCaptureFixture
) -> None:
    await till.wechat.start(till.request())
    await till.fake.pay(NUMBER)
    (notice,) = till.fake.notices
    assert [await send(till.fake.forge(notice)), await send(till.fake.probe(notice))] == [401, 401]
    till.clock.move(300)
    assert await send(notice) == 401
    assert till.heard == []
    # WeChat Pay signs each try anew.
    assert await till.fake.deliver() == 200
    assert [event.number for event in till.heard] == [NUMBER]


async def test_a_replay_within_five_minutes_is_the_same_event(till: WechatTill) -> None:
    await till.wechat.start(till.request())
    await till.fake.pay(NUMBER)
    (notice,) = till.fake.notices
    assert await send(notice) == 200
    till.clock.move(299)
    assert await send(notice) == 200
    assert till.heard[0] == till.heard[1]


async def test_logs_hold_nothing_personal_and_no_secret(till: WechatTill, caplog: pytest.LogCaptureFixture) -> None:
    till.fake.faults.next("start", "badsig", "garbage")
    till.fake.faults.next("refund", "NOT_ENOUGH")
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            with pytest.raises(Unreachable):
                await till.wechat.start(till.request(channel="h5"))
        await till.wechat.start(till.request(channel="h5"))
        await till.fake.pay(NUMBER)
        await send(till.fake.forge(till.fake.notices[0]))
        await till.fake.deliver()
        await till.wechat.refund(till.refund(1))
    assert any("NOTENOUGH" in record.getMessage() for record in caplog.records)
    for secret in ("oFAKE", "203.0.113.9", "TestOnlyApiV3Key", "PRIVATE KEY", "prepay_id", "青粒优选"):
        assert secret not in caplog.text
        assert secret not in repr(till.wechat._api.__dict__)


async def test_the_bytes_sent_are_those_signed(till: WechatTill) -> None:
    """The fake checks each signature over what it receives; a body is compact UTF-8, not escaped."""
    await till.wechat.start(till.request())
    (sent,) = [body for act, body in till.fake.asked if act == "start"]
    assert sent == json.dumps(json.loads(sent), ensure_ascii=False, separators=(",", ":"))
    assert "青粒优选" in sent
