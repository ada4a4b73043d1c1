"""The port to a payment provider: it starts a payment, reads a notice, answers a query, closes and refunds.

A provider knows no order and no database. It turns what it must say and hear into the neutral types below.
What it does on the wire runs through `guarding.Guarded`, which knows time-outs and when to stop asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from services.payments.types import Attempt, BillLine, PaymentEvent, Refund


@dataclass(frozen=True, slots=True)
class StartRequest:
    """`title` names what is paid, `short` does so where a provider has room for 32 characters alone.

    `return_url` is where the payer comes back to, `notify_url` where notices go. `payer_ip` is known where the payer
    stands on our page, "" elsewhere.
    """

    attempt: Attempt
    title: str
    language: str
    return_url: str
    notify_url: str = ""
    payer_ip: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """What opens the payment, as on `Attempt`; `url` None where there is nothing to open (a transfer, cash)."""

    url: str | None
    code: str | None = None
    form: Mapping[str, str] | None = None
    fresh_until: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefundResult:
    """`status`: succeeded, failed, pending (the provider will send an event), manual (people must do it)."""

    status: str
    reference: str


@dataclass(frozen=True, slots=True)
class Accepts:
    """What a provider can be paid for: `currencies` None for any; amounts in minor units from `least` to `most`.

    `kinds` are those of goods. `channels` are its products beside the first, by the browser that each is for: "phone",
    "desktop", "wechat", "alipay".
    """

    currencies: frozenset[str] | None = None
    least: int = 1
    most: int | None = None
    kinds: frozenset[str] = frozenset({"physical", "service"})
    channels: Mapping[str, str] = field(default_factory=dict)


class Unreachable(Exception):
    """The provider did not answer, or not clearly: nobody knows what happened; ask again with the same number."""


class Refused(Exception):
    """The provider understood and said no: `word` is its code for why, and holds nothing personal."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class NoBill(Exception):
    """The provider has no bill of that day, or not yet."""


class Provider(Protocol):
    """One way to pay. `online` ones have a page, can be queried and refund by themselves.

    `acknowledgement` is the body of the answer 200 to a notice that was taken.
    """

    @property
    def code(self) -> str: ...

    @property
    def online(self) -> bool: ...

    @property
    def accepts(self) -> Accepts: ...

    @property
    def acknowledgement(self) -> str: ...

    async def start(self, request: StartRequest) -> Started:
        """Makes the payment known to the provider; the same number again gives the same payment.

        Raises Unreachable, Refused.
        """
        ...

    async def read_events(self, headers: Mapping[str, str], body: bytes, now: datetime) -> tuple[PaymentEvent, ...]:
        """The events in a notice; none in one that is genuine and says nothing of use.

        Raises BadSignature for a forged or old one, ValueError for one without sense, Unreachable when what is needed
        to know could not be fetched.
        """
        ...

    async def query(self, attempt: Attempt) -> PaymentEvent | None:
        """What the provider knows about an attempt; None while it is not decided. Raises Unreachable."""
        ...

    async def close(self, attempt: Attempt) -> None:
        """Asks the provider to take no more money for this attempt. Raises Unreachable."""
        ...

    async def refund(self, refund: Refund) -> RefundResult:
        """Gives money back; the same refund number moves it once. Raises Unreachable."""
        ...

    async def bill(self, day: date) -> tuple[BillLine, ...]:
        """What the provider settled on a day of its own calendar. Raises NoBill, Unreachable."""
        ...

    async def aclose(self) -> None:
        """Lets go of connections."""
        ...
