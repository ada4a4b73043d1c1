"""Figures with their goals, the clock that measures them, and the table that shows them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

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
        reached = f"{self.figure:>7.2f}  {sign} {self.goal:<5g} {mark}"
        return f"{self.number:>3}  {self.what:<58}  {reached}  {further:<15} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one step by wall clock, and of the processor, one number per round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rounds:
    """What interleaved steps took. Steps of one round met the same machine, so they are compared round by round."""

    took: dict[str, Took]

    def ratio(self, step: str, base: str, *, cpu: bool = False) -> float:
        return statistics.median(
            one / other for one, other in zip(self._of(step, cpu), self._of(base, cpu), strict=True)
        )

    def extra(self, step: str, without: str, base: str, *, cpu: bool = False) -> float:
        """What `step` takes more than `without`, in `base`s."""
        triples = zip(self._of(step, cpu), self._of(without, cpu), self._of(base, cpu), strict=True)
        return statistics.median((one - other) / unit for one, other, unit in triples)

    def milliseconds(self, step: str, *, cpu: bool = False) -> float:
        return statistics.median(self._of(step, cpu))

    def _of(self, step: str, cpu: bool) -> list[float]:
        return self.took[step].cpu if cpu else self.took[step].wall


async def interleaved(steps: dict[str, Step], rounds: int, times: int) -> Rounds:
    """Calls each step `times` times in each of many short rounds, beginning each round with another step.

    The machine's speed moves from second to second. One round more than counted warms up.
    """
    found = {name: Took() for name in steps}
    names = list(steps)
    gc.collect()
    for turn in range(rounds + 1):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            wall, cpu = await _timed(steps[name], times)
            if turn:
                found[name].wall.append(wall)
                found[name].cpu.append(cpu)
    return Rounds(found)


async def _timed(step: Step, times: int) -> tuple[float, float]:
    """Milliseconds of one call: by the wall clock, and of the processor in all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        await step()
    return (time.perf_counter() - wall) * 1000 / times, (time.process_time() - cpu) * 1000 / times
