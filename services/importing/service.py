"""Imports as people run them: a file comes in, is checked, set going, paused, stopped and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from services.catalog import tagging, uploads
from services.importing import lookups, repository, reviewing
from services.importing.errors import Busy, WrongMoment
from services.importing.rows import fold, split
from services.importing.types import (
    CHECKED,
    CHECKING,
    DONE,
    DROPPED,
    PAUSED,
    RUNNING,
    SAME,
    STOPPED,
    UNDOING,
    Batch,
    BatchView,
    Checked,
    Record,
    Review,
)
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import audit
from services.staff.types import CATALOG_IMPORT

CHECK_JOB, RUN_JOB, UNDO_JOB = "importing.check", "importing.run", "importing.undo"
UNDO_WITHIN = timedelta(hours=24)
RECENT = 6


def begin(tx: Tx, actor: Actor, data: bytes, file_name: str, language: str) -> tuple[Batch, Batch | None]:
    """Keeps a file and asks for its check; returns it with an earlier import of the same file. Raises NotAllowed."""
    actor.require(CATALOG_IMPORT)
    digest = sha256(data).hexdigest()
    earlier = repository.same_file(tx, digest)
    batch_id = repository.add(tx, {
        "digest": digest, "file_name": file_name[:200], "data": data, "actor_id": actor.id, "actor_name": actor.name,
        "language": language, "state": CHECKING, "warnings": {}, "pictures": {},
        "created_at": tx.now,
    })
    outbox.enqueue(tx, CHECK_JOB, {"batch_id": batch_id}, key=f"{CHECK_JOB}:{batch_id}")
    audit.record(tx, actor, "import.begin", f"import:{batch_id}", {"file": digest[:12]})
    return require(tx, batch_id), earlier


def own(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """The import, for those who may import. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_IMPORT)
    return require(tx, batch_id)


def earlier(tx: Tx, actor: Actor, batch_id: int) -> Batch | None:
    """The last other import of the very same file that was set going. Raises NotAllowed."""
    actor.require(CATALOG_IMPORT)
    digest = repository.digest(tx, batch_id)
    found = None if digest is None else repository.same_file(tx, digest)
    return None if found is None or found.id == batch_id else found


def unknown_tags(tx: Tx, actor: Actor, batch_id: int) -> tuple[str, ...]:
    """The tags that a checked file names and the shop does not have. Raises NotAllowed, NotFound."""
    own(tx, actor, batch_id)
    known = lookups.tags(tx)
    named = (name for row in repository.faults(tx, batch_id) for name in split(row.record.cells.get("tags", "")))
    return tuple({fold(name): name for name in named if fold(name) not in known}.values())


def create_tags(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Adds the tags that a checked file names and the shop lacks, and checks the file again.

    Raises NotAllowed, NotFound, InvalidInput for a name that is none, WrongMoment when it is being checked or is over.
    """
    batch = own(tx, actor, batch_id)
    for name in unknown_tags(tx, actor, batch_id):
        tagging.create(tx, actor, {"zh": name, "en": name})
    checks = batch.runs + 1
    if not repository.change(tx, batch_id, {CHECKED}, state=CHECKING, runs=checks):
        raise WrongMoment(reason=batch.state)
    outbox.enqueue(tx, CHECK_JOB, {"batch_id": batch_id}, key=f"{CHECK_JOB}:{batch_id}:{checks}")
    return require(tx, batch_id)


def recent(tx: Tx, actor: Actor) -> tuple[Batch, ...]:
    """The newest imports that were set going. Raises NotAllowed."""
    actor.require(CATALOG_IMPORT)
    return repository.recent(tx, RECENT)


def require(tx: Tx, batch_id: int) -> Batch:
    """Raises NotFound."""
    batch = repository.find(tx, batch_id)
    if batch is None:
        raise NotFound()
    return batch


def view(tx: Tx, actor: Actor, batch_id: int) -> BatchView:
    """The import with all that its screen says. Raises NotAllowed, NotFound."""
    batch = own(tx, actor, batch_id)
    if batch.state != CHECKED:
        return BatchView(batch, kept=tuple(kept(tx, actor, batch_id)))
    return BatchView(batch, tuple(faults(tx, actor, batch_id)), (), earlier(tx, actor, batch_id),
                     unknown_tags(tx, actor, batch_id))


def keep_pictures(tx: Tx, actor: Actor, pictures: Sequence[tuple[str, str, bytes]]) -> None:
    """Keeps pictures of an archive: (name of the content, file name, bytes). Done twice it changes nothing."""
    for name, file_name, data in pictures:
        uploads.keep(tx, actor, uploads.PHOTO, name, file_name, data)


def begin_staging(tx: Tx, batch_id: int) -> bool:
    """Forgets what an interrupted check had noted. False when the check is over already."""
    if not repository.change(tx, batch_id, {CHECKING}, rows=0):
        return False
    repository.clear(tx, batch_id)
    return True


def stage(tx: Tx, batch_id: int, rows: Sequence[Checked]) -> None:
    """Notes some rows of the check."""
    repository.add_rows(tx, batch_id, rows)


def end_staging(tx: Tx, batch_id: int, review: Review, pictures: Mapping[str, str]) -> Batch:
    """The check is over: its counts, and the products in the order of the file."""
    warnings: dict[str, int] = {}
    for row in review.rows:
        if row.warning is not None:
            warnings[row.warning] = warnings.get(row.warning, 0) + 1
    faults = sum(row.fault is not None for row in review.rows)
    repository.add_items(tx, batch_id, (
        (position, product, action) for position, (product, action) in enumerate(review.actions.items())
    ))
    repository.change(tx, batch_id, {CHECKING}, state=CHECKED, rows=len(review.rows), faults=faults, warnings=warnings,
                      pictures=dict(pictures))
    return require(tx, batch_id)


def start(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Sets a checked or paused import going; one that goes already stays as it is.

    Raises NotAllowed (also without the right to a column of the file, which somebody else may have sent), NotFound,
    Busy while another one is under way, WrongMoment for one that is over.
    """
    batch = own(tx, actor, batch_id)
    if batch.state == RUNNING:
        return batch
    reviewing.require(actor, repository.rows(tx, batch_id))
    other = repository.active(tx)
    if other is not None and other.id != batch_id:
        raise Busy(name=other.actor_name)
    runs = batch.runs + 1
    changed = repository.change(
        tx, batch_id, {CHECKED, PAUSED}, state=RUNNING, runs=runs, started_at=batch.started_at or tx.now,
        actor_id=actor.id, actor_name=actor.name,
    )
    if not changed:
        raise WrongMoment(reason=batch.state)
    outbox.enqueue(tx, RUN_JOB, {"batch_id": batch_id}, key=f"{RUN_JOB}:{batch_id}:{runs}", lane=BULK)
    audit.record(tx, actor, "import.start", f"import:{batch_id}", {"products": batch.total})
    return require(tx, batch_id)


def pause(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """The import stands still after the step under way. Raises NotAllowed, NotFound, WrongMoment."""
    return _move(tx, actor, batch_id, {RUNNING}, PAUSED, "pause")


def stop(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """The import ends after the step under way; the rest is not written. Raises NotAllowed, NotFound, WrongMoment."""
    return _move(tx, actor, batch_id, {RUNNING, PAUSED}, STOPPED, "stop")


def drop(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """A checked file is not imported after all. Raises NotAllowed, NotFound, WrongMoment."""
    return _move(tx, actor, batch_id, {CHECKING, CHECKED}, DROPPED, "drop")


def undo(tx: Tx, actor: Actor, batch_id: int) -> Batch:
    """Begins to take an import back, within 24 hours of its end; asked twice it is taken back once.

    Raises NotAllowed, NotFound, Busy, WrongMoment (also "late").
    """
    batch = own(tx, actor, batch_id)
    if batch.state == UNDOING:
        return batch
    if batch.done_at is not None and tx.now - batch.done_at > UNDO_WITHIN:
        raise WrongMoment(reason="late")
    other = repository.active(tx)
    if other is not None:
        raise Busy(name=other.actor_name)
    if not repository.change(tx, batch_id, {DONE, STOPPED}, state=UNDOING, actor_id=actor.id, actor_name=actor.name):
        raise WrongMoment(reason=batch.state)
    outbox.enqueue(tx, UNDO_JOB, {"batch_id": batch_id}, key=f"{UNDO_JOB}:{batch_id}", lane=BULK)
    audit.record(tx, actor, "import.undo", f"import:{batch_id}")
    return require(tx, batch_id)


def faults(tx: Tx, actor: Actor, batch_id: int) -> list[Checked]:
    """The rows at fault with their cells. Raises NotAllowed, NotFound."""
    own(tx, actor, batch_id)
    return repository.faults(tx, batch_id)


def kept(tx: Tx, actor: Actor, batch_id: int) -> list[tuple[str, str]]:
    """Products that could not be written or taken back, with the reason's word. Raises NotAllowed, NotFound."""
    own(tx, actor, batch_id)
    return [*repository.failed(tx, batch_id), *repository.kept(tx, batch_id)]


def file(tx: Tx, batch_id: int) -> tuple[bytes, str]:
    """The file as it came, and its name. Raises NotFound."""
    found = repository.file(tx, batch_id)
    if found is None:
        raise NotFound()
    return found


def review(
    tx: Tx, actor: Actor, records: Sequence[Record], pictures: Mapping[str, str], currency: str, language: str
) -> Review:
    """The dry run of a file, see `reviewing.review`."""
    return reviewing.review(tx, actor, records, pictures, currency, language)


def worth_running(batch: Batch) -> bool:
    """Whether an import would change anything."""
    return any(count for action, count in batch.planned.items() if action != SAME)


def _move(tx: Tx, actor: Actor, batch_id: int, states: set[str], state: str, act: str) -> Batch:
    batch = own(tx, actor, batch_id)
    if batch.state == state:
        return batch
    over = {"done_at": tx.now} if state == STOPPED else {}
    if not repository.change(tx, batch_id, states, state=state, **over):
        raise WrongMoment(reason=require(tx, batch_id).state)
    audit.record(tx, actor, f"import.{act}", f"import:{batch_id}")
    return require(tx, batch_id)
