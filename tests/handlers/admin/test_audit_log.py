"""The log of what staff did, read in words, turned and filtered."""

from __future__ import annotations

from bot.demo.house import OWNER_ID, STAFF_ID, House
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff import audit
from services.staff.types import ORDER_DESK, OWNER
from tests.handlers.admin.test_team import started
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`

WANG, BOSS = Actor("staff", STAFF_ID, "小王", ORDER_DESK), Actor("staff", OWNER_ID, "店主", OWNER)


def work(tx: Tx) -> None:
    for number in range(1, 11):
        audit.record(tx, WANG, "stock.adjust", f"sku:{number}", {"delta": number, "reason": "count"})
    audit.record(tx, BOSS, "staff.change-role", f"staff:{STAFF_ID}", {"old": "orders", "new": "support"})


async def test_entries_are_words_and_turn_and_filter(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(work)
    boss = await started(shop, OWNER_ID)
    await say(boss, "/admin", "管理")
    first = await press(boss, "🧾 操作记录", "🧾 操作记录")
    rows = first.text.splitlines()[1:]
    assert len(rows) == 8
    assert rows[0] == "11-24 14:00 店主 换角色：小王 · 原来 订单 · 现在 客服"
    second = await press(boss, "更早 ›", "规格 #1 ")
    assert len(second.text.splitlines()) == 4
    await press(boss, "‹ 最新", "换角色")
    await press(boss, "👤 全部", "看谁的操作")
    mine = await press(boss, "店主", "🧾 操作记录")
    assert len(mine.text.splitlines()) == 2 and "👤 店主" in mine.labels
    await press(boss, "✖️ 不过滤", "规格 #10")
    await press(boss, "🗂 全部", "看哪一类")
    assert len((await press(boss, "人员", "换角色")).text.splitlines()) == 2
    await press(boss, "✖️ 不过滤", "规格 #10")
    await press(boss, "🔎 全部", "看哪个对象")
    await say(boss, "什么", "没找到这个对象")
    found = await say(boss, "sku 3", "规格 #3")
    assert len(found.text.splitlines()) == 2
    await press(boss, "📅 全部时间", "看多久的")
    await press(boss, "今天", "规格 #3")
    await shop.emulator.move_clock(24 * 3600)
    await press(boss, "🔎 规格 #3", "看哪个对象")
    await say(boss, "sku 3", "没有符合的记录")
    await assert_clean(shop)
