"""What the web pages show: frozen facts in the reader's language, without personal data beyond masked names.

A source (see `pay.PaySource`, `order.OrderSource`) makes these; the templates say them. Every URL here is absolute or
starts with "/"; an empty one means that the thing is not on offer. Moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.shared.money import Money

PayState = Literal["pending", "checking", "paid", "cod", "expired", "late", "twice", "wrong", "cancelled", "refunded"]
MethodKind = Literal["wallet", "bank", "cod"]
MethodIcon = Literal["chat", "wallet", "card", "bank", "cod"]
Stage = Literal["unpaid", "paid", "packed", "shipped", "moving", "delivered", "completed", "cancelled", "refunded"]
ParcelStatus = Literal["packed", "shipped", "moving", "out", "delayed", "delivered", "returned"]
DocumentKind = Literal["invoice", "receipt", "warranty"]
MessageKind = Literal["missing", "expired", "method", "limited", "error", "maintenance"]
Browser = Literal["web", "wechat", "alipay", "app"]

WAITING_STATES: frozenset[PayState] = frozenset({"pending", "checking"})


class LinkUnknown(Exception):
    """No order has this token."""


class LinkExpired(Exception):
    """The token was good once and is past its time."""


class Unanswered(Exception):
    """The provider did not answer: nothing was paid, and another way may do."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The provider's page at `url`; `form` are fields to be posted there."""

    method: str
    url: str
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ShopView:
    """The frame of every page."""

    name: str
    chat_url: str
    support_url: str = ""
    note: str = ""
    terms_url: str = ""
    privacy_url: str = ""
    returns_url: str = ""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One line of an order. `amount` is for the whole line; `picture_url` is on this host (the pages load no other)."""

    name: str
    quantity: int
    amount: Money
    detail: str = ""
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """A labelled amount below the items; discounts are negative."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class MethodView:
    """A way to pay that fits this order. `is_off` when it cannot be used now; `hint` says why.

    `app` is the name on the pay button where the label would read badly ("WeChat" for "WeChat Pay").
    What the chosen one's provider gave that is still good: `url`, a page of it, or `scan`, the text of a code for the
    wallet's camera; for its product `channel`. `channels` are its other products, by the browser that each is for.
    """

    code: str
    label: str
    kind: MethodKind = "wallet"
    icon: MethodIcon = "card"
    hint: str = ""
    url: str = ""
    app: str = ""
    chosen: bool = False
    is_off: bool = False
    scan: str = ""
    channel: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of the shop's bank account; `copy` is what the copy button yields when it differs from `value`."""

    label: str
    value: str
    copy: str = ""


@dataclass(frozen=True, slots=True)
class PayView:
    """One order's payment as of `as_of`. `amount` is what is due, `received` what has come in.

    `refund` and `refund_to` say what goes back and to which method (late, twice, refunded). `rest_method` is the method
    that pays what is missing (wrong). `failed_before` is true when the last attempt at the present method failed.
    `version` is another one whenever the page looks different, within a state too.
    """

    state: PayState
    order_number: str
    amount: Money
    as_of: datetime
    placed_at: datetime
    expires_at: datetime
    page_url: str
    recipient: str = ""
    items: tuple[ItemView, ...] = ()
    adjustments: tuple[LineView, ...] = ()
    methods: tuple[MethodView, ...] = ()
    bank: tuple[BankLine, ...] = ()
    reference: str = ""
    received: Money | None = None
    refund: Money | None = None
    refund_to: str = ""
    rest_method: str = ""
    due_at: datetime | None = None
    failed_before: bool = False
    chat_url: str = ""
    order_url: str = ""
    again_url: str = ""
    version: str = ""

    @property
    def mark(self) -> str:
        """What a page that shows this knows itself by."""
        return self.version or self.state

    @property
    def seconds_total(self) -> int:
        """Length of the whole pay window, at least 1."""
        return max(1, int((self.expires_at - self.placed_at).total_seconds()))

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.expires_at - self.as_of).total_seconds()))

    @property
    def chosen(self) -> MethodView | None:
        return next((method for method in self.methods if method.chosen), None)

    @property
    def missing(self) -> Money:
        """What is still due; negative when too much came in."""
        return self.amount if self.received is None else self.amount - self.received

    @property
    def waiting(self) -> bool:
        """Whether the state may still change while somebody looks at the page."""
        return self.state in WAITING_STATES

    def methods_in(self, browser: Browser) -> tuple[MethodView, ...]:
        """The methods that can work in that browser, its own first: the wallets do not open their rivals."""
        rivals = {"wechat": {"alipay", "unionpay"}, "alipay": {"wechat", "unionpay"}}.get(browser, set())
        fit = [method for method in self.methods if method.chosen or method.code not in rivals]
        return tuple(sorted(fit, key=lambda method: method.code != browser))


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of a timeline. `text` is already in the reader's language."""

    text: str
    at: datetime
    problem: bool = False


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One parcel; `entries` newest first. `note` explains a problem and what can be done about it."""

    status: ParcelStatus
    carrier: str
    number: str
    contents: str = ""
    due_at: datetime | None = None
    note: str = ""
    entries: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientView:
    """Masked by the source: the page is open to whoever holds the link."""

    name: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    label: str
    url: str
    kind: DocumentKind
    hint: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """One mark of the step bar: `code` names its words, `at` or `due_at` its moment."""

    code: str
    state: Literal["done", "now", "todo"]
    at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order for whoever follows it. Parcels with a problem come first; `entries`, the order's own, newest first."""

    number: str
    stage: Stage
    placed_at: datetime
    items: tuple[ItemView, ...]
    lines: tuple[LineView, ...]
    total: Money
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    due_at: datetime | None = None
    parcels: tuple[ParcelView, ...] = ()
    entries: tuple[EntryView, ...] = ()
    recipient: RecipientView | None = None
    documents: tuple[DocumentView, ...] = ()
    chat_url: str = ""
    pay_url: str = ""
    can_print: bool = True

    @property
    def pieces(self) -> int:
        return sum(item.quantity for item in self.items)

    @property
    def delayed(self) -> int:
        """How many parcels are late."""
        return sum(parcel.status == "delayed" for parcel in self.parcels)

    @property
    def steps(self) -> tuple[StepView, ...]:
        """Paid, shipped, on the way, delivered; none for an order that is over without delivery."""
        reached = {"unpaid": 0, "paid": 1, "packed": 1, "shipped": 2, "moving": 2, "delivered": 4, "completed": 4}
        if self.stage not in reached:
            return ()
        done = reached[self.stage]
        moments = (
            ("paid", self.paid_at),
            ("shipped", self.shipped_at),
            ("moving", None),
            ("delivered", self.delivered_at),
        )
        return tuple(
            StepView(
                code,
                "done" if index < done else "now" if index == done else "todo",
                at,
                self.due_at if code == "delivered" else None,
            )
            for index, (code, at) in enumerate(moments)
        )


@dataclass(frozen=True, slots=True)
class MessageView:
    """A page that only says one thing. `error_id` is what support needs; `retry_after` is in seconds."""

    kind: MessageKind
    error_id: str = ""
    retry_after: int = 0
    until: datetime | None = None
