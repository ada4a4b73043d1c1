from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from services.customers.models import CustomerRow
from services.customers.types import Person
from services.shared.db import Tx

CUSTOMERS = CustomerRow.__table__

_BY_TELEGRAM_ID = select(CUSTOMERS).where(CUSTOMERS.c.telegram_id == bindparam("telegram_id"))
_BY_ID = select(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("customer_id"))
_INSERT = insert(CUSTOMERS)
_SET_PROFILE = update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("row_id")).values(
    profile=bindparam("new_profile"), phone_index=bindparam("new_phone_index")
)
_SET = {
    name: update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("row_id")).values({name: bindparam("new")})
    for name in ("language", "marketing_at", "blocked_at", "seen_at")
}


def find_by_telegram_id(tx: Tx, telegram_id: int) -> Person | None:
    row = tx.first(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})
    return None if row is None else _person(tx, row)


def find(tx: Tx, customer_id: int) -> Person | None:
    row = tx.first(_BY_ID, {"customer_id": customer_id})
    return None if row is None else _person(tx, row)


def add(tx: Tx, telegram_id: int, language: str, source: str | None, is_demo: bool) -> int:
    row = {"telegram_id": telegram_id, "language": language, "profile": "", "source": source, "created_at": tx.now,
           "seen_at": tx.now, "is_demo": is_demo}
    return tx.insert(_INSERT, row)


def put_profile(tx: Tx, customer_id: int, profile: dict[str, Any]) -> None:
    """Stores the profile; its place names the row, hence after the row is there."""
    phone = profile.get("phone")
    tx.execute(_SET_PROFILE, {
        "row_id": customer_id,
        "new_profile": tx.vault.seal_json(profile, _place(customer_id)),
        "new_phone_index": tx.vault.blind_index(phone, "phone") if phone else None,
    })


def profile(tx: Tx, customer_id: int) -> dict[str, Any]:
    row = tx.first(_BY_ID, {"customer_id": customer_id})
    return {} if row is None else tx.vault.open_json(row.profile, _place(customer_id))


def put(tx: Tx, customer_id: int, name: str, value: Any) -> None:
    tx.execute(_SET[name], {"row_id": customer_id, "new": value})


def _person(tx: Tx, row: Any) -> Person:
    known = tx.vault.open_json(row.profile, _place(row.id))
    return Person(row.id, row.telegram_id, row.language, known.get("first_name", ""))


def _place(customer_id: int) -> str:
    return f"customers.profile:{customer_id}"
