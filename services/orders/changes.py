"""What a customer saw of a checkout, as facts to keep, and what differs between two sets of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.orders.types import Change
from services.shared.money import Money

Facts = dict[str, Any]


def differences(old: Facts, new: Facts) -> tuple[Change, ...]:
    """What is different now, line by line, in the order in which it is told; nothing when all is as it was seen."""
    if old == new:
        return ()
    currency = new["currency"]
    if old["currency"] != currency:
        # Amounts of two currencies are not compared one by one.
        return (Change("currency", None, Money(old["total"], old["currency"]), Money(new["total"], currency)),)
    return (*_of_lines(old, new, currency), *_of_amounts(old, new, currency))


def _of_lines(old: Facts, new: Facts, currency: str) -> Iterator[Change]:
    before = {line["sku"]: line for line in old["lines"]}
    after = {line["sku"]: line for line in new["lines"]}
    for sku, line in before.items():
        now = after.get(sku)
        if now is None:
            yield Change("gone", line["name"])
            continue
        if now["price"] != line["price"]:
            yield Change("price", now["name"], Money(line["price"], currency), Money(now["price"], currency))
        if now["quantity"] != line["quantity"]:
            yield Change("quantity", now["name"], line["quantity"], now["quantity"])
    for sku, line in after.items():
        if sku not in before:
            yield Change("added", line["name"])


def _of_amounts(old: Facts, new: Facts, currency: str) -> Iterator[Change]:
    if old["coupon"] != new["coupon"]:
        yield _coupon(old["coupon"], new["coupon"], currency)
    for kind in ("discount", "shipping"):
        if old[kind] != new[kind]:
            yield Change(kind, None, Money(old[kind], currency), Money(new[kind], currency))
    if old["address"] != new["address"]:
        yield Change("address")
    if old["delivery"] != new["delivery"]:
        yield Change("delivery", new["delivery"] and new["delivery"]["name"])
    if old["method"] != new["method"]:
        yield Change("method")
    if old["total"] != new["total"]:
        yield Change("total", None, Money(old["total"], currency), Money(new["total"], currency))


def _coupon(old: Facts | None, new: Facts | None, currency: str) -> Change:
    """One coupon gave way to another, or saves another amount; `name` is that of the one that is there now."""
    name = (new or old or {})["name"]
    saving = [Money(each["saving"] if each else 0, currency) for each in (old, new)]
    return Change("coupon", name, *saving)
