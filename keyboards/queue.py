"""Taps and keys of the queue of orders, of an order in private, and of parcels from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zlib import crc32

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.admin import QueueDoor, way_back
from keyboards.layout import PRIMARY, Row, button, fit, flow, keyboard
from keyboards.taps import Id, NoteTap, Tap
from locales import Translator
from services.shared.actors import Actor
from services.shared.errors import Stale
from services.shared.ids import from_base36, to_base36
from services.shipping import queue
from services.shipping.batch_types import CHECKED, PAUSED, RUNNING, Batch
from services.shipping.queue import Edge, QueuePage
from services.staff.types import EXPORTS, ORDERS_PERSONAL, ORDERS_SHIP

FORMS = ("xlsx", "csv")

# What may stand in a place: short, for all of it must fit into a button.
_TABS = dict(zip("abcdefghijk", queue.TABS, strict=True))
_SHORT_TABS = {tab: short for short, tab in _TABS.items()}
DAYS = {"t": "today", "y": "yesterday", "w": "week", "m": "month"}
# Tabs on the queue's own screen; the others are among its filters.
_SHOWN = (queue.TO_CONFIRM, queue.TO_SHIP, queue.ON_THE_WAY, queue.HOLD, queue.TO_PAY, queue.REFUND)
_REST = tuple(tab for tab in queue.TABS if tab not in _SHOWN)


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where in the queue one stands. `tab` "" is wherever something is to do; `found`: among what was searched for.

    `method` is a `method_code`; `days` is a key of DAYS, or what `days_code` made of the first and the last day.
    """

    tab: str = ""
    method: str = ""
    days: str = ""
    oldest: bool = False
    edge: Edge | None = None
    number: int = 1
    found: bool = False

    def pack(self) -> str:
        edge = "" if self.edge is None else ("b" if self.edge.backwards else "a") + to_base36(self.edge.order_id)
        order = ("o" if self.oldest else "n") + ("f" if self.found else "")
        return ".".join((_SHORT_TABS.get(self.tab, ""), order, self.method, self.days, edge, to_base36(self.number)))

    @classmethod
    def parse(cls, text: str) -> QueuePlace:
        """Raises Stale for what `pack` did not make."""
        try:
            tab, order, method, days, edge, number = text.split(".")
            at = Edge(from_base36(edge[1:]), edge[0] == "b") if edge else None
            return cls(_TABS[tab] if tab else "", method, days, order[0] == "o", at, from_base36(number), "f" in order)
        except (ValueError, KeyError, IndexError):
            raise Stale() from None

    def first(self, **changes: object) -> QueuePlace:
        """The first page, with other filters."""
        return replace(self, edge=None, number=1, **changes)  # type: ignore[arg-type]


def method_code(method: str) -> str:
    """Two characters that stand for a way to pay: a button has no room for more."""
    return to_base36(crc32(method.encode()) % 36**2)


def days_code(first: date, last: date) -> str:
    return "".join(to_base36(int(f"{day:%y%m%d}")).rjust(4, "0") for day in (first, last))


def days_of(code: str) -> tuple[date, date]:
    """Raises Stale for what `days_code` did not make."""
    try:
        first, last = (f"{from_base36(part):06d}" for part in (code[:4], code[4:]))
        return _day(first), _day(last)
    except ValueError:
        raise Stale() from None


def _day(digits: str) -> date:
    return date(2000 + int(digits[:-4]), int(digits[-4:-2]), int(digits[-2:]))


class QueueTap(Tap, prefix="1qb"):
    """A page of the queue."""

    place: str = ""


class QueueOrderTap(Tap, prefix="1qc"):
    """An order of the page at `place`."""

    order: Id
    place: str = ""


class QueueFilterTap(Tap, prefix="1qd"):
    """What the queue can be narrowed to."""

    place: str = ""


class QueueFindTap(Tap, prefix="1qe"):
    """Asks what to look for."""


class QueueDaysTap(Tap, prefix="1qf"):
    """Asks which days."""

    place: str = ""


class FullDataTap(Tap, prefix="1qg"):
    """Shows name, phone and street of an order, and notes that."""

    order: Id
    place: str = ""


class BatchesTap(Tap, prefix="1qh"):
    """Where a file of parcels is sent."""


class BatchTap(Tap, prefix="1qi"):
    """A file of parcels as it stands."""

    batch: Id


class BatchTemplateTap(Tap, prefix="1qj"):
    """An empty table; `form` is "csv" or "xlsx"."""

    form: str


class ToShipListTap(Tap, prefix="1qk"):
    """A table of all orders to ship; `full` with names, phones and streets."""

    full: bool = False


class BatchStartTap(Tap, prefix="1ql"):
    """Ships the rows that are right, or goes on with that."""

    batch: Id


class BatchPauseTap(Tap, prefix="1qm"):
    """Stands still after the row under way."""

    batch: Id


class BatchStopTap(Tap, prefix="1qn"):
    """Ends it: what has not been shipped is not shipped."""

    batch: Id


class BatchFaultsTap(Tap, prefix="1qo"):
    """A table of the rows that were not shipped, with the reasons."""

    batch: Id


def queue_keys(t: Translator, page: QueuePage, place: QueuePlace, actor: Actor) -> InlineKeyboardMarkup:
    """The orders by their numbers on the page, the pages, the tabs with their counts, and what else can be done."""
    orders = [button(str(number), QueueOrderTap(order=line.id, place=place.pack()))
              for number, line in enumerate(page.lines, start=1)]
    tabs = [] if place.found else [tab_key(t, tab, page, place) for tab in _SHOWN]
    more = [button(t.plain("queue-tap-find"), QueueFindTap())]
    if not place.found:
        more.insert(0, button(t.plain("queue-tap-filter"), QueueFilterTap(place=place.first().pack())))
        if actor.may(ORDERS_SHIP):
            more.append(button(t.plain("queue-tap-batch"), BatchesTap()))
    return keyboard(*flow(orders, 4), _pages(t, page, place), *flow(tabs, 3), *flow(more, 3),
                    way_back(t, QueueDoor() if place.found or place != QueuePlace(tab=place.tab) else None))


def tab_key(t: Translator, tab: str, page: QueuePage, place: QueuePlace) -> InlineKeyboardButton:
    label = t.plain(f"queue-tab-{tab}", orders=t.number(page.counts.get(tab, 0)))
    mark = "🔸" if tab == page.tab else ""
    return button(mark + label, QueueTap(place=place.first(tab=tab).pack()))


def filter_keys(
    t: Translator, page: QueuePage, place: QueuePlace, methods: Sequence[str]
) -> InlineKeyboardMarkup:
    """The tabs that are wanted more rarely, ways to pay, days, and the order of the list; a chosen one goes off again.
    """
    ways = [_choice(t.plain(f"payments-method-{method}"), place.first(method="" if place.method == code else code),
                    chosen=place.method == code) for method in methods for code in (method_code(method),)]
    days = [_choice(t.plain(f"queue-days-{name}"), place.first(days="" if place.days == short else short),
                    chosen=place.days == short) for short, name in DAYS.items()]
    order = "queue-tap-newest" if place.oldest else "queue-tap-oldest"
    turn = button(t.plain(order), QueueTap(place=place.first(oldest=not place.oldest).pack()))
    return keyboard(
        *flow((tab_key(t, tab, page, place) for tab in _REST), 3),
        *flow(ways, 3), *flow(days, 4),
        [button(t.plain("queue-tap-days"), QueueDaysTap(place=place.pack())), turn],
        way_back(t, QueueTap(place=place.pack())),
    )


def find_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, QueueDoor()))


def days_keys(t: Translator, place: QueuePlace) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, QueueFilterTap(place=place.pack())))


def private_rows(t: Translator, order_id: int, place: QueuePlace, actor: Actor) -> list[Row]:
    """Below what can be done with an order: its full data for who may see them, and the way back."""
    full = button(t.plain("queue-tap-full"), FullDataTap(order=order_id, place=place.pack()))
    return [[full] if actor.may(ORDERS_PERSONAL) else [], way_back(t, QueueTap(place=place.pack()))]


def full_data_keys(t: Translator, order_id: int, place: QueuePlace, copies: Row) -> InlineKeyboardMarkup:
    return keyboard(copies, way_back(t, QueueOrderTap(order=order_id, place=place.pack())))


def _choice(label: str, place: QueuePlace, *, chosen: bool) -> InlineKeyboardButton:
    return button(("✅ " if chosen else "") + label, QueueTap(place=place.pack()))


def _pages(t: Translator, page: QueuePage, place: QueuePlace) -> Row:
    pages = max(1, -(-page.total // queue.PAGE))
    if pages == 1 and page.before is None:
        return []
    row = [button(t.plain("queue-page", number=t.number(place.number), pages=t.number(max(pages, place.number))),
                  NoteTap(key="queue-page-note"))]
    if place.number > 1:
        # The first page is shown whole, whatever has come before what one saw there.
        back = page.before if place.number > 2 else None
        row.insert(0, button("‹", QueueTap(place=replace(
            place, edge=back, number=place.number - 1 if back else 1).pack())))
    if page.after is not None:
        row.append(button("›", QueueTap(place=replace(place, edge=page.after, number=place.number + 1).pack())))
    return row


def door_keys(t: Translator, batches: Sequence[Batch], actor: Actor) -> InlineKeyboardMarkup:
    """Empty tables, the list of orders to ship, and the files that were sent lately."""
    lists = [button(t.plain("queue-tap-list"), ToShipListTap())]
    if actor.may(EXPORTS) and actor.may(ORDERS_PERSONAL):
        lists.append(button(t.plain("queue-tap-list-full"), ToShipListTap(full=True)))
    recent = [button(t.plain("queue-tap-batch-open", name=fit(batch.file_name, 18), at=t.datetime(batch.created_at)),
                     BatchTap(batch=batch.id)) for batch in batches]
    return keyboard(
        [button(t.plain("queue-tap-template", form=form.upper()), BatchTemplateTap(form=form)) for form in FORMS],
        *flow(lists, 2), *flow(recent, 1), way_back(t, QueueDoor()),
    )


def batch_keys(t: Translator, batch: Batch, *, again: bool) -> InlineKeyboardMarkup:
    """What can be done with a file of parcels; `again`: it was sent before."""
    rows: list[Row] = []
    if batch.state == CHECKED and batch.right:
        label = "queue-tap-ship-again" if again else "queue-tap-ship"
        rows.append([button(t.plain(label, batch.right), BatchStartTap(batch=batch.id), PRIMARY)])
    elif batch.state == PAUSED:
        rows.append([button(t.plain("queue-tap-resume"), BatchStartTap(batch=batch.id), PRIMARY),
                     button(t.plain("queue-tap-stop"), BatchStopTap(batch=batch.id))])
    elif batch.state == RUNNING:
        rows.append([button(t.plain("queue-tap-pause"), BatchPauseTap(batch=batch.id)),
                     button(t.plain("queue-tap-stop"), BatchStopTap(batch=batch.id))])
    if batch.at_fault or (batch.over and batch.right):
        rows.append([button(t.plain("queue-tap-faults"), BatchFaultsTap(batch=batch.id))])
    return keyboard(*rows, way_back(t, BatchesTap()))
