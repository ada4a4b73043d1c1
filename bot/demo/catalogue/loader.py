"""Reads the catalogue files beside this module and refuses them when they contradict themselves."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from bot.demo.catalogue.check import check
from bot.demo.catalogue.types import (
    BoxItem,
    Brand,
    Catalogue,
    CatalogueError,
    Category,
    Disclosure,
    Facets,
    Option,
    OptionValue,
    Product,
    Publish,
    SpecRow,
    Supplier,
    Tag,
    Text,
)
from bot.demo.catalogue.variants import build_skus

_FILES = ("digital", "av", "large", "home", "air", "smart", "services", "samples")


@cache
def load_catalogue() -> Catalogue:
    """The whole catalogue; the same object on every call.

    Raises CatalogueError when codes repeat, a reference leads nowhere, or sums do not add up.
    """
    return read_catalogue(files("bot.demo.catalogue"))


def read_catalogue(folder: Traversable) -> Catalogue:
    """Read a catalogue laid out like this package from `folder`. Raises CatalogueError like `load_catalogue`."""
    tree = _read(folder, "categories.json")
    categories = _categories(tree)
    top_of = {category.code: category.top for category in categories}
    cost_percents = {node["code"]: node["cost_percent"] for node in tree}
    labels = _read(folder, "labels.json")
    brands = {row["code"]: _brand(row) for row in _read(folder, "brands.json")}
    tags = {row["slug"]: Tag(row["slug"], _text(row), row.get("facet", "")) for row in _read(folder, "tags.json")}
    reader = _ProductReader(top_of, cost_percents, labels, brands, tags)
    catalogue = Catalogue(
        categories=categories,
        brands=tuple(brands.values()),
        tags=tuple(tags.values()),
        suppliers=tuple(Supplier(code, _text(row)) for code, row in labels["suppliers"].items()),
        products=tuple(
            reader.read(row) for name in _FILES for row in _read(folder.joinpath("products"), f"{name}.json")
        ),
    )
    check(catalogue)
    return catalogue


def _read(folder: Traversable, name: str) -> Any:
    return json.loads(folder.joinpath(name).read_text(encoding="utf-8"))


def _text(row: dict[str, Any]) -> Text:
    return Text(zh=row["zh"], en=row["en"])


def _brand(row: dict[str, Any]) -> Brand:
    return Brand(row["code"], _text(row), _text(row["maker"]), _text(row["origin"]))


def _categories(nodes: list[dict[str, Any]], level: int = 1, parent: str = "", top: str = "") -> tuple[Category, ...]:
    found: list[Category] = []
    for position, node in enumerate(nodes):
        own_top = top or node["code"]
        found.append(Category(node["code"], _text(node), level, parent, own_top, position))
        found.extend(_categories(node.get("children", []), level + 1, node["code"], own_top))
    return tuple(found)


def _option(row: dict[str, Any]) -> Option:
    values = tuple(
        OptionValue(value["code"], _text(value), value["extra"], value.get("hue", ""), value.get("sold_out", False))
        for value in row["values"]
    )
    return Option(row["code"], _text(row), values)


class _ProductReader:
    """Reads product rows, with the vocabulary that they refer to at hand."""

    def __init__(
        self,
        top_of: dict[str, str],
        cost_percents: dict[str, int],
        labels: dict[str, Any],
        brands: dict[str, Brand],
        tags: dict[str, Tag],
    ) -> None:
        self._top_of = top_of
        self._cost_percents = cost_percents
        self._labels = labels
        self._brands = brands
        self._tags = tags

    def read(self, row: dict[str, Any]) -> Product:
        try:
            return self._product(row)
        except (KeyError, ValueError) as error:
            raise CatalogueError(f"{row.get('code', 'a product without code')}: {error!r}") from error

    def _product(self, row: dict[str, Any]) -> Product:
        top = self._top_of[row["category"]]
        percent = self._cost_percents[top]
        options = tuple(_option(option) for option in row["options"])
        first, second = (Text(zh, en) for zh, en in zip(row["points"]["zh"], row["points"]["en"], strict=True))
        width, height, depth = row.get("size_mm", (0, 0, 0))
        return Product(
            code=row["code"],
            category=row["category"],
            top_category=top,
            brand=row["brand"],
            shape=row["shape"],
            kind=row["kind"],
            name=_text(row["name"]),
            points=(first, second),
            price=row["price"],
            list_price=row["list_price"],
            cost=row["price"] * percent // 100,
            stock=row["stock"],
            options=options,
            skus=build_skus(row["code"], options, row["price"], row["list_price"], percent, row["stock"]),
            tags=tuple(row["tags"]),
            facets=self._facets(row),
            specs=tuple(self._spec(spec) for spec in row["specs"]),
            box=tuple(self._box_item(code) for code in row["box"]),
            accessories=tuple(row["accessories"]),
            size_mm=(width, height, depth) if "size_mm" in row else None,
            shipping_grams=row["shipping_grams"],
            warranty_months=row["warranty_months"],
            tax_basis_points=row["tax_basis_points"],
            supplier=row["supplier"],
            lead_days=row["lead_days"],
            safety_stock=row["safety_stock"],
            disclosure=self._disclosure(row),
            publish=Publish(row["publish"]["state"], row["publish"].get("after_seconds", 0)),
            pictures=row["pictures"],
            sample=row["sample"],
        )

    def _facets(self, row: dict[str, Any]) -> Facets:
        def tagged(facet: str) -> tuple[str, ...]:
            return tuple(slug for slug in row["tags"] if self._tags[slug].facet == facet)

        return Facets(rooms=tagged("room"), users=tagged("user"), energy_grade=row.get("energy_grade"))

    def _spec(self, row: dict[str, Any]) -> SpecRow:
        return SpecRow(row["key"], _text(self._labels["specs"][row["key"]]), _text(row))

    def _box_item(self, code: str) -> BoxItem:
        row = self._labels["box"][code]
        return BoxItem(code, _text(row), row.get("shape", ""))

    def _disclosure(self, row: dict[str, Any]) -> Disclosure:
        brand = self._brands[row["brand"]]
        numbers = row["disclosure"]
        return Disclosure(brand.maker, brand.origin, numbers["certificate"], numbers.get("energy_label", ""))
