"""SQLite's side of the store: engines that begin transactions rightly, and threads that read beside the writer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event

T = TypeVar("T")

_READERS = 4


class SqliteReaders:
    """Runs reading use cases in a few threads, each on a snapshot of one moment.

    One change of thread for a whole use case: through an asynchronous driver every statement, and every begin and
    roll-back around it, would cost one.
    """

    def __init__(self, url: URL) -> None:
        self.engine = sqlite_engine(url, reading=True, pool_size=_READERS)
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-reader")
        # Each thread keeps its connection: taking one from the pool and giving it back costs as much as a short read.
        self._own = threading.local()
        self._opened: list[Connection] = []

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._opened:
            connection.close()
        self.engine.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self.engine.connect()
            self._opened.append(connection)
        try:
            return work(connection)
        finally:
            connection.rollback()


def sqlite_engine(url: URL, *, reading: bool = False, pool_size: int = 1) -> Engine:
    """A synchronous engine; its transactions take the writer's lock at once unless they are `reading` ones."""
    _make_folder(url)
    options = {"isolation_level": None, "timeout": 5, "check_same_thread": False}
    engine = create_engine(url.set(drivername="sqlite"), connect_args=options, pool_size=pool_size)
    _prepare_sqlite(engine, "BEGIN" if reading else "BEGIN IMMEDIATE")
    return engine


def _make_folder(url: URL) -> None:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    # The driver would begin by itself, deferred, and only before writes; a read that turns into a write then
    # fails at once in the face of another writer and ignores busy_timeout. The dialect's own hook rather than the
    # "begin" event: an engine with listeners looks for more of them at every statement.
    def start(dbapi_connection: Any) -> None:
        dbapi_connection.cursor().execute(begin)

    engine.dialect.do_begin = start
