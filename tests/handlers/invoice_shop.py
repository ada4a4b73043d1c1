"""A running shop that takes Stars and a card inside the chat, with orders that wait to be paid there."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.demo.emulator.driver import User
from bot.demo.emulator.limits import Limits
from bot.demo.emulator.screen import Message
from bot.demo.house import ZH_ID, House, opened
from bot.payments.stars import StarsSettings
from bot.payments.telegram import TelegramSettings
from keyboards.orders import PayTap
from services.catalog.models import SkuRow
from services.customers import addresses
from services.customers import service as customers
from services.invariants import violations
from services.orders import checkout, placing, standing
from services.orders.types import Placed
from services.outbox.models import JobRow
from services.payments import repository
from services.payments.models import LedgerRow
from services.payments.types import Attempt
from services.shared.clock import MovableClock
from services.shared.db import Tx
from services.shared.money import Money
from tests.conftest import START
from tests.handlers.running import staffed, store_of
from tests.ports import free_port
from tests.services.orders import shop as goods

TOKEN = "284685063:TEST:abc"
SKUS = SkuRow.__table__


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures are kept that one test has drawn and the next one needs too."""
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture
def updates() -> str:
    """How updates reach the bot; a test may ask for "webhook"."""
    return "polling"


@pytest.fixture
async def kiosk(sqlite_template: Path, tmp_path: Path, drawn: Path, updates: str) -> AsyncIterator[House]:
    """Its clock stands still. Ten pieces each of GAME, digital, for 50 Stars and of F1, a filter, for ¥199."""
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    (tmp_path / "pictures").symlink_to(drawn)
    given = {"telegram": TelegramSettings(_env_file=None, provider_token=SecretStr(TOKEN)),  # type: ignore[call-arg]
             "stars": StarsSettings(_env_file=None)}  # type: ignore[call-arg]
    async with opened(
        tmp_path, "127.0.0.1", free_port(), MovableClock(at=START), limits=Limits(flood=False),
        payment_methods=("stars", "telegram", "sandbox"), providers=given, updates=updates,  # type: ignore[arg-type]
    ) as house:
        await staffed(house)
        await store_of(house).write(goods.furnish)
        await store_of(house).write(goods.put_product, "GAME", Money(50, "XTR"), 10, "digital")
        yield house


async def arrive(house: House, telegram_id: int = ZH_ID) -> User:
    """Somebody who has started the bot."""
    user = house.emulator.user(telegram_id, language_code="zh")
    await user.send("/start")
    await user.expect()
    await house.emulator.idle(quiet=0.05)
    return user


async def order(house: House, user: User, code: str = "GAME", pieces: int = 1) -> int:
    """The key of a new order, to be paid inside the chat."""
    method = "stars" if code == "GAME" else "telegram"

    def place(tx: Tx) -> Placed:
        found = customers.find(tx, user.id)
        assert found is not None
        actor = house.application.shop.buyer(found[0])
        if code != "GAME" and not addresses.addresses(tx, actor):
            addresses.add_address(tx, actor, goods.HOME)
        sku = sku_of(tx, code)
        opened_checkout = checkout.open_buy_now(tx, actor, sku, pieces)
        ways = lambda *_: (method,)  # noqa: E731
        view = checkout.view(tx, actor, opened_checkout, ways)
        return placing.place(tx, actor, view.id, view.version, house.application.shop.terms, "zh", ways)

    return (await store_of(house).write(place)).order_id


def sku_of(tx: Tx, code: str) -> int:
    return tx.scalar(select(SKUS.c.id).where(SKUS.c.code == code))


async def pay_screen(user: User, order_id: int) -> Message:
    """Opens the pay screen of an order by its key."""
    user.mark()
    await user.forge_callback(user.last_message.id, PayTap(order=order_id).pack())
    return await user.expect("待支付")


def invoice_link(message: Message) -> str:
    """The address behind the pay key."""
    [url] = [key["url"] for row in message.buttons for key in row if "t.me/$" in key.get("url", "")]
    return url


async def attempt_of(house: House, order_id: int) -> Attempt:
    return (await store_of(house).read(repository.attempts, order_id))[-1]


async def states(house: House, order_id: int) -> tuple[str, str, str]:
    found = await store_of(house).read(standing.read, order_id)
    return found.state, found.payment, found.fulfilment


async def ledger(house: House) -> list[tuple[str, int]]:
    table = LedgerRow.__table__
    rows = await store_of(house).read(lambda tx: tx.rows(select(table.c.kind, table.c.amount).order_by(table.c.id)))
    return [(row.kind, row.amount) for row in rows]


async def settled(house: House) -> None:
    """Waits until everything due is done."""
    jobs = JobRow.__table__
    due = select(jobs.c.kind).where(jobs.c.state == "waiting", jobs.c.due_at <= house.clock.now())
    async with asyncio.timeout(10):
        while True:
            await house.emulator.idle(quiet=0.05)
            if not await store_of(house).read(lambda tx: tx.rows(due)):
                return


async def sound(house: House, allow: tuple[str, ...] = ()) -> None:
    """Everything due is done, nothing failed, the chat is clean and the books agree."""
    await settled(house)
    house.emulator.assert_clean(allow)
    jobs = JobRow.__table__
    wrong = select(jobs.c.kind, jobs.c.error).where(jobs.c.error.is_not(None))
    assert [tuple(row) for row in await store_of(house).read(lambda tx: tx.rows(wrong))] == []
    assert await store_of(house).read(violations) == []
