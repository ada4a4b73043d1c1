"""Taps on what is old, taps twice, taps by others, and a world that changes between screen and tap."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import update

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import answer_to
from bot.demo.house import EN_ID, STAFF_ID, House
from bot.web import TELEGRAM_PATH
from keyboards.orders import (
    AddressChosenTap,
    CancelOrderTap,
    CheckoutTap,
    ConfirmReceiptTap,
    DeliveryChosenTap,
    MethodChosenTap,
    OrderTap,
    PayTap,
    PlaceTap,
    ReorderTap,
)
from keyboards.payments import CancelPayTap, PaidTap, PayByTap, PayMethodsTap, SlipTap
from keyboards.staff import SlipPaidTap, TakeTap
from keyboards.taps import Tap
from services.inventory import service as inventory
from services.promotions.models import CouponClaimRow
from services.shared.actors import SYSTEM
from tests.e2e import purchase
from tests.e2e.purchase import ZH, pay_page, tap
from tests.e2e.shopping import (
    FILTER,
    PURIFIER,
    SKUS,
    act_on,
    answer,
    arrive,
    assert_sound,
    attempts,
    available,
    desk,
    ledger,
    number_of,
    order_id,
    order_states,
    sku,
    to_checkout,
    to_pay_screen,
)

UNCHANGED, GONE = ("message is not modified",), ("message to edit not found",)
CLAIMS = CouponClaimRow.__table__
UNPAID, PAID = [("placed", "unpaid", "unfulfilled")], [("placed", "paid", "unfulfilled")]


async def test_every_key_of_a_purchase_tapped_twice_acts_once(shopfront: House) -> None:
    person, staff_member = await to_checkout(shopfront), desk(shopfront)
    # Who has an order in hand is told in private when its customer calls it off.
    await shopfront.emulator.user(STAFF_ID).send("/start")
    await person.double_tap("✅ 提交订单 ¥368.00")
    await person.expect("待支付 ¥368.00")
    await tap(person, "🔁 换支付方式")
    await person.expect("怎么付")
    await person.double_tap("🏦 银行转账")
    await person.expect("请转账 ¥368.00")
    await tap(person, "🔁 换支付方式")
    await person.expect("怎么付")
    await person.double_tap("🧪 模拟支付（不扣款）")
    await person.expect("待支付 ¥368.00 · 🧪")
    assert await order_states(shopfront) == UNPAID and await available(shopfront) == 178
    assert await attempts(shopfront) == [
        ("sandbox", 36800, "closed"), ("bank_transfer", 36800, "closed"), ("sandbox", 36800, "pending"),
    ]
    await purchase.pay(person)
    await person.expect("支付成功")
    await staff_member.expect("已付款")
    await staff_member.double_tap("🙋 我来处理")
    await staff_member.expect("🙋 小王")
    await staff_member.double_tap("✅ 确认")
    await staff_member.expect("📦 待发货")
    await tap(person, "📦 查看订单")
    await person.expect("商家已确认")
    await tap(person, "❌ 取消订单")
    await person.expect("会原路退回")
    await person.double_tap("❌ 确认取消")
    await person.expect("¥368.00 已退回")
    assert await order_states(shopfront) == [("cancelled", "refunded", "unfulfilled")]
    assert await ledger(shopfront) == [("capture", 36800), ("refund", 36800)]
    assert await available(shopfront) == 180
    await assert_sound(shopfront, allow=UNCHANGED)


async def test_each_tap_on_add_is_one_piece_more(shopfront: House) -> None:
    """Whoever taps twice is told the number each time; taking one away is one tap on the cart."""
    person = await arrive(shopfront)
    await person.send("滤芯")
    await person.expect("滤芯")
    await tap(person, "^1$")
    await person.expect("库存充足")
    pressed = await person.double_tap("🛒 加入购物车")
    assert (await pressed.answered())["text"] == "已加入 · 购物车 2 件 · 小计 ¥398.00"
    await person.send("/cart")
    assert "净屏 P3 复合滤芯 ×2 · ¥398.00" in (await person.expect("购物车")).text
    await assert_sound(shopfront)


async def test_another_device_taps_what_it_still_shows(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    at_checkout = person.second_device()
    await purchase.place(person, ZH)
    number = number_of(person.last_message)
    unpaid = person.second_device()
    await at_checkout.tap("✅ 提交订单 ¥368.00", answer=True)
    assert number_of(person.last_message) == number and "待支付 ¥368.00" in person.last_message.text
    await act_on(pay_page(person))
    await person.expect("支付成功")
    await at_checkout.tap("✅ 提交订单 ¥368.00", answer=True)
    assert number_of(await person.expect("支付成功")) == number
    pressed = await unpaid.tap("✅ 我已付款", answer=True)
    await unpaid.tap("🔁 换支付方式", answer=True)
    assert number_of(await person.expect("支付成功")) == number
    assert (await pressed.answered())["text"]
    await unpaid.tap("❌ 取消订单", answer=True)
    assert await order_states(shopfront) == PAID
    assert await attempts(shopfront) == [("sandbox", 36800, "succeeded")]
    assert await ledger(shopfront) == [("capture", 36800)] and await available(shopfront) == 178
    await assert_sound(shopfront, allow=UNCHANGED)


async def test_a_stranger_meets_nothing_at_any_step(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    await tap(person, "🔁 换支付方式")
    await person.expect("怎么付")
    await tap(person, "🏦 银行转账")
    await person.expect("请转账")
    stranger = await arrive(shopfront, EN_ID)
    mine, order = stranger.last_message.id, await order_id(shopfront)
    before = (await order_states(shopfront), await attempts(shopfront), await ledger(shopfront))
    for known, unknown in zip(steps(1, order), steps(999, 999), strict=True):
        answers = [await forged(shopfront, stranger, mine, each) for each in (known, unknown)]
        assert answers[0] == answers[1] and "no longer here" in answers[0], known
    for each in (SlipPaidTap(slip=1), TakeTap(order=order)):
        assert await forged(shopfront, stranger, mine, each) == "You don't have permission for this"
    assert (await order_states(shopfront), await attempts(shopfront), await ledger(shopfront)) == before
    await assert_sound(shopfront)


def steps(checkout: int, order: int) -> list[Tap]:
    return [
        CheckoutTap(checkout=checkout), AddressChosenTap(checkout=checkout, address=1),
        DeliveryChosenTap(checkout=checkout, code="standard"), MethodChosenTap(checkout=checkout, method="sandbox"),
        PlaceTap(checkout=checkout, version=1), OrderTap(order=order), PayTap(order=order), PaidTap(order=order),
        PayMethodsTap(order=order), PayByTap(order=order, method="sandbox"), SlipTap(order=order),
        CancelPayTap(order=order, sure=True), CancelOrderTap(order=order, sure=True),
        ConfirmReceiptTap(order=order, sure=True), ReorderTap(order=order),
    ]


async def forged(house: House, person: User, message_id: int, data: Tap) -> str:
    """The words of the answer to `data` pressed on a message that never had it."""
    await person.forge_callback(message_id, data.pack())
    *_, query = house.emulator.world.queries.values()
    return (await answer_to(house.emulator, query, 5)).get("text", "")


@pytest.mark.parametrize("updates", ["webhook"], indirect=True)
async def test_an_update_delivered_twice_is_handled_once(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    await purchase.place(person, ZH)
    await shopfront.emulator.idle()
    entry = [entry for entry in shopfront.emulator.log("update · callback_query") if "1pl:" in str(entry.body)][-1]
    secret = shopfront.application.settings.webhook_secret
    assert secret is not None
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret.get_secret_value()}
    calls = len(shopfront.emulator.log())
    address = f"{shopfront.url}{TELEGRAM_PATH}"
    async with aiohttp.ClientSession() as web, web.post(address, json=entry.body, headers=headers) as response:
        assert response.status == 200
    await shopfront.emulator.idle()
    assert len(shopfront.emulator.log()) == calls
    assert await order_states(shopfront) == UNPAID
    await assert_sound(shopfront)


async def test_a_price_that_changed_is_asked_about_first(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    await shopfront.application.shop.store.write(
        lambda tx: tx.execute(update(SKUS).where(SKUS.c.code == FILTER).values(price=20900)))
    assert await answer(person, "✅ 提交订单 ¥368.00") == "有变化，请看一眼再确认。还没有下单"
    screen = await person.expect("变化：")
    assert "净屏 P3 复合滤芯 ¥199.00→¥209.00" in screen.text and "应付 ¥368.00→¥388.00" in screen.text
    assert await order_states(shopfront) == []
    assert await answer(person, "✅ 提交订单 ¥368.00", stale=True) == "这个页面已更新，现在显示的是最新内容"
    assert await order_states(shopfront) == []
    await tap(person, "✅ 提交订单 ¥388.00")
    await person.expect("待支付 ¥388.00")
    await assert_sound(shopfront)


async def test_stock_that_went_between_screen_and_tap(shopfront: House) -> None:
    person = await to_checkout(shopfront, {FILTER: 2, PURIFIER: 1})
    await shopfront.application.shop.store.write(
        lambda tx: inventory.adjust(tx, SYSTEM, sku(tx, FILTER), -179, "count"))
    assert await answer(person, ZH.place) == "没能提交：有商品刚刚售罄，还没有下单"
    screen = await person.expect("净屏 P3 复合滤芯 只剩 1 件，你要 2 件")
    assert await order_states(shopfront) == [] and await available(shopfront) == 1
    assert "移除它继续" in screen.labels
    await tap(person, "移除它继续")
    await person.expect("净屏 P3 复合滤芯 ×1")
    await purchase.place(person, ZH)
    assert await order_states(shopfront) == UNPAID and await available(shopfront) == 0
    await assert_sound(shopfront)


async def test_a_coupon_that_expired_between_screen_and_tap(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    past = shopfront.clock.now() - timedelta(seconds=1)
    await shopfront.application.shop.store.write(lambda tx: tx.execute(update(CLAIMS).values(expires_at=past)))
    assert "券" in await answer(person, "✅ 提交订单 ¥368.00")
    screen = await person.expect("已不能用")
    assert "应付 ¥368.00→¥398.00" in screen.text
    assert await order_states(shopfront) == []
    await tap(person, "✅ 提交订单 ¥398.00")
    await person.expect("待支付 ¥398.00")
    await assert_sound(shopfront)


async def test_a_screen_that_the_person_deleted_comes_again(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    gone, page = person.last_message.id, pay_page(person)
    await person.delete(gone)
    await person.tap("🔁 换支付方式", stale=True, answer=True)
    screen = await person.expect("怎么付")
    assert screen.id > gone
    await tap(person, "⬅️ 返回")
    await person.expect("待支付 ¥368.00")
    await act_on(page)
    receipt = await person.expect("支付成功 ¥368.00")
    assert receipt.id == screen.id
    await assert_sound(shopfront, allow=GONE)


async def test_keys_older_than_two_days_open_a_new_screen(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    old = person.last_message.id
    await shopfront.emulator.move_clock(49 * 3600)
    await person.expect("付款时间已过")
    for key in ("✅ 我已付款", "🔁 换支付方式", "❌ 取消订单"):
        await person.tap(key, old, stale=True, answer=True)
        screen = await person.expect("订单已取消")
        assert screen.id > old
    await person.tap("📦 查看订单", old, stale=True, answer=True)
    assert (await person.expect("超时未付款，已取消")).id > old
    assert await order_states(shopfront) == [("cancelled", "unpaid", "unfulfilled")]
    await assert_sound(shopfront)
