"""The whole purchase over HTTP, by polling and by webhook, in both languages."""

import pytest

from bot.demo.house import EN_ID, STAFF_ID, ZH_ID, House
from services.invariants import violations
from tests.e2e import purchase
from tests.e2e.purchase import EN, ZH, Words


@pytest.mark.parametrize("updates", ["polling", "webhook"], indirect=True)
@pytest.mark.parametrize(("person_id", "words"), [(ZH_ID, ZH), (EN_ID, EN)], ids=["zh", "en"])
async def test_a_first_purchase_from_start_to_receipt(shopfront: House, person_id: int, words: Words) -> None:
    person = shopfront.emulator.user(person_id)
    await purchase.buy(person, words)
    card = await shopfront.emulator.user(STAFF_ID).in_chat(shopfront.staff_chat_id).expect("¥1,169.00")
    assert "QL-" in card.text and "林**" in card.text and "13800000001" not in card.text
    await shopfront.emulator.idle()
    shopfront.emulator.assert_clean()
    assert await shopfront.application.shop.store.read(violations) == []
