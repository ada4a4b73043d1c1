"""Who gets an order: in the private chat of staff alone, and noted."""

from __future__ import annotations

from sqlalchemy import select

from bot.demo.house import EN_ID, STAFF_ID, House
from services.shared.db import Tx
from services.shipping.models import RecipientViewRow
from tests.conftest import START
from tests.handlers.running import assert_clean, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import card_of, meet, paid_order, wang


async def test_the_card_leads_to_the_recipient_in_private(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await wang(shop).open_url_button("👁 完整信息")
    private = shop.emulator.user(STAFF_ID)
    door = await private.expect("收货人")
    assert door.text == "🔒 收货人的完整信息只给店员看，每次查看都会留下记录。"
    assert await store_of(shop).read(_views) == []
    await private.tap("👁 查看收货信息")
    shown = await private.expect(order.number)
    assert shown.text.splitlines() == [
        f"📍 {order.number}", "林小满 +8613812345678", "北京市 海淀区 中关村大街 1 号 2 单元", "👁 这次查看已记录",
    ]
    assert shown.labels == ["📋 复制电话", "📋 复制地址", "🏠 首页"]
    assert await store_of(shop).read(_views) == [(sale.order_id, STAFF_ID, "小王", START)]
    group = card_of(wang(shop), order.number).text
    assert "林小满" not in group and "13812345678" not in group and "中关村" not in group
    await assert_clean(shop)


async def test_a_stranger_with_the_link_sees_nothing(shop: House) -> None:  # noqa: F811
    _, order = await paid_order(shop)
    url = str(card_of(wang(shop), order.number).button("👁 完整信息")["url"])
    stranger = await meet(shop, EN_ID)
    await stranger.open_url(url)
    door = await stranger.expect("recorded")
    assert order.number not in door.text
    tap = await stranger.tap("👁 Show the recipient", answer=True)
    answer = await tap.answered()
    assert (answer["text"], answer["show_alert"]) == ("You don't have permission for this", True)
    assert await store_of(shop).read(_views) == []


def _views(tx: Tx) -> list[tuple[object, ...]]:
    table = RecipientViewRow.__table__
    return [(row.order_id, row.staff_id, row.staff_name, row.at) for row in tx.rows(select(table))]
