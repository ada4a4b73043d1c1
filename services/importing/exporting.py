"""Products as a file, in the columns that an import reads: a file that comes back unchanged changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from services.catalog import bulk, loading, typed
from services.catalog import service as catalog
from services.catalog.fields import Fields, SkuFields, of_product
from services.catalog.types import Tag, Tree
from services.importing.merging import options_text, specs_text
from services.importing.types import LIST_PRICE_IN, PRICE_IN, Scope, columns_of
from services.inventory import levels
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.shared import amounts
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput
from services.staff import audit, mfa
from services.staff.types import COSTS_VIEW, EXPORTS

EXPORT_JOB = "importing.export"
SHELVES = {"all": None, "on": True, "off": False}
FORMS = ("xlsx", "csv")
STEP = 100
YES, NO = "yes", "no"


def request(tx: Tx, actor: Actor, scope: Scope, form: str, key: str) -> None:
    """Asks for a file of the products in `scope`; `key` makes two taps one file.

    Raises NotAllowed, Locked, InvalidInput.
    """
    actor.require(EXPORTS)
    mfa.require_unlocked(tx, actor)
    if scope.shelf not in SHELVES or form not in FORMS:
        raise InvalidInput(field="export", reason="export")
    payload = {"actor": actor.id, "name": actor.name, "scope": asdict(scope), "form": form}
    outbox.enqueue(tx, EXPORT_JOB, payload, key=f"{EXPORT_JOB}:{actor.id}:{key}", lane=BULK)
    audit.record(tx, actor, "export.products", f"shelf:{scope.shelf}", {"form": form, "category": scope.category_id,
                                                                           "tag": scope.tag_id})


def choices(tx: Tx, actor: Actor) -> tuple[Tree, tuple[Tag, ...]]:
    """What a file can be narrowed to: categories and tags. Raises NotAllowed."""
    actor.require(EXPORTS)
    return catalog.tree(tx, actor), bulk.every_tag(tx)


def count(tx: Tx, actor: Actor, scope: Scope) -> int:
    """How many products the file will hold. Raises NotAllowed."""
    actor.require(EXPORTS)
    return bulk.count(tx, scope.category_id, SHELVES[scope.shelf], scope.tag_id)


def page(
    tx: Tx, actor: Actor, after: int, scope: Scope, currencies: Sequence[str] = ()
) -> tuple[list[Sequence[str]], int | None]:
    """The rows of the next products after the id `after`, and the id to go on with; None when these were the last.

    `currencies` are the shop's further ones. Costs are left out for who may not see them. Raises NotAllowed.
    """
    actor.require(EXPORTS)
    ids = bulk.page(tx, after, STEP, scope.category_id, SHELVES[scope.shelf], scope.tag_id)
    rows: list[Sequence[str]] = []
    for product_id in ids:
        rows += _product(tx, product_id, actor.may(COSTS_VIEW), currencies)
    return rows, ids[-1] if len(ids) == STEP else None


def columns(actor: Actor, currencies: Sequence[str] = ()) -> tuple[str, ...]:
    """The columns of the file; without costs for who may not see them."""
    return tuple(column for column in columns_of(currencies) if column != "cost" or actor.may(COSTS_VIEW))


def _product(tx: Tx, product_id: int, with_costs: bool, currencies: Sequence[str]) -> list[Sequence[str]]:
    product = loading.as_written(tx, product_id)
    fields, ids = of_product(product), bulk.sku_ids(tx, product_id)
    levels_by_id = levels.levels(tx, ids.values())
    stock = {code: levels_by_id[sku_id] for code, sku_id in ids.items() if sku_id in levels_by_id}
    return lines(fields, product.published_at, stock, with_costs, currencies)


def lines(
    fields: Fields, published_at: datetime | None, stock: Mapping[str, tuple[int, int]], with_costs: bool,
    currencies: Sequence[str] = (),
) -> list[Sequence[str]]:
    """A product's rows, one for each SKU. `stock` is what is on hand and the safety stock by code in capitals."""
    rows = []
    for place, sku in enumerate(fields.skus):
        cells = _sku(fields, sku, stock.get(sku.code.upper()))
        # What belongs to the whole product stands in its first row.
        cells |= _whole(fields, published_at) if place == 0 else {}
        rows.append([cells.get(column, "") for column in columns_of(currencies) if with_costs or column != "cost"])
    return rows


def _sku(fields: Fields, sku: SkuFields, stock: tuple[int, int] | None) -> dict[str, str]:
    cells = {
        "product": fields.code, "sku": sku.code, "options": options_text(fields, sku) if sku.values else "",
        "price": _amount(sku.price, fields), "list_price": _amount(sku.list_price, fields),
        "cost": _amount(sku.cost, fields),
    }
    for currency, (price, listed) in sku.prices.items():
        cells[f"{PRICE_IN}{currency.lower()}"] = amounts.text(price, currency)
        cells[f"{LIST_PRICE_IN}{currency.lower()}"] = "" if listed is None else amounts.text(listed, currency)
    return cells if stock is None else cells | {"stock": str(stock[0]), "safety": str(stock[1])}


def _whole(fields: Fields, published_at: datetime | None) -> dict[str, str]:
    return {
        "name_zh": fields.name.get("zh", ""), "name_en": fields.name.get("en", ""), "category": fields.category,
        "brand": typed.barred(fields.brand), "model": fields.model, "tags": "; ".join(fields.tags),
        "description_zh": fields.description.get("zh", ""), "description_en": fields.description.get("en", ""),
        "specs": specs_text(fields.specs), "pictures": "; ".join(photo.key for photo in fields.photos),
        "facts": "; ".join(f"{key}={value}" for key, value in fields.disclosures.items()),
        "shelf": NO if published_at is None else YES,
    }


def _amount(amount: int | None, fields: Fields) -> str:
    return "" if amount is None else amounts.text(amount, fields.currency)
