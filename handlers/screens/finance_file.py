"""A day's money books as the rows of a file."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.screens.finance_cards import method_name
from locales import Translator
from services.payments.ledger_types import Takings
from services.reconciliation.types import Difference
from services.shared import amounts
from services.shared.money import Money

_TAKINGS = ("provider", "currency", "captured", "refunded", "fees", "disputed", "net")
_DIFFERENCES = ("day", "provider", "kind", "movement", "our-number", "their-number", "ours", "theirs", "currency",
                "time", "state", "note", "by")


def rows(t: Translator, takings: Sequence[Takings], differences: Sequence[Difference]) -> list[tuple[str, ...]]:
    """Takings by provider and currency, then what differs from the bills; amounts as plain decimals, in brackets below
    zero, as bookkeepers write them: a minus would look like a formula."""
    return [
        *([_heads(t, _TAKINGS), *(_taken(t, each) for each in takings), ()] if takings else []),
        _heads(t, _DIFFERENCES), *(_differs(t, each) for each in differences),
    ]


def _heads(t: Translator, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(t.plain(f"finance-head-{name}") for name in names)


def _taken(t: Translator, taken: Takings) -> tuple[str, ...]:
    sums = (taken.captured, taken.refunded, taken.fees, taken.disputed, taken.net)
    return (method_name(t, taken.provider), taken.net.currency, *map(_plain, sums))


def _differs(t: Translator, shown: Difference) -> tuple[str, ...]:
    movement = f"finance-movement-{shown.movement}"
    currencies = {amount.currency for amount in (shown.ours, shown.theirs) if amount is not None}
    return (
        shown.day.isoformat(), method_name(t, shown.provider), t.plain(f"finance-kind-{shown.kind}"),
        t.plain(movement if t.has(movement) else "finance-movement-other"), shown.number, shown.provider_number,
        _plain(shown.ours), _plain(shown.theirs), "/".join(sorted(currencies)),
        f"{shown.at.astimezone(t.zone):%Y-%m-%d %H:%M:%S}", t.plain(f"finance-is-{shown.state}"), shown.note,
        shown.decided_by,
    )


def _plain(amount: Money | None) -> str:
    if amount is None:
        return ""
    text = amounts.text(abs(amount.amount), amount.currency)
    return f"({text})" if amount.amount < 0 else text
