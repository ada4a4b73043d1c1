from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class ShipmentRow(Base):
    """A parcel. A carrier's number names one parcel for ever."""

    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(40))
    shipped_by: Mapped[str]
    shipped_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("carrier", "number"),
        Index("ix_shipments_number", "number"),
        CheckConstraint("delivered_at IS NULL OR delivered_at >= shipped_at", name="times"),
    )


class ShipmentCorrectionRow(Base):
    """What a parcel was said to be before somebody put it right."""

    __tablename__ = "shipment_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(40))
    corrected_by: Mapped[str]
    at: Mapped[datetime]


class DeskDraftRow(Base):
    """What somebody at the counter is putting together for an order, kept until it is done: see `types.Draft`.

    `items` are [line, pieces] pairs.
    """

    __tablename__ = "desk_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    staff_id: Mapped[int]
    kind: Mapped[str]
    carrier: Mapped[str]
    number: Mapped[str]
    items: Mapped[list[Any]]
    version: Mapped[int]
    shipment_id: Mapped[int | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("kind IN ('parcel', 'refund', 'correction')", name="kind"),)


class DeskTopicRow(Base):
    """The topic of the staff group in which cards of a kind stand."""

    __tablename__ = "desk_topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int]
    kind: Mapped[str]
    thread_id: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("chat_id", "kind"),)


class ShipBatchRow(Base):
    """A file of parcels and how far it has got; `runs` counts how often it was set going. See `batches`."""

    __tablename__ = "ship_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str]
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    runs: Mapped[int]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('checked', 'running', 'paused', 'stopped', 'done')", name="state"),
    )


class ShipBatchLineRow(Base):
    """A row of a file of parcels as it was written (sealed, for nobody knows what people put into a cell), what it was
    read as, and what became of it.

    `fault` is a refusal's code and `facts` its facts, for a row at fault.
    """

    __tablename__ = "ship_batch_lines"

    batch_id: Mapped[int] = mapped_column(ForeignKey("ship_batches.id"), primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    written: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(index=True)
    carrier: Mapped[str]
    number: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    fault: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    shipment_id: Mapped[int | None]

    __table_args__ = (CheckConstraint("state IN ('right', 'fault', 'shipped')", name="state"),)


class ShipmentItemRow(Base):
    """How many pieces of an order's line are in a parcel."""

    __tablename__ = "shipment_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]

    __table_args__ = (
        UniqueConstraint("shipment_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class TrackingEventRow(Base):
    """News of a parcel, each once."""

    __tablename__ = "tracking_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("shipment_id", "kind", "at"),)


class RecipientViewRow(Base):
    """A member of staff saw in full who gets an order and where."""

    __tablename__ = "recipient_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    staff_id: Mapped[int]
    staff_name: Mapped[str]
    at: Mapped[datetime]
