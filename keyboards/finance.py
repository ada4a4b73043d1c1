"""Taps and keys of the money books: days, what differs from a provider's bill, refunds that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.admin import FinanceDoor, way_back
from keyboards.layout import DANGER, PRIMARY, SUCCESS, button, flow, keyboard, link
from keyboards.queue import QueueOrderTap, QueuePlace
from keyboards.staff import RefundPaidTap
from keyboards.taps import HomeTap, Id, Tap
from locales import Translator
from services.payments.types import Refund
from services.shared.errors import Stale


class FinanceDayTap(Tap, prefix="1zb"):
    """The books of a day, as the number 20261124."""

    day: int


class RunTap(Tap, prefix="1zc"):
    """What differs between the books and a provider's bill of a day."""

    run: Id
    page: int = 1


class DifferenceTap(Tap, prefix="1zd"):
    """One difference."""

    difference: Id


class ExplainTap(Tap, prefix="1ze"):
    """Asks why a difference is none, or is settled."""

    difference: Id


class OutstandingTap(Tap, prefix="1zf"):
    """Refunds that wait for people or for their provider."""

    page: int = 1


class RefundSheetTap(Tap, prefix="1zg"):
    """One of them."""

    refund: Id


class BookRefundTap(Tap, prefix="1zh"):
    """A refund made in the provider's console is the shop's: into the books."""

    refund: Id


class IgnoreRefundTap(Tap, prefix="1zi"):
    """Asks why such a refund is not the shop's."""

    refund: Id


class BooksFileTap(Tap, prefix="1zj"):
    """A day's books as a file."""

    day: int


class DayAskTap(Tap, prefix="1zk"):
    """Asks which day."""


class CompareAgainTap(Tap, prefix="1zl"):
    """Fetches the bill of a day and compares it anew."""

    run: Id
    nonce: str


def day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """Raises Stale for what is no day of a shop."""
    try:
        day = date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        raise Stale() from None
    if not 2000 <= day.year < 2200:
        raise Stale()
    return day


def external_rows(t: Translator, refund: Refund) -> list[list[InlineKeyboardButton]]:
    """What people can decide about a refund made in the provider's console; nothing while it is on its way."""
    if refund.status != "external":
        return []
    book = button(t.plain("finance-tap-book", amount=t.money(refund.amount)), BookRefundTap(refund=refund.id), SUCCESS)
    return [[book], [button(t.plain("finance-tap-ignore"), IgnoreRefundTap(refund=refund.id), DANGER)]]


def external_card_keys(t: Translator, refund: Refund, full: str) -> InlineKeyboardMarkup:
    """Below the card at the counter; `full` opens the order in private."""
    return keyboard(*external_rows(t, refund), [link(t.plain("staff-tap-full"), full)])


def differences_card_keys(t: Translator, url: str) -> InlineKeyboardMarkup:
    return keyboard([link(t.plain("finance-tap-look"), url)])


def look_keys(t: Translator, run_id: int) -> InlineKeyboardMarkup:
    """Before differences are shown."""
    look = button(t.plain("finance-tap-look"), RunTap(run=run_id), PRIMARY)
    return keyboard([look], [button(t.plain("shared-tap-home"), HomeTap())])


def day_keys(
    t: Translator, day: date, today: date, runs: Sequence[tuple[str, int]], waiting: int
) -> InlineKeyboardMarkup:
    """`runs` are (label, id) of the day's comparisons; `waiting` counts refunds that wait."""
    before, after = date.fromordinal(day.toordinal() - 1), date.fromordinal(day.toordinal() + 1)
    turns = [button(t.plain("finance-tap-day", day=f"‹ {before:%m-%d}"), FinanceDayTap(day=day_number(before)))]
    turns.append(button(t.plain("finance-tap-choose"), DayAskTap()))
    if day < today:
        turns.append(button(t.plain("finance-tap-day", day=f"{after:%m-%d} ›"), FinanceDayTap(day=day_number(after))))
    compared = [button(label, RunTap(run=run_id)) for label, run_id in runs]
    more = [button(t.plain("finance-tap-file"), BooksFileTap(day=day_number(day)))]
    if waiting:
        more.append(button(t.plain("finance-tap-refunds", waiting=t.number(waiting)), OutstandingTap()))
    return keyboard(*flow(compared, most=2), *flow(more, most=2), turns, way_back(t))


def ask_day_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, FinanceDoor()))


def run_keys(
    t: Translator, run_id: int, day: date, rows: Sequence[tuple[str, int]], page: int, last: int, nonce: str
) -> InlineKeyboardMarkup:
    """`rows` are (label, id) of a page's differences; without a `nonce` the day is not compared anew."""
    turns = _turns(RunTap(run=run_id, page=page - 1), RunTap(run=run_id, page=page + 1), page, last)
    picks = [[button(label, DifferenceTap(difference=difference))] for label, difference in rows]
    again = [button(t.plain("finance-tap-again"), CompareAgainTap(run=run_id, nonce=nonce))] if nonce else []
    return keyboard(*picks, turns, again, way_back(t, FinanceDayTap(day=day_number(day))))


def difference_keys(
    t: Translator, difference_id: int, run_id: int, order_id: int | None, *, may_explain: bool
) -> InlineKeyboardMarkup:
    explain = [button(t.plain("finance-tap-explain"), ExplainTap(difference=difference_id), PRIMARY)]
    return keyboard(explain if may_explain else [], _order_row(t, order_id), way_back(t, RunTap(run=run_id)))


def ask_note_keys(t: Translator, difference_id: int) -> InlineKeyboardMarkup:
    return keyboard(way_back(t, DifferenceTap(difference=difference_id)))


def outstanding_keys(t: Translator, rows: Sequence[tuple[str, int]], page: int, last: int) -> InlineKeyboardMarkup:
    """`rows` are (label, id) of a page's refunds."""
    picks = [[button(label, RefundSheetTap(refund=refund_id))] for label, refund_id in rows]
    turns = _turns(OutstandingTap(page=page - 1), OutstandingTap(page=page + 1), page, last)
    return keyboard(*picks, turns, way_back(t, FinanceDoor()))


def refund_keys(t: Translator, refund: Refund, *, may_decide: bool, may_see: bool) -> InlineKeyboardMarkup:
    """What can be done about a refund; `may_see`: its order."""
    acts = external_rows(t, refund) if may_decide else []
    if may_decide and refund.status == "manual":
        acts = [[button(t.plain("staff-tap-refund-paid"), RefundPaidTap(refund=refund.id), SUCCESS)]]
    return keyboard(*acts, _order_row(t, refund.order_id if may_see else None), way_back(t, OutstandingTap()))


def _turns(back: Tap, on: Tap, page: int, last: int) -> list[InlineKeyboardButton]:
    return [button("‹", back)] * (page > 1) + [button("›", on)] * (page < last)


def _order_row(t: Translator, order_id: int | None) -> list[InlineKeyboardButton]:
    if order_id is None:
        return []
    return [button(t.plain("finance-tap-order"), QueueOrderTap(order=order_id, place=QueuePlace().pack()))]
