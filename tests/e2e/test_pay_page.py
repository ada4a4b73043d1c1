"""The pay page and the order page beside the chat: live, switched by a POST, unchanged by a GET, masked."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from typing import Any

import aiohttp
import pytest

from bot.demo.house import House
from tests.e2e.purchase import pay_page, tap
from tests.e2e.shopping import (
    act_at,
    act_on,
    assert_sound,
    attempts,
    cashier,
    ledger,
    link_of,
    order_states,
    settled,
    to_pay_screen,
)

STATE = re.compile(r'data-state="(\w+)"')
VERSION = re.compile(r'data-version="([^"]+)"')


async def look(page: str) -> str:
    async with aiohttp.ClientSession() as browser, browser.get(page) as response:
        assert response.status == 200
        return await response.text()


async def shown_state(page: str) -> str:
    found = STATE.search(await look(page))
    assert found is not None
    return found[1]


async def stream_of(page: str) -> str:
    """Where a browser that shows the page hears of changes."""
    found = VERSION.search(await look(page))
    assert found is not None
    return f"{page}/events?known={found[1]}"


async def post(page: str, what: str, **form: str) -> str:
    """The page that a form of the pay page leads to."""
    async with aiohttp.ClientSession() as browser, browser.post(f"{page}/{what}", data=form) as response:
        assert response.status == 200
        return await response.text()


async def next_news(response: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(5):
        async for line in response.content:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
    raise AssertionError("the stream ended without news")


def rows(house: House) -> list[str]:
    """Everything in the database."""
    with sqlite3.connect(house.application.settings.data_folder / "shop.db") as connection:
        return list(connection.iterdump())


async def test_the_page_turns_by_itself_when_the_money_comes(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    link = await cashier(page)
    async with aiohttp.ClientSession() as browser, browser.get(await stream_of(page)) as response:
        assert response.content_type == "text/event-stream"
        await act_at(link)
        news = await next_news(response)
        assert (news["state"], news["waiting"]) == ("paid", False)
        assert "支付成功" in news["html"] and "已付款，预计周一（11月30日）送达" in news["html"]
        assert await response.content.read() == b"\n"
    await person.expect("支付成功 ¥368.00")
    assert await shown_state(page) == "paid"
    await assert_sound(shopfront)


async def test_a_post_chooses_another_method_and_the_chat_follows(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    screen = person.last_message
    page = pay_page(person)
    assert "6222 0000 0000 0000" in await post(page, "method", method="bank_transfer")
    assert await attempts(shopfront) == [("sandbox", 36800, "closed"), ("bank_transfer", 36800, "pending")]
    followed = await person.expect("请转账 ¥368.00")
    assert followed.id == screen.id
    await post(page, "method", method="barter")
    assert len(await attempts(shopfront)) == 2
    assert "已下单，货到付款" in await post(page, "cod")
    assert await attempts(shopfront) == [("sandbox", 36800, "closed"), ("bank_transfer", 36800, "closed")]
    await person.expect("货到付款 ¥368.00")
    assert await order_states(shopfront) == [("placed", "unpaid", "unfulfilled")]
    await assert_sound(shopfront)


async def test_the_page_follows_what_the_chat_chose(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    async with aiohttp.ClientSession() as browser, browser.get(await stream_of(page)) as response:
        await tap(person, "🔁 换支付方式")
        await person.expect("怎么付")
        await tap(person, "🏦 银行转账")
        news = await next_news(response)
    assert (news["state"], news["waiting"]) == ("pending", True)
    assert "6222 0000 0000 0000" in news["html"]
    await assert_sound(shopfront)


async def test_the_rest_of_a_wrong_amount_is_paid_on_the_page(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    await act_on(page, "pay-wrong", amount=36700)
    await person.expect("收到 ¥367.00，还差 ¥1.00")
    assert "补付 ¥1.00" in await look(page)
    assert STATE.findall(await post(page, "method", method="sandbox")) == ["pending"]
    await act_on(page)
    await person.expect("支付成功 ¥368.00")
    assert await ledger(shopfront) == [("capture", 36700), ("capture", 100)]
    await assert_sound(shopfront)


async def test_asking_on_the_page_finds_a_delayed_notice(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    assert STATE.findall(await post(page, "check")) == ["checking"]
    await act_on(page, "delay", delay=600)
    await shopfront.emulator.move_clock(5)
    assert STATE.findall(await post(page, "check")) == ["paid"]
    await person.expect("支付成功 ¥368.00")
    assert await ledger(shopfront) == [("capture", 36800)]
    await assert_sound(shopfront)


async def test_looking_changes_nothing(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    await tap(person, "📦 查看订单")
    order_page = link_of(await person.expect("等待付款"), "/orders/")
    await settled(shopfront)
    before = rows(shopfront)
    for _ in range(2):
        for address in (page, f"{page}?lang=en", f"{page}/state", f"{page}/qr.svg", order_page):
            await look(address)
    await settled(shopfront)
    assert rows(shopfront) == before


async def test_the_order_page_tells_strangers_no_name_number_or_street(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    await act_on(page)
    await person.expect("支付成功")
    await tap(person, "📦 查看订单")
    order_page = link_of(await person.expect("已付款，准备发货"), "/orders/")
    for address in (page, order_page, f"{order_page}?lang=en"):
        html = await look(address)
        for secret in ("林小满", "13800005678", "138 0000 5678", "0000 5678", "青粒路"):
            assert secret not in html
    html = await look(order_page)
    assert "林**" in html and "北京市" in html and "净屏 P3 复合滤芯" in html
    async with aiohttp.ClientSession() as browser, browser.get(f"{order_page}x") as response:
        assert response.status == 404
    await assert_sound(shopfront)


@pytest.mark.parametrize(("act", "state"), [("pay-twice", "twice"), ("pay-wrong", "wrong"), ("fail", "pending")])
async def test_the_page_says_what_went_another_way(shopfront: House, act: str, state: str) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    await act_on(page, act)
    await person.expect("付了两次|还差|没有成功")
    await settled(shopfront)
    assert await shown_state(page) == state
    if act == "fail":
        assert "上次付款没有成功" in await look(page)
    await assert_sound(shopfront)


async def test_the_page_of_a_cancelled_order_and_of_its_late_payment(shopfront: House) -> None:
    person = await to_pay_screen(shopfront)
    page = pay_page(person)
    link = await cashier(page)
    await tap(person, "❌ 取消订单")
    await person.expect("商品会放回货架")
    await tap(person, "❌ 确认取消")
    await person.expect("订单已取消")
    assert await shown_state(page) == "cancelled"
    await act_at(link, "pay-late")
    await shopfront.emulator.move_clock(16 * 60)
    await person.expect("已关闭，¥368.00 正在原路退回")
    await settled(shopfront)
    assert await shown_state(page) == "late"
    await person.expect("¥368.00 已退回")
    assert await ledger(shopfront) == [("capture", 36800), ("refund", 36800)]
    await assert_sound(shopfront)
