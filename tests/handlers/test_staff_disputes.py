"""Disputes and refunds that bounce, as the counter sees them."""

from __future__ import annotations

from bot.demo.house import House
from services.orders import service as orders
from services.orders.types import Order
from services.payments import refunding
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from services.shared.money import Money
from tests.handlers.running import assert_clean, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import card_of, paid_order, wang
from tests.services.payments import money
from tests.services.payments.money import DESK


async def hear(shop: House, sale: money.Sale, status: str) -> None:  # noqa: F811
    news = money.event(sale.attempt, status, kind="dispute", provider_payment_id="du_1")
    await store_of(shop).write(apply_event, news)


async def test_each_step_of_a_dispute_is_told_and_the_order_waits(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await hear(shop, sale, "asked")
    asked = await wang(shop).expect("在询问")
    assert asked.text.splitlines() == [
        f"⚖️ {order.number} 付款人的银行在询问 ¥398.00 这笔付款，钱还没有动。请在平台后台按期答复。",
        "⏸ 订单已挂起。如果可以继续，请在订单卡上恢复。"]
    assert asked.labels == ["👁 完整信息"]
    await wang(shop).expect("挂起：付款争议 · 系统")
    assert card_of(wang(shop), order.number).labels == ["🙋 我来处理", "👁 完整信息"]
    await hear(shop, sale, "opened")
    opened = await wang(shop).expect("付款人向银行拒付")
    assert (opened.id != asked.id, len(opened.text.splitlines())) == (True, 2)
    await hear(shop, sale, "won")
    won = await wang(shop).expect("胜诉")
    assert won.text.splitlines()[0] == f"⚖️ {order.number} 拒付 ¥398.00 胜诉，钱归商店。"
    await wang(shop).tap("🙋 我来处理", answer=True)
    await wang(shop).expect("🙋 小王")
    await wang(shop).tap("▶️ 恢复处理", answer=True)
    await wang(shop).expect("🙋 处理中")
    shown: Order = await store_of(shop).read(orders.get, SYSTEM, order.id)
    assert shown.hold_reason is None
    await assert_clean(shop)


async def test_a_refund_that_bounces_is_told(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    store = store_of(shop)
    back, = await store.write(refunding.refund_by_staff, DESK, order.id, Money(500, "CNY"))
    await store.write(refunding.note_sent, back.id, "succeeded", "re_1")
    await store.write(apply_event, money.event(
        sale.attempt, "failed", kind="refund", provider_payment_id="re_1", amount=Money(500, "CNY"),
        refund_number=back.number))
    told = await wang(shop).expect("又说失败了")
    assert told.text.startswith(f"⛔ {order.number} 已完成的退款 ¥5.00，")
