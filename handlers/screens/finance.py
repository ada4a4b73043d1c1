"""The money books: a day, what differs from a provider's bill, refunds that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from markupsafe import Markup

from handlers.screens.finance_cards import external_text, method_name
from handlers.screens.screen import Screen
from keyboards import finance as keys
from locales import Translator
from services.payments.ledger_types import Takings
from services.payments.types import Refund
from services.reconciliation import days
from services.reconciliation.types import DONE, NO_BILL, OPEN, DayBooks, Difference, Run
from services.shared.money import Money

PER_PAGE = 6
_BREAK = Markup("\n")


def day(t: Translator, books: DayBooks, today: date) -> Screen:
    """A day in money, and how far it agrees with the providers' bills."""
    partial = t("figures-partial") if books.day == today else Markup("")
    rows = [t("finance-day", day=_date(t, books.day), weekday=t.day(_noon(t, books.day)), partial=partial)]
    rows += [_takings(t, each) for each in books.takings] or [t("finance-nothing")]
    rows += _totals(t, books.takings)
    rows += ["", t("finance-bills"), *(_run_line(t, each) for each in books.runs)] if books.runs else [
        "", t("finance-not-compared")]
    if books.outstanding:
        rows += [t("finance-waiting", count=t.number(books.outstanding), external=t.number(books.external))]
    runs = [(_run_label(t, run), run.id) for run in books.runs]
    return Screen(_BREAK.join(rows), keys.day_keys(t, books.day, today, runs, books.outstanding))


def ask_day(t: Translator, wrong: bool) -> Screen:
    text = t("finance-ask-day")
    return Screen(_BREAK.join((t("figures-bad-days"), text)) if wrong else text, keys.ask_day_keys(t))


def before_run(t: Translator, run_id: int) -> Screen:
    return Screen(t("finance-before-run"), keys.look_keys(t, run_id))


def run(t: Translator, shown: Run, found: Sequence[Difference], page: int, nonce: str = "") -> Screen:
    """A provider's day beside its bill, with a page of what differs; with a `nonce` it can be compared anew."""
    last = max(1, -(-(shown.open + shown.explained) // PER_PAGE))
    rows = [t("finance-run", method=method_name(t, shown.provider), day=_date(t, shown.day)), _run_line(t, shown)]
    if shown.state == DONE:
        rows.append(t("finance-counts", lines=t.number(shown.lines), entries=t.number(shown.entries),
                      matched=t.number(shown.matched)))
    if (zone := days.zone(shown.provider)) != str(t.zone):
        rows.append(t("finance-zone", zone=zone))
    rows += ["", *(_difference_line(t, each) for each in found)] if found else []
    labels = [(_difference_label(t, each), each.id) for each in found]
    return Screen(_BREAK.join(rows), keys.run_keys(t, shown.id, shown.day, labels, page, last, nonce))


def difference(t: Translator, shown: Difference, order: str, *, may_edit: bool, may_see: bool) -> Screen:
    """One difference; `may_see`: its order."""
    rows = [t("finance-run", method=method_name(t, shown.provider), day=_date(t, shown.day))]
    rows.append(_difference_line(t, shown))
    if order:
        rows.append(t("finance-order", number=order))
    if shown.number:
        rows.append(t("finance-our-number", number=shown.number))
    if shown.provider_number:
        rows.append(t("finance-their-number", number=shown.provider_number))
    rows.append(t("finance-at", time=t.datetime(shown.at)))
    if shown.state != OPEN and shown.decided_at is not None:
        rows.append(t("finance-explained", name=shown.decided_by, time=t.datetime(shown.decided_at)))
        rows.append(t("finance-note", note=shown.note))
    else:
        rows.append(t(f"finance-hint-{shown.kind}"))
    keyboard = keys.difference_keys(t, shown.id, shown.run_id, shown.order_id if may_see else None,
                                    may_explain=may_edit and shown.state == OPEN)
    return Screen(_BREAK.join(rows), keyboard)


def ask_note(t: Translator, shown: Difference, reason: str = "") -> Screen:
    rows = [Markup.escape(reason)] if reason else []
    rows += [_difference_line(t, shown), t("finance-ask-note")]
    return Screen(_BREAK.join(rows), keys.ask_note_keys(t, shown.id))


def outstanding(t: Translator, found: Sequence[tuple[Refund, str]], count: int, page: int) -> Screen:
    """Refunds that wait for people or for their provider, each with its order's number."""
    rows = [t("finance-refunds")]
    rows += [_refund_line(t, refund, number) for refund, number in found] or [t("finance-refunds-none")]
    labels = [(f"{number} {t.money(refund.amount)}", refund.id) for refund, number in found]
    return Screen(_BREAK.join(rows), keys.outstanding_keys(t, labels, page, max(1, -(-count // PER_PAGE))))


def refund(t: Translator, shown: Refund, number: str, *, may_decide: bool, may_see: bool) -> Screen:
    text = external_text(t, shown, number) if shown.reason == "external" else _refund_line(t, shown, number)
    return Screen(text, keys.refund_keys(t, shown, may_decide=may_decide, may_see=may_see))


def _takings(t: Translator, taken: Takings) -> Markup:
    parts = [t("finance-captured", amount=t.money(taken.captured))]
    parts += [t(key, amount=t.money(amount)) for key, amount in (
        ("finance-refunded", taken.refunded), ("finance-fees", taken.fees), ("finance-disputed", taken.disputed),
    ) if amount]
    return t("finance-takings", method=method_name(t, taken.provider), parts=Markup(" · ").join(parts),
             net=t.money(taken.net))


def _totals(t: Translator, takings: Sequence[Takings]) -> Iterator[Markup]:
    """What is left in each currency that came by several ways."""
    for currency in sorted({each.net.currency for each in takings}):
        nets = [each.net for each in takings if each.net.currency == currency]
        if len(nets) > 1:
            yield t("finance-total", net=t.money(sum(nets, Money.zero(currency))))


def _run_line(t: Translator, shown: Run) -> Markup:
    method = method_name(t, shown.provider)
    if shown.state != DONE:
        nothing = shown.state == NO_BILL and not shown.entries
        return t("finance-state-empty" if nothing else f"finance-state-{shown.state}", method=method)
    parts = [t.n("finance-state-open", shown.open) if shown.open else t("finance-state-good")]
    if shown.explained:
        parts.append(t.n("finance-state-explained", shown.explained))
    if shown.waiting:
        parts.append(t.n("finance-state-waiting", shown.waiting))
    return t("finance-state", method=method, parts=Markup(" · ").join(parts))


def _run_label(t: Translator, shown: Run) -> str:
    mark = f"⚠️ {shown.open}" if shown.open else "✅" if shown.state == DONE else "⏳"
    return f"{method_name(t, shown.provider)} {mark}"


def _difference_line(t: Translator, shown: Difference) -> Markup:
    sums = {"ours": shown.ours, "theirs": shown.theirs}
    facts = {name: t.money(amount) for name, amount in sums.items() if amount is not None}
    movement = t(f"finance-movement-{shown.movement}" if t.has(f"finance-movement-{shown.movement}")
                 else "finance-movement-other")
    line = t(f"finance-{shown.kind}", movement=movement, number=shown.number or shown.provider_number, **facts)
    return line if shown.state == OPEN else t("finance-settled", line=line)


def _difference_label(t: Translator, shown: Difference) -> str:
    amount = shown.ours or shown.theirs
    mark = t.plain(f"finance-mark-{shown.kind if shown.state == OPEN else 'settled'}")
    return f"{mark} {t.money(amount)} …{(shown.number or shown.provider_number)[-6:]}" if amount is not None else mark


def _refund_line(t: Translator, shown: Refund, number: str) -> Markup:
    return t(f"finance-refund-{shown.status}", number=number, amount=t.money(shown.amount),
             method=method_name(t, shown.attempt.provider), since=t.datetime(shown.created_at), name=shown.settled_by)


def _date(t: Translator, of: date) -> str:
    return t.date(_noon(t, of))


def _noon(t: Translator, of: date) -> datetime:
    return datetime.combine(of, time(12), t.zone)
