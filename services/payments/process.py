"""Work with providers: several transactions with calls between them, each step of which can be done again.

A crash between any two steps leaves a row that says what is still to do; the jobs do it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.orders.types import Terms
from services.payments import attempts, refunding
from services.payments.errors import MethodUnavailable, ProviderUnavailable
from services.payments.events import apply_event
from services.payments.provider import Provider, Refused, StartRequest, Unreachable
from services.payments.types import Attempt, Outcome
from services.shared.actors import Actor
from services.shared.db import Store

log = logging.getLogger(__name__)

Providers = Mapping[str, Provider]
_POLLED_AT_ONCE = 40
# Of one provider: they limit their callers, and its silence must not take every connection.
_ASKED_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Payer:
    """How the payer is spoken to: `title` (and `short`) name what is paid, `return_url` leads back to our page.

    Notices go to `webhooks`/<provider>. `channel` and `ip` are known where the payer's browser is; elsewhere any
    channel does that is open already.
    """

    title: str
    language: str
    return_url: str
    webhooks: str = ""
    channel: str | None = None
    ip: str = ""
    short: str = ""


async def start(
    store: Store, providers: Providers, actor: Actor, order_id: int, method: str, payer: Payer, terms: Terms
) -> Attempt:
    """The attempt to pay an own order by `method`, known to its provider and with what opens it.

    May be called again at any time: the same attempt goes on, and is opened anew when its page or code has gone stale.
    Raises NotPayable, MethodUnavailable, ProviderUnavailable.
    """
    provider = providers.get(method)
    if provider is None:
        raise MethodUnavailable(method=method)
    attempt = await store.write(attempts.open_attempt, actor, order_id, method, providers, terms, payer.channel)
    elsewhere = payer.channel is None and attempt.channel != ""
    if not provider.online or elsewhere or is_open(attempt, store.clock.now()):
        # What was opened in a browser can be opened anew from there alone: the provider asks who stands before it.
        return attempt
    try:
        started = await provider.start(StartRequest(
            attempt, payer.title, payer.language, payer.return_url, f"{payer.webhooks}/{method}", payer.ip,
            payer.short))
    except Unreachable as error:
        raise ProviderUnavailable(method=method) from error
    except Refused as error:
        log.error("%s refused to start attempt %s: %s", method, attempt.number, error.word)
        await store.write(attempts.give_up, attempt.id)
        raise ProviderUnavailable(method=method) from error
    return await store.write(attempts.note_started, attempt.id, started)


def is_open(attempt: Attempt, now: datetime) -> bool:
    """Whether what opens the payment is there and still good."""
    there = attempt.url is not None or attempt.code is not None
    return there and (attempt.fresh_until is None or now < attempt.fresh_until)


async def check(store: Store, providers: Providers, actor: Actor, order_id: int) -> Outcome | None:
    """Asks the provider of an own order's newest attempt what it knows ("I've paid"); None when nothing yet.

    Raises TooSoon, ProviderUnavailable.
    """
    state = await store.read(attempts.state, actor, order_id)
    provider = providers.get(state.attempt.provider) if state.attempt is not None else None
    if state.attempt is None or provider is None or not provider.online:
        return None
    await store.write(attempts.ask_now, state.attempt.id)
    try:
        return await ask(store, providers, state.attempt)
    except Unreachable as error:
        raise ProviderUnavailable(method=state.attempt.provider) from error


async def ask(store: Store, providers: Providers, attempt: Attempt) -> Outcome | None:
    """Queries the provider about an attempt and applies the answer like a notice. Raises Unreachable."""
    event = await providers[attempt.provider].query(attempt)
    return None if event is None else await store.write(apply_event, event)


async def poll(store: Store, providers: Providers) -> int:
    """Asks about pending attempts whose turn it is; returns how many had an answer. One silence stops nothing: the
    providers are asked side by side, each about a few attempts at a time."""
    due = await store.write(attempts.due_polls, _POLLED_AT_ONCE)
    turns = {code: asyncio.Semaphore(_ASKED_AT_ONCE) for code in providers}
    answers = await asyncio.gather(*(
        _poll_one(store, providers, each, turns[each.provider]) for each in due if each.provider in turns))
    return sum(answers)


async def _poll_one(store: Store, providers: Providers, attempt: Attempt, turn: asyncio.Semaphore) -> bool:
    """Whether there was an answer about one attempt."""
    async with turn:
        try:
            return await ask(store, providers, attempt) is not None
        except Unreachable as error:
            log.warning("%s did not answer about attempt %s: %s", attempt.provider, attempt.number, error)
        except Exception:  # the outer edge of the poll: whatever is wrong with one attempt is reported by its number
            log.exception("attempt %s could not be followed up", attempt.number)
    return False


async def close(store: Store, providers: Providers, attempt_id: int) -> None:
    """Tells the provider to take no more money; then asks once more, since it may have come meanwhile.

    Raises Unreachable, so that its job tries again.
    """
    attempt = await store.read(attempts.require, attempt_id)
    provider = providers.get(attempt.provider)
    if provider is not None:
        await provider.close(attempt)
        await ask(store, providers, attempt)


async def send_refund(store: Store, providers: Providers, refund_id: int) -> None:
    """Asks the provider to give money back; asked again with the same number until the answer is known."""
    refund = await store.read(refunding.require, refund_id)
    if refund.status not in ("requested", "pending") or refund.reason == refunding.EXTERNAL:
        return
    provider = providers.get(refund.attempt.provider)
    if provider is None:
        await store.write(refunding.note_sent, refund_id, "manual", refund.number)
        return
    try:
        result = await provider.refund(refund)
    except Unreachable as error:
        log.warning("%s did not answer about refund %s: %s", provider.code, refund.number, error)
        await store.write(refunding.ask_again, refund_id)
        return
    await store.write(refunding.note_sent, refund_id, result.status, result.reference)
