"""The port to a payment provider: it starts a payment, reads a notice, answers a query, closes and refunds.

A provider knows no order and no database. It turns what it must say and hear into the neutral types below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.payments.types import Attempt, PaymentEvent, Refund


@dataclass(frozen=True, slots=True)
class StartRequest:
    """`title` names what is paid; `return_url` is where the payer comes back to."""

    attempt: Attempt
    title: str
    language: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Started:
    """`url` opens the provider's page; None where there is nothing to open (a transfer, cash)."""

    url: str | None


@dataclass(frozen=True, slots=True)
class RefundResult:
    """`status`: succeeded, failed, pending (the provider will send an event), manual (people must do it)."""

    status: str
    reference: str


class Unreachable(Exception):
    """The provider did not answer, or not clearly: nobody knows what happened; ask again with the same number."""


class Provider(Protocol):
    """One way to pay. `online` ones have a page, can be queried and refund by themselves."""

    @property
    def code(self) -> str: ...

    @property
    def online(self) -> bool: ...

    async def start(self, request: StartRequest) -> Started:
        """Makes the payment known to the provider; the same number again gives the same payment. Raises Unreachable."""
        ...

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentEvent:
        """The event in a notice. Raises BadSignature for a forged or old one, ValueError for one without sense."""
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

    async def aclose(self) -> None:
        """Lets go of connections."""
        ...
