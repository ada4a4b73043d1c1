"""The rules that a catalogue has to keep before anything is seeded from it."""

from collections import Counter
from collections.abc import Iterable

from bot.demo.catalogue.types import Catalogue, CatalogueError, Product

MAX_CODE_LENGTH = 24
MIN_SPEC_ROWS = 6


def check(catalogue: Catalogue) -> None:
    """Raises CatalogueError at the first rule that does not hold."""
    _require_unique("category", (category.code for category in catalogue.categories))
    _require_unique("brand", (brand.code for brand in catalogue.brands))
    _require_unique("tag", (tag.slug for tag in catalogue.tags))
    _require_unique("product", (product.code for product in catalogue.products))
    _require_unique("SKU", (sku.code for product in catalogue.products for sku in product.skus))
    parents = {category.parent for category in catalogue.categories}
    leaves = {category.code for category in catalogue.categories} - parents
    suppliers = {supplier.code for supplier in catalogue.suppliers}
    codes = {product.code for product in catalogue.products}
    for product in catalogue.products:
        _require(product, product.category in leaves, "sits in a category that has sub-categories")
        _require(product, product.supplier in suppliers, "names an unknown supplier")
        _require(product, set(product.accessories) <= codes - {product.code}, "links to unknown accessories")
        _check_product(product)


def _check_product(product: Product) -> None:
    _require(product, all(len(sku.code) <= MAX_CODE_LENGTH for sku in product.skus), "has a SKU code that is too long")
    _require(product, sum(sku.stock for sku in product.skus) == product.stock, "spreads its stock wrongly")
    _require(product, all(0 < sku.cost < sku.price <= sku.list_price for sku in product.skus), "has odd prices")
    _require(product, len(product.specs) >= MIN_SPEC_ROWS, "has too few specification rows")
    _require(product, (product.kind == "physical") == (product.shipping_grams > 0), "has an odd shipping weight")
    _require(product, (product.publish.after_seconds > 0) == (product.publish.state == "planned"), "is planned oddly")
    _require(product, product.disclosure.certificate.startswith("DEMO-"), "shows a number that looks real")
    _require(
        product,
        product.disclosure.energy_label.startswith("DEMO-") == bool(product.facets.energy_grade),
        "has an energy grade without a label, or the reverse",
    )
    _require(
        product, "energy-1" not in product.tags or product.facets.energy_grade == 1, "is tagged with a wrong grade"
    )


def _require(product: Product, holds: bool, complaint: str) -> None:
    if not holds:
        raise CatalogueError(f"{product.code} {complaint}")


def _require_unique(what: str, codes: Iterable[str]) -> None:
    for code, times in Counter(codes).items():
        if times > 1:
            raise CatalogueError(f"{what} {code} is there {times} times")
