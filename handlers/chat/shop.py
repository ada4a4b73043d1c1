"""What handlers are given once at the start: the store and the facts of the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from handlers.screens.findings import Configured, Finding
from locales import Translator, translator
from services.customers.types import Person
from services.orders.types import Terms
from services.shared.actors import Actor, customer
from services.shared.clock import Clock
from services.shared.db import Store
from services.shared.price_lists import STARS, PriceList

if TYPE_CHECKING:
    from services.payments.provider import Provider


class PictureSource(Protocol):
    async def load(self, key: str) -> bytes | None:
        """The picture's bytes (JPEG or PNG), or None when there is none under this key."""
        ...


@dataclass(frozen=True, slots=True)
class Shop:
    """`name` is what people see; `zone` is an IANA name; `public_url` has no trailing slash.

    `currency` is that of the prices that all goods have; in those of `extra_currencies` some have prices of their own.
    A refund of more than `refund_limit` minor units, and a push to more than `push_limit` people, needs a second
    person.
    `digest_hour` is when the owners get yesterday's figures, in the shop's zone. `desk_commands` are those of staff and
    the permission that each needs. `configured` are the settings as people may see them, `preflight` looks at what is
    around the shop.
    """

    store: Store
    clock: Clock
    pictures: PictureSource
    name: dict[str, str]
    bot_username: str
    currency: str
    zone: str
    languages: tuple[str, ...]
    public_url: str
    owner_ids: frozenset[int] = frozenset()
    staff_chat_id: int | None = None
    staff_language: str = "zh"
    terms: Terms = field(default_factory=lambda: Terms(zone="UTC"))
    refund_limit: int = 50_000
    push_limit: int = 5_000
    digest_hour: int = 9
    extra_currencies: tuple[str, ...] = ()
    extra_refund_limits: Mapping[str, int] = field(default_factory=dict)
    configured: tuple[Configured, ...] = ()
    preflight: Callable[[], Awaitable[list[tuple[str, Finding]]]] | None = None
    desk_commands: Mapping[str, str] = field(default_factory=dict)
    chat_home: str = ""
    bank_lines: tuple[tuple[str, str], ...] = ()
    providers: Mapping[str, Provider] = field(default_factory=dict)

    def translator(self, language: str) -> Translator:
        return translator(language if language in self.languages else self.languages[0], self.zone)

    @property
    def takes_stars(self) -> bool:
        """Whether Telegram Stars can be paid with; digital goods are then sold for nothing else."""
        return "stars" in self.providers

    @property
    def currencies(self) -> tuple[str, ...]:
        """What a person can choose to buy in, the shop's own first. Stars are for digital goods and nobody's choice."""
        return (self.currency, *(each for each in self.extra_currencies if each != STARS))

    @property
    def price_currencies(self) -> tuple[str, ...]:
        """The currencies beside its own in which the shop keeps prices."""
        needs_stars = self.takes_stars and STARS not in self.extra_currencies
        return (*self.extra_currencies, STARS) if needs_stars else self.extra_currencies

    @property
    def refund_limits(self) -> dict[str, int]:
        """What one person may give back alone, by currency: where there is no limit two are needed for each refund."""
        return {**self.extra_refund_limits, self.currency: self.refund_limit}

    def buyer(self, person: Person) -> Actor:
        """The person as a customer, with the price list that they buy from."""
        chosen = person.currency if person.currency in self.currencies else ""
        return customer(person.id, PriceList(chosen, self.takes_stars))

    def way_back(self, payload: str) -> str:
        """Where a web page leads back to: the chat, or the page that stands for it in the demo."""
        return self.chat_home or self.deep_link(payload)

    @property
    def payment_webhooks(self) -> str:
        """Where providers' notices go: this and "/<provider>"."""
        return f"{self.public_url}/webhooks/payments"

    def deep_link(self, payload: str) -> str:
        """A link that opens the bot with `/start payload`; the payload is 1–64 of `A-Za-z0-9_-`."""
        return f"https://t.me/{self.bot_username}?start={payload}"
