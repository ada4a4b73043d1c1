"""A whole purchase as a person makes it, by the words on the keys; it runs on any driver of scripted people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import aiohttp

SANDBOX_LINK = re.compile(r'href="(http[^"]*/sandbox/pay/[^"]*)"')


@dataclass(frozen=True)
class Words:
    """What a buyer of one language taps and reads."""

    welcome: str
    start: str
    home: str
    search: str
    chosen: str
    buy_now: str
    region: str
    home_label: str
    go_on: str
    total: str
    place: str
    to_pay: str
    paid: str
    add: str
    go_to_cart: str
    check_out: str


ZH = Words(
    "青粒优选", "开始逛", "想买点什么", "净化器", "已选", "立即购买", "北京", "家", "继续结算", "应付", "提交订单",
    "待支付", "支付成功", "加入购物车", "去结算", "💳 结算",
)
EN = Words(
    "Qingli Select", "Start shopping", "looking for", "PureScreen P3 air", "Chosen", "Buy now", "Beijing", "Home",
    "check ?out", "Total", "Place order", "To pay", "Paid", "Add to cart", "Check out", "💳 Check out",
)


async def tap(person: Any, words: str) -> Any:
    """Taps the newest key that says `words` and waits for the answer."""
    return await person.tap(re.compile(words, re.IGNORECASE), answer=True)


async def enter(person: Any, words: Words) -> None:
    await person.send("/start")
    await person.expect(words.welcome)
    await tap(person, words.start)
    await person.expect(words.home)


async def find_product(person: Any, words: Words) -> None:
    """From a typed word to the first product's card."""
    await person.send(words.search)
    await person.expect(words.search)
    await tap(person, "^1$")
    await person.expect(words.chosen)


async def give_address(person: Any, words: Words) -> None:
    """Answers the questions of the address form, which stands on the screen."""
    for answer in ("林小满", "13800000001"):
        await person.expect("/5")
        await person.send(answer)
    await person.expect("3/5")
    await tap(person, words.region)
    await person.expect("3/5")
    await person.send("海淀区")
    await person.expect("4/5")
    await person.send("中关村大街1号")
    await person.expect("5/5")
    await tap(person, rf"^🏡 {words.home_label}$")
    await person.expect("已保存|saved")
    await tap(person, words.go_on)


async def place(person: Any, words: Words) -> None:
    """Places the order that stands on the checkout screen, and sees the pay screen."""
    await person.expect(words.total)
    await tap(person, words.place)
    await person.expect(words.to_pay)


def pay_page(person: Any) -> str:
    """The address behind the newest "open pay page" key."""
    rows = [row for message in person.messages()
            for row in message.data.get("reply_markup", {}).get("inline_keyboard", [])]
    keys = [key for row in rows for key in row if "/pay/" in key.get("url", "")]
    return keys[-1]["url"]


async def pay(person: Any, act: str = "pay", amount: int = 100, delay: int = 60) -> str:
    """Goes from the pay page to the sandbox's cashier and does `act` there; returns the pay page's address."""
    page = pay_page(person)
    async with aiohttp.ClientSession() as browser:
        async with browser.get(page) as answer:
            link = SANDBOX_LINK.search(await answer.text())
            assert answer.status == 200 and link is not None
        async with browser.post(link[1], data={"do": act, "amount": str(amount), "delay": str(delay)}) as answer:
            assert answer.status == 200
    return page


async def buy(person: Any, words: Words) -> None:
    """Everything from /start to the receipt, with the welcome coupon, as somebody who is here for the first time."""
    await enter(person, words)
    await find_product(person, words)
    await tap(person, words.buy_now)
    await give_address(person, words)
    await place(person, words)
    await pay(person)
    await person.expect(words.paid, timeout=10)
