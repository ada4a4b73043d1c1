"""The demo's past: people who came, ordered, paid, got their parcels or their money back in the last 90 days.

Everything goes through the shop's own use cases in one transaction, each at its moment: either all of the past is there
or none of it. The same seed gives the same people and orders, relative to the moment of seeding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.seed import people as population
from bot.demo.seed.lives import CANCELLED, COMPLETED, OUTCOMES, REFUNDED, SHIPPED, TO_SHIP, UNPAID, Counter, Life
from bot.demo.seed.people import XIAOMAN, DemoPerson
from bot.demo.seed.timeline import Timeline
from bot.settings import Settings
from services.catalog import browsing, favourites
from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.customers import service as customers
from services.inventory import service as inventory
from services.orders.types import CASH_ON_DELIVERY, Terms
from services.outbox import service as outbox
from services.payments.methods import Purchase, fitting, usable
from services.payments.provider import Accepts, Provider
from services.payments.providers.offline import Offline
from services.promotions import claiming, wallet
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx
from services.shared.money import Money
from services.shared.price_lists import PriceList

SEED = 20_261_111
# Size -> people, orders.
SIZES = {"s": (12, 60), "m": (300, 2_500), "l": (3_000, 25_000)}
# How the orders stand today, in percent, and how many days ago the latest and the earliest of them were placed.
_MIX = {COMPLETED: 71, SHIPPED: 8, TO_SHIP: 5, UNPAID: 2, CANCELLED: 9, REFUNDED: 5}
_WINDOWS = {
    COMPLETED: (7, 88), SHIPPED: (2, 6), TO_SHIP: (0.3, 2.5), UNPAID: (0.25, 0.8), CANCELLED: (1, 88),
    REFUNDED: (8, 88),
}
_XIAOMAN = (COMPLETED, COMPLETED, COMPLETED, SHIPPED, TO_SHIP, UNPAID, CANCELLED, REFUNDED)
_PEAK_DAYS_AGO, _PEAK, _WEEKEND = 11, 4.0, 1.4
# By hour of the shop's day.
_HOURS = (3, 2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 9, 8, 8, 8, 8, 9, 11, 13, 13, 10, 6)
# Fewer pieces than this are a story of the catalogue and stay as they are.
_PLENTY = 8
_FAVOURITES = 3
# The best customer orders at most so much more often than the rarest.
_MOST_LOYAL = 6.0
_NO_NEWS = "the demo's past"


@dataclass(frozen=True, slots=True)
class _Visit:
    at: datetime
    person: DemoPerson
    outcome: str


async def seed(store: Store, settings: Settings, size: str) -> None:
    """Writes the past of that size ("s", "m" or "l") into a store with catalogue, promotions and zones, once."""
    await store.write(write_history, settings, size)


def write_history(tx: Tx, settings: Settings, size: str) -> None:
    """The whole past. A store that has it already stays as it is."""
    if customers.find(tx, XIAOMAN) is not None:
        return
    headcount, orders = SIZES[size]
    random, timeline = Random(SEED), Timeline(tx.now)
    crowd = population.people(headcount, random)
    counter = _counter(tx, settings, random)
    visits = _visits(tx.now, settings.shop_timezone, crowd, orders, random)
    currencies = (settings.shop_currency, *settings.extra_currencies)
    actors = _plan_arrivals(timeline, crowd, visits, tx.now, currencies)
    _plan_restocking(timeline, counter.goods, inventory.available(tx, [sku.sku_id for sku in counter.goods]), tx.now)
    for visit in visits:
        timeline.plan(visit.at, partial(_visit, visit=visit, actors=actors, counter=counter, timeline=timeline))
    timeline.run(tx)
    _furnish_xiaoman(tx, actors[XIAOMAN])
    outbox.withdraw_all(tx, _NO_NEWS)


def _visit(tx: Tx, visit: _Visit, actors: dict[int, Actor], counter: Counter, timeline: Timeline) -> None:
    Life(counter, timeline, visit.person, actors[visit.person.telegram_id], visit.outcome).begin(tx)


def _counter(tx: Tx, settings: Settings, random: Random) -> Counter:
    items = browsing.popular(tx, SYSTEM, 1_000)
    sku_ids = [sku_id for item in items for sku_id in item.sku_ids]
    free = inventory.available(tx, sku_ids)
    goods = tuple(
        sku for sku in catalog.sku_facts(tx, sku_ids).values()
        if sku.on_sale and sku.kind != "digital" and free.get(sku.sku_id, 0) >= _PLENTY
    )
    terms = Terms(
        zone=settings.shop_timezone, prefix=settings.order_prefix,
        pay_within=timedelta(minutes=settings.pay_within_minutes),
        transfer_within=timedelta(hours=settings.transfer_within_hours),
    )
    return Counter(
        goods=goods, abroad={each: _priced_in(tx, goods, each) for each in settings.extra_currencies}, terms=terms,
        providers=_ways(settings), random=random, methods_for=partial(_methods, _ways(settings)),
    )


def _priced_in(tx: Tx, goods: tuple[SkuFacts, ...], currency: str) -> tuple[SkuFacts, ...]:
    facts = catalog.sku_facts(tx, [sku.sku_id for sku in goods], PriceList(currency))
    return tuple(sku for sku in goods if facts[sku.sku_id].price.currency == currency)


def _ways(settings: Settings) -> dict[str, Provider]:
    """The shop's own ways to pay; nobody is asked about money of the past."""
    cash = Offline(CASH_ON_DELIVERY, accepts=Accepts(frozenset({settings.shop_currency}), most=settings.cash_limit))
    return {code: cash if code == CASH_ON_DELIVERY else Offline(code) for code in settings.payment_methods}


def _methods(
    ways: Mapping[str, Provider], total: Money, kinds: Sequence[str], takes_cash: bool
) -> tuple[str, ...]:
    """Everybody in the demo's history has a number that Telegram vouched for."""
    return usable(fitting(ways, Purchase(total, kinds, takes_cash), phone_verified=True))


def _visits(
    now: datetime, zone: str, crowd: tuple[DemoPerson, ...], orders: int, random: Random
) -> tuple[_Visit, ...]:
    """Who orders when, and how it ends: Xiaoman has orders in every state, the others share the rest."""
    by_id = {person.telegram_id: person for person in crowd}
    outcomes = [outcome for outcome in OUTCOMES for _ in range(round(orders * _MIX[outcome] / 100))]
    for outcome in _XIAOMAN:
        outcomes.remove(outcome)
    others = [person for person in crowd if person.buys and person.telegram_id != XIAOMAN]
    loyalty = [min(random.paretovariate(1.5), _MOST_LOYAL) for _ in others]
    whose = [(by_id[XIAOMAN], outcome) for outcome in _XIAOMAN]
    whose += zip(random.choices(others, loyalty, k=len(outcomes)), outcomes, strict=True)
    visits = [_Visit(_moment(now, zone, outcome, random), person, outcome) for person, outcome in whose]
    # Her newest order was paid online, so that her checkout offers this first.
    newest = _XIAOMAN.index(TO_SHIP)
    visits[newest] = replace(visits[newest], at=now - timedelta(hours=4))
    return tuple(visits)


def _moment(now: datetime, zone: str, outcome: str, random: Random) -> datetime:
    """A moment in the outcome's window: more on weekends, most on the day of the big sale, little at night."""
    latest, earliest = _WINDOWS[outcome]
    if earliest - latest < 10:
        return now - timedelta(days=random.uniform(latest, earliest))
    days = range(int(latest) + 1, int(earliest))
    today = now.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0)
    weights = [
        (_WEEKEND if (today - timedelta(days=day)).weekday() >= 5 else 1) * (_PEAK if day == _PEAK_DAYS_AGO else 1)
        for day in days
    ]
    day = today - timedelta(days=random.choices(days, weights)[0])
    hour = random.choices(range(24), _HOURS)[0]
    at = day.replace(hour=hour) + timedelta(seconds=random.uniform(0, 3600))
    return at.astimezone(now.tzinfo)


def _plan_arrivals(
    timeline: Timeline, crowd: tuple[DemoPerson, ...], visits: tuple[_Visit, ...], now: datetime,
    currencies: tuple[str, ...],
) -> dict[int, Actor]:
    """Everybody comes in before their first order. The actors are there once they have arrived."""
    actors: dict[int, Actor] = {}
    first = {visit.person.telegram_id: visit.at for visit in sorted(visits, key=lambda each: each.at, reverse=True)}
    for person in crowd:
        at = min(now - (person.joined or timedelta(days=1)), first.get(person.telegram_id, now) - timedelta(minutes=9))

        def arrive(tx: Tx, person: DemoPerson = person) -> None:
            actors[person.telegram_id] = population.enter(tx, person, currencies)

        timeline.plan(at, arrive)
    return actors


def _plan_restocking(
    timeline: Timeline, goods: tuple[SkuFacts, ...], opening: dict[int, int], now: datetime
) -> None:
    """Each night suppliers fill up what has sold well, to what the catalogue says."""

    def restock(tx: Tx) -> None:
        for sku_id, free in inventory.available(tx, list(opening)).items():
            if free < opening[sku_id] // 2:
                inventory.adjust(tx, SYSTEM, sku_id, opening[sku_id] - free, "restock")

    for days in range(1, 90):
        timeline.plan(now - timedelta(days=days), restock)


def _furnish_xiaoman(tx: Tx, actor: Actor) -> None:
    """Coupons of the centre in her wallet, and products that she saved."""
    for coupon in wallet.centre(tx, actor).coupons[:2]:
        if coupon.state == "open":
            claiming.claim(tx, actor, coupon.coupon.id)
    for item in browsing.popular(tx, actor, _FAVOURITES):
        favourites.toggle(tx, actor, item.product_id)
