"""One provider in trouble: it is asked no more for a while, tried once, and asked again."""

import asyncio

import pytest

from services.payments.guarding import Guarded, Patience
from services.payments.provider import Refused, StartRequest, Unreachable
from services.payments.types import Attempt
from services.shared.clock import MovableClock
from services.shared.money import Money
from tests.conftest import START
from tests.services.payments.money import RecordingProvider

ATTEMPT = Attempt(1, "A1B2C3D4E5F6G7H8I9J0", 1, "sandbox", Money(100, "CNY"), "pending", None, START, None)


async def fail(guarded: Guarded, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unreachable):
            await guarded.query(ATTEMPT)


async def test_after_five_silences_nobody_asks_for_ten_seconds(clock: MovableClock) -> None:
    provider = RecordingProvider(silent=True)
    guarded = Guarded(provider, clock)
    await fail(guarded, 4)
    assert guarded.healthy
    await fail(guarded, 1)
    assert not guarded.healthy
    await fail(guarded, 3)
    assert len(provider.calls) == 5
    clock.move(9)
    await fail(guarded, 1)
    assert len(provider.calls) == 5


async def test_after_the_pause_one_call_tries_and_a_failure_doubles_the_pause(clock: MovableClock) -> None:
    provider = RecordingProvider(silent=True)
    guarded = Guarded(provider, clock)
    await fail(guarded, 5)
    clock.move(10)
    assert guarded.healthy
    await fail(guarded, 2)
    assert len(provider.calls) == 6
    clock.move(19)
    assert not guarded.healthy
    clock.move(1)
    provider.silent = False
    assert await guarded.query(ATTEMPT) is None
    await fail_once_silent(provider, guarded)


async def fail_once_silent(provider: RecordingProvider, guarded: Guarded) -> None:
    """A success wipes the slate: five more silences are needed."""
    provider.silent = True
    await fail(guarded, 4)
    assert guarded.healthy


async def test_the_pause_never_exceeds_five_minutes(clock: MovableClock) -> None:
    guarded = Guarded(RecordingProvider(silent=True), clock)
    await fail(guarded, 5)
    for _ in range(8):
        clock.move(300)
        assert guarded.healthy
        await fail(guarded, 1)
    clock.move(300)
    assert guarded.healthy


async def test_while_one_call_tries_the_others_wait(clock: MovableClock) -> None:
    provider = RecordingProvider(silent=True)
    guarded = Guarded(provider, clock)
    await fail(guarded, 5)
    clock.move(10)
    answers = await asyncio.gather(*(guarded.query(ATTEMPT) for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unreachable] * 5
    assert len(provider.calls) == 6


async def test_a_clear_no_is_an_answer(clock: MovableClock) -> None:
    class Refusing(RecordingProvider):
        async def start(self, request: StartRequest) -> None:  # type: ignore[override]
            raise Refused("NO_AUTH")

    guarded = Guarded(Refusing(), clock)
    for _ in range(8):
        with pytest.raises(Refused):
            await guarded.start(StartRequest(ATTEMPT, "Order", "zh", ""))
    assert guarded.healthy


async def test_a_call_without_an_end_is_cut(clock: MovableClock) -> None:
    class Hanging(RecordingProvider):
        async def query(self, attempt: Attempt) -> None:
            await asyncio.Event().wait()

    with pytest.raises(Unreachable, match="time-out"):
        await Guarded(Hanging(), clock, Patience(ask=0.01)).query(ATTEMPT)
