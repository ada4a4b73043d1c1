"""The catalogue as people browse it: read models in memory, with today's stock beside them.

What is remembered is dropped when the catalogue changes (topic "catalog"), and after LIFE at the latest, so that a
planned product appears in time. Stock itself is never remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from services.catalog import browsing, favourites, repository, service
from services.catalog.lists import Facets, ListQuery, Page, Position
from services.catalog.search import Found
from services.catalog.shelf import TOPIC
from services.catalog.types import Card, ListItem, Tree
from services.inventory import repository as stock
from services.inventory import service as inventory
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx
from services.shared.errors import NotFound
from services.shared.price_lists import BASE, PriceList

T = TypeVar("T")

LIFE = timedelta(seconds=30)
_MOST = 5_000
_MOST_OVERDUE = 500


class _Memory:
    """The latest answers by key. What was being read while the catalogue changed is not kept."""

    def __init__(self, store: Store) -> None:
        self._clock = store.clock
        self._answers: OrderedDict[Hashable, tuple[datetime, Any]] = OrderedDict()
        self._generation = 0
        store.listen(TOPIC, self.drop)

    async def get(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        now = self._clock.now()
        if (known := self._answers.get(key)) is not None and now - known[0] < LIFE:
            self._answers.move_to_end(key)
            return cast(T, known[1])
        generation = self._generation
        answer = await load()
        if generation == self._generation:
            self._answers[key] = (now, answer)
            self._answers.move_to_end(key)
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return answer

    def forget(self, key: Hashable) -> None:
        self._answers.pop(key, None)

    def drop(self) -> None:
        self._generation += 1
        self._answers.clear()


class Storefront:
    """Browsing for people; anybody may. Prices are those of one price list, see `at`."""

    def __init__(self, store: Store, memory: _Memory | None = None, prices: PriceList = BASE) -> None:
        self._store = store
        self._memory = memory or _Memory(store)
        self._prices = prices
        self._anybody = replace(SYSTEM, prices=prices)

    def at(self, prices: PriceList) -> Storefront:
        """The same storefront with the prices of another price list."""
        return self if prices == self._prices else Storefront(self._store, self._memory, prices)

    async def tree(self) -> Tree:
        return await self._memory.get("tree", lambda: self._store.read(service.tree, SYSTEM))

    async def card(self, product_id: int) -> Card:
        """Raises NotFound for a product that never was."""
        key = ("card", product_id, self._prices)
        return await self._memory.get(key, lambda: self._store.read(service.card, self._anybody, product_id))

    async def product_of(self, sku_id: int) -> int:
        """Raises NotFound."""
        facts = await self._memory.get(("sku", sku_id), lambda: self._store.read(service.sku_facts, [sku_id]))
        if sku_id not in facts:
            raise NotFound()
        return facts[sku_id].product_id

    async def available(self, sku_ids: Collection[int]) -> dict[int, int]:
        """What can be bought now; one statement."""
        return await self._store.read(inventory.available, sku_ids)

    async def found(self, words: str) -> Found:
        return await self._memory.get(("found", words), lambda: self._store.read(browsing.find, SYSTEM, words))

    async def page(self, query: ListQuery, position: Position | None, number: int) -> Page:
        """A page of a list; of search results the page `number`."""
        back = await self._back(query)
        if query.words:
            found = await self.found(query.words)
            return await self._memory.get(
                ("page", query, number, back, self._prices),
                lambda: self._store.read(browsing.found_page, self._anybody, query, found, number, back),
            )
        total = None if query.filters.count else (await self.tree()).count_in(query.category_id)
        return await self._memory.get(
            ("page", query, position, number, back, self._prices),
            lambda: self._store.read(browsing.page, self._anybody, query, position, number, back, total),
        )

    async def facets(self, query: ListQuery, band_edges: tuple[int, int]) -> Facets:
        back = await self._store.read(_back_in_stock)
        found = await self.found(query.words) if query.words else None
        return await self._memory.get(
            ("facets", query, band_edges, back),
            lambda: self._store.read(browsing.facets, SYSTEM, query, found, band_edges, back),
        )

    async def recall(self, token: str) -> ListQuery:
        """The query behind a token. Raises Stale."""
        return await self._memory.get(("query", token), lambda: self._store.read(browsing.recall, SYSTEM, token))

    async def keep(self, query: ListQuery) -> str:
        """Keeps a query and returns its token; one that was kept a moment ago is not written again."""
        return await self._memory.get(("token", query), lambda: self._store.write(browsing.keep, SYSTEM, query))

    async def favourite_ids(self, actor: Actor) -> frozenset[int]:
        return await self._memory.get(("favourites", actor.id), lambda: self._store.read(favourites.ids, actor))

    def forget_favourites(self, actor: Actor) -> None:
        """Called by whoever has just changed them."""
        self._memory.forget(("favourites", actor.id))

    async def popular(self, most: int) -> tuple[ListItem, ...]:
        """What the shop puts first, in stock."""
        return await self._memory.get(
            ("popular", most, self._prices), lambda: self._store.read(browsing.popular, self._anybody, most)
        )

    async def items(self, product_ids: Sequence[int]) -> tuple[ListItem, ...]:
        """Those of the products that are on the shelf, in the given order."""
        key = ("items", tuple(product_ids), self._prices)
        return await self._memory.get(key, lambda: self._store.read(browsing.items, self._anybody, product_ids))

    async def similar(self, card: Card, most: int) -> tuple[ListItem, ...]:
        """Other products of the same category, else of the category above."""
        node = (await self.tree()).nodes.get(card.category_id)
        for category_id in (card.category_id, node.parent_id if node is not None else None):
            if category_id is None:
                continue
            page = await self.page(ListQuery(category_id), None, 1)
            others = tuple(item for item in page.items if item.product_id != card.product_id)
            if others:
                return others[:most]
        return ()

    async def product_by_code(self, code: str) -> int | None:
        """The product with this code, or with a SKU that has it; upper and lower case are one."""
        return await self._store.read(_product_by_code, code)

    async def _back(self, query: ListQuery) -> frozenset[int]:
        return await self._store.read(_back_in_stock) if query.filters.in_stock else frozenset()


def _back_in_stock(tx: Tx) -> frozenset[int]:
    """Products whose holds have expired without anybody having noticed."""
    overdue = stock.overdue_skus(tx, _MOST_OVERDUE)
    facts = repository.sku_facts(tx, overdue) if overdue else {}
    return frozenset(each.product_id for each in facts.values())


def _product_by_code(tx: Tx, code: str) -> int | None:
    return repository.id_by_code(tx, "product", code.upper()) or repository.product_of_sku_code(tx, code)


_FRONTS: WeakKeyDictionary[Store, Storefront] = WeakKeyDictionary()


def storefront(store: Store) -> Storefront:
    """The one storefront of a store, made at its first use."""
    front = _FRONTS.get(store)
    if front is None:
        front = _FRONTS[store] = Storefront(store)
    return front
