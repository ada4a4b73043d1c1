"""Prices under the hands of people: typed, asked about when they are below cost, done, and taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.catalog import costs, listing_repository, prices_repository
from services.catalog import repricing_repository as repository
from services.catalog import service as catalog
from services.catalog.shelf import TOPIC
from services.catalog.teasers import Offer
from services.catalog.types import SkuFacts
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import ChangedSince, InvalidInput, NotFound
from services.shared.money import Money
from services.shared.price_lists import DIGITAL, STARS
from services.staff import audit
from services.staff.types import PRICES_EDIT

MOST = 100_000_000_00
ASKED, DONE, UNDONE = "asked", "done", "undone"


@dataclass(frozen=True, slots=True)
class Price:
    """What a SKU costs, and what it cost or would cost otherwise, struck through; that is always more."""

    price: Money
    list_price: Money | None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A price that somebody typed. While it is "asked", nothing has changed: it is below `cost`.

    `was` is None where there was no price in that currency.
    """

    id: int
    sku: SkuFacts
    was: Price | None
    now: Price
    state: str
    cost: Money | None
    name: str
    at: datetime


def change(
    tx: Tx, actor: Actor, sku_id: int, price: Money, list_price: Money | None = None, others: Collection[str] = ()
) -> PriceChange:
    """Changes the price of a SKU; below what it costs it is only noted, for `confirm`. In one of the `others`, the
    shop's further currencies, there may have been no price before, and it is compared with no cost.

    A list price that is not given stays as it is while it is above the price, and goes otherwise.
    Raises NotAllowed, NotFound, InvalidInput for a price in another currency, in Stars for what is not digital
    ("stars"), a list price that is not above it ("list-price"), and for what it costs already ("same-price").
    """
    actor.require(PRICES_EDIT)
    row = _lock(tx, sku_id)
    currency = "" if price.currency == row.currency else price.currency
    if (currency and currency not in others) or not 0 < price.amount <= MOST:
        raise InvalidInput(field="price", reason="price")
    if currency == STARS and row.kind != DIGITAL:
        raise InvalidInput(field="price", reason="stars")
    if list_price is not None and not price.amount < list_price.amount <= MOST:
        raise InvalidInput(field="list_price", reason="list-price")
    was = _present(tx, row, currency)
    listed = list_price.amount if list_price is not None else _kept(was[1] if was else None, price.amount)
    if (price.amount, listed) == was:
        raise InvalidInput(field="price", reason="same-price")
    cost = None if currency else costs.costs(tx, [sku_id]).get(sku_id)
    below = cost is not None and price.amount < cost.amount
    change_id = repository.add(tx, actor, sku_id, currency, was, (price.amount, listed), ASKED if below else DONE)
    if not below:
        _apply(tx, actor, "prices.change", row, currency, (price.amount, listed))
    return _read(tx, change_id)


def confirm(tx: Tx, actor: Actor, change_id: int) -> PriceChange:
    """Does what was asked about. A second time answers like the first.

    Raises NotAllowed, NotFound, ChangedSince when the price was changed meanwhile.
    """
    actor.require(PRICES_EDIT)
    asked = _require(tx, change_id)
    row = _lock(tx, asked.sku_id)
    if repository.turn(tx, change_id, ASKED, DONE):
        if _present(tx, row, asked.currency) != (asked.was_price, asked.was_list_price):
            raise _changed_since(tx, asked)
        _apply(tx, actor, "prices.change-below-cost", row, asked.currency, (asked.price, asked.list_price))
    return _read(tx, change_id)


def undo(tx: Tx, actor: Actor, change_id: int) -> PriceChange:
    """Puts back what the SKU cost before. A second time answers like the first.

    Raises NotAllowed, NotFound for what was never done, ChangedSince when the price was changed after it.
    """
    actor.require(PRICES_EDIT)
    done = _require(tx, change_id)
    row = _lock(tx, done.sku_id)
    is_newest = repository.newest(tx, done.sku_id, done.currency) == change_id
    if repository.turn(tx, change_id, DONE, UNDONE):
        if not is_newest or _present(tx, row, done.currency) != (done.price, done.list_price):
            raise _changed_since(tx, done)
        before = (done.was_price, done.was_list_price) if done.was_price else None
        _apply(tx, actor, "prices.undo", row, done.currency, before)
    elif repository.change(tx, change_id).state == ASKED:
        raise NotFound()
    return _read(tx, change_id)


def _apply(tx: Tx, actor: Actor, act: str, row: Any, currency: str, now: Offer | None) -> None:
    """Sets the price in the currency ("" for the product's own), or takes it away in another."""
    was = _present(tx, row, currency)
    if currency:
        prices_repository.put(tx, row.sku_id, currency, now)
    elif now is not None:
        repository.set_price(tx, row.sku_id, *now)
    repository.refresh_teaser(tx, row.product_id, actor.name)
    listing_repository.rebuild(tx, [row.product_id])
    tx.after_commit(TOPIC)
    (price_was, list_was), (price, listed) = was or (None, None), now or (None, None)
    audit.record(tx, actor, act, f"sku:{row.sku_id}", {
        "was": price_was, "now": price, "list_was": list_was, "list_now": listed,
    } | ({"currency": currency} if currency else {}))


def _present(tx: Tx, row: Any, currency: str) -> Offer | None:
    """What the SKU of the locked row costs now."""
    return prices_repository.one(tx, row.sku_id, currency) if currency else (row.price, row.list_price)


def _kept(list_price: int | None, price: int) -> int | None:
    return list_price if list_price is not None and list_price > price else None


def _lock(tx: Tx, sku_id: int) -> Any:
    row = repository.lock(tx, sku_id)
    if row is None:
        raise NotFound()
    return row


def _require(tx: Tx, change_id: int) -> Any:
    row = repository.change(tx, change_id)
    if row is None:
        raise NotFound()
    return row


def _changed_since(tx: Tx, row: Any) -> ChangedSince:
    """By a later change of a price, or by whoever changed the product last."""
    who, at = repository.last_hand(tx, row.sku_id)
    return ChangedSince(name=who, at=at)


def _read(tx: Tx, change_id: int) -> PriceChange:
    row = _require(tx, change_id)
    sku = catalog.sku_facts(tx, [row.sku_id])[row.sku_id]
    currency = row.currency or sku.price.currency

    def money(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount, currency)

    return PriceChange(
        change_id, sku, Price(Money(row.was_price, currency), money(row.was_list_price)) if row.was_price else None,
        Price(Money(row.price, currency), money(row.list_price)), row.state,
        None if row.currency else costs.costs(tx, [row.sku_id]).get(row.sku_id), row.name, row.created_at,
    )
