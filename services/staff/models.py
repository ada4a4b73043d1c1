from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class StaffMemberRow(Base):
    """A person behind the counter. `secret` is the sealed TOTP secret; `last_step` the 30 seconds of the last code."""

    __tablename__ = "staff_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(64))
    invited_by: Mapped[str]
    joined_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    secret: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    unlocked_until: Mapped[datetime | None]


class StaffRoleRow(Base):
    """A role of the shop's own making."""

    __tablename__ = "staff_roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]
    permissions: Mapped[list[str]]


class StaffInvitationRow(Base):
    """A link that makes a person staff, once. Only a digest of its token is kept."""

    __tablename__ = "staff_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[int]
    created_name: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    used_by: Mapped[int | None]
    used_at: Mapped[datetime | None]


class ApprovalRow(Base):
    """An act that waits for a second person, and what became of it."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), index=True)
    requested_by: Mapped[int]
    requested_name: Mapped[str]
    requested_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="second_person"),
    )


class AlarmRow(Base):
    """A fault of the program that the owners were told of, and how often it has come within the hour."""

    __tablename__ = "alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(String(16))
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class AuditEntryRow(Base):
    """What a member of staff did. `hash` covers the entry and the hash of the one before: a chain."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str]
    act: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    facts: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The one row that says where the chain ends: who appends holds it, and entries cut off at the end are missed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
