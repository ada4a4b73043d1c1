"""Figures with their goals, the clock that measures them, and the table that shows them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `at_most` tells whether less is better; `figure` None means skipped for the reason in
    `detail`."""

    number: str
    what: str
    figure: float | None
    goal: float
    stretch: float | None = None
    at_most: bool = True
    detail: str = ""

    def reaches(self, bound: float) -> bool:
        return self.figure is not None and (self.figure <= bound if self.at_most else self.figure >= bound)

    def line(self) -> str:
        if self.figure is None:
            return f"{self.number:>3}  {self.what:<58}  skipped: {self.detail}"
        sign = "≤" if self.at_most else "≥"
        mark = "✓" if self.reaches(self.goal) else "✗"
        further = ""
        if self.stretch is not None:
            further = f"stretch {sign} {self.stretch:g} {'✓' if self.reaches(self.stretch) else '✗'}"
        return f"{self.number:>3}  {self.what:<58}  {self.figure:>7.2f}  {sign} {self.goal:<5g} {mark}  {further:<15} {self.detail}"


async def interleaved(steps: dict[str, Step], rounds: int, times: int) -> dict[str, float]:
    """Milliseconds of each step: the median over `rounds` of the mean of `times` calls, all steps in every round.

    The machine's speed moves from minute to minute; steps of one round meet the same machine. One round warms up.
    """
    means: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            gc.collect()
            started = time.perf_counter()
            for _ in range(times):
                await step()
            if turn:
                means[name].append((time.perf_counter() - started) * 1000 / times)
    return {name: statistics.median(values) for name, values in means.items()}
