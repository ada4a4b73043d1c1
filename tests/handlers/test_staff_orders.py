"""An order's card in the staff group, from the first tap to the last, over HTTP through the real dispatcher."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.emulator.driver import at_once
from bot.demo.emulator.screen import Message
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House
from services.orders import service as orders
from services.orders.types import Order
from services.shared.actors import SYSTEM, staff
from services.shipping import service as shipping
from services.staff.types import OWNER
from tests.handlers.running import assert_clean, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import boss, card_of, paid_order, unpaid_order, wang
from tests.services.payments import money

BOSS = staff(OWNER_ID, "店主", OWNER)

pytestmark = pytest.mark.usefixtures("shop")


async def test_the_card_of_an_unpaid_order(shop: House) -> None:  # noqa: F811
    _, number = await unpaid_order(shop)
    assert card_of(wang(shop), number).text.splitlines() == [
        f"🆕 新订单 {number} · 待付款 ¥398.00 · 🧪 模拟支付（不扣款） · 14:00",
        "👤 林** · 共 1 单 · 📍 北京市",
        "F9 商品 ×2（F9）",
        "🙋 未认领",
        "────",
        "14:00 顾客 下单",
    ]
    await assert_clean(shop)


async def test_every_change_is_drawn_on_the_same_card(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    first = card_of(wang(shop), order.number)
    assert first.labels == ["🙋 我来处理", "👁 完整信息"]
    tap = await wang(shop).tap("🙋 我来处理", answer=True)
    assert (await tap.answered())["text"] == "由你处理了"
    taken = await wang(shop).expect("处理中")
    assert taken.labels == ["✅ 确认", "📦 发货", "👁 完整信息", "⋯ 更多"]
    await wang(shop).tap("✅ 确认", answer=True)
    confirmed = await wang(shop).expect("待发货")
    assert confirmed.id == taken.id == first.id
    assert confirmed.labels == ["📦 发货", "👁 完整信息", "⋯ 更多"]
    assert confirmed.text.splitlines()[3:] == [
        "🙋 小王", "────", "14:00 顾客 下单", "14:00 系统 收到全款", "14:00 小王 认领", "14:00 小王 确认订单",
    ]
    assert (await _order(shop, sale)).state == "confirmed"
    await assert_clean(shop)


async def test_of_two_who_take_an_order_the_second_hears_who_has_it(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    taps = await at_once(wang(shop).tap("🙋 我来处理"), boss(shop).tap("🙋 我来处理"))
    answers = [await tap.answered() for tap in taps]
    taken = await _order(shop, sale)
    won = next(answer for answer in answers if answer["text"] == "由你处理了")
    lost = next(answer for answer in answers if answer is not won)
    assert (lost["text"], lost["show_alert"]) == (f"{taken.claimed_name} 已认领", True)
    assert taken.claimed_by in (STAFF_ID, OWNER_ID)


async def test_an_order_is_shipped_and_handed_over(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    customer = shop.emulator.user(ZH_ID)
    await _take(shop)
    await wang(shop).tap("📦 发货")
    asked = await wang(shop).expect("用哪家快递发货？")
    assert asked.labels == [
        "顺风快递（模拟）", "圆周速递（模拟）", "青粒专送", "🔒 私聊里发货", "⬅️ 返回",
    ]
    await wang(shop).tap("顺风快递（模拟）")
    question = await wang(shop).expect("请回复这条消息.*顺风快递")
    assert question.text == f"小王，请回复这条消息，发来 {order.number} 的顺风快递（模拟）单号，例如 SF123456789012"
    assert _asked(shop) == {"force_reply": True, "selective": True}
    await wang(shop).send("sf 1234 5678 9012", reply_to=question.id)
    await wang(shop).expect(f"📦 {order.number} 已发货：顺风快递（模拟） SF123456789012")
    await wang(shop).expect("🚚 已发货")
    notice = await customer.expect("已发货")
    assert notice.text.splitlines() == [
        f"📦 {order.number} 已发货", "🚚 顺风快递（模拟） SF123456789012", "预计 2–3 个工作日送到",
    ]
    assert notice.labels == ["📦 查看订单"]
    tap = await wang(shop).tap("🏁 已送达", answer=True)
    assert (await tap.answered())["text"] == "已标记送达"
    arrived = await customer.expect("已送达")
    assert arrived.text == f"🏁 {order.number} 已送达。收到了吗？确认后 7 天内仍可售后。"
    assert arrived.labels == ["✅ 确认收货", "📦 查看订单"]
    done = await wang(shop).expect("🏁")
    assert done.labels == ["👁 完整信息", "⋯ 更多"]
    assert (await _order(shop, sale)).fulfilment == "delivered"
    await assert_clean(shop)


async def test_own_delivery_ships_without_a_number(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop, EN_ID)
    await _take(shop)
    await wang(shop).tap("📦 发货")
    await wang(shop).expect("用哪家快递发货？")
    tap = await wang(shop).tap("青粒专送", answer=True)
    assert (await tap.answered())["text"] == f"📦 {order.number} 已发货：青粒专送 {order.number}"
    assert (await _order(shop, sale)).fulfilment == "shipped"


async def test_a_number_of_another_carrier_is_asked_about(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    question = await _ask_number(shop)
    await wang(shop).send("YZ1234567890123", reply_to=question.id)
    doubt = await wang(shop).expect("像是")
    assert doubt.text == "单号 YZ1234567890123 像是 圆周速递（模拟），对吗？"
    assert doubt.labels == ["✅ 是，用圆周速递（模拟）", "✏️ 重新输入单号"]
    tap = await wang(shop).tap("✅ 是，用圆周速递（模拟）", answer=True)
    assert (await tap.answered())["text"] == f"📦 {order.number} 已发货：圆周速递（模拟） YZ1234567890123"
    (parcel,) = await store_of(shop).read(shipping.parcels, sale.order_id)
    assert (parcel.carrier["zh"], parcel.number) == ("圆周速递（模拟）", "YZ1234567890123")


async def test_a_wrong_number_is_asked_for_again(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    question = await _ask_number(shop)
    await wang(shop).send("12345", reply_to=question.id)
    again = await wang(shop).expect("这不像")
    assert again.text.splitlines() == [
        "这不像顺风快递（模拟）的单号，应该像 SF123456789012",
        f"小王，请回复这条消息，发来 {order.number} 的顺风快递（模拟）单号，例如 SF123456789012",
    ]
    await wang(shop).send("SF000000000001", reply_to=again.id)
    await wang(shop).expect("已发货：顺风快递（模拟） SF000000000001")
    assert (await _order(shop, sale)).fulfilment == "shipped"


async def test_the_group_chats_without_being_taken_at_its_word(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    await _ask_number(shop)
    await wang(shop).send("SF123456789012")
    await shop.emulator.idle()
    assert (await _order(shop, sale)).fulfilment == "unfulfilled"


async def test_cancelling_asks_twice_and_gives_the_money_back(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await _take(shop)
    await wang(shop).tap("⋯ 更多")
    more = await wang(shop).expect("还要做什么？")
    assert more.labels == [
        "💸 退款…", "❌ 取消订单…", "🧩 分包发货…", "⏸ 挂起…", "🙋 转派…", "📍 改地址…", "🗒 备注…", "💬 联系客户…",
        "⬅️ 返回",
    ]
    await wang(shop).tap("❌ 取消订单…")
    sure = await wang(shop).expect("确定取消这个订单吗？")
    assert sure.button("❌ 取消订单并退 ¥398.00")["style"] == "danger"
    assert (await _order(shop, sale)).state == "placed"
    tap = await wang(shop).tap("❌ 取消订单并退 ¥398.00", answer=True)
    assert (await tap.answered())["text"] == "订单已取消，款项按原路退回"
    off = await wang(shop).expect("⛔ 已取消")
    assert off.text.splitlines()[-1] == "14:00 小王 取消订单"
    assert [(amount, reason) for amount, reason, _ in await money.refunds(sale)] == [(39800, "cancelled")]
    assert (await wang(shop).expect(order.number)).labels == ["👁 完整信息"]


async def test_back_shows_the_card_as_it_stands(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    await _take(shop)
    await wang(shop).tap("📦 发货")
    await wang(shop).expect("用哪家快递发货？")
    await wang(shop).tap("⬅️ 返回", answer=True)
    await shop.emulator.idle()
    back = card_of(wang(shop), order.number)
    assert "用哪家快递发货？" not in back.text
    assert back.labels == ["✅ 确认", "📦 发货", "👁 完整信息", "⋯ 更多"]


async def test_a_key_of_a_state_that_has_passed_says_who_was_first(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    await _take(shop)
    await store_of(shop).write(shipping.ship, BOSS, sale.order_id, "qingli", "")
    await wang(shop).expect("🚚 已发货")
    tap = await wang(shop).tap("📦 发货", stale=True)
    assert (await tap.answered())["answered"] is True
    tap = await wang(shop).tap("✅ 确认", stale=True)
    assert await tap.answered() == {"answered": True, "text": "已确认"}


@pytest.mark.parametrize("data", ["1sa:1", "1sc:1", "1sd:1", "1se:1:qingli", "1sg:1", "1si:1:1", "1sk:1", "1sm:1"])
async def test_customers_may_nothing_of_this(shop: House, data: str) -> None:  # noqa: F811
    sale, before = await paid_order(shop)
    customer = shop.emulator.user(ZH_ID)
    await customer.forge_callback(customer.last_message.id, data)
    answer = await answer_to_the_last_tap(shop)
    assert (answer["text"], answer["show_alert"]) == ("你没有这项权限", True)
    assert await _order(shop, sale) == before


async def answer_to_the_last_tap(house: House) -> dict[str, Any]:
    """Waits until the newest tap has been answered."""
    query = list(house.emulator.world.queries.values())[-1]
    async with asyncio.timeout(20):
        while query.answer is None:
            await house.emulator.world.pulse.next(None)
    return query.answer


async def _take(house: House) -> None:
    await wang(house).tap("🙋 我来处理", answer=True)
    await wang(house).expect("🙋 小王")


async def _ask_number(house: House) -> Message:
    await _take(house)
    await wang(house).tap("📦 发货")
    await wang(house).expect("用哪家快递发货？")
    await wang(house).tap("顺风快递（模拟）")
    return await wang(house).expect("请回复这条消息.*顺风快递")


async def _order(house: House, sale: money.Sale) -> Order:
    return await store_of(house).read(orders.get, SYSTEM, sale.order_id)


def _asked(house: House) -> object:
    """What the newest message of the bot in the group asked the apps to do."""
    sent = [e for e in house.emulator.log("sendMessage") if e.body.get("chat_id") == house.staff_chat_id]
    return sent[-1].body["reply_markup"]
