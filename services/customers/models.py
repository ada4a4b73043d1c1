from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class CustomerRow(Base):
    """A person. `profile` is sealed JSON: first_name, username and what the person adds (phone, e-mail, birthday)."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True)
    language: Mapped[str]
    profile: Mapped[str]
    phone_index: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[str | None]
    marketing_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)


class ChatStateRow(Base):
    """Where a person's chat stands. `draft` is sealed JSON: it may hold what was typed so far."""

    __tablename__ = "chat_states"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    step: Mapped[str | None]
    draft: Mapped[str | None]
    screen_message_id: Mapped[int | None]
    updated_at: Mapped[datetime]
