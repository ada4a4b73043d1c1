"""A product with the rows of a file on top: what a row leaves empty stays, SKUs that no row names stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.catalog import readiness, typed
from services.catalog.errors import BadTyped
from services.catalog.fields import Fields, SkuFields
from services.catalog.types import Axis, Picture, Row, Words
from services.importing.errors import RowFault
from services.importing.rows import Patch
from services.importing.types import LIST_PRICE_IN, PRICE_IN
from services.shared.price_lists import DIGITAL, STARS


def merged(base: Fields | None, patches: Sequence[Patch], currency: str, language: str) -> Fields:
    """The product as it is to be written. Raises RowFault for the row that does not fit to the others."""
    first = patches[0]
    fields = base or Fields(first.product, currency)
    for patch in patches:
        fields = _of_product(fields, patch, language)
    for patch in patches:
        fields = _of_sku(fields, patch, language)
    lacks = readiness.unwritable(fields)
    if lacks:
        at = next((patch for patch in patches if patch.price is None), first) if lacks == ("price",) else first
        column = {"name": "name_zh"}.get(lacks[0], lacks[0])
        raise RowFault(at.number, column, "missing")
    return fields


def _of_product(fields: Fields, patch: Patch, language: str) -> Fields:
    return replace(
        fields, name=_texts(fields.name, patch.name), description=_texts(fields.description, patch.description),
        brand=_over(fields.brand, patch.brand), category=patch.category or fields.category,
        model=fields.model if patch.model is None else patch.model,
        tags=fields.tags if patch.tags is None else patch.tags,
        photos=fields.photos if patch.pictures is None else _photos(fields, patch.pictures),
        specs=fields.specs if patch.specs is None else _specs(fields, patch, language),
        disclosures=fields.disclosures | patch.facts,
    )


def _texts(old: Words, new: Words) -> Words:
    """The texts with `new` on top; a cell is trimmed when it is read, which alone changes nothing."""
    return old | {language: text for language, text in new.items() if old.get(language, "").strip() != text}


def _over(old: Words, new: Words) -> Words:
    """The text with `new` on top; one that says the same without naming its language says nothing new."""
    return old if tuple(new.values()) == tuple(old.values()) else old | new


def _of_sku(fields: Fields, patch: Patch, language: str) -> Fields:
    fields, values = _with_options(fields, patch, language)
    place = next((place for place, sku in enumerate(fields.skus) if sku.code.upper() == patch.sku), None)
    sku = SkuFields(patch.sku, values) if place is None else replace(fields.skus[place], values=values)
    sku = replace(
        sku, price=sku.price if patch.price is None else patch.price,
        list_price=sku.list_price if patch.list_price is None else patch.list_price or None,
        cost=sku.cost if patch.cost is None else patch.cost, prices=_prices(fields, sku, patch),
    )
    others = [each for at, each in enumerate(fields.skus) if at != place]
    if any(each.values == values for each in others):
        raise RowFault(patch.number, "options", "same-options" if values else "options")
    if len(others) >= typed.MOST_SKUS:
        raise RowFault(patch.number, "sku", "many", most=typed.MOST_SKUS)
    skus = list(fields.skus)
    if place is None:
        skus.append(sku)
    else:
        skus[place] = sku
    return replace(fields, skus=tuple(skus))


def _prices(fields: Fields, sku: SkuFields, patch: Patch) -> dict[str, tuple[int, int | None]]:
    """The prices in further currencies with the row's on top. A list price that is not given stays while it is above
    the price."""
    found = dict(sku.prices)
    for currency in sorted(patch.prices.keys() | patch.list_prices.keys()):
        old = found.pop(currency, (0, None))
        price, typed_list = patch.prices.get(currency, old[0]), patch.list_prices.get(currency)
        listed = old[1] if typed_list is None and (old[1] or 0) > price else typed_list or None
        if not price and not listed:
            continue
        if currency == STARS and fields.kind != DIGITAL:
            raise RowFault(patch.number, f"{PRICE_IN}{currency.lower()}", "stars")
        if listed is not None and not 0 < price < listed:
            raise RowFault(patch.number, f"{LIST_PRICE_IN}{currency.lower()}", "list-price")
        found[currency] = (price, listed)
    return found


def _with_options(fields: Fields, patch: Patch, language: str) -> tuple[Fields, tuple[str, ...]]:
    """The product with the row's values among its options, and their codes in the order of the options."""
    known = next((sku for sku in fields.skus if sku.code.upper() == patch.sku), None)
    if patch.options is None:
        if known is None and fields.axes:
            raise RowFault(patch.number, "options", "options")
        return fields, known.values if known else ()
    if known is not None and patch.options == options_text(fields, known):
        return fields, known.values
    try:
        row_axes = typed.axes(_colons(patch.options), language, fields.axes)
    except BadTyped:
        raise RowFault(patch.number, "options", "options") from None
    if any(len(axis.values) != 1 for axis in row_axes):
        raise RowFault(patch.number, "options", "options")
    axes = _joined(fields.axes, row_axes)
    if (fields.skus and fields.axes and len(axes) != len(fields.axes)) or len(axes) != len(row_axes):
        raise RowFault(patch.number, "options", "options")
    values = {axis.code: axis.values[0].code for axis in row_axes}
    return replace(fields, axes=axes), tuple(values[axis.code] for axis in axes)


def _colons(text: str) -> str:
    """"颜色=白;版本=Pro" as "颜色:白;版本:Pro"."""
    return text if re.search("[:：]", text) else re.sub("[=＝]", ":", text)


def options_text(fields: Fields, sku: SkuFields) -> str:
    """A SKU's values as a file says them: "颜色|Colour: 白|White / 版本|Edition: Pro"."""
    chosen = [
        replace(axis, values=tuple(value for value in axis.values if value.code == code))
        for axis, code in zip(fields.axes, sku.values, strict=True)
    ]
    return typed.axes_text(chosen)


def specs_text(specs: Sequence[Row]) -> str:
    """A product's table as a file says it: "功率|Power: 45 W", a line for each row."""
    return "\n".join(f"{typed.barred(row.label)}: {typed.barred(row.value)}" for row in specs)


def _specs(fields: Fields, patch: Patch, language: str) -> tuple[Row, ...]:
    """The table that the cell says, in place of the one that was there."""
    text = patch.specs or ""
    if text == specs_text(fields.specs).strip():
        return fields.specs
    lines = text if "\n" in text else re.sub("[;；]", "\n", text)
    try:
        return typed.rows(lines, language)
    except BadTyped:
        raise RowFault(patch.number, "specs", "specs") from None


def _joined(axes: Sequence[Axis], more: Sequence[Axis]) -> tuple[Axis, ...]:
    """The options with the values of `more` added; what is there already keeps its place."""
    joined = {axis.code: axis for axis in axes}
    for axis in more:
        old = joined.get(axis.code)
        if old is None:
            joined[axis.code] = axis
            continue
        names: dict[str, Words] = {value.code: value.name for value in old.values}
        added = tuple(value for value in axis.values if value.code not in names)
        joined[axis.code] = replace(old, values=(*old.values, *added))
    return tuple(joined.values())


def _photos(fields: Fields, keys: Sequence[str]) -> tuple[Picture, ...]:
    """The gallery in the order of the cell; a photo that was there keeps the colour that it shows."""
    shown = {photo.key: photo for photo in fields.photos}
    return tuple(shown.get(key) or Picture(key) for key in keys)
