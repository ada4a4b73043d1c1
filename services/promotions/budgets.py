"""What orders take of the budgets of promotions and coupons: never more than a budget, given back with the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.pricing.rules import Coupon, FullReduction, PercentOff
from services.pricing.types import Quote, Rule
from services.promotions import budgets_repository as repository
from services.promotions.errors import CouponGone
from services.promotions.running import TOPIC
from services.shared.db import Tx
from services.shared.money import Money


def spending(quoted: Quote, rules: Iterable[Rule]) -> dict[str, Money]:
    """What the quote takes of each budget, by the source of its rule; rules without a budget are absent."""
    limited = {rule.source for rule in rules
               if isinstance(rule, PercentOff | FullReduction | Coupon) and rule.left is not None}
    return {each.source: -each.amount for each in quoted.adjustments if each.source in limited and each.amount}


def spend(tx: Tx, order_id: int, amounts: Mapping[str, Money]) -> None:
    """Takes the amounts of their budgets for the order, in the order's own transaction.

    Raises CouponGone ("spent") when somebody else was first and a budget does not last: the transaction must then
    come to nothing.
    """
    for source, amount in sorted(amounts.items()):
        _spend(tx, source, order_id, amount.amount)


def spend_again(tx: Tx, order_id: int) -> None:
    """An order that was cancelled comes back to life. Raises CouponGone as `spend` does."""
    for row in repository.ended(tx, order_id):
        _spend(tx, row.source, order_id, row.amount)


def give_back(tx: Tx, order_id: int) -> None:
    """What the order took is there for others again; done twice it changes nothing."""
    for row in sorted(repository.end(tx, order_id)):
        repository.unspend(tx, row.source, row.amount)
        tx.after_commit(TOPIC)


def give_back_part(tx: Tx, order_id: int, amounts: Mapping[str, Money]) -> None:
    """What some pieces of the order took of its budgets, by source, is there for others; the rest stays taken."""
    for source, amount in sorted(amounts.items()):
        if amount and repository.shrink(tx, source, order_id, amount.amount):
            repository.unspend(tx, source, amount.amount)
            tx.after_commit(TOPIC)


def _spend(tx: Tx, source: str, order_id: int, amount: int) -> None:
    if not repository.spend(tx, source, amount):
        raise CouponGone(reason="spent")
    if not repository.note(tx, source, order_id, amount):
        raise RuntimeError(f"order {order_id} has spent of {source} already")
    # Screens must not promise what is spent.
    tx.after_commit(TOPIC)
