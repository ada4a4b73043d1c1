"""A person buys in the demo page and pays on the pay page, with a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.demo.house import EN_ID, STAFF_ID, ZH_ID, House
from services.invariants import violations
from tests.browser import shopper
from tests.browser.desk import Complaints, Seat
from tests.browser.shopper import EN_WAY, ZH_WAY, Way

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("page", "person_id", "way"), [("zh", ZH_ID, ZH_WAY), ("en", EN_ID, EN_WAY)], indirect=["page"], ids=["zh", "en"])
async def test_a_purchase_from_start_to_receipt(
    house: House, page: Page, complaints: Complaints, person_id: int, way: Way,
) -> None:
    person = Seat(page, person_id, person_id)
    await shopper.reach_pay_screen(person, way)
    pay_page = await person.open_tab(way.open_page)
    await expect(pay_page.locator("main[data-state=pending]")).to_contain_text("1,169.00")
    await shopper.pay(await shopper.open_cashier(pay_page))

    await expect(pay_page.locator("main[data-state=paid]")).to_contain_text("1,169.00")
    await person.sees(f"{way.words.paid}.*1,169.00")
    desk = Seat(page, STAFF_ID, house.staff_chat_id)
    await desk.sees("QL-.*")
    await expect(desk.newest).to_contain_text("¥1,169.00")
    await expect(desk.newest).not_to_contain_text("13800000001")
    await house.emulator.idle()
    assert complaints.found == []
    assert await house.application.shop.store.read(violations) == []


@pytest.mark.parametrize("page", ["en"], indirect=True)
async def test_a_clock_moved_forward_ends_an_unpaid_order(house: House, page: Page, complaints: Complaints) -> None:
    person = Seat(page, EN_ID, EN_ID)
    await shopper.reach_pay_screen(person, EN_WAY)
    pay_page = await person.open_tab(EN_WAY.open_page)
    await expect(pay_page.locator("main[data-state=pending]")).to_be_visible()

    await page.get_by_role("button", name=re.compile(r"^\+15 min$")).click()

    await person.sees(EN_WAY.closed)
    await expect(pay_page.locator("main[data-state=expired]")).to_be_visible()
    await house.emulator.idle()
    assert complaints.found == []
