"""Use cases of the personal centre: each change of a field is noted in the profile's history."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.customers import fields, phones, repository
from services.customers.types import Profile
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound

EDITABLE = ("name", "phone", "email", "birthday")


def profile(tx: Tx, actor: Actor) -> Profile:
    """What the person told; the name is that of Telegram until they give another."""
    known, row = _require(tx, actor.require_customer())
    birthday = known.get("birthday")
    return Profile(
        name=known.get("name") or known.get("first_name", ""), phone=known.get("phone"),
        phone_verified=bool(known.get("phone_verified")), email=known.get("email"),
        birthday=date.fromisoformat(birthday) if birthday else None, language=row.language,
        marketing_at=row.marketing_at,
    )


def change_profile(tx: Tx, actor: Actor, field: str, text: str, *, verified: bool = False) -> Profile:
    """Sets one of EDITABLE; "" clears it. `verified` marks a phone that Telegram vouched for.

    Raises InvalidInput with the reason.
    """
    customer_id = actor.require_customer()
    value = _checked(tx, field, text)
    repository.lock(tx, customer_id)
    known, _ = _require(tx, customer_id)
    changes: dict[str, Any] = {field: value}
    if field == "phone":
        changes["phone_verified"] = verified and value is not None
    if any(known.get(name) != new for name, new in changes.items()):
        repository.put_profile(tx, customer_id, known | changes)
        change = {"old": known.get(field), "new": value}
        repository.note_change(tx, customer_id, actor.label, field, change)
    return profile(tx, actor)


def choose_marketing(tx: Tx, actor: Actor, wanted: bool) -> Profile:
    """Gives or withdraws the consent to marketing messages; the moment of consent is kept. Off until asked for."""
    customer_id = actor.require_customer()
    repository.lock(tx, customer_id)
    before = profile(tx, actor)
    if (before.marketing_at is not None) != wanted:
        repository.put(tx, customer_id, "marketing_at", tx.now if wanted else None)
        repository.note_change(tx, customer_id, actor.label, "marketing", {"old": not wanted, "new": wanted})
    return profile(tx, actor)


def _checked(tx: Tx, field: str, text: str) -> str | None:
    if field not in EDITABLE:
        raise InvalidInput(field=field)
    if not text.strip():
        return None
    if field == "birthday":
        return fields.birthday(text, tx.now.date()).isoformat()
    return {"name": fields.name, "phone": phones.parse, "email": fields.email}[field](text)


def _require(tx: Tx, customer_id: int) -> tuple[dict[str, Any], Any]:
    found = repository.profile(tx, customer_id)
    if found is None:
        raise NotFound()
    return found
