"""The category tree under the hands of people: at most three levels and never a cycle, whoever else is at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.catalog import categories_repository as repository
from services.catalog import listing_repository, search_index
from services.catalog.errors import BadCategory
from services.catalog.shelf import TOPIC
from services.catalog.types import Words
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW

MOST_LEVELS = 3
LONGEST_NAME = 60
LONGEST_ICON = 8


@dataclass(frozen=True, slots=True)
class Category:
    """A category as the shop sees it, hidden ones too. `products` stand in it and below, `on_shelf` of them are sold.

    `own` stand in the category itself.
    """

    id: int
    code: str
    name: Words
    icon: str
    parent_id: int | None
    hidden: bool
    children: tuple[int, ...]
    own: int
    products: int
    on_shelf: int
    level: int


@dataclass(frozen=True, slots=True)
class Categories:
    """The whole tree by id, and the first level in order."""

    by_id: Mapping[int, Category]
    roots: tuple[int, ...]

    def require(self, category_id: int) -> Category:
        """Raises NotFound."""
        if category_id not in self.by_id:
            raise NotFound()
        return self.by_id[category_id]

    def path(self, category_id: int) -> tuple[Category, ...]:
        """From the first level down to the category itself."""
        found: list[Category] = []
        current: int | None = category_id
        while current is not None:
            found.append(self.by_id[current])
            current = self.by_id[current].parent_id
        return tuple(reversed(found))

    def below(self, category_id: int) -> tuple[int, ...]:
        """The category and everything under it."""
        return (category_id, *(each for child in self.by_id[category_id].children for each in self.below(child)))

    def height(self, category_id: int) -> int:
        """Levels from the category down to its deepest descendant, 1 for one without children."""
        return 1 + max((self.height(child) for child in self.by_id[category_id].children), default=0)

    def may_hold(self, parent_id: int | None, category_id: int | None) -> bool:
        """Whether a category, None for a new one, can stand below `parent_id` (None: on the first level)."""
        if parent_id is None:
            return True
        if category_id is not None and parent_id in self.below(category_id):
            return False
        return self.by_id[parent_id].level + (1 if category_id is None else self.height(category_id)) <= MOST_LEVELS


def tree(tx: Tx, actor: Actor) -> Categories:
    """All categories with their counts. Raises NotAllowed."""
    actor.require(CATALOG_VIEW)
    return _tree(tx)


def create(tx: Tx, actor: Actor, name: Words, parent_id: int | None) -> int:
    """Adds a category at the end of its level and returns its id.

    Raises NotAllowed, InvalidInput for a name that is missing or too long, NotFound for the parent, BadCategory when
    it would be on a fourth level.
    """
    actor.require(CATALOG_EDIT)
    name = checked(name)
    repository.lock_tree(tx)
    siblings = repository.children(tx, parent_id)
    code = _code(name, repository.codes(tx))
    check_place(tx, code, None, parent_id)
    position = max((row.position for row in siblings), default=-1) + 1
    category_id = repository.add(tx, code, name, parent_id, position)
    _note(tx, actor, "create", category_id, {"code": code, "parent": parent_id})
    return category_id


def rename(tx: Tx, actor: Actor, category_id: int, name: Words) -> None:
    """Gives a category other names; search finds its products by them at once.

    Raises NotAllowed, InvalidInput, NotFound.
    """
    actor.require(CATALOG_EDIT)
    name = checked(name)
    if not repository.put(tx, category_id, name=name):
        raise NotFound()
    follow(tx, category_id)
    _note(tx, actor, "rename", category_id, {"zh": name["zh"], "en": name["en"]})


def set_icon(tx: Tx, actor: Actor, category_id: int, icon: str) -> None:
    """Puts an emoji before the name, "" for none. Raises NotAllowed, InvalidInput for a text, NotFound."""
    actor.require(CATALOG_EDIT)
    icon = icon.strip()
    if len(icon) > LONGEST_ICON or any(char.isalnum() or char in "<>&" for char in icon):
        raise InvalidInput(field="icon", reason="icon")
    if not repository.put(tx, category_id, icon=icon):
        raise NotFound()
    _note(tx, actor, "icon", category_id, {"icon": icon})


def move(tx: Tx, actor: Actor, category_id: int, parent_id: int | None) -> None:
    """Puts a category with all that is below it under another one, at the end; its products move along.

    Raises NotAllowed, NotFound, BadCategory when it would stand below itself or deeper than three levels.
    """
    actor.require(CATALOG_EDIT)
    repository.lock_tree(tx)
    row = _require(tx, category_id)
    check_place(tx, row.code, category_id, parent_id)
    if row.parent_id == parent_id:
        return
    siblings = repository.children(tx, parent_id)
    repository.put(tx, category_id, parent_id=parent_id,
                   position=max((each.position for each in siblings), default=-1) + 1)
    follow(tx, category_id)
    _note(tx, actor, "move", category_id, {"was": row.parent_id, "now": parent_id})


def shift(tx: Tx, actor: Actor, category_id: int, up: bool) -> bool:
    """Changes places with the neighbour above or below; False at the end of the level. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_EDIT)
    repository.lock_tree(tx)
    row = _require(tx, category_id)
    order = [each.id for each in repository.children(tx, row.parent_id)]
    at = order.index(category_id)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return False
    order[at], order[to] = order[to], order[at]
    # Numbered anew: positions that were given by hand may repeat.
    for position, each in enumerate(order):
        repository.put(tx, each, position=position)
    _note(tx, actor, "shift", category_id, {"up": up})
    return True


def hide(tx: Tx, actor: Actor, category_id: int, hidden: bool) -> None:
    """Hides a category with all that is below it, or shows it again. Raises NotAllowed, NotFound."""
    actor.require(CATALOG_EDIT)
    if not repository.put(tx, category_id, hidden=hidden):
        raise NotFound()
    follow(tx, category_id)
    _note(tx, actor, "hide" if hidden else "show", category_id, {})


def remove(tx: Tx, actor: Actor, category_id: int) -> None:
    """Deletes a category in which nothing stands.

    Raises NotAllowed, NotFound, BadCategory ("children", "products") while there is something in it.
    """
    actor.require(CATALOG_EDIT)
    repository.lock_tree(tx)
    row = _require(tx, category_id)
    if repository.children(tx, category_id):
        raise BadCategory(code=row.code, reason="children")
    if repository.is_used(tx, category_id):
        raise BadCategory(code=row.code, reason="products")
    repository.remove(tx, category_id)
    _note(tx, actor, "remove", category_id, {"code": row.code})


def check_place(tx: Tx, code: str, own_id: int | None, parent_id: int | None) -> None:
    """Raises BadCategory when a category could not stand there, NotFound for a parent that is gone.

    The tree is locked by whoever goes on to write.
    """
    parents = repository.parents(tx)
    chain: list[int] = []
    while parent_id is not None:
        if parent_id == own_id:
            raise BadCategory(code=code, reason="cycle")
        if parent_id not in parents:
            raise NotFound()
        chain.append(parent_id)
        parent_id = parents[parent_id]
    if len(chain) + _height(parents, own_id) > MOST_LEVELS:
        raise BadCategory(code=code, reason="depth")


def follow(tx: Tx, category_id: int) -> None:
    """A category moved, vanished or has another name: its products' places and what search knows of them follow."""
    products = listing_repository.products_below(tx, category_id)
    listing_repository.rebuild(tx, products)
    for product_id in products:
        search_index.put(tx, product_id)


def _height(parents: Mapping[int, int | None], category_id: int | None) -> int:
    children = [each for each, parent in parents.items() if category_id is not None and parent == category_id]
    return 1 + max((_height(parents, child) for child in children), default=0)


def _require(tx: Tx, category_id: int) -> repository.CategoryFacts:
    row = repository.category(tx, category_id)
    if row is None:
        raise NotFound()
    return row


def _tree(tx: Tx) -> Categories:
    rows = repository.every(tx)
    below: dict[int | None, list[int]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.id)
    by_row = {row.id: row for row in rows}
    found: dict[int, Category] = {}

    def add(category_id: int, level: int) -> Category:
        row, children = by_row[category_id], tuple(below.get(category_id, ()))
        inside = [add(child, level + 1) for child in children]
        found[category_id] = Category(
            row.id, row.code, row.name, row.icon, row.parent_id, row.hidden, children, row.products,
            row.products + sum(each.products for each in inside),
            row.on_shelf + sum(each.on_shelf for each in inside), level,
        )
        return found[category_id]

    roots = tuple(below.get(None, ()))
    for root in roots:
        add(root, 1)
    return Categories(found, roots)


def checked(name: Words) -> Words:
    """Names in both languages without needless spaces. Raises InvalidInput where one is missing or too long."""
    cleaned = {language: " ".join(name.get(language, "").split()) for language in ("zh", "en")}
    if not all(0 < len(text) <= LONGEST_NAME for text in cleaned.values()):
        raise InvalidInput(field="name", reason="category-name")
    return cleaned


def _code(name: Words, taken: frozenset[str]) -> str:
    """A code that nobody has, from the English name."""
    base = re.sub(r"[^a-z0-9]+", "-", name["en"].lower()).strip("-")[:40] or "category"
    return next(code for code in (base, *(f"{base}-{at}" for at in range(2, len(taken) + 3))) if code not in taken)


def _note(tx: Tx, actor: Actor, act: str, category_id: int, facts: dict[str, object]) -> None:
    audit.record(tx, actor, f"categories.{act}", f"category:{category_id}", facts)
    tx.after_commit(TOPIC)
