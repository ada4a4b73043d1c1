"""Shipping many orders from a table, from the list of orders to the rows that were at fault, by taps."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House
from services.orders import arcs
from services.orders import service as orders
from services.orders.types import Order
from services.payments.events import apply_event
from services.shared import sheets
from services.shared.actors import SYSTEM, Actor
from services.shipping import desk, service
from services.staff import audit
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import meet
from tests.services.payments import money
from tests.services.shipping.counter import WANG


async def paid(house: House, telegram_id: int) -> Order:
    """A confirmed order of two filters."""
    store = store_of(house)
    await meet(house, telegram_id)
    sale = await money.open_sale(store, telegram_id=telegram_id)
    await store.write(apply_event, money.event(sale.attempt))
    await store.write(desk.confirm, WANG, sale.order_id)
    return await store.read(orders.get, SYSTEM, sale.order_id)


async def test_from_the_list_to_the_file_of_faults(shop: House) -> None:  # noqa: F811
    first, second = await paid(shop, ZH_ID), await paid(shop, EN_ID)
    user = await meet(shop, STAFF_ID)
    await say(user, "/admin", "管理")
    await press(user, "📦 订单", "待发货 · 2 单")
    door = await press(user, "📄 批量发货", "三列")
    assert door.labels == ["⬇️ 模板 XLSX", "⬇️ 模板 CSV", "⬇️ 待发货清单", "⬅️ 返回", "⚙️ 管理"]
    listed = await document(shop, user, "⬇️ 待发货清单")
    assert listed[0][:4] == ("订单号", "快递公司", "快递单号", "商品")
    assert [row[0] for row in listed[1:]] == [first.number, second.number]
    assert "林小满" not in str(listed) and "138" not in str(listed)
    filled = [listed[0], (first.number, "", "SF000000000001", *listed[1][3:]), (second.number, "顺风快递", "123")]
    await user.send_document(sheets.write_xlsx(filled), "今天的单.xlsx")
    checked = await user.expect("今天的单")
    assert checked.text.splitlines()[:3] == [
        "📄 今天的单.xlsx", "2 行：可以发货 1 行，有问题 1 行",
        f"第 3 行 {second.number}：" + checked.text.splitlines()[2].partition("：")[2],
    ]
    assert checked.labels == ["📦 发货 1 行", "📄 下载没发货的行", "⬅️ 返回", "⚙️ 管理"]
    done = await press(user, "📦 发货 1 行", "已全部处理")
    assert "▓▓▓▓▓▓▓▓▓▓ 100% · 2/2" in done.text and "已发货 1 · 有问题 1" in done.text
    assert (await store_of(shop).read(orders.get, SYSTEM, first.id)).fulfilment == arcs.SHIPPED
    faults = await document(shop, user, "📄 下载没发货的行")
    assert faults[0] == ("订单号", "快递公司", "快递单号", "行号", "没发货的原因")
    assert faults[1][:4] == (second.number, "顺风快递", "123", "3") and faults[1][4]
    mended = sheets.write_csv([faults[0], (second.number, "顺风快递", "SF000000000002")])
    await press(user, "⬅️ 返回", "三列")
    await user.send_document(mended, "again.csv")
    await user.expect("可以发货 1 行")
    await press(user, "📦 发货 1 行", "已全部处理")
    await press(user, "⬅️ 返回", "三列")
    await user.send_document(mended, "again.csv")
    again = await user.expect("已经发来过")
    assert "📦" not in "".join(again.labels)
    await assert_clean(shop)


async def document(house: House, user: User, button: str) -> list[tuple[str, ...]]:
    """The table that a button brings."""
    await user.tap(button)
    sent = await user.expect(kind="document")
    buffer = await house.application.bot.download(sent.data["document"]["file_id"])
    assert buffer is not None
    return sheets.read(buffer.read(), "table.xlsx")


async def test_who_may_export_gets_the_list_with_recipients(shop: House) -> None:  # noqa: F811
    order = await paid(shop, ZH_ID)
    owner = await meet(shop, OWNER_ID)
    await say(owner, "/order", "待发货 · 1 单")
    await press(owner, "📄 批量发货", "三列")
    listed = await document(shop, owner, "⬇️ 清单含收件人")
    row = dict(zip(listed[0], listed[1], strict=True))
    assert (row["订单号"], row["收件人"], row["电话"]) == (order.number, "林小满", "+8613812345678")
    assert "中关村大街 1 号 2 单元" in row["地址"]
    noted = await store_of(shop).read(audit.entries, Actor("staff", OWNER_ID, "店主", frozenset("*")), area="orders")
    assert noted[0].act == "orders.export-recipients" and noted[0].facts == {"orders": 1}
    await assert_clean(shop)


async def test_in_english_and_what_is_no_table(shop: House) -> None:  # noqa: F811
    order = await paid(shop, ZH_ID)
    user = await meet(shop, STAFF_ID)
    await say(user, "/language", "语言")
    await press(user, "English", "looking for")
    await say(user, "/order", "To ship · 1")
    await press(user, "📄 Ship many", "three columns")
    await user.send_document(b"%PDF", "labels.pdf")
    await user.expect("CSV or XLSX")
    await say(user, "hello", "CSV or XLSX")
    await user.send_document(sheets.write_csv([("a", "b"), ("1", "2")]), "x.csv")
    await user.expect("heading is not clear")
    await store_of(shop).write(service.ship, WANG, order.id, "shunfeng", "SF000000000009")
    await user.send_document(
        sheets.write_csv([("Order", "Tracking number"), (order.number, "SF000000000001")]), "x.csv")
    checked = await user.expect("Rows 1 · will ship 0 · at fault 1")
    assert f"Row 2, {order.number}: " in checked.text
    assert checked.labels == ["📄 Get rows not shipped", "⬅️ Back", "⚙️ Back office"]
    await assert_clean(shop)
