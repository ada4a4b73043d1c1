from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.shared.models import Base


class ImportBatchRow(Base):
    """A file of products and how far it has got. `data` is the file, `pictures` the keys of those in its archive
    by file name; `runs` counts how often it was set going. All stand in one `line`."""

    __tablename__ = "import_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    actor_id: Mapped[int]
    actor_name: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    rows: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[dict[str, Any]]
    pictures: Mapped[dict[str, str]]
    kept: Mapped[int] = mapped_column(default=0)
    runs: Mapped[int] = mapped_column(default=0)
    line: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('checking', 'checked', 'running', 'paused', 'stopped', 'done', 'undoing', 'undone', 'dropped')",
            name="state",
        ),
        # One import at a time: two would wait for each other's products.
        Index(
            "uq_import_batches_active", "line", unique=True,
            sqlite_where=text("state IN ('running', 'paused', 'undoing')"),
            postgresql_where=text("state IN ('running', 'paused', 'undoing')"),
        ),
    )


class ImportRowRow(Base):
    """A row of the file: its filled cells, and what is wrong with it (an empty `fault` where nothing is)."""

    __tablename__ = "import_rows"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product: Mapped[str]
    cells: Mapped[dict[str, Any]]
    at_fault: Mapped[bool]
    fault: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_import_rows_product", "batch_id", "product"),)


class ImportItemRow(Base):
    """A product of the file: what is to become of it, what became of it, and how it was before."""

    __tablename__ = "import_items"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product: Mapped[str]
    planned: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None]
    product_id: Mapped[int | None]
    version: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    restored: Mapped[bool | None]
