"""A push against a server that enforces Telegram's limits: no refusal, nearly all of the cap, killed twice and nobody
told twice, those who blocked the bot counted, and an order's notice in between that does not wait."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.composition import open_store
from bot.demo.house import MARKETER_ID, demo_settings
from handlers.jobs.pushes import _AHEAD
from services.campaigns import drafts
from services.campaigns.models import PushRecipientRow
from services.campaigns.types import Push, Tally
from services.customers.models import CustomerRow
from services.invariants import violations
from services.payments.events import apply_event
from services.payments.types import Attempt
from services.shared.clock import SystemClock
from services.shared.db import Store, Tx
from tests.e2e.broadcast import FIRST_ID, Meter, begun, crowd, metered, zone_of_day
from tests.ports import free_port
from tests.services.orders import shop
from tests.services.payments import money

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
BUYER_ID = 700_000_000
# Of two orders at the staff group, and that the first one is paid.
CARDS_AND_NOTICE = 3
RECIPIENTS, CUSTOMERS = PushRecipientRow.__table__, CustomerRow.__table__


@dataclass(frozen=True)
class Case:
    """A cap, of the server and of the shop; a crowd; and the seconds after which a dead sender's place is free.

    Only one that is `timed` has the machine to itself, so that seconds and shares of the cap say something.
    """

    per_second: int
    many: int
    lease: float
    timed: bool

    @property
    def patience(self) -> float:
        return self.many / self.per_second + 60


@dataclass
class Sender:
    """The process that sends: it comes and goes, the disk and Telegram stay."""

    case: Case
    folder: Path
    api_url: str
    zone: str
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        options = {"folder": str(self.folder), "port": free_port(), "api_url": self.api_url, "zone": self.zone,
                   "per_second": self.case.per_second, "lease": self.case.lease}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.e2e.push_process", json.dumps(options), cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
        )

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        assert self.process is not None
        assert self.process.returncode is None
        self.process.kill()
        assert await self.process.wait() == -9


@asynccontextmanager
async def sending(case: Case, folder: Path, api_url: str, zone: str) -> AsyncIterator[Sender]:
    sender = Sender(case, folder, api_url, zone)
    await sender.start()
    try:
        yield sender
    finally:
        await sender.kill()


async def two_orders(store: Store) -> tuple[money.Sale, Attempt]:
    """Two orders to pay; the second one is the buyer's."""
    sale = await money.open_sale(store, telegram_id=BUYER_ID - 1)
    buyer = await shop.buyer(store, BUYER_ID)
    placed = await shop.order_now(store, buyer, sale.sku_id, 1)
    return sale, await money.start(store, sale.provider, buyer, placed.order_id)


async def until_told(meter: Meter, many: int, within: float) -> None:
    async with asyncio.timeout(within):
        while len(meter.moments) < many:  # noqa: ASYNC110 - another process sends
            await asyncio.sleep(0.02)


async def until_done(store: Store, push_id: int, within: float) -> Push:
    async with asyncio.timeout(within):
        while (push := await store.read(drafts.require, push_id)).state != "done":  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.25)
    return push


def states(tx: Tx, push_id: int) -> dict[int, str]:
    """What the shop believes became of each person, by their Telegram id."""
    found = select(CUSTOMERS.c.telegram_id, RECIPIENTS.c.state).join(
        RECIPIENTS, RECIPIENTS.c.customer_id == CUSTOMERS.c.id
    ).where(RECIPIENTS.c.push_id == push_id)
    return {row.telegram_id: row.state for row in tx.rows(found)}


def marked_blocked(tx: Tx) -> set[int]:
    rows = tx.rows(select(CUSTOMERS.c.telegram_id).where(CUSTOMERS.c.blocked_at.is_not(None)))
    return {row.telegram_id for row in rows}


@pytest.mark.parametrize("case", [
    # Half as fast again as Telegram takes them, and a dead sender's place is free in half the time.
    pytest.param(Case(45, 450, 5, timed=False), id="45-a-second", marks=pytest.mark.long),
    pytest.param(Case(30, 10_000, 10, timed=True), id="30-a-second", marks=pytest.mark.long),
])
async def test_a_push_survives_two_kills_and_tells_nobody_twice(
    sqlite_template: Path, tmp_path: Path, case: Case
) -> None:
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    gone = frozenset(range(FIRST_ID, FIRST_ID + case.many, 50))
    meter, zone = Meter(case.per_second, gone), zone_of_day()
    async with metered(meter) as api_url:
        store = open_store(demo_settings(tmp_path, "127.0.0.1", 0, api_url, -1), SystemClock())
        sale, attempt = await two_orders(store)
        # A shop that has been up for a while: its first payment, which takes the store longest, lies behind it.
        await store.write(apply_event, money.event(sale.attempt))
        async with sending(case, tmp_path, api_url, zone) as sender:
            await until_told(meter, CARDS_AND_NOTICE, case.patience)
            await store.write(crowd, case.many)
            push = await begun(store, case.many, MARKETER_ID, zone)
            for part in (0.3, 0.6):
                await until_told(meter, int(case.many * part), case.patience)
                await sender.kill()
                await sender.start()
            # In the middle of the last stretch somebody pays.
            await until_told(meter, int(case.many * 0.8), case.patience)
            paid_at = asyncio.get_running_loop().time()
            await store.write(apply_event, money.event(attempt))
            push = await until_done(store, push.id, case.patience)
        assert await store.read(violations) == []
        believed = await store.read(states, push.id)
        blocked = await store.read(marked_blocked)
        await store.close()

    runs = meter.stretches(believed)
    shares = [round(meter.share(run), 4) for run in runs]
    told = Counter(each for each in meter.chats if each in believed)
    counted = Counter(believed.values())
    late = meter.moments[meter.chats.index(BUYER_ID)] - paid_at
    twice = sum(count > 1 for count in told.values())
    log.info("%s refused, %s at most in a second, shares %s, %s told twice, %s, notice after %.2f s; %s not told",
             meter.refused, meter.most_in_a_second(), shares, twice, dict(counted), late, len(believed) - len(told))
    assert meter.refused == 0
    assert meter.most_in_a_second() <= case.per_second
    # Nobody twice; and everybody, but some of those who were being told when a process died.
    doubtful = {each for each, state in believed.items() if state == "doubt"}
    assert set(told.values()) == {1}
    assert believed.keys() - told.keys() <= doubtful
    assert len(doubtful) <= 2 * _AHEAD
    settled = {each: state for each, state in believed.items() if each not in doubtful}
    assert settled == {each: "blocked" if each in gone else "sent" for each in settled}
    # That somebody is gone is written down before what became of their message: a kill may fall in between.
    assert gone - doubtful <= blocked <= gone
    tally = Tally(case.many, sent=counted["sent"], blocked=len(gone - doubtful), doubt=len(doubtful))
    assert push.tally == tally
    # The notice waits for what had left before it, never for the campaign.
    ahead = sum(paid_at <= moment for moment in meter.moments[:meter.chats.index(BUYER_ID)])
    assert ahead <= 2 * case.per_second
    if case.timed:
        assert len(runs) == 3
        assert min(shares) >= 0.97
        assert 0 <= late < 2
