"""Promotions and coupons in every state, so that the counter's lists have something to show; none changes a price."""

from __future__ import annotations

from datetime import timedelta

from bot.demo.seed.catalogue import CURRENCY
from bot.demo.seed.promotions import ZONE
from services.catalog import service as catalog
from services.pricing.rules import CATEGORY, Tier
from services.promotions import acting, drafts
from services.promotions.fields import COUPON, REDUCTION, DealFields
from services.promotions.windows import day_window
from services.promotions.writing import CouponDraft, PromotionDraft, put_coupon, put_promotion
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx
from services.shared.money import Money

_DAY = timedelta(days=1)


async def seed(store: Store) -> None:
    """Puts them into the store, whose catalogue and promotions must be there already."""
    await store.write(put_deals, SYSTEM)


def put_deals(tx: Tx, actor: Actor) -> None:
    """One planned, one over, one stopped and two drafts; doing it again adds nothing."""
    if drafts.page(tx, actor, COUPON).drafts:
        return
    smart = tuple(node.id for node in catalog.tree(tx, actor).nodes.values() if node.code == "smart")
    _put_promotions(tx, actor)
    stopped = put_coupon(tx, actor, CouponDraft(
        "CP9", {"zh": "开学季券", "en": "Back to school"}, CURRENCY, ZONE, tx.now - 60 * _DAY, tx.now + 30 * _DAY,
        threshold=50_000, amount=5_000, limit_total=200, claimed_elsewhere=150, in_centre=True,
    ))
    acting.stop(tx, actor, COUPON, stopped)
    drafts.begin(tx, actor, DealFields(
        COUPON, CURRENCY, scope_kind=CATEGORY, scope_ids=smart, basis_points=1_500, cap=20_000,
        valid_days=14, way="given", limit_total=300, budget=3_000_000,
    ))
    drafts.begin(tx, actor, DealFields(REDUCTION, CURRENCY, tiers=((300_000, 25_000), (600_000, 60_000))))


def _put_promotions(tx: Tx, actor: Actor) -> None:
    today = (tx.now + timedelta(hours=8)).date()
    next_month = day_window(today + 20 * _DAY, today + 22 * _DAY, ZONE)
    # Before anybody in the demo ever ordered.
    long_ago = day_window(today - 320 * _DAY, today - 318 * _DAY, ZONE)
    put_promotion(tx, actor, PromotionDraft(
        "PR3", {"zh": "年终满减", "en": "Year-end savings"}, CURRENCY, *next_month, budget=5_000_000,
        tiers=(Tier(Money(300_000, CURRENCY), Money(30_000, CURRENCY)),),
    ))
    put_promotion(tx, actor, PromotionDraft(
        "PR4", {"zh": "去年年货节 9 折", "en": "Last winter fair, 10% off"}, CURRENCY, *long_ago, basis_points=1_000,
    ))
