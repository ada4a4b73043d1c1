"""Drafts of products: saved after each field, kept until they are written or dropped. A draft belongs to one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.catalog import drafts_repository as repository
from services.catalog import loading, page_repository
from services.catalog.errors import BadTyped
from services.catalog.fields import Draft, DraftLine, Fields, SkuFields, blank, merged, of_product, with_code
from services.catalog.types import Picture, Tag, Words
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.shared.ids import random_code
from services.staff.types import CATALOG_EDIT, COSTS_VIEW, PRICES_EDIT, STOCK_EDIT

MOST_PHOTOS = 20
# What else than the right to edit the catalogue a column of the matrix needs.
_NEEDS = {
    "price": PRICES_EDIT, "list_price": PRICES_EDIT, "prices": PRICES_EDIT, "cost": COSTS_VIEW, "stock": STOCK_EDIT,
}


def begin(tx: Tx, actor: Actor, currency: str) -> Draft:
    """A new, empty draft."""
    actor.require(CATALOG_EDIT)
    return _add(tx, actor, blank(currency), None, 0)


def begin_with(
    tx: Tx, actor: Actor, currency: str, name: Words, price: int | None, stock: int | None,
    list_price: int | None = None,
) -> Draft:
    """A draft of a product without options that begins with its name, price and stock."""
    actor.require(CATALOG_EDIT)
    for value, permission in ((price, PRICES_EDIT), (stock, STOCK_EDIT)):
        if value is not None:
            actor.require(permission)
    fields = blank(currency)
    sku = SkuFields(fields.code, price=price, list_price=list_price, stock=stock)
    return _add(tx, actor, replace(fields, name=name, skus=(sku,)), None, 0)


def edit(tx: Tx, actor: Actor, product_id: int) -> Draft:
    """The actor's open change of a product, or a new one from the product as it is now. Raises NotFound."""
    actor.require(CATALOG_EDIT)
    fields, version = of_product(loading.as_written(tx, product_id)), loading.version(tx, product_id)
    found = repository.of_product(tx, actor.id, product_id)
    if found is None:
        return _add(tx, actor, fields, product_id, version)
    if found.base == found.fields and found.base_version != version:
        # Nothing was typed yet: the change begins at what is there now.
        repository.drop(tx, found.id)
        return _add(tx, actor, fields, product_id, version)
    return found


def copy(tx: Tx, actor: Actor, product_id: int) -> Draft:
    """A new product like this one, under a code of its own and without stock. Raises NotFound."""
    actor.require(CATALOG_EDIT)
    fields = of_product(loading.as_written(tx, product_id))
    code = f"{fields.code[:30]}-{random_code(3)}"
    renamed = with_code(fields, code)
    skus = tuple(
        replace(sku, code=sku.code if sku.code != old.code else f"{code}-{place}", stock=None,
                cost=sku.cost if _may(actor, COSTS_VIEW) else None)
        for place, (sku, old) in enumerate(zip(renamed.skus, fields.skus, strict=True), start=1)
    )
    return _add(tx, actor, replace(renamed, skus=skus), None, 0)


def get(tx: Tx, actor: Actor, draft_id: int) -> Draft:
    """The actor's own draft. Raises NotFound for another's, and for one that is gone."""
    actor.require(CATALOG_EDIT)
    return _own(tx, actor, draft_id)


def locked(tx: Tx, actor: Actor, draft_id: int) -> Draft:
    """The actor's own draft for a change: whoever else changes it waits. Raises NotFound."""
    actor.require(CATALOG_EDIT)
    return _own(tx, actor, draft_id, lock=True)


def mine(tx: Tx, actor: Actor, before: int | None, most: int) -> tuple[DraftLine, ...]:
    """The actor's drafts, the youngest first; those with a smaller id than `before`. A change in which nothing was
    changed yet is none."""
    actor.require(CATALOG_EDIT)
    return repository.lines(tx, actor.id, before, most)


def change(tx: Tx, actor: Actor, draft_id: int, values: Mapping[str, Any]) -> Draft:
    """Sets fields of the actor's draft; the others stay as they are, whoever set them on which device."""
    found = locked(tx, actor, draft_id)
    return _keep(tx, replace(found, fields=replace(found.fields, **values)))


def set_column(tx: Tx, actor: Actor, draft_id: int, column: str, values: Mapping[int, Any]) -> Draft:
    """Sets one column of the matrix (price, list_price, prices, cost, stock, code) by row. Raises NotAllowed."""
    found = locked(tx, actor, draft_id)
    if column in _NEEDS:
        actor.require(_NEEDS[column])
    stored = {sku.code for sku in found.base.skus} if found.base is not None else set()
    if column == "code" and any(found.fields.skus[place].code in stored for place in values):
        # Orders name it, and its stock hangs on it.
        raise BadTyped(reason="fixed")
    skus = tuple(
        replace(sku, **{column: values[place]}) if place in values else sku
        for place, sku in enumerate(found.fields.skus)
    )
    return _keep(tx, replace(found, fields=replace(found.fields, skus=skus)))


def place_photos(tx: Tx, actor: Actor, draft_id: int, keys: Sequence[str]) -> Draft:
    """Puts these photos at the end of the gallery, in this order; those that are there already move there.

    Raises BadTyped ("photos") beyond MOST_PHOTOS.
    """
    found = locked(tx, actor, draft_id)
    known = {photo.key: photo for photo in found.fields.photos}
    kept = tuple(photo for photo in found.fields.photos if photo.key not in keys)
    photos = (*kept, *(known.get(key) or Picture(key) for key in keys))
    if len(photos) > MOST_PHOTOS:
        raise BadTyped(reason="photos", most=MOST_PHOTOS)
    return _keep(tx, replace(found, fields=replace(found.fields, photos=photos)))


def arrange_photo(tx: Tx, actor: Actor, draft_id: int, place: int, what: str) -> tuple[Draft, int]:
    """Moves the photo at `place` "up", "down" or to the "cover", drops it, or lets it show the next option value.

    Returns the draft and where to look now. Raises Stale for a photo that is not there, or a word that is none.
    """
    found = locked(tx, actor, draft_id)
    photos = list(found.fields.photos)
    if not 0 <= place < len(photos):
        raise Stale()
    photo = photos.pop(place)
    to = {"up": max(0, place - 1), "down": min(len(photos), place + 1), "cover": 0, "shows": place}.get(what)
    if what == "shows":
        photo = replace(photo, value_code=_next_value(found.fields, photo.value_code))
    elif what != "drop" and to is None:
        raise Stale()
    if to is not None:
        photos.insert(to, photo)
    kept = _keep(tx, replace(found, fields=replace(found.fields, photos=tuple(photos))))
    return kept, to if to is not None else min(place, max(0, len(photos) - 1))


def toggle_tag(tx: Tx, actor: Actor, draft_id: int, tag_id: int) -> Draft:
    """Puts a tag on or takes it away. Raises Stale for one that is gone."""
    found = locked(tx, actor, draft_id)
    tag = page_repository.tags(tx).get(tag_id)
    if tag is None:
        raise Stale()
    tags = found.fields.tags
    changed = tuple(each for each in tags if each != tag.slug) if tag.slug in tags else (*tags, tag.slug)
    return _keep(tx, replace(found, fields=replace(found.fields, tags=changed)))


def tags(tx: Tx, actor: Actor) -> tuple[Tag, ...]:
    """All tags of the shop, in their order."""
    actor.require(CATALOG_EDIT)
    return tuple(page_repository.tags(tx).values())


def put_into(tx: Tx, actor: Actor, draft_id: int, category_id: int) -> Draft:
    """Puts the draft's product into a category. Raises Stale for one that is gone."""
    found = locked(tx, actor, draft_id)
    code = loading.category_code(tx, category_id)
    if code is None:
        raise Stale()
    return _keep(tx, replace(found, fields=replace(found.fields, category=code)))


def rebase(tx: Tx, actor: Actor, draft_id: int) -> Draft:
    """Puts the actor's changes onto the product as it is now: what they did not touch is taken from there."""
    found = locked(tx, actor, draft_id)
    if found.product_id is None or found.base is None:
        raise NotFound()
    theirs, version = of_product(loading.as_written(tx, found.product_id)), loading.version(tx, found.product_id)
    fields = merged(found.base, found.fields, theirs)
    return _keep(tx, replace(found, fields=fields, base=theirs, base_version=version))


def drop(tx: Tx, actor: Actor, draft_id: int) -> None:
    """Throws the actor's draft away. Raises NotFound."""
    locked(tx, actor, draft_id)
    repository.drop(tx, draft_id)


def _own(tx: Tx, actor: Actor, draft_id: int, *, lock: bool = False) -> Draft:
    found = repository.find(tx, draft_id, actor.id, lock=lock)
    if found is None:
        raise NotFound()
    return found


def _next_value(fields: Fields, code: str | None) -> str | None:
    """The option value after this one; none after the last."""
    values = [None, *(value.code for axis in fields.axes for value in axis.values)]
    return values[(values.index(code) + 1) % len(values)] if code in values else None


def _may(actor: Actor, permission: str) -> bool:
    return "*" in actor.permissions or permission in actor.permissions


def _add(tx: Tx, actor: Actor, fields: Fields, product_id: int | None, version: int) -> Draft:
    base = fields if product_id is not None else None
    draft_id = repository.add(tx, actor.id, product_id, version, fields, base)
    return Draft(draft_id, product_id, version, fields, base, 1, tx.now)


def _keep(tx: Tx, draft: Draft) -> Draft:
    repository.keep(tx, draft)
    return replace(draft, revision=draft.revision + 1, updated_at=tx.now)
