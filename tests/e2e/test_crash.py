"""Killed at any step of checkout and payment and started again, the shop goes on: one order, paid once, facts hold."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.composition import open_store
from bot.demo.emulator import Emulator, UserError
from bot.demo.house import ZH_ID, _served, demo_settings, furnish
from services.invariants import violations
from services.orders.models import OrderRow
from services.payments.models import LedgerRow
from services.shared.clock import MovableClock, SystemClock
from services.shared.db import Tx
from tests.e2e import purchase
from tests.e2e.purchase import ZH
from tests.ports import free_port

ORDERS, LEDGER = OrderRow.__table__, LedgerRow.__table__
ROOT = Path(__file__).parents[2]


@dataclass
class Machine:
    """The machine that the shop runs on: its process comes and goes, Telegram and the disk stay."""

    emulator: Emulator
    folder: Path
    port: int
    api_url: str
    group: int
    # Settings of payment providers by code, where others than the sandbox take the money.
    providers: dict[str, dict[str, Any]] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    async def start(self, crash: str = "") -> None:
        options = {"folder": str(self.folder), "port": self.port, "api_url": self.api_url, "group": self.group,
                   "crash": crash, "providers": self.providers}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.e2e.shop_process", json.dumps(options), cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            assert await self.process.stdout.readline() == b"ready\n"

    async def wait_for_death(self) -> None:
        assert self.process is not None
        async with asyncio.timeout(30):
            assert await self.process.wait() == -9

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def machine(seeded: Path, tmp_path: Path) -> AsyncIterator[Machine]:
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    emulator, group = furnish(MovableClock())
    async with _served(emulator, "127.0.0.1") as api_url:
        shop = Machine(emulator, folder, free_port(), api_url, group)
        try:
            yield shop
        finally:
            await shop.stop()


def facts(tx: Tx) -> tuple[list[tuple[str, str]], list[int], list[str]]:
    orders = [(row.state, row.payment) for row in tx.rows(select(ORDERS.c.state, ORDERS.c.payment))]
    captures = [row.amount for row in tx.rows(select(LEDGER.c.amount).where(LEDGER.c.kind == "capture"))]
    return orders, captures, [str(found) for found in violations(tx)]


async def ledger(machine: Machine) -> Any:
    settings = demo_settings(machine.folder, "127.0.0.1", 0, machine.api_url, machine.group)
    store = open_store(settings, SystemClock())
    try:
        return await store.read(facts)
    finally:
        await store.close()


async def to_checkout(person: Any) -> None:
    await purchase.enter(person, ZH)
    await purchase.find_product(person, ZH)
    await purchase.tap(person, ZH.buy_now)
    await purchase.give_address(person, ZH)
    await person.expect(ZH.total)


async def until_paid(machine: Machine, person: Any) -> None:
    """The person's next taps: place again if the order is not there yet, pay, and see the receipt."""
    with contextlib.suppress(UserError):
        await purchase.tap(person, ZH.place)
    await person.expect(f"{ZH.to_pay}|{ZH.paid}", timeout=15)
    if not await is_paid(machine):
        await purchase.pay(person)


async def is_paid(machine: Machine) -> bool:
    return bool((await ledger(machine))[1])


# Where the process dies: before a step begins, or after it has committed and before anything that follows.
# Each death costs ten seconds of starting: one of each kind is always tried, the others by `make test-long`.
AT_CHECKOUT = [
    "place:after:1",
    *(pytest.param(crash, marks=pytest.mark.long)
      for crash in ("place:before:1", "open_attempt:after:1", "note_started:before:1", "note_started:after:1")),
]
AT_PAYMENT = [
    "apply_event:after:1",
    *(pytest.param(crash, marks=pytest.mark.long) for crash in ("apply_event:before:1", "finish:before:1")),
]


@pytest.mark.parametrize("crash", AT_CHECKOUT)
async def test_killed_while_placing_the_next_tap_goes_on(machine: Machine, crash: str) -> None:
    await machine.start(crash)
    person = machine.emulator.user(ZH_ID)
    await to_checkout(person)
    await person.tap(re.compile(ZH.place))
    await machine.wait_for_death()
    await machine.start()
    await until_paid(machine, person)
    await person.expect(ZH.paid, timeout=15)
    assert await ledger(machine) == ([("placed", "paid")], [116900], [])


@pytest.mark.parametrize("crash", AT_PAYMENT)
async def test_killed_while_money_comes_in_it_counts_once(machine: Machine, crash: str) -> None:
    await machine.start()
    person = machine.emulator.user(ZH_ID)
    await to_checkout(person)
    await purchase.place(person, ZH)
    await machine.stop()
    await machine.start(crash)
    with contextlib.suppress(Exception):  # the process dies while it answers
        await purchase.pay(person)
    await machine.wait_for_death()
    await machine.start()
    await person.expect(ZH.paid, timeout=20)
    assert await ledger(machine) == ([("placed", "paid")], [116900], [])
