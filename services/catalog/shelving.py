"""Many products on the shelf or off it at once: previewed, done to exactly those, undone for exactly those.

What a batch will do is written down when it is previewed. A product that somebody else changed meanwhile is left alone,
and so is one that was changed since when the batch is undone; both are counted and named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.catalog import categories, listing_repository, loading, readiness
from services.catalog import shelving_repository as repository
from services.catalog.fields import of_product
from services.catalog.shelf import TOPIC
from services.catalog.types import Words
from services.outbox import service as outbox
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound, Refusal
from services.staff import audit
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW

# Why things come off the shelf; "other" comes with words of its own.
STOCK, RECTIFY, PREPARATION, OTHER = "stock", "rectify", "preparation", "other"
REASONS = (STOCK, RECTIFY, PREPARATION, "season", "replaced", OTHER)
UNDO_WITHIN = timedelta(hours=24)
LONGEST_PLAN = timedelta(days=366)
LONGEST_REASON = 200
PAGE = 8
DRAFT, PLANNED, DONE, UNDONE, DROPPED = "draft", "planned", "done", "undone", "dropped"


class BatchState(Refusal):
    """The batch is not in a state for that. Facts: `reason` (its state, or "late")."""

    code = "shelf-state"


@dataclass(frozen=True, slots=True)
class Scope:
    """How products were chosen: `kind` category (with all below it), tag, or products.

    `blocked` are those that cannot go on the shelf: they do not tell yet what their category demands.
    """

    kind: str
    ids: tuple[int, ...]
    blocked: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "ids": list(self.ids), "blocked": list(self.blocked)}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A product of a batch. `done` says that the batch changed it, `restored` that it was put back."""

    product_id: int
    code: str
    name: Words
    done: bool
    restored: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Products that go on the shelf (`on`) or off it together."""

    id: int
    on: bool
    scope: Scope
    scope_name: Words
    reason: str
    state: str
    name: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    products: tuple[Shelved, ...]

    @property
    def changed(self) -> tuple[Shelved, ...]:
        return tuple(each for each in self.products if each.done)

    @property
    def skipped(self) -> tuple[Shelved, ...]:
        """What somebody else changed between the preview and the act."""
        return tuple(each for each in self.products if not each.done)

    @property
    def kept(self) -> tuple[Shelved, ...]:
        """What the undoing left alone, since somebody changed it after the batch."""
        return tuple(each for each in self.products if each.done and not each.restored)

    def can_undo(self, now: datetime) -> bool:
        """Whether it was done less than a day ago and changed anything."""
        return self.state == DONE and self.done_at is not None and now - self.done_at < UNDO_WITHIN


@dataclass(frozen=True, slots=True)
class OffShelf:
    """A product that is off the shelf, and since when and why as far as that is known."""

    product_id: int
    code: str
    name: Words
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OffShelfPage:
    """`counts` are by reason code; those with words of their own, or none, count as "other"."""

    items: tuple[OffShelf, ...]
    reason: str
    counts: Mapping[str, int]
    page: int
    pages: int


def draft(tx: Tx, actor: Actor, scope: Scope, on: bool) -> Batch:
    """Notes which of the chosen products would change, in the order of their codes; nothing changes yet.

    Raises NotAllowed, NotFound for a scope that is not there.
    """
    actor.require(CATALOG_EDIT)
    rows = repository.to_change(tx, _chosen(tx, scope), on)
    blocked = tuple(row.id for row in rows if on and _lacks_facts(tx, row.id))
    ready = [row for row in rows if row.id not in blocked]
    batch_id = repository.add(tx, actor, on, replace(scope, blocked=blocked).to_json(), ready)
    return _read(tx, batch_id)


def read(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Raises NotAllowed, NotFound."""
    actor.require(CATALOG_VIEW)
    return _read(tx, batch_id)


def set_reason(tx: Tx, actor: Actor, batch_id: int, reason: str) -> Batch:
    """Says why the products come off: one of REASONS, or words. Raises NotAllowed, NotFound, BatchState."""
    actor.require(CATALOG_EDIT)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason or reason == OTHER:
        raise InvalidInput(field="reason", reason="shelf-reason")
    return _read(tx, batch_id) if repository.set_reason(tx, batch_id, reason) else _late(tx, batch_id, DRAFT)


def run(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Does what the preview said, now. A second time answers like the first.

    Raises NotAllowed, NotFound, InvalidInput while products would come off without a reason, BatchState for a batch
    that was dropped, undone, or waits for its time.
    """
    actor.require(CATALOG_EDIT)
    batch = _read(tx, batch_id)
    _check_reason(batch)
    if not repository.begin(tx, batch_id, DRAFT):
        return _late(tx, batch_id, DONE)
    return _apply(tx, actor, batch)


def plan(tx: Tx, actor: Actor, batch_id: int, at: datetime) -> Batch:
    """Does it at a moment instead. Raises like `run`, InvalidInput for a moment that is past or over a year away."""
    actor.require(CATALOG_EDIT)
    batch = _read(tx, batch_id)
    _check_reason(batch)
    if not tx.now < at <= tx.now + LONGEST_PLAN:
        raise InvalidInput(field="time", reason="shelf-time")
    if not repository.plan(tx, batch_id, at):
        return _late(tx, batch_id, PLANNED)
    outbox.enqueue(tx, "catalog.shelf-batch", {"batch_id": batch_id}, key=f"catalog.shelf-batch:{batch_id}", at=at)
    audit.record(tx, actor, "shelf.plan", f"shelf-batch:{batch_id}", {"at": at.isoformat(), **_facts(batch)})
    return _read(tx, batch_id)


def run_planned(tx: Tx, batch_id: int) -> Batch | None:
    """The planned moment has come. None when the plan was dropped meanwhile."""
    return _apply(tx, SYSTEM, _read(tx, batch_id)) if repository.begin(tx, batch_id, PLANNED) else None


def drop(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Gives up a preview or a plan; a second time answers like the first. Raises NotAllowed, NotFound, BatchState."""
    actor.require(CATALOG_EDIT)
    before = _read(tx, batch_id)
    if not repository.drop(tx, batch_id):
        return _late(tx, batch_id, DROPPED)
    if outbox.cancel(tx, f"catalog.shelf-batch:{batch_id}"):
        audit.record(tx, actor, "shelf.drop", f"shelf-batch:{batch_id}", _facts(before))
    return _read(tx, batch_id)


def undo(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Puts back exactly what the batch changed and nobody changed since. A second time answers like the first.

    Raises NotAllowed, NotFound, BatchState when it was not done, or more than 24 hours ago ("late").
    """
    actor.require(CATALOG_EDIT)
    batch = _read(tx, batch_id)
    if batch.state == DONE and not batch.can_undo(tx.now):
        raise BatchState(reason="late")
    if not repository.begin_undo(tx, batch_id):
        return _late(tx, batch_id, UNDONE)
    restored = repository.restore(tx, batch_id, batch.on, actor.name)
    _follow(tx, restored)
    audit.record(tx, actor, "shelf.undo", f"shelf-batch:{batch_id}", {"products": restored, "on": batch.on})
    return _read(tx, batch_id)


def batches(tx: Tx, actor: Actor, most: int = PAGE) -> tuple[Batch, ...]:
    """The latest batches that were planned or done, newest first; without their products. Raises NotAllowed."""
    actor.require(CATALOG_VIEW)
    rows = repository.latest(tx, most)
    names = repository.scope_names(tx, [row.scope for row in rows])
    return tuple(_batch(row, (), names) for row in rows)


def off_shelf(tx: Tx, actor: Actor, reason: str = "", page: int = 1) -> OffShelfPage:
    """What is off the shelf, the latest first, for one reason or "" for any. Raises NotAllowed."""
    actor.require(CATALOG_VIEW)
    named = REASONS[:-1]
    counts = repository.off_counts(tx, named)
    total = counts.get(reason, 0) if reason else sum(counts.values())
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = repository.off_shelf(tx, reason, named, (page - 1) * PAGE, PAGE)
    items = tuple(OffShelf(row.id, row.code, row.name, row.off_reason, row.updated_at) for row in rows)
    return OffShelfPage(items, reason, counts, page, pages)


def _chosen(tx: Tx, scope: Scope) -> Collection[int]:
    if scope.kind == "category":
        tree = categories.tree(tx, SYSTEM)
        tree.require(scope.ids[0])
        return listing_repository.products_below(tx, scope.ids[0])
    if scope.kind == "tag":
        return repository.tagged(tx, scope.ids[0])
    return scope.ids


def _lacks_facts(tx: Tx, product_id: int) -> bool:
    fields = of_product(loading.as_written(tx, product_id))
    return bool(readiness.undisclosed(fields, readiness.rules_for(tx, fields)))


def _apply(tx: Tx, actor: Actor, batch: Batch) -> Batch:
    changed = repository.apply(tx, batch.id, batch.on, batch.reason, actor.name)
    _follow(tx, changed)
    audit.record(tx, actor, "shelf.on" if batch.on else "shelf.off", f"shelf-batch:{batch.id}",
                 {"products": changed, "reason": batch.reason, **_facts(batch)})
    return _read(tx, batch.id)


def _follow(tx: Tx, product_ids: Collection[int]) -> None:
    listing_repository.rebuild(tx, product_ids)
    tx.after_commit(TOPIC)


def _check_reason(batch: Batch) -> None:
    if not batch.on and not batch.reason:
        raise InvalidInput(field="reason", reason="shelf-reason")


def _facts(batch: Batch) -> dict[str, Any]:
    return {"of": batch.scope.kind} | ({} if batch.scope.kind == "products" else {"id": batch.scope.ids[0]})


def _late(tx: Tx, batch_id: int, wanted: str) -> Batch:
    """Somebody else was first: the batch if they did the same, else BatchState."""
    batch = _read(tx, batch_id)
    if batch.state != wanted:
        raise BatchState(reason=batch.state)
    return batch


def _read(tx: Tx, batch_id: int) -> Batch:
    row = repository.batch(tx, batch_id)
    if row is None:
        raise NotFound()
    return _batch(row, tuple(
        Shelved(each.product_id, each.code, each.name, each.changed, each.restored)
        for each in repository.changes(tx, batch_id)
    ), repository.scope_names(tx, [row.scope]))


def _batch(row: Any, products: tuple[Shelved, ...], names: Mapping[tuple[str, int], Words]) -> Batch:
    scope = Scope(row.scope["kind"], tuple(row.scope["ids"]), tuple(row.scope["blocked"]))
    return Batch(
        row.id, row.on_shelf, scope, names.get((scope.kind, scope.ids[0]), {}), row.reason, row.state, row.name,
        row.created_at, row.due_at, row.done_at, products,
    )
