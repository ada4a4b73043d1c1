"""Seeds a store step by step. Every step is idempotent by code, so that a seeding cut short goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from bot.demo.pictures import BANNERS, picture_file
from bot.demo.seed import catalogue, deals, delivery, digital, history, promotions, roster, stock
from bot.settings import Settings
from services.payments.models import LEDGER_DDL, LEDGER_DROP_DDL
from services.shared import marks
from services.shared.clock import Clock
from services.shared.db import Store, Tx
from services.tables import metadata

if TYPE_CHECKING:
    from bot.demo.house import House

Say = Callable[[str], None]
STEPS = (
    ("catalogue", catalogue), ("digital codes", digital), ("coupons and promotions", promotions),
    ("drafts of promotions", deals), ("delivery", delivery), ("people behind the counter", roster),
)


class NotEmpty(Exception):
    """The store holds something that is not demo data: it is left alone."""


async def fill(store: Store, settings: Settings, *, size: str, reset: bool, say: Say) -> None:
    """Fills an empty store, or goes on with a demo store. Raises NotEmpty for one that holds anything else."""
    mark = await store.read(marks.get, marks.DEMO)
    if mark is None and not await store.read(_is_empty):
        raise NotEmpty("The database holds data that is not demo data; nothing was changed. "
                       "Seed a fresh one: DATABASE_URL=sqlite:///data/other.db")
    if mark == size and not reset:
        return
    if mark is not None and reset:
        say("  emptying the demo store …")
        await store.write(_empty)
    await store.write(marks.put, marks.DEMO, "unfinished")
    for what, step in STEPS:
        say(f"  {what} …")
        await step.seed(store)
    say("  people and their orders …")
    await history.seed(store, settings, size)
    await stock.seed(store)
    await store.write(marks.put, marks.DEMO, size)


async def prepare(folder: Path, clock: Clock, *, size: str, reset: bool, say: Say, **changes: Any) -> None:
    """Makes the demo's database in `folder` if it is not there, brings it up to date and fills it.

    `changes` are settings that differ from the demo's.
    """
    from bot.composition import open_store
    from bot.demo.house import demo_settings
    from bot.migrations.run import upgrade

    if reset:
        for name in ("shop.db", "shop.db-wal", "shop.db-shm", "sandbox.db", "sandbox.db-wal", "sandbox.db-shm"):
            (folder / name).unlink(missing_ok=True)
    settings = demo_settings(folder, "127.0.0.1", 0, "http://127.0.0.1", 0, **changes)
    await asyncio.to_thread(upgrade, settings.database_url)
    await asyncio.to_thread(_draw, folder / "pictures", say)
    store = open_store(settings, clock)
    try:
        await fill(store, settings, size=size, reset=False, say=say)
    finally:
        await store.close()


def _draw(folder: Path, say: Say) -> None:
    """Draws what every screen shows; products are drawn when somebody looks at them first."""
    wanted = [f"banners/{name}" for name in BANNERS]
    if any(not (folder / f"{each}.jpg").exists() for each in wanted):
        say("  drawing pictures …")
    for each in wanted:
        picture_file(folder, each)


async def start_afresh(house: House, *, size: str) -> None:
    """Puts a running demo back to its first day."""
    shop = house.application.shop
    await fill(shop.store, house.application.settings, size=size, reset=True, say=lambda _: None)
    house.application.people.forget_all()
    house.application.file_ids.clear()


def _is_empty(tx: Tx) -> bool:
    tables = metadata().tables
    return all(tx.first(tables[name].select().limit(1)) is None for name in ("products", "customers", "orders"))


def _empty(tx: Tx) -> None:
    # The books let nobody take anything out; a demo's are thrown away as a whole.
    for statement in LEDGER_DROP_DDL[tx.conn.dialect.name]:
        tx.execute(text(statement))
    for table in reversed(metadata().sorted_tables):
        tx.execute(table.delete())
    for statement in LEDGER_DDL[tx.conn.dialect.name]:
        tx.execute(text(statement))
    tx.after_commit("catalog")
