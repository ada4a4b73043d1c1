"""What the demo catalogue holds, as plain frozen values."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["physical", "service", "digital"]
PublishState = Literal["published", "planned", "delisted", "draft", "ip_review"]
Pictures = Literal["none", "standard", "ten"]


class CatalogueError(ValueError):
    """The catalogue files contradict themselves; the text names the product or category at fault."""


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Category:
    """`level` counts from 1; `parent` is empty at level 1; `top` is the code of the level-1 ancestor or itself."""

    code: str
    name: Text
    level: int
    parent: str
    top: str
    position: int


@dataclass(frozen=True, slots=True)
class Brand:
    code: str
    name: Text
    maker: Text
    origin: Text


@dataclass(frozen=True, slots=True)
class Tag:
    """`facet` is `room`, `user` or `energy` for tags that also filter lists, otherwise empty."""

    slug: str
    name: Text
    facet: str


@dataclass(frozen=True, slots=True)
class OptionValue:
    """`extra` is in fen on top of the product's price; `hue` names a body colour for the pictures, or is empty."""

    code: str
    name: Text
    extra: int
    hue: str
    sold_out: bool


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    name: Text
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True)
class SpecRow:
    key: str
    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class BoxItem:
    """`shape` names the drawing of the item; it is empty for the product itself."""

    code: str
    name: Text
    shape: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Numbers begin with `DEMO-`: they are invented and certify nothing."""

    maker: Text
    origin: Text
    certificate: str
    energy_label: str


@dataclass(frozen=True, slots=True)
class Facets:
    """`energy_grade` is 1 to 5, or None where the law asks for no grade."""

    rooms: tuple[str, ...]
    users: tuple[str, ...]
    energy_grade: int | None


@dataclass(frozen=True, slots=True)
class Publish:
    """`after_seconds` counts from the moment of seeding and is set only for `planned`."""

    state: PublishState
    after_seconds: int


@dataclass(frozen=True, slots=True)
class Supplier:
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Sku:
    """One variant. Amounts in fen; `values` are option value codes in the order of the product's options."""

    code: str
    name: Text
    values: tuple[str, ...]
    price: int
    list_price: int
    cost: int
    stock: int
    hue: str


@dataclass(frozen=True, slots=True)
class Product:
    """Amounts in fen (CNY). `sample` marks the products added for awkward cases beside the shop's own range."""

    code: str
    category: str
    top_category: str
    brand: str
    shape: str
    kind: Kind
    name: Text
    points: tuple[Text, Text]
    price: int
    list_price: int
    cost: int
    stock: int
    options: tuple[Option, ...]
    skus: tuple[Sku, ...]
    tags: tuple[str, ...]
    facets: Facets
    specs: tuple[SpecRow, ...]
    box: tuple[BoxItem, ...]
    accessories: tuple[str, ...]
    size_mm: tuple[int, int, int] | None
    shipping_grams: int
    warranty_months: int
    tax_basis_points: int
    supplier: str
    lead_days: int
    safety_stock: int
    disclosure: Disclosure
    publish: Publish
    pictures: Pictures
    sample: bool

    @property
    def description(self) -> Text:
        """The two selling points as running text."""
        first, second = self.points
        return Text(zh=first.zh + second.zh, en=f"{first.en} {second.en}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    categories: tuple[Category, ...]
    brands: tuple[Brand, ...]
    tags: tuple[Tag, ...]
    suppliers: tuple[Supplier, ...]
    products: tuple[Product, ...]

    @property
    def shop_products(self) -> tuple[Product, ...]:
        """The shop's own range, without the samples of awkward cases."""
        return tuple(product for product in self.products if not product.sample)

    @property
    def samples(self) -> tuple[Product, ...]:
        return tuple(product for product in self.products if product.sample)

    def require_product(self, code: str) -> Product:
        """Raises KeyError for an unknown code."""
        for product in self.products:
            if product.code == code:
                return product
        raise KeyError(code)
