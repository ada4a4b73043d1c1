"""The runner's side of sending: one of all workers holds the lease, and takes a few people at a time.

A person is marked "sending" in the transaction before the call and settled in the one after it. Whoever takes over from
a runner that died finds such rows, cannot know whether the call went out, and does not repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.campaigns import hours, push_repository, reacting
from services.campaigns import sending_repository as repository
from services.campaigns.drafts import NAME
from services.campaigns.types import RUNNING, TO_LINK, Batch, Letter, Outcome, Push
from services.customers import segments_repository as customers
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.promotions import handing
from services.shared.db import Tx
from services.staff import freeze

LEASE = timedelta(seconds=10)
RUN_JOB, DONE_JOB = "pushes.run", "pushes.done"
# How many times the night is looked for: once for each zone of the people of one push.
_MOST_ZONES = 40


def is_due(tx: Tx) -> bool:
    """Whether there is something for a runner to do and nobody does it."""
    if repository.is_held(tx):
        return False
    if repository.any_under_way(tx) or repository.to_finish(tx):
        return True
    return repository.due_push(tx) is not None and not freeze.is_frozen(tx)


def take_over(tx: Tx, holder: str) -> bool:
    """Makes `holder` the runner if nobody is. What the last one left under way is in doubt from now on."""
    if not repository.take_lease(tx, holder, tx.now + LEASE):
        return False
    repository.put_in_doubt(tx)
    return True


def step(tx: Tx, holder: str, outcomes: Sequence[Outcome], most: int, zone: str) -> Batch:
    """Settles what was sent and marks up to `most` more people as being told; keeps the lease for longer."""
    held = repository.keep_lease(tx, holder, tx.now + LEASE)
    _note(tx, outcomes)
    if not held or most < 1 or freeze.is_frozen(tx):
        return Batch(held)
    push_id = repository.due_push(tx)
    push = None if push_id is None else push_repository.find(tx, push_id, locked=True)
    # Whoever stopped it was first.
    if push is None or push.state != RUNNING:
        return Batch(held)
    letters = _claim(tx, push, most, zone)
    return Batch(held, letters, {push.id: push})


def let_go(tx: Tx, holder: str, outcomes: Sequence[Outcome]) -> None:
    """The runner has nothing more to do, or has to end: it settles and gives the lease back."""
    _note(tx, outcomes)
    repository.keep_lease(tx, holder, tx.now)


def ask_for_run(tx: Tx, push_id: int) -> None:
    """Wakes a worker when the first people of the push are due."""
    outbox.enqueue(tx, RUN_JOB, {"push_id": push_id}, at=repository.first_due(tx, push_id), lane=BULK)


def _note(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """Settles what was sent, and ends the pushes that have nobody left to tell."""
    for outcome in outcomes:
        _settle(tx, outcome)
    for push_id in repository.to_finish(tx):
        if repository.finish(tx, push_id):
            outbox.enqueue(tx, DONE_JOB, {"push_id": push_id}, key=f"{DONE_JOB}:{push_id}")


def _settle(tx: Tx, outcome: Outcome) -> None:
    if outcome.state != "planned":
        repository.settle(tx, outcome)
        return
    push = push_repository.find(tx, outcome.push_id, locked=True)
    stopped = push is None or push.state not in ("running", "paused")
    repository.put_back(tx, outcome, "unsent" if stopped else "planned")


def _claim(tx: Tx, push: Push, most: int, zone: str) -> tuple[Letter, ...]:
    rows = _awake(tx, push, most, zone)
    capped = repository.capped_among(tx, [row.customer_id for row in rows]) if rows else set()
    ready: list[Row[Any]] = []
    for row in rows:
        why = _why_not(push, row, capped)
        if why is None:
            ready.append(row)
        else:
            repository.skip(tx, push.id, row.customer_id, why)
    ready = _with_coupon(tx, push, ready)
    if not ready:
        return ()
    people = [row.customer_id for row in ready]
    repository.mark_sending(tx, push.id, people)
    named = any(NAME.search(text.html) for text in push.content.values())
    names = customers.names(tx, people) if named else {}
    return tuple(
        Letter(push.id, row.customer_id, row.telegram_id, row.language, names.get(row.customer_id, ""),
               _links(tx, push, row.customer_id))
        for row in ready
    )


def _links(tx: Tx, push: Push, customer_id: int) -> tuple[tuple[int, str], ...]:
    return tuple(
        (place, reacting.signed(tx, push.id, place, customer_id))
        for place, button in enumerate(push.buttons) if button.kind == TO_LINK
    )


def _awake(tx: Tx, push: Push, most: int, zone: str) -> Sequence[Row[Any]]:
    """The next people who are due; those in whose zone it is night wait until their morning, all of them."""
    for _ in range(_MOST_ZONES):
        rows = repository.due(tx, push.id, most)
        asleep = {row.zone for row in rows if hours.is_night(tx.now, row.zone or zone)}
        if not asleep:
            return rows
        for place in asleep:
            repository.wait_until(tx, push.id, place, hours.polite(tx.now, place or zone))
    return ()


def _why_not(push: Push, row: Row[Any], capped: set[int]) -> str | None:
    """Why a person is left out in the last moment."""
    if row.marketing_at is None:
        return "unsubscribed"
    if row.blocked_at is not None:
        return "blocked"
    if row.customer_id in capped:
        return "capped"
    return "language" if push.text_for(row.language) is None else None


def _with_coupon(tx: Tx, push: Push, rows: list[Row[Any]]) -> list[Row[Any]]:
    """Gives the coupon that comes with the push; who cannot have one is left out."""
    if push.coupon_id is None or not rows:
        return rows
    holders = handing.hand_to(tx, push.coupon_id, [row.customer_id for row in rows])
    for row in rows:
        if row.customer_id not in holders:
            repository.skip(tx, push.id, row.customer_id, "coupon")
    return [row for row in rows if row.customer_id in holders]
