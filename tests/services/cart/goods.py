"""A shelf for the tests: SKUs by code with their stock."""

from services.catalog.editing import put_category, put_product
from services.catalog.types import NewProduct, NewSku
from services.inventory.service import set_opening
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx


def _put(
    tx: Tx, code: str, price: int, stock: int, most: int | None, name: dict[str, str] | None, on_shelf: bool
) -> int:
    put_category(tx, SYSTEM, "goods", {"zh": "商品", "en": "Goods"}, None, 0)
    skus = put_product(tx, SYSTEM, NewProduct(
        code=code, category="goods", kind="physical", name=name or {"zh": f"商品{code}", "en": f"Product {code}"},
        brand={}, description={}, currency="CNY",
        skus=(NewSku(f"{code}-1", (), price, None, f"product/{code}/main"),), tax_bp=1300, weight_g=500,
        most_per_order=most, published_at=tx.now if on_shelf else None,
    ))
    sku_id = skus[f"{code}-1"]
    set_opening(tx, sku_id, stock)
    return sku_id


async def goods(
    store: Store, code: str, price: int = 19900, stock: int = 50, most: int | None = None,
    name: dict[str, str] | None = None, *, on_shelf: bool = True,
) -> int:
    """Puts a product of one SKU on the shelf, or changes it, and returns the SKU's id; `price` in minor units."""
    return await store.write(_put, code, price, stock, most, name, on_shelf)
