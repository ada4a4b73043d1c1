"""A stop ends every duty, also one that swallows the first cancellation."""

from __future__ import annotations

import asyncio

from bot.commands.serve import end


async def test_a_duty_that_swallows_a_cancellation_is_told_again() -> None:
    heard = 0

    async def stubborn() -> None:
        nonlocal heard
        while heard < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                heard += 1

    async def obedient() -> None:
        await asyncio.Event().wait()

    tasks = [asyncio.ensure_future(duty()) for duty in (stubborn, obedient)]
    await asyncio.wait(tasks, timeout=0.01)
    await end(tasks, patience=0.01)
    assert (heard, tasks[0].done(), tasks[1].cancelled()) == (2, True, True)
