from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class JobRow(Base):
    """One thing to do: a message to send, an event to handle, a check at a later moment."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]]
    lane: Mapped[int]
    state: Mapped[str]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'dead', 'cancelled')", name="state"),
        Index("ix_jobs_waiting", "state", "lane", "due_at", "id"),
    )


class LiveMessageRow(Base):
    """A message in a chat that follows its subject: a pay screen, a staff card, a person's screen."""

    __tablename__ = "live_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[int]
    chat_id: Mapped[int]
    message_id: Mapped[int]
    shown: Mapped[str]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "subject", "chat_id"),)


class TickRow(Base):
    """When a periodic duty is due next; whoever moves the moment forward does the duty."""

    __tablename__ = "ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
