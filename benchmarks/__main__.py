"""`python -m benchmarks`: measures, and prints each figure with its goal."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path

from benchmarks import taps
from benchmarks.figures import Figure
from benchmarks.stage import Phone, seeded, shop


async def measure(folder: Path) -> list[Figure]:
    settings = await seeded(folder)
    async with shop(settings) as (application, wire):
        phone = Phone(wire)
        return [*await taps.figures(application, phone), *await taps.statements(application, phone)]


def main() -> None:
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for figure in asyncio.run(measure(Path(folder))):
            print(figure.line())


if __name__ == "__main__":
    main()
