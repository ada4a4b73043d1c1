"""Makes the README's pictures from a demo shop of its own: `python -m docs.screenshots`.

It needs Debian's Chromium and about a minute, and writes `docs/images/*.jpg`.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House, opened
from bot.demo.seed import prepare
from services.shared.clock import MovableClock
from tests.browser import shopper
from tests.browser.desk import Complaints, Seat, chromium, desk
from tests.browser.shopper import EN_WAY, ZH_WAY
from tests.e2e.conftest import free_port

FOLDER = Path(__file__).parent / "images"
QUALITY = 84
SHARP: dict[str, Any] = {"device_scale_factor": 2, "timezone_id": "Asia/Shanghai"}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
FOUR_CHATS: ViewportSize = {"width": 1640, "height": 900}
TALL_CHATS: ViewportSize = {"width": 1640, "height": 1080}


async def save(what: Locator | Page, name: str) -> None:
    """Saves a picture when everything on it has come to rest."""
    page = what if isinstance(what, Page) else what.page
    await page.wait_for_load_state()
    await page.evaluate("Promise.all([...document.images].map(each => each.decode().catch(() => null)))")
    await page.mouse.move(0, 0)
    await what.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=QUALITY, animations="disabled")


async def save_chat(seat: Seat, name: str, *, tall: bool = False) -> None:
    """Saves one chat; a `tall` one has room for a whole photo above its text."""
    await expect(seat.element.locator(".toast")).to_have_count(0)
    await seat.page.set_viewport_size(TALL_CHATS if tall else FOUR_CHATS)
    await save(seat.element.locator(".phone"), name)


async def old_customer(person: Seat) -> str:
    """Somebody with orders on the way looks at one, and fills the cart; returns the address of that order's page."""
    await person.start()
    await person.sees("待付款")
    await save_chat(person, "home-zh")
    await person.tap("查看物流")
    await person.sees("待收货")
    await person.tap("^1$")
    await person.sees("📦 QL-")
    await save_chat(person, "order-zh")
    tab = await person.open_tab("订单页面")
    order_page = tab.url
    await tab.close()
    await person.tap("首页")
    await shopper.find_product(person, ZH_WAY)
    await save_chat(person, "product-zh", tall=True)
    await shopper.fill_cart(person, ZH_WAY)
    await save_chat(person, "cart-zh")
    return order_page


async def new_customer(person: Seat) -> str:
    """Somebody who is here for the first time buys; returns the address of the pay page."""
    await shopper.enter(person, EN_WAY)
    await shopper.find_product(person, EN_WAY)
    await save_chat(person, "product-en", tall=True)
    await shopper.fill_cart(person, EN_WAY)
    await person.tap(EN_WAY.words.check_out)
    await shopper.give_address(person, EN_WAY)
    await save_chat(person, "checkout-en")
    await shopper.place(person, EN_WAY)
    await save_chat(person, "pay-screen-en", tall=True)
    tab = await person.open_tab(EN_WAY.open_page)
    address = tab.url
    await tab.close()
    return address


async def web_page(browser: Browser, address: str, name: str, **look: Any) -> None:
    context = await browser.new_context(**SHARP | look)
    page = await context.new_page()
    await page.goto(address)
    await save(page, name)
    await context.close()


async def pay(browser: Browser, address: str) -> None:
    """Pays in a browser of its own."""
    context = await browser.new_context(**SHARP, viewport=DESK)
    page = await context.new_page()
    await page.goto(address)
    cashier = await shopper.open_cashier(page)
    await save(cashier, "cashier-en")
    await shopper.pay(cashier)
    await expect(page.locator("main[data-state=paid]")).to_be_visible()
    await context.close()


async def take_all(browser: Browser, house: House) -> None:
    async with desk(browser, f"{house.url}/?lang=en", Complaints(), viewport=FOUR_CHATS, **SHARP) as page:
        order_page = await old_customer(Seat(page, ZH_ID, ZH_ID))
        await web_page(browser, f"{order_page}?lang=en", "order-page-en", viewport=DESK)
        jay, staff = Seat(page, EN_ID, EN_ID), Seat(page, STAFF_ID, house.staff_chat_id)
        address = await new_customer(jay)
        await web_page(browser, f"{address}?lang=en", "pay-page-en", viewport=PHONE)
        await web_page(browser, f"{address}?lang=zh", "pay-page-zh-dark", viewport=PHONE, color_scheme="dark")
        await pay(browser, address)
        await jay.sees(EN_WAY.words.paid)
        await save_chat(jay, "receipt-en")
        await staff.sees("收到全款")
        await staff.tap("我来处理")
        await staff.sees("小王")
        await save_chat(staff, "staff-zh")
        owner = Seat(page, OWNER_ID, OWNER_ID)
        await owner.start()
        await owner.sees(ZH_WAY.words.welcome)
    await house.emulator.idle()
    look: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "timezone_id": "Asia/Shanghai"}
    for language, scheme in (("en", "light"), ("zh", "dark")):
        async with desk(browser, f"{house.url}/?lang={language}", Complaints(), color_scheme=scheme, **look) as page:
            await save(page, f"demo-{language}-{scheme}")


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    clock = MovableClock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await prepare(folder, clock, size="s", reset=False, say=print)
        async with opened(folder, "127.0.0.1", free_port(), clock) as house, chromium() as browser:
            await take_all(browser, house)


if __name__ == "__main__":
    asyncio.run(main())
