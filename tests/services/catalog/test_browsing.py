from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from services.catalog import browsing, editing, lists, page_repository, repository, service
from services.catalog.errors import BadCategory
from services.catalog.lists import PAGE, SORTS, Filters, ListQuery, Page, Position
from services.catalog.models import WHOLE_SHOP
from services.inventory import service as inventory
from services.inventory.storefront import storefront
from services.shared.actors import SYSTEM, customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, Stale
from services.shared.money import Money

LOW, HIGH = 50_000, 150_000


def walked(tx: Tx, query: ListQuery) -> list[Page]:
    """All pages of a list, forwards by its own cursors."""
    pages = [browsing.page(tx, SYSTEM, query, None, 1)]
    while pages[-1].after:
        pages.append(browsing.page(tx, SYSTEM, query, Position.parse(pages[-1].after), len(pages) + 1))
    return pages


def brute(tx: Tx, query: ListQuery) -> list[int]:
    matches = lists.matcher(query.filters, page_repository.tags(tx), frozenset())
    entries = [entry for entry in page_repository.everything(tx, query.category_id) if matches(entry)]
    return [entry.item.product_id for entry in lists.arranged(entries, query.sort)]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that the store's readers execute."""
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(store.reading_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(store.reading_engine, "before_cursor_execute", note)


@pytest.fixture
async def category(store: Store, skus: dict[str, int]) -> int:
    found = await store.read(repository.id_by_code, "category", "large")
    assert found is not None
    return found


async def test_every_count_is_the_number_of_different_products_listed(store: Store, skus: dict[str, int]) -> None:
    tree = await store.read(service.tree, SYSTEM)
    assert tree.count == 71
    for node in (None, *tree.nodes.values()):
        query = ListQuery(node.id if node is not None else WHOLE_SHOP)
        pages = await store.read(walked, query)
        ids = [item.product_id for page in pages for item in page.items]
        count = node.count if node is not None else tree.count
        assert (len(ids), len(set(ids)), pages[0].total) == (count, count, count)


async def test_a_third_level_category_is_below_its_parents(store: Store, skus: dict[str, int]) -> None:
    tree = await store.read(service.tree, SYSTEM)
    purify = next(node for node in tree.nodes.values() if node.code == "purify")
    assert [node.code for node in tree.path(purify.id)] == ["air", "airq", "purify"]


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_lead_forwards_and_back_without_gap_or_repeat(
    store: Store, skus: dict[str, int], sort: str
) -> None:
    query = ListQuery(sort=sort)
    pages = await store.read(walked, query)
    assert [item.product_id for page in pages for item in page.items] == await store.read(brute, query)
    assert [len(page.items) for page in pages] == [PAGE] * 11 + [5]
    for page, before in zip(pages[:0:-1], pages[-2::-1], strict=True):
        back = await store.read(browsing.page, SYSTEM, query, Position.parse(page.before), page.number - 1)
        assert [item.code for item in back.items] == [item.code for item in before.items]


async def test_a_product_that_sells_out_between_two_pages_is_neither_skipped_nor_repeated_before_its_place(
    store: Store, skus: dict[str, int]
) -> None:
    query = ListQuery(sort="price-up")
    everything = await store.read(brute, query)
    first = await store.read(browsing.page, SYSTEM, query, None, 1)
    last = first.items[-1]
    free = await store.read(inventory.available, last.sku_ids)
    await store.write(inventory.reserve, 1, {sku: pieces for sku, pieces in free.items() if pieces}, None)
    second = await store.read(browsing.page, SYSTEM, query, Position.parse(first.after), 2)
    assert [item.product_id for item in second.items] == everything[PAGE : 2 * PAGE]
    assert [item.code for item in (await store.read(walked, query))[-1].items[-2:]] == [last.code, "QL-A4S"]


async def test_sold_out_products_come_last_and_are_not_hidden(store: Store, skus: dict[str, int]) -> None:
    pages = await store.read(walked, ListQuery(sort="price-up"))
    assert [page.items[-1].code for page in pages][-1] == "QL-A4S"


@pytest.fixture
async def tags(store: Store, skus: dict[str, int]) -> AsyncIterator[list[int]]:
    yield list(await store.read(page_repository.tags))


async def test_combined_filters_equal_brute_force(store: Store, tags: list[int], category: int) -> None:
    prices = st.one_of(st.none(), st.sampled_from([5_900, 19_900, 50_000, 129_900, 329_900]))
    filters = st.builds(
        Filters, prices, prices, st.lists(st.sampled_from(tags), max_size=4, unique=True).map(tuple), st.booleans()
    )
    queries = st.builds(
        ListQuery, st.sampled_from([WHOLE_SHOP, category]), st.just(""), st.sampled_from(list(SORTS)), filters
    )
    loop = asyncio.get_running_loop()
    seen: list[tuple[list[int], list[int], int]] = []

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(queries)
    def check(query: ListQuery) -> None:
        def both(tx: Tx) -> None:
            pages = walked(tx, query)
            found, expected = [item.product_id for page in pages for item in page.items], brute(tx, query)
            facets = browsing.facets(tx, SYSTEM, query, None, (LOW, HIGH))
            seen.append((found, expected, facets.total))
            assert found == expected
            assert facets.total == pages[0].total == len(expected)

        asyncio.run_coroutine_threadsafe(store.read(both), loop).result(10)

    await asyncio.to_thread(check)
    assert len({tuple(found) for found, _, _ in seen}) > 10


async def test_bedroom_and_grade_one_lists_exactly_the_matching_products(store: Store, skus: dict[str, int]) -> None:
    by_slug = {tag.slug: tag.id for tag in (await store.read(page_repository.tags)).values()}
    query = ListQuery(filters=Filters(tags=(by_slug["bedroom"], by_slug["energy-1"])))
    pages = await store.read(walked, query)
    assert [item.code for page in pages for item in page.items] == ["HY-A26"]


async def test_a_facets_count_is_what_choosing_it_leaves(store: Store, skus: dict[str, int]) -> None:
    query = ListQuery(filters=Filters(price_to=HIGH))
    facets = await store.read(browsing.facets, SYSTEM, query, None, (LOW, HIGH))
    for choice in facets.tags:
        chosen = ListQuery(filters=Filters(price_to=HIGH, tags=(choice.tag.id,)))
        assert choice.count == len(await store.read(brute, chosen))
    assert sum(facets.bands) == 71


async def test_screens_need_three_statements_cold_and_one_warm(store: Store, skus: dict[str, int]) -> None:
    shelf = storefront(store)
    product_id = (await store.read(service.sku_facts, [skus["HY-P3M"]]))[skus["HY-P3M"]].product_id

    async def category_screen() -> None:
        await shelf.tree()

    async def list_screen() -> None:
        await shelf.tree()
        page = await shelf.page(ListQuery(), None, 1)
        await shelf.available([sku_id for item in page.items for sku_id in item.sku_ids])

    async def card_screen() -> None:
        card = await shelf.card(product_id)
        await shelf.available([variant.sku_id for variant in card.variants])

    found: list[tuple[int, int]] = []
    for screen in (category_screen, list_screen, card_screen):
        store.announce({"catalog"})
        counts: list[int] = []
        for _ in range(2):
            with counted(store) as statements:
                await screen()
            counts.append(len([each for each in statements if each.lstrip().startswith("SELECT")]))
        found.append((counts[0], counts[1]))
    assert found == [(1, 0), (3, 1), (3, 1)]


async def test_a_change_of_the_catalogue_is_seen_at_once_and_a_planned_product_in_time(
    store: Store, skus: dict[str, int], clock: MovableClock
) -> None:
    shelf = storefront(store)
    assert (await shelf.tree()).count == 71
    product_id = await shelf.product_by_code("ql-p0")
    assert product_id is not None
    await store.write(editing.publish, SYSTEM, product_id, clock.now() + timedelta(hours=1))
    assert (await shelf.tree()).count == 71
    clock.move(3600)
    assert (await shelf.tree()).count == 72
    await store.write(editing.publish, SYSTEM, product_id, None)
    await asyncio.sleep(0)
    assert (await shelf.tree()).count == 71
    assert (await shelf.card(product_id)).on_shelf(clock.now()) is False


async def test_what_is_off_the_shelf_is_in_no_list_and_not_found(store: Store, skus: dict[str, int]) -> None:
    facts = (await store.read(service.sku_facts, [skus["QL-P0-BLACK"]]))[skus["QL-P0-BLACK"]]
    assert (facts.on_sale, facts.price) == (False, Money(299900, "CNY"))
    found = await store.read(browsing.find, SYSTEM, "P0")
    assert facts.product_id not in found.product_ids


async def test_the_same_query_has_one_token_and_an_unknown_token_is_stale(store: Store, skus: dict[str, int]) -> None:
    query = ListQuery(words="灯", sort="newest", filters=Filters(1, 2, (3, 4), True))
    token = await store.write(browsing.keep, SYSTEM, query)
    assert len(token) == 10
    assert await store.write(browsing.keep, SYSTEM, query) == token
    assert await store.read(browsing.recall, SYSTEM, token) == query
    with pytest.raises(Stale):
        await store.read(browsing.recall, SYSTEM, "nothing")


async def test_hiding_a_category_hides_its_products_and_moving_it_keeps_them(
    store: Store, skus: dict[str, int], category: int
) -> None:
    await store.write(editing.hide_category, SYSTEM, category, True)
    tree = await store.read(service.tree, SYSTEM)
    assert (category in tree.nodes, tree.count) == (False, 60)
    await store.write(editing.hide_category, SYSTEM, category, False)
    await store.write(editing.put_category, SYSTEM, "cold", {"zh": "冰箱", "en": "Fridges"}, "av", 9)
    tree = await store.read(service.tree, SYSTEM)
    counts = {node.code: node.count for node in tree.nodes.values()}
    assert (counts["av"], counts["large"], counts["cold"]) == (10, 8, 3)


@pytest.mark.parametrize(("code", "parent", "reason"), [("air", "purify", "cycle"), ("air", "tv", "depth")])
async def test_a_category_cannot_stand_below_itself_or_too_deep(
    store: Store, skus: dict[str, int], code: str, parent: str, reason: str
) -> None:
    with pytest.raises(BadCategory) as refused:
        await store.write(editing.put_category, SYSTEM, code, {"zh": "空气", "en": "Air"}, parent, 0)
    assert refused.value.facts["reason"] == reason


async def test_customers_cannot_write_the_catalogue(store: Store) -> None:
    with pytest.raises(NotAllowed):
        await store.write(editing.put_category, customer(1), "x", {"zh": "甲", "en": "A"}, None, 0)
