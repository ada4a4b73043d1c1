"""What was typed into the wizard, as fields of a draft. Raises BadTyped with what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.catalog import typed
from services.catalog.errors import BadTyped
from services.catalog.fields import Fields, with_axes, with_code
from services.catalog.teasers import Offer
from services.catalog.typed import LONGEST_NAME, LONGEST_TEXT
from services.catalog.types import Disclosure, Row
from services.shared import amounts
from services.shared.errors import Stale
from services.shared.price_lists import DIGITAL, STARS

_MOST_MONTHS, _MOST_PER_ORDER = 240, 999
EMPTY: dict[str, Any] = {
    "brand": {}, "model": "", "material": {}, "description": {}, "points": (), "specs": (), "box": (), "video": None,
    "manual": None, "warranty_months": 0, "most_per_order": None,
}
_STORED = {"warranty": "warranty_months", "limit": "most_per_order"}


def changes(fields: Fields, field: str, text: str, language: str) -> dict[str, Any]:
    """The changes that a typed answer to a field outside the matrix makes."""
    match field:
        case "name" | "brand" | "material" | "description":
            longest = LONGEST_TEXT if field == "description" else LONGEST_NAME
            return {field: getattr(fields, field) | _text(field, text, language, longest)}
        case "model":
            return {"model": typed.words(text, language)[language]}
        case "axes":
            changed = with_axes(fields, typed.axes(text, language, fields.axes))
            return {"axes": changed.axes, "skus": changed.skus}
        case "specs":
            return {"specs": typed.rows(text, language)}
        case "points":
            return {"points": typed.items(text, language)}
        case "box":
            return {"box": tuple(Row(item) for item in typed.items(text, language))}
        case "warranty" | "limit":
            number = typed.count(text, _MOST_MONTHS if field == "warranty" else _MOST_PER_ORDER)
            if not number:
                raise BadTyped(reason="number")
            return {_STORED[field]: number}
        case "code":
            changed = with_code(fields, typed.code(text))
            return {"code": changed.code, "skus": changed.skus}
        case _:
            raise Stale()


def cleared(fields: Fields, field: str) -> dict[str, Any]:
    """The changes that empty a field. Raises Stale for one that cannot be empty."""
    if field == "axes":
        changed = with_axes(fields, ())
        return {"axes": (), "skus": changed.skus}
    if field == "cost":
        return {"skus": tuple(replace(sku, cost=None) for sku in fields.skus)}
    name = _STORED.get(field, field)
    if name not in EMPTY:
        raise Stale()
    return {name: EMPTY[name]}


def disclosed(fields: Fields, rule: Disclosure, text: str) -> dict[str, Any]:
    """The changes that a typed fact makes."""
    value = text.strip()
    if not value or len(value) > LONGEST_NAME:
        raise BadTyped(reason="long" if value else "empty", most=LONGEST_NAME)
    return {"disclosures": fields.disclosures | {rule.key: value}}


def columns(fields: Fields, field: str, text: str, currencies: Sequence[str] = ()) -> dict[str, dict[int, Any]]:
    """The columns of the matrix that a typed answer changes, each by row; `currencies` are the shop's further ones."""
    codes = [sku.code for sku in fields.skus]
    if field == "prices":
        return {"prices": _prices(fields, codes, text, currencies)}
    if field == "price":
        found = typed.by_row(text, codes, lambda part: _price(part, fields.currency))
        return {"price": {place: price for place, (price, _) in found.items()},
                "list_price": {place: _earlier(fields.skus[place].list_price, *each) for place, each in found.items()}}
    if field == "cost":
        return {"cost": typed.by_row(text, codes, lambda part: amounts.positive(part, fields.currency))}
    if field == "stock":
        return {"stock": typed.by_row(text, codes, typed.count)}
    if field == "sku_codes":
        found = typed.by_row(text, codes, _code)
        new = [found.get(place, code) for place, code in enumerate(codes)]
        if len(set(new)) < len(new):
            raise BadTyped(reason="twice")
        return {"code": found}
    raise Stale()


@dataclass(frozen=True, slots=True)
class Quick:
    """A product in one line; amounts in minor units."""

    name: str
    price: int | None = None
    stock: int | None = None
    list_price: int | None = None


def quick(text: str, currency: str) -> Quick:
    """"台灯 199 20" or "台灯 199/259 20" as name, price and stock; what is not a number belongs to the name."""
    parts = text.split()
    stock = typed.count(parts[-1]) if len(parts) > 2 else None
    if stock is not None and (found := _price(parts[-2], currency)):
        return Quick(" ".join(parts[:-2]), found[0], stock, found[1] or None)
    if len(parts) > 1 and (found := _price(parts[-1], currency)):
        return Quick(" ".join(parts[:-1]), found[0], None, found[1] or None)
    return Quick(" ".join(parts))


def _text(field: str, text: str, language: str, longest: int) -> dict[str, str]:
    if field != "description":
        return typed.words(text, language, longest)
    bare = text.strip()
    if not bare:
        raise BadTyped(reason="empty")
    if len(bare) > longest:
        raise BadTyped(reason="long", most=longest)
    return {language: bare}


def _code(text: str) -> str | None:
    try:
        return typed.code(text)
    except BadTyped:
        return None


def _price(text: str, currency: str) -> tuple[int, int | None] | None:
    """"1299" or "1299/1599", the second being what it cost before, 0 for "1299/0"; None for what is no price, or for an
    earlier price that is not higher."""
    now, slash, before = text.replace("／", "/").partition("/")
    price = amounts.positive(now, currency)
    if not price or not slash:
        return (price, None) if price else None
    earlier = 0 if before.strip() == "0" else amounts.positive(before, currency)
    return None if earlier is None or 0 < earlier <= price else (price, earlier)


def _prices(fields: Fields, codes: Sequence[str], text: str, currencies: Sequence[str]) -> dict[int, dict[str, Offer]]:
    """The prices in further currencies by row: what was typed on top of what is there. Raises BadTyped."""
    bare = text.strip().replace("\n", ";") if len(codes) == 1 else text
    found = typed.by_row(bare, codes, lambda part: _in_currencies(part, currencies))
    changed = {
        place: {currency: offer for currency, offer in (fields.skus[place].prices | each).items() if offer is not None}
        for place, each in found.items()
    }
    if fields.kind != DIGITAL and any(STARS in each for each in changed.values()):
        raise BadTyped(reason="stars")
    return changed


def _in_currencies(text: str, currencies: Sequence[str]) -> dict[str, Offer | None] | None:
    """"USD 29.90/39.90, JPY 4500" by currency, None for "USD -": no price any more; None for what cannot be read."""
    found: dict[str, Offer | None] = {}
    for part in re.split(r"[;；、]|,(?!\d)|，", text):
        code, _, rest = part.strip().partition(" ")
        currency, rest = code.upper(), rest.strip()
        if currency not in currencies:
            return None
        if rest in ("-", "–", "0"):
            found[currency] = None
        elif (price := _price(rest, currency)) is not None:
            found[currency] = (price[0], price[1] or None)
        else:
            return None
    return found


def _earlier(was: int | None, price: int, typed_earlier: int | None) -> int | None:
    """The earlier price to show: what was typed, else what was shown before while it is still higher."""
    if typed_earlier is not None:
        return typed_earlier or None
    return was if was is not None and was > price else None
