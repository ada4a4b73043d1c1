"""Finding SKUs and products by what staff type: a code, part of one, or words of a name."""

from __future__ import annotations

import re

from services.catalog import codes_repository as repository
from services.catalog.search import edit_distance
from services.shared.db import Tx
from services.shared.errors import Refusal

NEAREST = 3
# What is further from every code than this share of it resembles none.
_FAR = 0.6
_BETWEEN = re.compile(r"[\s,;，；、]+")


class UnknownSku(Refusal):
    """No SKU has this code. Facts: `name` (what was typed), `nearest` (SKU ids by code, those that look most alike)."""

    code = "unknown-sku"


def sku(tx: Tx, typed: str) -> int:
    """The SKU with this code, or the only one of the product that has it; case does not matter. Raises UnknownSku."""
    wanted = _folded(typed)
    for code, sku_id in repository.sku_codes(tx).items():
        if _folded(code) == wanted:
            return sku_id
    for product in repository.products(tx):
        if _folded(product.code) == wanted and len(product.sku_ids) == 1:
            return product.sku_ids[0]
    raise UnknownSku(name=typed[:64], nearest=nearest(tx, typed))


def product(tx: Tx, typed: str) -> int:
    """The product with this code, or whose SKU has it. Raises UnknownSku."""
    wanted = _folded(typed)
    for each in repository.products(tx):
        if _folded(each.code) == wanted:
            return each.product_id
    found = {_folded(code): sku_id for code, sku_id in repository.sku_codes(tx).items()}.get(wanted)
    owner = None if found is None else repository.product_of(tx, found)
    if owner is None:
        raise UnknownSku(name=typed[:64], nearest=nearest(tx, typed))
    return owner


def listed(tx: Tx, typed: str) -> tuple[list[int], list[str]]:
    """The products named in a list of codes, in its order without repeats, and what names none of them."""
    by_code = {_folded(each.code): each.product_id for each in repository.products(tx)}
    by_code |= {_folded(code): product_id for code, product_id in repository.products_by_sku_code(tx).items()}
    parts = [part for part in _BETWEEN.split(typed.strip()) if part]
    known = [by_code[_folded(part)] for part in parts if _folded(part) in by_code]
    return list(dict.fromkeys(known)), [part for part in parts if _folded(part) not in by_code]


def matching(tx: Tx, words: str, most: int) -> list[int]:
    """SKUs whose code or product's name holds what was typed, in the order of their codes."""
    wanted = _folded(words)
    if not wanted:
        return []
    named = {
        sku_id for each in repository.products(tx)
        if wanted in _folded(each.code) or any(wanted in _folded(name) for name in each.name.values())
        for sku_id in each.sku_ids
    }
    found = [sku_id for code, sku_id in repository.sku_codes(tx).items() if wanted in _folded(code) or sku_id in named]
    return found[:most]


def nearest(tx: Tx, typed: str) -> dict[str, int]:
    """The SKUs whose codes differ least from what was typed."""
    wanted = _folded(typed)[:40]

    def distance(code: str) -> int:
        """What holds all that was typed is nearer than any typing mistake."""
        folded = _folded(code)
        return 0 if wanted and wanted in folded else edit_distance(wanted, folded)

    apart = sorted((distance(code), code, sku_id) for code, sku_id in repository.sku_codes(tx).items())
    return {code: sku_id for far, code, sku_id in apart[:NEAREST] if far <= max(2, len(code) * _FAR)}


def _folded(text: str) -> str:
    return text.casefold().replace("-", "").replace(" ", "")
