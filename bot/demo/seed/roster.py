"""The demo's people behind the counter, each with an authenticator whose secret comes from the demo's key."""

from __future__ import annotations

import base64

from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx
from services.staff import mfa, repository, roster
from services.staff.types import OWNER_ROLE

OWNER, WANG, CHEN, XIAOMEI = 9_000_000_004, 9_000_000_003, 9_000_000_005, 9_000_000_006
_ROSTER = (
    (OWNER, "店主", OWNER_ROLE), (WANG, "小王", "orders"), (CHEN, "陈经理", "manager"), (XIAOMEI, "小美", "marketing"),
)


async def seed(store: Store) -> None:
    """Puts everybody on the roster; who is on it already stays as they are."""
    await store.write(_seed)


def _seed(tx: Tx) -> None:
    for telegram_id, name, role in _ROSTER:
        if repository.row_of(tx, telegram_id) is None:
            roster.enlist(tx, SYSTEM, telegram_id, name, role)
            _give_authenticator(tx, telegram_id)


def _give_authenticator(tx: Tx, telegram_id: int) -> None:
    row = repository.row_of(tx, telegram_id)
    assert row is not None
    derived = bytes.fromhex(tx.vault.blind_index(str(telegram_id), "demo authenticator"))
    secret = base64.b32encode(derived).decode().rstrip("=")
    repository.change_member(tx, telegram_id, secret=tx.vault.seal(secret, mfa.secret_place(row.id)),
                             confirmed_at=tx.now)
