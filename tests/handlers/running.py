"""A running shop with an empty store: the real bot and dispatcher over HTTP against the local Bot API."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.emulator.driver import User
from bot.demo.emulator.limits import Limits
from bot.demo.emulator.screen import Message
from bot.demo.house import OWNER_ID, STAFF_ID, House, opened
from services.customers import service
from services.shared.actors import Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.staff.types import OWNER_ROLE
from tests.conftest import START
from tests.ports import free_port
from tests.services.staff.roster import enlist


@pytest.fixture
async def shop(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """Its clock stands still until a test moves it, and nobody has to slow down for Telegram's limits; what is on the
    shelf, the test puts there."""
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    limits = Limits(flood=False)
    async with opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=START), limits=limits) as house:
        await staffed(house)
        yield house


async def staffed(house: House) -> None:
    """小王 is at the order desk and the owner about, both unlocked."""
    await enlist(store_of(house), STAFF_ID, "orders")
    await enlist(store_of(house), OWNER_ID, OWNER_ROLE, "店主")


def store_of(house: House) -> Store:
    return house.application.shop.store


async def actor_of(house: House, telegram_id: int) -> Actor:
    """The customer behind a person who has written to the bot before."""
    found = await store_of(house).read(service.find, telegram_id)
    assert found is not None
    return customer(found[0].id)


async def press(user: User, button: str, until: str) -> Message:
    """Taps a button and waits for the screen that matches `until`."""
    await user.tap(button)
    return await user.expect(until)


async def say(user: User, text: str, until: str) -> Message:
    """Sends a text and waits for the answer that matches `until`."""
    await user.send(text)
    found = await user.expect(until)
    # The screen above loses its keys after the new one is there.
    await user.emulator.idle(quiet=0.05)
    return found


async def assert_clean(house: House) -> None:
    """Every tap was answered and Telegram would have refused nothing."""
    await house.emulator.idle()
    house.emulator.assert_clean()
