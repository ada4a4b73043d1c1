"""The category tree under people's hands: its shape holds whatever is done to it, and by whom at once."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.util import await_only

from services.catalog import browsing, categories, categories_repository, service
from services.catalog.errors import BadCategory
from services.catalog.lists import ListQuery
from services.catalog.models import CategoryRow
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff import audit
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI, ZHAO, words
from tests.services.staff.roster import staff_actor

CATEGORIES = CategoryRow.__table__


def listed(tx: Tx, category_id: int) -> list[str]:
    return [item.code for item in browsing.page(tx, SYSTEM, ListQuery(category_id), None, 1).items]


def levels(parents: dict[int, int | None]) -> int:
    """The deepest level; -1 when going up from some category never ends."""
    deepest = 0
    for each in parents:
        chain: list[int] = []
        current: int | None = each
        while current is not None:
            if current in chain:
                return -1
            chain.append(current)
            current = parents[current]
        deepest = max(deepest, len(chain))
    return deepest


async def test_a_category_is_made_renamed_ordered_hidden_and_removed(any_store: Store) -> None:
    ids = await any_store.write(shelf.furnish)
    await any_store.write(shelf.put, "P3", "purifiers")
    await any_store.write(shelf.put, "P4", "purifiers", on=False)
    new = await any_store.write(categories.create, LI, {"zh": " 加湿器 ", "en": "Air"}, ids["air"])
    await any_store.write(categories.set_icon, LI, new, "💧")
    await any_store.write(categories.rename, LI, ids["purifiers"], {"zh": "净化器", "en": "Cleaners"})
    assert await any_store.write(categories.shift, LI, new, True)
    assert await any_store.write(categories.shift, LI, new, True)
    assert not await any_store.write(categories.shift, LI, new, True)

    tree = await any_store.read(categories.tree, LI)
    air = tree.require(ids["air"])
    assert air.children == (new, ids["purifiers"], ids["filters"])
    assert (air.own, air.products, air.on_shelf, air.level) == (0, 2, 1, 1)
    assert (tree.by_id[new].code, tree.by_id[new].name["zh"], tree.by_id[new].icon) == ("air-2", "加湿器", "💧")
    assert (await any_store.read(service.tree, SYSTEM)).nodes[new].icon == "💧"
    assert (await any_store.read(browsing.find, SYSTEM, "Cleaners")).product_ids != ()

    await any_store.write(categories.hide, LI, ids["air"], True)
    assert (await any_store.read(service.tree, SYSTEM)).count == 0
    await any_store.write(categories.hide, LI, ids["air"], False)
    assert await any_store.read(listed, ids["air"]) == ["P3"]
    for category, reason in ((ids["air"], "children"), (ids["purifiers"], "products")):
        with pytest.raises(BadCategory) as refused:
            await any_store.write(categories.remove, LI, category)
        assert refused.value.facts["reason"] == reason
    await any_store.write(categories.remove, LI, new)
    with pytest.raises(NotFound):
        await any_store.write(categories.remove, LI, new)
    acts = [entry.act for entry in await any_store.read(audit.entries, SYSTEM, area="categories", most=20)]
    assert acts == [
        "categories.remove", "categories.show", "categories.hide", "categories.shift", "categories.shift",
        "categories.rename", "categories.icon", "categories.create",
    ]


async def test_a_subtree_moves_with_its_products(any_store: Store) -> None:
    ids = await any_store.write(shelf.furnish)
    await any_store.write(shelf.put, "P3", "purifiers")
    await any_store.write(shelf.put, "F1", "filters")
    await any_store.write(categories.move, LI, ids["air"], ids["phones"])
    assert sorted(await any_store.read(listed, ids["phones"])) == ["F1", "P3"]
    tree = await any_store.read(categories.tree, LI)
    assert [each.code for each in tree.path(ids["purifiers"])] == ["phones", "air", "purifiers"]
    assert (tree.may_hold(ids["purifiers"], None), tree.may_hold(ids["air"], None)) == (False, True)
    assert not tree.may_hold(ids["filters"], ids["air"])


@pytest.mark.parametrize(("name", "parent", "error"), [
    ({"zh": "", "en": "X"}, None, InvalidInput), ({"zh": "名" * 61, "en": "X"}, None, InvalidInput),
    ({"zh": "名", "en": "X"}, 999, NotFound),
])
async def test_what_cannot_be_made_is_refused(
    store: Store, name: dict[str, str], parent: int | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await store.write(categories.create, LI, name, parent)
    with pytest.raises(NotAllowed):
        await store.write(categories.create, staff_actor("marketing"), {"zh": "名", "en": "X"}, None)
    with pytest.raises(InvalidInput):
        await store.write(categories.set_icon, LI, 1, "<b>")


@given(moves=st.lists(st.tuples(st.integers(0, 7), st.integers(-1, 7)), max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_sequence_of_moves_makes_a_cycle_or_a_fourth_level(
    store: Store, moves: list[tuple[int, int]]
) -> None:
    def all_of_them(tx: Tx) -> tuple[int, int]:
        made: list[int] = []
        for number in range(8):
            parent = made[(number - 1) // 2] if number and number < 4 else None
            made.append(categories.create(tx, LI, words(f"N{number}"), parent))
        for child, parent in moves:
            try:
                categories.move(tx, LI, made[child], None if parent < 0 else made[parent])
            except BadCategory as refusal:
                assert refusal.facts["reason"] in ("cycle", "depth")
        parents = {row.id: row.parent_id for row in tx.rows(select(CATEGORIES)) if row.id in made}
        return levels(parents), len(parents)

    deepest, kept = await store.read(all_of_them)
    assert (deepest in (1, 2, 3), kept) == (True, 8)


async def cross(store: Store, ids: dict[str, int]) -> list[object]:
    """Two people at once put each of two categories under the other."""
    return list(await asyncio.gather(
        store.write(categories.move, LI, ids["air"], ids["phones"]),
        store.write(categories.move, ZHAO, ids["phones"], ids["air"]), return_exceptions=True,
    ))


def parents_of(tx: Tx) -> dict[int, int | None]:
    return {row.id: row.parent_id for row in tx.rows(select(CATEGORIES))}


async def two_roots(store: Store) -> dict[str, int]:
    return {code: await store.write(categories.create, LI, words(code), None) for code in ("air", "phones")}


async def test_two_people_at_once_make_no_cycle(any_store: Store) -> None:
    ids = await two_roots(any_store)
    answers = await cross(any_store, ids)
    refused = [each for each in answers if isinstance(each, BadCategory)]
    assert (answers.count(None), [each.facts["reason"] for each in refused]) == (1, ["cycle"])
    assert levels(await any_store.read(parents_of)) == 2


@pytest.mark.postgresql
async def test_without_the_lock_two_people_make_a_cycle(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await two_roots(postgres_store)
    both_have_looked, looks, children = asyncio.Barrier(2), count(), categories_repository.children

    def after_the_other(tx: Tx, parent_id: int | None) -> Any:
        """Follows the look at the tree: nobody writes before the other one has looked."""
        if next(looks) < 2:
            await_only(both_have_looked.wait())
        return children(tx, parent_id)

    monkeypatch.setattr(categories_repository, "LOCK", select(CATEGORIES.c.id))
    monkeypatch.setattr(categories_repository, "children", after_the_other)
    answers = await cross(postgres_store, ids)
    assert (answers, levels(await postgres_store.read(parents_of))) == ([None, None], -1)


async def test_without_the_check_even_one_after_the_other_makes_a_cycle(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await two_roots(store)
    monkeypatch.setattr(categories, "check_place", lambda *_args: None)
    monkeypatch.setattr(categories, "follow", lambda *_args: None)
    assert await cross(store, ids) == [None, None]
    assert levels(await store.read(parents_of)) == -1
