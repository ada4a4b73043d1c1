"""What leaves the area: checkouts and orders as screens, cards and other areas need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.delivery.types import DeliveryOption
from services.orders import arcs
from services.shared.money import Money

if TYPE_CHECKING:
    from services.customers.types import Address

CART, BUY_NOW = "cart", "buy-now"
BEST, NONE, CHOSEN = "best", "none", "chosen"
NOTE_LIMIT = 200

# How an order with nothing to pay is paid.
FREE = "free"
BANK_TRANSFER, CASH_ON_DELIVERY = "bank_transfer", "cash_on_delivery"

# Why the system itself cancels.
EXPIRED = "expired"

TABS = ("all", "to-pay", "to-ship", "on-the-way", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Terms:
    """The shop's terms for a new order: prefix of the number, zone of its days, how long unpaid goods are held."""

    zone: str = "Asia/Shanghai"
    prefix: str = "QL"
    pay_within: timedelta = timedelta(minutes=15)
    transfer_within: timedelta = timedelta(hours=24)

    def expiry(self, method: str, now: datetime) -> datetime | None:
        """When an unpaid order ends; None for what is paid at the door or costs nothing."""
        if method in (CASH_ON_DELIVERY, FREE):
            return None
        return now + (self.transfer_within if method == BANK_TRANSFER else self.pay_within)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between what was shown and what holds now. `name` names the product, the coupon or the new way of
    delivery.

    `kind` is one of: price, quantity, gone, added, discount, coupon, delivery, shipping, address, method, total;
    or currency alone, with the totals in the old one and in the new one.
    """

    kind: str
    name: dict[str, str] | None = None
    old: Money | int | None = None
    new: Money | int | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """More is wanted of a line than can be had; `available` 0 means none, or taken off the shelf."""

    sku_id: int
    name: dict[str, str]
    options: tuple[dict[str, str], ...]
    wanted: int
    available: int


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    sku_id: int
    product_id: int
    name: dict[str, str]
    options: tuple[dict[str, str], ...]
    picture_key: str
    kind: str
    quantity: int
    unit_price: Money
    subtotal: Money
    total: Money


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reduction: its source ("promotion:3", "coupon:12"), its name, its amount (≤ 0) and the lines' shares of it.

    `shipping` is what it took off the fee; shares and it add up to the amount.
    """

    source: str
    name: dict[str, str]
    amount: Money
    shares: tuple[Money, ...]
    shipping: Money


@dataclass(frozen=True, slots=True)
class CouponLine:
    """The coupon in use: the person's claim, its name, and what it saves."""

    claim_id: int
    name: dict[str, str]
    saving: Money


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """A checkout as it stands now. `version` goes into the button that places the order.

    `changes` is what differs from what was shown before. Where nothing leads to the address in the order's currency,
    `delivery_in` are those in which something does.
    """

    id: int
    source: str
    version: int
    lines: tuple[CheckoutLine, ...]
    adjustments: tuple[Adjustment, ...]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    needs_delivery: bool
    address: Address | None
    delivery: DeliveryOption | None
    deliveries: tuple[DeliveryOption, ...]
    coupon: CouponLine | None
    coupons_usable: int
    coupon_choice: str
    note: str
    method: str | None
    methods: tuple[str, ...]
    shortages: tuple[Shortage, ...]
    changes: tuple[Change, ...]
    delivery_in: tuple[str, ...] = ()

    @property
    def missing(self) -> str | None:
        """What must be settled before the order can be placed: empty, short, address, delivery or method."""
        if not self.lines:
            return "empty"
        if self.shortages:
            return "short"
        if self.needs_delivery and self.address is None:
            return "address"
        if self.needs_delivery and self.delivery is None:
            return "delivery"
        return "method" if self.method is None else None


@dataclass(frozen=True, slots=True)
class Placed:
    """A new order: what the screen after placing needs."""

    order_id: int
    number: str
    total: Money
    payment_method: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands, without its contents. `cancel_reason` is set while it is cancelled."""

    id: int
    number: str
    token: str
    customer_id: int
    state: str
    payment: str
    fulfilment: str
    total: Money
    paid: Money
    refunded: Money
    payment_method: str
    claim_id: int | None
    language: str
    placed_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None
    cancel_reason: str | None
    claimed_by: int | None
    claimed_name: str | None
    hold_reason: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    id: int
    sku_id: int
    product_id: int
    sku_code: str
    kind: str
    name: dict[str, str]
    options: tuple[dict[str, str], ...]
    picture_key: str
    quantity: int
    unit_price: Money
    subtotal: Money
    discount: Money
    total: Money
    tax: Money
    tax_bp: int
    called_off: int = 0
    given_back: int = 0
    handed: int = 0

    @property
    def wanted(self) -> int:
        """Pieces that the customer gets, or has got."""
        return self.quantity - self.called_off

    def share(self, pieces: int) -> Money:
        """What the next `pieces` whose price goes back are worth: their part of what the line costs, to the minor unit.

        All pieces of the line, in whatever portions, are worth its total.
        """
        upto, before = ((self.total.amount * n) // self.quantity for n in (self.given_back + pieces, self.given_back))
        return Money(upto - before, self.total.currency)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change: `machine` is order, payment or fulfilment, or none of them: claim, hold, parcel, lines, address.

    `name` is that of the member of staff, if one acted.
    """

    id: int
    machine: str
    old: str | None
    new: str
    actor: str
    name: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the parcel and where: a copy made when the order was placed."""

    name: str
    phone: str
    country: str
    region: str
    city: str
    district: str
    street: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """The way of delivery that was agreed; `days` are working days, fewest and most; `takes_cash` at the door."""

    code: str
    name: dict[str, str]
    days: tuple[int, int]
    takes_cash: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order with all its parts. `address` is None where nothing is delivered."""

    id: int
    number: str
    token: str
    customer_id: int
    state: str
    payment: str
    fulfilment: str
    lines: tuple[OrderLine, ...]
    adjustments: tuple[Adjustment, ...]
    history: tuple[HistoryEntry, ...]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    paid: Money
    refunded: Money
    payment_method: str
    claim_id: int | None
    region: str | None
    delivery: Delivery | None
    address: Recipient | None
    note: str
    language: str
    placed_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None
    cancel_reason: str | None
    claimed_by: int | None
    claimed_name: str | None
    hold_reason: str | None = None
    held_by: str | None = None

    @property
    def version(self) -> int:
        """Grows with every change: what was drawn for an older one is out of date."""
        return self.history[-1].id if self.history else 0

    @property
    def due(self) -> Money:
        """What is still to be paid: the total less what came in and stayed, at least nothing."""
        rest = self.total - self.paid + self.refunded
        return rest if rest.amount > 0 else Money.zero(self.total.currency)

    @property
    def open(self) -> bool:
        return self.state in (arcs.PLACED, arcs.CONFIRMED)

    @property
    def payable(self) -> bool:
        """Whether the customer can pay online or by transfer now."""
        return self.open and self.payment in (arcs.UNPAID, arcs.PARTLY_PAID) and self.payment_method != CASH_ON_DELIVERY

    @property
    def cancellable(self) -> bool:
        """Whether it can still be called off: nothing has left the shop."""
        return self.open and self.fulfilment == arcs.UNFULFILLED

    @property
    def receivable(self) -> bool:
        """Whether the customer can confirm that everything arrived. Cash is booked first, by those who took it."""
        arrived = self.fulfilment in (arcs.SHIPPED, arcs.DELIVERED)
        return self.open and arrived and self.payment in (arcs.PAID, arcs.PARTLY_REFUNDED)

    @property
    def tab(self) -> str:
        """Under which tab of the customer's list it stands."""
        if self.state == arcs.CANCELLED:
            return "cancelled"
        if self.state == arcs.COMPLETED:
            return "done"
        if self.payable:
            return "to-pay"
        return "to-ship" if self.fulfilment == arcs.UNFULFILLED else "on-the-way"


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """A line of the list of orders. `first` names the first product; `pieces` counts all of them."""

    id: int
    number: str
    tab: str
    state: str
    payment: str
    fulfilment: str
    first: dict[str, str]
    products: int
    pieces: int
    total: Money
    placed_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a customer: how many orders to pay, the earliest end of their time and the newest of them with
    what it still costs; how many parcels are on the way.
    """

    to_pay: int
    pay_until: datetime | None
    newest_to_pay: int | None
    newest_due: Money | None
    on_the_way: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of orders, newest first. `previous` and `next` are the cursors of the pages around it, if there are any:
    what comes after the order `previous`, and before the order `next`."""

    tab: str
    orders: tuple[OrderSummary, ...]
    previous: int | None
    next: int | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Reordered:
    """What went into the cart again, and what could not, by name."""

    added: int
    missing: tuple[dict[str, str], ...]
