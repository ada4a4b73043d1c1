"""The queue of orders in private: its pages and filters, an order under somebody's hands, and what finds one."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.house import OWNER_ID, STAFF_ID, ZH_ID, House
from services.shared.actors import Actor
from services.shipping import desk
from services.staff import audit
from services.staff.types import ORDER_DESK
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import meet, paid_order
from tests.services.staff.roster import enlist

LI = Actor("staff", 43, "Li", ORDER_DESK)
BOSS = Actor("staff", OWNER_ID, "店主", frozenset("*"))


async def wang(house: House) -> User:
    """小王 in the private chat."""
    return await meet(house, STAFF_ID)


async def test_an_order_is_worked_through_in_private(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    user = await wang(shop)
    await say(user, "/admin", "管理")
    queue = await press(user, "📦 订单", "待确认 · 1 单")
    assert f"1. {order.number} · ¥398.00" in queue.text
    assert "🆕 待确认 · F9 商品 · " in queue.text and "· 未认领" in queue.text
    assert queue.labels == [
        "1", "🔸待确认 1", "待发货 0", "运输中 0", "已挂起 0", "待付款 0", "退款中 0", "⚙️ 筛选", "🔍 查找订单",
        "📄 批量发货", "⚙️ 管理",
    ]
    card = await press(user, "1", "────")
    assert card.labels == ["🙋 我来处理", "👁 完整信息", "⬅️ 返回", "⚙️ 管理"]
    claimed = await press(user, "🙋 我来处理", "🙋 小王")
    assert "⬅️ 返回" in claimed.labels and "👁 完整信息" in claimed.labels
    confirmed = await press(user, "✅ 确认", "小王 确认订单")
    assert "📦 发货" in confirmed.labels
    asked = await press(user, "⋯ 更多", "还要做什么")
    assert asked.labels.count("⬅️ 返回") == 1
    await press(user, "⬅️ 返回", "小王 确认订单$")
    full = await press(user, "👁 完整信息", "13812345678")
    assert "林小满" in full.text and "中关村大街" in full.text
    assert full.labels[-2:] == ["⬅️ 返回", "⚙️ 管理"]
    await press(user, "⬅️ 返回", "────")
    await press(user, "⬅️ 返回", "待确认 · 0 单")
    seen = await store_of(shop).read(audit.entries, BOSS, subject=f"order:{order.id}")
    assert [entry.act for entry in seen] == ["orders.see-recipient", "orders.confirm", "orders.claim"]
    await assert_clean(shop)


async def test_an_open_order_follows_what_others_do(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    user = await wang(shop)
    await say(user, f"/order {order.number[-4:].lower()}", "────")
    await store_of(shop).write(desk.take, LI, order.id)
    moved = await user.expect("🙋 Li")
    assert "⬅️ 返回" in moved.labels
    await assert_clean(shop)


async def test_search_by_everything_that_somebody_knows(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    user = await wang(shop)
    for words in (order.number, order.number[-4:], "林小满", "林", "13812345678", "5678", "f9"):
        await say(user, f"/order {words}", f"{order.number}(.|\n)*────")
    nothing = await say(user, "王五", "没有找到")
    assert nothing.labels == ["🔍 查找订单", "⬅️ 返回", "⚙️ 管理"]
    await press(user, "🔍 查找订单", "找哪一单")
    await say(user, "小满", "────")
    await assert_clean(shop)


async def test_filters_narrow_and_go_off_again(shop: House) -> None:  # noqa: F811
    await paid_order(shop)
    user = await wang(shop)
    await say(user, "/order", "待确认 · 1 单")
    filters = await press(user, "⚙️ 筛选", "筛选订单")
    assert {"已完成 0", "已取消 0", "我认领的 0", "未认领 1", "全部 1", "今天", "昨天"} <= set(filters.labels)
    narrowed = await press(user, "昨天", "待确认 · 0 单")
    assert "🔎 昨天" in narrowed.text and "换个条件" in narrowed.text
    await press(user, "⚙️ 筛选", "筛选订单")
    await press(user, "📅 选日期", "哪几天下的单")
    await say(user, "明天", "例如：11-01")
    await say(user, "11-20 至 11-24", "🔎 11-20 至 11-24")
    await press(user, "⚙️ 筛选", "筛选订单")
    shown = await press(user, "🚪 货到付款", "🔎 🚪 货到付款 · 11-20 至 11-24")
    assert "· 0 单" in shown.text
    await press(user, "⚙️ 筛选", "筛选订单")
    await press(user, "✅ 🚪 货到付款", "待确认 · 1 单")
    await assert_clean(shop)


async def test_in_english_and_not_for_customers(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    customer = shop.emulator.user(ZH_ID)
    await customer.expect("支付成功")
    await shop.emulator.idle()
    answer = await say(customer, "/order", "青粒|命令|首页")
    assert order.number not in answer.text
    user = await wang(shop)
    await say(user, "/language", "语言")
    await press(user, "English", "looking for")
    listed = await say(user, "/order", "To confirm · 1")
    assert f"1. {order.number} · CN¥398.00\n　🆕 To confirm · F9 goods · " in listed.text
    assert "Just type to search" in listed.text
    opened = await press(user, "1", "────")
    assert opened.labels == ["🙋 I'll take it", "👁 Full details", "⬅️ Back", "⚙️ Back office"]
    await say(user, "/help order", "/order 7F3A")
    await enlist(store_of(shop), STAFF_ID, "products")
    denied = await say(user, "/order", ".")
    assert order.number not in denied.text
    await assert_clean(shop)
