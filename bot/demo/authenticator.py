"""The authenticators of the demo's people: their secrets lie in the demo's own store, the page shows their codes."""

from __future__ import annotations

from pyotp.totp import TOTP

from bot.demo.emulator.state import Json
from services.shared.clock import Clock
from services.shared.db import Store, Tx
from services.staff import mfa, repository

_STEP = 30


async def code_of(store: Store, clock: Clock, telegram_id: int) -> Json:
    """The code of this half minute and how many milliseconds it is good for; None for who has no authenticator."""
    secret = await store.read(_secret, telegram_id)
    if secret is None:
        return {"code": None, "left": 0}
    now = clock.now()
    left = _STEP - now.timestamp() % _STEP
    return {"code": TOTP(secret).at(now), "left": int(left * 1000)}


def _secret(tx: Tx, telegram_id: int) -> str | None:
    row = repository.row_of(tx, telegram_id)
    if row is None or row.revoked_at is not None or row.secret is None:
        return None
    return tx.vault.open(row.secret, mfa.secret_place(row.id))
