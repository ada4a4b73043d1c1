"""What the things that conditions and buttons point at are called, and how they are found."""

from __future__ import annotations

from dataclasses import dataclass

from services.campaigns import audience, drafts
from services.campaigns.types import (
    CATEGORY,
    IGNORED,
    LISTED,
    PRODUCT,
    REGION,
    TAGGED,
    TO_CATEGORY,
    TO_COUPON,
    TO_PRODUCT,
    Audience,
    Condition,
)
from services.catalog import browsing, on_sale, repository
from services.customers import regions
from services.promotions import handing
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff.types import PUSHES_EDIT, PUSHES_VIEW

PAGE = 8


@dataclass(frozen=True, slots=True)
class Target:
    """Something to choose; `level` is how deep a category lies."""

    id: int
    name: dict[str, str]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Targets:
    """One page of them."""

    targets: tuple[Target, ...]
    page: int
    pages: int


def names(tx: Tx, actor: Actor, wanted: Audience) -> dict[Condition, dict[str, str]]:
    """What each condition speaks of, in each language; what is gone has no name. Raises NotAllowed."""
    actor.require(PUSHES_VIEW)
    every = {each for group in wanted.groups for each in group}
    return {each: _name(tx, each) for each in every}


def categories(tx: Tx, actor: Actor, page: int) -> Targets:
    """The visible categories, each below its parent. Raises NotAllowed."""
    actor.require(PUSHES_EDIT)
    tree = repository.tree(tx)
    found: list[Target] = []

    def add(category_id: int, level: int) -> None:
        node = tree.nodes[category_id]
        found.append(Target(node.id, node.name, level))
        for child in node.children:
            add(child, level + 1)

    for root in tree.roots:
        add(root, 0)
    return _page(found, page)


def coupons(tx: Tx, actor: Actor, page: int) -> Targets:
    """The coupons that are being handed out now. Raises NotAllowed."""
    actor.require(PUSHES_EDIT)
    return _page([Target(coupon_id, name) for coupon_id, name in handing.given_now(tx)], page)


def products(tx: Tx, actor: Actor, words: str) -> tuple[Target, ...]:
    """The products of a code, a SKU's code, or whose names match the words. Raises NotAllowed."""
    actor.require(PUSHES_EDIT)
    typed = words.strip()
    exact = repository.id_by_code(tx, "product", typed) or repository.product_of_sku_code(tx, typed)
    if exact is not None:
        ids: tuple[int, ...] = (exact,)
    else:
        found = browsing.find(tx, actor, typed)
        ids = () if found.nearest else found.product_ids[:PAGE]
    known = on_sale.product_names(tx, ids)
    return tuple(Target(each, known[each]) for each in ids if each in known)


def label(tx: Tx, actor: Actor, kind: str, target_id: int) -> dict[str, str]:
    """What a button to this thing says, the thing's own name. Raises NotAllowed, NotFound."""
    actor.require(PUSHES_EDIT)
    found: dict[str, str] = {}
    if kind == TO_PRODUCT:
        found = on_sale.product_names(tx, (target_id,)).get(target_id, {})
    elif kind == TO_CATEGORY:
        node = repository.tree(tx).nodes.get(target_id)
        found = {} if node is None else node.name
    elif kind == TO_COUPON:
        found = dict(handing.given_now(tx)).get(target_id, {})
    if not found:
        raise NotFound()
    return found


def place(text: str) -> tuple[str, str] | None:
    """The region and city that people typed ("江苏", "苏州", "Japan"); the city is "" for all of the region."""
    province = regions.find_province(text)
    if province is not None:
        return province.code, ""
    for each in regions.provinces():
        city = regions.find_city(each, text)
        if city is not None:
            return each.code, city.name["zh"]
    country = regions.find_country(text)
    return None if country in (None, regions.CHINA) else (str(country).lower(), "")


def _name(tx: Tx, condition: Condition) -> dict[str, str]:
    try:
        if condition.kind == REGION:
            return _place_name(condition)
        if condition.kind == TAGGED:
            return _same(next(tag.name for tag in audience.every_tag(tx) if tag.id == condition.id))
        if condition.kind == LISTED:
            return _same(audience.require_list(tx, condition.id).name)
        if condition.kind == IGNORED:
            return _same(drafts.require(tx, condition.id).name)
    except (NotFound, StopIteration):
        return {}
    if condition.of == PRODUCT:
        return on_sale.product_names(tx, (condition.id,)).get(condition.id, {})
    if condition.of == CATEGORY:
        node = repository.tree(tx).nodes.get(condition.id)
        return {} if node is None else node.name
    return {}


def _place_name(condition: Condition) -> dict[str, str]:
    abroad = regions.get_province(condition.region) is None
    country = condition.region.upper() if abroad else regions.CHINA
    if condition.city:
        return regions.city_name(condition.region, condition.city)
    return regions.region_name(country, condition.region)


def _same(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


def _page(found: list[Target], page: int) -> Targets:
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    return Targets(tuple(found[(page - 1) * PAGE:page * PAGE]), page, pages)
