"""Where a person's chat stands, kept in the database: a restart loses nothing that was typed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from services.customers.models import ChatStateRow
from services.customers.types import ChatState
from services.shared.db import Tx

_TABLE = ChatStateRow.__table__
_LOAD = select(_TABLE).where(_TABLE.c.customer_id == bindparam("customer_id"))
# A draft that nobody came back to for so long is not shown again.
DRAFT_LIFE = timedelta(days=7)


def load(tx: Tx, customer_id: int) -> ChatState:
    row = tx.first(_LOAD, {"customer_id": customer_id})
    if row is None:
        return ChatState()
    if row.draft is None or tx.now - row.updated_at >= DRAFT_LIFE:
        return ChatState(screen_message_id=row.screen_message_id, screen_key=row.screen_key)
    return ChatState(row.step, tx.vault.open_json(row.draft, _place(customer_id)), row.screen_message_id,
                     row.screen_key)


def keep(tx: Tx, customer_id: int, state: ChatState) -> None:
    """Stores the whole state; the last writer wins, as on two devices of one person."""
    row = {
        "customer_id": customer_id, "step": state.step, "draft": tx.vault.seal_json(state.draft, _place(customer_id)),
        "screen_message_id": state.screen_message_id, "screen_key": state.screen_key, "updated_at": tx.now,
    }
    tx.execute(_UPSERT[tx.sqlite], row)


def _place(customer_id: int) -> str:
    return f"chat_states.draft:{customer_id}"


def _upsert(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> sqlite.Insert | postgresql.Insert:
    statement = dialect(_TABLE)
    changes = {c.name: statement.excluded[c.name] for c in _TABLE.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=["customer_id"], set_=changes)


_UPSERT = {True: _upsert(sqlite.Insert), False: _upsert(postgresql.Insert)}
