from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.shared.money import Money

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """What other areas need to know of a SKU. `options` are its value labels; `category_ids` its own and ancestors.

    `price` is what the acting person is asked. What is `barred` may not be sold in the chat at that price; it is not
    `on_sale`.
    """

    sku_id: int
    product_id: int
    sku_code: str
    product_name: Words
    options: tuple[Words, ...]
    price: Money
    list_price: Money | None
    on_sale: bool
    kind: str
    category_ids: tuple[int, ...]
    tag_ids: tuple[int, ...]
    tax_bp: int
    weight_g: int
    picture_key: str
    most_per_order: int | None
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Axis:
    """One option of a product: colour, capacity."""

    code: str
    name: Words
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled line of the specifications, or an item in the box (without value)."""

    label: Words
    value: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the gallery; `value_code` names the option value that it shows."""

    key: str
    value_code: str | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    slug: str
    name: Words
    facet: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A SKU on a product's card. `values` are value codes in the order of the axes.

    `price` is what the acting person is asked; what is `barred` may not be sold in the chat at that price.
    """

    sku_id: int
    code: str
    values: tuple[str, ...]
    price: Money
    list_price: Money | None
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A product with all that its card and its specifications show. `published_at` may lie in the future.

    `points` are selling points; `facts` what its category makes it disclose; `video` and `manual` keys of files.
    """

    product_id: int
    code: str
    category_id: int
    kind: str
    name: Words
    brand: Words
    description: Words
    axes: tuple[Axis, ...]
    variants: tuple[Variant, ...]
    gallery: tuple[Picture, ...]
    specs: tuple[Row, ...]
    box: tuple[Row, ...]
    warranty_months: int
    sold: int
    most_per_order: int | None
    published_at: datetime | None
    model: str = ""
    material: Words = field(default_factory=dict)
    points: tuple[Words, ...] = ()
    video: str | None = None
    manual: str | None = None
    facts: tuple[Row, ...] = ()
    version: int = 1

    def on_shelf(self, now: datetime) -> bool:
        return self.published_at is not None and self.published_at <= now and bool(self.variants)

    def variant(self, sku_id: int) -> Variant | None:
        return next((variant for variant in self.variants if variant.sku_id == sku_id), None)


@dataclass(frozen=True, slots=True)
class ListItem:
    """A product on a list. `price` is its lowest; `varies` says that other variants cost more."""

    product_id: int
    code: str
    name: Words
    price: Money
    varies: bool
    list_price: Money | None
    sku_ids: tuple[int, ...]
    picture_key: str
    category_id: int


@dataclass(frozen=True, slots=True)
class Node:
    """A category in the browser. `count` is the number of different products on the shelf in it and below."""

    id: int
    code: str
    name: Words
    parent_id: int | None
    children: tuple[int, ...]
    count: int
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """The visible categories by id, the ids of the first level in order, and the products of the whole shop."""

    nodes: dict[int, Node]
    roots: tuple[int, ...]
    count: int

    def count_in(self, category_id: int) -> int | None:
        """The products in a category, or with 0 in the whole shop; None for one that is not there."""
        if category_id == 0:
            return self.count
        node = self.nodes.get(category_id)
        return None if node is None else node.count

    def path(self, category_id: int) -> tuple[Node, ...]:
        """From the first level down to the category itself; empty for one that is not there."""
        path: list[Node] = []
        node = self.nodes.get(category_id)
        while node is not None:
            path.append(node)
            node = self.nodes.get(node.parent_id) if node.parent_id is not None else None
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class NewSku:
    """A SKU to be written. Amounts in minor units; `cost` is what the shop pays, None where nobody has said.

    `prices` are the price and list price in other currencies than the product's.
    """

    code: str
    values: tuple[str, ...]
    price: int
    list_price: int | None
    picture_key: str
    cost: int | None = None
    prices: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to be written, with what belongs to it by code. `axes`, `specs`, `box` as in `Card`.

    `disclosures` are values by the keys of the category's rules.
    """

    code: str
    category: str
    kind: str
    name: Words
    brand: Words
    description: Words
    currency: str
    skus: tuple[NewSku, ...]
    tags: tuple[str, ...] = ()
    axes: tuple[Axis, ...] = ()
    specs: tuple[Row, ...] = ()
    box: tuple[Row, ...] = ()
    gallery: tuple[Picture, ...] = ()
    warranty_months: int = 0
    tax_bp: int = 0
    weight_g: int = 0
    most_per_order: int | None = None
    rank: int = 0
    published_at: datetime | None = None
    model: str = ""
    material: Words = field(default_factory=dict)
    points: tuple[Words, ...] = ()
    video: str | None = None
    manual: str | None = None
    disclosures: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What products of a category must, or may, tell their buyers."""

    key: str
    name: Words
    required: bool


# Where a product stands: on the shelf, planned for a moment to come, or off it.
ALL, ON, PLANNED, OFF = "all", "on", "planned", "off"


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """A product on the list. `price` is its lowest, None for one without SKUs."""

    product_id: int
    code: str
    name: Words
    price: Money | None
    varies: bool
    published_at: datetime | None
    sku_ids: tuple[int, ...]

    def state(self, now: datetime) -> str:
        """on, planned or off."""
        return shelf_state(self.published_at, now)


def shelf_state(published_at: datetime | None, now: datetime) -> str:
    """Where a product stands: on the shelf, planned for a moment to come, or off it."""
    if published_at is None:
        return OFF
    return ON if published_at <= now else PLANNED


def disclosed(rules: Sequence[Disclosure], values: Mapping[str, str]) -> tuple[Row, ...]:
    """The disclosed facts as labelled rows, in the order of the rules; the value is the same in every language."""
    return tuple(
        Row(rule.name, dict.fromkeys(rule.name, values[rule.key])) for rule in rules if values.get(rule.key)
    )
