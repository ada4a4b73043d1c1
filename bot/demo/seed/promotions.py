"""Puts the demo's promotions and coupons into a store, in whole days of the shop's zone around today."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.seed.catalogue import CURRENCY
from services.catalog import service as catalog
from services.pricing.rules import CATEGORY, Scope, Tier
from services.promotions.windows import day_window
from services.promotions.writing import CouponDraft, PromotionDraft, put_coupon, put_promotion
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx
from services.shared.money import Money

ZONE = "Asia/Shanghai"
_NOT_DIGITAL = Scope(excluded_kinds=frozenset({"digital"}))


async def seed(store: Store) -> None:
    """Puts all of them into the store, whose catalogue must be there already."""
    await store.write(put_promotions, SYSTEM)


def put_promotions(tx: Tx, actor: Actor) -> None:
    """Writes promotions and coupons by their codes; doing it again moves their windows to today and nothing else.

    The actor needs "promotions.edit".
    """
    categories = {node.code: node.id for node in catalog.tree(tx, actor).nodes.values()}
    for promotion in _promotions(tx.now, categories):
        put_promotion(tx, actor, promotion)
    for coupon in _coupons(tx.now, categories):
        put_coupon(tx, actor, coupon)


def _promotions(now: datetime, categories: dict[str, int]) -> tuple[PromotionDraft, ...]:
    starts_at, ends_at = _days(now, -3, 11)
    full_reduction = PromotionDraft(
        "PR1", {"zh": "店庆满减", "en": "Anniversary savings"}, CURRENCY, starts_at, ends_at,
        tiers=tuple(_tier(*tier) for tier in ((1_000, 100), (2_000, 200), (5_000, 600))), scope=_NOT_DIGITAL,
    )
    starts_at, ends_at = _days(now, -1, 6)
    smart_home = PromotionDraft(
        "PR2", {"zh": "智能家居 8 折", "en": "20% off smart home"}, CURRENCY, starts_at, ends_at, basis_points=2_000,
        scope=Scope(CATEGORY, frozenset({categories["smart"]})),
    )
    return full_reduction, smart_home


def _coupons(now: datetime, categories: dict[str, int]) -> tuple[CouponDraft, ...]:
    to_day_9, to_day_20, to_day_2 = (_days(now, 0, last) for last in (9, 20, 2))
    accessories = Scope(CATEGORY, frozenset({categories["acc"]}))
    return (
        CouponDraft(
            "CP1", {"zh": "新人券", "en": "Welcome coupon"}, CURRENCY, ZONE, _days(now, -90, 0)[0], valid_days=30,
            threshold=20_000, amount=3_000, is_welcome=True,
        ),
        CouponDraft(
            "CP2", {"zh": "满减券", "en": "Spend and save"}, CURRENCY, ZONE, *to_day_9, threshold=30_000,
            amount=4_000, limit_total=500, claimed_elsewhere=385, in_centre=True,
        ),
        CouponDraft(
            "CP3", {"zh": "配件折扣券", "en": "Accessory discount"}, CURRENCY, ZONE, *to_day_20, basis_points=1_000,
            cap=5_000, scope=accessories, scope_name={"zh": "数码配件", "en": "accessories"}, in_centre=True,
        ),
        CouponDraft(
            "CP4", {"zh": "无门槛券", "en": "No-minimum coupon"}, CURRENCY, ZONE, *to_day_2, amount=1_000,
            limit_total=100, claimed_elsewhere=98, redeem_code="QINGLI10", in_centre=True,
        ),
    )


def _tier(threshold: int, reduction: int) -> Tier:
    """Both in yuan."""
    name = {"zh": f"满{threshold}减{reduction}", "en": f"CN¥{reduction} off CN¥{threshold:,}"}
    return Tier(Money(threshold * 100, CURRENCY), Money(reduction * 100, CURRENCY), name)


def _days(now: datetime, first: int, last: int) -> tuple[datetime, datetime]:
    """The window from `first` to `last` days after today, both in full."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    return day_window(today + timedelta(days=first), today + timedelta(days=last), ZONE)
