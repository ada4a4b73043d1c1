"""Keeping what lists show under short tokens, favourites, and what was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from services.catalog.models import BrowseStateRow, FavouriteRow, RecentlyViewedRow
from services.shared.db import Tx

STATES, FAVOURITES, VIEWED = BrowseStateRow.__table__, FavouriteRow.__table__, RecentlyViewedRow.__table__
# What a person looked at before that is forgotten.
MOST_VIEWED = 50


def _upsert(table: Any, keys: list[str], changes: list[str]) -> dict[bool, Any]:
    """An INSERT per dialect that changes these columns where the row is there already."""
    statements: dict[bool, Any] = {}
    for is_sqlite, dialect in ((True, sqlite), (False, postgresql)):
        statement = dialect.insert(table)
        changed = {name: statement.excluded[name] for name in changes}
        statements[is_sqlite] = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return statements


_KEEP_STATE = _upsert(STATES, ["token"], ["used_at"])
_STATE = select(STATES.c.state).where(STATES.c.token == bindparam("token"))
_DROP_STATES = delete(STATES).where(STATES.c.used_at < bindparam("before"))
_SEE = _upsert(VIEWED, ["customer_id", "product_id"], ["seen_at"])
_SEEN = (
    select(VIEWED.c.product_id).where(VIEWED.c.customer_id == bindparam("customer"))
    .order_by(VIEWED.c.seen_at.desc(), VIEWED.c.product_id).limit(bindparam("most"))
)
_FORGET_SEEN = delete(VIEWED).where(
    VIEWED.c.customer_id == bindparam("customer"),
    VIEWED.c.product_id.not_in(
        select(VIEWED.c.product_id).where(VIEWED.c.customer_id == bindparam("customer"))
        .order_by(VIEWED.c.seen_at.desc()).limit(MOST_VIEWED)
    ),
)
_ADD_FAVOURITE = insert(FAVOURITES)
_DROP_FAVOURITE = delete(FAVOURITES).where(
    FAVOURITES.c.customer_id == bindparam("customer"), FAVOURITES.c.product_id == bindparam("product")
)
_FAVOURITES = (
    select(FAVOURITES).where(FAVOURITES.c.customer_id == bindparam("customer"))
    .order_by(FAVOURITES.c.created_at.desc(), FAVOURITES.c.product_id.desc())
)


def keep_state(tx: Tx, token: str, state: dict[str, Any]) -> None:
    tx.execute(_KEEP_STATE[tx.sqlite], {"token": token, "state": state, "used_at": tx.now})


def state(tx: Tx, token: str) -> dict[str, Any] | None:
    return tx.scalar(_STATE, {"token": token})


def drop_states(tx: Tx, before: datetime) -> int:
    return tx.changed(_DROP_STATES, {"before": before})


def see(tx: Tx, customer_id: int, product_id: int) -> None:
    tx.execute(_SEE[tx.sqlite], {"customer_id": customer_id, "product_id": product_id, "seen_at": tx.now})
    tx.execute(_FORGET_SEEN, {"customer": customer_id})


def seen(tx: Tx, customer_id: int, most: int) -> tuple[int, ...]:
    return tuple(row.product_id for row in tx.rows(_SEEN, {"customer": customer_id, "most": most}))


def add_favourite(tx: Tx, customer_id: int, product_id: int, price: int) -> None:
    row = {"customer_id": customer_id, "product_id": product_id, "price": price, "created_at": tx.now}
    tx.execute(_ADD_FAVOURITE, row)


def drop_favourite(tx: Tx, customer_id: int, product_id: int) -> bool:
    return tx.changed(_DROP_FAVOURITE, {"customer": customer_id, "product": product_id}) == 1


def favourites(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    """Newest first."""
    return tx.rows(_FAVOURITES, {"customer": customer_id})
