"""What a modified client can send: any data, with ids that belong to somebody else or to nobody.

Whatever it is, the shop answers once and does not stumble, tells nothing of others and changes nothing of theirs.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import AnswerCallbackQuery, TelegramMethod

from bot.demo.emulator import Limits
from bot.demo.emulator.screen import answer_to
from bot.demo.house import EN_ID, ZH_ID, House, opened
from handlers.chat.routes import STAFF
from keyboards.taps import Tap
from services.catalog import favourites
from services.customers import addresses
from services.customers.types import AddressFields
from services.orders import checkout, choosing
from services.orders.models import OrderRow
from services.outbox import service as outbox
from services.payments.events import apply_event
from services.shared.clock import MovableClock
from services.shipping import service as shipping
from tests.bot.test_registry import ROUTES
from tests.bot.test_taps import LARGEST, WORDS
from tests.conftest import START
from tests.ports import free_port
from tests.services.orders import shop
from tests.services.payments import money

SECRETS = AddressFields(
    name="欧阳无名", phone="+8613877778888", country="CN", region="beijing", city="北京市", district="朝阳区",
    street="无人知晓路 9 号", postcode="",
)
# What others must never see, as stored and as shown.
HIDDEN = {"欧阳", "77778888", "7777 8888", "无人知晓", "NOBODY-KNOWS-THIS", "SF987654321098"}
# What the shop itself goes on changing, and what everybody shares.
SHARED = {"jobs", "ticks", "live_messages", "media_files", "stock", "coupons", "alembic_version", "browse_states"}
STUMBLED = "E-"


class Wire(BaseRequestMiddleware):
    """Everything that the bot says to the intruder, in place of the pace at which it would be said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        if isinstance(method, AnswerCallbackQuery) or getattr(method, "chat_id", None) == EN_ID:
            self.said.append(repr(method))
        return await make_request(bot, method)

    def attach(self, bot: Bot) -> None:
        for paced in list(bot.session.middleware):
            bot.session.middleware.unregister(paced)
        bot.session.middleware(self)


@pytest.fixture
async def front(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A shop where somebody has an address, a cart, a checkout, a claim, favourites and orders in all states."""
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    limits = Limits(flood=False)
    async with opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=START), limits=limits) as house:
        yield house


async def live_as_victim(house: House) -> None:
    store = house.application.shop.store
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store, ZH_ID, at_home=False)
    await store.write(addresses.add_address, actor, SECRETS)
    coupon = await store.write(shop.put_coupon)
    await shop.give_coupon(store, actor, coupon)
    await store.write(favourites.toggle, actor, 1)
    paid, shipped, _ = [await shop.order_now(store, actor, sku) for sku in list(stall.skus.values())[:3]]
    for placed in (paid, shipped):
        attempt = await money.start(store, money.RecordingProvider(), actor, placed.order_id)
        await store.write(apply_event, money.event(attempt))
    await store.write(shipping.ship, money.DESK, shipped.order_id, "shunfeng", "SF987654321098")
    await shop.carry(store, actor, (stall.skus["S4"], 2))
    open_checkout = await store.write(checkout.open_cart, actor)
    await store.write(choosing.write_note, actor, open_checkout, "NOBODY-KNOWS-THIS")
    HIDDEN.update(await store.read(lambda tx: [row.number for row in tx.rows(OrderRow.__table__.select())]))


def facts(house: House) -> dict[str, set[tuple[Any, ...]]]:
    """All rows of all tables but the intruder's own and what the shop changes by itself."""
    path = house.application.settings.database_file
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        (own,) = database.execute("SELECT id FROM customers WHERE telegram_id = ?", (EN_ID,)).fetchone()
        tables = {row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        kept = sorted(name for name in tables - SHARED if not name.startswith(("search", "sqlite")))
        return {name: {tuple(row) for row in database.execute(f"SELECT * FROM {name}")
                       if (row["id"] if name == "customers" else dict(row).get("customer_id")) != own}
                for name in kept}


OUTDATED = {"text": "This screen was out of date, here is the present one"}


def variants(kind: type[Tap]) -> Iterator[str]:
    """Data of one kind of button: well formed with ids of others and of nobody, and torn."""
    for id_, count in ((1, 1), (2, 1), (3, 99_999), (LARGEST, 1), (1, -1)):
        values = {}
        for name, one in kind.model_fields.items():
            is_number = "int" in str(one.annotation)
            is_bool = one.annotation is bool
            values[name] = True if is_bool else (id_ if one.metadata else count) if is_number else WORDS[name]
        yield kind(**values).pack()
    if fields := len(kind.model_fields):
        for torn in ("-1", "9" * 12, "", "~", "zzzzzzzzzzzzz"):
            yield ":".join([kind.__prefix__, *[torn] * fields])[:64]
        yield f"{kind.__prefix__}:1"
    yield f"{kind.__prefix__}:1:2:3:4:5:6:7:8"


def readable(kind: type[Tap], data: str) -> bool:
    """Whether these are data of such a button at all."""
    try:
        return bool(kind.unpack(data))
    except (ValueError, TypeError):
        return False


async def press(house: House, data: str) -> dict[str, Any]:
    """Sends `data` from the intruder's newest screen; returns the bot's answer."""
    emulator = house.emulator
    person, chat = emulator.people.find(EN_ID), emulator.chat(EN_ID)
    screen = next(message for message in reversed(chat.messages.values()) if message.by_bot and not message.deleted)
    answer = await answer_to(emulator, emulator.people.press(person, screen, data), 10)
    return {key: value for key, value in answer.items() if value}


async def intrude(house: House) -> Wire:
    await live_as_victim(house)
    jay = house.emulator.user(EN_ID)
    await jay.send("/start")
    await jay.expect("Hi Jay")
    await settle(house)
    wire = Wire()
    wire.attach(house.application.bot)
    return wire


async def settle(house: House) -> None:
    """Waits until the worker has done what is due and the bot is quiet."""
    async with asyncio.timeout(20):
        while (due := await house.application.shop.store.read(outbox.next_due)) and due <= house.clock.now():
            await house.emulator.world.pulse.next(0.2)
    await house.emulator.idle()


def lost(house: House, before: dict[str, set[tuple[Any, ...]]]) -> dict[str, set[tuple[Any, ...]]]:
    """The rows that are not there any more as they were."""
    after = facts(house)
    return {name: rows - after[name] for name, rows in before.items() if rows - after[name]}


def assert_nothing_told(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    whole = "\n".join(wire.said)
    assert [word for word in sorted(HIDDEN) if word in whole] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_customers_taps_with_ids_of_others_and_of_nobody(front: House, caplog: pytest.LogCaptureFixture) -> None:
    wire = await intrude(front)
    before = facts(front)
    for _, (kind, _handler, audience) in sorted(ROUTES.taps.items()):
        for data in dict.fromkeys(variants(kind)) if audience != STAFF else ():
            answer = await press(front, data)
            assert STUMBLED not in answer.get("text", ""), (data, answer)
    await settle(front)
    assert lost(front, before) == {}
    assert_nothing_told(wire, caplog)
    # The same words reach the one whose they are.
    lin = front.emulator.user(ZH_ID)
    await lin.send("/orders")
    shown = (await lin.expect("QL-")).text
    assert any(word in shown for word in HIDDEN)


async def test_staff_taps_by_a_customer_are_refused(front: House, caplog: pytest.LogCaptureFixture) -> None:
    wire = await intrude(front)
    before = facts(front)
    refusal = {"text": "You don't have permission for this", "show_alert": True}
    for _, (kind, _handler, audience) in sorted(ROUTES.taps.items()):
        if audience == STAFF:
            for data in list(dict.fromkeys(variants(kind)))[:4]:
                expected = refusal if readable(kind, data) else OUTDATED
                assert await press(front, data) == expected, data
    await settle(front)
    assert lost(front, before) == {}
    added = {name: rows - before[name] for name, rows in facts(front).items() if rows - before[name]}
    assert added == {}
    assert_nothing_told(wire, caplog)
