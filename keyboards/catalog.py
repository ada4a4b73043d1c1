"""Taps of the catalogue: categories, lists, filters, product cards, favourites.

Everything that a card shows travels in its buttons: the chosen SKU, the quantity, the picture, and where the person
came from. Lists that are more than a category travel as a token.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from keyboards.taps import Id, OptionalId, Tap
from services.catalog.lists import SORTS, ListQuery
from services.shared.errors import Stale
from services.shared.ids import from_base36, to_base36

FAVOURITES, VIEWED = "f", "v"
_LETTERS = dict(zip("budns", SORTS, strict=True))
_LETTER_OF = {sort: letter for letter, sort in _LETTERS.items()}
# What a card's button has left for the way back when every id is as long as it can be.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which list someone stands. `token` names a kept query; otherwise it is a plain category's list."""

    category_id: int = 0
    sort: str = "best"
    token: str = ""
    position: str = ""
    number: int = 1

    @classmethod
    def of(cls, query: ListQuery, token: str) -> Place:
        """The first page of a list; a plain category needs no token."""
        return cls(token=token) if token else cls(query.category_id, query.sort)

    @property
    def first(self) -> Place:
        return replace(self, position="", number=1)

    def at(self, position: str, number: int) -> Place:
        """The page of the same list at `position`; "n" says that its number is enough."""
        return replace(self, position="" if position == "n" else position, number=number)

    def pack(self) -> str:
        """At most 40 characters; a position too long for that is given up, and the list begins anew."""
        head = f"t{self.token}" if self.token else f"c{to_base36(self.category_id)}{_LETTER_OF[self.sort]}"
        if not self.position and self.number == 1:
            return head
        whole = f"{head}~{self.position}~{self.number}"
        return whole if len(whole) <= _MOST else head

    @classmethod
    def parse(cls, text: str) -> Place:
        """Raises Stale for what `pack` did not make."""
        try:
            head, *rest = text.split("~")
            position, number = (rest[0], int(rest[1])) if rest else ("", 1)
            if head.startswith("t") and len(head) > 1:
                return cls(token=head[1:], position=position, number=number)
            if head.startswith("c"):
                return cls(from_base36(head[1:-1]), _LETTERS[head[-1]], position=position, number=number)
        except (ValueError, KeyError, IndexError):
            raise Stale() from None
        raise Stale()


class CategoriesTap(Tap, prefix="1g"):
    """A category with what is below it; None is the top."""

    category: OptionalId = None
    page: int = 1


class ListTap(Tap, prefix="1gl"):
    """A page of a list; `place` is a packed Place."""

    place: str


class SortsTap(Tap, prefix="1go"):
    """Asks how to sort a list."""

    place: str


class SortTap(Tap, prefix="1gk"):
    place: str
    sort: str


class FilterTap(Tap, prefix="1gy"):
    """The filter screen of the list `place`: `draft` is the token of what is chosen so far, "" before any choice.

    `facet` opens one heading's tags, a page of them.
    """

    place: str
    draft: str = ""
    facet: str = ""
    page: int = 1


class FilterToggleTap(Tap, prefix="1gz"):
    """Changes the draft: "t<id>" a tag, "1" to "3" a price band, "s" in stock only, "x" clears, "c" asks for prices."""

    place: str
    draft: str
    what: str
    facet: str = ""
    page: int = 1


class ProductTap(Tap, prefix="1gp"):
    """A product with its default choice. `back` is a packed Place, FAVOURITES, VIEWED, or "" for its category."""

    product: Id
    back: str = ""


class _CardState(Tap, prefix="0g"):
    sku: Id
    quantity: int = 1
    picture: int = 0
    back: str = ""


class CardTap(_CardState, prefix="1gc"):
    """A card as chosen."""


class QuantityTap(_CardState, prefix="1gq"):
    """Asks for a quantity to be typed."""


class LimitTap(_CardState, prefix="1gm"):
    """A step beyond what can be had: says what the limit is."""

    up: bool = True


class ValueGoneTap(_CardState, prefix="1gn"):
    """An option value that cannot be chosen with the others: says why."""

    axis: int = 0
    value: int = 0


class AddTap(_CardState, prefix="1ga"):
    """Puts the chosen SKU into the cart."""


class FavouriteTap(_CardState, prefix="1gf"):
    """Saves the product, or takes it out of what is saved."""


class SpecsTap(_CardState, prefix="1gs"):
    """Specifications, box and warranty."""


class DetailsTap(_CardState, prefix="1t2"):
    """A page of the selling points and the whole description."""

    page: int = 1


class VideoTap(_CardState, prefix="1t3"):
    """Plays the product's video in the chat."""


class ManualTap(_CardState, prefix="1t4"):
    """Sends the product's manual."""


class AlbumTap(_CardState, prefix="1t5"):
    """Sends all pictures as albums."""


class AlbumCloseTap(Tap, prefix="1t6"):
    """Takes an album's messages away again: the first one, and the steps from each to the next in base 36."""

    first: Id
    what: str = ""


class FavouritesTap(Tap, prefix="1gh"):
    page: int = 1


class FavouritesClearTap(Tap, prefix="1gj"):
    """Takes what is off the shelf out of what is saved."""


class ViewedTap(Tap, prefix="1gw"):
    page: int = 1
