from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.orders import arcs
from services.shared.models import Base


def _one_of(column: str, machine: str) -> CheckConstraint:
    states = ", ".join(f"'{state}'" for state in arcs.ARCS[machine])
    return CheckConstraint(f"{column} IN ({states})", name=column)


class CheckoutRow(Base):
    """What someone is about to order. `shown` holds the facts that the person saw last; a choice clears it.

    `currency` says which part of the cart it is: the lines that are sold in it; "" without a part.

    `caps` lowers quantities of the cart for this order alone (SKU id -> most; 0 leaves it out). `note` is sealed.
    """

    __tablename__ = "checkouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    source: Mapped[str]
    sku_id: Mapped[int | None]
    quantity: Mapped[int | None]
    caps: Mapped[dict[str, Any]]
    address_id: Mapped[int | None]
    delivery_code: Mapped[str | None]
    coupon_choice: Mapped[str]
    claim_id: Mapped[int | None]
    payment_method: Mapped[str | None]
    note: Mapped[str | None]
    version: Mapped[int]
    shown: Mapped[dict[str, Any] | None]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3), server_default="")

    __table_args__ = (
        CheckConstraint("source IN ('cart', 'buy-now')", name="source"),
        CheckConstraint("coupon_choice IN ('best', 'none', 'chosen')", name="coupon_choice"),
        # One open checkout of a kind: an old screen cannot order the same cart a second time.
        Index(
            "uq_checkouts_open", "customer_id", "source", unique=True,
            sqlite_where=text("order_id IS NULL"), postgresql_where=text("order_id IS NULL"),
        ),
    )


class OrderRow(Base):
    """An order with all that was agreed. Amounts are minor units of `currency`; `recipient` and `note` are sealed.

    `paid` is the sum of captures, `refunded` of refunds that did not fail. `expires_at` is set while an unpaid order
    holds its goods for a limited time only. `hold_reason` and `held_by` (a name) are set while staff keep it back.
    """

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str]
    payment: Mapped[str]
    fulfilment: Mapped[str]
    currency: Mapped[str]
    subtotal: Mapped[int]
    discount: Mapped[int]
    shipping: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    paid: Mapped[int]
    refunded: Mapped[int]
    payment_method: Mapped[str]
    claim_id: Mapped[int | None]
    region: Mapped[str | None]
    delivery: Mapped[dict[str, Any] | None]
    recipient: Mapped[str | None]
    note: Mapped[str | None]
    language: Mapped[str]
    placed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    claimed_by: Mapped[int | None]
    claimed_name: Mapped[str | None]
    hold_reason: Mapped[str | None]
    held_by: Mapped[str | None]

    __table_args__ = (
        _one_of("state", arcs.ORDER),
        _one_of("payment", arcs.PAYMENT),
        _one_of("fulfilment", arcs.FULFILMENT),
        CheckConstraint("subtotal >= 0 AND discount >= 0 AND shipping >= 0 AND tax >= 0 AND total >= 0", name="signs"),
        CheckConstraint("total = subtotal - discount + shipping", name="total"),
        CheckConstraint("refunded >= 0 AND refunded <= paid", name="sums"),
        Index("ix_orders_customer_id", "customer_id", "id"),
        Index(
            "ix_orders_expires_at", "expires_at",
            sqlite_where=text("expires_at IS NOT NULL"), postgresql_where=text("expires_at IS NOT NULL"),
        ),
    )


class OrderLineRow(Base):
    """A line as it was ordered: what the catalogue says later changes nothing here.

    `discount` is this line's share of all adjustments; `tax` is included in what is left. `called_off` pieces will not
    be sent; `given_back` counts the pieces whose price went back, those among them. `handed` pieces of digital goods
    have reached the customer.
    """

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    sku_id: Mapped[int]
    product_id: Mapped[int]
    sku_code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[dict[str, str]]
    options: Mapped[list[Any]]
    picture_key: Mapped[str]
    quantity: Mapped[int]
    unit_price: Mapped[int]
    subtotal: Mapped[int]
    discount: Mapped[int]
    total: Mapped[int]
    tax: Mapped[int]
    tax_bp: Mapped[int]
    called_off: Mapped[int] = mapped_column(default=0, server_default="0")
    given_back: Mapped[int] = mapped_column(default=0, server_default="0")
    handed: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        UniqueConstraint("order_id", "sku_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("subtotal = unit_price * quantity AND total = subtotal - discount", name="amounts"),
        CheckConstraint("discount >= 0 AND total >= 0 AND tax >= 0", name="signs"),
        Index("ix_order_lines_sku_code", "sku_code"),
    )


class OrderKeyRow(Base):
    """A keyed fingerprint by which an order is found: of its recipient's name or phone. See `finding`."""

    __tablename__ = "order_keys"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, index=True)


class OrderAdjustmentRow(Base):
    """A reduction with its shares per line, in the order of the lines, and of the fee; all of them are ≤ 0."""

    __tablename__ = "order_adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    source: Mapped[str] = mapped_column(index=True)
    name: Mapped[dict[str, str]]
    amount: Mapped[int]
    shares: Mapped[list[int]]
    shipping: Mapped[int]

    __table_args__ = (CheckConstraint("amount <= 0", name="amount"),)


class OrderHistoryRow(Base):
    """One change of one machine, or what staff did beside them ("claim", "hold", "parcel", "lines", "address").

    `actor` is an actor's label, `name` a member's."""

    __tablename__ = "order_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    machine: Mapped[str]
    old: Mapped[str | None]
    new: Mapped[str]
    actor: Mapped[str]
    name: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class OrderNoteRow(Base):
    """What staff wrote down about an order, told its customer, or heard from them; `text` is sealed.

    `kind` is note, told or heard. `failed` says why what was told did not arrive ("blocked").
    """

    __tablename__ = "order_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str]
    staff_id: Mapped[int | None]
    name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    failed: Mapped[str | None]

    __table_args__ = (CheckConstraint("kind IN ('note', 'told', 'heard')", name="kind"),)
