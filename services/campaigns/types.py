from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.shared.money import Money

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

DRAFT, ASKED, RUNNING, PAUSED, STOPPED, DONE, DROPPED = (
    "draft", "asked", "running", "paused", "stopped", "done", "dropped",
)
# A person's language is missing: they get another one, or nothing.
OTHER, SKIP = "other", "skip"
NOW, AT, LOCAL = "now", "at", "local"
# What a button leads to.
TO_PRODUCT, TO_CATEGORY, TO_COUPON, TO_LINK = "product", "category", "coupon", "link"


@dataclass(frozen=True, slots=True)
class PushText:
    """What people get in one language: `html` as it was written, with the file that it belongs to.

    `kind` is text, photo, video, animation or document. `length` is what Telegram counts, a name taken as long.
    """

    kind: str
    html: str
    length: int
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class PushButton:
    """A button below a push. A link has a `url`, everything else an `id`."""

    kind: str
    label: dict[str, str]
    id: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the people of a push are. `blocked` blocked the bot; `doubt` may have been told, and is not told again."""

    people: int
    planned: int = 0
    sending: int = 0
    sent: int = 0
    blocked: int = 0
    skipped: int = 0
    failed: int = 0
    doubt: int = 0
    unsent: int = 0
    retries: int = 0

    @property
    def settled(self) -> int:
        """Those who need no further call."""
        return self.people - self.planned - self.sending


@dataclass(frozen=True, slots=True)
class Push:
    """A push as its card shows it. `coupon_id` is the coupon that comes with it."""

    id: int
    state: str
    name: str
    audience: Audience
    content: dict[str, PushText]
    buttons: tuple[PushButton, ...]
    fallback: str
    timing: str
    send_at: datetime | None
    local_hour: int | None
    version: int
    people: int
    made_by: int
    made_name: str
    confirmed_by: int | None
    started_at: datetime | None
    ended_at: datetime | None
    tally: Tally

    @property
    def coupon_id(self) -> int | None:
        return next((button.id for button in self.buttons if button.kind == TO_COUPON), None)

    def text_for(self, language: str) -> PushText | None:
        """What a person of this language gets; None where they get nothing."""
        found = self.content.get(language)
        if found is None and self.fallback == OTHER:
            return next(iter(self.content.values()), None)
        return found


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send: whose, to where, in which language. `name` is what the person is called, or "".

    `links` holds, by the place of a link among the buttons, the word that makes the person's own address of it.
    """

    push_id: int
    customer_id: int
    telegram_id: int
    language: str
    name: str
    links: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter: `state` as of a recipient, or "planned" with the `delay` after which it is tried again.
    """

    push_id: int
    customer_id: int
    state: str
    retries: int = 0
    delay: float = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What a runner does next. `held` is false for one whose place another has taken."""

    held: bool
    letters: tuple[Letter, ...] = ()
    pushes: dict[int, Push] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sales:
    """Orders within seven days, and what they brought, for each currency."""

    orders: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push brought. `after_click` counts orders within seven days of a click, `after_receipt` of the message:
    the first are among the second."""

    push: Push
    clicks: int
    unsubscribed: int
    after_click: Sales
    after_receipt: Sales


@dataclass(frozen=True, slots=True)
class Plan:
    """What sending would do: whom it reaches, by when it begins and how long it takes at Telegram's pace.

    `needs_second` says that a second person must agree first; `missing` are languages of people who would get nothing.
    """

    push: Push
    reach: Reach
    people: int
    begins_at: datetime
    seconds: int
    needs_second: bool
    missing: tuple[str, ...]
