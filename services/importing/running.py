"""Writing a file's products, some in each step, and taking them back: a step is one transaction, so that whatever ends
between two of them is done once and goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from services.cart import service as cart
from services.catalog import bulk, editing, editing_repository, loading
from services.catalog import repository as catalog
from services.catalog.errors import UnknownCode
from services.catalog.fields import Fields, of_product, to_product
from services.importing import lookups, merging, repository, reviewing, rows
from services.importing.errors import RowFault
from services.importing.rows import Known, Patch
from services.importing.types import CHANGED, DONE, FAILED, NEW, RUNNING, SAME, UNDOING, UNDONE, Batch, Record
from services.inventory import counting, levels
from services.inventory import service as inventory
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import Refusal
from services.staff import audit

# Short enough that shoppers do not wait for a step, long enough that a step is not all commit.
STEP = 20


def step(tx: Tx, actor: Actor, batch_id: int, currency: str, most: int = STEP) -> Batch:
    """Writes the next products of a running import; the last step ends it. One that does not run stays as it is."""
    batch = _locked(tx, batch_id)
    if batch.state != RUNNING:
        return batch
    items = repository.waiting(tx, batch_id, most)
    records = repository.records(tx, batch_id, [item.product for item in items])
    known = lookups.known(tx, batch.pictures) if items else None
    owners = lookups.owners(tx, [record.cells["sku"].upper() for each in records.values() for record in each])
    for item in items:
        assert known is not None
        rows_of = records.get(item.product, [])
        taken = [record for record in rows_of if owners.get(record.cells["sku"].upper(), item.product) != item.product]
        if taken:
            # Somebody has given the code to another product since the check.
            repository.close(tx, batch.id, item.position, FAILED, reason="taken")
        else:
            _write_one(tx, actor, batch, item, rows_of, known, currency)
    if len(items) < most:
        repository.change(tx, batch_id, {RUNNING}, state=DONE, done_at=tx.now)
        audit.record(tx, actor, "import.done", f"import:{batch_id}")
    return _locked(tx, batch_id)


def undo_step(tx: Tx, actor: Actor, batch_id: int, most: int = STEP) -> Batch:
    """Takes back the next products of an import that is being taken back, the last written first."""
    batch = _locked(tx, batch_id)
    if batch.state != UNDOING:
        return batch
    items = repository.to_restore(tx, batch_id, most)
    for item in items:
        reason = _restore(tx, actor, item)
        repository.note_restored(tx, batch_id, item.position, reason is None, reason)
    if len(items) < most:
        left = len(repository.kept(tx, batch_id))
        repository.change(tx, batch_id, {UNDOING}, state=UNDONE, kept=left)
        audit.record(tx, actor, "import.undone", f"import:{batch_id}", {"kept": left})
    return _locked(tx, batch_id)


def _write_one(
    tx: Tx, actor: Actor, batch: Batch, item: Row[Any], records: Sequence[Record], known: Known, currency: str
) -> None:
    """One product, or the reason why it cannot be written any more: the catalogue may have changed since the check."""
    try:
        with tx.savepoint():
            outcome, product_id, before = _put(tx, actor, batch, item.product, records, known, currency)
    except (RowFault, UnknownCode) as fault:
        reason = fault.reason if isinstance(fault, RowFault) else "unknown"
        repository.close(tx, batch.id, item.position, FAILED, reason=reason)
    except Refusal as refusal:
        repository.close(tx, batch.id, item.position, FAILED, reason=refusal.code)
    else:
        version = loading.version(tx, product_id)
        repository.close(tx, batch.id, item.position, outcome, product_id=product_id, version=version, before=before)


def _put(
    tx: Tx, actor: Actor, batch: Batch, code: str, records: Sequence[Record], known: Known, currency: str
) -> tuple[str, int, dict[str, Any] | None]:
    """What became of the product, its id, and how it was before."""
    reviewing.require(actor, records)
    patches = [rows.read(record, known, currency, batch.language) for record in records]
    product_id = catalog.id_by_code(tx, "product", code)
    old = None if product_id is None else loading.as_written(tx, product_id)
    base = None if old is None else of_product(old)
    fields = merging.merged(base, patches, currency, batch.language)
    published_at = _published_at(tx, None if old is None else old.published_at, patches)
    ids_before = set() if product_id is None else set(bulk.sku_ids(tx, product_id).values())
    written = base is None or fields != base or (old is not None and published_at != old.published_at)
    if written:
        if product_id is not None:
            editing_repository.next_version(tx, product_id, None)
        product = replace(to_product(fields), published_at=published_at)
        product_id, _ = editing.write(tx, actor, product_id, product)
    assert product_id is not None
    ids = bulk.sku_ids(tx, product_id)
    moved = _set_stock(tx, actor, ids, patches, batch)
    moved["added"] = sorted(set(ids.values()) - ids_before)
    if base is None:
        return NEW, product_id, None
    before = {"fields": base.to_json(), "published_at": _text(old.published_at if old else None), **moved}
    return (CHANGED, product_id, before) if written or any(moved.values()) else (SAME, product_id, None)


def _set_stock(
    tx: Tx, actor: Actor, ids: Mapping[str, int], patches: Sequence[Patch], batch: Batch
) -> dict[str, Any]:
    """Brings stock and safety to what the rows say. Returns what to take back: movements, openings, old safety."""
    stock = levels.levels(tx, [ids[patch.sku] for patch in patches])
    moved: dict[str, Any] = {"movements": [], "opened": [], "safety": {}}
    for patch in patches:
        sku_id = ids[patch.sku]
        if sku_id not in stock:
            inventory.set_opening(tx, sku_id, patch.stock or 0)
            moved["opened"].append(sku_id)
        elif patch.stock is not None and patch.stock != stock[sku_id][0]:
            movement = counting.count(tx, actor, sku_id, patch.stock, batch.file_name)
            moved["movements"].append(movement.movement_id)
        safety = stock.get(sku_id, (0, 0))[1]
        if patch.safety is not None and patch.safety != safety:
            counting.set_safety(tx, actor, sku_id, patch.safety)
            moved["safety"][str(sku_id)] = safety
    return moved


def _restore(tx: Tx, actor: Actor, item: Row[Any]) -> str | None:
    """Puts one product back to how it was; returns why not, if it cannot be."""
    try:
        if loading.version(tx, item.product_id) != item.version:
            return "changed-since"
        with tx.savepoint():
            if item.outcome == NEW:
                _remove(tx, item.product_id)
            else:
                _put_back(tx, actor, item.product_id, item.before)
    except (IntegrityError, _InUse):
        if item.outcome == NEW:
            # Somebody has it in a cart, among their favourites or in an order: it can only leave the shelf.
            editing.publish(tx, actor, item.product_id, None, "other")
        return "in-use"
    except Refusal as refusal:
        return refusal.code
    return None


class _InUse(Exception):
    """Somebody counts on it."""


def _remove(tx: Tx, product_id: int) -> None:
    _forget(tx, list(bulk.sku_ids(tx, product_id).values()))
    bulk.remove(tx, product_id)


def _forget(tx: Tx, sku_ids: Sequence[int]) -> None:
    """Drops the stock of SKUs that are to go. Raises _InUse for those that an order, a person or a cart has touched.

    Their ids may be given again: what a cart holds must never turn into another thing.
    """
    if not levels.untouched(tx, sku_ids) or cart.holds(tx, sku_ids):
        raise _InUse()
    levels.forget(tx, sku_ids)


def _remove_sku(tx: Tx, sku_id: int) -> None:
    """One that somebody counts on stays, retired."""
    with suppress(_InUse, IntegrityError), tx.savepoint():
        _forget(tx, [sku_id])
        bulk.remove_skus(tx, [sku_id])


def _put_back(tx: Tx, actor: Actor, product_id: int, before: Mapping[str, Any]) -> None:
    for movement_id in before["movements"]:
        counting.undo(tx, actor, movement_id)
    for sku_id, safety in before["safety"].items():
        counting.set_safety(tx, actor, int(sku_id), safety)
    fields, at = Fields.from_json(before["fields"]), before["published_at"]
    opened = [sku_id for sku_id in before["opened"] if sku_id not in before["added"]]
    if levels.untouched(tx, opened):
        levels.forget(tx, opened)
    for sku_id in before["added"]:
        _remove_sku(tx, sku_id)
    published_at = None if at is None else datetime.fromisoformat(at)
    editing_repository.next_version(tx, product_id, None)
    editing.write(tx, actor, product_id, replace(to_product(fields), published_at=published_at))


def _published_at(tx: Tx, before: datetime | None, patches: Sequence[Patch]) -> datetime | None:
    """Where the last row that says so puts it; one that is there, or planned, stays as it is."""
    said = [patch.shelf for patch in patches if patch.shelf is not None]
    if not said:
        return before
    return (before or tx.now) if said[-1] else None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _locked(tx: Tx, batch_id: int) -> Batch:
    batch = repository.lock(tx, batch_id)
    assert batch is not None, "its job exists"
    return batch
