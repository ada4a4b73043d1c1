"""What a list of products shows, as values: its query, its filters, its order, and where in it one stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.catalog.models import WHOLE_SHOP
from services.catalog.types import ListItem, Tag
from services.shared.errors import Stale
from services.shared.ids import from_base36, to_base36
from services.shared.money import Money
from services.shared.price_lists import BASE, PriceList

PAGE = 6
MOST_WORDS = 64
# Sort -> (the listing's column, descending). Ties go by product id, in the same direction.
SORTS: dict[str, tuple[str, bool]] = {
    "best": ("rank", False), "price-up": ("price", False), "price-down": ("price", True),
    "newest": ("listed_at", True), "sales": ("sold", True),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """`price_from` ≤ price ≤ `price_to` in minor units; tags of one facet widen each other, facets narrow."""

    price_from: int | None = None
    price_to: int | None = None
    tags: tuple[int, ...] = ()
    in_stock: bool = False

    @property
    def count(self) -> int:
        """How many things are chosen."""
        has_price = self.price_from is not None or self.price_to is not None
        return len(self.tags) + int(has_price) + int(self.in_stock)

    def toggled(self, tag_id: int) -> Filters:
        return replace(self, tags=tuple(sorted(set(self.tags) ^ {tag_id})))


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The products of a category, or those that `words` find in it."""

    category_id: int = WHOLE_SHOP
    words: str = ""
    sort: str = "best"
    filters: Filters = field(default_factory=Filters)

    def to_json(self) -> dict[str, Any]:
        filters = self.filters
        return {
            "category": self.category_id, "words": self.words, "sort": self.sort, "from": filters.price_from,
            "to": filters.price_to, "tags": list(filters.tags), "in_stock": filters.in_stock,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ListQuery:
        filters = Filters(data["from"], data["to"], tuple(data["tags"]), data["in_stock"])
        return cls(data["category"], data["words"], data["sort"], filters)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins (or, `backwards`, before what it ends): the sort keys of the product at its edge."""

    sold_out: bool
    key: int
    product_id: int
    backwards: bool = False

    def pack(self) -> str:
        direction = "b" if self.backwards else "a"
        return f"{direction}{int(self.sold_out)}{to_base36(self.key)}.{to_base36(self.product_id)}"

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """None for the beginning of the list. Raises Stale for what `pack` did not make."""
        if not text:
            return None
        try:
            key, product = text[2:].split(".")
            return cls(text[1] == "1", from_base36(key), from_base36(product), text[0] == "b")
        except ValueError:
            raise Stale() from None


@dataclass(frozen=True, slots=True)
class Entry:
    """A product on a list with its sort keys and tags.

    `item` shows the price in the product's own currency, by which lists are sorted and filtered for everybody;
    `prices` is what others are shown, by currency.
    """

    item: ListItem
    sold_out: bool
    rank: int
    sold: int
    listed_at: int
    tag_ids: frozenset[int] = frozenset()
    kind: str = "physical"
    prices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def shown(self, prices: PriceList) -> ListItem:
        """The item with what is asked of who buys from `prices`."""
        currency = prices.wanted(self.kind)
        found = self.prices.get(currency)
        if found is None:
            return self.item
        list_price = None if found["list_price"] is None else Money(found["list_price"], currency)
        return replace(
            self.item, price=Money(found["price"], currency), list_price=list_price, varies=found["varies"]
        )

    @property
    def price(self) -> int:
        return self.item.price.amount

    def position(self, sort: str, backwards: bool = False) -> Position:
        return Position(self.sold_out, sort_key(self, sort), self.item.product_id, backwards)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `before` and `after` lead to its neighbours, "" where there is none."""

    items: tuple[ListItem, ...]
    total: int
    number: int
    before: str
    after: str

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.total / PAGE))


@dataclass(frozen=True, slots=True)
class Choice:
    """A tag on the filter screen, and how many products would match with it chosen."""

    tag: Tag
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """What a list can be narrowed by. `bands` count the products up to, between and above the two amounts."""

    total: int
    tags: tuple[Choice, ...]
    band_edges: tuple[int, int]
    bands: tuple[int, int, int]
    in_stock: int


def sort_key(entry: Entry, sort: str) -> int:
    return getattr(entry, SORTS[sort][0])


def groups(tags: Sequence[int], known: Mapping[int, Tag]) -> tuple[tuple[int, ...], ...]:
    """Chosen tags by facet; those that are gone are left out."""
    by_facet: dict[str, list[int]] = {}
    for tag_id in tags:
        if tag_id in known:
            by_facet.setdefault(known[tag_id].facet, []).append(tag_id)
    return tuple(tuple(ids) for _, ids in sorted(by_facet.items()))


def matcher(filters: Filters, known: Mapping[int, Tag], back: frozenset[int]) -> Callable[[Entry], bool]:
    """Whether an entry passes the filters; the products of `back` have stock again although they are marked."""
    chosen = groups(filters.tags, known)

    def matches(entry: Entry) -> bool:
        return (
            (filters.price_from is None or entry.price >= filters.price_from)
            and (filters.price_to is None or entry.price <= filters.price_to)
            and (not filters.in_stock or not entry.sold_out or entry.item.product_id in back)
            and all(not entry.tag_ids.isdisjoint(group) for group in chosen)
        )

    return matches


def arranged(entries: Sequence[Entry], sort: str) -> list[Entry]:
    """In the order of the list: sold out last; "best" keeps the given order of what a search ranked."""
    if sort == "best":
        return sorted(entries, key=lambda entry: entry.sold_out)
    sign = -1 if SORTS[sort][1] else 1
    return sorted(
        entries, key=lambda entry: (entry.sold_out, sign * sort_key(entry, sort), sign * entry.item.product_id)
    )


def numbered(entries: Sequence[Entry], number: int, prices: PriceList = BASE) -> Page:
    """Page `number` of entries that are all at hand; the nearest one that exists."""
    pages = max(1, math.ceil(len(entries) / PAGE))
    number = min(max(number, 1), pages)
    shown = entries[(number - 1) * PAGE : number * PAGE]
    return Page(
        tuple(entry.shown(prices) for entry in shown), len(entries), number,
        "n" if number > 1 else "", "n" if number < pages else "",
    )


def facets(
    entries: Sequence[Entry], filters: Filters, known: Mapping[int, Tag], back: frozenset[int],
    band_edges: tuple[int, int],
) -> Facets:
    """Counts for the filter screen: what each choice would leave, with the other facets' choices in force."""

    def count(changed: Filters) -> int:
        return sum(map(matcher(changed, known, back), entries))

    choices: list[Choice] = []
    present = {tag_id for entry in entries for tag_id in entry.tag_ids}
    for tag in known.values():
        if tag.id in present or tag.id in filters.tags:
            others = tuple(each for each in filters.tags if each in known and known[each].facet != tag.facet)
            alone = replace(filters, tags=(*others, tag.id))
            choices.append(Choice(tag, count(alone), tag.id in filters.tags))
    low, high = band_edges
    bands = ((None, low), (low + 1, high), (high + 1, None))
    return Facets(
        count(filters), tuple(choices), band_edges,
        tuple(count(replace(filters, price_from=start, price_to=end)) for start, end in bands),  # type: ignore[arg-type]
        count(replace(filters, in_stock=True)),
    )
