"""The flood gate, whatever a bot tries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.emulator.errors import FloodWait
from bot.demo.emulator.limits import FloodGate, Limits
from bot.demo.emulator.state import Chat, Person

PRIVATE = Chat(1, person=Person(1, "Anna"))
GROUP = Chat(-100, "Staff")
PAUSES = st.lists(st.floats(min_value=0, max_value=5), min_size=1, max_size=200)


def admitted(gate: FloodGate, chat: Chat, pauses: list[float]) -> tuple[list[float], list[tuple[float, int]]]:
    """When messages passed, and when others were told to wait for how long."""
    now, passed, waits = 0.0, [], []
    for pause in pauses:
        now += pause
        try:
            gate.admit(chat, 1, now)
            passed.append(now)
        except FloodWait as wait:
            waits.append((now, wait.retry_after or 0))
    return passed, waits


@given(PAUSES)
def test_a_group_gets_at_most_twenty_in_any_minute(pauses: list[float]) -> None:
    passed, _ = admitted(FloodGate(Limits.strict()), GROUP, pauses)
    assert max(sum(start <= at < start + 60 for at in passed) for start in passed) <= 20


@given(PAUSES)
def test_a_private_chat_gets_its_burst_and_one_a_second(pauses: list[float]) -> None:
    passed, _ = admitted(FloodGate(Limits.strict()), PRIVATE, pauses)
    for first, start in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= 5 + (passed[last] - start) + 1e-6


@given(PAUSES, st.sampled_from([PRIVATE, GROUP]))
def test_who_waits_as_told_is_let_in(pauses: list[float], chat: Chat) -> None:
    gate = FloodGate(Limits.strict())
    passed, waits = admitted(gate, chat, pauses)
    if waits and waits[-1][0] >= passed[-1]:
        at, wait = waits[-1]
        gate.admit(chat, 1, at + wait)


def test_a_quick_clicker_is_not_throttled_by_default() -> None:
    passed, waits = admitted(FloodGate(Limits()), PRIVATE, [0.2] * 200)
    assert (len(passed), waits) == (200, [])


def test_flood_limits_can_be_off() -> None:
    passed, _ = admitted(FloodGate(Limits(flood=False)), GROUP, [0.0] * 200)
    assert len(passed) == 200
