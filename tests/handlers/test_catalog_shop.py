"""Browsing, the card and search from tap to database, over HTTP through the real dispatcher."""

from __future__ import annotations

import pytest

from bot.demo.catalogue import load_catalogue
from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, ZH_ID, House
from bot.demo.seed.catalogue import put_catalogue
from services.catalog import editing, service
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from services.shared.ids import to_base36
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`


@pytest.fixture
async def skus(shop: House) -> dict[str, int]:  # noqa: F811
    """The demo catalogue on the shelf; the SKUs' ids by code."""
    return await store_of(shop).write(put_catalogue, SYSTEM, load_catalogue())


@pytest.fixture
async def lin(shop: House, skus: dict[str, int]) -> User:  # noqa: F811
    user = shop.emulator.user(ZH_ID)
    await say(user, "/menu", "🏠")
    return user


async def product_of(house: House, sku_id: int) -> int:
    return (await store_of(house).read(service.sku_facts, [sku_id]))[sku_id].product_id


async def test_three_levels_lead_to_a_card_and_back_to_the_list(shop: House, lin: User) -> None:  # noqa: F811
    await press(lin, "🗂 分类", "全部 71 件")
    await press(lin, "空气环境 (7)", "全部分类 › 空气环境")
    await press(lin, "空气设备 (7)", "空气环境 › 空气设备")
    shown = await press(lin, "空气净化器 (3)", "空气净化器 · 3 件")
    assert shown.text.splitlines()[1:] == [
        "1. 皓屿 净屏 P3 空气净化器  ¥1,299.00 起  原价 ¥1,599.00",
        "2. 皓屿 净屏 P3 Mini  ¥599.00  原价 ¥699.00 · 仅剩 3 件",
        "3. 皓屿 净屏 P5 大空间  ¥2,499.00  原价 ¥2,899.00",
    ]
    await press(lin, "2", "仅剩 3 件")
    await press(lin, "⬅️ 返回", "空气净化器 · 3 件")
    await assert_clean(shop)


async def test_a_list_turns_forwards_and_back(shop: House, lin: User) -> None:  # noqa: F811
    await press(lin, "🗂 分类", "全部 71 件")
    first = await press(lin, "看全部（71）", "全部商品 · 71 件")
    second = await press(lin, "›", "7\\. ")
    assert second.text != first.text
    again = await press(lin, "‹", "1\\. ")
    assert again.text == first.text
    await assert_clean(shop)


async def test_options_stepper_and_cart_follow_the_stock_of_now(shop: House, lin: User) -> None:  # noqa: F811
    await say(lin, "HY-P3M", "净屏 P3 Mini")
    await press(lin, "➕", "净屏")
    await press(lin, "➕", "净屏")
    tap = await lin.tap("➕")
    assert (await tap.answered())["text"] == "库存只剩 3 件"
    tap = await lin.tap("🛒 加入购物车")
    assert (await tap.answered())["text"] == "已加入 · 购物车 3 件 · 小计 ¥1,797.00"
    await lin.expect("净屏")
    await assert_clean(shop)


async def test_a_sold_out_value_is_marked_and_explained(shop: House, lin: User) -> None:  # noqa: F811
    seen = await say(lin, "HY-P3", "已选：白 · 标准 · 数量 1")
    assert "黑 ✖" in [key["text"] for row in seen.buttons for key in row]
    tap = await lin.tap("黑 ✖")
    assert (await tap.answered())["text"] == "“黑 · 标准”已售罄，请换一个选项。"
    await press(lin, "灰", "已选：灰 · 标准")
    await press(lin, "Pro", "¥1,599.00")
    await assert_clean(shop)


async def test_a_price_filter_applies_only_when_it_is_viewed(shop: House, lin: User) -> None:  # noqa: F811
    await say(lin, "净化器", "搜索“净化器”")
    before = lin.last_message.text
    await press(lin, "⚙ 筛选", "⚙ 筛选")
    await press(lin, "自定义价格", "价位")
    await say(lin, "500-1000", "已选 1 项 · 1 件符合")
    await press(lin, "⬅️ 返回", "搜索“净化器”")
    assert lin.last_message.text == before
    await press(lin, "⚙ 筛选", "⚙ 筛选")
    await press(lin, "自定义价格", "价位")
    await say(lin, "500-1000", "1 件符合")
    seen = await press(lin, "查看 1 件", "筛选 1 项")
    assert [line for line in seen.text.splitlines() if line.startswith("1. ")] == [
        "1. 皓屿 净屏 P3 Mini  ¥599.00  原价 ¥699.00 · 仅剩 3 件"
    ]
    await assert_clean(shop)


async def test_nothing_found_shows_the_nearest_and_a_way_on(shop: House, lin: User) -> None:  # noqa: F811
    seen = await say(lin, "qqqqqq", "没有找到“qqqqqq”")
    assert [line[:2] for line in seen.text.splitlines()[2:]] == ["1.", "2.", "3."]
    await press(lin, "🗂 分类", "全部 71 件")
    await assert_clean(shop)


async def test_a_link_opens_the_card_and_says_when_it_is_off_the_shelf(
    shop: House, skus: dict[str, int]  # noqa: F811
) -> None:
    jay = shop.emulator.user(EN_ID)
    product_id = await product_of(shop, skus["HY-P3M"])
    link = f"p{to_base36(product_id)}"
    await say(jay, f"/start {link}", "Haoyu PureScreen P3 Mini")
    await store_of(shop).write(editing.publish, SYSTEM, product_id, None)
    seen = await say(jay, f"https://t.me/{shop.application.shop.bot_username}?start={link}", "off the shelf")
    assert "1. Haoyu PureScreen P3 air purifier" in seen.text
    await assert_clean(shop)


async def test_a_button_of_a_card_that_sold_out_meanwhile_says_so(
    shop: House, lin: User, skus: dict[str, int]  # noqa: F811
) -> None:
    await say(lin, "HY-P3M", "仅剩 3 件")
    await store_of(shop).write(inventory.reserve, 1, {skus["HY-P3M"]: 3}, None)
    tap = await lin.tap("🛒 加入购物车")
    assert (await tap.answered())["show_alert"] is True
    await lin.expect("已售罄")
    await assert_clean(shop)


async def test_favourites_keep_what_was_saved(shop: House, lin: User) -> None:  # noqa: F811
    await say(lin, "HY-P3M", "净屏 P3 Mini")
    tap = await lin.tap("🤍 收藏")
    assert (await tap.answered())["text"] == "❤ 已收藏，降价会在收藏夹里看到"
    await lin.expect("净屏")
    await press(lin, "🏠 首页", "🏠")
    seen = await press(lin, "❤ 收藏", "我的收藏 · 1 件")
    assert seen.text.splitlines()[1] == "1. 皓屿 净屏 P3 Mini  ¥599.00  原价 ¥699.00 · 仅剩 3 件"
    await press(lin, "🕘 最近浏览", "净屏 P3 Mini")
    await assert_clean(shop)


async def test_inline_mode_offers_products_with_a_link(shop: House, lin: User) -> None:  # noqa: F811
    found = await lin.inline("净屏")
    assert {result["title"] for result in found["results"]} == {
        "皓屿 净屏 P3 空气净化器", "皓屿 净屏 P3 Mini", "皓屿 净屏 P5 大空间", "净屏 P3 复合滤芯",
    }
    [key] = found["results"][0]["reply_markup"]["inline_keyboard"][0]
    assert key["url"].startswith(f"https://t.me/{shop.application.shop.bot_username}?start=p")
    popular = await lin.inline("")
    assert len(popular["results"]) == 12
