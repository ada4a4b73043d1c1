"""What must hold about the log of what staff did: the chain is whole, from the first entry to the last."""

from __future__ import annotations

from services.shared.db import Tx
from services.shared.violations import Violation
from services.staff import audit, audit_repository


def violations(tx: Tx) -> list[Violation]:
    """The first entry at which the chain breaks; and entries that are missing at its end."""
    expected, previous = 1, audit.START
    for row in audit_repository.every(tx):
        if row.id != expected:
            return [Violation("audit", f"entry:{expected}", "is missing")]
        if audit.seal(previous, row.id, row._asdict()) != row.hash:
            return [Violation("audit", f"entry:{row.id}", "was changed")]
        expected, previous = row.id + 1, row.hash
    if (audit_repository.head(tx) or (0, audit.START)) != (expected - 1, previous):
        return [Violation("audit", f"entry:{expected}", "is missing at the end")]
    return []
