"""A product while somebody writes it: every field may still be missing, and all of it is plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from services.catalog.types import Axis, NewProduct, NewSku, Picture, Row, Value, Words
from services.shared.ids import random_code

PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class SkuFields:
    """A row of the matrix. Amounts in minor units; `stock` opens the stock of a SKU that has none yet.

    `prices` are the price and list price in other currencies than the product's.
    """

    code: str = ""
    values: tuple[str, ...] = ()
    price: int | None = None
    list_price: int | None = None
    cost: int | None = None
    stock: int | None = None
    picture_key: str = ""
    prices: dict[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fields:
    """What the wizard fills. A product without options has one SKU without values; `category` is a code."""

    code: str
    currency: str
    kind: str = "physical"
    category: str = ""
    name: Words = field(default_factory=dict)
    brand: Words = field(default_factory=dict)
    model: str = ""
    material: Words = field(default_factory=dict)
    photos: tuple[Picture, ...] = ()
    video: str | None = None
    manual: str | None = None
    axes: tuple[Axis, ...] = ()
    skus: tuple[SkuFields, ...] = ()
    description: Words = field(default_factory=dict)
    points: tuple[Words, ...] = ()
    specs: tuple[Row, ...] = ()
    box: tuple[Row, ...] = ()
    tags: tuple[str, ...] = ()
    disclosures: Words = field(default_factory=dict)
    warranty_months: int = 0
    tax_bp: int = 0
    weight_g: int = 0
    most_per_order: int | None = None
    rank: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fields:
        return cls(**(dict(data) | {
            "photos": tuple(Picture(**each) for each in data["photos"]),
            "axes": tuple(_axis(each) for each in data["axes"]),
            "skus": tuple(_sku(each) for each in data["skus"]),
            "points": tuple(data["points"]),
            "specs": tuple(Row(**each) for each in data["specs"]),
            "box": tuple(Row(**each) for each in data["box"]),
            "tags": tuple(data["tags"]),
        }))


@dataclass(frozen=True, slots=True)
class Draft:
    """A new product, or a change of `product_id` that began at `base_version` with the fields `base`."""

    id: int
    product_id: int | None
    base_version: int
    fields: Fields
    base: Fields | None
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft on a list."""

    id: int
    product_id: int | None
    name: Words
    code: str
    updated_at: datetime


def blank(currency: str) -> Fields:
    """A product of which nothing is known but a code that nobody had yet."""
    code = f"G{random_code(6)}"
    return Fields(code, currency, skus=(SkuFields(code),))


def of_product(product: NewProduct) -> Fields:
    """A stored product as the wizard sees it."""
    return Fields(
        code=product.code, currency=product.currency, kind=product.kind, category=product.category, name=product.name,
        brand=product.brand, model=product.model, material=product.material, photos=product.gallery,
        video=product.video, manual=product.manual, axes=product.axes,
        skus=tuple(
            SkuFields(
                sku.code, sku.values, sku.price, sku.list_price, sku.cost, None, sku.picture_key, dict(sku.prices)
            )
            for sku in product.skus
        ),
        description=product.description, points=product.points, specs=product.specs, box=product.box,
        tags=product.tags, disclosures=product.disclosures, warranty_months=product.warranty_months,
        tax_bp=product.tax_bp, weight_g=product.weight_g, most_per_order=product.most_per_order, rank=product.rank,
    )


def to_product(fields: Fields) -> NewProduct:
    """The product to be written; the caller has seen to it that every SKU has a price."""
    return NewProduct(
        code=fields.code, category=fields.category, kind=fields.kind, name=fields.name, brand=fields.brand,
        description=fields.description, currency=fields.currency,
        skus=tuple(
            NewSku(
                sku.code, sku.values, sku.price or 0, sku.list_price, picture_of(fields, sku), sku.cost, sku.prices
            )
            for sku in fields.skus
        ),
        tags=fields.tags, axes=fields.axes, specs=fields.specs, box=fields.box, gallery=fields.photos,
        warranty_months=fields.warranty_months, tax_bp=fields.tax_bp, weight_g=fields.weight_g,
        most_per_order=fields.most_per_order, rank=fields.rank, model=fields.model, material=fields.material,
        points=fields.points, video=fields.video, manual=fields.manual, disclosures=fields.disclosures,
    )


def picture_of(fields: Fields, sku: SkuFields) -> str:
    """The photo of the SKU's colour, else the cover."""
    shows = [each.key for each in fields.photos if each.value_code is not None and each.value_code in sku.values]
    if shows:
        return shows[0]
    if fields.photos:
        return fields.photos[0].key
    return sku.picture_key or PLACEHOLDER


def changed(before: Fields, after: Fields) -> tuple[str, ...]:
    """The names of the fields that differ."""
    old, new = before.to_json(), after.to_json()
    return tuple(name for name in new if old[name] != new[name])


def merged(base: Fields, mine: Fields, theirs: Fields) -> Fields:
    """Their product with my changes since `base` on top: where both changed a field, mine stands."""
    return replace(theirs, **{name: getattr(mine, name) for name in changed(base, mine)})


def with_axes(fields: Fields, axes: Sequence[Axis]) -> Fields:
    """The product with these options: one SKU for each combination; those that were there keep all they had.

    New ones begin at the price and cost that all the others have, where they agree.
    """
    known = {sku.values: sku for sku in fields.skus}
    agreed = {(sku.price, sku.list_price, sku.cost) for sku in fields.skus}
    price, list_price, cost = agreed.pop() if len(agreed) == 1 else (None, None, None)
    first = fields.skus[0].prices if fields.skus else {}
    prices = first if all(sku.prices == first for sku in fields.skus) else {}
    taken: set[str] = set()
    skus: list[SkuFields] = []
    for values in combinations(axes):
        sku = known.get(values) or SkuFields(
            code_for(fields.code, values), values, price, list_price, cost, prices=dict(prices)
        )
        if sku.code in taken:
            sku = replace(sku, code=f"{sku.code}-{len(skus) + 1}")
        taken.add(sku.code)
        skus.append(sku)
    return replace(fields, axes=tuple(axes), skus=tuple(skus))


def combinations(axes: Sequence[Axis]) -> list[tuple[str, ...]]:
    """Every choice of one value of each axis, the last axis turning fastest; one empty choice without axes."""
    found: list[tuple[str, ...]] = [()]
    for axis in axes:
        found = [(*choice, value.code) for choice in found for value in axis.values]
    return found


def code_for(product_code: str, values: Sequence[str]) -> str:
    """"QL-P3" and ("white", "pro") -> "QL-P3-WHITE-PRO"."""
    return "-".join((product_code, *(value.upper() for value in values)))


def with_code(fields: Fields, code: str) -> Fields:
    """The product under another code; codes of SKUs that were made of the old one follow."""
    skus = tuple(
        replace(sku, code=code_for(code, sku.values)) if sku.code == code_for(fields.code, sku.values) else sku
        for sku in fields.skus
    )
    return replace(fields, code=code, skus=skus)


def labels(fields: Fields, sku: SkuFields) -> tuple[Words, ...]:
    """The names of the SKU's values."""
    return tuple(
        value.name for axis, code in zip(fields.axes, sku.values, strict=False)
        for value in axis.values if value.code == code
    )


def _sku(data: Mapping[str, Any]) -> SkuFields:
    prices = {currency: (price, listed) for currency, (price, listed) in data.get("prices", {}).items()}
    return SkuFields(**(dict(data) | {"values": tuple(data["values"]), "prices": prices}))


def _axis(data: Mapping[str, Any]) -> Axis:
    return Axis(data["code"], data["name"], tuple(Value(**value) for value in data["values"]))
