"""Promotions and coupons that are being put together: kept after each field, by whoever may edit promotions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row

from services.pricing.rules import ALL, CATEGORY, PRODUCT, TAG
from services.promotions import deals, deals_repository, drafts_repository
from services.promotions.claiming import normal_code
from services.promotions.deals import PAGE
from services.promotions.errors import DealCodeTaken
from services.promotions.fields import COUPON, KINDS, PERCENT, REDUCTION, WAYS, DealFields
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound, Stale
from services.staff import audit
from services.staff.types import PROMOTIONS_EDIT, PROMOTIONS_VIEW

OPEN, DONE, DROPPED = "open", "done", "dropped"
MOST_TIERS, LONGEST_NAME = 5, 40
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,31}")
_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Draft:
    """`version` counts its changes; `deal_id` is what became of it, once it is "done"."""

    id: int
    version: int
    state: str
    deal_id: int | None
    fields: DealFields
    made_name: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftPage:
    name: str
    drafts: tuple[Draft, ...]
    counts: dict[str, int]
    before: int | None
    first: bool


def begin(tx: Tx, actor: Actor, fields: DealFields) -> Draft:
    """A new draft with what is known so far. Raises NotAllowed, InvalidInput."""
    actor.require(PROMOTIONS_EDIT)
    if fields.kind not in KINDS:
        raise NotFound()
    _check(fields)
    draft_id = drafts_repository.add(tx, fields.kind, fields.to_json(), actor.id, actor.name)
    audit.record(tx, actor, "deals.draft", f"draft:{draft_id}", {"kind": fields.kind})
    return require(tx, draft_id)


def copy(tx: Tx, actor: Actor, name: str, deal_id: int) -> Draft:
    """A new draft like a promotion or coupon that there is, without its window and its code."""
    actor.require(PROMOTIONS_EDIT)
    fields = deals.require(tx, name, deal_id).fields
    return begin(tx, actor, replace(fields, starts_at=None, ends_at=None, redeem_code=None))


def get(tx: Tx, actor: Actor, draft_id: int) -> Draft:
    """Raises NotAllowed, NotFound."""
    actor.require(PROMOTIONS_VIEW)
    return require(tx, draft_id)


def page(tx: Tx, actor: Actor, name: str, before: int | None = None) -> DraftPage:
    """The open drafts of promotions or of coupons, the newest first. Raises NotAllowed."""
    actor.require(PROMOTIONS_VIEW)
    rows = drafts_repository.open_ones(tx, before or _NEWEST, PAGE + 1, coupons=name == COUPON)
    found = tuple(_draft(row) for row in rows[:PAGE])
    after = found[-1].id if len(rows) > PAGE else None
    return DraftPage(name, found, deals_repository.counts(tx, name), after, before is None)


def change(tx: Tx, actor: Actor, draft_id: int, **changes: Any) -> Draft:
    """Fills in fields of DealFields. Raises NotAllowed, NotFound; Stale when it is not open any more.

    Raises InvalidInput (field, reason) for what cannot be, DealCodeTaken.
    """
    actor.require(PROMOTIONS_EDIT)
    draft = lock_open(tx, draft_id)
    if changes.get("redeem_code"):
        changes["redeem_code"] = _checked_code(tx, changes["redeem_code"])
    fields = replace(draft.fields, **changes)
    _check(fields)
    drafts_repository.put(tx, draft_id, fields.to_json())
    return require(tx, draft_id)


def toggle(tx: Tx, actor: Actor, draft_id: int, field: str, value: int | str) -> Draft:
    """Adds `value` to one of the lists of a scope, or takes it out. Raises what `change` raises."""
    if field not in ("scope_ids", "excluded_ids", "excluded_kinds"):
        raise NotFound()
    actor.require(PROMOTIONS_EDIT)
    values = list(getattr(lock_open(tx, draft_id).fields, field))
    values = [each for each in values if each != value] if value in values else [*values, value]
    return change(tx, actor, draft_id, **{field: tuple(values)})


def choose_scope(tx: Tx, actor: Actor, draft_id: int, kind: str) -> Draft:
    """What it is for in general; a change of that forgets what was chosen. Raises what `change` raises."""
    actor.require(PROMOTIONS_EDIT)
    if kind not in (ALL, CATEGORY, TAG, PRODUCT):
        raise NotFound()
    if lock_open(tx, draft_id).fields.scope_kind == kind:
        return require(tx, draft_id)
    return change(tx, actor, draft_id, scope_kind=kind, scope_ids=())


def drop(tx: Tx, actor: Actor, draft_id: int) -> None:
    """Raises NotAllowed, NotFound, Stale."""
    actor.require(PROMOTIONS_EDIT)
    lock_open(tx, draft_id)
    drafts_repository.close(tx, draft_id, DROPPED, None)
    audit.record(tx, actor, "deals.drop", f"draft:{draft_id}")


def require(tx: Tx, draft_id: int) -> Draft:
    """Raises NotFound."""
    row = drafts_repository.one(tx, draft_id)
    if row is None:
        raise NotFound()
    return _draft(row)


def lock_open(tx: Tx, draft_id: int) -> Draft:
    """The draft, which nobody else changes until this transaction ends. Raises NotFound; Stale unless it is open."""
    row = drafts_repository.lock(tx, draft_id)
    if row is None:
        raise NotFound()
    if row.state != OPEN:
        raise Stale()
    return _draft(row)


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.id, row.version, row.state, row.deal_id, DealFields.from_json(row.fields), row.made_name,
                 row.updated_at)


def _check(fields: DealFields) -> None:
    """Raises InvalidInput for what can never be right, whatever else is filled in."""
    if fields.kind == REDUCTION and fields.tiers:
        _check_tiers(fields.tiers)
    if fields.kind == PERCENT and fields.basis_points:
        _check_percent(fields)
    if fields.kind == COUPON:
        if fields.amount is not None and fields.threshold and fields.amount >= fields.threshold:
            raise InvalidInput(field="rule", reason="deal-too-much")
        if fields.basis_points:
            _check_percent(fields)
        if fields.way is not None and fields.way not in WAYS:
            raise NotFound()
    limits = (fields.limit_total, fields.limit_uses, fields.budget, fields.valid_days, fields.limit_per_person)
    if any(limit is not None and limit < 1 for limit in limits):
        raise InvalidInput(field="limits", reason="deal-limit")
    if fields.starts_at is not None and fields.ends_at is not None and fields.ends_at <= fields.starts_at:
        raise InvalidInput(field="window", reason="deal-window")
    if any(not 1 <= len(text) <= LONGEST_NAME for text in fields.name.values()):
        raise InvalidInput(field="name", reason="deal-name", most=LONGEST_NAME)


def _check_tiers(tiers: Sequence[tuple[int, int]]) -> None:
    if len(tiers) > MOST_TIERS:
        raise InvalidInput(field="rule", reason="deal-tiers", most=MOST_TIERS)
    if any(not 0 < off < low for low, off in tiers):
        raise InvalidInput(field="rule", reason="deal-too-much")
    ordered = sorted(tiers)
    if any(low == next_low or off >= next_off
           for (low, off), (next_low, next_off) in pairwise(ordered)):
        raise InvalidInput(field="rule", reason="deal-tiers-order")


def _check_percent(fields: DealFields) -> None:
    if not 0 < fields.basis_points < 10_000:
        raise InvalidInput(field="rule", reason="deal-percent")


def _checked_code(tx: Tx, typed: str) -> str:
    code = normal_code(typed)
    if not _CODE.fullmatch(code):
        raise InvalidInput(field="redeem_code", reason="deal-code")
    if deals_repository.is_code_taken(tx, code):
        raise DealCodeTaken()
    return code
