"""The store: runs use cases, each a synchronous function of an open transaction.

SQLite: one writer thread with group commit (BEGIN IMMEDIATE, a SAVEPOINT for each use case, futures resolved only after
COMMIT with synchronous FULL) and reading threads beside it. PostgreSQL: `run_sync` over asyncpg.
The same functions run on both.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Engine, Executable, Row, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from services.shared.clock import Clock
from services.shared.crypto import Vault
from services.shared.sqlite import SqliteReaders, sqlite_engine

P = ParamSpec("P")
T = TypeVar("T")

# How many use cases share one COMMIT at most: a bound on the wait of the first of them.
_BATCH = 64
# PostgreSQL: serialization failure, deadlock, and a unique key that somebody else took between the look and the insert.
# The use case has no effects outside the transaction, so it may run again and see what the other wrote.
_RETRYABLE = {"40001", "40P01", "23505"}
_ATTEMPTS = 5


class Tx:
    """The open transaction of one use case: statements, the moment it runs at, and the vault for personal data."""

    __slots__ = ("_last", "conn", "now", "topics", "vault")

    def __init__(self, conn: Connection, now: datetime, vault: Vault) -> None:
        self.conn = conn
        self.now = now
        self.vault = vault
        self.topics: set[str] = set()
        self._last: list[Callable[[Tx], None]] = []

    @property
    def sqlite(self) -> bool:
        return self.conn.dialect.name == "sqlite"

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self.conn.execute(statement, parameters)

    def rows(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        return self.conn.execute(statement, parameters).all()

    def first(self, statement: Executable, parameters: Any = None) -> Row[Any] | None:
        return self.conn.execute(statement, parameters).first()

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self.conn.execute(statement, parameters).scalar()

    def changed(self, statement: Executable, parameters: Any = None) -> int:
        """Executes an UPDATE or DELETE and tells how many rows it touched: 0 means that somebody else was first."""
        return self.conn.execute(statement, parameters).rowcount

    def insert(self, statement: Executable, parameters: Any = None) -> int:
        """Executes an INSERT of one row and returns its key."""
        key = self.conn.execute(statement, parameters).inserted_primary_key
        assert key is not None
        return key[0]

    def savepoint(self) -> AbstractContextManager[Any]:
        """A part that may fail alone: what it did is undone when the block raises, the transaction goes on."""
        return self.conn.begin_nested()

    def at_end(self, step: Callable[[Tx], None]) -> None:
        """Runs `step` after the use case: a lock that everybody wants is held for the shortest time there, and no
        other lock is taken after it."""
        self._last.append(step)

    def finish(self) -> None:
        """Runs the last steps, in the order in which they were added. The store calls it when a use case returned."""
        for step in self._last:
            step(self)

    def after_commit(self, topic: str) -> None:
        """Tells the listeners of `topic` once this transaction has committed; a roll-back tells nobody."""
        self.topics.add(topic)


UseCase = Callable[Concatenate[Tx, P], T]


class Store:
    """Runs use cases on the database at `url` (sqlite:///path or postgresql://…)."""

    def __init__(self, url: str, clock: Clock, vault: Vault, *, pool_size: int = 8) -> None:
        self.clock = clock
        self.vault = vault
        self.url = async_url(url)
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._writer = self._readers = None
        if self.url.get_backend_name() == "sqlite":
            self._writer, self._readers = _SqliteWriter(self), SqliteReaders(self.url)
            return
        self._engine = create_async_engine(self.url, pool_size=pool_size, max_overflow=0)
        # Else each statement would see a moment of its own.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def write(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `use_case(tx, …)` in a transaction that commits when it returns and rolls back when it raises."""
        if self._writer is not None:
            return await self._writer.submit(lambda tx: use_case(tx, *args, **kwargs))
        for attempt in range(_ATTEMPTS):
            try:
                return await self._write_once(lambda tx: use_case(tx, *args, **kwargs))
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RETRYABLE or attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def read(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `use_case(tx, …)` on a snapshot of one moment; what it writes is rolled back."""
        if self._readers is not None:
            return await self._readers.run(lambda conn: use_case(self._tx(conn), *args, **kwargs))
        async with self._snapshots.connect() as conn:
            return await conn.run_sync(lambda sync: use_case(self._tx(sync), *args, **kwargs))

    def listen(self, topic: str, listener: Callable[[], None]) -> None:
        """Calls `listener` in the event loop after each commit that named `topic`."""
        self._listeners.setdefault(topic, []).append(listener)

    def announce(self, topics: set[str]) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener()

    async def close(self) -> None:
        """Finishes the use cases under way; later ones raise StoreClosed."""
        if self._writer is not None and self._readers is not None:
            await self._writer.stop()
            await self._readers.close()
        else:
            await self._engine.dispose()

    @property
    def reading_engine(self) -> Engine:
        """The engine that reads go through, for whoever counts or watches statements."""
        return self._readers.engine if self._readers is not None else self._engine.sync_engine

    @property
    def writing_engine(self) -> Engine:
        """The engine that writes go through."""
        return self._writer._engine if self._writer is not None else self._engine.sync_engine

    def _tx(self, conn: Connection) -> Tx:
        return Tx(conn, self.clock.now(), self.vault)

    async def _write_once(self, work: Callable[[Tx], T]) -> T:
        topics: set[str] = set()

        def run(conn: Connection) -> T:
            tx = self._tx(conn)
            result = work(tx)
            tx.finish()
            topics.update(tx.topics)
            return result

        async with self._engine.begin() as conn:
            result = await conn.run_sync(run)
        self.announce(topics)
        return result


class _Job:
    """One use case on its way through the writer thread."""

    __slots__ = ("_future", "_loop", "_result", "_work", "topics")

    def __init__(self, work: Callable[[Tx], Any]) -> None:
        self._work = work
        self._future: Future[Any] = Future()
        self._loop = asyncio.get_running_loop()
        self._result: Any = None
        self.topics: set[str] = set()

    async def outcome(self) -> Any:
        return await asyncio.wrap_future(self._future)

    def begin(self) -> bool:
        """False when its caller has gone before it could start."""
        return self._future.set_running_or_notify_cancel()

    def run(self, tx: Tx) -> None:
        self._result = self._work(tx)
        tx.finish()
        self.topics = tx.topics

    def succeed(self, announce: Callable[[set[str]], None]) -> None:
        """It is committed. Listeners hear of it before its caller goes on."""
        if self.topics and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(announce, self.topics)
        if not self._future.done():
            self._future.set_result(self._result)

    def fail(self, error: BaseException) -> None:
        if not self._future.done():
            self._future.set_exception(error)


class StoreClosed(RuntimeError):
    """A use case came after the store was closed."""


class _SqliteWriter:
    """The only thread that writes to the SQLite file. It takes what is waiting, up to `_BATCH`, into one commit.

    Every job that it took gets an outcome, whatever goes wrong; the thread itself ends only when it is stopped.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._engine = sqlite_engine(store.url)
        self._thread: threading.Thread | None = None
        self._stopping = False

    async def submit(self, work: Callable[[Tx], Any]) -> Any:
        if self._stopping:
            raise StoreClosed("the store is closed")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
            self._thread.start()
        job = _Job(work)
        self._queue.put(job)
        return await job.outcome()

    async def stop(self) -> None:
        """Finishes what is waiting and takes nothing more."""
        self._stopping = True
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._engine.dispose()

    def _run(self) -> None:
        conn: Connection | None = None
        while (job := self._queue.get()) is not None:
            try:
                conn = conn or self._engine.connect()
            except BaseException as error:
                job.fail(error)
            else:
                conn = self._commit(conn, job)
        if conn is not None:
            conn.close()

    def _commit(self, conn: Connection, first: _Job) -> Connection | None:
        """Runs `first` and what waits behind it in one transaction. Returns the connection if it is still good."""
        batch = [first]
        try:
            with conn.begin():
                self._run_one(conn, first)
                while len(batch) < _BATCH and (job := self._waiting()) is not None:
                    batch.append(job)
                    self._run_one(conn, job)
        except BaseException as error:  # nothing was committed: nobody in the batch may believe in success
            # After a COMMIT that failed, SQLite holds the transaction open: only a new connection begins afresh.
            conn.invalidate()
            conn.close()
            for job in batch:
                job.fail(error)
            return None
        for job in batch:
            job.succeed(self._store.announce)
        return conn

    def _waiting(self) -> _Job | None:
        try:
            job = self._queue.get_nowait()
        except queue.Empty:
            return None
        if job is None:
            # The stop mark is always the last: it ends the loop when this batch is committed.
            self._queue.put(None)
        return job

    def _run_one(self, conn: Connection, job: _Job) -> None:
        if not job.begin():
            return
        conn.exec_driver_sql("SAVEPOINT use_case")
        try:
            job.run(self._store._tx(conn))
        except BaseException as error:
            job.fail(error)
            conn.exec_driver_sql("ROLLBACK TO use_case")
        conn.exec_driver_sql("RELEASE use_case")


def async_url(url: str) -> URL:
    """The URL with the async driver of its database: aiosqlite or asyncpg."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    backend = parsed.drivername.split("+")[0]
    if backend not in drivers:
        raise ValueError(f"{backend} is not supported; use sqlite or postgresql")
    return parsed.set(drivername=drivers[backend])
