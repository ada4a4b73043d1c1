"""Lists of products: pages, filters, search results, and the tokens under which longer queries travel in buttons."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import timedelta

from services.catalog import browse_repository, lists, page_repository, search
from services.catalog.lists import Entry, Facets, Filters, ListQuery, Page, Position
from services.catalog.models import WHOLE_SHOP
from services.catalog.search import Found
from services.catalog.types import ListItem
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import Stale
from services.shared.price_lists import PriceList

# A list that nobody asked for anew for so long answers that it is out of date.
STATE_LIFE = timedelta(days=30)
_TOKEN = 10


def page(
    tx: Tx, actor: Actor, query: ListQuery, position: Position | None, number: int, back: Collection[int] = (),
    total: int | None = None,
) -> Page:
    """A page of a category's list, sold-out products last; `number` is what the page is called.

    `back` are products that can be had again although their mark does not say so yet; `total` is the length of the
    whole list for whoever knows it already.
    """
    known = page_repository.tags(tx) if query.filters.tags else {}
    groups = lists.groups(query.filters.tags, known)
    if total is None:
        total = page_repository.count(tx, query, groups, back)
    found = page_repository.entries(tx, query, groups, position, lists.PAGE + 1, back)
    more = len(found) > lists.PAGE
    shown = found[: lists.PAGE]
    if position is not None and position.backwards:
        if len(shown) < lists.PAGE or not more:
            # The beginning is reached: the first page is shown whole.
            shown, number = page_repository.entries(tx, query, groups, None, lists.PAGE, back), 1
        else:
            shown.reverse()
        more = True
    return _page(query, shown, total, number, more, actor.prices)


def _page(
    query: ListQuery, shown: list[Entry], total: int, number: int, more: bool, prices: PriceList
) -> Page:
    before = shown[0].position(query.sort, backwards=True).pack() if shown and number > 1 else ""
    after = shown[-1].position(query.sort).pack() if shown and more and number * lists.PAGE < total else ""
    return Page(tuple(entry.shown(prices) for entry in shown), total, number, before, after)


def popular(tx: Tx, actor: Actor, most: int) -> tuple[ListItem, ...]:
    """What the shop puts first, as far as it is in stock."""
    query = ListQuery(filters=Filters(in_stock=True))
    return tuple(entry.shown(actor.prices) for entry in page_repository.entries(tx, query, (), None, most, ()))


def items(tx: Tx, actor: Actor, product_ids: Sequence[int]) -> tuple[ListItem, ...]:
    """Those of the products that are on the shelf, in the given order."""
    entries = page_repository.some(tx, WHOLE_SHOP, product_ids)
    return tuple(entries[product_id].shown(actor.prices) for product_id in product_ids if product_id in entries)


def find(tx: Tx, actor: Actor, words: str) -> Found:
    """Search over what is on the shelf. See `search.find`."""
    return search.find(tx, words)


def found_entries(tx: Tx, query: ListQuery, found: Found, back: Collection[int]) -> list[Entry]:
    """What a search found, in the query's category, filtered and ordered; the order of relevance for "best"."""
    by_id = page_repository.some(tx, query.category_id, found.product_ids)
    known = page_repository.tags(tx) if query.filters.tags else {}
    matches = lists.matcher(query.filters, known, frozenset(back))
    ranked = [by_id[product_id] for product_id in found.product_ids if product_id in by_id]
    return lists.arranged([entry for entry in ranked if matches(entry)], query.sort)


def found_page(
    tx: Tx, actor: Actor, query: ListQuery, found: Found, number: int, back: Collection[int] = ()
) -> Page:
    """Page `number` of what a search found. A search ends at 200 products, so its pages are counted."""
    return lists.numbered(found_entries(tx, query, found, back), number, actor.prices)


def facets(
    tx: Tx, actor: Actor, query: ListQuery, found: Found | None, band_edges: tuple[int, int],
    back: Collection[int] = (),
) -> Facets:
    """The choices of the filter screen with live counts, over a category or over what a search found in it."""
    if found is None:
        entries = page_repository.everything(tx, query.category_id)
    else:
        entries = list(page_repository.some(tx, query.category_id, found.product_ids).values())
    return lists.facets(entries, query.filters, page_repository.tags(tx), frozenset(back), band_edges)


def keep(tx: Tx, actor: Actor, query: ListQuery) -> str:
    """Keeps a query and returns its token of 10 characters; the same query always has the same one."""
    document = query.to_json()
    digest = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).digest()
    token = base64.b32encode(digest).decode().lower()[:_TOKEN]
    browse_repository.keep_state(tx, token, document)
    return token


def recall(tx: Tx, actor: Actor, token: str) -> ListQuery:
    """The query behind a token. Raises Stale for one that was dropped."""
    document = browse_repository.state(tx, token)
    if document is None:
        raise Stale()
    return ListQuery.from_json(document)


def tidy(tx: Tx) -> int:
    """Drops queries that were last asked for longer than STATE_LIFE ago; returns how many."""
    return browse_repository.drop_states(tx, tx.now - STATE_LIFE)
