"""What the card can do beyond its first row, as staff and the customer live it, over HTTP."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House
from services.orders import service as orders
from services.orders.types import Order
from services.shared.actors import SYSTEM
from services.shipping import desk, service
from tests.handlers.running import assert_clean, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import boss, card_of, meet, paid_order, wang
from tests.services.payments import money
from tests.services.staff.roster import staff_actor

BOSS, WANG = staff_actor("owner", OWNER_ID, "店主"), staff_actor("orders", STAFF_ID)


async def test_an_order_goes_out_in_two_parcels(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await _take(shop)
    await _type_number(shop, "sf 1234 5678 9012")
    draft = await wang(shop).expect("像是 顺风快递")
    assert draft.text.splitlines() == [
        f"📦 {order.number} 发货", "单号 SF123456789012 像是 顺风快递（模拟），对吗？", "包裹里：F9 商品 ×2",
    ]
    assert draft.labels == ["✅ 确认发货", "🚚 换快递…", "🧩 选商品…", "✖️ 不做了"]
    await wang(shop).tap("🧩 选商品…")
    await wang(shop).expect("这个包裹里放哪些")
    await wang(shop).tap("➖")
    await wang(shop).expect("这个包裹里放哪些")
    await wang(shop).tap("✅ 选好了")
    await wang(shop).expect("包裹里：F9 商品 ×1")
    await wang(shop).tap("✅ 确认发货")
    await wang(shop).expect("🚚 部分发货")
    customer = shop.emulator.user(ZH_ID)
    notice = await customer.expect("第 1 个包裹已发货")
    assert notice.text.splitlines()[:4] == [
        f"📦 {order.number} 的第 1 个包裹已发货", "🚚 顺风快递（模拟） SF123456789012", "里面有：F9 商品 ×1",
        "其余商品随后发出",
    ]
    await store_of(shop).write(service.ship, WANG, sale.order_id, "yuanzhou", "YZ1234567890123")
    await customer.expect("第 2 个包裹已发货（共 2 个，全部发出）")
    await customer.tap("📦 查看订单", stale=True)
    screen = await customer.expect("YZ1234567890123")
    assert "SF123456789012" in screen.text
    await assert_clean(shop)


async def test_a_parcel_is_put_right_and_taken_back(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await store_of(shop).write(desk.take, WANG, sale.order_id)
    await store_of(shop).write(service.ship, WANG, sale.order_id, "shunfeng", "SF123456789012")
    customer = shop.emulator.user(ZH_ID)
    await wang(shop).expect("🚚 已发货")
    await _more(shop, "🚚 包裹…", "哪个包裹")
    await wang(shop).tap("1. SF123456789012")
    one = await wang(shop).expect("F9 商品 ×2$|F9 商品 ×2\n*$")
    assert one.labels == ["🏁 这个包裹已送达", "✏️ 改单号", "↩️ 撤销发货（10 分钟内）", "⬅️ 返回"]
    await wang(shop).tap("✏️ 改单号")
    question = await wang(shop).expect("请回复这条消息")
    await wang(shop).send("SF000000000001", reply_to=question.id)
    await wang(shop).expect("改单号.*SF000000000001")
    await wang(shop).tap("✅ 改成这个单号")
    await wang(shop).expect(f"{order.number} 单号改为")
    await customer.expect("快递单号更正为")
    await wang(shop).expect("14:00 小王 改了快递单号")
    await _more(shop, "🚚 包裹…", "哪个包裹")
    await wang(shop).tap("1. SF000000000001")
    await wang(shop).expect("SF000000000001.*F9 商品 ×2")
    tap = await wang(shop).tap("↩️ 撤销发货（10 分钟内）", answer=True)
    assert (await tap.answered())["text"] == f"已撤销，{order.number} 回到待发货"
    await customer.expect("还没发出")
    assert (await _order(shop, sale)).fulfilment == "unfulfilled"
    await assert_clean(shop)


async def test_pieces_are_given_back_with_steppers(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await _take(shop)
    await _more(shop, "💸 退款…", "退多少")
    await wang(shop).tap("🧩 按商品退款")
    await wang(shop).expect("按商品退款")
    await wang(shop).tap("➕")
    chosen = await wang(shop).expect("退款：¥199.00")
    assert "💸 退款 ¥199.00" in chosen.labels
    await wang(shop).tap("💸 退款 ¥199.00")
    await wang(shop).expect("正在退款 ¥199.00")
    await wang(shop).expect(r"F9 商品 ×1（F9，已取消 1 件）")
    assert [amount for amount, _, _ in await money.refunds(sale)] == [19900]
    assert order.id == sale.order_id


async def test_above_the_limit_the_card_says_that_a_second_person_is_waited_for(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await store_of(shop).write(desk.refund_rest, WANG, sale.order_id, {"CNY": 100})
    await wang(shop).expect("⏳ 退款 ¥398.00 等第二个人同意")
    assert await money.refunds(sale) == []
    await store_of(shop).write(desk.refund_approved, BOSS, 1)
    await wang(shop).expect("店主 已批准")
    await shop.emulator.idle()
    assert "等第二个人同意" not in card_of(wang(shop), order.number).text
    assert [amount for amount, _, _ in await money.refunds(sale)] == [39800]


async def test_an_order_is_kept_back_and_passed_on(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    owner = await meet(shop, OWNER_ID)
    await _take(shop)
    await _more(shop, "⏸ 挂起…", "为什么挂起")
    await wang(shop).tap("📦 核对库存", answer=True)
    held = await wang(shop).expect("⏸ 挂起：核对库存 · 小王")
    assert held.text.startswith("⏸ 已挂起") and held.labels == ["▶️ 恢复处理", "👁 完整信息", "⋯ 更多"]
    await wang(shop).tap("▶️ 恢复处理", answer=True)
    await wang(shop).expect("🙋 处理中")
    await _more(shop, "🙋 转派…", "转给谁")
    tap = await wang(shop).tap("店主", answer=True)
    assert (await tap.answered())["text"] == "已转给 店主"
    await wang(shop).expect("🙋 店主")
    told = await owner.expect("转给了你")
    assert told.text == f"🙋 小王 把 {order.number} 转给了你。"
    assert (await _order(shop, sale)).claimed_by == OWNER_ID
    await assert_clean(shop)


async def test_an_idle_order_is_pinged_once_and_taken_over(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    worker = await meet(shop, STAFF_ID)
    await _take(shop)
    shop.clock.move(30 * 60)
    ping = await boss(shop).expect("没动静", timeout=10)
    assert ping.text == f"⏱ 小王，{order.number} 已 30 分钟没动静，要继续吗？其他人可以接手。"
    await boss(shop).tap("🙋 接手", answer=True)
    await boss(shop).expect("🙋 店主")
    await worker.expect("已由 店主 接走")
    assert (await _order(shop, sale)).claimed_by == OWNER_ID


async def test_staff_and_customer_talk_through_the_bot(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    worker = await meet(shop, STAFF_ID)
    customer = shop.emulator.user(ZH_ID)
    await _take(shop)
    await _more(shop, "💬 联系客户…", "请回复这条消息")
    question = await wang(shop).expect("要对 .* 的顾客说的话")
    await wang(shop).send("换成白色可以吗？", reply_to=question.id)
    message = await customer.expect("换成白色可以吗")
    assert message.text.splitlines() == [f"💬 关于订单 {order.number}：", "换成白色可以吗？"]
    await customer.tap("💬 回复")
    await customer.expect("请写下关于订单")
    await customer.send("可以，谢谢")
    await customer.expect("已转给商家")
    await worker.expect("顾客回复")
    card = await wang(shop).expect("📩 14:00 顾客：可以，谢谢")
    assert "💬 14:00 小王 → 顾客：换成白色可以吗？" in card.text
    await assert_clean(shop)


async def test_who_blocked_the_bot_has_to_be_called(shop: House) -> None:  # noqa: F811
    await paid_order(shop)
    await _take(shop)
    await shop.emulator.user(ZH_ID).block()
    await wang(shop).expect("🚫 顾客屏蔽了机器人，请打电话")
    await _more(shop, "💬 联系客户…", "请回复这条消息")
    question = await wang(shop).expect("要对 .* 的顾客说的话")
    await wang(shop).send("在吗", reply_to=question.id)
    await wang(shop).expect("❗ 14:00 小王 → 顾客，未送达：在吗")


async def test_the_claimer_hears_that_the_customer_cancelled(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    worker = await meet(shop, STAFF_ID)
    await _take(shop)
    customer = shop.emulator.user(ZH_ID)
    await customer.forge_callback(customer.last_message.id, "1oc:1:1")
    warned = await worker.expect("已取消")
    assert warned.text == f"⛔ {order.number} 已取消，你手里的这单不用再处理了，别发货。"
    off = await wang(shop).expect("⛔ 已取消")
    assert "待付款" not in off.text
    assert (await _order(shop, sale)).state == "cancelled"


async def test_another_address_is_typed_in_private_and_the_customer_told(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    worker = await meet(shop, STAFF_ID)
    await _take(shop)
    await wang(shop).tap("⋯ 更多")
    await wang(shop).expect("还要做什么？")
    await wang(shop).open_url_button("📍 改地址…")
    await worker.expect("收货地址只给店员看")
    await worker.tap("📍 改地址…")
    await worker.expect("现在是：林小满")
    await worker.send("看不懂")
    await worker.expect("⚠️.*现在是：林小满")
    await worker.send("陈晨 13900001111 上海市静安区南京西路100号8楼")
    sure = await worker.expect("改成这个地址？")
    assert "陈晨 +8613900001111" in sure.text
    await worker.tap("✅ 改成这个地址")
    await worker.expect("的地址已改")
    await shop.emulator.user(ZH_ID).expect("收货地址已按要求修改")
    changed = await _order(shop, sale)
    assert changed.address is not None and changed.address.name == "陈晨"
    assert "陈晨" not in card_of(wang(shop), order.number).text
    await assert_clean(shop)


async def test_the_link_to_ship_in_private_works_for_staff_alone(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    worker, stranger = await meet(shop, STAFF_ID), await meet(shop, EN_ID)
    await _take(shop)
    await wang(shop).tap("📦 发货")
    asked = await wang(shop).expect("用哪家快递发货")
    url = str(asked.button("🔒 私聊里发货")["url"])
    await stranger.open_url(url)
    await stranger.expect("in private")
    tap = await stranger.tap("📦 Ship", answer=True)
    assert (await tap.answered())["text"] == "You don't have permission for this"
    await worker.open_url(url)
    await worker.expect("私下发货")
    await worker.tap("📦 发货")
    await worker.expect("用哪家快递发货")
    await worker.send("SF123456789012")
    await worker.expect("像是 顺风快递")
    await worker.tap("✅ 确认发货")
    await wang(shop).expect("🚚 已发货")
    assert (await _order(shop, sale)).fulfilment == "shipped"


async def _take(house: House) -> None:
    await wang(house).tap("🙋 我来处理", answer=True)
    await wang(house).expect("🙋 小王")


async def _more(house: House, button: str, until: str) -> None:
    """Opens the menu of the card and taps a key of it."""
    await wang(house).tap("⋯ 更多")
    await wang(house).expect("还要做什么？")
    await wang(house).tap(button)
    await wang(house).expect(until)


async def _type_number(house: House, number: str) -> None:
    person: User = wang(house)
    await person.tap("📦 发货")
    question = await person.expect("请回复这条消息")
    await person.send(number, reply_to=question.id)


async def _order(house: House, sale: money.Sale) -> Order:
    return await store_of(house).read(orders.get, SYSTEM, sale.order_id)
