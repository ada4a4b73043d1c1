"""What a promotion or coupon can be for: categories, tags and products by name, and what it is called after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog import browsing, on_sale, page_repository, repository
from services.pricing.rules import ALL, CATEGORY, PRODUCT, TAG
from services.promotions.fields import DealFields
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff.types import PROMOTIONS_VIEW

PAGE = 6
# A name says so many of its parts.
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """A category, tag or product to choose; `level` is how deep a category lies."""

    id: int
    name: dict[str, str]
    chosen: bool
    level: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """One page of them. `chosen` counts all that are chosen."""

    kind: str
    choices: tuple[Choice, ...]
    chosen: int
    page: int
    pages: int


def choices(tx: Tx, actor: Actor, kind: str, chosen: Sequence[int], page: int = 1) -> Choices:
    """The categories, tags, or of the products those that are chosen. Raises NotAllowed, NotFound for another kind."""
    actor.require(PROMOTIONS_VIEW)
    if kind == CATEGORY:
        every = _categories(tx, chosen)
    elif kind == TAG:
        every = [Choice(tag.id, tag.name, tag.id in chosen) for tag in page_repository.tags(tx).values()]
    elif kind == PRODUCT:
        names = on_sale.product_names(tx, tuple(chosen))
        every = [Choice(each, names[each], True) for each in chosen if each in names]
    else:
        raise NotFound()
    pages = max(1, -(-len(every) // PAGE))
    page = min(max(page, 1), pages)
    return Choices(kind, tuple(every[(page - 1) * PAGE:page * PAGE]), len(set(chosen)), page, pages)


def find_products(tx: Tx, actor: Actor, words: str) -> tuple[Choice, ...]:
    """The products of a code, a SKU's code, or whose names match the words. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    typed = words.strip()
    exact = repository.id_by_code(tx, "product", typed) or repository.product_of_sku_code(tx, typed)
    if exact is not None:
        ids: tuple[int, ...] = (exact,)
    else:
        found = browsing.find(tx, actor, typed)
        ids = () if found.nearest else found.product_ids[:PAGE]
    names = on_sale.product_names(tx, ids)
    return tuple(Choice(each, names[each], False) for each in ids if each in names)


def name(tx: Tx, fields: DealFields) -> dict[str, str]:
    """What it is for in the merchant's words ("Phones, Audio …"); nothing for the whole shop."""
    kind, ids = fields.scope_kind, fields.scope_ids
    if kind in (None, ALL) or not ids:
        return {}
    if kind == CATEGORY:
        nodes = repository.tree(tx).nodes
        names = [nodes[each].name for each in ids if each in nodes]
    elif kind == TAG:
        tags = page_repository.tags(tx)
        names = [tags[each].name for each in ids if each in tags]
    else:
        known = on_sale.product_names(tx, ids)
        names = [known[each] for each in ids if each in known]
    more = "…" if len(names) > _MOST_NAMED else ""
    languages = {language for each in names for language in each}
    return {
        language: ("、" if language == "zh" else ", ").join(
            each.get(language) or next(iter(each.values())) for each in names[:_MOST_NAMED]
        ) + more
        for language in sorted(languages)
    }


def _categories(tx: Tx, chosen: Sequence[int]) -> list[Choice]:
    tree = repository.tree(tx)
    found: list[Choice] = []

    def add(category_id: int, level: int) -> None:
        node = tree.nodes[category_id]
        found.append(Choice(node.id, node.name, node.id in chosen, level))
        for child in node.children:
            add(child, level + 1)

    for root in tree.roots:
        add(root, 0)
    return found
