"""Parcels from a file: checked, set going, paused, stopped. A row is shipped and ticked off in one transaction, so that
whatever ends between two rows ships none twice and goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from services.customers import regions
from services.orders import arcs
from services.orders import queue_repository as orders_queue
from services.orders import service as orders
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import NotAllowed, NotFound, Refusal
from services.shipping import batch_reading, refunds, service
from services.shipping import batches_repository as repository
from services.shipping import repository as parcels
from services.shipping.batch_types import (
    CHECKED,
    ENDED,
    FAULT,
    PAUSED,
    RIGHT,
    RUNNING,
    SHIPPED,
    STOPPED,
    Batch,
    BatchMoved,
    BatchRow,
    RowFault,
    ToShip,
)
from services.shipping.errors import NotReadyToShip, NumberUsed
from services.shipping.guards import goods_left, refuse_if_done, refuse_if_held, require_money, require_ready
from services.shipping.types import ParcelItem
from services.staff import audit, mfa
from services.staff.types import EXPORTS, ORDERS_PERSONAL, ORDERS_SHIP

RUN_JOB = "shipping.batch"
RECENT = 5


def check(
    tx: Tx, actor: Actor, rows: Sequence[Sequence[str]], headings: Mapping[str, str]
) -> list[BatchRow]:
    """What of a table could be shipped now and what not, and why: see `batch_reading.written` for the columns.

    Nothing is kept. Raises NotAllowed, BadBatch.
    """
    actor.require(ORDERS_SHIP)
    found = batch_reading.understood(tx, batch_reading.written(rows, headings))
    right = [row for row in found if row.state == RIGHT]
    used = repository.used_numbers(tx, [row.number for row in right if row.number])
    elsewhere = repository.under_way(tx, [row.order_id for row in right if row.order_id is not None])
    return [row if row.state == FAULT else _checked(tx, row, used, elsewhere) for row in found]


def begin(
    tx: Tx, actor: Actor, data: bytes, file_name: str, rows: Sequence[BatchRow]
) -> tuple[Batch, Batch | None]:
    """Keeps the checked rows of a file; returns them with an earlier batch of the same file. Raises NotAllowed."""
    actor.require(ORDERS_SHIP)
    digest = sha256(data).hexdigest()
    same = repository.same_file(tx, digest)
    batch_id = repository.add(tx, {
        "digest": digest, "file_name": file_name[:100], "actor_id": actor.id, "actor_name": actor.name,
        "state": CHECKED, "runs": 0, "created_at": tx.now, "done_at": None,
    }, rows)
    audit.record(tx, actor, "shipping.batch-begin", f"batch:{batch_id}", {"file": digest[:12], "rows": len(rows)})
    return require(tx, batch_id), None if same is None else require(tx, same)


def own(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """The actor's own batch. Raises NotAllowed, NotFound."""
    actor.require(ORDERS_SHIP)
    batch = require(tx, batch_id)
    if actor.kind == "staff" and batch.actor_id != actor.id:
        raise NotFound()
    return batch


def recent(tx: Tx, actor: Actor) -> tuple[Batch, ...]:
    """The newest batches of the actor's. Raises NotAllowed."""
    actor.require(ORDERS_SHIP)
    return tuple(require(tx, each) for each in repository.recent(tx, actor.id, RECENT))


def start(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Sets a checked or paused batch going; one that goes already stays as it is. Raises NotAllowed, NotFound,
    BatchMoved for one that is over."""
    batch = own(tx, actor, batch_id)
    if batch.state == RUNNING:
        return batch
    if not repository.begin_run(tx, batch_id, {CHECKED, PAUSED}, actor.id, actor.name):
        raise BatchMoved(reason=batch.state)
    runs = repository.runs(tx, batch_id)
    outbox.enqueue(tx, RUN_JOB, {"batch_id": batch_id}, key=f"{RUN_JOB}:{batch_id}:{runs}", lane=BULK)
    audit.record(tx, actor, "shipping.batch-start", f"batch:{batch_id}", {"rows": batch.right})
    return require(tx, batch_id)


def pause(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """The batch stands still after the row under way. Raises NotAllowed, NotFound, BatchMoved."""
    return _move(tx, actor, batch_id, {RUNNING}, PAUSED)


def stop(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """The batch ends after the row under way; the rest is not shipped. Raises NotAllowed, NotFound, BatchMoved."""
    return _move(tx, actor, batch_id, {CHECKED, RUNNING, PAUSED}, STOPPED)


def step(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Ships the next row of a running batch, or finds out why not; after the last one the batch is over.

    Raises NotAllowed when the actor may not ship any more: then nothing has changed.
    """
    actor.require(ORDERS_SHIP)
    batch = repository.find(tx, batch_id, lock=True)
    if batch is None:
        raise NotFound()
    row = repository.next_right(tx, batch_id) if batch.state == RUNNING else None
    if row is not None:
        _ship(tx, actor, batch_id, row)
    elif batch.state == RUNNING:
        repository.move(tx, batch_id, {RUNNING}, state=ENDED, done_at=tx.now)
        facts = {"shipped": batch.shipped, "at_fault": batch.at_fault}
        audit.record(tx, actor, "shipping.batch-done", f"batch:{batch_id}", facts)
    return require(tx, batch_id)


def left_over(tx: Tx, actor: Actor, batch_id: int) -> list[BatchRow]:
    """The rows at fault, and once the batch is over those that were not shipped. Raises NotAllowed, NotFound."""
    batch = own(tx, actor, batch_id)
    return [row for row in repository.left_over(tx, batch_id) if batch.over or row.state == FAULT]


def require(tx: Tx, batch_id: int) -> Batch:
    """Raises NotFound."""
    batch = repository.find(tx, batch_id)
    if batch is None:
        raise NotFound()
    return batch


def to_ship(tx: Tx, actor: Actor, *, full: bool = False) -> tuple[ToShip, ...]:
    """The orders that wait to be sent, oldest first; `full`: with who gets them and where.

    Raises NotAllowed, and for the full data Locked. Whoever reads the full data calls `note_full_list` first.
    """
    _require_list(tx, actor, full=full)
    found = []
    for order_id in _waiting(tx):
        order = orders.get(tx, SYSTEM, order_id)
        rest = goods_left(order, parcels.parcels(tx, order_id))
        to = order.address
        region = None if to is None else regions.region_name(to.country, to.region)
        if rest:
            seen = order if full else replace(order, address=None, note="")
            found.append(ToShip(seen, tuple(ParcelItem(line, count) for line, count in rest.items()), region))
    return tuple(found)


def note_full_list(tx: Tx, actor: Actor) -> None:
    """Notes of every order that waits to be sent that the actor saw who gets it. Raises NotAllowed, Locked."""
    _require_list(tx, actor, full=True)
    waiting = _waiting(tx)
    for order_id in waiting:
        parcels.note_view(tx, order_id, actor.id, actor.name)
    audit.record(tx, actor, "orders.export-recipients", "orders:to-ship", {"orders": len(waiting)})


def _require_list(tx: Tx, actor: Actor, *, full: bool) -> None:
    actor.require(ORDERS_SHIP)
    if full:
        actor.require(ORDERS_PERSONAL)
        actor.require(EXPORTS)
        mfa.require_unlocked(tx, actor)


def _waiting(tx: Tx) -> list[int]:
    rows = orders_queue.page(tx, orders_queue.in_tab(orders_queue.TO_SHIP, 0, ()), (), None, batch_reading.MOST_ROWS,
                             downwards=False)
    return [row.id for row in rows]


def _checked(
    tx: Tx, row: BatchRow, used: Mapping[tuple[str, str], str], elsewhere: Mapping[int, str]
) -> BatchRow:
    assert row.order_id is not None
    try:
        _require_shippable(tx, row.order_id)
        if (order := used.get((row.carrier, row.number))) is not None:
            raise NumberUsed(number=row.number, order=order)
        if (name := elsewhere.get(row.order_id)) is not None:
            raise RowFault(reason="elsewhere", name=name)
    except Refusal as refusal:
        return batch_reading.at_fault(row, refusal)
    return row


def _require_shippable(tx: Tx, order_id: int) -> None:
    """Raises what `service.ship` would, before anything is done."""
    order = orders.get(tx, SYSTEM, order_id)
    refuse_if_done(order, arcs.SHIPPED)
    refuse_if_held(order)
    require_ready(order)
    require_money(tx, order)
    if not goods_left(order, parcels.parcels(tx, order_id)):
        raise NotReadyToShip(number=order.number, reason="nothing-to-ship")
    _refuse_if_refund_waits(tx, order_id)


def _refuse_if_refund_waits(tx: Tx, order_id: int) -> None:
    """Whether it is sent at all depends on somebody who has not decided yet: that is no matter for a list."""
    if refunds.waiting(tx, order_id) is not None:
        raise RowFault(reason="refund-waits")


def _ship(tx: Tx, actor: Actor, batch_id: int, row: BatchRow) -> None:
    assert row.order_id is not None
    try:
        with tx.savepoint():
            _refuse_if_refund_waits(tx, row.order_id)
            parcel = service.ship(tx, actor, row.order_id, row.carrier, row.number)
    except NotAllowed:
        raise
    except Refusal as refusal:
        failed = batch_reading.at_fault(row, refusal)
        repository.close(tx, batch_id, row.row, FAULT, fault=failed.fault, facts=failed.facts)
    else:
        repository.close(tx, batch_id, row.row, SHIPPED, shipment_id=parcel.id)


def _move(tx: Tx, actor: Actor, batch_id: int, leaving: set[str], state: str) -> Batch:
    batch = own(tx, actor, batch_id)
    if batch.state == state:
        return batch
    over = {"done_at": tx.now} if state == STOPPED else {}
    if not repository.move(tx, batch_id, leaving, state=state, **over):
        raise BatchMoved(reason=require(tx, batch_id).state)
    audit.record(tx, actor, f"shipping.batch-{state}", f"batch:{batch_id}")
    return require(tx, batch_id)
