"""Keys of imports and exports."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from keyboards.admin import ImportDoor, way_back
from keyboards.layout import DANGER, PRIMARY, button, flow, keyboard
from keyboards.taps import Id, OptionalId, Tap
from locales import Translator
from services.catalog.types import Tag, Tree
from services.importing import exporting, service
from services.importing.types import CHECKED, DONE, PAUSED, RUNNING, STOPPED, Batch, Scope

TAGS_PAGE = 16


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


class TagsTap(Tap, prefix="1im"):
    """Adds the tags that a file names and the shop lacks, and checks it again."""

    batch: Id


class ExportTap(Tap, prefix="1ik"):
    """Which products, and as what."""

    shelf: str = "all"
    category: OptionalId = None
    tag: OptionalId = None


class ExportCategoryTap(Tap, prefix="1in"):
    """Chooses the category to narrow an export to, among those below `at`."""

    shelf: str
    tag: OptionalId = None
    at: OptionalId = None


class ExportTagTap(Tap, prefix="1io"):
    """Chooses the tag to narrow an export to."""

    shelf: str
    category: OptionalId = None
    page: int = 1


class ExportAsTap(Tap, prefix="1il"):
    """Makes the file; `nonce` makes two taps one."""

    shelf: str
    form: str
    nonce: str
    category: OptionalId = None
    tag: OptionalId = None


def door_keys(t: Translator, batches: Sequence[Batch], may_import: bool, may_export: bool) -> InlineKeyboardMarkup:
    templates = [button(t.plain(f"import-tap-template-{form}"), TemplateTap(form=form)) for form in exporting.FORMS]
    recent = [
        [button(t.plain("import-tap-batch", name=batch.file_name, at=t.datetime(batch.created_at)),
                BatchTap(batch=batch.id))]
        for batch in batches
    ]
    export = [button(t.plain("import-tap-export"), ExportTap())] if may_export else []
    return keyboard(*([templates] if may_import else []), *recent, export, way_back(t))


def batch_keys(t: Translator, batch: Batch, unknown_tags: int = 0) -> InlineKeyboardMarkup:
    """What can be done with an import where it stands now."""
    rows = []
    if batch.faults:
        rows.append([button(t.plain("import-tap-faults", count=batch.faults), FaultsTap(batch=batch.id))])
    if batch.state == CHECKED:
        if unknown_tags:
            rows.append([button(t.plain("import-tap-tags", count=unknown_tags), TagsTap(batch=batch.id))])
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


def export_keys(t: Translator, scope: Scope, category: str, tag: str, nonce: str) -> InlineKeyboardMarkup:
    """What to narrow the file to, and the forms that it can have."""
    shelf, category_id, tag_id = scope.shelf, scope.category_id, scope.tag_id
    shelves = [
        button(("• " if each == shelf else "") + t.plain(f"import-tap-export-{each}"),
               ExportTap(shelf=each, category=category_id, tag=tag_id))
        for each in exporting.SHELVES
    ]
    forms = [
        button(t.plain(f"import-tap-export-{form}"),
               ExportAsTap(shelf=shelf, form=form, nonce=nonce, category=category_id, tag=tag_id), PRIMARY)
        for form in exporting.FORMS
    ]
    return keyboard(
        shelves,
        [button(t.plain("import-tap-export-category", name=category), ExportCategoryTap(shelf=shelf, tag=tag_id))],
        [button(t.plain("import-tap-export-tag", name=tag), ExportTagTap(shelf=shelf, category=category_id))],
        forms[:1], forms[1:], way_back(t, ImportDoor()),
    )


def export_category_keys(t: Translator, tap: ExportCategoryTap, tree: Tree) -> InlineKeyboardMarkup:
    """The categories below the one that is looked at; the whole of it, or of the shop, comes first."""
    back = ExportTap(shelf=tap.shelf, category=tap.at, tag=tap.tag)
    here = tree.nodes.get(tap.at or 0)
    whole = "import-tap-export-every" if here is None else "import-tap-export-whole"
    rows = [
        button(t.pick(tree.nodes[each].name), ExportCategoryTap(shelf=tap.shelf, tag=tap.tag, at=each)
               if tree.nodes[each].children else ExportTap(shelf=tap.shelf, category=each, tag=tap.tag))
        for each in (tree.roots if here is None else here.children)
    ]
    name = "" if here is None else t.pick(here.name)
    return keyboard([button(t.plain(whole, name=name), back)], *flow(rows, most=2), way_back(t, ExportTap(
        shelf=tap.shelf, tag=tap.tag)))


def export_tag_keys(t: Translator, tap: ExportTagTap, tags: Sequence[Tag]) -> InlineKeyboardMarkup:
    """A page of the tags."""
    pages = max(1, -(-len(tags) // TAGS_PAGE))
    page = min(max(tap.page, 1), pages)
    shown = tags[(page - 1) * TAGS_PAGE:page * TAGS_PAGE]
    chosen = [button(t.pick(tag.name), ExportTap(shelf=tap.shelf, category=tap.category, tag=tag.id)) for tag in shown]
    turns = [
        button(label, ExportTagTap(shelf=tap.shelf, category=tap.category, page=to))
        for label, to in (("‹", page - 1), ("›", page + 1)) if 1 <= to <= pages
    ]
    every = button(t.plain("import-tap-export-every-tag"), ExportTap(shelf=tap.shelf, category=tap.category))
    return keyboard([every], *flow(chosen, most=2), turns, way_back(t, ExportTap(shelf=tap.shelf,
                                                                                 category=tap.category)))
