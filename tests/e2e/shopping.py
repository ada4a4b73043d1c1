"""The way to the pay screen in a few taps, for tests of what comes after it; and a look into the books."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from PIL import Image
from sqlalchemy import select

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import Message
from bot.demo.house import STAFF_ID, ZH_ID, House
from services.cart import service as cart
from services.catalog import editing
from services.catalog.models import ProductRow, SkuRow
from services.customers import addresses, profile
from services.customers import service as customers
from services.customers.types import AddressFields
from services.invariants import violations
from services.inventory import service as inventory
from services.orders.models import OrderRow
from services.outbox.models import JobRow
from services.payments.models import LedgerRow, PaymentAttemptRow
from services.payments.providers.sandbox import CODE as SANDBOX
from services.payments.providers.sandbox import Sandbox
from services.shared.actors import Actor, staff
from services.shared.actors import customer as acting
from services.shared.db import Tx
from services.staff.types import CATALOG_EDIT
from tests.e2e import purchase
from tests.e2e.purchase import ZH, tap
from tests.ports import free_port

SKUS, PRODUCTS, ORDERS, LEDGER = SkuRow.__table__, ProductRow.__table__, OrderRow.__table__, LedgerRow.__table__
ATTEMPTS, JOBS = PaymentAttemptRow.__table__, JobRow.__table__
HOME = AddressFields("林小满", "+8613800005678", "CN", "beijing", "北京市", "海淀区", "青粒路 1 号 1 单元 101")

FILTER, PURIFIER = "HY-P3F", "HY-P3-WHITE-STD"
NUMBER = re.compile(r"QL-\d{6}-\w{4}")


async def arrive(house: House, telegram_id: int = ZH_ID) -> User:
    """Somebody new who has started the bot and has an address, and a number that Telegram vouched for."""
    person = house.emulator.user(telegram_id)
    await person.send("/start")
    await person.expect("青粒优选|Qingli Select")
    await house.application.shop.store.write(lambda tx: _introduce(tx, actor(tx, telegram_id)))
    return person


def _introduce(tx: Tx, person: Actor) -> None:
    addresses.add_address(tx, person, HOME)
    profile.change_profile(tx, person, "phone", HOME.phone, verified=True)


async def to_checkout(house: House, wanted: dict[str, int] | None = None) -> User:
    """The Chinese customer before the checkout of a cart; two filters by default."""
    person = await arrive(house)
    await fill_cart(house, wanted or {FILTER: 2})
    await check_out(person)
    return person


async def check_out(person: User) -> None:
    await person.send("/cart")
    await person.expect("购物车")
    await tap(person, ZH.check_out)
    await person.expect("确认订单")


async def to_pay_screen(house: House, wanted: dict[str, int] | None = None) -> User:
    """The Chinese customer before the pay screen of an order; two filters by default, ¥368.00."""
    person = await to_checkout(house, wanted)
    await purchase.place(person, ZH)
    return person


async def fill_cart(house: House, wanted: dict[str, int], telegram_id: int = ZH_ID) -> None:
    def fill(tx: Tx) -> None:
        for code, quantity in wanted.items():
            cart.add(tx, actor(tx, telegram_id), sku(tx, code), quantity)

    await house.application.shop.store.write(fill)


def actor(tx: Tx, telegram_id: int) -> Actor:
    known = customers.find(tx, telegram_id)
    assert known is not None
    return acting(known[0].id)


def sku(tx: Tx, code: str) -> int:
    return tx.scalar(select(SKUS.c.id).where(SKUS.c.code == code))


async def delist(house: House, product: str) -> None:
    """Takes a product off the shelf."""

    def off(tx: Tx) -> None:
        product_id = tx.scalar(select(PRODUCTS.c.id).where(PRODUCTS.c.code == product))
        editing.publish(tx, staff(1, "test", frozenset({CATALOG_EDIT})), product_id, None)

    await house.application.shop.store.write(off)


async def available(house: House, code: str = FILTER) -> int:
    return await house.application.shop.store.read(lambda tx: inventory.available(tx, [sku(tx, code)])[sku(tx, code)])


async def act_on(page: str, act: str = "pay", amount: int = 100, delay: int = 60) -> None:
    """Goes from a pay page to the cashier of the sandbox and does `act` there."""
    await act_at(await cashier(page), act, amount, delay)


async def cashier(page: str) -> str:
    """The address of the sandbox's cashier that a pay page leads to."""
    async with aiohttp.ClientSession() as browser, browser.get(page) as response:
        link = purchase.SANDBOX_LINK.search(await response.text())
        assert response.status == 200 and link is not None
        return link[1]


async def act_at(link: str, act: str = "pay", amount: int = 100, delay: int = 60) -> None:
    form = {"do": act, "amount": str(amount), "delay": str(delay)}
    async with aiohttp.ClientSession() as browser, browser.post(link, data=form) as response:
        assert response.status == 200


def desk(house: House) -> User:
    """A member of staff in the group."""
    return house.emulator.user(STAFF_ID).in_chat(house.staff_chat_id)


def link_of(message: Message, part: str) -> str:
    """The address behind the link key of `message` whose address has `part`."""
    [url] = [key["url"] for row in message.buttons for key in row if part in key.get("url", "")]
    return url


def copies(message: Message) -> dict[str, str]:
    """What the copy keys of a message copy, by their labels."""
    keys = [key for row in message.buttons for key in row if "copy_text" in key]
    return {key["text"]: key["copy_text"]["text"] for key in keys}


def number_of(message: Message) -> str:
    found = NUMBER.search(message.text)
    assert found is not None
    return found[0]


async def answer(person: User, words: str | re.Pattern[str], **options: Any) -> str:
    """Taps a key and returns the words of the bot's answer."""
    pressed = await person.tap(words, answer=True, **options)
    return (await pressed.answered()).get("text", "")


async def order_states(house: House) -> list[tuple[str, str, str]]:
    """State, payment and fulfilment of every order, oldest first."""
    query = select(ORDERS.c.state, ORDERS.c.payment, ORDERS.c.fulfilment).order_by(ORDERS.c.id)
    rows = await house.application.shop.store.read(lambda tx: tx.rows(query))
    return [(row.state, row.payment, row.fulfilment) for row in rows]


async def order_id(house: House) -> int:
    """The newest order's key."""
    query = select(ORDERS.c.id).order_by(ORDERS.c.id.desc()).limit(1)
    return await house.application.shop.store.read(lambda tx: tx.scalar(query))


async def ledger(house: House) -> list[tuple[str, int]]:
    """Every movement of money in minor units, oldest first."""
    query = select(LEDGER.c.kind, LEDGER.c.amount).order_by(LEDGER.c.id)
    rows = await house.application.shop.store.read(lambda tx: tx.rows(query))
    return [(row.kind, row.amount) for row in rows]


async def attempts(house: House) -> list[tuple[str, int, str]]:
    """Provider, amount and status of every try to pay, oldest first."""
    query = select(ATTEMPTS.c.provider, ATTEMPTS.c.amount, ATTEMPTS.c.status).order_by(ATTEMPTS.c.id)
    rows = await house.application.shop.store.read(lambda tx: tx.rows(query))
    return [(row.provider, row.amount, row.status) for row in rows]


async def settled(house: House) -> None:
    """Waits until everything that is due is done and everybody has been told."""
    due = select(JOBS.c.kind).where(JOBS.c.state == "waiting", JOBS.c.due_at <= house.clock.now())
    async with asyncio.timeout(10):
        while True:
            await house.emulator.idle()
            if not await house.application.shop.store.read(lambda tx: tx.rows(due)):
                return


async def assert_sound(house: House, *, failed: tuple[tuple[str, str], ...] = (), allow: tuple[str, ...] = ()) -> None:
    """Everything due is done, nothing but `failed` went wrong, the chat is clean and the books agree.

    `allow` are patterns of what Telegram may refuse: a tap that changes nothing, a message that is gone.
    """
    await settled(house)
    house.emulator.assert_clean(allow)
    store = house.application.shop.store
    wrong = select(JOBS.c.kind, JOBS.c.error).where(JOBS.c.error.is_not(None))
    assert tuple(tuple(row) for row in await store.read(lambda tx: tx.rows(wrong))) == failed
    assert await store.read(violations) == []


@contextlib.asynccontextmanager
async def out_of_reach(house: House) -> AsyncIterator[None]:
    """Inside this block nothing answers where the sandbox was; it ends when everything due has found that out."""
    providers = house.application.shop.providers
    assert isinstance(providers, dict)
    real, port = providers[SANDBOX], free_port()
    providers[SANDBOX] = silent = Sandbox(f"http://127.0.0.1:{port}", "secret", house.clock)
    try:
        yield
        await settled(house)
    finally:
        providers[SANDBOX] = real
        await silent.aclose()


def picture() -> bytes:
    """A small photo, another one each time."""
    out = io.BytesIO()
    Image.frombytes("RGB", (8, 8), secrets.token_bytes(192)).save(out, "JPEG")
    return out.getvalue()
