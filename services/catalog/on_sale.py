"""Everything that can be bought now, SKU by SKU: for rules that are tried on the whole shop."""

from __future__ import annotations

from services.catalog import on_sale_repository, repository
from services.catalog.types import SkuFacts
from services.shared.db import Tx
from services.shared.price_lists import PriceList


def on_sale(tx: Tx, currency: str) -> tuple[SkuFacts, ...]:
    """The SKUs on the shelf that are sold in a currency, in the order of their ids."""
    ids = on_sale_repository.ids(tx)
    known = repository.sku_facts(tx, ids, PriceList(currency)) if ids else {}
    return tuple(known[sku_id] for sku_id in ids if sku_id in known and known[sku_id].price.currency == currency)


def product_names(tx: Tx, product_ids: tuple[int, ...]) -> dict[int, dict[str, str]]:
    """The names of products, on the shelf or off it; ids that do not exist are absent."""
    return on_sale_repository.names(tx, product_ids) if product_ids else {}
