"""Taps of categories, tags, and batches on and off the shelf."""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class CategoryTap(Tap, prefix="1um"):
    """A category and what is below it, for those who arrange it; None is the top."""

    category: OptionalId = None


class CategoryActTap(Tap, prefix="1un"):
    """Does `act` to a category: "up", "down", "hide", "show", "remove"; asks for "new", "rename", "icon", "drop"."""

    act: str
    category: OptionalId = None


class CategoryMoveTap(Tap, prefix="1uo"):
    """Looks at `at` as the new place of a category."""

    category: Id
    at: OptionalId = None


class CategoryPlaceTap(Tap, prefix="1up"):
    """Puts a category under `parent`, None for the top."""

    category: Id
    parent: OptionalId = None


class TagsTap(Tap, prefix="1uq"):
    """All tags."""

    page: int = 1


class TagTap(Tap, prefix="1ur"):
    """A tag and what carries it."""

    tag: Id
    page: int = 1


class TagActTap(Tap, prefix="1us"):
    """Asks for "new", "rename", "attach", "facets", "drop"; does "remove"."""

    act: str
    tag: OptionalId = None


class TagFacetTap(Tap, prefix="1ut"):
    """Puts a tag under a heading, "" for none."""

    tag: Id
    facet: str = ""


class TagProductTap(Tap, prefix="1uu"):
    """Puts a tag on a product, or takes it off."""

    tag: Id
    product: Id
    on: bool


class BatchNewTap(Tap, prefix="1uv"):
    """Asks which products go on the shelf, or off it."""

    on: bool


class BatchChooseTap(Tap, prefix="1uw"):
    """Chooses by `kind` "category" (standing at `at`), "tag" (a page of them), or "products" (typed)."""

    on: bool
    kind: str
    at: OptionalId = None
    page: int = 1


class BatchPickTap(Tap, prefix="1ux"):
    """Previews a batch of a category or tag."""

    on: bool
    kind: str
    row: Id


class BatchTap(Tap, prefix="1uy"):
    """A batch as it stands."""

    batch: Id


class BatchActTap(Tap, prefix="1uz"):
    """Does "run", "drop" or "undo", asks for "plan" and "other", sends the "file"."""

    batch: Id
    act: str


class BatchReasonTap(Tap, prefix="1uaa"):
    """Says why the products come off."""

    batch: Id
    what: str


class BatchesTap(Tap, prefix="1uab"):
    """The latest batches."""


class OffShelfTap(Tap, prefix="1uac"):
    """What is off the shelf, for one reason or for any."""

    what: str = ""
    page: int = 1
