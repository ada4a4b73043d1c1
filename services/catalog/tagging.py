"""Tags under the hands of people. What a product is tagged with is found by search at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from services.catalog import categories, search_index
from services.catalog import tagging_repository as repository
from services.catalog.shelf import TOPIC
from services.catalog.types import Tag, Words
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW

# The headings under which tags filter lists; "" is a tag that only marks.
FACETS = ("room", "user", "energy", "other", "")
PAGE = 8


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag with how many products carry it."""

    tag: Tag
    products: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """A product that carries a tag."""

    product_id: int
    code: str
    name: Words
    on_shelf: bool


@dataclass(frozen=True, slots=True)
class TagCard:
    """A tag with a page of its products in the order of their codes."""

    tag: Tag
    products: int
    shown: tuple[Tagged, ...]
    page: int
    pages: int


def tags(tx: Tx, actor: Actor) -> tuple[TagLine, ...]:
    """All tags in their order. Raises NotAllowed."""
    actor.require(CATALOG_VIEW)
    return tuple(
        TagLine(Tag(row.id, row.slug, row.name, row.facet), row.products) for row in repository.every(tx)
    )


def card(tx: Tx, actor: Actor, tag_id: int, page: int = 1) -> TagCard:
    """A tag with a page of what carries it; the nearest page that exists. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_VIEW)
    tag, count = _require(tx, tag_id), repository.count(tx, tag_id)
    pages = max(1, -(-count // PAGE))
    page = min(max(page, 1), pages)
    shown = tuple(
        Tagged(row.id, row.code, row.name, row.published_at is not None and row.published_at <= tx.now)
        for row in repository.products(tx, tag_id, (page - 1) * PAGE, PAGE)
    )
    return TagCard(tag, count, shown, page, pages)


def create(tx: Tx, actor: Actor, name: Words, facet: str = "") -> int:
    """Adds a tag and returns its id. Raises NotAllowed, InvalidInput for its name or facet."""
    actor.require(CATALOG_EDIT)
    name = categories.checked(name)
    _check_facet(facet)
    taken = repository.slugs(tx)
    base = re.sub(r"[^a-z0-9]+", "-", name["en"].lower()).strip("-")[:40] or "tag"
    slug = next(each for each in (base, *(f"{base}-{at}" for at in range(2, len(taken) + 3))) if each not in taken)
    tag_id = repository.add(tx, slug, name, facet)
    _note(tx, actor, "create", tag_id, {"slug": slug, "facet": facet})
    return tag_id


def rename(tx: Tx, actor: Actor, tag_id: int, name: Words) -> None:
    """Gives a tag other names; its products are found by them at once. Raises NotAllowed, InvalidInput, NotFound."""
    actor.require(CATALOG_EDIT)
    name = categories.checked(name)
    if not repository.rename(tx, tag_id, name):
        raise NotFound()
    for product_id in repository.product_ids(tx, tag_id):
        search_index.put(tx, product_id)
    _note(tx, actor, "rename", tag_id, {"zh": name["zh"], "en": name["en"]})


def set_facet(tx: Tx, actor: Actor, tag_id: int, facet: str) -> None:
    """Says under which heading the tag filters lists, "" for none. Raises NotAllowed, InvalidInput, NotFound."""
    actor.require(CATALOG_EDIT)
    _check_facet(facet)
    if not repository.set_facet(tx, tag_id, facet):
        raise NotFound()
    _note(tx, actor, "facet", tag_id, {"facet": facet})


def attach(tx: Tx, actor: Actor, tag_id: int, product_ids: Collection[int]) -> int:
    """Puts a tag on products; returns how many did not carry it yet. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_EDIT)
    _require(tx, tag_id)
    fresh = sorted(set(product_ids) - set(repository.product_ids(tx, tag_id)))
    if repository.known(tx, fresh) != len(fresh):
        raise NotFound()
    added = repository.attach(tx, tag_id, fresh)
    _follow(tx, actor, "attach", tag_id, added)
    return len(added)


def detach(tx: Tx, actor: Actor, tag_id: int, product_ids: Collection[int]) -> int:
    """Takes a tag off products; returns how many carried it. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_EDIT)
    _require(tx, tag_id)
    gone = repository.detach(tx, tag_id, sorted(set(product_ids)))
    _follow(tx, actor, "detach", tag_id, gone)
    return len(gone)


def remove(tx: Tx, actor: Actor, tag_id: int) -> None:
    """Deletes a tag; products that carried it lose it. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_EDIT)
    tag = _require(tx, tag_id)
    gone = repository.detach(tx, tag_id, repository.product_ids(tx, tag_id))
    repository.remove(tx, tag_id)
    _follow(tx, actor, "remove", tag_id, gone, {"slug": tag.slug})


def _require(tx: Tx, tag_id: int) -> Tag:
    row = repository.tag(tx, tag_id)
    if row is None:
        raise NotFound()
    return Tag(row.id, row.slug, row.name, row.facet)


def _check_facet(facet: str) -> None:
    if facet not in FACETS:
        raise InvalidInput(field="facet", reason="facet")


def _follow(
    tx: Tx, actor: Actor, act: str, tag_id: int, product_ids: Collection[int], facts: dict[str, object] | None = None
) -> None:
    for product_id in product_ids:
        search_index.put(tx, product_id)
    _note(tx, actor, act, tag_id, {"products": list(product_ids), **(facts or {})})


def _note(tx: Tx, actor: Actor, act: str, tag_id: int, facts: dict[str, object]) -> None:
    audit.record(tx, actor, f"tags.{act}", f"tag:{tag_id}", facts)
    tx.after_commit(TOPIC)
