from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class CustomerTagRow(Base):
    """A word that the shop has for some of its customers."""

    __tablename__ = "customer_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class TaggedCustomerRow(Base):
    __tablename__ = "tagged_customers"

    tag_id: Mapped[int] = mapped_column(ForeignKey("customer_tags.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)


class AudienceListRow(Base):
    """People named by an uploaded file; `unknown` counts its rows that named nobody. The file itself is not kept."""

    __tablename__ = "audience_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    people: Mapped[int]
    unknown: Mapped[int]
    made_by: Mapped[int]
    created_at: Mapped[datetime]


class ListedCustomerRow(Base):
    __tablename__ = "listed_customers"

    list_id: Mapped[int] = mapped_column(ForeignKey("audience_lists.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)


class AudienceRow(Base):
    """An audience under a name; `groups` as in `Audience.to_json`."""

    __tablename__ = "audiences"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    groups: Mapped[list[Any]]
    made_by: Mapped[int]
    created_at: Mapped[datetime]


class PushRow(Base):
    """A message to many. `content` holds a message per language, `buttons` what hangs below it, `groups` the audience.

    `timing` is "now", "at" (`send_at`) or "local" (`local_hour` of each person's own day). `fallback` says what a
    person gets whose language is missing: another one, or nothing. `people` is how many were planned. Every edit
    counts `version` up; `confirmed_by` is who sent it.
    """

    __tablename__ = "pushes"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    groups: Mapped[list[Any]]
    content: Mapped[dict[str, Any]]
    buttons: Mapped[list[Any]]
    fallback: Mapped[str] = mapped_column(String(8))
    timing: Mapped[str] = mapped_column(String(8))
    send_at: Mapped[datetime | None]
    local_hour: Mapped[int | None]
    version: Mapped[int]
    people: Mapped[int]
    made_by: Mapped[int]
    made_name: Mapped[str]
    confirmed_by: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'asked', 'running', 'paused', 'stopped', 'done', 'dropped')", name="state"
        ),
        CheckConstraint("fallback IN ('other', 'skip')", name="fallback"),
        CheckConstraint("timing IN ('now', 'at', 'local')", name="timing"),
        CheckConstraint("local_hour BETWEEN 0 AND 23", name="local_hour"),
        Index(None, "state", "id"),
    )


class PushRecipientRow(Base):
    """One person of a push: a row is there once, and is marked "sending" before the call that tells them.

    `zone` is the person's own, where it is not the shop's. `sent_at` is set when the call begins. The two `…_until`
    end the seven days within which an order counts for the push. `retries` counts refusals for being too fast.
    """

    __tablename__ = "push_recipients"

    push_id: Mapped[int] = mapped_column(ForeignKey("pushes.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(16))
    zone: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_until: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    clicked_until: Mapped[datetime | None]
    unsubscribed_at: Mapped[datetime | None]
    retries: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'sending', 'sent', 'blocked', 'skipped', 'failed', 'doubt', 'unsent')", name="state"
        ),
        CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name="reason"),
        Index(None, "push_id", "state", "due_at"),
        Index(None, "customer_id", "sent_at"),
    )


class PushRunnerRow(Base):
    """The one row that says which worker sends pushes now: one at a time, so that their pace is one pace."""

    __tablename__ = "push_runner"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(32))
    leased_until: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
