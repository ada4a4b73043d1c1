"""Customers ask to be told, and are: once, in their language, and they can see and drop what they wait for."""

from __future__ import annotations

from bot.demo.house import EN_ID, ZH_ID, House
from services.catalog import repricing
from services.inventory import counting
from services.shared.money import Money
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI


async def test_told_once_when_it_is_back(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(shelf.furnish)
    product, sku = await store_of(shop).write(lambda tx: shelf.put(tx, "F1", "filters", price=199_00, stock=0))
    lin, jay = shop.emulator.user(ZH_ID), shop.emulator.user(EN_ID)
    await say(lin, f"/start p{product}", "F1 商品")
    asked = await press(lin, "🔔 有货提醒我", "F1 商品")
    assert "✅ 有货会提醒你（点此取消）" in asked.labels
    await say(jay, f"/start p{product}", "F1 goods")
    await press(jay, "🔔 Tell me when it is back", "F1 goods")
    stopped = await press(jay, "✅ We'll tell you (tap to stop)", "F1 goods")
    assert "🔔 Tell me when it is back" in stopped.labels
    await press(jay, "🔔 Tell me when it is back", "F1 goods")
    await say(lin, "/start", "首页|你好|青粒")
    lin.mark(), jay.mark()
    await store_of(shop).write(counting.move, LI, sku, 5)
    notice = await lin.expect("到货了")
    assert notice.text.splitlines() == ["🔔 到货了：F1 商品", "¥199.00 · 现在可以买了。先到先得，这条提醒只发一次。"]
    assert notice.labels == ["🛒 加入购物车", "👀 看商品", "🔔 我的提醒"]
    await jay.expect("Back in stock: F1 goods")
    await press(lin, "🛒 加入购物车", "F1 商品")
    lin.mark()
    await store_of(shop).write(counting.move, LI, sku, -4)
    shop.clock.move(61)
    await lin.expect_nothing("到货了", within=0.3)
    await assert_clean(shop)


async def test_told_of_a_lower_price_and_the_list_of_alerts(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(shelf.furnish)
    product, sku = await store_of(shop).write(lambda tx: shelf.put(tx, "F1", "filters", price=199_00))
    lin = shop.emulator.user(ZH_ID)
    await say(lin, f"/start p{product}", "F1 商品")
    await press(lin, "收藏", "F1 商品")
    watched = await press(lin, "📉 降价提醒我", "F1 商品")
    assert "✅ 降价会提醒你" in watched.labels
    await say(lin, "/start", "首页|你好|青粒")
    lin.mark()
    await store_of(shop).write(repricing.change, LI, sku, Money(149_00, "CNY"))
    shop.clock.move(61)
    notice = await lin.expect("比收藏时便宜了")
    assert notice.text == "❤ F1 商品 比收藏时便宜了 ¥50.00，现在 ¥149.00"
    listed = await press(lin, "🔔 我的提醒", "等降价 1")
    assert listed.text.splitlines() == [
        "🔔 我的提醒 · 等到货 0 · 等降价 1", "1. F1 商品 · 低于 ¥199.00 告诉我（现在 ¥149.00）",
    ]
    await press(lin, "✖ 取消第 1 条", "还没有提醒")
    await assert_clean(shop)
