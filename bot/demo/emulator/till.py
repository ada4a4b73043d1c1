"""What the emulated service remembers of payments: invoices that can be paid, and the bot's Stars."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.demo.emulator.state import Json, Person

STARS = "XTR"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a person is asked to pay. ``start_parameter`` is "" where forwarded copies can be paid too."""

    title: str
    description: str
    payload: str
    currency: str
    prices: tuple[Json, ...]
    start_parameter: str = ""
    flexible: bool = False

    @property
    def total(self) -> int:
        return sum(price["amount"] for price in self.prices)

    def json(self) -> Json:
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": self.currency,
            "total_amount": self.total,
        }


@dataclass(slots=True)
class Charge:
    """Money that a person paid."""

    id: str
    provider_id: str
    person: Person
    invoice: Invoice
    at: float
    total: int
    refunded_at: float | None = None


@dataclass(slots=True)
class Till:
    """Invoices by the slug of their link and by the message that shows them; what was paid, oldest first."""

    links: dict[str, Invoice] = field(default_factory=dict)
    messages: dict[tuple[int, int], Invoice] = field(default_factory=dict)
    settled: set[tuple[int, int]] = field(default_factory=set)
    charges: list[Charge] = field(default_factory=list)

    def add_link(self, invoice: Invoice) -> str:
        slug = secrets.token_urlsafe(12)
        self.links[slug] = invoice
        return f"https://t.me/${slug}"

    def behind(self, url: str) -> Invoice | None:
        """The invoice of a link; None for any other address."""
        head, found, slug = url.partition("t.me/$")
        return self.links.get(slug) if found and head in ("https://", "http://", "") else None

    def charge(self, person: Person, invoice: Invoice, total: int, at: float) -> Charge:
        prefix = "stx" if invoice.currency == STARS else "tpc"
        paid = Charge(prefix + secrets.token_urlsafe(24), f"prov_{secrets.token_hex(8)}", person, invoice, at, total)
        self.charges.append(paid)
        return paid

    def stars(self) -> list[Json]:
        """The bot's Star transactions in the order of time; a refund has the number of what it gives back."""
        found: list[tuple[float, Json]] = []
        for charge in self.charges:
            if charge.invoice.currency != STARS:
                continue
            partner = {
                "type": "user",
                "transaction_type": "invoice_payment",
                "user": charge.person.json(),
                "invoice_payload": charge.invoice.payload,
            }
            line = {"id": charge.id, "amount": charge.total}
            found.append((charge.at, line | {"date": int(charge.at), "source": partner}))
            if charge.refunded_at is not None:
                found.append((charge.refunded_at, line | {"date": int(charge.refunded_at), "receiver": partner}))
        return [line for _, line in sorted(found, key=lambda pair: pair[0])]

    def balance(self) -> int:
        return sum(line["amount"] if "source" in line else -line["amount"] for line in self.stars())
