"""How Alipay writes amounts, times and titles."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

# Alipay's servers live on Beijing time, which has no summer time.
BEIJING = timezone(timedelta(hours=8))
_FORMAT = "%Y-%m-%d %H:%M:%S"
_YUAN = re.compile(r"(-?)([0-9]{1,11})(?:\.([0-9]{1,2}))?")
# Not allowed in `subject` (unverified: from memory of Alipay's rules), or apt to break its bills.
_NOT_IN_A_SUBJECT = re.compile(r"[/=&,\"\x00-\x1f\x7f]+")
_LONGEST_SUBJECT = 256


def yuan(amount: int) -> str:
    """`amount` ≥ 0 fen as Alipay writes it: yuan with two decimals."""
    if amount < 0:
        raise ValueError("Alipay writes no negative amount in a request")
    return f"{amount // 100}.{amount % 100:02d}"


def fen(text: object) -> int:
    """The fen in an amount of yuan, exactly. Raises ValueError for anything else, also for parts of a fen."""
    found = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("not an amount in yuan")
    sign, whole, part = found.groups()
    return (-1 if sign else 1) * (int(whole) * 100 + int((part or "").ljust(2, "0")))


def beijing(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime(_FORMAT)


def moment(text: str) -> datetime:
    """The moment in UTC; a fraction of a second is left away. Raises ValueError."""
    return datetime.strptime(text[:19], _FORMAT).replace(tzinfo=BEIJING).astimezone(UTC)


def subject(title: str) -> str:
    """`title` without what Alipay refuses."""
    return " ".join(_NOT_IN_A_SUBJECT.sub(" ", title).split())[:_LONGEST_SUBJECT].strip()
