"""The coupon centre and a person's own coupons, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row

from services.promotions import repository
from services.promotions.rows import claim_of, coupon_facts
from services.promotions.types import Centre, CentreCoupon, Claim, Wallet
from services.shared.actors import Actor
from services.shared.db import Tx

AVAILABLE, USED, EXPIRED = TABS = ("available", "used", "expired")
PAGE = 5

T = TypeVar("T")


def centre(tx: Tx, actor: Actor, page: int = 1) -> Centre:
    """The coupons to be had now and how each of them stands with this person: what can be claimed comes first."""
    held = repository.held(tx, actor.require_customer())
    coupons = [_in_centre(tx, row, [mine for mine in held if mine.coupon_id == row.id])
               for row in repository.centre(tx)]
    coupons.sort(key=lambda each: ("open", "held", "used", "gone").index(each.state))
    shown, page, pages = _page(coupons, page)
    return Centre(shown, sum(_is_available(mine, tx.now) for mine in held), page, pages)


def wallet(tx: Tx, actor: Actor, tab: str = AVAILABLE, page: int = 1) -> Wallet:
    """One tab of the person's coupons: "available" (what expires first first), "used" or "expired" (latest first).

    What the shop has withdrawn is among those that are expired. An unknown tab is the first one; a page past the end is
    the last one.
    """
    tabs: dict[str, list[Claim]] = {name: [] for name in TABS}
    for row in repository.claims_of(tx, actor.require_customer()):
        over = EXPIRED if row.expires_at <= tx.now or not row.active else AVAILABLE
        tabs[USED if row.state == "used" else over].append(claim_of(row))
    tabs[AVAILABLE].reverse()
    tab = tab if tab in tabs else AVAILABLE
    shown, page, pages = _page(tabs[tab], page)
    return Wallet(tab, shown, {name: len(claims) for name, claims in tabs.items()}, page, pages)


def _in_centre(tx: Tx, row: Row[Any], mine: Sequence[Row[Any]]) -> CentreCoupon:
    left = None if row.limit_total is None else row.limit_total - row.claimed - row.claimed_elsewhere
    if any(_is_available(claim, tx.now) for claim in mine):
        state = "held"
    elif len(mine) >= row.limit_per_person:
        state = "used"
    else:
        state = "gone" if left == 0 else "open"
    # Nobody should read "0 % left" while there is one: rounded up.
    percent = None if left is None or not row.limit_total else -(-left * 100 // row.limit_total)
    return CentreCoupon(coupon_facts(row), state, percent)


def _is_available(claim: Row[Any], now: datetime) -> bool:
    return claim.state == AVAILABLE and claim.active and claim.expires_at > now


def _page(items: Sequence[T], page: int) -> tuple[tuple[T, ...], int, int]:
    pages = max(1, -(-len(items) // PAGE))
    page = min(max(page, 1), pages)
    return tuple(items[(page - 1) * PAGE:page * PAGE]), page, pages
