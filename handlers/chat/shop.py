"""What handlers are given once at the start: the store and the facts of the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from handlers.screens.findings import Configured, Finding
from locales import Translator, translator
from services.orders.types import Terms
from services.shared.clock import Clock
from services.shared.db import Store

if TYPE_CHECKING:
    from services.payments.provider import Provider


class PictureSource(Protocol):
    async def load(self, key: str) -> bytes | None:
        """The picture's bytes (JPEG or PNG), or None when there is none under this key."""
        ...


@dataclass(frozen=True, slots=True)
class Shop:
    """`name` is what people see; `zone` is an IANA name; `public_url` has no trailing slash.

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
    cash_limit: int = 0
    refund_limit: int = 50_000
    push_limit: int = 5_000
    digest_hour: int = 9
    configured: tuple[Configured, ...] = ()
    preflight: Callable[[], Awaitable[list[tuple[str, Finding]]]] | None = None
    desk_commands: Mapping[str, str] = field(default_factory=dict)
    chat_home: str = ""
    bank_lines: tuple[tuple[str, str], ...] = ()
    providers: Mapping[str, Provider] = field(default_factory=dict)

    def translator(self, language: str) -> Translator:
        return translator(language if language in self.languages else self.languages[0], self.zone)

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
