"""Imports and exports: the door, the check of a file, progress, results, and the files themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from handlers.screens.progress import bar, percent
from handlers.screens.screen import Screen
from keyboards import importing as keys
from locales import Translator
from services.catalog.types import Tag, Tree
from services.importing.files import fold
from services.importing.types import (
    COLUMNS,
    LIST_PRICE_IN,
    Batch,
    BatchView,
    Checked,
    Fault,
    Scope,
    columns_of,
    currency_of,
)
from services.shared import sheets

_BREAK = Markup("\n")
_SHOWN = 5
_WIDTHS = (14, 16, 24, 24, 18, 16, 14, 30, 10, 10, 10, 8, 8, 18, 40, 40, 30, 24, 20, 8)


def screen_key(batch_id: int) -> str:
    return f"import:{batch_id}"


def door(t: Translator, batches: Sequence[Batch], may_import: bool, may_export: bool, problem: str = "") -> Screen:
    """Waits for a file. `problem` says what was wrong with the last one."""
    lines = [escape(problem)] if problem else []
    lines.append(t("import-door") if may_import else t("import-door-export"))
    return Screen(_BREAK.join(lines), keys.door_keys(t, batches, may_import, may_export))


def batch(t: Translator, view: BatchView, seconds: int | None = None) -> Screen:
    """An import as it stands: being checked, checked, running (with the `seconds` left), over or taken back."""
    shown, earlier = view.batch, view.earlier
    lines = [t("import-title", name=shown.file_name), *_state_lines(t, shown, seconds)]
    if shown.state == "checked":
        lines += _checked_lines(t, shown, view.faults)
        if earlier is not None:
            lines.append(t("import-same-file", name=earlier.actor_name, at=t.datetime(earlier.created_at)))
        if view.unknown_tags:
            lines.append(t("import-new-tags", names=_listed(t, view.unknown_tags)))
    if view.kept:
        lines.append(t("import-kept"))
        lines += [t("import-kept-line", product=product, reason=_reason(t, reason)) for product, reason in
                  view.kept[:_SHOWN]]
    if len(view.kept) > _SHOWN:
        lines.append(t.n("import-kept-more", len(view.kept) - _SHOWN))
    return Screen(_BREAK.join(lines), keys.batch_keys(t, shown, len(view.unknown_tags)), key=screen_key(shown.id))


def _reason(t: Translator, reason: str) -> str:
    """Words that fit where nothing more is known of why."""
    key = f"import-reason-{reason}"
    return t.plain(key if t.has(key) else "import-reason-other")


def _listed(t: Translator, names: Sequence[str]) -> str:
    more = ["…"] if len(names) > _SHOWN else []
    return t.plain("import-comma").join([*names[:_SHOWN], *more])


def ask_undo(t: Translator, shown: Batch) -> Screen:
    lines = (t("import-title", name=shown.file_name), t("import-ask-undo"))
    return Screen(_BREAK.join(lines), keys.undo_keys(t, shown))


def export(t: Translator, scope: Scope, tree: Tree, tags: Sequence[Tag], nonce: str) -> Screen:
    """What the file is to hold. A category or tag that is gone counts as none chosen."""
    node = tree.nodes.get(scope.category_id or 0)
    tag = next((each for each in tags if each.id == scope.tag_id), None)
    every = t.plain("import-export-every")
    category = every if node is None else t.pick(node.name)
    return Screen(t("import-export"), keys.export_keys(
        t, Scope(scope.shelf, node and node.id, tag and tag.id), category, every if tag is None else t.pick(tag.name),
        nonce,
    ))


def export_categories(t: Translator, tap: keys.ExportCategoryTap, tree: Tree) -> Screen:
    return Screen(t("import-export-category"), keys.export_category_keys(t, tap, tree))


def export_tags(t: Translator, tap: keys.ExportTagTap, tags: Sequence[Tag]) -> Screen:
    return Screen(t("import-export-tag"), keys.export_tag_keys(t, tap, tags))


def exporting(t: Translator, done: int, total: int) -> Screen:
    """How far a large file has got."""
    return Screen(t("import-exporting", bar=bar(done, total), percent=percent(done, total), done=t.number(done),
                    total=t.number(total)))


def column_name(t: Translator, column: str) -> str:
    """What a column is called: "Price", "Price USD"."""
    currency = currency_of(column)
    if currency is None:
        return t.plain(f"import-column-{column}")
    listed = column.startswith(LIST_PRICE_IN)
    return t.plain("import-column-list_price-in" if listed else "import-column-price-in", currency=currency)


def headings(translators: Iterable[Translator], currencies: Iterable[str] = ()) -> dict[str, str]:
    """Columns by every heading under which a file may have them: their code, or their name in any language.

    `currencies` are those in which the shop has prices beside its own.
    """
    columns = columns_of(currencies)
    found = {fold(column): column for column in columns}
    for t in translators:
        found |= {fold(column_name(t, column)): column for column in columns}
    return found


def heading(t: Translator, columns: Iterable[str] = COLUMNS) -> list[str]:
    return [column_name(t, column) for column in columns]


def template(t: Translator, form: str, currencies: Iterable[str] = ()) -> bytes:
    """The heading with an example, and in a workbook a second sheet that explains the columns."""
    columns = columns_of(currencies)
    example = ["" if currency_of(column) else t.plain(f"import-example-{column}") for column in columns]
    rows = [heading(t, columns), example]
    if form == "csv":
        return sheets.write_csv(rows)
    notes = [[t.plain("import-notes-column"), t.plain("import-notes-meaning")], *(
        [column_name(t, column), _note(t, column)] for column in columns
    )]
    return sheets.write_xlsx(rows, (*_WIDTHS, *(12 for _ in columns[len(_WIDTHS):])), notes)


def _note(t: Translator, column: str) -> str:
    return t.plain("import-note-price-in" if currency_of(column) else f"import-note-{column}")


def faults_file(t: Translator, faults: Sequence[Checked]) -> bytes:
    """The rows as they were, their numbers and what is wrong with each: mended, the file can be sent again."""
    named = {column for row in faults for column in row.record.cells}
    columns = [*(column for column in COLUMNS if column in named), *sorted(named - set(COLUMNS))]
    rows = [[*heading(t, columns), t.plain("import-fault-row"), t.plain("import-fault-why")]]
    for row in faults:
        assert row.fault is not None
        cells = [row.record.cells.get(column, "") for column in columns]
        rows.append([*cells, str(row.record.number), fault_words(t, row.fault)])
    return sheets.write_xlsx(rows)


def fault_words(t: Translator, fault: Fault) -> str:
    """"price: “19.999” is no amount"."""
    column = column_name(t, fault.column)
    facts: dict[str, Any] = {name: str(value) for name, value in fault.facts.items()}
    return t.plain("import-fault", column=column, why=t.plain(f"import-fault-{fault.reason}", **facts))


def _state_lines(t: Translator, shown: Batch, seconds: int | None) -> list[Markup]:
    lines = [t(f"import-state-{shown.state}", name=shown.actor_name)]
    if shown.state in ("running", "paused", "stopped", "done"):
        done, total = shown.finished, shown.total
        lines.append(t("import-progress", bar=bar(done, total), percent=percent(done, total), done=t.number(done),
                       total=t.number(total)))
        lines.append(_counts(t, shown))
    if seconds is not None:
        lines.append(t.n("import-left", seconds))
    if shown.done.get("failed"):
        lines.append(t.n("import-failed", shown.done["failed"]))
    return lines


def _counts(t: Translator, shown: Batch) -> Markup:
    counts = {name: t.number(shown.done.get(name, 0)) for name in ("new", "changed", "same")}
    return t("import-counts", **counts)


def _checked_lines(t: Translator, shown: Batch, faults: Sequence[Checked]) -> list[Markup]:
    counts = {name: t.number(shown.planned.get(name, 0)) for name in ("new", "changed", "same")}
    lines = [t("import-checked", rows=t.number(shown.rows), faults=t.number(shown.faults), **counts)]
    lines += [t.n(f"import-warning-{what}", count) for what, count in sorted(shown.warnings.items())]
    for row in faults[:_SHOWN]:
        assert row.fault is not None
        lines.append(t("import-fault-line", row=str(row.record.number), why=fault_words(t, row.fault)))
    return lines
