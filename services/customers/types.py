from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as every screen needs them. `is_new` is true only in the moment of the first contact.

    `currency` is what they want to buy in; "" for the shop's own.
    """

    id: int
    telegram_id: int
    language: str
    first_name: str
    is_new: bool = False
    currency: str = ""


@dataclass(frozen=True, slots=True)
class ChatState:
    """Where a person's chat stands: the step that waits for typed input, its draft, the live screen and its key."""

    step: str | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    screen_message_id: int | None = None
    screen_key: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person told about themselves. `phone` is E.164; it is verified when Telegram vouched for it."""

    name: str
    phone: str | None
    phone_verified: bool
    email: str | None
    birthday: date | None
    language: str
    marketing_at: datetime | None


@dataclass(frozen=True, slots=True)
class AddressFields:
    """An address as it is written down.

    `phone` is E.164, `country` an ISO code, `region` the key of delivery zones (see regions). `district` is that of a
    Chinese city, and the state or province elsewhere. Everything is text; what is not known is "".
    """

    name: str = ""
    phone: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    postcode: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Address(AddressFields):
    """An address in a person's address book."""

    id: int = 0
    is_default: bool = False
