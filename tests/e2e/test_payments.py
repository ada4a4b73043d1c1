"""Every way a payment can go, as customer and staff see it: chat, pay page, cashier and books."""

from __future__ import annotations

from bot.demo.emulator.driver import at_once
from bot.demo.house import House
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from tests.e2e.purchase import pay_page, tap
from tests.e2e.shopping import (
    FILTER,
    act_at,
    act_on,
    answer,
    assert_sound,
    attempts,
    available,
    cashier,
    copies,
    desk,
    ledger,
    link_of,
    number_of,
    order_states,
    sku,
    to_pay_screen,
)

PAID = [("placed", "paid", "unfulfilled")]


async def test_the_pay_screen_turns_into_the_receipt_by_itself(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    screen = person.last_message
    number = number_of(screen)
    assert (screen.kind, screen.text) == ("photo", (
        f"💳 待支付 ¥368.00 · 🧪 模拟支付（不扣款）\n订单 {number}\n"
        "⏳ 付款截止：11-24 14:15，超时自动取消并释放库存。\n"
        "① 手机：点“打开付款页”\n② 电脑：用手机扫上图\n③ 付完这里会自动更新"
    ))
    assert screen.labels == [
        "🔗 打开付款页", "✅ 我已付款", "🔁 换支付方式", "📋 复制订单号", "❌ 取消订单", "📦 查看订单", "🏠 首页",
    ]
    assert copies(screen) == {"📋 复制订单号": number}
    await act_on(link_of(screen, "/pay/"))
    receipt = await person.expect("支付成功 ¥368.00")
    assert (receipt.id, receipt.kind) == (screen.id, "photo")
    assert number in receipt.text and "我们开始备货" in receipt.text
    assert receipt.labels == ["📦 查看订单", "⬅️ 返回", "🏠 首页"]
    assert await order_states(shopfront) == PAID
    assert await ledger(shopfront) == [("capture", 36800)]
    await assert_sound(shopfront)


async def test_who_has_walked_on_gets_the_receipt_as_a_message_of_its_own(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    await tap(person, "🏠 首页")
    home = await person.expect("1 单待付款")
    await act_on(page)
    receipt = await person.expect("支付成功 ¥368.00")
    assert receipt.id > home.id
    [untouched] = [message for message in person.messages() if message.id == home.id]
    assert (untouched.text, untouched.edits) == (home.text, home.edits)
    await tap(person, "🗂 分类")
    assert (await person.expect("分类")).id == home.id
    await assert_sound(shopfront)


async def test_what_is_paid_twice_goes_back_once(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    await act_on(page, "pay-twice")
    await person.expect("付了两次，多付的 ¥368.00 正在退回")
    await person.expect("支付成功 ¥368.00")
    await person.expect("¥368.00 已退回")
    await desk(shopfront).expect("这笔 ¥368.00 来得太晚或付重了")
    assert await order_states(shopfront) == PAID
    assert await ledger(shopfront) == [("capture", 36800), ("capture", 36800), ("refund", 36800)]
    await assert_sound(shopfront)


async def test_a_late_payment_revives_the_order_while_its_goods_are_there(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    screen = person.last_message
    link = await cashier(pay_page(person))
    await shopfront.emulator.move_clock(15 * 60)
    expired = await person.expect("付款时间已过，没有扣款")
    assert expired.id == screen.id
    await act_at(link, "pay-late")
    await shopfront.emulator.move_clock(60)
    await person.expect("商品还在，订单已恢复")
    await person.expect("支付成功 ¥368.00")
    assert await order_states(shopfront) == PAID
    assert await available(shopfront) == 178
    await assert_sound(shopfront)


async def test_a_late_payment_goes_back_when_the_goods_are_gone(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    link = await cashier(pay_page(person))
    await shopfront.emulator.move_clock(15 * 60)
    await person.expect("付款时间已过，没有扣款")
    await shopfront.application.shop.store.write(
        lambda tx: inventory.adjust(tx, SYSTEM, sku(tx, FILTER), -179, "count"))
    await act_at(link, "pay-late")
    await shopfront.emulator.move_clock(60)
    await person.expect("已关闭，¥368.00 正在原路退回")
    await person.expect("¥368.00 已退回")
    await desk(shopfront).expect("这笔 ¥368.00 来得太晚或付重了")
    assert await order_states(shopfront) == [("cancelled", "refunded", "unfulfilled")]
    assert await available(shopfront) == 1
    await assert_sound(shopfront)


async def test_a_wrong_amount_goes_to_staff_and_the_rest_can_be_paid(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    await act_on(pay_page(person), "pay-wrong", amount=36700)
    await desk(shopfront).expect("付款金额不符：应收 ¥368.00，实收 ¥367.00")
    await person.expect("收到 ¥367.00，还差 ¥1.00")
    assert await order_states(shopfront) == [("placed", "partly_paid", "unfulfilled")]
    assert await available(shopfront) == 178
    await tap(person, "💳 付余款 ¥1.00")
    await person.expect("待支付 ¥1.00")
    await act_on(pay_page(person))
    await person.expect("支付成功 ¥368.00")
    assert await ledger(shopfront) == [("capture", 36700), ("capture", 100)]
    await assert_sound(shopfront)


async def test_after_a_failed_try_the_next_one_works(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    screen = person.last_message
    await act_on(pay_page(person), "fail")
    failed = await person.expect("上次付款没有成功，没有扣款")
    assert failed.id == screen.id
    await tap(person, "🔄 重试")
    await person.expect("待支付 ¥368.00")
    await act_on(pay_page(person))
    await person.expect("支付成功 ¥368.00")
    assert await attempts(shopfront) == [("sandbox", 36800, "failed"), ("sandbox", 36800, "succeeded")]
    await assert_sound(shopfront)


async def test_a_delayed_notice_is_overtaken_by_asking(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    await act_on(pay_page(person), "delay", delay=600)
    assert await order_states(shopfront) == [("placed", "unpaid", "unfulfilled")]
    await tap(person, "我已付款")
    await person.expect("支付成功 ¥368.00")
    await shopfront.emulator.move_clock(600)
    await assert_sound(shopfront)
    assert await ledger(shopfront) == [("capture", 36800)]
    assert [message.text for message in person.messages() if "支付成功" in message.text] == [person.last_message.text]


async def test_asking_before_the_money_is_there(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    assert await answer(person, "我已付款") == "还没收到付款，一般几秒到账。我们会再查 2 分钟"
    assert await answer(person, "我已付款") == "刚刚查过，请 5 秒后再试"
    await shopfront.emulator.move_clock(5)
    assert await answer(person, "我已付款") == "还没收到付款，一般几秒到账。我们会再查 2 分钟"
    await assert_sound(shopfront)


async def test_the_notice_and_the_question_at_once_count_once(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    link = await cashier(pay_page(person))
    await at_once(act_at(link), person.tap("我已付款", answer=True))
    await person.expect("支付成功 ¥368.00")
    await assert_sound(shopfront)
    assert await ledger(shopfront) == [("capture", 36800)]
    assert len([message for message in person.messages() if "支付成功" in message.text]) == 1
