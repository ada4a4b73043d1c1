"""A product from the back office to a customer's list, over HTTP: the wizard, an album, a video, both languages."""

from __future__ import annotations

import io
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.demo.emulator.driver import User
from bot.demo.emulator.files import Attached
from bot.demo.emulator.journal import Journal
from bot.demo.emulator.state import Json
from bot.demo.house import EN_ID, OWNER_ID, ZH_ID, House, opened
from services.catalog import drafts, editing, loading, uploads
from services.customers import service as customers
from services.inventory import goods
from services.shared.actors import SYSTEM, Actor
from services.shared.clock import MovableClock
from services.staff.types import ROLES
from tests.conftest import START
from tests.handlers.running import assert_clean, press, say, shop, staffed, store_of  # noqa: F401 - the fixture `shop`
from tests.ports import free_port
from tests.services.staff.roster import enlist

BOSS = Actor("staff", OWNER_ID, "店主", frozenset("*"))


def photo(shade: int) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), (shade, 90, 120)).save(drawn, "JPEG")
    return drawn.getvalue()


@pytest.fixture
async def boss(shop: House) -> User:  # noqa: F811
    """The owner at the list of products, with two categories in the shop."""
    store = store_of(shop)
    await store.write(editing.put_category, SYSTEM, "home", {"zh": "家居", "en": "Home"}, None, 0)
    await store.write(editing.put_category, SYSTEM, "lamps", {"zh": "灯具", "en": "Lamps"}, "home", 0)
    user = shop.emulator.user(OWNER_ID)
    await say(user, "/admin", "管理")
    await press(user, "🛍 商品", "全部商品 · 0 件")
    return user


async def test_from_nothing_to_the_customers_list(shop: House, boss: User) -> None:  # noqa: F811
    await press(boss, "➕ 新商品", "① 商品叫什么")
    await say(boss, "青粒 台灯 T1|Qingli Desk lamp T1", "① 名称 ✓ 青粒 台灯 T1 / Qingli Desk lamp T1")
    await press(boss, "② 分类", "从上往下选")
    await press(boss, "家居", "现在在：家居")
    await press(boss, "灯具", "② 分类 ✓ 家居 › 灯具")
    await press(boss, "④ 规格", "有哪些规格")
    await say(boss, "颜色|Colour: 白|White，黑|Black / 版本|Edition: 标准|Standard，增强|Pro，旗舰|Max", "\\(6\\)")
    await press(boss, "⑤ 价格", "1. 白 · 标准 — \\?")
    refused = await say(boss, "1: 199\nblack 299", "第 2 行看不出是哪个规格")
    assert "1. 白 · 标准 — ?" in refused.text
    await say(boss, "199/259", "⑤ 价格 ✓ ¥199.00")
    await press(boss, "⑤ 价格", "6. 黑 · 旗舰 — ¥199.00 / ¥259.00")
    await say(boss, "6: 299", "⑤ 价格 ✓ ¥199.00–¥299.00")
    await press(boss, "🚀 现在上架", "缺：.*库存")
    await press(boss, "⑥ 库存", "现在有多少件")
    await say(boss, "10", "⑥ 库存 ✓ 60")
    await _send_photos(shop, boss)
    await press(boss, "⋯ 更多资料", "▫️ 品牌 –")
    await press(boss, "视频", "发送一段商品视频")
    boss.mark()
    boss._send_file("video", Attached("lamp.mp4", "video/mp4", b"moving"), "")
    await boss.expect("视频 ✓ 已有")
    await press(boss, "说明书", "发送说明书文件")
    boss.mark()
    await boss.send_document(b"%PDF-1.4 manual", "T1.pdf", "application/pdf")
    await boss.expect("说明书 ✓ 已有")
    await press(boss, "⬅️ 返回", "新商品.*草稿")
    await press(boss, "👁 预览", "¥199.00")
    await press(boss, "🌐 看英文", "Qingli Desk lamp T1")
    await press(boss, "⬅️ 返回", "新商品.*草稿")
    shown = await press(boss, "🚀 现在上架", "🟢 在架")
    assert "• 黑 · 旗舰：¥299.00（原价 ¥259.00）" not in shown.text
    await _buyers_see_it(shop)
    await assert_clean(shop)


async def _send_photos(house: House, boss: User) -> None:
    """Eight as one album: one answer, in their order; then one is moved to the front and one is removed."""
    await press(boss, "③ 图片", "发送商品图片")
    boss.mark()
    before = len([each for each in boss.messages(60) if each.is_bot])
    await boss.send_album([photo(shade) for shade in range(0, 240, 30)])
    await boss.expect("已有 8 张图片")
    await boss.emulator.idle(quiet=0.05)
    assert len([each for each in boss.messages(60) if each.is_bot]) == before + 1
    store = store_of(house)
    [line] = await store.read(drafts.mine, BOSS, None, 8)
    keys = [each.key for each in (await store.read(drafts.get, BOSS, line.id)).fields.photos]
    pictures = [await house.application.shop.pictures.load(key) for key in keys]
    assert pictures == [photo(shade) for shade in range(0, 240, 30)]
    await press(boss, "🔀 排序和删除", "第 1 张，共 8 张")
    await press(boss, "▶", "第 2 张，共 8 张")
    await press(boss, "⭐ 设为封面", "第 1 张，共 8 张")
    await press(boss, "▶", "第 2 张，共 8 张")
    await press(boss, "🗑 移除图片", "第 2 张，共 7 张")
    await press(boss, "✅ 完成（7）", "③ 图片 ✓ 7")
    after = [each.key for each in (await store.read(drafts.get, BOSS, line.id)).fields.photos]
    assert after == [keys[1], *keys[2:]]


async def _buyers_see_it(house: House) -> None:
    zh, en = house.emulator.user(ZH_ID), house.emulator.user(EN_ID)
    await say(zh, "/menu", "🏠")
    await press(zh, "🗂 分类", "全部 1 件")
    await press(zh, "看全部（1）", "1. 青粒 台灯 T1  ¥199.00 起")
    await say(en, "/menu", "🏠")
    await say(en, "desk lamp", "Qingli Desk lamp T1")


async def test_a_draft_survives_a_restart_of_the_house(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    async with opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=START)) as house:
        await staffed(house)
        boss = house.emulator.user(OWNER_ID)
        await say(boss, "/add", "① 商品叫什么")
        await say(boss, "夜灯", "① 名称 ✓ 夜灯")
        await press(boss, "⑦ 描述", "写商品描述")
    three_days = START + timedelta(days=3)
    async with opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=three_days)) as house:
        boss = house.emulator.user(OWNER_ID)
        await say(boss, "第一段。\n\n第二段。", "⑦ 描述 ✓ 10 字")
        await say(boss, "/admin", "管理")
        await press(boss, "🛍 商品", "全部商品")
        await press(boss, "📝 我的草稿", "1. 夜灯 · 新商品")
        await press(boss, "1", "① 名称 ✓ 夜灯")
        await house.emulator.idle()
        # The screen of before the restart is not there in a new chat.
        house.emulator.assert_clean(allow=["message to edit not found"])


async def test_pictures_sent_as_files_become_photos(shop: House, boss: User) -> None:  # noqa: F811
    await say(boss, "/add 小夜灯 49.9 20", "小夜灯")
    await press(boss, "③ 图片", "发送商品图片")
    drawn = io.BytesIO()
    Image.new("RGBA", (5000, 500), (9, 90, 120, 128)).save(drawn, "PNG")
    boss.mark()
    await boss.send_document(drawn.getvalue(), "lamp.png", "image/png")
    await boss.expect("已有 1 张图片")
    boss.mark()
    await boss.send_document(b"no picture at all", "lamp.jpg", "image/jpeg")
    await boss.expect("这里要的是图片")
    boss.mark()
    await boss.send_document(b"%PDF-1.4", "lamp.pdf", "application/pdf")
    await boss.expect("这里要的是图片")
    await say(boss, "白色的", "这里要的是图片")
    [line] = await store_of(shop).read(drafts.mine, BOSS, None, 8)
    [kept] = (await store_of(shop).read(drafts.get, BOSS, line.id)).fields.photos
    data = await shop.application.shop.pictures.load(kept.key)
    assert data is not None and Image.open(io.BytesIO(data)).size == (2560, 256)
    await press(boss, "⬅️ 返回", "③ 图片 ✓ 1")
    await press(boss, "③ 图片", "第 1 张，共 1 张")
    await assert_clean(shop)


async def test_the_quick_command_fills_a_draft_in(shop: House, boss: User) -> None:  # noqa: F811
    await say(boss, "/add 小夜灯 49.9 20", "① 名称 ✓ 小夜灯(.|\n)*⑤ 价格 ✓ ¥49.90(.|\n)*⑥ 库存 ✓ 20")
    await press(boss, "② 分类", "从上往下选")
    await press(boss, "家居", "现在在：家居")
    await press(boss, "✅ 就放在“家居”", "② 分类 ✓ 家居")
    await press(boss, "⋯ 更多资料", "成本 –")
    await press(boss, "成本", "进货成本")
    await say(boss, "60", "成本 ✓ ¥60.00")
    await press(boss, "⬅️ 返回", "售价低于成本")
    await press(boss, "🚀 现在上架", "低于成本价")
    await press(boss, "仍按此价销售", "🟢 在架")
    product = (await store_of(shop).read(goods.page, BOSS, "on"))[0].lines[0]
    await say(boss, f"/add {product.code.lower()}", "已有商品，这就是它")
    await assert_clean(shop)


async def test_edits_from_the_card_planned_and_taken_off(shop: House, boss: User) -> None:  # noqa: F811
    await say(boss, "/add 小夜灯 49.9 20", "小夜灯")
    await press(boss, "② 分类", "从上往下选")
    await press(boss, "家居", "现在在：家居")
    await press(boss, "✅ 就放在“家居”", "② 分类 ✓ 家居")
    await press(boss, "⏰ 定时上架", "什么时候上架")
    await say(boss, "昨天", "没看懂这个时间")
    await say(boss, "11-25 09:00", "⏰ 定时")
    await press(boss, "✏️ 修改商品", "修改：小夜灯")
    await press(boss, "⑤ 价格", "现在是")
    await say(boss, "59", "已改、未保存：规格与价格")
    await press(boss, "💾 保存修改", "¥59.00")
    await press(boss, "⬇️ 下架商品", "为什么下架")
    await press(boss, "商品整改", "⚪ 未上架（商品整改）")
    await press(boss, "🕘 修改记录", "店主 下架 商品整改(.|\n)*¥49.90 → ¥59.00")
    await press(boss, "⬅️ 返回", "⚪ 未上架")
    await press(boss, "🚀 现在上架", "🟢 在架")
    await press(boss, "📄 复制为新商品", "新商品.*草稿(.|\n)*还缺：库存")
    await assert_clean(shop)


async def test_the_second_editor_is_told_and_keeps_the_changes(shop: House, boss: User) -> None:  # noqa: F811
    await say(boss, "/add 小夜灯 49.9 20", "小夜灯")
    await press(boss, "② 分类", "从上往下选")
    await press(boss, "家居", "现在在：家居")
    await press(boss, "✅ 就放在“家居”", "② 分类 ✓ 家居")
    await press(boss, "🚀 现在上架", "🟢 在架")
    product_id = (await store_of(shop).read(goods.page, BOSS, "on"))[0].lines[0].product_id
    await press(boss, "✏️ 修改商品", "修改：小夜灯")
    other = Actor("staff", 7, "小李", ROLES["products"])
    theirs = await store_of(shop).write(drafts.edit, other, product_id)
    await store_of(shop).write(drafts.change, other, theirs.id, {"model": "N1"})
    await store_of(shop).write(goods.save, other, theirs.id, None, keep_shelf=True)
    await press(boss, "⑦ 描述", "写商品描述")
    await say(boss, "很暖的光。", "已改、未保存：描述")
    await press(boss, "💾 保存修改", "小李 在你修改期间改了这件商品")
    await press(boss, "📥 放到新版本上", "已改、未保存：描述")
    await press(boss, "💾 保存修改", "N1")
    stored = await store_of(shop).read(loading.as_written, product_id)
    assert (stored.model, stored.description) == ("N1", {"zh": "很暖的光。"})
    await assert_clean(shop)


async def test_in_english_and_without_rights_to_prices(shop: House, boss: User) -> None:  # noqa: F811
    user = shop.emulator.user(EN_ID)
    await say(user, "/add Lamp", "Home|Sorry|don't|Menu|start|command")
    await enlist(store_of(shop), EN_ID, "products", "Ann")
    assert await store_of(shop).read(customers.find, EN_ID) is not None
    made = await say(user, "/add Night light 49.9 20", "① Name ✓ Night light")
    assert "⑤ Price ✓ CN¥49.90\n⑥ Stock ✓ 20\n⑦ Description –\n\nStill missing: Category." in made.text
    await press(user, "⋯ More details", "Selling points –")
    await press(user, "Specifications", "one “name: value” a line")
    again = await say(user, "Power 5 W", "Line 1 has no colon")
    assert "Specifications" not in again.text
    await say(user, "Power: 5 W", "Specifications ✓ 1")
    await assert_clean(shop)


async def test_customers_see_album_video_and_the_whole_text(shop: House, boss: User) -> None:  # noqa: F811
    store = store_of(shop)
    draft = await store.write(drafts.begin_with, BOSS, "CNY", {"zh": "台灯", "en": "Lamp"}, 19900, 5)
    keys = [await store.write(uploads.keep, BOSS, "photo", f"p{shade}", "p", photo(shade)) for shade in (1, 90, 200)]
    clip = await store.write(uploads.keep, BOSS, "video", "v1", "lamp.mp4", b"moving")
    manual = await store.write(uploads.keep, BOSS, "document", "m1", "T1.pdf", b"%PDF-1.4")
    await store.write(drafts.place_photos, BOSS, draft.id, keys)
    text = "\n\n".join(f"第 {number} 段 <b>&amp; {'很亮。' * 60}" for number in range(20))[:4000]
    await store.write(drafts.change, BOSS, draft.id, {
        "category": "lamps", "video": clip, "manual": manual, "description": {"zh": text},
        "points": ({"zh": "省电"},), "model": "T1",
    })
    await store.write(goods.save, BOSS, draft.id, store.clock.now())
    lin = shop.emulator.user(ZH_ID)
    await say(lin, "/start p1", "台灯")
    journal = shop.emulator.world.journal
    await press(lin, "📷 全部图片", "台灯 的 3 张图片")
    assert [each.kind for each in lin.messages(4)] == ["photo", "photo", "photo", "text"]
    assert "attach://" in json.dumps(_last_album(journal))
    await lin.tap("✖ 收起图片")
    await shop.emulator.idle()
    assert lin.last_message.kind == "photo" and "¥199.00" in lin.last_message.text
    await press(lin, "📷 全部图片", "台灯 的 3 张图片")
    assert "attach://" not in json.dumps(_last_album(journal))
    await lin.tap("✖ 收起图片")
    await shop.emulator.idle()
    first = await press(lin, "📖 详情", "✨ 省电")
    read = [first.text]
    while "›" in lin.last_message.labels:
        await lin.tap("›")
        await shop.emulator.idle(quiet=0.05)
        read.append(lin.last_message.text)
    assert len(read) == 5 and all(len(page) <= 1024 for page in read)
    told = "".join(re.sub(r"^📖 台灯\s*|✨ 省电\s*", "", page) for page in read)
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", text)
    await press(lin, "⬅️ 返回", "¥199.00")
    playing = await press(lin, "▶ 视频", "▶ 台灯")
    assert playing.kind == "video"
    await press(lin, "⬅️ 返回", "¥199.00")
    sent = await press(lin, "📄 说明书", "的说明书")
    assert sent.kind == "document"
    await press(lin, "⬅️ 返回", "¥199.00")
    await press(lin, "📋 参数", "型号：T1")
    await assert_clean(shop)


def _last_album(journal: Journal) -> Json:
    return next(each.body for each in reversed(journal.entries) if each.what == "sendMediaGroup")


async def test_a_category_demands_a_licence_number(shop: House, boss: User) -> None:  # noqa: F811
    await say(boss, "/admin", "管理")
    await press(boss, "🗂 分类与上下架", "分类")
    await boss.tap(re.compile("分类"))
    await boss.expect("家居")
    await boss.tap(re.compile("家居"))
    await boss.expect("灯具")
    await press(boss, "⚖️ 披露要求", "还没有要求")
    await press(boss, "✏️ 改披露要求", "要公示哪些信息")
    await say(boss, "执照号|Licence no.", "执照号（必填")
    await say(boss, "/add 小夜灯 49.9 20", "① 名称 ✓ 小夜灯")
    await press(boss, "② 分类", "从上往下选")
    await press(boss, "家居", "现在在：家居")
    await press(boss, "灯具", "⑧ 披露 ✗")
    await press(boss, "🚀 现在上架", "缺：执照号")
    await press(boss, "⑧ 披露", "这个分类要求公示：执照号")
    await say(boss, "京 2026-7", "⑧ 披露 ✓ 1 项")
    await press(boss, "🚀 现在上架", "🟢 在架")
    await assert_clean(shop)


async def test_who_may_only_look_is_offered_nothing_else(shop: House, boss: User) -> None:  # noqa: F811
    await say(boss, "/add 小夜灯 49.9 20", "小夜灯")
    await press(boss, "② 分类", "从上往下选")
    await press(boss, "家居", "现在在：家居")
    await press(boss, "✅ 就放在“家居”", "② 分类 ✓ 家居")
    await press(boss, "🚀 现在上架", "🟢 在架")
    user = shop.emulator.user(EN_ID)
    await enlist(store_of(shop), EN_ID, "marketing", "Ann")
    await say(user, "/admin", "Back office")
    shown = await press(user, "🛍 Products", "All products")
    assert "➕ New product" not in shown.labels and "🏬 Stock" not in shown.labels
    card = await press(user, "1", "CN¥49.90")
    assert card.labels == ["👁 Preview", "⬅️ Back", "⚙️ Back office"]
    await user.forge_callback(card.id, "1th:1")
    await shop.emulator.idle()
    assert (await store_of(shop).read(drafts.mine, BOSS, None, 8)) == ()
    await assert_clean(shop)
