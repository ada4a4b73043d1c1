"""Products from a file and into one, by taps, in both languages."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.house import OWNER_ID, STAFF_ID, House
from services.importing.types import COLUMNS
from services.shared import sheets
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import meet
from tests.services.catalog import shelf

HEADING_ZH = ("SKU 编码", "中文名", "分类", "售价", "库存", "上架")
HEADING_EN = ("SKU code", "English name", "Category", "Price", "Stock", "On shelf")


async def test_from_the_template_to_the_undo(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(shelf.furnish)
    owner = await meet(shop, OWNER_ID)
    await say(owner, "/admin", "管理")
    door = await press(owner, "📄 导入导出", "导入商品")
    assert door.labels == ["⬇️ 模板 XLSX", "⬇️ 模板 CSV", "📤 导出商品", "⚙️ 管理"]
    await owner.tap("⬇️ 模板 XLSX")
    rows = sheets.read(await _file(shop, owner), "products.xlsx")
    assert len(rows) == 2 and rows[0][1] == "SKU 编码"

    await owner.send_document(b"%PDF", "goods.pdf")
    assert (await owner.expect("请发 CSV")).labels == door.labels
    table = sheets.write_csv([
        HEADING_ZH, ("AA-1", "净屏 A", "Purifiers", "12.50", "3", "是"), ("AA-2", "净屏 B", "nowhere", "9", "", ""),
        ("AA-3", "净屏 C", "phones", "很贵", "", ""),
    ])
    await owner.send_document(table, "货品.csv", "text/csv")
    checked = await owner.expect("检查好了")
    assert checked.text.splitlines() == [
        "📄 货品.csv", "🔎 检查好了，还没有改动任何东西。", "3 行：商品新增 1、更新 0、不变 0；有错 2 行。",
        "⚠️ 1 个商品只有一种语言的名称", "· 第 3 行 分类：找不到“nowhere”", "· 第 4 行 售价：“很贵”不是金额",
    ]
    assert checked.labels == ["📄 2 行错误明细", "🚀 只导入正确的 1 个", "🗑 不导入", "⬅️ 返回", "⚙️ 管理"]
    await owner.tap("📄 2 行错误明细")
    faults = sheets.read(await _file(shop, owner), "faults.xlsx")
    assert faults[0] == ("SKU 编码", "中文名", "分类", "售价", "行号", "问题")
    assert [row[4:] for row in faults[1:]] == [("3", "分类：找不到“nowhere”"), ("4", "售价：“很贵”不是金额")]
    done = await press(owner, "🚀 只导入正确的 1 个", "导入完成")
    assert done.text.splitlines()[1:] == ["✅ 导入完成", "▓▓▓▓▓▓▓▓▓▓ 100% · 1/1", "新增 1 · 更新 0 · 不变 0"]
    await press(owner, "↩️ 撤销这次导入", "撤销这次导入？")
    await press(owner, "↩️ 撤销 1 个商品的改动", "已撤销")
    await assert_clean(shop)


async def test_in_english_and_out_again(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(shelf.furnish)
    owner = await meet(shop, OWNER_ID)
    await say(owner, "/language", "语言")
    await press(owner, "English", "looking for")
    await say(owner, "/admin", "Back office")
    await press(owner, "📄 Import/export", "Import products")
    table = sheets.write_xlsx([HEADING_EN, ("AA-1", "Pure A", "air", "12.50", "3", "yes")])
    await owner.send_document(table, "goods.xlsx")
    checked = await owner.expect("Checked; nothing")
    assert checked.text.splitlines()[2] == "Rows: 1. Products: 1 new, 0 updated, 0 unchanged. Rows with errors: 0."
    await press(owner, "🚀 Import 1 product", "Import finished")
    await press(owner, "⬅️ Back", "Import products")
    chosen = await press(owner, "📤 Export products", "columns are those")
    assert chosen.labels == [
        "• All", "On shelf", "Off shelf", "🗂 Category: any", "🏷 Tag: any", "📄 Make an XLSX file", "📄 Make a CSV file",
        "⬅️ Back", "⚙️ Back office",
    ]
    await press(owner, "On shelf", "columns are those")
    await press(owner, "🗂 Category: any", "Which category")
    await press(owner, "^Air$", "Which category")
    await press(owner, "All of Air", "columns are those")
    await press(owner, "🏷 Tag: any", "which tag")
    narrowed = await press(owner, "Any tag", "columns are those")
    assert narrowed.labels[:5] == ["All", "• On shelf", "Off shelf", "🗂 Category: Air", "🏷 Tag: any"]
    await owner.tap("📄 Make a CSV file")
    rows = sheets.read(await _file(shop, owner), "products.csv")
    assert rows[0] == tuple(_english(column) for column in COLUMNS)
    assert rows[1][:4] == ("AA-1", "AA-1", "", "Pure A")
    await press(owner, "⬅️ Back", "Import products")
    await owner.send_document(sheets.write_csv(rows), "again.csv")
    again = await owner.expect("0 new, 0 updated, 1 unchanged")
    assert "🚀" not in " ".join(again.labels)
    await assert_clean(shop)


async def test_new_tags_are_offered_and_the_same_file_is_known_again(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(shelf.furnish)
    owner = await meet(shop, OWNER_ID)
    await say(owner, "/admin", "管理")
    await press(owner, "📄 导入导出", "导入商品")
    table = sheets.write_csv([
        ("SKU 编码", "中文名", "英文名", "分类", "售价", "标签", "参数"),
        ("AA-1", "净屏", "Pure", "air", "9", "静音；New", "功率: 45 W；颜色: 白"),
        ("AA-2", "净屏", "Pure", "air", "9", "送礼;静音", ""),
    ])
    await owner.send_document(table, "货品.csv", "text/csv")
    checked = await owner.expect("还没有这些标签")
    assert checked.text.splitlines()[-1] == "🏷 商店里还没有这些标签：静音、送礼"
    assert checked.labels[:3] == ["📄 2 行错误明细", "➕ 新建 2 个标签并重新检查", "🗑 不导入"]
    again = await press(owner, "➕ 新建 2 个标签并重新检查", "商品新增 2、更新 0、不变 0；有错 0 行")
    assert again.labels[0] == "🚀 导入 2 个商品"
    await press(owner, "🚀 导入 2 个商品", "导入完成")
    await press(owner, "⬅️ 返回", "导入商品")
    await owner.send_document(table, "货品.csv", "text/csv")
    assert "⚠️ 同一个文件 店主 在" in (await owner.expect("检查好了")).text
    await assert_clean(shop)


async def test_whoever_may_not_sees_no_door(shop: House) -> None:  # noqa: F811
    wang = await meet(shop, STAFF_ID)
    home = await say(wang, "/admin", "管理")
    await wang.forge_callback(home.id, "1ib:csv")
    await shop.emulator.idle()
    assert not [message for message in wang.messages() if message.kind == "document"]
    await assert_clean(shop)


async def _file(shop: House, user: User) -> bytes:  # noqa: F811
    """The file that the last tap brought."""
    document = await user.expect(kind="document")
    buffer = await shop.application.bot.download(document.data["document"]["file_id"])
    assert buffer is not None
    return buffer.read()


def _english(column: str) -> str:
    from locales import translator

    return translator("en", "UTC").plain(f"import-column-{column}")


