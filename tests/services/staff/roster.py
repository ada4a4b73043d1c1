"""People behind the counter for tests: on the roster, with an authenticator, unlocked for as long as a test runs."""

from __future__ import annotations

from datetime import timedelta

from services.shared.actors import SYSTEM, Actor, staff
from services.shared.db import Store, Tx
from services.staff import repository, roster
from services.staff.types import OWNER, OWNER_ROLE, ROLES

# A secret that any authenticator takes.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def staff_actor(role: str, telegram_id: int = 42, name: str = "小王") -> Actor:
    """A member of staff as the use cases see them."""
    return staff(telegram_id, name, OWNER if role == OWNER_ROLE else ROLES[role])


async def enlist(store: Store, telegram_id: int, role: str, name: str = "小王", *, unlocked: bool = True) -> None:
    """Puts somebody on the roster, with an authenticator that knows `SECRET`."""
    await store.write(_enlist, telegram_id, role, name, unlocked)


async def lock(store: Store, telegram_id: int) -> None:
    """The person's ten minutes are over."""
    await store.write(lambda tx: repository.change_member(tx, telegram_id, unlocked_until=None))


def _enlist(tx: Tx, telegram_id: int, role: str, name: str, unlocked: bool) -> None:
    roster.enlist(tx, SYSTEM, telegram_id, name, role)
    row = repository.row_of(tx, telegram_id)
    assert row is not None
    sealed = tx.vault.seal(SECRET, f"staff_members.secret:{row.id}")
    until = tx.now + timedelta(days=3650) if unlocked else None
    repository.change_member(tx, telegram_id, secret=sealed, confirmed_at=tx.now, unlocked_until=until)
