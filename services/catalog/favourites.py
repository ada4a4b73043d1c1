"""What a person saved, and what they looked at."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog import browse_repository, page_repository, repository
from services.catalog.models import WHOLE_SHOP
from services.catalog.types import ListItem
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money

MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Favourite:
    """A saved product; `cheaper` is what it costs less than when it was saved, in the product's own currency.

    Off the shelf: `item` is None.
    """

    product_id: int
    item: ListItem | None
    cheaper: Money | None


def toggle(tx: Tx, actor: Actor, product_id: int) -> bool:
    """Saves a product, or takes it out; returns whether it is saved now. Raises NotFound."""
    customer_id = actor.require_customer()
    if browse_repository.drop_favourite(tx, customer_id, product_id):
        return False
    card = repository.card(tx, product_id)
    if card is None or not card.variants:
        raise NotFound()
    browse_repository.add_favourite(tx, customer_id, product_id, min(each.price.amount for each in card.variants))
    return True


def ids(tx: Tx, actor: Actor) -> frozenset[int]:
    """The products that the person saved."""
    return frozenset(row.product_id for row in browse_repository.favourites(tx, actor.require_customer()))


def prices(tx: Tx, actor: Actor) -> dict[int, int]:
    """What each saved product cost when it was saved, in minor units."""
    return {row.product_id: row.price for row in browse_repository.favourites(tx, actor.require_customer())}


def saved(tx: Tx, actor: Actor) -> tuple[Favourite, ...]:
    """The saved products, newest first."""
    rows = browse_repository.favourites(tx, actor.require_customer())
    entries = page_repository.some(tx, WHOLE_SHOP, [row.product_id for row in rows])
    found: list[Favourite] = []
    for row in rows:
        entry = entries.get(row.product_id)
        drop = 0 if entry is None else row.price - entry.price
        cheaper = Money(drop, entry.item.price.currency) if entry is not None and drop > 0 else None
        found.append(Favourite(row.product_id, entry.shown(actor.prices) if entry is not None else None, cheaper))
    return tuple(found)


def clear_gone(tx: Tx, actor: Actor) -> int:
    """Takes out what is off the shelf; returns how many."""
    customer_id = actor.require_customer()
    gone = [each.product_id for each in saved(tx, actor) if each.item is None]
    return sum(browse_repository.drop_favourite(tx, customer_id, product_id) for product_id in gone)


def note_viewed(tx: Tx, actor: Actor, product_id: int) -> None:
    """Remembers that the person looked at a product; the 50 latest are kept."""
    browse_repository.see(tx, actor.require_customer(), product_id)


def viewed(tx: Tx, actor: Actor) -> tuple[ListItem, ...]:
    """What the person looked at and is still on the shelf, latest first."""
    product_ids = browse_repository.seen(tx, actor.require_customer(), MOST_SHOWN)
    entries = page_repository.some(tx, WHOLE_SHOP, product_ids)
    return tuple(entries[product_id].shown(actor.prices) for product_id in product_ids if product_id in entries)
