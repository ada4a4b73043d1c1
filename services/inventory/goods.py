"""Looking after products: their list and card with stock, writing a draft, putting on the shelf and taking off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.catalog import (
    costs,
    drafts,
    editing,
    editing_repository,
    goods,
    listing_repository,
    loading,
    loading_repository,
    readiness,
    repository,
)
from services.catalog.errors import BelowCost, CodeTaken, NotReady, Outdated
from services.catalog.fields import Draft, Fields, SkuFields, changed, of_product, to_product
from services.catalog.goods import GoodsPage
from services.catalog.shelf import TOPIC
from services.catalog.shelving import REASONS
from services.catalog.types import Card, Disclosure, Words, shelf_state
from services.inventory import goods_repository, service
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.shared.money import Money
from services.staff import audit
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW, COSTS_VIEW, PRICES_EDIT, STOCK_EDIT

LOW = "low"
# Reasons for taking a product off the shelf, in the order in which they are offered; batches have the same.
OFF_REASONS = REASONS
# Whoever plans further ahead than this has mistaken the year.
_FURTHEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class GoodsCard:
    """A product for those who look after it. `costs` is empty for who may not see them; `stock` is what is free."""

    card: Card
    fields: Fields
    stock: Mapping[int, int]
    costs: Mapping[int, Money]
    missing: tuple[str, ...]
    off_reason: str
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with what its card says. `path` names its category from the top; `stock` is what is free by SKU code.

    `shelf` says where the product that it changes stands.
    """

    draft: Draft
    path: tuple[Words, ...]
    rules: tuple[Disclosure, ...]
    missing: tuple[str, ...]
    below_cost: tuple[str, ...]
    stock: Mapping[str, int]
    shelf: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A draft that became a product, or its change. `published_at` is where it stands now."""

    product_id: int
    published_at: datetime | None
    changed: tuple[str, ...]


def page(
    tx: Tx, actor: Actor, shelf: str, words: str = "", position: str = ""
) -> tuple[GoodsPage, Mapping[int, int]]:
    """A page of the list with what is free of each SKU on it; "low" are products with a SKU low or sold out."""
    only = loading_repository.products_of(tx, goods_repository.short(tx)) if shelf == LOW else None
    found = goods.page(tx, actor, "all" if shelf == LOW else shelf, words, position, only)
    return found, service.available(tx, [sku_id for line in found.lines for sku_id in line.sku_ids])


def card(tx: Tx, actor: Actor, product_id: int) -> GoodsCard:
    """A product, on the shelf or off it. Raises NotFound."""
    actor.require(CATALOG_VIEW)
    shown = repository.card(tx, product_id)
    row = loading_repository.state(tx, product_id)
    if shown is None or row is None:
        raise NotFound()
    fields = of_product(loading.as_written(tx, product_id))
    ids = [variant.sku_id for variant in shown.variants]
    allowed = "*" in actor.permissions or COSTS_VIEW in actor.permissions
    return GoodsCard(
        shown, fields, service.available(tx, ids), costs.costs(tx, ids) if allowed else {},
        readiness.missing(tx, fields, _stocked(tx, product_id)), row.off_reason, row.updated_by, row.updated_at,
    )


def draft_view(tx: Tx, actor: Actor, draft_id: int) -> DraftView:
    """The actor's own draft as its card shows it. Raises NotFound."""
    draft = drafts.get(tx, actor, draft_id)
    fields = _placed(tx, draft.fields)
    stocked = _stocked(tx, draft.product_id)
    ids = loading_repository.codes(tx, draft.product_id) if draft.product_id is not None else {}
    free = service.available(tx, [ids[code] for code in stocked])
    return DraftView(
        draft, loading.category_path(tx, fields.category), readiness.rules_for(tx, fields),
        readiness.missing(tx, fields, stocked), readiness.below_cost(fields),
        {code: free.get(ids[code], 0) for code in stocked}, shelf_state(_published_at(tx, draft), tx.now),
        changed(draft.base, fields) if draft.base is not None else (),
    )


def save(
    tx: Tx, actor: Actor, draft_id: int, since: datetime | None, *, keep_shelf: bool = False, sure: bool = False
) -> Written:
    """Writes the actor's draft as a product on the shelf from `since` on (off it with None; where it stands, with
    `keep_shelf`) and drops the draft. New SKUs get their opening stock.

    Raises NotFound, NotReady for what is missing, BelowCost unless `sure`, Outdated when somebody changed the product
    meanwhile, CodeTaken, NotAllowed. Refused, the draft stays as it is.
    """
    draft = drafts.locked(tx, actor, draft_id)
    published_at = _published_at(tx, draft) if keep_shelf else _moment(tx, since)
    _check_ready(tx, draft, published_at is not None)
    _check_codes(tx, draft)
    _check_prices(actor, draft, sure)
    _claim(tx, draft)
    before = _stocked(tx, draft.product_id)
    product = replace(to_product(draft.fields), published_at=published_at, tags=_tags(tx, draft))
    product_id, skus = editing.write(tx, actor, draft.product_id, product)
    _open_stock(tx, actor, {sku.code: sku.stock for sku in draft.fields.skus if sku.code not in before}, skus)
    what = changed(draft.base, draft.fields) if draft.base is not None else ()
    act = "catalog.create" if draft.base is None else "catalog.change"
    audit.record(tx, actor, act, f"product:{product_id}",
                 {"fields": list(what), "code": product.code} | _price_facts(draft))
    drafts.drop(tx, actor, draft_id)
    return Written(product_id, published_at, what)


def put_on_shelf(tx: Tx, actor: Actor, product_id: int, seen: int, since: datetime, *, sure: bool = False) -> None:
    """Puts a product that was looked at in version `seen` on the shelf from `since` on.

    Raises NotReady, BelowCost unless `sure`, Outdated when somebody changed it meanwhile.
    """
    actor.require(CATALOG_EDIT)
    fields = of_product(loading.as_written(tx, product_id))
    if lacks := readiness.missing(tx, fields, _stocked(tx, product_id)):
        raise NotReady(missing=lacks)
    if (cheap := readiness.below_cost(fields)) and not sure:
        raise BelowCost(skus=cheap)
    since = _moment(tx, since) or tx.now
    _shelve(tx, actor, product_id, seen, since, "")
    audit.record(tx, actor, "catalog.publish", f"product:{product_id}", {"since": since.isoformat()})


def take_off(tx: Tx, actor: Actor, product_id: int, seen: int, reason: str) -> None:
    """Takes a product that was looked at in version `seen` off the shelf for one of OFF_REASONS. Raises Outdated."""
    actor.require(CATALOG_EDIT)
    if reason not in OFF_REASONS:
        raise InvalidInput(field="reason", reason="reason")
    _shelve(tx, actor, product_id, seen, None, reason)
    audit.record(tx, actor, "catalog.off", f"product:{product_id}", {"reason": reason})


def _shelve(tx: Tx, actor: Actor, product_id: int, seen: int, since: datetime | None, reason: str) -> None:
    loading.version(tx, product_id)
    if not editing_repository.next_version(tx, product_id, seen):
        raise _outdated(tx, product_id)
    editing_repository.publish(tx, product_id, since, actor.name, reason)
    listing_repository.rebuild(tx, [product_id])
    tx.after_commit(TOPIC)


def _open_stock(tx: Tx, actor: Actor, stock: Mapping[str, int | None], skus: Mapping[str, int]) -> None:
    for code, pieces in stock.items():
        if pieces is not None:
            actor.require(STOCK_EDIT)
            service.set_opening(tx, skus[code], pieces)


def _claim(tx: Tx, draft: Draft) -> None:
    """Counts the change, unless somebody else's came first."""
    if draft.product_id is None:
        return
    loading.version(tx, draft.product_id)
    if not editing_repository.next_version(tx, draft.product_id, draft.base_version):
        raise _outdated(tx, draft.product_id)


def _outdated(tx: Tx, product_id: int) -> Outdated:
    found = loading_repository.state(tx, product_id)
    assert found is not None, "it was there a moment ago"
    return Outdated(product_id=product_id, name=found.updated_by or "—")


def _check_ready(tx: Tx, draft: Draft, on_shelf: bool) -> None:
    fields = _placed(tx, draft.fields)
    lacks = readiness.unwritable(fields)
    if on_shelf:
        lacks = readiness.missing(tx, fields, _stocked(tx, draft.product_id))
    if lacks:
        raise NotReady(missing=lacks)


def _placed(tx: Tx, fields: Fields) -> Fields:
    """The fields without a category that is gone since it was chosen."""
    return fields if not fields.category or loading.category_path(tx, fields.category) else replace(fields, category="")


def _tags(tx: Tx, draft: Draft) -> tuple[str, ...]:
    """The draft's tags as far as there are such; what was put on the product meanwhile, where it did not touch them."""
    tags = draft.fields.tags
    if draft.product_id is not None and draft.base is not None and tags == draft.base.tags:
        tags = loading.as_written(tx, draft.product_id).tags
    return tuple(slug for slug in tags if repository.id_by_code(tx, "tag", slug) is not None)


def _check_codes(tx: Tx, draft: Draft) -> None:
    known = set(loading_repository.codes(tx, draft.product_id)) if draft.product_id is not None else set()
    for code in {draft.fields.code, *(sku.code for sku in draft.fields.skus)} - known:
        owner = loading.owner_of_code(tx, code)
        if owner is not None and owner != draft.product_id:
            raise CodeTaken(name=code, product_id=owner)


def _check_prices(actor: Actor, draft: Draft, sure: bool) -> None:
    old = {} if draft.base is None else {sku.code: (sku.price, sku.list_price, sku.prices) for sku in draft.base.skus}
    if any(old.get(sku.code) != (sku.price, sku.list_price, sku.prices) for sku in draft.fields.skus):
        actor.require(PRICES_EDIT)
    if (cheap := readiness.below_cost(draft.fields)) and not sure:
        raise BelowCost(skus=cheap)


def _price_facts(draft: Draft) -> dict[str, object]:
    """The prices that change, by SKU code, in minor units: [before, after]; those in further currencies by these."""
    old = {} if draft.base is None else {sku.code: sku for sku in draft.base.skus}
    moved: dict[str, list[int | None]] = {}
    others: dict[str, dict[str, list[int | None]]] = {}
    for sku in draft.fields.skus:
        before = old.get(sku.code, SkuFields())
        if before.price != sku.price:
            moved[sku.code] = [before.price, sku.price]
        for currency in sorted(before.prices.keys() | sku.prices.keys()):
            pair = [(each.prices.get(currency) or (None,))[0] for each in (before, sku)]
            if pair[0] != pair[1]:
                others.setdefault(currency, {})[sku.code] = pair
    facts: dict[str, object] = {"prices": moved, "other_prices": others}
    return {name: changed for name, changed in facts.items() if changed}


def _stocked(tx: Tx, product_id: int | None) -> frozenset[str]:
    """The codes of the product's SKUs whose stock has been opened."""
    if product_id is None:
        return frozenset()
    ids = loading_repository.codes(tx, product_id)
    opened = goods_repository.opened(tx, ids.values())
    return frozenset(code for code, sku_id in ids.items() if sku_id in opened)


def _published_at(tx: Tx, draft: Draft) -> datetime | None:
    return None if draft.product_id is None else loading.as_written(tx, draft.product_id).published_at


def _moment(tx: Tx, since: datetime | None) -> datetime | None:
    """A moment on a planned day; what has passed is now. Raises InvalidInput for one beyond a year."""
    if since is None:
        return None
    if (since - tx.now).days > _FURTHEST_DAYS:
        raise InvalidInput(field="since", reason="far")
    return max(since, tx.now)
