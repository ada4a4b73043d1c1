"""Several people at one product at the same moment: one is first, the others are told and keep what they typed."""

from __future__ import annotations

import asyncio

import pytest

from services.catalog import drafts, editing_repository, loading
from services.catalog.errors import CodeTaken, Outdated
from services.inventory import goods
from services.inventory.goods import Written
from services.shared.actors import Actor
from services.shared.db import Store
from services.shared.errors import NotFound
from tests.services.inventory.test_goods import WANG, published, ready
from tests.services.staff.roster import staff_actor
from tests.statements import counted

EDITORS = [staff_actor("products", 100 + number, f"编辑{number}") for number in range(6)]


async def edits_at_once(store: Store, product_id: int) -> tuple[list[Actor], list[object]]:
    """Everybody changes another model and saves at once."""
    opened = [await store.write(drafts.edit, each, product_id) for each in EDITORS]
    for editor, draft in zip(EDITORS, opened, strict=True):
        await store.write(drafts.change, editor, draft.id, {"model": f"M{editor.id}"})
    answers = await asyncio.gather(
        *(store.write(goods.save, editor, draft.id, None, keep_shelf=True)
          for editor, draft in zip(EDITORS, opened, strict=True)),
        return_exceptions=True,
    )
    return [each for each, answer in zip(EDITORS, answers, strict=True) if isinstance(answer, Written)], list(answers)


async def test_of_many_edits_one_is_first_and_the_others_keep_their_drafts(any_store: Store) -> None:
    product_id = await published(any_store)
    winners, answers = await edits_at_once(any_store, product_id)
    assert len(winners) == 1
    assert [type(answer) for answer in answers if not isinstance(answer, Written)] == [Outdated] * 5
    assert (await any_store.read(loading.as_written, product_id)).model == f"M{winners[0].id}"
    for editor in EDITORS:
        kept = await any_store.read(drafts.mine, editor, None, 8)
        assert len(kept) == (0 if editor in winners else 1)


async def test_without_the_version_every_edit_would_believe_it_was_first(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_id = await published(any_store)
    monkeypatch.setattr(editing_repository, "next_version", lambda tx, product_id, seen: True)
    winners, _ = await edits_at_once(any_store, product_id)
    assert len(winners) == 6


async def test_taking_off_against_an_edit_at_once(any_store: Store) -> None:
    product_id = await published(any_store)
    seen = await any_store.read(loading.version, product_id)
    edit = await any_store.write(drafts.edit, EDITORS[0], product_id)
    await any_store.write(drafts.change, EDITORS[0], edit.id, {"model": "X"})
    answers = await asyncio.gather(
        any_store.write(goods.take_off, WANG, product_id, seen, "stock"),
        any_store.write(goods.save, EDITORS[0], edit.id, None, keep_shelf=True),
        return_exceptions=True,
    )
    assert sorted(isinstance(answer, Outdated) for answer in answers) == [False, True]
    stored = await any_store.read(loading.as_written, product_id)
    off_first = isinstance(answers[1], Outdated)
    assert (stored.published_at is None, stored.model) == (off_first, "" if off_first else "X")


async def test_a_draft_is_written_once_however_often_it_is_tapped(any_store: Store) -> None:
    draft = await ready(any_store)
    now = any_store.clock.now()
    answers = await asyncio.gather(
        *(any_store.write(goods.save, WANG, draft.id, now) for _ in range(5)), return_exceptions=True
    )
    assert [type(answer) for answer in answers if not isinstance(answer, Written)] == [NotFound] * 4
    assert (await any_store.read(goods.page, WANG, "all"))[0].total == 1


async def test_two_new_products_under_one_code(any_store: Store) -> None:
    pair = [(each, await ready(any_store, each)) for each in EDITORS[:2]]
    for editor, draft in pair:
        await any_store.write(drafts.change, editor, draft.id, {"code": "LAMP-1"})
    answers = await asyncio.gather(
        *(any_store.write(goods.save, editor, draft.id, None) for editor, draft in pair), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == [CodeTaken.__name__, Written.__name__]


async def test_a_page_of_the_list_takes_three_statements_at_most(store: Store) -> None:
    for _ in range(9):
        await published(store)
    asked = {}
    for shelf in ("all", "on", "planned", "off", "low"):
        with counted(store) as statements:
            await store.read(goods.page, WANG, shelf)
        asked[shelf] = len(statements)
    # The page with its total, and what is free; without products nothing is asked of stock.
    assert asked == {"all": 2, "on": 2, "planned": 1, "off": 1, "low": 2}
