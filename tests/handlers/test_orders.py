"""A person's orders through the real dispatcher, from the list to the last tap."""

from bot.demo.house import ZH_ID, House
from services.orders import service as orders
from services.orders import steps
from services.orders.types import Placed
from services.shared.actors import SYSTEM, Actor
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of
from tests.services.orders import shop as stock
from tests.services.orders.shop import yuan

__all__ = ["shop"]


async def bought(house: House) -> tuple[Actor, Placed]:
    """A person who has ordered one P3 and not paid it yet."""
    stall = await store_of(house).write(stock.furnish)
    await say(house.emulator.user(ZH_ID), "/start", "青粒优选")
    actor = await actor_of(house, ZH_ID)
    await store_of(house).write(stock.addresses.add_address, actor, stock.HOME)
    return actor, await stock.order_now(store_of(house), actor, stall.skus["P3"])


async def test_an_unpaid_order_is_found_paid_for_or_called_off(shop: House) -> None:
    actor, placed = await bought(shop)
    person = shop.emulator.user(ZH_ID)
    seen = await say(person, "/orders", "订单")
    assert placed.number in seen.text and "待付款" in seen.text
    seen = await press(person, "1", "等待付款")
    assert "¥1,299.00" in seen.text and "林** 138****5678" in seen.text and "林小满" not in seen.text
    await press(person, "❌ 取消订单", "商品会放回货架")
    await press(person, "不取消", "等待付款")
    await press(person, "❌ 取消订单", "商品会放回货架")
    await press(person, "❌ 确认取消", "订单已取消")
    assert (await store_of(shop).read(orders.get, actor, placed.order_id)).state == "cancelled"
    await assert_clean(shop)


async def test_an_order_is_found_by_the_end_of_its_number(shop: House) -> None:
    _, placed = await bought(shop)
    person = shop.emulator.user(ZH_ID)
    await say(person, "/orders", "订单")
    await press(person, "🔍 搜索订单", "最后 4 位")
    await say(person, "ABCDE", "没有找到")
    await say(person, placed.number[-4:].lower(), "等待付款")
    await assert_clean(shop)


async def test_what_arrived_is_confirmed_once_asked_and_can_be_ordered_again(shop: House) -> None:
    actor, placed = await bought(shop)
    person = shop.emulator.user(ZH_ID)
    await store_of(shop).write(steps.mark_paid, placed.order_id, SYSTEM, yuan(1299))
    await store_of(shop).write(steps.set_fulfilment, placed.order_id, SYSTEM, "shipped")
    await say(person, "/orders", "待收货")
    await press(person, "1", "已发货")
    await press(person, "✅ 确认收货", "7 天内")
    seen = await press(person, "✅ 确认收货", "订单完成")
    assert "●━━●━━●━━●" in seen.text
    assert (await store_of(shop).read(orders.get, actor, placed.order_id)).state == "completed"
    await press(person, "🔁 再来一单", "购物车")
    await assert_clean(shop)


async def test_an_order_that_ran_out_of_time_is_told_once(shop: House) -> None:
    actor, placed = await bought(shop)
    person = shop.emulator.user(ZH_ID)
    person.mark()
    shop.clock.move(15 * 60)
    await person.expect("付款时间已过")
    assert (await store_of(shop).read(orders.get, actor, placed.order_id)).cancel_reason == "expired"
    await assert_clean(shop)
