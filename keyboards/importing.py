"""Keys of imports and exports."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from keyboards.admin import ImportDoor, way_back
from keyboards.layout import DANGER, PRIMARY, button, keyboard
from keyboards.taps import Id, Tap
from locales import Translator
from services.importing import exporting, service
from services.importing.types import CHECKED, DONE, PAUSED, RUNNING, STOPPED, Batch


class TemplateTap(Tap, prefix="1ib"):
    """Sends the template, as "csv" or "xlsx"."""

    form: str


class BatchTap(Tap, prefix="1ic"):
    """An import as it stands."""

    batch: Id


class FaultsTap(Tap, prefix="1id"):
    """Sends the rows at fault as a file."""

    batch: Id


class StartTap(Tap, prefix="1ie"):
    """Sets an import going, or on again."""

    batch: Id


class PauseTap(Tap, prefix="1if"):
    batch: Id


class StopTap(Tap, prefix="1ig"):
    batch: Id


class DropTap(Tap, prefix="1ih"):
    """A checked file is not imported."""

    batch: Id


class UndoTap(Tap, prefix="1ij"):
    """Asks whether to take an import back; with `sure` does it."""

    batch: Id
    sure: bool = False


class ExportTap(Tap, prefix="1ik"):
    """Which products, and as what."""


class ExportAsTap(Tap, prefix="1il"):
    """Makes the file; `nonce` makes two taps one."""

    shelf: str
    form: str
    nonce: str


def door_keys(t: Translator, batches: Sequence[Batch], may_import: bool, may_export: bool) -> InlineKeyboardMarkup:
    templates = [button(t.plain(f"import-tap-template-{form}"), TemplateTap(form=form)) for form in exporting.FORMS]
    recent = [
        [button(t.plain("import-tap-batch", name=batch.file_name, at=t.datetime(batch.created_at)),
                BatchTap(batch=batch.id))]
        for batch in batches
    ]
    export = [button(t.plain("import-tap-export"), ExportTap())] if may_export else []
    return keyboard(*([templates] if may_import else []), *recent, export, way_back(t))


def batch_keys(t: Translator, batch: Batch) -> InlineKeyboardMarkup:
    """What can be done with an import where it stands now."""
    rows = []
    if batch.faults:
        rows.append([button(t.plain("import-tap-faults", count=batch.faults), FaultsTap(batch=batch.id))])
    if batch.state == CHECKED:
        if service.worth_running(batch):
            key = "import-tap-start-right" if batch.faults else "import-tap-start"
            rows.append([button(t.plain(key, count=batch.total), StartTap(batch=batch.id), PRIMARY)])
        rows.append([button(t.plain("import-tap-drop"), DropTap(batch=batch.id))])
    if batch.state in (RUNNING, PAUSED):
        first = (
            button(t.plain("import-tap-pause"), PauseTap(batch=batch.id)) if batch.state == RUNNING
            else button(t.plain("import-tap-resume"), StartTap(batch=batch.id), PRIMARY)
        )
        rows.append([first, button(t.plain("import-tap-stop"), StopTap(batch=batch.id))])
    if batch.state in (DONE, STOPPED) and (batch.done.get("new") or batch.done.get("changed")):
        rows.append([button(t.plain("import-tap-undo"), UndoTap(batch=batch.id))])
    return keyboard(*rows, way_back(t, ImportDoor()))


def undo_keys(t: Translator, batch: Batch) -> InlineKeyboardMarkup:
    count = batch.done.get("new", 0) + batch.done.get("changed", 0)
    sure = button(t.plain("import-tap-undo-sure", count=count), UndoTap(batch=batch.id, sure=True), DANGER)
    return keyboard([sure], way_back(t, BatchTap(batch=batch.id)))


def export_keys(t: Translator, nonce: str) -> InlineKeyboardMarkup:
    rows = [
        [button(t.plain(f"import-tap-export-{shelf}-{form}"), ExportAsTap(shelf=shelf, form=form, nonce=nonce))
         for form in exporting.FORMS]
        for shelf in exporting.SHELVES
    ]
    return keyboard(*rows, way_back(t, ImportDoor()))
