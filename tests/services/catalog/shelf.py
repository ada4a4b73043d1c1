"""A small shelf for the tests of this area: categories, tags and products, and the people who arrange them."""

from __future__ import annotations

from datetime import datetime

from services.catalog import editing, repository
from services.catalog.types import NewProduct, NewSku
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from tests.services.staff.roster import staff_actor

LI = staff_actor("products", 51, "小李")
ZHAO = staff_actor("products", 52, "小赵")
WORDS = {"zh": "样品", "en": "Sample"}


def words(text: str) -> dict[str, str]:
    return {"zh": f"{text}类", "en": text}


def put(
    tx: Tx, code: str, category: str, *, price: int = 10_000, list_price: int | None = None, cost: int | None = None,
    tags: tuple[str, ...] = (), published: datetime | None = None, on: bool = True, stock: int = 5,
) -> tuple[int, int]:
    """A product of one SKU; returns its id and its SKU's."""
    skus = editing.put_product(tx, SYSTEM, NewProduct(
        code=code, category=category, kind="physical", name={"zh": f"{code} 商品", "en": f"{code} goods"}, brand=WORDS,
        description=WORDS, currency="CNY", tags=tags,
        skus=(NewSku(f"{code}-W", (), price, list_price, "placeholder", cost),),
        published_at=(published or tx.now) if on else None,
    ))
    inventory.set_opening(tx, skus[f"{code}-W"], stock)
    found = repository.id_by_code(tx, "product", code)
    assert found is not None
    return found, skus[f"{code}-W"]


def furnish(tx: Tx) -> dict[str, int]:
    """air (purifiers, filters) and phones; ids by code."""
    editing.put_category(tx, SYSTEM, "air", words("Air"), None, 0)
    editing.put_category(tx, SYSTEM, "purifiers", words("Purifiers"), "air", 0)
    editing.put_category(tx, SYSTEM, "filters", words("Filters"), "air", 1)
    editing.put_category(tx, SYSTEM, "phones", words("Phones"), None, 1)
    editing.put_tag(tx, SYSTEM, "new", words("New"), "", 0)
    found = {code: repository.id_by_code(tx, "category", code) for code in ("air", "purifiers", "filters", "phones")}
    return {code: each for code, each in found.items() if each is not None}
