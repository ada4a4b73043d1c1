from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base

_SCOPES = "scope_kind IN ('all', 'category', 'product', 'tag')"


class PromotionRow(Base):
    """A promotion that applies by itself in [starts_at, ends_at).

    "full-reduction" has `tiers`, a list of {threshold, reduction, name} in minor units; "percent-off" `basis_points`.
    `spent` is what live orders have taken of `budget`, kept only where there is one. One that is not `active` pauses,
    or was stopped for good at `stopped_at`. `alone`: goods that it reduces take no other offer.
    """

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[dict[str, str]]
    currency: Mapped[str] = mapped_column(String(3))
    tiers: Mapped[list[Any]]
    basis_points: Mapped[int]
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_ids: Mapped[list[int]]
    excluded_kinds: Mapped[list[str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    active: Mapped[bool]
    excluded_ids: Mapped[list[int] | None]
    alone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    budget: Mapped[int | None]
    spent: Mapped[int] = mapped_column(default=0, server_default="0")
    stopped_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('full-reduction', 'percent-off')", name="kind"),
        CheckConstraint(_SCOPES, name="scope"),
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"),
        CheckConstraint("starts_at < ends_at", name="window"),
    )


class CouponRow(Base):
    """A kind of coupon: `amount` off, or `basis_points` of the goods up to `cap`, once they come to `threshold`.

    `limit_total` bounds what is handed out, here (`claimed`) and in other channels (`claimed_elsewhere`: leaflets, the
    counter of a shop); `limit_uses` bounds the live orders that use it (`used`), `budget` what they take off (`spent`).
    A claim lasts to the end of the day `valid_days` after it in `zone`, and in no case past `ends_at`.

    While `handing_out` is false nobody gets a new one, and those in wallets stay good; one that is not `active` was
    withdrawn, and those in wallets are good no more. `stopped_at` says that neither comes back.
    """

    __tablename__ = "coupons"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    redeem_code: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]]
    currency: Mapped[str] = mapped_column(String(3))
    threshold: Mapped[int]
    amount: Mapped[int | None]
    basis_points: Mapped[int]
    cap: Mapped[int | None]
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_ids: Mapped[list[int]]
    scope_name: Mapped[dict[str, str]]
    excluded_kinds: Mapped[list[str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    valid_days: Mapped[int | None]
    zone: Mapped[str] = mapped_column(String(64))
    limit_total: Mapped[int | None]
    limit_per_person: Mapped[int]
    limit_uses: Mapped[int | None]
    claimed: Mapped[int] = mapped_column(default=0)
    claimed_elsewhere: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    in_centre: Mapped[bool]
    is_welcome: Mapped[bool]
    active: Mapped[bool]
    excluded_ids: Mapped[list[int] | None]
    alone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    budget: Mapped[int | None]
    spent: Mapped[int] = mapped_column(default=0, server_default="0")
    handing_out: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stopped_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(_SCOPES, name="scope"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points"),
        CheckConstraint("(amount IS NULL) = (basis_points > 0)", name="one_benefit"),
        CheckConstraint("threshold >= 0", name="threshold"),
        CheckConstraint("ends_at IS NOT NULL OR valid_days IS NOT NULL", name="ends"),
        CheckConstraint("limit_per_person >= 1", name="limit_per_person"),
        CheckConstraint("limit_total IS NULL OR claimed + claimed_elsewhere <= limit_total", name="limit_total"),
        CheckConstraint("used >= 0 AND (limit_uses IS NULL OR used <= limit_uses)", name="limit_uses"),
    )


class CouponClaimRow(Base):
    """One coupon in one person's wallet. Past `expires_at` it is worth nothing, whatever its state."""

    __tablename__ = "coupon_claims"

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(String(16))
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state IN ('available', 'used')", name="state"),
        Index(None, "customer_id", "coupon_id"),
        Index(None, "coupon_id"),
    )


class CouponUseRow(Base):
    """Which order uses which claim. A use that was given back stays as a row that is not live."""

    __tablename__ = "coupon_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(unique=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("coupon_claims.id"), index=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id"), index=True)
    live: Mapped[bool]
    used_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]


class CodeTryRow(Base):
    """How many wrong codes in a row a person typed, and until when no further one is looked at."""

    __tablename__ = "coupon_code_tries"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    wrong: Mapped[int]
    paused_until: Mapped[datetime | None]


class DealSpendRow(Base):
    """What one order took of the budget of one promotion or coupon (`source` as in its adjustments: "coupon:3").

    What was given back stays as a row that is not live.
    """

    __tablename__ = "deal_spends"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    order_id: Mapped[int] = mapped_column(index=True)
    amount: Mapped[int]
    live: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("source", "order_id"),
        CheckConstraint("amount > 0", name="amount"),
    )


class DealDraftRow(Base):
    """A promotion or coupon that is being put together; `fields` holds what was filled in so far.

    Every change counts `version` up. `deal_id` is what became of it.
    """

    __tablename__ = "deal_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    fields: Mapped[dict[str, Any]]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    deal_id: Mapped[int | None]
    made_by: Mapped[int]
    made_name: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('reduction', 'percent', 'coupon')", name="kind"),
        CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
        Index(None, "state", "id"),
    )


class GiftRow(Base):
    """A coupon on its way to many people. `batch` counts the steps done; the numbers count recipients.
    """

    __tablename__ = "coupon_gifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    people: Mapped[int]
    given: Mapped[int]
    had: Mapped[int]
    batch: Mapped[int]
    made_by: Mapped[int]
    made_name: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('running', 'stopped', 'done', 'gone')", name="state"),
        CheckConstraint("given >= 0 AND had >= 0 AND given + had <= people", name="numbers"),
    )


class GiftRecipientRow(Base):
    """One person of a gift: "waiting", "given" with the claim, or "had" one already."""

    __tablename__ = "coupon_gift_recipients"

    gift_id: Mapped[int] = mapped_column(ForeignKey("coupon_gifts.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("coupon_claims.id"))

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'given', 'had')", name="state"),
        CheckConstraint("(state = 'given') = (claim_id IS NOT NULL)", name="claim"),
        Index(None, "gift_id", "state", "customer_id"),
    )
