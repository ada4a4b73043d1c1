"""Which customers, as sub-queries: an audience of thousands is put together inside the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, union

from services.customers.models import AddressRow, CustomerRow
from services.shared.db import Tx

CUSTOMERS, ADDRESSES = CustomerRow.__table__, AddressRow.__table__

# How many values one statement names.
_AT_ONCE = 5_000
_BY_TELEGRAM_IDS = select(CUSTOMERS.c.id, CUSTOMERS.c.telegram_id).where(
    CUSTOMERS.c.telegram_id.in_(bindparam("telegram_ids", expanding=True))
)
_PROFILES = select(CUSTOMERS.c.id, CUSTOMERS.c.profile).where(
    CUSTOMERS.c.id.in_(bindparam("customers", expanding=True))
)
_INDEXES = bindparam("phone_indexes", expanding=True)
_BY_PHONES = union(
    select(CUSTOMERS.c.id, CUSTOMERS.c.phone_index).where(CUSTOMERS.c.phone_index.in_(_INDEXES)),
    select(ADDRESSES.c.customer_id.label("id"), ADDRESSES.c.phone_index).where(ADDRESSES.c.phone_index.in_(_INDEXES)),
)


def unseen_since(moment: datetime) -> Select[Any]:
    """Those who have not been here since `moment`."""
    return select(CUSTOMERS.c.id).where(CUSTOMERS.c.seen_at < moment)


def living_in(tx: Tx, region: str, city: str) -> list[int]:
    """Those with an address in `region` (the key of delivery zones), in `city` where one is named.

    Addresses are sealed: each one is opened here, and nothing of it is kept.
    """
    found: set[int] = set()
    for row in tx.execute(select(ADDRESSES.c.id, ADDRESSES.c.customer_id, ADDRESSES.c.sealed)):
        address = tx.vault.open_json(row.sealed, f"addresses.sealed:{row.id}")
        if address["region"] == region and city in ("", address["city"]):
            found.add(row.customer_id)
    return sorted(found)


def by_telegram_ids(tx: Tx, telegram_ids: Sequence[int]) -> dict[int, int]:
    """The customers behind Telegram accounts: Telegram id -> customer's id."""
    found: dict[int, int] = {}
    for at in range(0, len(telegram_ids), _AT_ONCE):
        rows = tx.rows(_BY_TELEGRAM_IDS, {"telegram_ids": telegram_ids[at:at + _AT_ONCE]})
        found |= {row.telegram_id: row.id for row in rows}
    return found


def by_phone_indexes(tx: Tx, phone_indexes: Sequence[str]) -> dict[str, set[int]]:
    """The customers with these numbers in their profile or address book, by the numbers' fingerprints."""
    found: dict[str, set[int]] = {}
    for at in range(0, len(phone_indexes), _AT_ONCE):
        for row in tx.rows(_BY_PHONES, {"phone_indexes": phone_indexes[at:at + _AT_ONCE]}):
            found.setdefault(row.phone_index, set()).add(row.id)
    return found


def names(tx: Tx, customer_ids: Sequence[int]) -> dict[int, str]:
    """What people want to be called; "" for who never said."""
    found: dict[int, str] = {}
    for row in tx.rows(_PROFILES, {"customers": list(customer_ids)}):
        known = tx.vault.open_json(row.profile, f"customers.profile:{row.id}")
        found[row.id] = known.get("name") or known.get("first_name") or ""
    return found
