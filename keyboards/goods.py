"""Taps of those who look after products: the list, a product's card, and the wizard with its drafts.

`place` says where in which list somebody stood; `version` is the product's at the time when the button was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from keyboards.taps import Id, OptionalId, Tap
from services.shared.errors import Stale
from services.shared.ids import from_base36, to_base36

_TABS = {"a": "all", "o": "on", "p": "planned", "f": "off", "l": "low"}
_LETTERS = {tab: letter for letter, tab in _TABS.items()}
TABS = tuple(_LETTERS)


@dataclass(frozen=True, slots=True)
class GoodsPlace:
    """A page of the list. `position` is "a<id>" or "b<id>"; `token` names what was searched for."""

    tab: str = "all"
    position: str = ""
    number: int = 1
    token: str = ""

    def at(self, position: str, number: int) -> GoodsPlace:
        return replace(self, position=position, number=number)

    def pack(self) -> str:
        """At most 32 characters."""
        position = self.position[:1] + to_base36(int(self.position[1:])) if self.position else ""
        return f"{_LETTERS[self.tab]}~{position}~{self.number}~{self.token}"

    @classmethod
    def parse(cls, text: str) -> GoodsPlace:
        """The first page of all products for "". Raises Stale for what `pack` did not make."""
        if not text:
            return cls()
        try:
            letter, position, number, token = text.split("~")
            if position and position[0] not in "ab":
                raise ValueError(position)
            place = position[:1] + str(from_base36(position[1:])) if position else ""
            return cls(_TABS[letter], place, int(number), token)
        except (ValueError, KeyError):
            raise Stale() from None


class GoodsListTap(Tap, prefix="1tb"):
    """A page of the list."""

    place: str


class GoodsFindTap(Tap, prefix="1tc"):
    """Asks for a name or code to look for."""


class GoodsTap(Tap, prefix="1td"):
    """The card of a product."""

    product: Id
    place: str = ""


class GoodsShelfTap(Tap, prefix="1te"):
    """Puts a product on the shelf now; `sure` where it would sell below its cost."""

    product: Id
    version: int
    sure: bool = False


class GoodsPlanTap(Tap, prefix="1tf"):
    """Asks from when on a product is to be on the shelf."""

    product: Id
    version: int


class GoodsOffTap(Tap, prefix="1tg"):
    """Takes a product off the shelf for the reason `what`; without one asks for it."""

    product: Id
    version: int
    what: str = ""


class GoodsEditTap(Tap, prefix="1th"):
    """Opens a change of a product."""

    product: Id


class GoodsCopyTap(Tap, prefix="1ti"):
    """Begins a new product like this one."""

    product: Id


class GoodsPreviewTap(Tap, prefix="1tj"):
    """A product as customers of this language see it."""

    product: Id
    language: str


class GoodsPastTap(Tap, prefix="1tk"):
    """What was done to a product, entries before `before`."""

    product: Id
    before: OptionalId = None


class DraftsTap(Tap, prefix="1tl"):
    """One's own drafts, those before `before`."""

    before: OptionalId = None


class NewGoodsTap(Tap, prefix="1tm"):
    """Begins a new product."""


class DraftTap(Tap, prefix="1tn"):
    """The card of a draft that fills up; `more` its further fields."""

    draft: Id
    more: bool = False


class FieldTap(Tap, prefix="1tp"):
    """Asks for a field; `language` of its text, `number` of the disclosed fact."""

    draft: Id
    field: str
    language: str = ""
    number: int = 0


class FieldClearTap(Tap, prefix="1tq"):
    """Empties a field that may be empty."""

    draft: Id
    field: str


class GoodsNodeTap(Tap, prefix="1tr"):
    """Looks into a category to put a draft's product there; `pick` puts it."""

    draft: Id
    category: OptionalId = None
    pick: bool = False
    page: int = 1


class GoodsTagTap(Tap, prefix="1ts"):
    """A page of the tags; with `tag` puts it on or takes it away."""

    draft: Id
    tag: OptionalId = None
    page: int = 1


class PhotoTap(Tap, prefix="1tt"):
    """A draft's photo at place `page`; `what` is done to it first: "up", "down", "cover", "drop" or "shows"."""

    draft: Id
    page: int
    what: str = ""


class DraftPreviewTap(Tap, prefix="1tu"):
    """A draft as customers of this language would see it."""

    draft: Id
    language: str


class DraftSaveTap(Tap, prefix="1tv"):
    """Writes a draft: on the shelf "now", "off" it, or "keep" where its product stands."""

    draft: Id
    what: str
    sure: bool = False


class DraftPlanTap(Tap, prefix="1tw"):
    """Asks from when on a draft's product is to be on the shelf."""

    draft: Id


class DraftDropTap(Tap, prefix="1tx"):
    """Asks whether to throw a draft away; with `sure` does it."""

    draft: Id
    sure: bool = False


class DraftRebaseTap(Tap, prefix="1ty"):
    """Puts a change onto the product as somebody else left it meanwhile."""

    draft: Id


class RulesTap(Tap, prefix="1tz"):
    """What products of a category disclose; with `ask` asks for it, with `none` for nothing of its own."""

    category: Id
    ask: bool = False
    none: bool = False
