"""Tags under people's hands: what carries one is found by it at once."""

from __future__ import annotations

import asyncio

import pytest

from services.catalog import browsing, tagging
from services.shared.actors import SYSTEM
from services.shared.db import Store
from services.shared.errors import InvalidInput, NotAllowed, NotFound
from services.staff import audit
from tests.services.catalog import shelf
from tests.services.catalog.shelf import LI, ZHAO
from tests.services.staff.roster import staff_actor

GIFT = {"zh": "送礼首选", "en": "Giftable"}


async def found(store: Store, words: str) -> tuple[int, ...]:
    answer = await store.read(browsing.find, SYSTEM, words)
    return () if answer.nearest else answer.product_ids


async def test_a_tag_is_found_the_moment_it_is_put_on_and_not_after_it_is_taken_off(any_store: Store) -> None:
    await any_store.write(shelf.furnish)
    product, _ = await any_store.write(shelf.put, "P3", "purifiers")
    other, _ = await any_store.write(shelf.put, "F1", "filters")
    tag = await any_store.write(tagging.create, LI, GIFT, "user")
    assert await found(any_store, "送礼首选") == ()
    assert await any_store.write(tagging.attach, LI, tag, [product, other]) == 2
    assert await any_store.write(tagging.attach, LI, tag, [product]) == 0
    assert sorted(await found(any_store, "送礼首选")) == sorted([product, other])
    await any_store.write(tagging.rename, LI, tag, {"zh": "过节送礼", "en": "Festive"})
    assert sorted(await found(any_store, "Festive")) == sorted([product, other])
    assert await any_store.write(tagging.detach, LI, tag, [other]) == 1
    assert await found(any_store, "过节送礼") == (product,)
    await any_store.write(tagging.set_facet, LI, tag, "room")
    card = await any_store.read(tagging.card, LI, tag, 7)
    assert (card.tag.facet, card.products, card.page, [each.code for each in card.shown]) == ("room", 1, 1, ["P3"])
    assert [(line.tag.slug, line.products) for line in await any_store.read(tagging.tags, LI)] == [
        ("new", 0), ("giftable", 1),
    ]
    await any_store.write(tagging.remove, LI, tag)
    assert await found(any_store, "过节送礼") == ()
    acts = [entry.act for entry in await any_store.read(audit.entries, SYSTEM, area="tags", most=20)]
    assert acts == ["tags.remove", "tags.facet", "tags.detach", "tags.rename", "tags.attach", "tags.attach",
                    "tags.create"]


async def test_two_people_put_the_same_tag_on_at_once(any_store: Store) -> None:
    await any_store.write(shelf.furnish)
    product, _ = await any_store.write(shelf.put, "P3", "purifiers")
    tag = await any_store.write(tagging.create, LI, GIFT)
    added = await asyncio.gather(*(any_store.write(tagging.attach, who, tag, [product]) for who in (LI, ZHAO)))
    assert sorted(added) == [0, 1]


async def test_what_is_wrong_is_refused(store: Store) -> None:
    await store.write(shelf.furnish)
    tag = await store.write(tagging.create, LI, GIFT)
    for attempt, error in (
        (lambda tx: tagging.create(tx, staff_actor("orders"), GIFT), NotAllowed),
        (lambda tx: tagging.create(tx, LI, {"zh": "x"}), InvalidInput),
        (lambda tx: tagging.set_facet(tx, LI, tag, "colour"), InvalidInput),
        (lambda tx: tagging.attach(tx, LI, tag, [999]), NotFound),
        (lambda tx: tagging.rename(tx, LI, 999, GIFT), NotFound),
    ):
        with pytest.raises(error):
            await store.write(attempt)
