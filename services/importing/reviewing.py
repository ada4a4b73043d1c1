"""The dry run: every row of a file is read and fitted to its product, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.catalog import bulk, loading, readiness, repository
from services.catalog import fields as product_fields
from services.catalog.fields import Fields
from services.importing import lookups, merging, rows
from services.importing.errors import RowFault
from services.importing.rows import Known, Patch
from services.importing.types import CHANGED, NEW, SAME, Checked, Fault, Record, Review, currency_of
from services.inventory import levels
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff.types import CATALOG_IMPORT, COSTS_VIEW, PRICES_EDIT, STOCK_EDIT

# What else than the right to import a column needs.
_NEEDS = {
    "price": PRICES_EDIT, "list_price": PRICES_EDIT, "cost": COSTS_VIEW, "stock": STOCK_EDIT, "safety": STOCK_EDIT,
}
# A price that moves by more than this share is worth a second look.
_JUMP_PERCENT = 50


def review(
    tx: Tx, actor: Actor, records: Sequence[Record], pictures: Mapping[str, str], currency: str, language: str
) -> Review:
    """What would become of the file: faults by row, and each product's action. `pictures` are keys by file name.

    Raises NotAllowed when the file has a column that the actor may not set.
    """
    require(actor, records)
    known = lookups.known(tx, pictures)
    faults: dict[int, Fault] = {}
    groups: dict[str, list[Patch]] = {}
    owners = lookups.owners(tx, [record.cells.get("sku", "").upper() for record in records])
    for patch in _read(records, known, currency, language, owners, faults):
        groups.setdefault(patch.product, []).append(patch)
    actions: dict[str, str] = {}
    warnings: dict[int, str] = {}
    for code, patches in groups.items():
        action = _fit(tx, code, patches, currency, language, faults, warnings)
        if action is not None:
            actions[code] = action
    products = {patch.number: code for code, patches in groups.items() for patch in patches}
    return Review(tuple(
        Checked(record, products.get(record.number, ""), faults.get(record.number), warnings.get(record.number))
        for record in records
    ), actions)


def require(actor: Actor, records: Iterable[Record]) -> None:
    """Raises NotAllowed unless the actor may import, and set every column that has a value."""
    actor.require(CATALOG_IMPORT)
    for column in {column for record in records for column in record.cells}:
        if currency_of(column):
            actor.require(PRICES_EDIT)
        elif column in _NEEDS:
            actor.require(_NEEDS[column])


def _read(
    records: Sequence[Record], known: Known, currency: str, language: str, owners: Mapping[str, str],
    faults: dict[int, Fault],
) -> Iterable[Patch]:
    """The rows that can be read; a SKU stands in one row and belongs to one product."""
    seen: dict[str, int] = {}
    for record in records:
        try:
            patch = rows.read(record, known, currency, language)
            if patch.sku in seen:
                raise RowFault(record.number, "sku", "twice", row=seen[patch.sku])
            if owners.get(patch.sku, patch.product) != patch.product:
                raise RowFault(record.number, "sku", "taken", product=owners[patch.sku])
        except RowFault as fault:
            faults[record.number] = Fault(fault.column, fault.reason, fault.facts)
            continue
        seen[patch.sku] = record.number
        yield patch


def _fit(
    tx: Tx, code: str, patches: list[Patch], currency: str, language: str, faults: dict[int, Fault],
    warnings: dict[int, str],
) -> str | None:
    """What becomes of the product with those of its rows that fit; None when none does."""
    base = present(tx, code)
    left = list(patches)
    while left:
        try:
            fields = merging.merged(base, left, currency, language)
            _check_shelf(tx, fields, base, left)
        except RowFault as fault:
            faults[fault.number] = Fault(fault.column, fault.reason, fault.facts)
            left = [patch for patch in left if patch.number != fault.number]
            continue
        _warn(base, fields, left, warnings)
        if base is None:
            return NEW
        return CHANGED if fields != base or _moves(tx, code, left) else SAME
    return None


def present(tx: Tx, code: str) -> Fields | None:
    """The product with this code as it stands; None when there is none."""
    product_id = repository.id_by_code(tx, "product", code)
    return None if product_id is None else product_fields.of_product(loading.as_written(tx, product_id))


def _check_shelf(tx: Tx, fields: Fields, base: Fields | None, patches: Sequence[Patch]) -> None:
    """A product that is to be on the shelf must have all that its buyers are to know."""
    wanted = next((patch for patch in patches if patch.shelf), None)
    if wanted is None:
        return
    missing = readiness.undisclosed(fields, readiness.rules_for(tx, fields))
    if missing:
        raise RowFault(wanted.number, "facts", "undisclosed", keys=", ".join(missing))
    if base is None and (bare := next((patch for patch in patches if patch.stock is None), None)):
        raise RowFault(bare.number, "stock", "missing")


def _moves(tx: Tx, code: str, patches: Sequence[Patch]) -> bool:
    """Whether the rows say other than the stock, its safety or the shelf."""
    product_id = repository.id_by_code(tx, "product", code)
    assert product_id is not None, "it is there"
    ids = bulk.sku_ids(tx, product_id)
    stock = levels.levels(tx, ids.values())
    shelf = {patch.shelf for patch in patches} - {None}
    if shelf and (loading.as_written(tx, product_id).published_at is not None) not in shelf:
        return True
    return any(
        (patch.stock is not None and stock[ids[patch.sku]][0] != patch.stock)
        or (patch.safety is not None and stock[ids[patch.sku]][1] != patch.safety)
        for patch in patches if ids[patch.sku] in stock
    ) or any(patch.stock is not None and ids[patch.sku] not in stock for patch in patches)


def _warn(base: Fields | None, fields: Fields, patches: Sequence[Patch], warnings: dict[int, str]) -> None:
    """Rows that can be written and are worth a second look."""
    old = {sku.code.upper(): sku.price for sku in base.skus} if base else {}
    now = {sku.code.upper(): sku for sku in fields.skus}
    for patch in patches:
        sku, before = now[patch.sku], old.get(patch.sku)
        if sku.cost is not None and sku.price is not None and sku.price < sku.cost:
            warnings[patch.number] = "below-cost"
        elif before and sku.price and abs(sku.price - before) * 100 > before * _JUMP_PERCENT:
            warnings[patch.number] = "jump"
    if not {"zh", "en"} <= fields.name.keys():
        warnings.setdefault(patches[0].number, "one-language")
