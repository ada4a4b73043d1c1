"""Every job is done, withdrawn, or can still be tried; what was given up is a fault that people must see."""

from __future__ import annotations

from sqlalchemy import select

from services.outbox.models import JobRow
from services.shared.db import Tx
from services.shared.violations import Violation

JOBS = JobRow.__table__

_DEAD = select(JOBS.c.id, JOBS.c.kind, JOBS.c.error).where(JOBS.c.state == "dead")
_UNFINISHED = select(JOBS.c.id, JOBS.c.kind).where((JOBS.c.state == "done") & JOBS.c.done_at.is_(None))


def violations(tx: Tx) -> list[Violation]:
    dead = [Violation("no job is given up", f"job {row.id} ({row.kind})", row.error or "") for row in tx.rows(_DEAD)]
    odd = [Violation("a done job has its moment", f"job {row.id} ({row.kind})", "") for row in tx.rows(_UNFINISHED)]
    return dead + odd
