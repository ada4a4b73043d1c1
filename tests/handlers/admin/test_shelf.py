"""The shelf in the chat: categories, tags, batches and `/off`, in both languages."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, ZH_ID, House
from services.catalog import disclosures, editing
from services.catalog.types import Disclosure
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.services.catalog import shelf
from tests.services.catalog.test_shelving import on_shelf
from tests.services.staff.roster import enlist


def furnish(tx: Tx) -> dict[str, int]:
    """Twelve products in air and below, two phones."""
    ids = shelf.furnish(tx)
    ids |= {f"A{at:02}": shelf.put(tx, f"A{at:02}", "purifiers" if at % 2 else "filters")[0] for at in range(12)}
    return ids | {code: shelf.put(tx, code, "phones", tags=("new",))[0] for code in ("N1", "N2")}


async def opened(house: House, telegram_id: int = OWNER_ID) -> tuple[User, dict[str, int]]:
    """The owner, or Jay who looks after products, with a furnished shop."""
    ids = await store_of(house).write(furnish)
    if telegram_id != OWNER_ID:
        await enlist(store_of(house), telegram_id, "products", "Jay")
    user = house.emulator.user(telegram_id)
    await user.send("/start")
    await user.expect()
    return user, ids


async def door(user: User, zh: bool = True) -> None:
    await say(user, "/admin", "管理" if zh else "Back office|Admin")
    await press(user, "货架|分类" if zh else "Shelf|Categories", "在架 14 件" if zh else "14 products on it")


async def test_a_category_of_twelve_comes_off_and_back(shop: House) -> None:  # noqa: F811
    boss, _ = await opened(shop)
    await door(boss)
    await press(boss, "📥 批量下架", "下架哪些商品")
    await press(boss, "🗂 按分类（含下级）", "选分类")
    await press(boss, "Air类 (12)", "选分类")
    preview = await press(boss, "✅ 选“Air类”（12）", "将下架 12 件商品")
    assert preview.text.splitlines() == [
        "📥 将下架 12 件商品（还没有动）", "范围：分类“Air类”（含下级）",
        *(f"{at + 1}. A{at:02} 商品 · A{at:02}" for at in range(10)), "…另有 2 件，见名单", "",
        "为什么下架？选好原因才能继续：",
    ]
    await press(boss, "✏️|其他原因", "几个字就好")
    await say(boss, "商品整改", "原因：商品整改")
    await boss.tap("📄 完整名单")
    await boss.expect(kind="document")
    done = await press(boss, "📥 下架这 12 件", "已下架 12 件商品")
    assert "经手：店主" in done.text
    assert await store_of(shop).read(on_shelf) == {"N1", "N2"}
    undone = await press(boss, "↩ 撤销（24 小时内）", "已撤销下架，12 件恢复原样")
    assert "被别人改过" not in undone.text
    assert len(await store_of(shop).read(on_shelf)) == 14
    await assert_clean(shop)


async def test_off_by_command_in_english_with_its_undo_and_its_list(shop: House) -> None:  # noqa: F811
    jay, ids = await opened(shop, EN_ID)
    usage = await say(jay, "/off", "takes a product off the shelf")
    assert usage.labels == ["⬅️ Back", "⚙️ Back office"]
    unknown = await say(jay, "/off A0X", "No product has the code “A0X”")
    assert "Close to it: A0" in unknown.text
    done = await say(jay, "/off A01-W rectification", "One product is off the shelf")
    assert done.text.splitlines() == [
        "✅ One product is off the shelf", "Chosen by: typed codes", "Reason: Rectification", "By: Jay", "",
        "1. A01 goods · A01",
    ]
    await say(jay, "/off N1", "Why do they come off")
    await press(jay, "New-product preparation", "Reason: New-product preparation")
    await press(jay, "📥 Take this one off", "One product is off the shelf")
    await store_of(shop).write(editing.publish, SYSTEM, ids["N1"], shop.clock.now())
    kept = await press(jay, "↩ Undo (within 24 hours)", "Undone: 0 products")
    assert "One was changed by somebody since and was not put back:\n1. N1 goods · N1" in kept.text
    listed = await say(jay, "/admin", "Back office|Admin")
    await press(jay, "Shelf|Categories", "13 products on it · 1 off it")
    listed = await press(jay, "📃 What is off it", "Off the shelf · 1")
    assert listed.text.splitlines()[1:] == ["1. A01 goods · A01", "    Rectification · Nov 24"]
    assert "Rectification 1" in listed.labels
    # A link to it says so, with what is like it.
    guest = shop.emulator.user(ZH_ID)
    await guest.send(f"/start p{ids['A01']}")
    gone = await guest.expect("A01 商品")
    assert "下架" in gone.text or "暂不出售" in gone.text
    await assert_clean(shop)


async def test_a_planned_batch_on_the_shelf_waits_and_leaves_out_what_tells_too_little(
    shop: House  # noqa: F811
) -> None:
    boss, ids = await opened(shop)
    await store_of(shop).write(lambda tx: [editing.publish(tx, SYSTEM, ids[code], None) for code in ("A00", "A01")])
    rule = Disclosure("licence", {"zh": "执照", "en": "Licence"}, required=True)
    await store_of(shop).write(disclosures.set_rules, SYSTEM, ids["filters"], [rule])
    await say(boss, "/admin", "管理")
    await press(boss, "货架|分类", "在架 12 件 · 下架 2 件")
    await press(boss, "📤 批量上架", "上架哪些商品")
    await press(boss, "⌨️ 输入编码", "发商品或 SKU 编码")
    again = await say(boss, "A00 A01 X9", "没有这些编码：X9")
    assert "发商品或 SKU 编码" in again.text
    preview = await say(boss, "A00，A01", "将上架 1 件商品")
    assert "另有 1 件还缺本类必填的披露信息" in preview.text
    await press(boss, "⏰ 定时执行", "什么时候上架这 1 件")
    await say(boss, "昨天", "没看懂这个时间")
    planned = await say(boss, "11-24 15:00", "上架 1 件商品")
    assert "A01 商品" in planned.text and "✖ 取消这个计划" in planned.labels
    await press(boss, "⬅️ 返回", "在架 12 件")
    await press(boss, "🕘 最近批次", "待执行")
    shop.clock.move(3600)
    await press(boss, "1", "已上架 1 件商品|上架 1 件商品")
    await assert_clean(shop)


async def test_categories_are_arranged_in_both_languages(shop: House) -> None:  # noqa: F811
    boss, _ = await opened(shop)
    await door(boss)
    await press(boss, "🗂 分类", "共 4 个")
    await press(boss, "➕ 新建一级分类", "发中英文名称")
    await say(boss, "智能家居", "要两个名称")
    made = await say(boss, "Smart home / 智能家居", "分类已建好")
    assert "中文：智能家居\nEnglish: Smart home" in made.text
    await press(boss, "🎨 图标", "发一个表情")
    await say(boss, "<b>", "图标要一个表情")
    await say(boss, "🏠", "🏠 智能家居")
    await press(boss, "⬆️ 上移", "已上移|🏠 智能家居")
    await press(boss, "📂 移到别处", "把“智能家居”移到哪里")
    await press(boss, "Air类 ›", "现在看的是：Air类")
    moved = await press(boss, "✅ 放到“Air类”下", "Air类 › 🏠 智能家居")
    assert "🗑 删除" in moved.labels
    await press(boss, "🗑 删除", "删除空分类")
    await press(boss, "🗑 删除这个空分类", "Air类")
    hidden = await press(boss, "🙈 隐藏", "已隐藏：")
    assert "👁 重新显示" in hidden.labels
    await press(boss, "👁 重新显示", "含下级 12")
    await press(boss, "📂 移到别处", "它现在就在这里")
    await press(boss, "Phones类 ›", "现在看的是：Phones类")
    await press(boss, "✅ 放到“Phones类”下", "Phones类 › Air类")

    await enlist(store_of(shop), EN_ID, "products", "Jay")
    jay = shop.emulator.user(EN_ID)
    await jay.send("/start")
    await jay.expect()
    await say(jay, "/admin", "Back office|Admin")
    await press(jay, "Shelf|Categories", "14 products on it")
    await press(jay, "🗂 Categories", "4 in all")
    await press(jay, "Phones ›", "Products here 2 · with those below 14")
    await press(jay, "Air ›", "Phones › Air")
    await press(jay, "Filters ›", "Phones › Air › Filters")
    await press(jay, "📂 Move elsewhere", "It stands here now")
    await assert_clean(shop)


async def test_tags_are_put_on_and_taken_off_with_an_undo(shop: House) -> None:  # noqa: F811
    boss, _ = await opened(shop)
    await door(boss)
    await press(boss, "🏷 标签", "1 个")
    await press(boss, "➕ 新建标签", "新标签叫什么")
    await say(boss, "送礼首选 / Giftable", "标签已建好")
    await press(boss, "➕ 加到商品", "加到哪些商品")
    await say(boss, "A01 NOPE", "没有这些编码：NOPE")
    put = await say(boss, "A01, A02-W", "已加到 2 件商品")
    assert "1. A01 商品 · A01\n2. A02 商品 · A02" in put.text
    await press(boss, "⚙ 筛选栏", "供顾客筛选")
    await press(boss, "不用于筛选", "商品 2 件")
    off = await press(boss, "✖ 第 1 件", "商品 1 件")
    assert "↩ 撤销：标签加回去" in off.labels
    await press(boss, "↩ 撤销：标签加回去", "商品 2 件")
    guest = shop.emulator.user(ZH_ID)
    await say(guest, "送礼首选", "：2 件|2 件")
    await press(boss, "🗑 删除标签", "2 件商品会失去它")
    await press(boss, "🗑 确认删除标签", "标签 · 1 个")
    await assert_clean(shop)
