"""What becomes of an order after it was placed: out of time, called off, shipped, received, ordered again."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.house import House
from tests.e2e import purchase
from tests.e2e.purchase import tap
from tests.e2e.shopping import (
    FILTER,
    PURIFIER,
    answer,
    assert_sound,
    available,
    delist,
    desk,
    ledger,
    number_of,
    order_states,
    settled,
    to_pay_screen,
)


async def to_receipt(house: House, wanted: dict[str, int] | None = None) -> User:
    person = await to_pay_screen(house, wanted)
    await purchase.pay(person)
    await person.expect("支付成功")
    return person


async def take(staff_member: User) -> None:
    await staff_member.expect("已付款")
    await tap(staff_member, "🙋 我来处理")
    await staff_member.expect("🙋 小王")


async def ship(staff_member: User) -> None:
    """The carrier by a key, the number as a reply."""
    await take(staff_member)
    await tap(staff_member, "^📦 发货$")
    await staff_member.expect("用哪家快递发货")
    await tap(staff_member, "顺风快递")
    question = await staff_member.expect("请回复这条消息，发来 .* 的顺风快递（模拟）单号")
    await staff_member.send("sf 1234 5678 9012", reply_to=question.id)


async def wallet(person: User) -> str:
    await person.send("/coupons")
    await person.expect("领券中心")
    await tap(person, "🎟 我的券")
    return (await person.expect("我的优惠券")).text


async def test_an_order_nobody_pays_runs_out_of_time(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    screen = person.last_message
    assert await available(shopfront) == 178
    assert "满200减30" not in await wallet(person)
    await shopfront.emulator.move_clock(15 * 60 - 1)
    await settled(shopfront)
    assert await order_states(shopfront) == [("placed", "unpaid", "unfulfilled")]
    await shopfront.emulator.move_clock(15)
    notice = await person.expect("付款时间已过，没有扣款。库存已释放，优惠券已退回卡包。")
    assert number_of(notice) == number_of(screen) and "🔁 再来一单" in notice.labels
    assert await order_states(shopfront) == [("cancelled", "unpaid", "unfulfilled")]
    assert await available(shopfront) == 180
    assert "满200减30" in await wallet(person)
    await assert_sound(shopfront)


async def test_a_paid_order_is_called_off_and_the_money_comes_back(shopfront: House) -> None:
    person = await to_receipt(shopfront)
    await tap(person, "📦 查看订单")
    await person.expect("已付款，准备发货")
    await tap(person, "❌ 取消订单")
    await person.expect("已付的 ¥368.00 会原路退回")
    await tap(person, "❌ 确认取消")
    await person.expect("已付的 ¥368.00 正在原路退回")
    await person.expect("¥368.00 已退回（🧪 模拟支付（不扣款））")
    assert await order_states(shopfront) == [("cancelled", "refunded", "unfulfilled")]
    assert await ledger(shopfront) == [("capture", 36800), ("refund", 36800)]
    assert await available(shopfront) == 180
    assert (await desk(shopfront).expect("⛔ 已取消")).labels == ["👁 完整信息"]
    await assert_sound(shopfront)


async def test_the_way_of_a_parcel(shopfront: House) -> None:
    person, staff_member = await to_receipt(shopfront), desk(shopfront)
    await ship(staff_member)
    shipped = await person.expect("已发货")
    assert "🚚 顺风快递（模拟） SF123456789012" in shipped.text
    await staff_member.expect("🚚 已发货")
    await tap(person, "📦 查看订单")
    screen = await person.expect("🚚 顺风快递（模拟） SF123456789012")
    assert "✅ 确认收货" in screen.labels and "❌ 取消订单" not in screen.labels
    assert await answer(staff_member, "🏁 已送达") == "已标记送达"
    await person.expect("已送达。收到了吗")
    await tap(person, "✅ 确认收货")
    await person.expect("确认已经收到")
    assert await answer(person, "✅ 确认收货") == "已确认收货，谢谢！"
    await person.expect("已完成")
    await staff_member.expect("🏁 已完成")
    assert await order_states(shopfront) == [("completed", "paid", "delivered")]
    await assert_sound(shopfront)


async def test_what_has_left_the_shop_is_not_called_off(shopfront: House) -> None:
    person, staff_member = await to_receipt(shopfront), desk(shopfront)
    await tap(person, "📦 查看订单")
    await person.expect("已付款，准备发货")
    await tap(person, "❌ 取消订单")
    question = await person.expect("取消订单")
    await ship(staff_member)
    await person.expect("已发货")
    number = number_of(question)
    assert await answer(person, "❌ 确认取消") == f"订单 {number} 已不能这样操作"
    assert await order_states(shopfront) == [("placed", "paid", "shipped")]
    assert await ledger(shopfront) == [("capture", 36800)]
    await assert_sound(shopfront)


async def test_what_can_still_be_had_is_ordered_again(shopfront: House) -> None:
    person = await to_receipt(shopfront, {FILTER: 2, PURIFIER: 1})
    await delist(shopfront, "HY-P3")
    await tap(person, "📦 查看订单")
    await person.expect("已付款，准备发货")
    words = await answer(person, "🔁 再来一单")
    assert words == "已放进购物车 1 种；买不到：皓屿 净屏 P3 空气净化器"
    cart = await person.expect("购物车")
    assert "净屏 P3 复合滤芯" in cart.text and "¥398.00" in cart.text
    await assert_sound(shopfront)


async def test_staff_give_a_part_back(shopfront: House) -> None:
    person, staff_member = await to_receipt(shopfront), desk(shopfront)
    await take(staff_member)
    await tap(staff_member, "⋯ 更多")
    await staff_member.expect("还要做什么")
    await tap(staff_member, "💸 退款…")
    await staff_member.expect("退多少")
    await tap(staff_member, "✏️ 输入退款金额")
    question = await staff_member.expect("的退款金额，最多 ¥368.00")
    await staff_member.send("68", reply_to=question.id)
    await staff_member.expect("正在退款 ¥68.00")
    await person.expect("¥68.00 已退回")
    await staff_member.expect("部分退款")
    assert await order_states(shopfront) == [("placed", "partly_refunded", "unfulfilled")]
    assert await ledger(shopfront) == [("capture", 36800), ("refund", 6800)]
    await assert_sound(shopfront)


async def test_staff_call_an_order_off_with_all_its_money(shopfront: House) -> None:
    person, staff_member = await to_receipt(shopfront), desk(shopfront)
    await take(staff_member)
    await tap(staff_member, "⋯ 更多")
    await staff_member.expect("还要做什么")
    await tap(staff_member, "❌ 取消订单…")
    await staff_member.expect("确定取消这个订单吗")
    assert await answer(staff_member, "❌ 取消订单并退 ¥368.00") == "订单已取消，款项按原路退回"
    await person.expect("商家取消了这一单")
    await person.expect("¥368.00 已退回")
    assert await order_states(shopfront) == [("cancelled", "refunded", "unfulfilled")]
    assert await available(shopfront) == 180
    await assert_sound(shopfront)
