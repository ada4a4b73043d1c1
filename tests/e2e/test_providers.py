"""What every provider must come through, against its fake, over HTTP, through the chat; the books agree after each."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import aiohttp
import pytest

from services.payments import process
from services.payments.errors import RefundTooLarge
from services.payments.provider import Unreachable
from tests.e2e import shopping
from tests.e2e.provider_till import LABELS, Street, Till, code, go_on, street, till
from tests.e2e.purchase import ZH, tap
from tests.e2e.shopping import act_at, answer, cashier
from tests.fakes.base import send
from tests.fakes.street import CODES, REFUNDING, able

__all__ = ["code", "street", "till"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Who refuses a notice that is older than five minutes; the others' notices bear no time.
WITH_WINDOW = {"wechat", "stripe"}
# Whose start asks nobody: the payer's browser brings the order to the provider.
ASKED_TO_START = tuple(code for code in CODES if code != "unionpay")
# What is for phones, beside the first product of each.
PHONE_PRODUCTS = {"wechat": "h5", "alipay": "wap", "unionpay": "wap"}
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36"
OPENED_BY_POST = re.compile(r'name="channel" value="(\w*)"')


async def test_paid(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    await till.deliver()
    await till.person.expect(f"支付成功 ¥{attempt.amount.amount // 100}")
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    assert till.fake.captured(attempt.number) == attempt.amount.amount
    await till.street.assert_sound()


async def test_polling_alone_is_enough(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    till.person.mark()
    await till.street.pass_time(30)
    await till.person.expect("支付成功")
    await till.deliver()
    assert await till.events() == ["paid"]
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    await till.street.assert_sound()


async def test_i_have_paid_asks_at_once(till: Till) -> None:
    attempt = await till.order()
    assert "还没收到付款" in await answer(till.person, "我已付款")
    await till.fake.pay(attempt.number)
    till.house.clock.move(5)
    await tap(till.person, "我已付款")
    await till.person.expect("支付成功")
    await till.street.assert_sound()


async def test_paid_at_the_last_moment_and_told_late(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    till.person.mark()
    await till.street.pass_time(15 * 60)
    # Closing it at the provider brings to light that it was paid.
    await till.person.expect("支付成功|订单已恢复")
    await till.deliver()
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    await till.street.assert_sound()


@pytest.mark.parametrize("code", able("pay-after-close"))
async def test_paid_after_the_end_revives_the_order(till: Till) -> None:
    attempt = await till.order()
    await till.street.pass_time(15 * 60)
    assert (await till.standing())[0] == "cancelled"
    await till.fake.pay(attempt.number)
    await till.deliver()
    await till.person.expect("订单已恢复")
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    await till.street.assert_sound()


async def test_paid_late_and_sold_out_goes_back(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    till.fake.faults.next("query", "down", "down")
    till.fake.faults.next("close", "down", "down")
    await till.street.pass_time(15 * 60)
    async with till.sold_out():
        await till.deliver()
        await till.person.expect("正在原路退回")
        await till.street.settle()
    await till.assert_given_back(attempt.number, attempt.amount.amount)
    assert (await till.standing())[0] == "cancelled"
    await till.street.assert_sound()


async def test_paid_twice_gives_the_second_back(till: Till) -> None:
    attempt = await till.order()
    if "pay-after-close" not in till.fake.supports:
        till.fake.faults.next("close", *["down"] * 3)
    await till.switch("sandbox")
    await act_at(await cashier(till.page))
    await till.person.expect("支付成功")
    await till.fake.pay(attempt.number)
    await till.deliver()
    await till.person.expect("付了两次")
    await till.street.settle()
    await till.assert_given_back(attempt.number, attempt.amount.amount)
    assert (await till.standing())[:3] == ("placed", "paid", 2 * attempt.amount.amount)
    await till.street.assert_sound()


async def test_an_old_attempt_that_is_paid_all_the_same_counts(till: Till) -> None:
    attempt = await till.order()
    if "pay-after-close" not in till.fake.supports:
        till.fake.faults.next("close", *["down"] * 3)
    await till.switch("sandbox")
    await till.fake.pay(attempt.number)
    await till.deliver()
    await till.person.expect("支付成功")
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    await till.street.assert_sound()


@pytest.mark.parametrize("code", able("wrong-amount"))
async def test_a_wrong_amount_keeps_the_order_and_the_rest_can_be_paid(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number, attempt.amount.amount - 100)
    await till.deliver()
    await till.person.expect("还差 ¥1.00")
    assert (await till.standing())[:2] == ("placed", "partly_paid")
    await tap(till.person, "💳 付余款 ¥1.00")
    await till.person.expect("待支付 ¥1.00")
    rest = await till.open_in_browser()
    await till.fake.pay(rest.number)
    await till.deliver()
    await till.person.expect("支付成功")
    assert (rest.amount.amount, await till.standing()) == (100, ("placed", "paid", attempt.amount.amount, 0))
    await till.street.assert_sound()


@pytest.mark.parametrize("code", able("fail"))
async def test_a_failed_try_can_be_made_again(till: Till) -> None:
    attempt = await till.order()
    await till.fake.fail(attempt.number)
    await till.deliver()
    await till.person.expect("上次付款没有成功")
    await tap(till.person, "🔄 重试")
    await till.person.expect("待支付")
    again = await till.open_in_browser()
    assert again.number != attempt.number
    await till.fake.pay(again.number)
    await till.deliver()
    await till.person.expect("支付成功")
    await till.street.assert_sound()


async def test_a_forged_notice_leaves_no_trace(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    forged = till.fake.forge(till.fake.notices[0])
    assert await send(forged) == 401
    assert (await till.events(), (await till.standing())[1]) == ([], "unpaid")
    await till.deliver()
    await till.person.expect("支付成功")
    await till.street.assert_sound()


async def test_a_notice_with_a_changed_byte_leaves_no_trace(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    [notice] = till.fake.notices
    for position in range(0, len(notice.body), max(1, len(notice.body) // 16)):
        changed = bytearray(notice.body)
        changed[position] ^= 1
        assert await send(replace(notice, body=bytes(changed))) in (400, 401), position
    assert await till.events() == []
    assert await till.standing() == ("placed", "unpaid", 0, 0)
    await till.deliver()
    await till.person.expect("支付成功")
    await till.street.assert_sound()


async def test_a_replayed_notice_counts_once_inside_and_outside_the_window(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    first = till.fake.notices[0]
    assert [await send(first) for _ in range(3)] == [200] * 3
    await till.person.expect("支付成功")
    await till.street.pass_time(301)
    assert await send(first) == (401 if till.code in WITH_WINDOW else 200)
    assert await till.events() == ["paid"]
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    await till.street.assert_sound()


@pytest.mark.parametrize("code", ASKED_TO_START)
async def test_a_start_of_unknown_result_is_the_same_payment_when_its_notice_is_first(till: Till) -> None:
    await till.to_checkout()
    await till.choose(till.code)
    till.fake.faults.next("start", "hang-after")
    assert "支付服务暂时没有回应" in await answer(till.person, ZH.place)
    till.order_id = await shopping.order_id(till.house)
    attempt = await till.attempt()
    assert (attempt.status, attempt.url, attempt.code) == ("pending", None, None)
    await till.fake.pay(attempt.number)
    await till.deliver()
    await till.person.expect("支付成功")
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    await till.street.assert_sound()


@pytest.mark.parametrize("code", ASKED_TO_START)
async def test_while_the_provider_is_down_another_way_works(till: Till) -> None:
    await till.to_checkout()
    await till.choose(till.code)
    till.fake.faults.next("start", "down", "hang-after")
    assert "支付服务暂时没有回应" in await answer(till.person, ZH.place)
    till.order_id = await shopping.order_id(till.house)
    first = await till.attempt()
    assert "支付服务暂时没有回应" in await answer(till.person, f"✅ .*{LABELS[till.code]}")
    await tap(till.person, f"✅ .*{LABELS[till.code]}")
    await till.person.expect("待支付")
    assert (await till.attempt()).number == first.number
    till.fake.faults.next("close", "down")
    await till.switch("sandbox")
    await act_at(await cashier(till.page))
    await till.person.expect("支付成功")
    assert await till.standing() == ("placed", "paid", first.amount.amount, 0)
    await till.street.pass_time(120)
    await till.street.assert_sound(allow=("message is not modified",))


@pytest.mark.parametrize("code", REFUNDING)
async def test_partial_refunds_to_the_last_cent(till: Till) -> None:
    attempt = await till.paid_order()
    total = attempt.amount.amount
    parts = [1, total // 3, total - 3 - total // 3, 2]
    for part in parts:
        await till.refund(part)
        if till.fake.notices:
            await till.hand_over()
        await till.person.expect("已退回")
    assert till.fake.refunded(attempt.number) == total
    assert await till.refunds() == [(part, "succeeded") for part in parts]
    assert await till.standing() == ("placed", "refunded", total, total)
    with pytest.raises(RefundTooLarge):
        await till.refund(1)
    await till.street.assert_sound()


@pytest.mark.parametrize("fault", ["down", "hang-after"])
@pytest.mark.parametrize("code", REFUNDING)
async def test_a_refund_of_unknown_result_moves_money_once(till: Till, fault: str) -> None:
    attempt = await till.paid_order()
    till.fake.faults.next("refund", fault)
    await till.refund(700)
    assert (await till.refunds())[0][1] in ("requested", "pending")
    for _ in range(6):
        await till.street.pass_time(60)
    if till.fake.notices:
        await till.hand_over()
    await till.person.expect("已退回")
    assert till.fake.refunded(attempt.number) == 700
    assert await till.refunds() == [(700, "succeeded")]
    assert await till.standing() == ("placed", "partly_refunded", attempt.amount.amount, 700)
    await till.street.assert_sound()


@pytest.mark.parametrize("ok", [True, False])
@pytest.mark.parametrize("code", able("pending-refund"))
async def test_a_pending_refund_is_not_called_done(till: Till, ok: bool) -> None:
    attempt = await till.paid_order()
    till.fake.slow_refunds = True  # type: ignore[attr-defined]
    await till.refund(700)
    assert await till.refunds() == [(700, "pending")]
    assert (await till.standing())[3] == 0
    [refund] = (await till.state()).refunds
    till.person.mark()
    await till.fake.finish_refund(refund.number, ok=ok)
    till.fake.slow_refunds = False  # type: ignore[attr-defined]
    await till.deliver()
    await till.street.settle()
    assert await till.refunds() == [(700, "succeeded" if ok else "failed")]
    assert (await till.standing())[3] == till.fake.refunded(attempt.number) == (700 if ok else 0)
    await till.street.assert_sound()


@pytest.mark.parametrize("code", able("console-refund-notice"))
async def test_a_refund_in_the_console_waits_for_a_person(till: Till) -> None:
    attempt = await till.paid_order()
    await till.fake.console_refund(attempt.number, 300)
    await till.deliver()
    assert await till.refunds() == [(300, "external")]
    assert (await till.standing())[:3] == ("placed", "paid", attempt.amount.amount)
    await till.street.assert_sound()


async def test_a_phone_goes_from_the_pay_page_to_the_provider_and_back(till: Till) -> None:
    """No notice comes: coming back is what asks the provider."""
    first = await till.order()
    async with aiohttp.ClientSession(headers={"User-Agent": PHONE}) as browser:
        async with browser.get(till.page) as page:
            text = await page.text()
        if found := OPENED_BY_POST.search(text):
            async with browser.post(f"{till.page}/open", data={"method": till.code, "channel": found[1]}) as page:
                text = await page.text()
        await go_on(browser, text)
        attempt = await till.attempt()
        assert attempt.channel == PHONE_PRODUCTS.get(till.code, "")
        await till.fake.pay(attempt.number)
        till.fake.notices.clear()
        async with browser.post(f"{till.page}/back", data={"respCode": "00"}) as page:
            assert 'data-state="paid"' in await page.text()
    await till.person.expect("支付成功")
    assert await till.standing() == ("placed", "paid", first.amount.amount, 0)
    await till.street.assert_sound()


@pytest.mark.parametrize("code", able("console-refund-notice"))
async def test_a_refund_that_is_told_before_its_payment_is_told_again(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    [payment] = till.fake.notices
    await till.fake.console_refund(attempt.number, 300)
    [refund] = [each for each in till.fake.notices if each is not payment][:1]
    till.fake.notices.clear()
    # Alipay's notice of a refund tells of the payment too.
    early = (200, ["paid", "external"]) if till.code == "alipay" else (503, [])
    assert (await send(refund), await till.events()) == early
    assert (await send(payment), await send(refund)) == (200, 200)
    assert [(amount, status) for amount, status in await till.refunds()] == [(300, "external")]
    await till.street.assert_sound()


async def test_two_notices_and_a_poll_at_once_are_one_payment(till: Till) -> None:
    attempt = await till.order()
    await till.fake.pay(attempt.number)
    [notice] = till.fake.notices
    till.house.clock.move(30)
    till.fake.notices.clear()
    till.person.mark()
    await asyncio.gather(send(notice), till.poll(), send(notice))
    await till.person.expect("支付成功")
    await till.street.settle()
    assert await till.events() == ["paid"]
    assert await till.standing() == ("placed", "paid", attempt.amount.amount, 0)
    number = await till.number()
    assert len([each for each in till.person.messages() if "支付成功" in each.text and number in each.text]) == 1
    await till.street.assert_sound()


async def test_a_provider_that_answers_nobody_is_left_out_until_it_is_back(street: Street) -> None:
    till = Till(street, street.fakes["wechat"])
    till.fake.faults.waiting.clear()
    attempt = await till.order()
    till.fake.faults.next("query", *["down"] * 5)
    for _ in range(5):
        with pytest.raises(Unreachable):
            await process.ask(street.store, till.house.application.shop.providers, attempt)
    await till.switch("sandbox")
    await tap(till.person, "🔁 换支付方式")
    assert "💚 微信支付 · 暂时不可用" in (await till.person.expect("怎么付")).labels
    assert "支付服务暂时没有回应" in await answer(till.person, "💚 微信支付 · 暂时不可用")
    till.house.clock.move(10)
    await tap(till.person, "💚 微信支付")
    await till.person.expect("待支付 ¥199.00 · 💚")
    await till.street.assert_sound(allow=("message is not modified",))


async def test_one_provider_down_stops_no_other(till: Till) -> None:
    others = [Till(till.street, fake) for code, fake in till.street.fakes.items() if code != till.code]
    mine = await till.order()
    paid = [await other.order() for other in others]
    for other, attempt in zip(others, paid, strict=True):
        await other.fake.pay(attempt.number)
        other.fake.notices.clear()
    till.fake.faults.next("query", "down")
    await till.street.pass_time(30)
    assert [(await other.standing())[1] for other in others] == ["paid"] * len(others)
    assert (await till.standing())[1] == "unpaid"
    await till.fake.pay(mine.number)
    await till.deliver()
    await till.person.expect("支付成功")
    await till.street.assert_sound()
