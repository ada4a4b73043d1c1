"""The checkout through the real dispatcher: what changes is told before anything is ordered."""

import re

from bot.demo.house import EN_ID, ZH_ID, House
from services.cart import service as cart
from services.customers import addresses
from services.inventory import service as inventory
from services.orders import service as orders
from services.shared.actors import SYSTEM, Actor
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of
from tests.services.orders import shop as stock
from tests.services.orders.shop import Stall, yuan

__all__ = ["shop"]


async def ready(house: House, person_id: int, greeting: str, *, at_home: bool = True) -> tuple[Stall, Actor]:
    """Goods on the shelf, and a person with one P3 and two F1 in the cart."""
    stall = await store_of(house).write(stock.furnish)
    await say(house.emulator.user(person_id), "/start", greeting)
    actor = await actor_of(house, person_id)
    if at_home:
        await store_of(house).write(addresses.add_address, actor, stock.HOME)
    for code, quantity in (("P3", 1), ("F1", 2)):
        await store_of(house).write(cart.add, actor, stall.skus[code], quantity)
    return stall, actor


async def test_a_price_that_rose_is_told_and_the_new_total_stands_on_the_key(shop: House) -> None:
    _, actor = await ready(shop, ZH_ID, "青粒优选")
    person = shop.emulator.user(ZH_ID)
    await say(person, "/cart", "购物车")
    seen = await press(person, "💳 结算", "确认订单")
    assert "林小满 138****5678" in seen.text and "应付 ¥1,697.00" in seen.text
    await store_of(shop).write(stock.put_product, "F1", yuan(209), 10)
    seen = await press(person, "✅ 提交订单 ¥1,697.00", "变化")
    assert "变化：F1 商品 ¥199.00→¥209.00；应付 ¥1,697.00→¥1,717.00" in seen.text
    assert (await store_of(shop).read(orders.counts, actor))["all"] == 0
    await press(person, "✅ 提交订单 ¥1,717.00", "待支付 ¥1,717.00")
    assert (await store_of(shop).read(orders.counts, actor))["to-pay"] == 1
    await assert_clean(shop)


async def test_the_same_key_twice_names_the_same_order(shop: House) -> None:
    _, actor = await ready(shop, EN_ID, "Qingli Select")
    person = shop.emulator.user(EN_ID)
    await say(person, "/cart", "Cart")
    await press(person, "💳 Check out", "Review your order")
    await person.tap("✅ Place order CN¥1,697.00", times=2)
    await person.expect("To pay CN¥1,697.00")
    await shop.emulator.idle()
    await person.tap("✅ Place order CN¥1,697.00", stale=True, answer=True)
    found = await store_of(shop).read(orders.page, actor, "all")
    assert len(found.orders) == 1
    await shop.emulator.idle()
    # The same answer twice is the same screen, which Telegram points out.
    shop.emulator.assert_clean(allow=["not modified"])


async def test_what_sold_out_meanwhile_is_left_out_on_request(shop: House) -> None:
    stall, _ = await ready(shop, ZH_ID, "青粒优选")
    person = shop.emulator.user(ZH_ID)
    await say(person, "/cart", "购物车")
    await press(person, "💳 结算", "确认订单")
    await store_of(shop).write(inventory.adjust, SYSTEM, stall.skus["P3"], -10, "broken")
    seen = await press(person, "✅ 提交订单 ¥1,697.00", "买不到了")
    assert "⚠️ P3 商品 买不到了：售罄或已下架" in seen.text
    await press(person, "移除它继续", re.escape("应付 ¥398.00"))
    await press(person, "✅ 提交订单 ¥398.00", "待支付 ¥398.00")
    await assert_clean(shop)


async def test_address_delivery_coupon_note_and_method_each_come_back_to_the_sum(shop: House) -> None:
    await ready(shop, ZH_ID, "青粒优选")
    person = shop.emulator.user(ZH_ID)
    await say(person, "/cart", "购物车")
    await press(person, "💳 结算", "确认订单")
    await press(person, "🚚 改配送", "怎么送")
    await press(person, "特快 ¥25.00", re.escape("应付 ¥1,722.00"))
    await press(person, "📍 改地址", "送到哪里")
    await press(person, "⬅️ 返回", "确认订单")
    await press(person, "📝 备注", "留言")
    await say(person, "好" * 201, "写了 201 个字")
    await say(person, "请轻放", "备注：请轻放")
    await press(person, "优惠券（0）", "选择优惠券")
    await press(person, "⬅️ 返回", "确认订单")
    await press(person, "▾", "怎么付")
    await press(person, "⬅️ 返回", "确认订单")
    await assert_clean(shop)


async def test_who_has_no_address_is_asked_for_one_at_once(shop: House) -> None:
    await ready(shop, ZH_ID, "青粒优选", at_home=False)
    person = shop.emulator.user(ZH_ID)
    await say(person, "/cart", "购物车")
    await press(person, "💳 结算", "1/5")
    await assert_clean(shop)
