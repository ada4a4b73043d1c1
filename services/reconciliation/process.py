"""Bills fetched and compared: calls to providers with transactions around them. Running it again changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta

from services.outbox import service as outbox
from services.payments.provider import NoBill, Provider, Refused, Unreachable
from services.payments.types import BillLine
from services.reconciliation import days, recording, repository
from services.reconciliation.types import NO_BILL, SILENT, Run
from services.shared.db import Store, Tx

log = logging.getLogger(__name__)

JOB = recording.RUN_JOB
# A bill that is not there is asked for again so often, for so long after its day.
_AGAIN_AFTER, _ASKED_FOR = timedelta(hours=1), timedelta(days=4)
# Days with open differences, or whose end was not clear, are looked at again for so long.
_LOOKED_BACK = timedelta(days=7)
# What others wait for at most.
_FEES_AT_ONCE = 100


async def reconcile(store: Store, provider: Provider, day: date) -> Run:
    """Compares the books with a provider's bill of `day` in its own calendar. Raises NoBill, Unreachable, Refused."""
    if day >= days.day_of(provider.code, store.clock.now()):
        raise NoBill(day.isoformat())
    bills = {day: await provider.bill(day)}
    for other in await store.read(recording.other_days, provider.code, day, bills[day]):
        bill = await _bill(provider, other)
        if bill is not None:
            bills[other] = bill
    run, fees = await store.write(recording.record, provider.code, day, bills)
    for start in range(0, len(fees), _FEES_AT_ONCE):
        await store.write(recording.book_fees, fees[start:start + _FEES_AT_ONCE])
    return run


async def daily(store: Store, provider: Provider, day: date) -> None:
    """The day's comparison, and another look at the days before that are not settled. One without a bill or an answer
    is noted and tried again later."""
    try:
        await reconcile(store, provider, day)
    except (NoBill, Unreachable, Refused) as error:
        log.warning("%s has no bill of %s to compare: %s", provider.code, day, type(error).__name__)
        await store.write(_put_off, provider.code, day, NO_BILL if isinstance(error, NoBill) else SILENT)
        return
    for earlier in await store.read(repository.unsettled, provider.code, day - _LOOKED_BACK, day):
        try:
            await reconcile(store, provider, earlier)
        except (NoBill, Unreachable, Refused) as error:
            log.warning("%s has no bill of %s any more: %s", provider.code, earlier, type(error).__name__)


def plan(tx: Tx, providers: Iterable[str]) -> None:
    """Asks for the comparison of each provider's yesterday once its hour has come, once a day."""
    for code in providers:
        day = days.due(code, tx.now)
        if day is not None and code not in days.WITHOUT_BILLS:
            facts = {"provider": code, "day": day.isoformat()}
            outbox.enqueue(tx, JOB, facts, key=f"{JOB}:{code}:{day.isoformat()}")


async def _bill(provider: Provider, day: date) -> tuple[BillLine, ...] | None:
    try:
        return await provider.bill(day)
    except NoBill:
        return None


def _put_off(tx: Tx, provider: str, day: date, state: str) -> None:
    """A day on which nothing moved may have no bill at all: it is looked at again with the next days' ones."""
    moved = recording.note(tx, provider, day, state)
    _, ended = days.bounds(provider, day)
    if (moved or state == SILENT) and tx.now < ended + _ASKED_FOR:
        at = tx.now + _AGAIN_AFTER
        key = f"{JOB}:{provider}:{day.isoformat()}:{at.isoformat()}"
        outbox.enqueue(tx, JOB, {"provider": provider, "day": day.isoformat()}, key=key, at=at)
