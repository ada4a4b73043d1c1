"""Facts that the products of a category must tell their buyers: a licence number, an energy label."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog import disclosures_repository as repository
from services.catalog.shelf import TOPIC
from services.catalog.types import Disclosure
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff import audit
from services.staff.types import CATALOG_EDIT


def rules(tx: Tx, actor: Actor, category_id: int) -> tuple[Disclosure, ...]:
    """What products of this category disclose, by its own rules and those of the categories above."""
    return repository.rules(tx, category_id)


def own(tx: Tx, actor: Actor, category_id: int) -> tuple[Disclosure, ...]:
    """The category's own rules, without those of the categories above."""
    actor.require(CATALOG_EDIT)
    return repository.own(tx, category_id)


def set_rules(tx: Tx, actor: Actor, category_id: int, wanted: Sequence[Disclosure]) -> None:
    """Replaces the category's own rules. Products on the shelf stay there; their next saving asks for what is new."""
    actor.require(CATALOG_EDIT)
    repository.put_rules(tx, category_id, wanted)
    audit.record(tx, actor, "catalog.disclosures", f"category:{category_id}", {"keys": [rule.key for rule in wanted]})
    tx.after_commit(TOPIC)
