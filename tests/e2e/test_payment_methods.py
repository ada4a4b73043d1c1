"""Each way to pay through the chat: bank transfer, cash on delivery, nothing to pay, and from one to another."""

from __future__ import annotations

from datetime import timedelta

from bot.demo.emulator.driver import User
from bot.demo.house import House
from services.customers import profile
from services.promotions import claiming
from services.promotions.writing import PERMISSION, CouponDraft, put_coupon
from services.shared.actors import staff
from services.shared.db import Tx
from tests.e2e import purchase
from tests.e2e.purchase import ZH, pay_page, tap
from tests.e2e.shopping import (
    FILTER,
    act_at,
    act_on,
    actor,
    answer,
    arrive,
    assert_sound,
    attempts,
    available,
    cashier,
    check_out,
    copies,
    desk,
    fill_cart,
    ledger,
    number_of,
    order_states,
    out_of_reach,
    picture,
    to_checkout,
    to_pay_screen,
)
from tests.services.payments.test_methods import Unwell

PAID = [("placed", "paid", "unfulfilled")]


async def switch(person: User, method: str) -> None:
    await tap(person, "🔁 换支付方式")
    await person.expect("怎么付")
    await tap(person, method)


async def to_transfer(house: House) -> User:
    person = await to_pay_screen(house)
    await switch(person, "🏦 银行转账")
    await person.expect("请转账 ¥368.00")
    return person


async def send_slip(person: User) -> None:
    await tap(person, "📤 上传回单")
    await person.expect("请发送 ¥368.00 的转账回单")
    await person.send_photo(picture())
    await person.expect("📄 回单已收到")


async def test_from_one_method_to_the_next_and_back(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    first = await cashier(pay_page(person))
    await switch(person, "🏦 银行转账")
    await person.expect("请转账 ¥368.00")
    await switch(person, "🚪 货到付款")
    await person.expect("货到付款 ¥368.00")
    await switch(person, "🧪 模拟支付")
    await person.expect("待支付 ¥368.00 · 🧪 模拟支付")
    assert await attempts(shopfront) == [
        ("sandbox", 36800, "closed"), ("bank_transfer", 36800, "closed"), ("sandbox", 36800, "pending"),
    ]
    await assert_sound(shopfront)
    await act_at(first)
    assert await ledger(shopfront) == []
    await act_on(pay_page(person))
    await person.expect("支付成功 ¥368.00")
    assert await ledger(shopfront) == [("capture", 36800)]
    await assert_sound(shopfront)


async def test_a_transfer_with_its_slip_is_confirmed(shopfront: House) -> None:
    person = await to_transfer(shopfront)
    screen = person.last_message
    assert screen.text.splitlines()[0] == "💳 待支付 ¥368.00 · 🏦 银行转账"
    assert "账号 Account：6222 0000 0000 0000" in screen.text and "转账截止：11-25 14:00" in screen.text
    copied = copies(screen)
    assert copied["📋 账号 Account"] == "6222 0000 0000 0000"
    assert copied["📋 参考号"] in screen.text and len(copied["📋 参考号"]) == 8
    await tap(person, "📤 上传回单")
    await person.expect("请发送 ¥368.00 的转账回单")
    await person.send("转好了")
    await person.expect("这不是照片也不是文件")
    await person.send_document(b"PK\x03\x04", "slip.zip", "application/zip")
    await person.expect("这个文件不是图片也不是 PDF")
    await person.send_document(b"%PDF-1.7", "slip.pdf", "application/pdf")
    await person.expect("📄 回单已收到")
    card = await desk(shopfront).expect("转账凭证", kind="document")
    assert "应收 ¥368.00" in card.text and copied["📋 参考号"] in card.text
    await shopfront.emulator.move_clock(25 * 3600)
    assert await answer(desk(shopfront), "✅ 到账 ¥368.00") == "已确认到账 ¥368.00"
    assert (await desk(shopfront).expect("小王 已确认到账 ¥368.00")).labels == []
    await person.expect("支付成功 ¥368.00")
    assert await order_states(shopfront) == PAID
    await assert_sound(shopfront)


async def test_a_transfer_of_another_amount_leaves_the_rest_to_pay(shopfront: House) -> None:
    person, staff_member = await to_transfer(shopfront), desk(shopfront)
    await send_slip(person)
    await staff_member.expect("转账凭证", kind="photo")
    await tap(staff_member, "✏️ 金额不同")
    question = await staff_member.expect("实际到账的金额，应收 ¥368.00")
    await staff_member.send("¥300.00", reply_to=question.id)
    await staff_member.expect("小王 已确认到账 ¥300.00")
    await person.expect("收到 ¥300.00，还差 ¥68.00")
    await tap(person, "💳 付余款 ¥68.00")
    await person.expect("请转账 ¥68.00")
    await switch(person, "🧪 模拟支付")
    await person.expect("待支付 ¥68.00")
    await act_on(pay_page(person))
    await person.expect("支付成功 ¥368.00")
    assert await ledger(shopfront) == [("capture", 30000), ("capture", 6800)]
    await assert_sound(shopfront)


async def test_a_transfer_that_staff_cannot_find_is_asked_for_again(shopfront: House) -> None:
    person, staff_member = await to_transfer(shopfront), desk(shopfront)
    await send_slip(person)
    await staff_member.expect("转账凭证", kind="photo")
    assert await answer(staff_member, "❌ 未到账") == "已请顾客重新提交凭证"
    await staff_member.expect("小王 标记为未到账")
    await person.expect("账户上没有查到这笔转账")
    # The first slip's card was edited a moment ago: only a new one counts.
    staff_member.mark()
    await send_slip(person)
    await staff_member.expect("转账凭证", kind="photo")
    await answer(staff_member, "✅ 到账 ¥368.00")
    await person.expect("支付成功 ¥368.00")
    await assert_sound(shopfront)


async def test_cash_is_collected_when_the_parcel_is_handed_over(shopfront: House) -> None:
    person, staff_member = await to_checkout(shopfront), desk(shopfront)
    await tap(person, "🧪 模拟支付")
    await person.expect("怎么付")
    await tap(person, "🚪 货到付款")
    await person.expect("确认订单")
    await tap(person, ZH.place)
    receipt = await person.expect("货到付款 ¥368.00")
    assert "已下单，等待商家确认" in receipt.text and "📦 查看订单" in receipt.labels
    number, unconfirmed = number_of(receipt), person.second_device()
    await staff_member.expect(f"{number} · 到付应收 ¥368.00")
    await tap(staff_member, "🙋 我来处理")
    await staff_member.expect("🙋 小王")
    await tap(staff_member, "^✅ 确认$")
    await staff_member.expect("✅ 已确认")
    await unconfirmed.tap("🔁 换支付方式", answer=True)
    await person.expect("商家已确认，货到付款")
    await tap(staff_member, "^📦 发货$")
    await staff_member.expect("用哪家快递发货")
    await tap(staff_member, "青粒专送")
    await person.expect("请准备现金 ¥368.00")
    await staff_member.expect("🚚 已发货")
    assert await answer(staff_member, "🏁 已送达，收现金 ¥368.00") == "已收现金 ¥368.00"
    await person.expect("已收现金 ¥368.00")
    assert await order_states(shopfront) == [("confirmed", "paid", "delivered")]
    assert await ledger(shopfront) == [("capture", 36800)]
    await assert_sound(shopfront)


async def test_an_order_that_a_coupon_pays_needs_no_provider(shopfront: House) -> None:
    def give(tx: Tx) -> None:
        free = {"zh": "内测券", "en": "Tester"}
        put_coupon(tx, staff(1, "test", frozenset({PERMISSION})), CouponDraft(
            "FREE", free, "CNY", "Asia/Shanghai", tx.now, tx.now + timedelta(days=1), amount=100_000,
            redeem_code="FREE",
        ))
        claiming.claim_code(tx, actor(tx, person.id), "FREE")

    person = await arrive(shopfront)
    await fill_cart(shopfront, {FILTER: 2})
    await shopfront.application.shop.store.write(give)
    await check_out(person)
    screen = await person.expect("应付 ¥0.00")
    assert "✅ 0 元下单" in screen.labels
    await tap(person, "✅ 0 元下单")
    receipt = await person.expect("已下单，无需付款")
    assert receipt.id == screen.id
    assert await order_states(shopfront) == PAID
    assert await attempts(shopfront) == [] and await available(shopfront) == 178
    await assert_sound(shopfront)


async def test_cash_needs_the_number_that_telegram_vouches_for(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    await shopfront.application.shop.store.write(
        lambda tx: profile.change_profile(tx, actor(tx, person.id), "phone", ""))
    await switch(person, "🚪 货到付款 · 先验证手机号")
    await person.expect("货到付款要先验证手机号")
    await person.send("13800001234")
    await person.expect("手打的号码和别人的名片都无法验证")
    assert await attempts(shopfront) == [("sandbox", 36800, "pending")]
    await person.share_contact()
    receipt = await person.expect("货到付款 ¥368.00")
    assert "已下单，等待商家确认" in receipt.text
    assert await attempts(shopfront) == [("sandbox", 36800, "closed")]
    await assert_sound(shopfront)


async def test_cash_chosen_at_the_checkout_needs_it_too(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    await shopfront.application.shop.store.write(
        lambda tx: profile.change_profile(tx, actor(tx, person.id), "phone", ""))
    await tap(person, "🧪 模拟支付")
    await person.expect("怎么付")
    await tap(person, "🚪 货到付款 · 先验证手机号")
    await person.expect("货到付款要先验证手机号")
    await person.share_contact()
    assert "🚪 货到付款 ▾" in (await person.expect("确认订单")).labels
    await tap(person, ZH.place)
    await person.expect("货到付款 ¥368.00")
    await assert_sound(shopfront)


async def test_where_nothing_can_be_used_yet_the_way_there_is_shown(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    providers = shopfront.application.shop.providers
    assert isinstance(providers, dict)
    await shopfront.application.shop.store.write(
        lambda tx: profile.change_profile(tx, actor(tx, person.id), "phone", ""))
    for code in ("sandbox", "bank_transfer"):
        del providers[code]
    assert await answer(person, ZH.place) == "有变化，请看一眼再确认。还没有下单"
    screen = await person.expect("没有可用的支付方式")
    assert "💳 选支付方式 ▾" in screen.labels and ZH.place not in screen.labels
    await tap(person, "💳 选支付方式")
    await person.expect("怎么付")
    await tap(person, "🚪 货到付款 · 先验证手机号")
    await person.share_contact()
    await person.expect("确认订单")
    await tap(person, ZH.place)
    await person.expect("货到付款 ¥368.00")
    await assert_sound(shopfront)


async def test_an_old_button_to_what_is_gone_or_unwell_shows_the_choice_of_today(shopfront: House) -> None:
    providers = shopfront.application.shop.providers
    assert isinstance(providers, dict)
    person = await to_pay_screen(shopfront)
    await tap(person, "🔁 换支付方式")
    menu = await person.expect("怎么付")
    assert menu.labels[:3] == ["✅ 🧪 模拟支付（不扣款）", "🚪 货到付款", "🏦 银行转账"]
    gone = providers.pop("bank_transfer")
    assert await answer(person, "🏦 银行转账") == "这一单不能用这种支付方式，请换一种"
    assert (await person.expect("这一单不能用")).labels[:2] == ["✅ 🧪 模拟支付（不扣款）", "🚪 货到付款"]
    providers["bank_transfer"] = Unwell("bank_transfer")
    await tap(person, "⬅️ 返回")
    await person.expect("待支付 ¥368.00")
    await switch(person, "🏦 银行转账 · 暂时不可用")
    await person.expect("支付服务暂时没有回应")
    assert await attempts(shopfront) == [("sandbox", 36800, "pending")]
    providers["bank_transfer"] = gone
    await tap(person, "🏦 银行转账")
    await person.expect("请转账 ¥368.00")
    await assert_sound(shopfront)


async def test_when_the_provider_is_silent_another_way_works(shopfront: House) -> None:
    person = await to_checkout(shopfront)
    async with out_of_reach(shopfront):
        assert await answer(person, ZH.place) == "支付服务暂时没有回应，没有扣款。请重试，或换个支付方式"
        screen = await person.expect("支付服务暂时没有回应")
        assert screen.labels[:3] == ["✅ 🧪 模拟支付（不扣款）", "🚪 货到付款", "🏦 银行转账"]
        await tap(person, "🏦 银行转账")
        await person.expect("请转账 ¥368.00")
    await switch(person, "🧪 模拟支付")
    await person.expect("待支付 ¥368.00 · 🧪")
    await purchase.pay(person)
    await person.expect("支付成功 ¥368.00")
    assert await ledger(shopfront) == [("capture", 36800)]
    await assert_sound(shopfront, failed=(("payments.close", "Unreachable"),))
