"""Stock and prices in the chat: lists, changes with their undo, commands, and the card of low stock in the group."""

from __future__ import annotations

from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, House
from services.catalog import service as catalog
from services.inventory import counting
from services.inventory import service as inventory
from services.inventory.checking import violations
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import boss, wang
from tests.services.catalog import shelf
from tests.services.staff.roster import enlist


def furnish(tx: Tx) -> dict[str, int]:
    """SKUs by code: 12 filters of which 8 are safe, no purifier, 50 phones."""
    shelf.furnish(tx)
    skus = {
        code: shelf.put(tx, code, category, price=price, cost=cost, stock=stock)[1]
        for code, category, price, cost, stock in (
            ("F1", "filters", 199_00, 120_00, 12), ("P3", "purifiers", 1299_00, 900_00, 0),
            ("N1", "phones", 3999_00, None, 50),
        )
    }
    counting.set_safety(tx, SYSTEM, skus["F1"], 8)
    return skus


async def test_the_list_a_card_and_what_is_done_by_taps(shop: House) -> None:  # noqa: F811
    skus = await store_of(shop).write(furnish)
    owner = shop.emulator.user(OWNER_ID)
    await store_of(shop).write(inventory.reserve, 1, {skus["F1"]: 3}, None)
    await say(owner, "/admin", "管理")
    await press(owner, "库存", "偏低 0 · 售罄 1 · 共 3 个 SKU")
    every = await press(owner, "全部", "F1-W")
    assert every.text.splitlines()[1:] == [
        "1. ⛔ P3 商品", "    P3-W · 可售 0 · 在库 0", "2. F1 商品", "    F1-W · 可售 9 · 在库 12 · 安全线 8",
        "3. N1 商品", "    N1-W · 可售 50 · 在库 50",
    ]
    card = await press(owner, "2", "F1-W")
    assert card.text.splitlines() == [
        "📦 F1 商品", "F1-W", "售价 ¥199.00", "", "在库 12", "− 待付款占用 0", "− 待发货 3", "= 可售 9", "",
        "安全库存 8：可售不多于它时提醒一次", "近 30 天售出 3 件，约 90 天售完",
        "建议补货 2 件（够卖 30 天，另留安全库存）",
    ]
    await press(owner, "📥 到货入库", "到了几件")
    await say(owner, "很多", "要大于 0 的整数")
    done = await say(owner, "50 供应商补货", "已入库")
    assert done.text.splitlines() == ["✅ 已入库：F1 商品（F1-W）", "在库 12 → 62（+50）· 可售 59", "说明：供应商补货"]
    await press(owner, "↩ 撤销这次改动", "在库 62 → 12（−50）· 可售 9")
    await press(owner, "📦 看这个 SKU", "在库 12")
    await press(owner, "🔢 盘点", "账上在库 12")
    await say(owner, "2", "已被订单占用|已属于订单")
    await say(owner, "11 月底盘点", "盘点已记")
    await press(owner, "📦 看这个 SKU", "在库 11")
    await press(owner, "🛡 安全库存", "现在是 8")
    await say(owner, "20", "安全库存 8 → 20")
    ledger = await press(owner, "🧾 库存流水", "库存流水")
    assert ledger.text.splitlines()[1:] == [
        "11-24 14:00 · −1 盘点 · 店主 · 月底盘点", "11-24 14:00 · −50 撤销 · 店主 · 供应商补货",
        "11-24 14:00 · +50 到货 · 店主 · 供应商补货 · （已撤销）",
    ]
    assert await store_of(shop).read(violations) == []
    await assert_clean(shop)


async def test_commands_in_english_echo_and_are_undone_once(shop: House) -> None:  # noqa: F811
    skus = await store_of(shop).write(furnish)
    await enlist(store_of(shop), EN_ID, "products", "Jay")
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/stock", "0 low · 1 sold out · 3 SKUs in all")
    near = await say(jay, "/stock F2-W", "No SKU has the code “F2-W”")
    assert "F1-W" in near.labels
    shown = await say(jay, "/stock f1w", "On hand 12")
    assert "Safety stock 8: one alert when no more than that is free" in shown.text
    done = await say(jay, "/stock F1-W −3 broken", "Stock changed")
    assert done.text.splitlines() == [
        "✅ Stock changed: F1 goods (F1-W)", "On hand 12 → 9 (−3) · 9 free", "Note: broken",
    ]
    await press(jay, "↩ Undo this change", r"On hand 9 → 12 \(\+3\)")
    await say(jay, "/stock F1-W =50 counted", r"On hand 12 → 50 \(\+38\)")
    wrong = await say(jay, "/stock F1-W 10", "“10” makes no sense here")
    assert "/stock SKU +10" in wrong.text
    await store_of(shop).write(counting.move, SYSTEM, skus["F1"], 1)

    price = await say(jay, "/price F1-W 179 259", "Price changed")
    assert price.text.splitlines() == ["✅ Price changed: F1 goods (F1-W)", "CN¥199.00 → CN¥179.00 (was CN¥259.00)"]
    await press(jay, "↩ Undo the price", r"CN¥179.00 \(was CN¥259.00\) → CN¥199.00")
    asked = await say(jay, "/price F1 100", "Not changed yet")
    assert "sells below its cost of CN¥120.00, a loss of CN¥20.00 each" in asked.text
    await press(jay, "Change to CN¥100.00 anyway", "CN¥199.00 → CN¥100.00")
    same = await say(jay, "/price F1-W 100", "That is what it costs already")
    assert "/price SKU 199" in same.text
    await say(jay, "/price F1-W", "What is the new price")
    await say(jay, "cheap", "That must be an amount above 0")
    await say(jay, "205.50", "CN¥100.00 → CN¥205.50")
    facts = (await store_of(shop).read(catalog.sku_facts, [skus["F1"]]))[skus["F1"]]
    assert facts.price.amount == 205_50
    await assert_clean(shop)


async def test_an_undo_after_somebody_else_is_refused_in_words(shop: House) -> None:  # noqa: F811
    skus = await store_of(shop).write(furnish)
    owner = shop.emulator.user(OWNER_ID)
    await say(owner, "/stock N1-W +5", r"在库 50 → 55（\+5）")
    await store_of(shop).write(counting.move, shelf.LI, skus["N1"], 1)
    tap = await owner.tap("↩ 撤销这次改动", answer=True)
    assert (await tap.answered())["text"] == "不能撤销了：小李 在 11-24 14:00 又改过"
    # 小王 may see stock and not change it.
    await say(shop.emulator.user(STAFF_ID), "/stock N1-W", "在库 56")
    denied = await say(shop.emulator.user(STAFF_ID), "/price N1-W 1", "权限")
    assert "权限" in denied.text
    await assert_clean(shop)


async def test_the_card_of_low_stock_stands_in_the_group_once_and_follows(shop: House) -> None:  # noqa: F811
    skus = await store_of(shop).write(furnish)
    for order_id in range(1, 8):
        await store_of(shop).write(inventory.reserve, order_id, {skus["F1"]: 1}, None)
    card = await boss(shop).expect("F1 商品 剩 [5-8]（安全 8）")
    shop.clock.move(61)
    card = await boss(shop).expect("F1 商品 剩 5（安全 8）")
    assert card.text.splitlines() == [
        "⚠️ F1 商品 剩 5（安全 8）· F1-W", "预计 22 天售罄，建议采购 10（近 30 天售出 7）",
    ]
    assert len([each for each in boss(shop).messages() if each.is_bot and "F1 商品" in each.text]) == 1
    tap = await wang(shop).tap("😴 7 天后提醒", answer=True)
    assert (await tap.answered())["text"] == "好，7 天后若仍偏低再提醒"
    await boss(shop).expect("😴 12月1日 再提醒")
    tap = await wang(shop).tap("📥 到货了，入库", answer=True)
    assert (await tap.answered())["text"] == "你没有这项权限"
    await boss(shop).tap("📥 到货了，入库")
    question = await boss(shop).expect("F1 商品 到了几件")
    owner = boss(shop)
    await owner.send("40 到货", reply_to=question.id)
    await owner.expect("入库 40 件，可售 45")
    await owner.expect("✅ F1 商品 库存恢复：可售 45（安全 8）")
    await assert_clean(shop)
