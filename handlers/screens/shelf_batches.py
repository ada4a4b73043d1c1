"""Batches on and off the shelf: choosing, the preview, what was done, and what is off the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.screen import Screen
from handlers.screens.shelf import asked
from keyboards.admin import ShelfDoor, way_back
from keyboards.goods import GoodsTap
from keyboards.layout import DANGER, PRIMARY, Row, button, fit, flow, keyboard
from keyboards.shelf import (
    BatchActTap,
    BatchChooseTap,
    BatchesTap,
    BatchNewTap,
    BatchPickTap,
    BatchReasonTap,
    BatchTap,
    OffShelfTap,
)
from locales import Translator
from services.catalog.categories import Categories
from services.catalog.shelving import DONE, DRAFT, PLANNED, REASONS, UNDONE, Batch, OffShelfPage, Shelved
from services.catalog.tagging import TagLine

_BREAK = Markup("\n")
SHOWN = 10
_TAGS = 16
_NAME_CELLS = 32


def how(t: Translator, on: bool) -> Screen:
    """By what the products are chosen."""
    keys = [
        button(t.plain(f"shelf-tap-by-{kind}"), BatchChooseTap(on=on, kind=kind))
        for kind in ("category", "tag", "products")
    ]
    text = t("shelf-how-on" if on else "shelf-how-off")
    return Screen(text, keyboard(*([key] for key in keys), way_back(t, ShelfDoor())))


def choose_category(t: Translator, tree: Categories, on: bool, at: int | None) -> Screen:
    """Walks down the tree; each category can be taken whole."""
    inside = tree.roots if at is None else tree.require(at).children
    walk = (
        button(f"{each.icon} {fit(t.pick(each.name), 18)} ({t.number(each.products)})".strip(),
               BatchChooseTap(on=on, kind="category", at=each.id))
        for each in (tree.by_id[child] for child in inside)
    )
    take: Row = []
    if at is not None:
        here = tree.by_id[at]
        label = t.plain("shelf-tap-take-category", name=fit(t.pick(here.name), 18), products=t.number(here.products))
        take = [button(label, BatchPickTap(on=on, kind="category", row=at), PRIMARY)]
    up = BatchNewTap(on=on) if at is None else BatchChooseTap(on=on, kind="category", at=tree.by_id[at].parent_id)
    return Screen(t("shelf-choose-category"), keyboard(take, *flow(walk, 2), way_back(t, up)))


def choose_tag(t: Translator, tags: Sequence[TagLine], on: bool, page: int) -> Screen:
    pages = max(1, -(-len(tags) // _TAGS))
    page = min(max(page, 1), pages)
    keys = (
        button(f"#{fit(t.pick(line.tag.name), 18)} ({t.number(line.products)})",
               BatchPickTap(on=on, kind="tag", row=line.tag.id))
        for line in tags[(page - 1) * _TAGS : page * _TAGS]
    )
    turning = [
        button(sign, BatchChooseTap(on=on, kind="tag", page=(page - 1 + step) % pages + 1))
        for sign, step in (("‹", -1), ("›", 1))
    ] if pages > 1 else []
    return Screen(t("shelf-choose-tag"), keyboard(*flow(keys, 2), turning, way_back(t, BatchNewTap(on=on))))


def products_question(t: Translator, on: bool, problem: str = "") -> Screen:
    """Asks for codes."""
    return asked(t, t("shelf-ask-products-on" if on else "shelf-ask-products-off"), problem, ShelfDoor())


def batch(t: Translator, shown: Batch, now: datetime) -> Screen:
    """A batch as it stands: what it would do, what it will do, or what it did."""
    if shown.state == DRAFT:
        lines, rows = _preview(t, shown)
    elif shown.state == PLANNED and shown.due_at is not None:
        when = t.moment(shown.due_at, relative=False)
        lines = [_counted(t, "planned", shown, len(shown.products), when=when)]
        lines += [*_about(t, shown), *_some(t, shown.products)]
        rows = [[_act(t, shown, "drop-plan", "drop"), _act(t, shown, "file")]]
    elif shown.state in (DONE, UNDONE):
        lines, rows = _done(t, shown, now)
    else:
        lines, rows = [t("shelf-batch-dropped")], []
    return Screen(_BREAK.join(lines), keyboard(*rows, way_back(t, ShelfDoor())))


def reason_question(t: Translator, shown: Batch, problem: str = "") -> Screen:
    return _batch_question(t, t("shelf-ask-reason"), shown, problem)


def plan_question(t: Translator, shown: Batch, problem: str = "") -> Screen:
    key = "shelf-ask-plan-on" if shown.on else "shelf-ask-plan-off"
    return _batch_question(t, t.n(key, len(shown.products)), shown, problem)


def _batch_question(t: Translator, question: Markup, shown: Batch, problem: str) -> Screen:
    text = Markup("⚠️ {}\n\n{}").format(problem, question) if problem else question
    return Screen(text, keyboard(way_back(t, BatchTap(batch=shown.id))))


def batches(t: Translator, found: Sequence[Batch]) -> Screen:
    """The latest, newest first."""
    lines = [t("shelf-batches"), *([] if found else [t("shelf-batches-empty")])]
    for number, each in enumerate(found, start=1):
        key = "shelf-batch-line-on" if each.on else "shelf-batch-line-off"
        lines.append(t(key, number=number, at=t.datetime(each.due_at or each.done_at or each.created_at),
                       scope=_scope(t, each), name=each.name, state=t(f"shelf-state-{each.state}")))
    keys = (button(t.number(number), BatchTap(batch=each.id)) for number, each in enumerate(found, start=1))
    return Screen(_BREAK.join(lines), keyboard(*flow(keys, 4), way_back(t, ShelfDoor())))


def off_shelf(t: Translator, page: OffShelfPage) -> Screen:
    """What is off the shelf, by reason."""
    total = sum(page.counts.values())
    lines = [t("shelf-off-title", count=t.number(total)), *([] if page.items else [t("shelf-off-empty")])]
    lines += [
        t("shelf-off-line", number=number, name=fit(t.pick(each.name), _NAME_CELLS), code=each.code,
          reason=reason_words(t, each.reason), at=t.date(each.at))
        for number, each in enumerate(page.items, start=1)
    ]
    cards = (
        button(t.number(number), GoodsTap(product=each.product_id)) for number, each in enumerate(page.items, start=1)
    )
    shown = [what for what in REASONS if page.counts.get(what, 0) or what == page.reason]
    filters = [_filter_key(t, page, "", t.plain("shelf-tap-reason-all"), total)]
    filters += [_filter_key(t, page, what, reason_words(t, what), page.counts.get(what, 0)) for what in shown]
    turning = [
        button(sign, OffShelfTap(what=page.reason, page=(page.page - 1 + step) % page.pages + 1))
        for sign, step in (("‹", -1), ("›", 1))
    ] if page.pages > 1 else []
    return Screen(_BREAK.join(lines), keyboard(*flow(cards, 4), turning, *flow(filters, 2), way_back(t, ShelfDoor())))


def _filter_key(t: Translator, page: OffShelfPage, what: str, name: str, count: int) -> InlineKeyboardButton:
    mark = "✅ " if what == page.reason else ""
    return button(f"{mark}{name} {t.number(count)}", OffShelfTap(what=what))


def reason_words(t: Translator, reason: str) -> str:
    """A reason's name; words of its own as they are."""
    if not reason:
        return t.plain("shelf-reason-none")
    return t.plain(f"goods-off-{reason}") if reason in REASONS else reason


def file_rows(t: Translator, shown: Batch) -> list[tuple[str, ...]]:
    """The batch as a table: code, name, and what became of it."""
    head = tuple(t.plain(f"shelf-file-{column}") for column in ("code", "name", "state"))
    return [head, *(
        (each.code, t.pick(each.name), t.plain(f"shelf-file-{_became(shown, each)}")) for each in shown.products
    )]


def _became(shown: Batch, each: Shelved) -> str:
    if shown.state in (DRAFT, PLANNED):
        return "will-on" if shown.on else "will-off"
    if each.restored:
        return "restored"
    return "done" if each.done else "skipped"


def _preview(t: Translator, shown: Batch) -> tuple[list[Markup], list[Row]]:
    if not shown.products:
        lines = [t("shelf-batch-nothing-on" if shown.on else "shelf-batch-nothing-off"), *_about(t, shown)]
        return [*lines, *_blocked(t, shown)], []
    lines = [_counted(t, "will", shown, len(shown.products)), *_about(t, shown)]
    lines += [*_some(t, shown.products), *_blocked(t, shown)]
    tools = [_act(t, shown, "file"), _act(t, shown, "drop")]
    if not shown.on and not shown.reason:
        lines.append(t("shelf-why"))
        reasons = (
            button(t.plain(f"goods-off-{code}"), BatchReasonTap(batch=shown.id, what=code)) for code in REASONS
        )
        return lines, [*flow(reasons, 2), tools]
    label = t.plain("shelf-tap-run-on" if shown.on else "shelf-tap-run-off", len(shown.products))
    run = button(label, BatchActTap(batch=shown.id, act="run"), PRIMARY if shown.on else DANGER)
    return lines, [[run], [_act(t, shown, "plan")], tools]


def _done(t: Translator, shown: Batch, now: datetime) -> tuple[list[Markup], list[Row]]:
    if shown.state == UNDONE:
        back = [each for each in shown.products if each.restored]
        lines = [_counted(t, "undone", shown, len(back)), *_about(t, shown), *_some(t, back)]
        if shown.kept:
            lines += [t.n("shelf-batch-kept", len(shown.kept)), *_some(t, shown.kept)]
        return lines, [[_act(t, shown, "file")]]
    lines = [_counted(t, "done", shown, len(shown.changed)), *_about(t, shown), *_some(t, shown.changed)]
    if shown.skipped:
        lines += [t.n("shelf-batch-skipped", len(shown.skipped)), *_some(t, shown.skipped)]
    undo = [_act(t, shown, "undo")] if shown.can_undo(now) and shown.changed else []
    return lines, [undo, [_act(t, shown, "file"), button(t.plain("shelf-tap-batches"), BatchesTap())]]


def _counted(t: Translator, what: str, shown: Batch, count: int, **facts: object) -> Markup:
    return t.n(f"shelf-batch-{what}-on" if shown.on else f"shelf-batch-{what}-off", count, **facts)


def _about(t: Translator, shown: Batch) -> list[Markup]:
    lines = [t("shelf-batch-scope", scope=_scope(t, shown))]
    if shown.reason:
        lines.append(t("shelf-batch-reason", reason=reason_words(t, shown.reason)))
    if shown.state != DRAFT and shown.name:
        lines.append(t("shelf-batch-by", name=shown.name))
    return lines


def _scope(t: Translator, shown: Batch) -> str:
    name = t.pick(shown.scope_name) if shown.scope_name else ""
    return t.plain(f"shelf-scope-{shown.scope.kind}", name=name)


def _some(t: Translator, products: Sequence[Shelved]) -> list[Markup]:
    """The first ten; how many more there are."""
    lines = [
        t("shelf-batch-product", number=number, name=fit(t.pick(each.name), _NAME_CELLS), code=each.code)
        for number, each in enumerate(products[:SHOWN], start=1)
    ]
    rest = len(products) - SHOWN
    return [*lines, t.n("shelf-batch-more", rest)] if rest > 0 else lines


def _blocked(t: Translator, shown: Batch) -> list[Markup]:
    count = len(shown.scope.blocked)
    return [t.n("shelf-batch-blocked", count)] if count else []


def _act(t: Translator, shown: Batch, label: str, act: str = "") -> InlineKeyboardButton:
    return button(t.plain(f"shelf-tap-batch-{label}"), BatchActTap(batch=shown.id, act=act or label))
