from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class CustomerRow(Base):
    """A person. `profile` is sealed JSON: first_name, username and what the person adds (phone, e-mail, birthday).

    `currency` is what they buy in, "" for the shop's own.
    """

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True)
    language: Mapped[str]
    profile: Mapped[str]
    phone_index: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[str | None]
    welcomed_at: Mapped[datetime | None]
    marketing_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
    currency: Mapped[str] = mapped_column(String(3), server_default="")


class CustomerKeyRow(Base):
    """A keyed fingerprint by which a person is found: of the beginning of a word of their name, or of their phone."""

    __tablename__ = "customer_keys"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, index=True)


class ProfileChangeRow(Base):
    """The history of a profile: who changed which field when. `change` is sealed JSON: old and new value."""

    __tablename__ = "profile_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    actor: Mapped[str]
    field: Mapped[str]
    change: Mapped[str]
    created_at: Mapped[datetime]


class AddressRow(Base):
    """An address. `sealed` is JSON of all its fields; `phone_index` finds it by its phone number."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    sealed: Mapped[str]
    phone_index: Mapped[str] = mapped_column(index=True)
    is_default: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_addresses_customer_id", "customer_id", "id"),
        Index(
            "uq_addresses_default", "customer_id", unique=True,
            sqlite_where=text("is_default"), postgresql_where=text("is_default"),
        ),
    )


class ChatStateRow(Base):
    """Where a person's chat stands. `draft` is sealed JSON: it may hold what was typed so far."""

    __tablename__ = "chat_states"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    step: Mapped[str | None]
    draft: Mapped[str | None]
    screen_message_id: Mapped[int | None]
    screen_key: Mapped[str | None]
    updated_at: Mapped[datetime]
