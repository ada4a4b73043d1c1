from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

# Kinds of conditions.
BOUGHT, VIEWED, UNSEEN, SPENT, TAGGED, REGION, LISTED, IGNORED = (
    "bought", "viewed", "unseen", "spent", "tag", "region", "list", "ignored",
)
KINDS = (BOUGHT, VIEWED, UNSEEN, SPENT, TAGGED, REGION, LISTED, IGNORED)
# What a condition's `id` names.
PRODUCT, CATEGORY, ANYTHING = "product", "category", ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is true of a customer, or with `negated` is not.

    bought, viewed   `of` a product or category with `id`, or anything; within `days`, or ever
    unseen           not here for `days`
    spent            `amount` minor units of `currency` or more, within `days` or ever
    tag, list        `id`
    region           an address or an order in `region` (a key of delivery zones), in `city` where it is named
    ignored          got the push `id` and clicked nothing of it
    """

    kind: str
    of: str = ANYTHING
    id: int = 0
    days: int | None = None
    amount: int = 0
    currency: str = ""
    region: str = ""
    city: str = ""
    negated: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) not in ("", 0, None)}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is in any of the groups; who is in a group meets all of its conditions. No group at all is everybody."""

    groups: tuple[tuple[Condition, ...], ...] = ()

    def to_json(self) -> list[Any]:
        return [[condition.to_json() for condition in group] for group in self.groups]

    @classmethod
    def from_json(cls, groups: Sequence[Sequence[dict[str, Any]]]) -> Audience:
        return cls(tuple(tuple(Condition(**each) for each in group) for group in groups))

    def adding(self, condition: Condition, group: int | None = None) -> Audience:
        """With one more condition: and, in the group with this number; or, in a group of its own."""
        groups = list(self.groups)
        if group is None or group >= len(groups):
            groups.append((condition,))
        elif condition not in groups[group]:
            groups[group] = (*groups[group], condition)
        return Audience(tuple(groups))

    def without(self, group: int, place: int) -> Audience:
        """Without one condition; a group that is empty goes."""
        kept = [
            tuple(each for at, each in enumerate(conditions) if (number, at) != (group, place))
            for number, conditions in enumerate(self.groups)
        ]
        return Audience(tuple(each for each in kept if each))

    def turned(self, group: int, place: int) -> Audience:
        """With "is" and "is not" exchanged in one condition."""
        return Audience(tuple(
            tuple(
                replace(each, negated=not each.negated) if (number, at) == (group, place) else each
                for at, each in enumerate(conditions)
            )
            for number, conditions in enumerate(self.groups)
        ))


@dataclass(frozen=True, slots=True)
class Reach:
    """Who an audience comes to: `people` in all, of whom some are left out, each for the first of these reasons.

    `languages` counts those who are left by their language.
    """

    people: int
    unsubscribed: int
    blocked: int
    capped: int
    languages: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return self.people - self.unsubscribed - self.blocked - self.capped


@dataclass(frozen=True, slots=True)
class SavedAudience:
    """An audience that the shop has given a name."""

    id: int
    name: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of customers and how many have it."""

    id: int
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class PeopleList:
    """An uploaded list: how many `people` it named, and how many of its rows named nobody."""

    id: int
    name: str
    people: int
    unknown: int
