"""A push from /admin to the customer who wants no more of them, as people see it in both languages."""

from __future__ import annotations

import io
import re

from PIL import Image

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House
from handlers.staff.approving import EXECUTORS
from services.customers import profile
from services.invariants import violations
from services.staff import approvals
from services.staff.types import OWNER_ROLE
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of
from tests.handlers.staff_desk import meet
from tests.services.orders import shop as stock
from tests.services.staff.roster import enlist, lock, staff_actor

__all__ = ["shop"]


async def subscriber(house: House, telegram_id: int) -> User:
    """A customer who agreed to marketing."""
    user = await meet(house, telegram_id)
    await store_of(house).write(profile.choose_marketing, await actor_of(house, telegram_id), True)
    return user


async def english(user: User) -> User:
    await say(user, "/language", "语言")
    await press(user, "English", "Language|looking for")
    return user


async def test_a_push_from_the_first_tap_to_the_unsubscribe(shop: House) -> None:
    await store_of(shop).write(stock.furnish)
    lin, jay = await subscriber(shop, ZH_ID), await subscriber(shop, EN_ID)
    await enlist(store_of(shop), STAFF_ID, "marketing", "阿梅")
    mei = await meet(shop, STAFF_ID)
    await say(mei, "/push", "推送 · 进行中[\\s\\S]*现在没有")
    card = await press(mei, "➕ 新推送", "① 人群：全部客户")
    assert "🚀 准备发送" not in card.labels

    await press(mei, "② 内容", "中文 ✗ 还没写")
    await press(mei, "✍️ 写 中文", "直接发给我")
    refused = await say(mei, "你好 {nme}", "没有 \\{nme\\}")
    assert "只能用 {name}" in refused.text
    await say(mei, "x" * 4_090 + "{name}", "4,120 字，最多 4,096")
    await say(mei, "双11 预热，{name}", "中文 ✓ 文字 · 37 字")
    await press(mei, "⬅️ 返回", "② 内容：中文 ✓ · English ✗")
    await press(mei, "③ 按钮", "还没有按钮")
    await press(mei, "📦 加商品", "哪件商品")
    await say(mei, "P3", "哪件商品")
    await press(mei, re.compile("P3 商品"), "1. 商品 · 📦 P3 商品")
    await press(mei, "⬅️ 返回", "③ 按钮：📦 P3 商品")

    await press(mei, "① 人群", "全部客户[\\s\\S]*3 人 − 退订 1 − 屏蔽 0 − 频控 0 = 2 人会收到（en 1 / zh 1）")
    await press(mei, "➕ 加条件", "按什么选人")
    await press(mei, "🛒 买过", "哪些商品")
    await press(mei, "任何商品", "多少天之内")
    await press(mei, "30 天", "1.1 买过 任何商品（近 30 天）[\\s\\S]*0 人 − 退订 0")
    await press(mei, "⛔ 1.1 改为排除", "1.1 排除：买过[\\s\\S]*= 2 人会收到")
    await press(mei, "💾 存为常用", "叫什么名字")
    await say(mei, "没买过的", "已存为“没买过的”")
    await press(mei, "⬅️ 返回", "① 人群：1 个条件")

    await press(mei, "👁 发给自己看", "双11 预热，小王")
    await press(mei, "🚀 准备发送", "English 没写：1 人会收到另一种语言[\\s\\S]*发给 2 人")
    await lock(store_of(shop), STAFF_ID)
    await press(mei, "🚀 发送给 2 人", "动态码|验证")
    await enlist(store_of(shop), STAFF_ID, "marketing", "阿梅")
    await say(mei, "/push", "草稿")
    await press(mei, "📣 双11 预热", "① 人群")
    await press(mei, "🚀 准备发送", "发给 2 人")
    await press(mei, "🚀 发送给 2 人", "双11 预热 · (发送中|已发完)")

    got = await lin.expect("双11 预热，林小满")
    assert got.labels == ["📦 P3 商品", "🔕 退订"]
    assert (await jay.expect("双11 预热，Jay")).labels == ["📦 P3 goods", "🔕 Unsubscribe"]
    result = await mei.expect("双11 预热 · 已发完\\n送达 2/2")
    assert "👆 点击 0 人" in result.text
    await press(lin, "📦 P3 商品", "P3 商品[\\s\\S]*¥1,299")
    await jay.tap("🔕 Unsubscribe")
    await shop.emulator.idle()
    assert jay.messages()[-1].labels == ["📦 P3 goods", "↩ Undo unsubscribe"]
    await jay.tap("↩ Undo unsubscribe")
    await shop.emulator.idle()
    await jay.tap("🔕 Unsubscribe")
    await shop.emulator.idle()
    assert (await store_of(shop).read(profile.profile, await actor_of(shop, EN_ID))).marketing_at is None
    await say(mei, "/push", "推送 · 已结束[\\s\\S]*已发完 · 2/2")
    card = await press(mei, "📣 双11 预热", "点击 1 人（50%）")
    assert "🔕 退订 1 人" in card.text
    await press(mei, "🔁 再发未点击者", "① 人群：1 个条件[\\s\\S]*② 内容：中文 ✓")
    assert await store_of(shop).read(violations) == []
    await assert_clean(shop)


async def test_a_second_person_approves_and_everything_reads_well_in_english(shop: House) -> None:
    await store_of(shop).write(stock.furnish)
    await subscriber(shop, ZH_ID)
    jay = await subscriber(shop, EN_ID)
    await enlist(store_of(shop), OWNER_ID, OWNER_ROLE, "店主")
    owner = await english(await meet(shop, OWNER_ID))
    await say(owner, "/push", "Nothing is being sent")
    await press(owner, "➕ New push", "Audience: All customers")
    await press(owner, "② Content", "English ✗ not written yet")
    await press(owner, "✍️ Write English", "Send me the message itself")
    await owner.send_photo(_picture(), "Psst {name|there}")
    await owner.expect("English ✓ photo · 35 characters")
    await press(owner, "Missing: send nothing", "its people get nothing")
    await press(owner, "⬅️ Back", "draft")
    await press(owner, "③ Buttons", "No buttons yet")
    await press(owner, "🔗 Add a link", "Send “label address”")
    await say(owner, "See more", "That address is not right")
    await say(owner, "看看 | See more https://example.com/new", "1. link · See more")
    await press(owner, "⬅️ Back", "③ Buttons: See more")
    await press(owner, "④ Time", "at once")
    await press(owner, "🕐 At a time", "Which day and time")
    await say(owner, "soon", "within the next 90 days")
    await say(owner, "tomorrow 10:00", "④ Time: 11-25 10:00")
    await press(owner, "🚀 Get ready to send", "zh|中文 is not written")
    object.__setattr__(shop.application.shop, "push_limit", 0)
    await press(owner, "⬅️ Back", "draft")
    await press(owner, "🚀 Get ready to send", "a second person must approve")
    await press(owner, "👥 Ask for approval", "waiting for approval|second person approves")
    (asked,) = await store_of(shop).read(approvals.waiting, staff_actor("manager"))
    await store_of(shop).write(EXECUTORS[asked.act], staff_actor("manager"), asked.id)
    await say(owner, "/push", "sending · 0/1")
    await press(owner, re.compile("📣 Psst"), "Not yet time")
    await shop.emulator.move_clock(20 * 3600 + 1)
    got = await jay.expect("Psst Jay")
    assert got.labels == ["See more", "🔕 Unsubscribe"]
    await owner.expect("Delivered 1/1")
    await assert_clean(shop)


def _picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8)).save(data, "JPEG")
    return data.getvalue()
