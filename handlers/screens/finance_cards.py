"""Cards of the counter about the money books: refunds made in a provider's console, disputes, bills that differ."""

from __future__ import annotations

from datetime import datetime, time

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards import finance as keys
from keyboards.staff import full_link_keys
from locales import Translator
from services.orders.standing import Standing
from services.payments.disputes_holding import REASON as DISPUTE
from services.payments.types import Refund
from services.reconciliation.types import Run
from services.shared.money import Money

_BREAK = Markup("\n")


def method_name(t: Translator, provider: str) -> str:
    """A provider in words; by its code where the shop no longer knows it."""
    key = f"payments-name-{provider}"
    return t.plain(key) if t.has(key) else provider


def external_text(t: Translator, refund: Refund, number: str) -> Markup:
    """A refund made in the provider's console, and what has become of it."""
    # What the provider itself took back was decided by nobody here.
    state = "gone" if refund.status == "failed" and not refund.settled_by else refund.status
    rows = [
        t("finance-external", number=number, amount=t.money(refund.amount),
          method=method_name(t, refund.attempt.provider), reference=refund.reference or ""),
        t(f"finance-external-{state}", name=refund.settled_by),
    ]
    if refund.note:
        rows.append(t("finance-note", note=refund.note))
    return _BREAK.join(rows)


def external_card(t: Translator, refund: Refund, number: str, full: str) -> Screen:
    return Screen(external_text(t, refund, number), keys.external_card_keys(t, refund, full))


def dispute_card(t: Translator, status: str, order: Standing, amount: Money, full: str) -> Screen:
    """How a dispute stands: asked, opened, won, lost; and whether the order waits for people because of it."""
    rows = [t(f"finance-dispute-{status}", number=order.number, amount=t.money(amount))]
    if order.hold_reason == DISPUTE:
        rows.append(t("finance-dispute-held"))
    return Screen(_BREAK.join(rows), full_link_keys(t, full))


def differences_card(t: Translator, run: Run, link: str) -> Screen:
    """A bill that does not agree with the books; `link` opens what differs in private."""
    day = t.date(datetime.combine(run.day, time(12), t.zone))
    key = "finance-card-open" if run.open else "finance-card-settled"
    text = t.n(key, run.open or run.explained, method=method_name(t, run.provider), day=day)
    return Screen(text, keys.differences_card_keys(t, link))
