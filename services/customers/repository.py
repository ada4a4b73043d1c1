from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from services.customers import finding
from services.customers.models import AddressRow, CustomerRow, ProfileChangeRow
from services.customers.types import Address, AddressFields, Person
from services.shared.db import Tx

CUSTOMERS, CHANGES, ADDRESSES = CustomerRow.__table__, ProfileChangeRow.__table__, AddressRow.__table__

_BY_TELEGRAM_ID = select(CUSTOMERS).where(CUSTOMERS.c.telegram_id == bindparam("telegram_id"))
_BY_ID = select(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("customer_id"))
_LOCK = select(CUSTOMERS.c.id).where(CUSTOMERS.c.id == bindparam("customer_id")).with_for_update()
_INSERT = insert(CUSTOMERS)
_SET_PROFILE = update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("row_id")).values(
    profile=bindparam("new_profile"), phone_index=bindparam("new_phone_index")
)
_SET = {
    name: update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("row_id")).values({name: bindparam("new")})
    for name in ("language", "currency", "marketing_at", "blocked_at", "seen_at")
}
_IS_WELCOMED = select(CUSTOMERS.c.welcomed_at.is_not(None)).where(CUSTOMERS.c.id == bindparam("customer_id"))
_WELCOME = (
    update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("row_id"), CUSTOMERS.c.welcomed_at.is_(None))
    .values(welcomed_at=bindparam("now"))
)
_NOTE_CHANGE = insert(CHANGES)
_SEAL_CHANGE = update(CHANGES).where(CHANGES.c.id == bindparam("row_id")).values(change=bindparam("sealed_change"))

_OWN_ADDRESSES = (
    select(ADDRESSES).where(ADDRESSES.c.customer_id == bindparam("customer_id"))
    .order_by(ADDRESSES.c.is_default.desc(), ADDRESSES.c.id)
)
_DEFAULT_ADDRESS = select(ADDRESSES).where(ADDRESSES.c.customer_id == bindparam("customer_id"), ADDRESSES.c.is_default)
_OWN_ADDRESS = select(ADDRESSES).where(
    ADDRESSES.c.id == bindparam("address_id"), ADDRESSES.c.customer_id == bindparam("customer_id")
)
_COUNT_ADDRESSES = select(func.count()).where(ADDRESSES.c.customer_id == bindparam("customer_id"))
_FIRST_ADDRESS = select(func.min(ADDRESSES.c.id)).where(ADDRESSES.c.customer_id == bindparam("customer_id"))
_ADD_ADDRESS = insert(ADDRESSES)
_SEAL_ADDRESS = update(ADDRESSES).where(ADDRESSES.c.id == bindparam("row_id")).values(
    sealed=bindparam("new_sealed"), phone_index=bindparam("new_phone_index"), updated_at=bindparam("now")
)
_REMOVE_ADDRESS = delete(ADDRESSES).where(ADDRESSES.c.id == bindparam("address_id"))
_NO_DEFAULT = (
    update(ADDRESSES).where(ADDRESSES.c.customer_id == bindparam("owner_id"), ADDRESSES.c.is_default)
    .values(is_default=False)
)
_MAKE_DEFAULT = (
    update(ADDRESSES).where(ADDRESSES.c.id == bindparam("row_id"), ADDRESSES.c.customer_id == bindparam("owner_id"))
    .values(is_default=True)
)


def find_by_telegram_id(tx: Tx, telegram_id: int) -> Person | None:
    row = tx.first(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})
    return None if row is None else _person(tx, row)


def find(tx: Tx, customer_id: int) -> Person | None:
    row = tx.first(_BY_ID, {"customer_id": customer_id})
    return None if row is None else _person(tx, row)


def lock(tx: Tx, customer_id: int) -> bool:
    """Holds the person's row until the end of the transaction; False when there is no such person."""
    return tx.scalar(_LOCK, {"customer_id": customer_id}) is not None


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
    finding.note(tx, customer_id, profile.get("first_name") or "", phone)


def profile(tx: Tx, customer_id: int) -> tuple[dict[str, Any], Any] | None:
    """The opened profile and the row that it is part of."""
    row = tx.first(_BY_ID, {"customer_id": customer_id})
    return None if row is None else (tx.vault.open_json(row.profile, _place(customer_id)), row)


def put(tx: Tx, customer_id: int, name: str, value: Any) -> None:
    tx.execute(_SET[name], {"row_id": customer_id, "new": value})


def is_welcomed(tx: Tx, customer_id: int) -> bool:
    return bool(tx.scalar(_IS_WELCOMED, {"customer_id": customer_id}))


def welcome(tx: Tx, customer_id: int) -> bool:
    return tx.changed(_WELCOME, {"row_id": customer_id, "now": tx.now}) == 1


def note_change(tx: Tx, customer_id: int, actor: str, field: str, change: dict[str, Any]) -> None:
    row = {"customer_id": customer_id, "actor": actor, "field": field, "change": "", "created_at": tx.now}
    change_id = tx.insert(_NOTE_CHANGE, row)
    sealed = tx.vault.seal_json(change, f"profile_changes.change:{change_id}")
    tx.execute(_SEAL_CHANGE, {"row_id": change_id, "sealed_change": sealed})


def addresses(tx: Tx, customer_id: int) -> tuple[Address, ...]:
    return tuple(_address(tx, row) for row in tx.rows(_OWN_ADDRESSES, {"customer_id": customer_id}))


def get_address(tx: Tx, customer_id: int, address_id: int) -> Address | None:
    row = tx.first(_OWN_ADDRESS, {"customer_id": customer_id, "address_id": address_id})
    return None if row is None else _address(tx, row)


def get_default_address(tx: Tx, customer_id: int) -> Address | None:
    row = tx.first(_DEFAULT_ADDRESS, {"customer_id": customer_id})
    return None if row is None else _address(tx, row)


def count_addresses(tx: Tx, customer_id: int) -> int:
    return tx.scalar(_COUNT_ADDRESSES, {"customer_id": customer_id})


def first_address(tx: Tx, customer_id: int) -> int | None:
    return tx.scalar(_FIRST_ADDRESS, {"customer_id": customer_id})


def add_address(tx: Tx, customer_id: int, fields: AddressFields) -> int:
    row = {"customer_id": customer_id, "sealed": "", "phone_index": "", "is_default": False, "created_at": tx.now,
           "updated_at": tx.now}
    address_id = tx.insert(_ADD_ADDRESS, row)
    put_address(tx, address_id, fields)
    return address_id


def put_address(tx: Tx, address_id: int, fields: AddressFields) -> None:
    content = {name: value for name, value in asdict(fields).items() if name not in ("id", "is_default")}
    tx.execute(_SEAL_ADDRESS, {
        "row_id": address_id,
        "new_sealed": tx.vault.seal_json(content, f"addresses.sealed:{address_id}"),
        "new_phone_index": tx.vault.blind_index(fields.phone, "phone"),
        "now": tx.now,
    })


def remove_address(tx: Tx, address_id: int) -> None:
    tx.execute(_REMOVE_ADDRESS, {"address_id": address_id})


def make_default(tx: Tx, customer_id: int, address_id: int) -> bool:
    """Moves the mark to the address. The old one loses it first: only one row of a person may have it at any time."""
    tx.execute(_NO_DEFAULT, {"owner_id": customer_id})
    return tx.changed(_MAKE_DEFAULT, {"row_id": address_id, "owner_id": customer_id}) == 1


def _person(tx: Tx, row: Any) -> Person:
    known = tx.vault.open_json(row.profile, _place(row.id))
    return Person(row.id, row.telegram_id, row.language, known.get("first_name", ""), currency=row.currency)


def _address(tx: Tx, row: Any) -> Address:
    content = tx.vault.open_json(row.sealed, f"addresses.sealed:{row.id}")
    return Address(**content, id=row.id, is_default=row.is_default)


def _place(customer_id: int) -> str:
    return f"customers.profile:{customer_id}"
