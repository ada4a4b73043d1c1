"""Unexpected errors: a reference for people, and an alarm for the owners that tells nothing of anybody."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from services.shared.db import Store
from services.shared.ids import random_code
from services.staff import alarms

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent
# Every fault of the database passes through here: the place is where it was asked from.
_PASSED_THROUGH = _ROOT / "services" / "shared" / "db.py"


async def reference_of(store: Store, error: BaseException) -> str:
    """The reference under which the error is logged and alarmed; errors of one cause within an hour share it."""
    reference = f"E-{random_code(4)}"
    try:
        return await store.write(alarms.ring, cause_of(error), reference)
    except Exception:  # the database itself may be at fault; the log has both
        log.exception("no alarm could be raised for %s", reference)
        return reference


def cause_of(error: BaseException) -> str:
    """The error's class and the innermost place of this program: "KeyError services/orders/steps.py:57 read".

    Never the error's text, which may quote what people typed.
    """
    own = None
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and ".venv" not in path.parts and path != _PASSED_THROUGH:
            own = frame
    if own is None:
        return type(error).__name__
    return f"{type(error).__name__} {Path(own.filename).relative_to(_ROOT).as_posix()}:{own.lineno} {own.name}"
