"""What inventory tells the catalogue, so that lists can put sold-out products last without asking for stock."""

from __future__ import annotations

from collections.abc import Mapping

from services.catalog import listing_repository
from services.shared.db import Tx

TOPIC = "catalog"


def mark_skus(tx: Tx, sold_out: Mapping[int, bool]) -> None:
    """Notes which SKUs have just sold out or come back. A product is sold out when all its active SKUs are."""
    if not sold_out:
        return
    listing_repository.mark_skus(tx, sold_out)
    tx.after_commit(TOPIC)


def count_sales(tx: Tx, pieces: Mapping[int, int]) -> None:
    """Adds shipped pieces by SKU to what their products have sold."""
    listing_repository.count_sales(tx, pieces)
