"""A purchase through the shelves and the cart, tap by tap in the browser."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.browser.desk import Seat
from tests.e2e.purchase import EN, ZH, Words


@dataclass(frozen=True)
class Way:
    """What a buyer of one language taps and reads, beside the words of `purchase`."""

    words: Words
    shelves: tuple[tuple[str, str], ...]  # the key of each level, and what the screen says after it
    recipient: str
    district: str
    street: str
    in_cart: str
    saved: str
    open_page: str
    closed: str


ZH_WAY = Way(
    ZH, (("分类", r"看全部（\d+）"), ("^空气环境", "空气设备"), ("^空气设备", "空气净化器"),
         ("^空气净化器", "净屏 P3")),
    recipient="林小满", district="海淀区", street="中关村大街 1 号",
    in_cart="已选 1/1 件", saved="地址已保存", open_page="打开付款页", closed="订单已取消")
EN_WAY = Way(
    EN, (("Categories", r"See all \(\d+\)"), ("^Air", "Air devices"), ("^Air devices", "Air purifiers"),
         ("^Air purifiers", "PureScreen P3")),
    recipient="Jay Wood", district="Haidian", street="1 Zhongguancun Street",
    in_cart="1 of 1 chosen", saved="Address saved", open_page="Open pay page", closed="Order cancelled")


async def enter(person: Seat, way: Way) -> None:
    await person.start()
    await person.sees(way.words.welcome)
    await person.tap(way.words.start)
    await person.sees(way.words.home)


async def find_product(person: Seat, way: Way) -> None:
    """From the home screen down the shelves to the first product's card."""
    for key, seen in way.shelves:
        await person.tap(key)
        await person.sees(seen)
    await person.tap("^1$")
    await person.sees(way.words.chosen)


async def fill_cart(person: Seat, way: Way) -> None:
    """Puts the product on the screen into the cart and goes there."""
    await person.tap(way.words.add)
    await person.sees("🛒.*1")
    await person.tap("^🛒.*1")
    await person.sees(way.in_cart)


async def give_address(person: Seat, way: Way) -> None:
    """Answers the address form's five questions, and goes on to the checkout."""
    await person.sees("1/5")
    await person.say(way.recipient)
    await person.sees("2/5")
    await person.say("13800000001")
    await person.sees("3/5")
    await person.tap(way.words.region)
    await person.sees(f"138 0000 0001 · {way.words.region}")
    await person.say(way.district)
    await person.sees("4/5")
    await person.say(way.street)
    await person.sees("5/5")
    await person.tap(rf"^🏡 {way.words.home_label}$")
    await person.sees(way.saved)
    await person.tap(way.words.go_on)
    await person.sees(way.words.total)


async def place(person: Seat, way: Way) -> None:
    """Places the order that stands on the checkout screen."""
    await person.tap(way.words.place)
    await person.sees(way.words.to_pay)


async def reach_pay_screen(person: Seat, way: Way) -> None:
    """Everything from the start to the pay screen, as somebody who is here for the first time."""
    await enter(person, way)
    await find_product(person, way)
    await fill_cart(person, way)
    await person.tap(way.words.check_out)
    await give_address(person, way)
    await place(person, way)


async def open_cashier(pay_page: Page) -> Page:
    """Goes on from the pay page to the cashier's, which is another system to the shop, in one more tab."""
    async with pay_page.context.expect_page() as opened:
        await pay_page.locator(".pay-do a.btn-p").click(modifiers=["Control"])
    cashier = await opened.value
    await expect(cashier.locator("button[value=pay]")).to_be_visible()
    return cashier


async def pay(cashier: Page) -> None:
    await cashier.locator("button[value=pay]").click()
