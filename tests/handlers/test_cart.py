"""The cart from tap to database, over HTTP through the real dispatcher."""

from __future__ import annotations

from datetime import timedelta

from bot.demo.house import EN_ID, ZH_ID, House
from services.cart import service as cart
from services.inventory.service import adjust
from services.pricing.rules import Tier
from services.promotions.writing import PromotionDraft, put_promotion
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.money import Money
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.services.cart.goods import goods


def put_reduction(tx: Tx) -> None:
    tiers = (Tier(Money(100000, "CNY"), Money(10000, "CNY")), Tier(Money(200000, "CNY"), Money(20000, "CNY")))
    put_promotion(tx, SYSTEM, PromotionDraft(
        "full", {"zh": "满1000减100", "en": "¥100 off ¥1,000"}, "CNY", tx.now, tx.now + timedelta(days=1), tiers,
    ))


async def filled(house: House, telegram_id: int) -> tuple[Actor, dict[str, int]]:
    """A person with a purifier, two filters and four plugs (left for later) in the cart."""
    store = store_of(house)
    await store.write(put_reduction)
    user = house.emulator.user(telegram_id)
    await say(user, "/menu", "🏠")
    actor = await actor_of(house, telegram_id)
    skus = {
        "P3": await goods(store, "P3", 129900, name={"zh": "净屏 P3", "en": "PureScreen P3"}),
        "F1": await goods(store, "F1", 19900, stock=3, name={"zh": "P3 滤芯", "en": "P3 filter"}),
        "PLUG": await goods(store, "PLUG", 4900, name={"zh": "智能插座", "en": "Smart plug"}),
    }
    for code, pieces in (("P3", 1), ("F1", 2), ("PLUG", 4)):
        await store.write(cart.add, actor, skus[code], pieces)
    await store.write(cart.select, actor, [skus["PLUG"]], False)
    return actor, skus


async def test_the_cart_shows_lines_total_saving_and_hint(shop: House) -> None:  # noqa: F811
    await filled(shop, ZH_ID)
    lin = shop.emulator.user(ZH_ID)
    seen = await say(lin, "/cart", "购物车")
    assert seen.text.splitlines() == [
        "🛒 购物车 · 已选 3/7 件",
        "✅ 1. 净屏 P3 ×1 · ¥1,299.00",
        "✅ 2. P3 滤芯 ×2 · ¥398.00",
        "⬜ 3. 智能插座 ×4 · ¥196.00",
        "────",
        "商品 ¥1,697.00",
        "🏷 满1000减100 −¥100.00",
        "应付 ¥1,597.00（运费下一步计算）",
        "💡 再买 ¥303.00 可减 ¥200.00",
    ]
    assert seen.labels == [
        "✅ 1", "➖", "1", "➕", "🗑", "2", "3", "☑️ 全选", "🎟 领券", "💳 结算 ¥1,597.00", "⬅️ 继续逛", "🏠 首页",
    ]
    home = await press(lin, "🏠 首页", "🏠 青粒优选")
    assert "🛒 购物车 (7)" in home.labels
    await assert_clean(shop)


async def test_steps_limits_and_typed_quantities(shop: House) -> None:  # noqa: F811
    actor, skus = await filled(shop, EN_ID)
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/cart", "Cart")
    await press(jay, "2", "Cart")
    await press(jay, "➕", "P3 filter ×3")
    answer = await (await jay.tap("➕")).answered()
    assert (answer["text"], answer["show_alert"]) == ("Only 3 of P3 filter left", True)
    await press(jay, "✅ 2", "⬜ 2. P3 filter ×3")
    lines = {line.sku.sku_id: (line.quantity, line.selected)
             for line in (await store_of(shop).read(cart.cart, actor)).lines}
    assert lines[skus["F1"]] == (3, False)


async def test_a_quantity_is_typed_and_nonsense_is_refused(shop: House) -> None:  # noqa: F811
    actor, skus = await filled(shop, EN_ID)
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/cart", "Cart")
    await press(jay, "3", "Smart plug")
    await press(jay, "4", "How many\\?")
    for nonsense in ("-5", "0", "1.5", "1e9", "1000000000", "many"):
        await say(jay, nonsense, "Please send a whole number from 1 to 99")
    await say(jay, "７", "Smart plug ×7")
    lines = {line.sku.sku_id: line.quantity for line in (await store_of(shop).read(cart.cart, actor)).lines}
    assert lines == {skus["P3"]: 1, skus["F1"]: 2, skus["PLUG"]: 7}
    await assert_clean(shop)


async def test_two_fast_taps_both_count_and_forged_taps_do_nothing(shop: House) -> None:  # noqa: F811
    actor, skus = await filled(shop, EN_ID)
    jay = shop.emulator.user(EN_ID)
    screen = await say(jay, "/cart", "Cart")
    await jay.double_tap("➕")
    await jay.expect("PureScreen P3 ×3")
    step = screen.button("➕")["callback_data"]
    for forged in (step.replace(":1", ":-5"), step.replace(":1", ":999999999"), f"{step}:9"):
        await jay.forge_callback(screen.id, forged)
    await shop.emulator.idle()
    lines = {line.sku.sku_id: line.quantity for line in (await store_of(shop).read(cart.cart, actor)).lines}
    assert lines[skus["P3"]] == 3


async def test_news_is_told_once_and_what_is_gone_stands_apart(shop: House) -> None:  # noqa: F811
    _, skus = await filled(shop, ZH_ID)
    store, lin = store_of(shop), shop.emulator.user(ZH_ID)
    await goods(store, "P3", 130900, name={"zh": "净屏 P3", "en": "PureScreen P3"})
    await store.write(adjust, SYSTEM, skus["F1"], -2, "sold elsewhere")
    first = await say(lin, "/cart", "购物车")
    assert "⚠️ 净屏 P3 从 ¥1,299.00 变为 ¥1,309.00" in first.text
    assert "⛔ 暂时买不了\n· P3 滤芯 ×2：只剩 1 件" in first.text
    assert "应付 ¥1,209.00" in first.text
    await shop.emulator.idle()
    again = await say(lin, "/cart", "购物车")
    assert "⚠️" not in again.text
    await press(lin, "🔧 按库存调整", "P3 滤芯 ×1 · ¥199.00")
    await store.write(adjust, SYSTEM, skus["F1"], -1, "sold elsewhere")
    await say(lin, "/cart", "已售罄")
    cleared = await press(lin, "🧹 清除失效 (1)", "已选 1/5 件")
    assert "滤芯" not in cleared.text
    await assert_clean(shop)


async def test_a_removed_line_comes_back_for_a_minute(shop: House) -> None:  # noqa: F811
    await filled(shop, EN_ID)
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/cart", "Cart")
    await press(jay, "🗑", "2 of 6 chosen")
    await press(jay, "↩ Undo", "3 of 7 chosen")
    await press(jay, "➖", "2 of 6 chosen")
    shop.clock.move(61)
    late = await (await jay.tap("↩ Undo")).answered()
    assert late["text"] == "More than a minute has passed, it cannot be undone"


async def test_an_empty_cart_leads_to_what_others_buy(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    await goods(store_of(shop), "P3", name={"zh": "净屏 P3", "en": "PureScreen P3"})
    empty = await say(jay, "/cart", "Your cart is empty")
    assert empty.labels == ["PureScreen P3", "⬅️ Keep shopping", "🏠 Home"]
    await assert_clean(shop)


async def test_more_than_six_lines_come_in_pages(shop: House) -> None:  # noqa: F811
    jay, store = shop.emulator.user(EN_ID), store_of(shop)
    await say(jay, "/menu", "🏠")
    actor = await actor_of(shop, EN_ID)
    for number in range(8):
        await store.write(cart.add, actor, await goods(store, f"G{number}", 10000))
    first = await say(jay, "/cart", "8 of 8 chosen")
    assert "To pay CN¥800.00" in first.text
    assert "1/2" in first.labels
    second = await press(jay, "›", "7. Product G6")
    assert "Product G5" not in second.text
    await assert_clean(shop)
