"""Audiences: whom the shop means. Counted and found by the database; kept under names."""

from __future__ import annotations

from collections.abc import Sequence

from services.campaigns import audience_repository as repository
from services.campaigns.errors import BadPush
from services.campaigns.types import Audience, PeopleList, Reach, SavedAudience, Tag
from services.customers import phones
from services.customers import segments_repository as customers
from services.orders import segments_repository as orders
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit
from services.staff.types import CUSTOMERS_VIEW, PUSHES_EDIT

_MOST_NAME = 40
_MOST_LISTS = 8
MOST_ROWS = 100_000


def count(tx: Tx, actor: Actor, audience: Audience) -> Reach:
    """How many people the audience has, and how many of them a push would come to now. Raises NotAllowed."""
    actor.require(CUSTOMERS_VIEW)
    found = repository.reach(tx, audience)
    sums = {fate: sum(many for (each, _), many in found.items() if each == fate) for fate, _ in found}
    left = {language: many for (fate, language), many in sorted(found.items()) if fate == "left"}
    return Reach(
        sum(found.values()), sums.get("unsubscribed", 0), sums.get("blocked", 0), sums.get("capped", 0), left
    )


def members(tx: Tx, audience: Audience) -> list[int]:
    """The ids of everybody in the audience, whether they may be pushed to or not, in ascending order."""
    return repository.members(tx, audience)


def saved(tx: Tx, actor: Actor) -> tuple[SavedAudience, ...]:
    """The audiences that have a name, by name. Raises NotAllowed."""
    actor.require(CUSTOMERS_VIEW)
    return tuple(SavedAudience(row.id, row.name, Audience.from_json(row.groups)) for row in repository.saved(tx))


def require_saved(tx: Tx, audience_id: int) -> SavedAudience:
    """Raises NotFound."""
    row = repository.one_saved(tx, audience_id)
    if row is None:
        raise NotFound()
    return SavedAudience(row.id, row.name, Audience.from_json(row.groups))


def save(tx: Tx, actor: Actor, name: str, audience: Audience) -> SavedAudience:
    """Keeps an audience under a name; one that had this name is replaced. Raises NotAllowed, BadPush."""
    actor.require(PUSHES_EDIT)
    audience_id = repository.put_saved(tx, {
        "name": _name(name), "groups": audience.to_json(), "made_by": actor.id, "created_at": tx.now,
    })
    audit.record(tx, actor, "audiences.save", f"audience:{audience_id}", {"conditions": audience.to_json()})
    return require_saved(tx, audience_id)


def forget(tx: Tx, actor: Actor, audience_id: int) -> None:
    """Drops a saved audience; pushes that were made of it keep theirs. Raises NotAllowed, NotFound."""
    actor.require(PUSHES_EDIT)
    if not repository.drop_saved(tx, audience_id):
        raise NotFound()
    audit.record(tx, actor, "audiences.forget", f"audience:{audience_id}")


def tags(tx: Tx, actor: Actor) -> tuple[Tag, ...]:
    """The tags of customers, by name. Raises NotAllowed."""
    actor.require(CUSTOMERS_VIEW)
    return every_tag(tx)


def every_tag(tx: Tx) -> tuple[Tag, ...]:
    """The tags of customers, for whoever may see what they are needed for."""
    return tuple(Tag(row.id, row.name, row.people) for row in repository.tags(tx))


def tag_list(tx: Tx, actor: Actor, list_id: int, name: str) -> tuple[Tag, int]:
    """Gives everybody on a list the tag of this name, which is made if need be; returns it and how many got it now.

    Raises NotAllowed, NotFound, BadPush.
    """
    actor.require(PUSHES_EDIT)
    require_list(tx, list_id)
    tag_id = repository.put_tag(tx, _name(name))
    given = repository.tag_list(tx, tag_id, list_id)
    audit.record(tx, actor, "customers.tag", f"tag:{tag_id}", {"list": list_id, "people": given})
    return next(Tag(row.id, row.name, row.people) for row in repository.tags(tx) if row.id == tag_id), given


def add_list(tx: Tx, actor: Actor, name: str, rows: Sequence[Sequence[str]]) -> PeopleList:
    """Finds the customers whom the rows of a file name by Telegram id, phone or order number, in any column.

    What the file said is not kept. Raises NotAllowed; BadPush for a file that names nobody or is too long.
    """
    actor.require(PUSHES_EDIT)
    if len(rows) > MOST_ROWS:
        raise BadPush(reason="list-long", most=MOST_ROWS)
    found, unknown = _named(tx, rows)
    if not found:
        raise BadPush(reason="list-empty")
    list_id = repository.add_list(tx, {
        "name": name.strip()[:_MOST_NAME], "people": len(found), "unknown": unknown, "made_by": actor.id,
        "created_at": tx.now,
    }, found)
    audit.record(tx, actor, "audiences.upload", f"list:{list_id}", {"people": len(found), "unknown": unknown})
    return require_list(tx, list_id)


def lists(tx: Tx, actor: Actor) -> tuple[PeopleList, ...]:
    """The newest uploaded lists. Raises NotAllowed."""
    actor.require(CUSTOMERS_VIEW)
    return tuple(PeopleList(row.id, row.name, row.people, row.unknown) for row in repository.lists(tx, _MOST_LISTS))


def require_list(tx: Tx, list_id: int) -> PeopleList:
    """Raises NotFound."""
    row = repository.one_list(tx, list_id)
    if row is None:
        raise NotFound()
    return PeopleList(row.id, row.name, row.people, row.unknown)


def _named(tx: Tx, rows: Sequence[Sequence[str]]) -> tuple[set[int], int]:
    """The customers that the rows name, and how many rows name nobody. A first row of headings is no row."""
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    cells = [row for row in cells if row]
    by_telegram = customers.by_telegram_ids(tx, [int(c) for row in cells for c in row if _is_id(c)])
    by_number = orders.by_numbers(tx, [cell.upper() for row in cells for cell in row])
    indexes = {cell: index for row in cells for cell in row if (index := _phone_index(tx, cell)) is not None}
    by_phone = customers.by_phone_indexes(tx, list(set(indexes.values())))
    found: set[int] = set()
    unknown = 0
    for number, row in enumerate(cells):
        here: set[int] = set()
        for cell in row:
            here |= {by_telegram[int(cell)]} if _is_id(cell) and int(cell) in by_telegram else set()
            here |= {by_number[cell.upper()]} if cell.upper() in by_number else set()
            here |= by_phone.get(indexes.get(cell, ""), set())
        found |= here
        is_heading = number == 0 and not any(char.isdigit() for cell in row for char in cell)
        unknown += not here and not is_heading
    return found, unknown


def _is_id(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= 18


def _phone_index(tx: Tx, cell: str) -> str | None:
    if sum(char.isdigit() for char in cell) < 7:
        return None
    try:
        return tx.vault.blind_index(phones.parse(cell), "phone")
    except InvalidInput:
        return None


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > _MOST_NAME:
        raise BadPush(reason="name", most=_MOST_NAME)
    return name
