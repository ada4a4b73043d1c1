"""What a table of parcels says: its columns, and of each row the order, the carrier and the number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from services.orders import numbers
from services.shared.db import Tx
from services.shared.errors import Refusal
from services.shipping import batches_repository as repository
from services.shipping import carriers
from services.shipping.batch_types import FAULT, BadBatch, BatchRow, RowFault
from services.shipping.carriers import Carrier

COLUMNS = ("order", "carrier", "number")
MOST_ROWS = 1_000
_BRACKETS = re.compile(r"[(（].*?[)）]")

Written = tuple[int, tuple[str, str, str]]


def fold(text: str) -> str:
    """Headings and names are compared without case, width, spaces and signs."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def written(rows: Sequence[Sequence[str]], headings: Mapping[str, str]) -> list[Written]:
    """The rows of a table with their numbers in the file, the first being 1; `headings` name the columns, by `fold`.

    A table without a heading has its columns in the order of COLUMNS. Raises BadBatch.
    """
    named = {headings[fold(cell)]: place for place, cell in enumerate(rows[0]) if fold(cell) in headings}
    if not named and numbers.ending(rows[0][0] if rows[0] else "") is None:
        raise BadBatch(reason="columns")
    if named and not {"order", "number"} <= named.keys():
        raise BadBatch(reason="columns")
    places = [named.get(column, -1) for column in COLUMNS] if named else [0, 1, 2]
    found = []
    for number, row in enumerate(rows, start=1):
        order, carrier, parcel = (row[place].strip() if 0 <= place < len(row) else "" for place in places)
        # What was left without a parcel in the list of orders to ship is not to be sent yet.
        if (number > 1 or not named) and order and (carrier or parcel):
            found.append((number, (order, carrier, parcel)))
    if not found:
        raise BadBatch(reason="empty")
    if len(found) > MOST_ROWS:
        raise BadBatch(reason="large", most=MOST_ROWS)
    return found


def understood(tx: Tx, rows: Iterable[Written]) -> list[BatchRow]:
    """The rows as orders and parcels; what cannot be understood, or stands there twice, is at fault."""
    rows = list(rows)
    ids = repository.orders_by_number(tx, list({_order(cells[0]) for _, cells in rows}))
    orders_seen: dict[int, int] = {}
    numbers_seen: dict[tuple[str, str], int] = {}
    found = []
    for number, cells in rows:
        try:
            order_id = ids.get(_order(cells[0]))
            if order_id is None:
                raise RowFault(reason="unknown-order")
            carrier, parcel = _parcel(cells[1], cells[2])
            if (first := orders_seen.setdefault(order_id, number)) != number:
                raise RowFault(reason="order-twice", row=first)
            if parcel and (first := numbers_seen.setdefault((carrier.code, parcel), number)) != number:
                raise RowFault(reason="number-twice", row=first)
            found.append(BatchRow(number, cells, order_id, carrier.code, parcel))
        except Refusal as refusal:
            found.append(at_fault(BatchRow(number, cells), refusal))
    return found


def at_fault(row: BatchRow, refusal: Refusal) -> BatchRow:
    """The row with the reason why it is not shipped; only what can be stored of the reason is kept."""
    facts = {name: fact for name, fact in refusal.facts.items() if isinstance(fact, str | int | dict)}
    return BatchRow(row.row, row.written, row.order_id, row.carrier, row.number, FAULT, refusal.code, facts)


def _order(cell: str) -> str:
    return numbers.ending(unicodedata.normalize("NFKC", cell)) or ""


def _parcel(carrier: str, number: str) -> tuple[Carrier, str]:
    """The carrier by its code, its name in any language, or its number, and the cleaned number.

    Raises RowFault, BadNumber.
    """
    cleaned = carriers.clean(number)
    firm = _carrier(carrier) if carrier else carriers.guess(cleaned)
    if firm is None:
        raise RowFault(reason="unknown-carrier" if carrier else "which-carrier")
    if not firm.numbered:
        return firm, ""
    if not cleaned:
        raise RowFault(reason="no-number")
    return firm, carriers.check(firm, number)


def _carrier(cell: str) -> Carrier | None:
    wanted = fold(_BRACKETS.sub("", unicodedata.normalize("NFKC", cell)))
    for each in carriers.carriers():
        names = {fold(_BRACKETS.sub("", unicodedata.normalize("NFKC", name))) for name in each.name.values()}
        if wanted in names | {fold(each.code)}:
            return each
    return None
