"""Promotions and coupons for those who run them: lists, one with its numbers, and a search by name or code."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.promotions import deals_repository as repository
from services.promotions import scopes
from services.promotions.fields import CENTRE, CODE, COUPON, GIVEN, PERCENT, REDUCTION, DealFields
from services.promotions.rows import PERCENT_OFF
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff.types import PROMOTIONS_VIEW

PROMOTION = "promotion"
NAMES = (COUPON, PROMOTION)
RUNNING, PLANNED, OVER, STOPPED = TABS = ("running", "planned", "over", "stopped")
PAUSED = "paused"
PAGE, MOST_FOUND = 6, 8
# Larger than every key.
_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Deal:
    """A promotion or coupon (`name` says which). `state` is a tab's name or "paused".

    `claimed` counts what was handed out, here and elsewhere; `used` a coupon's live orders; `spent` is kept where
    there is a budget. `withdrawn` says that coupons in wallets are good no more.
    """

    id: int
    name: str
    code: str
    state: str
    fields: DealFields
    scope_name: dict[str, str]
    claimed: int = 0
    used: int = 0
    spent: int = 0
    withdrawn: bool = False
    welcome: bool = False

    @property
    def source(self) -> str:
        """How an order's adjustments name it."""
        return f"{self.name}:{self.id}"

    @property
    def open(self) -> bool:
        return self.state in (RUNNING, PLANNED, PAUSED)


@dataclass(frozen=True, slots=True)
class DealPage:
    """One page of one tab, and how many there are in each ("drafts" among them). `before` leads to the next one."""

    name: str
    tab: str
    deals: tuple[Deal, ...]
    counts: dict[str, int]
    before: int | None
    first: bool


@dataclass(frozen=True, slots=True)
class Gift:
    """A coupon given to many. `state` is running, stopped, done, or gone where there was no coupon left."""

    id: int
    coupon_id: int
    state: str
    people: int
    given: int
    had: int
    made_by: int
    made_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DealCard:
    """One of them with how many usable ones lie in wallets, and the last gifts."""

    deal: Deal
    held: int
    gifts: tuple[Gift, ...]


def page(tx: Tx, actor: Actor, name: str, tab: str, before: int | None = None) -> DealPage:
    """Those of a tab, the newest first. Raises NotAllowed, NotFound for a tab that there is not."""
    actor.require(PROMOTIONS_VIEW)
    if name not in NAMES or tab not in TABS:
        raise NotFound()
    rows = repository.page(tx, name, tab, before or _NEWEST, PAGE + 1)
    deals = tuple(deal_of(name, row) for row in rows[:PAGE])
    after = deals[-1].id if len(rows) > PAGE else None
    return DealPage(name, tab, deals, repository.counts(tx, name), after, before is None)


def counts(tx: Tx, actor: Actor, name: str) -> dict[str, int]:
    """How many there are in each tab. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    return repository.counts(tx, name)


def card(tx: Tx, actor: Actor, name: str, deal_id: int) -> DealCard:
    """Raises NotAllowed, NotFound."""
    actor.require(PROMOTIONS_VIEW)
    deal = require(tx, name, deal_id)
    if name == PROMOTION:
        return DealCard(replace(deal, scope_name=scopes.name(tx, deal.fields)), 0, ())
    held = 0 if deal.withdrawn else repository.held(tx, deal_id)
    return DealCard(deal, held, tuple(gift_of(row) for row in repository.gifts_of(tx, deal_id)))


def find(tx: Tx, actor: Actor, words: str) -> tuple[Deal, ...]:
    """Those whose name or code holds the words, the exact code first. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    wanted = _folded(words)
    if not wanted:
        return ()
    every = [deal_of(name, row) for name in (COUPON, PROMOTION) for row in repository.every(tx, name)]
    found = [deal for deal in every if any(wanted in _folded(text) for text in _texts(deal))]
    found.sort(key=lambda deal: wanted not in (_folded(deal.code), _folded(deal.fields.redeem_code or "")))
    return tuple(found[:MOST_FOUND])


def require(tx: Tx, name: str, deal_id: int) -> Deal:
    """Raises NotFound."""
    row = repository.one(tx, name, deal_id) if name in NAMES else None
    if row is None:
        raise NotFound()
    return deal_of(name, row)


def deal_of(name: str, row: Row[Any]) -> Deal:
    common: dict[str, Any] = {
        "currency": row.currency, "scope_kind": row.scope_kind, "scope_ids": tuple(row.scope_ids),
        "excluded_ids": tuple(row.excluded_ids or ()), "excluded_kinds": tuple(row.excluded_kinds),
        "basis_points": row.basis_points, "starts_at": row.starts_at, "ends_at": row.ends_at, "budget": row.budget,
        "alone": row.alone, "name": row.name,
    }
    if name == PROMOTION:
        kind = PERCENT if row.kind == PERCENT_OFF else REDUCTION
        tiers = tuple((tier["threshold"], tier["reduction"]) for tier in row.tiers)
        fields = DealFields(kind, tiers=tiers, **common)
        return Deal(row.id, name, row.code, row.state, fields, {}, spent=row.spent)
    way = CENTRE if row.in_centre else CODE if row.redeem_code else GIVEN
    fields = DealFields(
        COUPON, threshold=row.threshold, amount=row.amount, cap=row.cap, valid_days=row.valid_days, way=way,
        redeem_code=row.redeem_code, limit_total=row.limit_total, limit_per_person=row.limit_per_person,
        limit_uses=row.limit_uses, **common,
    )
    return Deal(
        row.id, name, row.code, row.state, fields, row.scope_name, claimed=row.claimed + row.claimed_elsewhere,
        used=row.used, spent=row.spent, withdrawn=not row.active, welcome=row.is_welcome,
    )


def gift_of(row: Row[Any]) -> Gift:
    return Gift(row.id, row.coupon_id, row.state, row.people, row.given, row.had, row.made_by, row.made_name,
                row.created_at)


def _texts(deal: Deal) -> tuple[str, ...]:
    return (deal.code, deal.fields.redeem_code or "", *deal.fields.name.values())


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
