"""Goals 5 and 6: checkouts per second of 64 buyers at once, beside the statements of the same checkouts sent raw."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import URL

from benchmarks import databases
from benchmarks.buyers import Buyer, gather_buyers, place
from benchmarks.figures import Figure
from benchmarks.replay import Placement, recorded
from benchmarks.stage import copied, settings_in
from bot.composition import open_store
from bot.settings import Settings
from services.shared.clock import SystemClock
from services.shared.db import Store

_BUYERS, _ROUNDS, _POOL = 64, 5, 8
_FIRST_ORDER = 900_000_000

Round = Callable[[slice], Awaitable[None]]


async def on_sqlite(folder: Path) -> Figure:
    """`folder` holds a closed store with goods."""
    what = "checkouts/s, SQLite FULL / same statements raw"
    prepared = copied(folder, folder.with_name("buyers"))
    async with _opened(settings_in(prepared)) as store:
        buyers = await gather_buyers(store, _BUYERS * (_ROUNDS + 1))
    async with _opened(settings_in(copied(prepared, folder.with_name("recorded")))) as store:
        placements = await recorded(store, buyers)
    raw = sqlite3.connect(copied(prepared, folder.with_name("raw")) / "shop.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")

    async def sent(part: slice) -> None:
        for placement in placements[part]:
            placement.send(raw)

    async with _opened(settings_in(copied(prepared, folder.with_name("placed")))) as store:
        figure = await _compared("5", what, 0.6, 1, sent, _by(store, buyers), _per_checkout(placements))
    raw.close()
    return figure


async def on_postgresql() -> Figure:
    what = "checkouts/s, PostgreSQL / same statements raw"
    async with databases.empty() as url:
        if url is None:
            return Figure("6", what, None, 0.5, detail="no PostgreSQL answers at TEST_POSTGRES_URL")
        buyers = await _prepared(url)
        async with databases.copy(url) as other, _store(other) as store:
            placements = await recorded(store, buyers)
        pool = asyncpg.create_pool(databases.plain(url), min_size=_POOL, max_size=_POOL)
        async with databases.copy(url) as other, _store(other) as store, pool:
            return await _compared("6", what, 0.5, 0.9, _sent_by(pool, placements), _by(store, buyers),
                                   _per_checkout(placements))


async def _prepared(url: URL) -> list[Buyer]:
    async with _store(url) as store:
        await databases.fill(store)
        buyers = await gather_buyers(store, _BUYERS * (_ROUNDS + 1))
        # From so large a number on an order's id is found among the recorded parameters without doubt.
        await store.write(lambda tx: tx.conn.exec_driver_sql(f"ALTER SEQUENCE orders_id_seq RESTART {_FIRST_ORDER}"))
    return buyers


def _sent_by(pool: asyncpg.Pool, placements: Sequence[Placement]) -> Round:
    async def one(placement: Placement) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await placement.send_async(connection)

    async def sent(part: slice) -> None:
        await asyncio.gather(*map(one, placements[part]))

    return sent


def _by(store: Store, buyers: Sequence[Buyer]) -> Round:
    async def placed(part: slice) -> None:
        await asyncio.gather(*(place(store, buyer) for buyer in buyers[part]))

    return placed


async def _compared(number: str, what: str, goal: float, stretch: float, raw: Round, ours: Round, detail: str
                    ) -> Figure:
    """The median over rounds of 64 buyers each; the first round warms up, and each begins with the other side."""
    ratios, spent = [], []
    for turn in range(_ROUNDS + 1):
        part = slice(turn * _BUYERS, (turn + 1) * _BUYERS)
        took = {side: await _seconds(side, part) for side in ((raw, ours) if turn % 2 else (ours, raw))}
        if turn:
            ratios.append(took[raw] / took[ours])
            spent.append(took[ours])
    rate = _BUYERS / statistics.median(spent)
    return Figure(number, what, statistics.median(ratios), goal, stretch, at_most=False,
                  detail=f"{rate:.0f}/s, {detail}")


async def _seconds(side: Round, part: slice) -> float:
    started = time.perf_counter()
    await side(part)
    return time.perf_counter() - started


def _per_checkout(placements: Sequence[Placement]) -> str:
    return f"{statistics.median(len(placement.statements) for placement in placements):.0f} statements each"


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    store = open_store(settings, SystemClock())
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _store(url: URL) -> AsyncIterator[Store]:
    store = Store(databases.plain(url), SystemClock(), databases.VAULT, pool_size=_POOL)
    try:
        yield store
    finally:
        await store.close()
