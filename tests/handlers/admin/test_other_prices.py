"""Prices in further currencies in the chat of staff: `/price`, the product's card, the wizard."""

from __future__ import annotations

from bot.demo.house import EN_ID, OWNER_ID, House
from handlers.screens import audit as audit_screens
from keyboards.audit import AuditTap
from locales import translator
from services.catalog import repricing
from services.catalog import service as catalog
from services.shared.actors import SYSTEM
from services.shared.money import Money
from services.shared.price_lists import PriceList
from services.staff import audit
from tests.handlers.currencies import abroad  # noqa: F401 - the fixture
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.services.catalog import shelf
from tests.services.staff.roster import enlist


async def test_a_price_is_typed_behind_its_currency_and_taken_back(abroad: House) -> None:  # noqa: F811
    store = store_of(abroad)
    await store.write(shelf.furnish)
    _, sku = await store.write(shelf.put, "F1", "filters", price=199_00, cost=120_00)
    jay = abroad.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    await enlist(store, EN_ID, "products", "Jay")
    usage = await say(jay, "/price", "/price SKU 199")
    assert "Prices in other currencies (USD, JPY, XTR) stand behind the code: /price SKU USD 350" in usage.text
    first = await say(jay, "/price F1-W usd 29.90 39.9", "Price changed")
    assert first.text.splitlines() == ["✅ Price changed: F1 goods (F1-W)", "— → $29.90 (was $39.90)"]
    await say(jay, "/price F1-W JPY 4500", "— → ¥4,500")
    await say(jay, "/price F1-W JPY 4500.5", "That must be an amount above 0")
    await say(jay, "/price F1-W EUR 20", "That must be an amount above 0")
    await say(jay, "/price F1-W XTR 350", "Only digital goods can have a price in Stars")
    last = await say(jay, "/price F1-W USD 27", r"\$29.90 \(was \$39.90\) → \$27.00 \(was \$39.90\)")
    await press(jay, "↩ Undo the price", r"\$27.00 \(was \$39.90\) → \$29.90")
    assert "Price put back" in jay.last_message.text and last.id == jay.last_message.id
    entries = await store.read(audit.entries, SYSTEM, area="prices")
    told = audit_screens.entries(
        translator("en", "UTC"), entries, AuditTap(area="prices"), subjects={}, names={}, people={}, currency="CNY",
    ).text
    assert "was $27.00 · now $29.90" in told and "now ¥4,500" in told
    facts = (await store.read(catalog.sku_facts, [sku], PriceList("USD")))[sku]
    assert (facts.price, facts.list_price) == (Money(2_990, "USD"), Money(3_990, "USD"))
    assert (await store.read(catalog.sku_facts, [sku]))[sku].price == Money(19_900, "CNY")
    await assert_clean(abroad)


async def test_the_wizard_asks_for_them_and_the_card_shows_them(abroad: House) -> None:  # noqa: F811
    store = store_of(abroad)
    await store.write(shelf.furnish)
    await store.write(shelf.put, "F1", "filters", price=199_00)
    owner = abroad.emulator.user(OWNER_ID)
    await say(owner, "/add F1", "F1 商品")
    await press(owner, "✏️ 修改商品", "修改：")
    await press(owner, "⋯ 更多资料", "其他货币 –")
    await press(owner, "其他货币", "可用的货币：USD, JPY, XTR")
    await say(owner, "USD 29.9/39.9, JPY 4500", r"其他货币 ✓ JP¥4,500, US\$29.90")
    await press(owner, "其他货币", r"1. F1-W — JPY 4500, USD 29.90/39.90")
    await press(owner, "⬅️ 返回", "其他货币 ✓")
    await press(owner, "⬅️ 返回", "已改、未保存")
    card = await press(owner, "💾 保存修改", "库存 5")
    assert "• F1-W：¥199.00 · JP¥4,500 · US$29.90 · 库存 5" in card.text
    past = await press(owner, "🕘 修改记录", "F1-W")
    assert "F1-W — → US$29.90" in past.text and "F1-W — → JP¥4,500" in past.text
    await assert_clean(abroad)


async def test_a_shop_of_one_currency_asks_for_none(shop: House) -> None:  # noqa: F811
    store = store_of(shop)
    await store.write(shelf.furnish)
    await store.write(shelf.put, "F1", "filters", price=199_00)
    owner = shop.emulator.user(OWNER_ID)
    await say(owner, "/add F1", "F1 商品")
    await press(owner, "✏️ 修改商品", "修改：")
    more = await press(owner, "⋯ 更多资料", "卖点")
    assert "其他货币" not in more.text and "其他货币" not in more.labels
    assert "货币" not in (await say(owner, "/price", "/price SKU 199")).text
    await assert_clean(shop)


async def test_a_coupon_in_dollars_is_written_behind_its_currency(abroad: House) -> None:  # noqa: F811
    store = store_of(abroad)
    await store.write(shelf.furnish)
    _, sku = await store.write(shelf.put, "F1", "filters", price=199_00, cost=120_00)
    await store.write(repricing.change, SYSTEM, sku, Money(29_90, "USD"), None, ("USD",))
    owner = abroad.emulator.user(OWNER_ID)
    await say(owner, "/menu", "🏠")
    card = await say(owner, "/coupon USD 满20减5 7天", "草稿 1")
    assert "② 优惠 ✓ 满US$20减US$5" in card.text
    await press(owner, "🧪 用样例购物车试算", r"US\$29.90")
    await press(owner, "⬅️ 返回", "草稿 1")
    await press(owner, "🚀 立即开始", "进行中 · C1")
    assert "满US$20减US$5" in owner.last_message.text
    await say(owner, "/coupon EUR 满20减5", "没有")
    await assert_clean(abroad)
