"""The rows of recipients: planned in one statement, marked before each call, settled after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.campaigns.audience_repository import CAP_WINDOW, capped, meets, reachable
from services.campaigns.models import PushRecipientRow, PushRow, PushRunnerRow
from services.campaigns.types import RUNNING, SKIP, Outcome, Push
from services.customers.segments_repository import CUSTOMERS
from services.orders import segments_repository as orders
from services.shared.db import Tx

PUSHES, RECIPIENTS, RUNNER = PushRow.__table__, PushRecipientRow.__table__, PushRunnerRow.__table__

# An order counts for a push for so long after a click or the message itself.
COUNTS_FOR = timedelta(days=7)
_MOMENT = RECIPIENTS.c.due_at.type

_DUE_PUSH = (
    select(RECIPIENTS.c.push_id).join(PUSHES, PUSHES.c.id == RECIPIENTS.c.push_id)
    .where(PUSHES.c.state == RUNNING, RECIPIENTS.c.state == "planned", RECIPIENTS.c.due_at <= bindparam("now"))
    .order_by(RECIPIENTS.c.push_id).limit(1)
)
_UNDER_WAY = select(RECIPIENTS.c.push_id).where(RECIPIENTS.c.state == "sending").limit(1)
_OPEN = select(RECIPIENTS.c.push_id).where(
    RECIPIENTS.c.push_id == PUSHES.c.id, RECIPIENTS.c.state.in_(("planned", "sending"))
).exists()
_TO_FINISH = select(PUSHES.c.id).where(PUSHES.c.state == RUNNING, ~_OPEN)
_FINISH = (
    update(PUSHES).where(PUSHES.c.id == bindparam("row_id"), PUSHES.c.state == RUNNING, ~_OPEN)
    .values(state="done", ended_at=bindparam("at", type_=_MOMENT))
)
_DUE = (
    select(RECIPIENTS.c.customer_id, RECIPIENTS.c.zone, CUSTOMERS.c.telegram_id, CUSTOMERS.c.language,
           CUSTOMERS.c.marketing_at, CUSTOMERS.c.blocked_at)
    .join(CUSTOMERS, CUSTOMERS.c.id == RECIPIENTS.c.customer_id)
    .where(RECIPIENTS.c.push_id == bindparam("push_id"), RECIPIENTS.c.state == "planned",
           RECIPIENTS.c.due_at <= bindparam("now"))
    .order_by(RECIPIENTS.c.due_at, RECIPIENTS.c.customer_id).limit(bindparam("most"))
)
_MARK = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.state == "planned",
           RECIPIENTS.c.customer_id.in_(bindparam("people", expanding=True)))
    .values(state="sending", sent_at=bindparam("at", type_=_MOMENT), sent_until=bindparam("until", type_=_MOMENT))
)
_SKIP = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.customer_id == bindparam("who"),
           RECIPIENTS.c.state == "planned")
    .values(state="skipped", reason=bindparam("why"))
)
# Only what is under way is settled. What a crash has left in doubt may turn out well after all.
_SETTLE = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.customer_id == bindparam("who"),
           RECIPIENTS.c.state.in_(("sending", "doubt")))
    .values(
        state=bindparam("new_state"), retries=RECIPIENTS.c.retries + bindparam("more"),
        sent_until=case((bindparam("reached").is_(True), RECIPIENTS.c.sent_until), else_=None),
    )
)
_AGAIN = (
    update(RECIPIENTS)
    .where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.customer_id == bindparam("who"),
           RECIPIENTS.c.state == "sending")
    .values(state=bindparam("new_state"), retries=RECIPIENTS.c.retries + bindparam("more"), sent_at=None,
            sent_until=None, due_at=bindparam("due", type_=_MOMENT))
)
_IN_DOUBT = update(RECIPIENTS).where(RECIPIENTS.c.state == "sending").values(state="doubt")
_UNSENT = (
    update(RECIPIENTS).where(RECIPIENTS.c.push_id == bindparam("push"), RECIPIENTS.c.state == "planned")
    .values(state="unsent")
)
_TAKE = (
    update(RUNNER).where(RUNNER.c.leased_until <= bindparam("now"))
    .values(holder=bindparam("who"), leased_until=bindparam("until"))
)
_KEEP = update(RUNNER).where(RUNNER.c.holder == bindparam("who")).values(leased_until=bindparam("until"))
_HELD = select(RUNNER.c.holder).where(RUNNER.c.leased_until > bindparam("now"))


def plan(tx: Tx, push: Push, due_at: datetime) -> int:
    """Plans everybody in the audience who may be pushed to now; returns how many."""
    people = select(literal(push.id), CUSTOMERS.c.id, literal("planned"), literal(due_at, _MOMENT), literal(0)).where(
        meets(tx, push.audience), reachable(tx)
    )
    if push.fallback == SKIP:
        people = people.where(CUSTOMERS.c.language.in_(sorted(push.content)))
    columns = ["push_id", "customer_id", "state", "due_at", "retries"]
    return tx.changed(insert(RECIPIENTS).from_select(columns, people))


def regions_abroad(tx: Tx, push_id: int) -> list[str]:
    """The countries in which people of the push live."""
    abroad = orders.regions_abroad().subquery()
    mine = select(RECIPIENTS.c.customer_id).where(RECIPIENTS.c.push_id == push_id)
    rows = tx.rows(select(abroad.c.region).where(abroad.c.customer_id.in_(mine)).distinct())
    return sorted(row.region for row in rows)


def set_zone(tx: Tx, push_id: int, region: str, zone: str, due_at: datetime) -> None:
    """The people of the push who live in `region` get it at `due_at`, by the clocks of `zone`."""
    abroad = orders.regions_abroad().subquery()
    there = select(abroad.c.customer_id).where(abroad.c.region == region)
    tx.execute(
        update(RECIPIENTS).where(RECIPIENTS.c.push_id == push_id, RECIPIENTS.c.customer_id.in_(there))
        .values(zone=zone, due_at=due_at)
    )


def first_due(tx: Tx, push_id: int) -> datetime | None:
    """When the next person of the push is due."""
    return tx.scalar(select(func.min(RECIPIENTS.c.due_at)).where(
        RECIPIENTS.c.push_id == push_id, RECIPIENTS.c.state == "planned"
    ))


def take_lease(tx: Tx, holder: str, until: datetime) -> bool:
    if tx.changed(_TAKE, {"now": tx.now, "who": holder, "until": until}) == 1:
        return True
    # The first time ever.
    dialect = sqlite if tx.sqlite else postgresql
    new = dialect.insert(RUNNER).values(id=1, holder=holder, leased_until=until)
    return tx.scalar(new.on_conflict_do_nothing(index_elements=["id"]).returning(RUNNER.c.id)) is not None


def keep_lease(tx: Tx, holder: str, until: datetime) -> bool:
    """False when another one has it."""
    return tx.changed(_KEEP, {"who": holder, "until": until}) == 1


def is_held(tx: Tx) -> bool:
    return tx.first(_HELD, {"now": tx.now}) is not None


def due_push(tx: Tx) -> int | None:
    return tx.scalar(_DUE_PUSH, {"now": tx.now})


def any_under_way(tx: Tx) -> bool:
    return tx.first(_UNDER_WAY) is not None


def to_finish(tx: Tx) -> list[int]:
    """The running pushes that have nobody left to tell."""
    return [row.id for row in tx.rows(_TO_FINISH)]


def finish(tx: Tx, push_id: int) -> bool:
    return tx.changed(_FINISH, {"row_id": push_id, "at": tx.now}) == 1


def due(tx: Tx, push_id: int, most: int) -> Sequence[Row[Any]]:
    return tx.rows(_DUE, {"push_id": push_id, "now": tx.now, "most": most})


def capped_among(tx: Tx, customer_ids: Collection[int]) -> set[int]:
    """Who of these has had as many pushes as one may have."""
    found = capped(tx.now - CAP_WINDOW).where(RECIPIENTS.c.customer_id.in_(list(customer_ids)))
    return {row.customer_id for row in tx.rows(found)}


def mark_sending(tx: Tx, push_id: int, customer_ids: Sequence[int]) -> None:
    """Marks people before they are told. Raises if one of them is not waiting any more."""
    values = {"push": push_id, "people": list(customer_ids), "at": tx.now, "until": tx.now + COUNTS_FOR}
    if tx.changed(_MARK, values) != len(customer_ids):
        raise RuntimeError(f"somebody of push {push_id} was not waiting any more")


def skip(tx: Tx, push_id: int, customer_id: int, reason: str) -> None:
    tx.execute(_SKIP, {"push": push_id, "who": customer_id, "why": reason})


def wait_until(tx: Tx, push_id: int, zone: str | None, moment: datetime) -> None:
    """Puts off everybody of the push in a zone who is due before `moment`."""
    tx.execute(
        update(RECIPIENTS)
        .where(RECIPIENTS.c.push_id == push_id, RECIPIENTS.c.state == "planned", RECIPIENTS.c.due_at < moment,
               RECIPIENTS.c.zone.is_(None) if zone is None else RECIPIENTS.c.zone == zone)
        .values(due_at=moment)
    )


def settle(tx: Tx, outcome: Outcome) -> None:
    reached = outcome.state in ("sent", "doubt")
    tx.execute(_SETTLE, {
        "push": outcome.push_id, "who": outcome.customer_id, "new_state": outcome.state, "more": outcome.retries,
        "reached": reached,
    })


def put_back(tx: Tx, outcome: Outcome, state: str) -> None:
    """Nothing was sent: the person waits again, or is left out of a push that was stopped meanwhile."""
    tx.execute(_AGAIN, {
        "push": outcome.push_id, "who": outcome.customer_id, "new_state": state, "more": outcome.retries,
        "due": tx.now + timedelta(seconds=outcome.delay),
    })


def put_in_doubt(tx: Tx) -> int:
    """Whoever was just telling people is gone: nobody knows whether they heard it. Returns how many."""
    return tx.changed(_IN_DOUBT)


def leave_out(tx: Tx, push_id: int) -> int:
    """Who waits gets nothing; returns how many."""
    return tx.changed(_UNSENT, {"push": push_id})
