"""The queue of orders: a page of it, what it can be narrowed to, and its questions."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from handlers.screens.goods import short
from handlers.screens.screen import Screen
from keyboards import queue as keys
from keyboards.queue import DAYS, QueuePlace
from locales import Translator
from services.shared.actors import Actor
from services.shipping.queue import QueueLine, QueuePage

_BREAK = Markup("\n")
_NAME_CELLS = 30
MOST_WORDS = 64


def list_screen(
    t: Translator, page: QueuePage, place: QueuePlace, actor: Actor, words: str = "", method: str = "",
    problem: str = "",
) -> Screen:
    """A page of a tab, or of what `words` found; `method` is the way to pay that the place is narrowed to."""
    what = t("queue-found", words=words) if place.found else t(f"queue-title-{page.tab}")
    rows = [escape(problem)] if problem else []
    rows.append(t("queue-title", what=what, count=t.number(page.total)))
    if narrowed := _narrowed(t, place, method):
        rows.append(t("queue-narrowed", by=narrowed))
    if not page.lines:
        rows.append(t(_empty(place)))
    rows += [_line(t, number, line) for number, line in enumerate(page.lines, start=1)]
    rows.append(t("queue-hint"))
    return Screen(_BREAK.join(rows), keys.queue_keys(t, page, place, actor))


def filters(t: Translator, page: QueuePage, place: QueuePlace, methods: Sequence[str]) -> Screen:
    """Every tab, the shop's ways to pay, and days."""
    return Screen(t("queue-filters", what=t(f"queue-title-{page.tab}"), count=t.number(page.total)),
                  keys.filter_keys(t, page, place, methods))


def find_question(t: Translator) -> Screen:
    return Screen(t("queue-find"), keys.find_keys(t))


def days_question(t: Translator, place: QueuePlace, problem: str = "") -> Screen:
    question = t("queue-ask-days")
    return Screen(Markup("{}\n{}").format(problem, question) if problem else question, keys.days_keys(t, place))


def _line(t: Translator, number: int, line: QueueLine) -> Markup:
    name = short(t.pick(line.first), _NAME_CELLS)
    first = name if line.products == 1 else t.plain("queue-and-more", name=name, products=t.number(line.products))
    claimer = t("queue-unclaimed") if line.claimed_name is None else t("queue-claimed", name=line.claimed_name)
    return t("queue-line", number=t.number(number), order=line.number, total=t.money(line.total), first=first,
             state=t(f"queue-state-{line.state}"), since=t.moment(line.since), claimer=claimer,
             refund=t("queue-refund-waits") if line.refund else "")


def _narrowed(t: Translator, place: QueuePlace, method: str) -> str:
    parts = [t.plain(f"payments-method-{method}")] if method else []
    if place.days in DAYS:
        parts.append(t.plain(f"queue-days-{DAYS[place.days]}"))
    elif place.days:
        first, last = keys.days_of(place.days)
        parts.append(t.plain("queue-days-between", first=f"{first:%m-%d}", last=f"{last:%m-%d}"))
    if place.oldest:
        parts.append(t.plain("queue-oldest-first"))
    return " · ".join(parts)


def _empty(place: QueuePlace) -> str:
    if place.found:
        return "queue-nothing-found"
    return "queue-empty-narrowed" if place.method or place.days else "queue-empty"
