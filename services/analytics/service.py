"""The figures of a period, what needs somebody now, and the owners' digest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.analytics import periods
from services.analytics.types import Day, Figures, Now, Period, Sales
from services.customers import figures as people
from services.inventory import watch
from services.orders import figures as orders
from services.outbox import service as outbox
from services.payments import figures as payments
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.money import Money
from services.staff import approvals
from services.staff.types import APPROVALS_DECIDE, ORDERS_VIEW, REPORTS_VIEW, STOCK_VIEW

BESTSELLERS = 5
DIGEST_JOB = "figures.digest"


def named(tx: Tx, actor: Actor, name: str, zone: str, currency: str) -> Figures:
    """The figures of "today", "yesterday", "week" or "month". Raises NotAllowed, InvalidInput."""
    return figures(tx, actor, periods.named(name, tx.now, zone), zone, currency)


def typed(tx: Tx, actor: Actor, text: str, zone: str, currency: str) -> Figures:
    """The figures of the days that somebody typed. Raises NotAllowed, InvalidInput."""
    return figures(tx, actor, periods.typed(text, tx.now, zone), zone, currency)


def figures(tx: Tx, actor: Actor, period: Period, zone: str, currency: str) -> Figures:
    """The figures of `period` in the shop's zone and currency, and the sales in others. Raises NotAllowed."""
    actor.require(REPORTS_VIEW)
    edges = periods.edges(period, zone)
    days = [(captured - refunded, refunded) for captured, refunded in payments.takings(tx, currency, edges)]
    zero = Money.zero(currency)
    placed = orders.placed(tx, currency, period.since, period.until)
    captured, refunded = payments.takings(tx, currency, periods.before(period, tx.now, zone))[0]
    return Figures(
        period=period, net=sum((net for net, _ in days), zero), refunded=sum((back for _, back in days), zero),
        before=captured - refunded, placed=placed, average=_average(placed.total, placed.orders),
        newcomers=people.newcomers(tx, period.since, period.until),
        bestsellers=orders.bestsellers(tx, currency, period.since, period.until, BESTSELLERS),
        others=_in_others(tx, currency, period),
        days=tuple(Day(at, net) for at, (net, _) in zip(edges, days, strict=False)) if len(days) > 1 else (),
        fees=payments.fees(tx, currency, period.since, period.until),
    )


def _in_others(tx: Tx, currency: str, period: Period) -> tuple[Sales, ...]:
    moved = {money.currency: (money, back)
             for money, back in payments.takings_in_others(tx, currency, period.since, period.until)}
    placed = {total.currency: (count, total)
              for count, total in orders.placed_in_others(tx, currency, period.since, period.until)}
    found = []
    for each in sorted(moved.keys() | placed.keys()):
        captured, refunded = moved.get(each, (Money.zero(each), Money.zero(each)))
        count, total = placed.get(each, (0, Money.zero(each)))
        found.append(Sales(captured - refunded, refunded, count, total))
    return tuple(found)


def now(tx: Tx, actor: Actor, zone: str, currency: str) -> Now:
    """What needs somebody at this moment, for the home of the back office: each part for those who may see it."""
    return Now(
        today=named(tx, actor, periods.TODAY, zone, currency) if actor.may(REPORTS_VIEW) else None,
        waits=orders.waits(tx) if actor.may(ORDERS_VIEW) else None,
        approvals=len(approvals.waiting(tx, actor)) if actor.may(APPROVALS_DECIDE) else None,
        low_stock=watch.low_count(tx) if actor.may(STOCK_VIEW) else None,
    )


def waiting(tx: Tx, actor: Actor) -> Now:
    """The same without today's figures, for the morning."""
    actor.require(REPORTS_VIEW)
    return Now(None, orders.waits(tx), len(approvals.waiting(tx, actor)), watch.low_count(tx))


def plan_digest(tx: Tx, zone: str, hour: int, owners: Collection[int]) -> None:
    """Asks for yesterday's digest to each owner once the hour has come in the shop's zone: once a day, come what may.

    A shop that nobody had entered before that hour has nothing to tell.
    """
    here = tx.now.astimezone(ZoneInfo(zone))
    due = datetime.combine(here.date(), time(hour), ZoneInfo(zone))
    first = people.first_contact(tx)
    if here < due or first is None or first >= due:
        return
    day = (here.date() - timedelta(days=1)).isoformat()
    for owner in sorted(owners):
        outbox.enqueue(tx, DIGEST_JOB, {"day": day, "owner": owner}, key=f"{DIGEST_JOB}:{day}:{owner}")


def _average(total: Money, count: int) -> Money | None:
    """Rounded half up to the minor unit."""
    return Money((2 * total.amount + count) // (2 * count), total.currency) if count else None
