"""Codes on their way in: read from a list, sealed, counted, and taken back while nobody has bought them.

Nobody sees a code again but who bought it. What is free decides how many pieces the shop can sell.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.digital import repository
from services.digital.errors import BadCodes, NotDigital
from services.digital.types import LONGEST_CODE, MOST_AT_ONCE, Batch, Loaded, Sheet
from services.inventory import counting
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import audit
from services.staff.types import STOCK_EDIT, STOCK_VIEW

DIGITAL = "digital"
_BATCHES_SHOWN = 5


def read(text: str) -> tuple[str, ...]:
    """The codes of a list, one on each line; empty lines are passed over. Raises BadCodes."""
    codes = []
    for number, line in enumerate(text.splitlines(), 1):
        code = line.strip()
        if len(code) > LONGEST_CODE:
            raise BadCodes(reason="long", line=number)
        if not code.isprintable():
            raise BadCodes(reason="text", line=number)
        if code:
            codes.append(code)
    if not codes:
        raise BadCodes(reason="empty")
    if len(codes) > MOST_AT_ONCE:
        raise BadCodes(reason="many", most=MOST_AT_ONCE)
    return tuple(codes)


def load(tx: Tx, actor: Actor, sku_id: int, codes: Sequence[str]) -> Loaded:
    """Adds codes to a digital SKU; those that the shop has or had are counted and left. Waiting orders are served.

    Raises NotAllowed, NotFound, NotDigital.
    """
    actor.require(STOCK_EDIT)
    _digital(tx, sku_id)
    batch_id = repository.add_batch(tx, sku_id, actor.label, actor.name)
    prints = {tx.vault.blind_index(code, "digital code"): code for code in codes}
    sealed = ((found, tx.vault.seal(code, place(found))) for found, code in prints.items())
    new = repository.add_codes(tx, sku_id, batch_id, sealed)
    loaded = Loaded(batch_id, sku_id, new, len(codes) - new)
    repository.set_counts(tx, batch_id, loaded.loaded, loaded.known)
    counting.follow(tx, actor, sku_id, repository.free(tx, sku_id))
    facts = {"batch": batch_id, "loaded": loaded.loaded, "known": loaded.known}
    audit.record(tx, actor, "stock.load-codes", f"sku:{sku_id}", facts)
    outbox.enqueue(tx, "digital.fill", {}, key=f"digital.fill:{batch_id}", lane=URGENT)
    return loaded


def withdraw(tx: Tx, actor: Actor, batch_id: int) -> tuple[int, int]:
    """Takes back the codes of a batch that nobody has bought; they can be loaded again. Returns the SKU and how many.

    Raises NotAllowed, NotFound.
    """
    actor.require(STOCK_EDIT)
    row = repository.batch(tx, batch_id)
    if row is None:
        raise NotFound()
    gone = repository.remove_free(tx, batch_id)
    if gone:
        counting.follow(tx, actor, row.sku_id, repository.free(tx, row.sku_id))
        audit.record(tx, actor, "stock.withdraw-codes", f"sku:{row.sku_id}", {"batch": batch_id, "codes": gone})
    return row.sku_id, gone


def sku_of(tx: Tx, actor: Actor, batch_id: int) -> int:
    """The SKU of a batch. Raises NotAllowed, NotFound."""
    actor.require(STOCK_VIEW)
    row = repository.batch(tx, batch_id)
    if row is None:
        raise NotFound()
    return row.sku_id


def sheet(tx: Tx, actor: Actor, sku_id: int) -> Sheet:
    """The codes of a digital SKU in numbers. Raises NotAllowed, NotFound, NotDigital."""
    actor.require(STOCK_VIEW)
    sku = _digital(tx, sku_id)
    batches = tuple(Batch(row.id, row.loaded, row.known, row.free, row.name, row.created_at)
                    for row in repository.batches(tx, sku_id, _BATCHES_SHOWN))
    return Sheet(sku, repository.free(tx, sku_id), repository.handed(tx, sku_id), repository.waiting_pieces(tx, sku_id),
                 batches)


def place(fingerprint: str) -> str:
    """Where a code is sealed: under its own fingerprint, which is known before the row has an id."""
    return f"digital_codes.sealed:{fingerprint}"


def _digital(tx: Tx, sku_id: int) -> SkuFacts:
    found = catalog.sku_facts(tx, (sku_id,)).get(sku_id)
    if found is None:
        raise NotFound()
    if found.kind != DIGITAL:
        raise NotDigital()
    return found
