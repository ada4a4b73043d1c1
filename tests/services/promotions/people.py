"""People, a coupon, and what the database holds of it, for the tests of this folder."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from services.customers import service as customers
from services.promotions import claiming
from services.promotions.models import CouponClaimRow, CouponRow, CouponUseRow
from services.promotions.writing import CouponDraft, put_coupon
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Store, Tx
from services.shared.money import Money

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
COUPONS, CLAIMS, USES = CouponRow.__table__, CouponClaimRow.__table__, CouponUseRow.__table__

FORTY_OFF = CouponDraft(
    "CP2", {"zh": "满减券", "en": "Spend and save"}, "CNY", "Asia/Shanghai", NOW - timedelta(days=1),
    NOW + timedelta(days=9), threshold=30_000, amount=4_000, in_centre=True,
)


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


async def people(store: Store, count: int) -> list[Actor]:
    def enter(tx: Tx) -> list[Actor]:
        return [customer(customers.enter(tx, 7_000 + each, f"P{each}", None, "zh")[0].id) for each in range(count)]

    return await store.write(enter)


async def person(store: Store) -> Actor:
    return (await people(store, 1))[0]


async def add_coupon(store: Store, draft: CouponDraft = FORTY_OFF, **changes: Any) -> int:
    return await store.write(put_coupon, SYSTEM, replace(draft, **changes))


async def claimed(store: Store, actor: Actor, **changes: Any) -> int:
    """The id of a fresh claim of this person's."""
    coupon_id = await add_coupon(store, **changes)
    return (await store.write(claiming.claim, actor, coupon_id)).id


@dataclass(frozen=True)
class Counts:
    """What the coupon's row says, and what there really is."""

    claimed: int
    claims: int
    used: int
    live_uses: int


async def counts(store: Store, coupon_id: int = 1) -> Counts:
    def count(tx: Tx) -> Counts:
        row = tx.first(select(COUPONS.c.claimed, COUPONS.c.used).where(COUPONS.c.id == coupon_id))
        assert row is not None
        claims = tx.scalar(select(func.count()).select_from(CLAIMS).where(CLAIMS.c.coupon_id == coupon_id))
        uses = tx.scalar(select(func.count()).select_from(USES).where(USES.c.coupon_id == coupon_id, USES.c.live))
        return Counts(row.claimed, claims, row.used, uses)

    return await store.read(count)
