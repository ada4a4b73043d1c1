"""Goods with costs, drafts and promotions for the tests of what the counter does with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.catalog import editing
from services.catalog.types import NewProduct, NewSku
from services.inventory import service as inventory
from services.promotions import drafts, publishing
from services.promotions.deals import Deal
from services.promotions.fields import DealFields
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx
from tests.services.promotions.people import NOW
from tests.services.staff.roster import staff_actor

BOSS = staff_actor("owner", 42, "店主")
MARKETING = staff_actor("marketing", 43, "小张")
ZONE = "Asia/Shanghai"
NAMES = {"zh": "试试", "en": "Try it"}
COUPON = DealFields(
    "coupon", "CNY", scope_kind="all", threshold=20_000, amount=3_000, ends_at=NOW + timedelta(days=9), way="centre",
)
REDUCTION = DealFields(
    "reduction", "CNY", scope_kind="all", tiers=((30_000, 4_000), (60_000, 10_000)), ends_at=NOW + timedelta(days=9),
)
PERCENT = DealFields("percent", "CNY", scope_kind="all", basis_points=1_000, ends_at=NOW + timedelta(days=9))


def put_goods(tx: Tx, code: str, price: int, cost: int | None = None, kind: str = "physical") -> int:
    """A product of one SKU on the shelf; returns the SKU's id. Amounts in fen."""
    editing.put_category(tx, SYSTEM, "goods", {"zh": "商品", "en": "Goods"}, None, 1)
    sku = NewSku(code=code, values=(), price=price, list_price=None, picture_key=f"product/{code}/1", cost=cost)
    new = NewProduct(
        code=code, category="goods", kind=kind, name={"zh": f"{code} 商品", "en": f"{code} goods"},
        brand={"zh": "青粒", "en": "Qingli"}, description={"zh": "好用", "en": "Useful"}, currency="CNY", skus=(sku,),
        tax_bp=1300, weight_g=500, published_at=datetime(2026, 1, 1, tzinfo=NOW.tzinfo),
    )
    sku_id = editing.put_product(tx, SYSTEM, new)[code]
    inventory.set_opening(tx, sku_id, 10)
    return sku_id


async def let_out(store: Store, fields: DealFields = COUPON, actor: Actor = BOSS, **changes: Any) -> Deal:
    """A draft of these fields, started."""
    draft = await store.write(drafts.begin, actor, replace(fields, **changes))
    return await publish(store, draft.id, draft.version, actor)


async def publish(
    store: Store, draft_id: int, version: int, actor: Actor = BOSS, *, at_once: bool = True, confirmed: bool = False
) -> Deal:
    names = publishing.Names(NAMES)
    return await store.write(
        publishing.publish, actor, draft_id, version, ZONE, names, at_once=at_once, confirmed=confirmed
    )
