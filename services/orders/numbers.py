"""Order numbers: readable, of the day, and not to be guessed from the one before."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from services.orders.types import Terms
from services.shared.ids import random_code

# Look-alikes of the symbols that numbers are made of, as people type them.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_number(terms: Terms, now: datetime) -> str:
    """A candidate such as QL-261124-7F3A: the prefix, the day in the shop's zone, and 20 random bits.

    One in a million of a day's numbers is taken already; whoever inserts it tries again then.
    """
    return f"{terms.prefix}-{now.astimezone(ZoneInfo(terms.zone)):%y%m%d}-{random_code(4)}"


def ending(typed: str) -> str | None:
    """What a customer typed as the end of a number: at least the four last symbols; None when it cannot be one."""
    parts = typed.strip().upper().replace(" ", "-").split("-")
    if len(parts[-1]) != 4 or not all(part.isascii() and part.isalnum() for part in parts):
        return None
    return "-".join([*parts[:-1], parts[-1].translate(_READ_AS)])
