"""What goes into a quote and what comes out. All amounts are `Money` in one currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol, TypeAlias

from services.shared.money import Money

Name: TypeAlias = Mapping[str, str]


class Stage(IntEnum):
    """The stacking order. A stage sees what the stages before it left; how its own rules meet is in `stages.py`."""

    UNIT_PRICE = 1
    MULTI_BUY = 2
    BUNDLE = 3
    ORDER_REDUCTION = 4
    GIFT = 5
    COUPON = 6
    POINTS = 7
    SHIPPING = 8


@dataclass(frozen=True, slots=True)
class Line:
    """What is bought of one SKU. `key` is unique in a basket and stable (the SKU's id will do): it breaks ties.

    `category_ids` holds the product's own category and all above it. `unit_price` includes tax at `tax_bp`.
    """

    key: int
    sku_id: int
    product_id: int
    category_ids: tuple[int, ...]
    tag_ids: tuple[int, ...]
    quantity: int
    unit_price: Money
    tax_bp: int
    kind: str = "physical"

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.unit_price.amount < 0 or self.tax_bp < 0:
            raise ValueError("a line has a quantity of at least 1, a price and a tax rate of at least 0")

    @property
    def subtotal(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Basket:
    """What is quoted. `shipping` is the fee of the chosen delivery before any rule, tax included."""

    lines: tuple[Line, ...]
    currency: str
    shipping: Money

    def __post_init__(self) -> None:
        if len({line.key for line in self.lines}) != len(self.lines):
            raise ValueError("two lines of a basket have the same key")
        if any(line.unit_price.currency != self.currency for line in self.lines):
            raise ValueError("a basket has one currency")
        if self.shipping.currency != self.currency or self.shipping.amount < 0:
            raise ValueError("shipping is an amount of at least 0 in the basket's currency")


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as a stage finds it: `total` is what earlier stages left of its subtotal. It is the stage's base.

    A `closed` line was reduced by an offer that stands alone: no later offer of a promotion or coupon takes it.
    """

    line: Line
    total: Money
    closed: bool = False

    @property
    def untouched(self) -> bool:
        """Nothing was taken off so far."""
        return self.total == self.line.subtotal


@dataclass(frozen=True, slots=True)
class Gift:
    """Goods that a rule adds for nothing. They are not lines of the quote and cost no stock by themselves."""

    sku_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Nudge:
    """What the rule would take off in all, were the base larger by `missing`; `name` is that of the tier."""

    missing: Money
    saving: Money
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a rule would take off: from lines by key, and from shipping; each amount ≥ 0.

    `took_part` names the lines that the rule used up, also those that it took nothing from. `name` says what applied
    where the rule's own name is too broad: the tier. `alone` closes the lines that took part to later offers.
    """

    off: Mapping[int, Money] = field(default_factory=dict)
    shipping: Money | None = None
    gifts: tuple[Gift, ...] = ()
    took_part: frozenset[int] = frozenset()
    nudge: Nudge | None = None
    name: Name | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a rule takes nothing: "not-reached" (fact `missing`), "wrong-scope", "excluded", or "gone" where its budget
    would not last for it."""

    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    nudge: Nudge | None = None


class Rule(Protocol):
    """One promotion, coupon or member price. `source` is unique among the rules of a quote: "promotion:3".

    `currency` is that of the amounts it has: it takes part in baskets of that currency only. Without amounts (a plain
    percentage) it is None, and the rule takes part in all.
    """

    @property
    def source(self) -> str: ...
    @property
    def name(self) -> Name: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def currency(self) -> str | None: ...

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        """What the rule takes off these lines, which have keys in ascending order. Must depend on nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What one rule took off: `amount` ≤ 0 is the sum of `shares` (one for each line, in the quote's order) and
    `shipping`. This is the answer to "why this price", and is stored with an order for ever."""

    source: str
    name: Name
    stage: Stage
    amount: Money
    shares: tuple[Money, ...]
    shipping: Money
    gifts: tuple[Gift, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule that changed nothing, and why. Beside the reasons of `Miss`: "excluded" with fact `by`, the name of the
    rule that was better where the two do not combine; "nothing-left" where the price is down to 0 already;
    "other-currency" (fact `currency`) where its amounts are in another one than the basket's."""

    source: str
    name: Name
    stage: Stage
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hint:
    """`missing` more, and the rule takes `saving` off."""

    source: str
    name: Name
    missing: Money
    saving: Money


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """`total` = `subtotal` − `discount` ≥ 0; `tax` is inside `total`."""

    line: Line
    subtotal: Money
    discount: Money
    total: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """`total` = `subtotal` − `discount` + `shipping`, none below 0. `shipping` is what is left to pay of it.

    `tax` is inside `total`: the lines' taxes and `shipping_tax` add up to it. Lines stand in the basket's order.
    """

    lines: tuple[QuotedLine, ...]
    adjustments: tuple[Adjustment, ...]
    subtotal: Money
    discount: Money
    shipping: Money
    shipping_tax: Money
    tax: Money
    total: Money
    refused: tuple[Refused, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def gifts(self) -> tuple[Gift, ...]:
        return tuple(gift for adjustment in self.adjustments for gift in adjustment.gifts)
