"""`python -m benchmarks`: measures, and prints each figure with its goal."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks import broadcast, checkouts, starting, taps
from benchmarks.figures import Figure
from benchmarks.stage import Phone, copied, seeded, shop


async def measure(folder: Path) -> AsyncIterator[Figure]:
    settings = await seeded(folder)
    # Before a shop has it open: a copy of a file in use would not be whole.
    closed = copied(folder, folder.with_name("closed"))
    async with shop(settings) as (application, wire):
        phone = Phone(wire)
        for figure in await taps.figures(application, phone):
            yield figure
        yield await checkouts.on_sqlite(closed)
        yield await checkouts.on_postgresql()
        for figure in await starting.figures(folder.with_name("start")):
            yield figure
        for figure in await taps.statements(application, phone):
            yield figure
        for figure in await broadcast.figures(application, phone):
            yield figure


async def show(folder: Path) -> None:
    async for figure in measure(folder):
        print(figure.line(), flush=True)


def main() -> None:
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        asyncio.run(show(Path(folder) / "shop"))


if __name__ == "__main__":
    main()
