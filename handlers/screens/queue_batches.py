"""Parcels from a file: where it is sent, what is right in it, how far it has got, and the tables themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from handlers.screens.addresses import place_line
from handlers.screens.goods import goods_of
from handlers.screens.progress import bar, percent
from handlers.screens.refusals import words
from handlers.screens.screen import Screen
from keyboards import queue as keys
from locales import Translator
from services.customers.types import AddressFields
from services.shared import sheets
from services.shared.actors import Actor
from services.shipping.batch_reading import COLUMNS, fold
from services.shipping.batch_types import CHECKED, RUNNING, STOPPED, Batch, BatchRow, ToShip
from services.shipping.carriers import carriers

_BREAK = Markup("\n")
_WIDTHS = (20, 18, 22, 40, 12, 20, 14, 16, 50)


def screen_key(batch_id: int) -> str:
    return f"ship-batch:{batch_id}"


def door(t: Translator, batches: Sequence[Batch], actor: Actor, problem: str = "") -> Screen:
    """Waits for a file. `problem` says what was wrong with the last one."""
    lines = [escape(problem)] if problem else []
    return Screen(_BREAK.join([*lines, t("queue-batch-door")]), keys.door_keys(t, batches, actor))


def batch(t: Translator, shown: Batch, earlier: Batch | None = None) -> Screen:
    """A file as it stands: checked, being shipped, or over; `earlier` is the same file, sent before."""
    lines = [t("queue-batch-title", name=shown.file_name)]
    if shown.state == CHECKED:
        lines.append(t("queue-batch-checked", rows=t.number(shown.rows), right=t.number(shown.right),
                       faults=t.number(shown.at_fault)))
    else:
        done, total = shown.rows - shown.right, shown.rows
        lines.append(t(f"queue-batch-{shown.state}"))
        lines.append(t("queue-batch-progress", bar=bar(done, total), percent=percent(done, total), done=t.number(done),
                       total=t.number(total)))
        lines.append(t("queue-batch-counts", shipped=t.number(shown.shipped), faults=t.number(shown.at_fault)))
    if shown.state == STOPPED and shown.right:
        lines.append(t.n("queue-batch-unsent", shown.right))
    if shown.state != RUNNING:
        lines += [t("queue-batch-fault", row=str(row.row), order=row.written[0][:24], why=words(t, row.refusal))
                  for row in shown.faults]
        if shown.at_fault > len(shown.faults):
            lines.append(t.n("queue-batch-more-faults", shown.at_fault - len(shown.faults)))
    if earlier is not None and shown.state == CHECKED:
        lines.append(t("queue-batch-same-file", name=earlier.actor_name, at=t.datetime(earlier.created_at)))
    return Screen(_BREAK.join(lines), keys.batch_keys(t, shown, again=earlier is not None), key=screen_key(shown.id))


def headings(translators: Iterable[Translator]) -> dict[str, str]:
    """Columns by every heading under which a file may have them, by `fold`."""
    found = {fold(column): column for column in COLUMNS}
    for t in translators:
        for column in COLUMNS:
            names = [t.plain(f"queue-column-{column}"), *t.plain(f"queue-column-also-{column}").split("|")]
            found |= {fold(name): column for name in names}
    return found


def template(t: Translator, form: str) -> bytes:
    """The heading alone, and in a workbook a second sheet with the carriers."""
    if form == "csv":
        return sheets.write_csv([_heading(t)])
    notes = [[t.plain("queue-notes-carrier"), t.plain("queue-notes-code"), t.plain("queue-notes-example")], *(
        [t.pick(each.name), each.code, each.example] for each in carriers())]
    return sheets.write_xlsx([_heading(t)], _WIDTHS, notes)


def list_file(t: Translator, orders: Sequence[ToShip], *, full: bool) -> bytes:
    """The orders to ship with empty cells for their parcels: filled in, the same file can be sent back."""
    more = ["goods", "method", "region", *(("name", "phone", "address", "note") if full else ())]
    rows = [[*_heading(t), *(t.plain(f"queue-column-{column}") for column in more)]]
    for each in orders:
        order, to = each.order, each.order.address
        way = "" if order.delivery is None else t.pick(order.delivery.name)
        row = [order.number, "", "", goods_of(t, order, each.left), way, t.pick(each.region) if each.region else ""]
        if full:
            place = "" if to is None else place_line(t, AddressFields(
                to.name, to.phone, to.country, to.region, to.city, to.district, to.street, to.postcode))
            row += [*(("", "") if to is None else (to.name, to.phone)), str(place), order.note]
        rows.append(row)
    return sheets.write_xlsx(rows, _WIDTHS)


def faults_file(t: Translator, rows: Sequence[BatchRow]) -> bytes:
    """The rows that were not shipped, as they were, with the reason of each: mended, the file can be sent again."""
    table = [[*_heading(t), t.plain("queue-column-row"), t.plain("queue-column-why")]]
    for row in rows:
        why = words(t, row.refusal) if row.fault is not None else t.plain("queue-batch-not-sent")
        table.append([*row.written, str(row.row), why])
    return sheets.write_xlsx(table, (20, 18, 22, 8, 60))


def _heading(t: Translator) -> list[str]:
    return [t.plain(f"queue-column-{column}") for column in COLUMNS]
