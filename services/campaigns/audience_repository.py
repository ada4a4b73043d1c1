"""Audiences as one statement over sub-queries of the areas below: nobody's id leaves the database to be counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.campaigns.models import (
    AudienceListRow,
    AudienceRow,
    CustomerTagRow,
    ListedCustomerRow,
    PushRecipientRow,
    TaggedCustomerRow,
)
from services.campaigns.types import (
    BOUGHT,
    CATEGORY,
    IGNORED,
    LISTED,
    PRODUCT,
    REGION,
    SPENT,
    TAGGED,
    UNSEEN,
    VIEWED,
    Audience,
    Condition,
)
from services.catalog import segments_repository as catalog
from services.customers import segments_repository as customers
from services.customers.segments_repository import CUSTOMERS
from services.orders import segments_repository as orders
from services.shared.db import Tx

TAGS, TAGGED_ROWS = CustomerTagRow.__table__, TaggedCustomerRow.__table__
LISTS, LISTED_ROWS, AUDIENCES = AudienceListRow.__table__, ListedCustomerRow.__table__, AudienceRow.__table__
RECIPIENTS = PushRecipientRow.__table__

# At most so many pushes to one person in so long a time, whoever sends them.
CAP, CAP_WINDOW = 2, timedelta(days=7)
# How many rows one INSERT carries.
_AT_ONCE = 2_000
# What counts as having been told: also what may have arrived.
TOLD = ("sending", "sent", "doubt")


def meets(tx: Tx, audience: Audience) -> ColumnElement[bool]:
    """What is true of a row of customers that belongs to the audience."""
    if not audience.groups:
        return true()
    return or_(*(and_(*(_condition(tx, each) for each in group)) for group in audience.groups))


def capped(since: datetime) -> Select[Any]:
    """Who has had as many pushes since `since` as one may have."""
    return (
        select(RECIPIENTS.c.customer_id).where(RECIPIENTS.c.sent_at > since, RECIPIENTS.c.state.in_(TOLD))
        .group_by(RECIPIENTS.c.customer_id).having(func.count() >= CAP)
    )


def reachable(tx: Tx) -> ColumnElement[bool]:
    """What is true of a row of customers who may be pushed to now."""
    return and_(
        CUSTOMERS.c.marketing_at.is_not(None), CUSTOMERS.c.blocked_at.is_(None),
        CUSTOMERS.c.id.not_in(capped(tx.now - CAP_WINDOW)),
    )


def reach(tx: Tx, audience: Audience) -> dict[tuple[str, str], int]:
    """How many of the audience there are by fate ("unsubscribed", "blocked", "capped", "left") and language."""
    fate = case(
        (CUSTOMERS.c.marketing_at.is_(None), "unsubscribed"), (CUSTOMERS.c.blocked_at.is_not(None), "blocked"),
        (CUSTOMERS.c.id.in_(capped(tx.now - CAP_WINDOW)), "capped"), else_="left",
    ).label("fate")
    people = select(fate, CUSTOMERS.c.language).where(meets(tx, audience)).subquery()
    rows = tx.rows(
        select(people.c.fate, people.c.language, func.count().label("people"))
        .group_by(people.c.fate, people.c.language)
    )
    return {(row.fate, row.language): row.people for row in rows}


def members(tx: Tx, audience: Audience) -> list[int]:
    return [row.id for row in tx.rows(select(CUSTOMERS.c.id).where(meets(tx, audience)).order_by(CUSTOMERS.c.id))]


def _condition(tx: Tx, condition: Condition) -> ColumnElement[bool]:
    met = _met(tx, condition)
    return not_(met) if condition.negated else met


def _met(tx: Tx, condition: Condition) -> ColumnElement[bool]:
    since = None if condition.days is None else tx.now - timedelta(days=condition.days)
    if condition.kind == REGION:
        return _lives_in(tx, condition.region, condition.city)
    if condition.kind == UNSEEN:
        assert since is not None
        return CUSTOMERS.c.id.in_(customers.unseen_since(since))
    if condition.kind == BOUGHT:
        return CUSTOMERS.c.id.in_(orders.buyers(_products(tx, condition), since))
    if condition.kind == VIEWED:
        return CUSTOMERS.c.id.in_(catalog.viewers(_products(tx, condition), since))
    if condition.kind == SPENT:
        return CUSTOMERS.c.id.in_(orders.spenders(condition.amount, condition.currency, since))
    return CUSTOMERS.c.id.in_(_noted(condition))


def _noted(condition: Condition) -> Select[Any]:
    if condition.kind == TAGGED:
        return select(TAGGED_ROWS.c.customer_id).where(TAGGED_ROWS.c.tag_id == condition.id)
    if condition.kind == LISTED:
        return select(LISTED_ROWS.c.customer_id).where(LISTED_ROWS.c.list_id == condition.id)
    if condition.kind == IGNORED:
        return select(RECIPIENTS.c.customer_id).where(
            RECIPIENTS.c.push_id == condition.id, RECIPIENTS.c.state == "sent", RECIPIENTS.c.clicked_at.is_(None)
        )
    raise ValueError(f"no such condition: {condition.kind}")


def _products(tx: Tx, condition: Condition) -> Select[Any] | Collection[int] | None:
    if condition.of == PRODUCT:
        return (condition.id,)
    return catalog.products_in(tx, (condition.id,)) if condition.of == CATEGORY else None


def _lives_in(tx: Tx, region: str, city: str) -> ColumnElement[bool]:
    at_home = CUSTOMERS.c.id.in_(ids(tx, customers.living_in(tx, region, city)))
    # Orders say in clear only which region they went to.
    return at_home if city else or_(at_home, CUSTOMERS.c.id.in_(orders.delivered_to(region)))


def ids(tx: Tx, customer_ids: Iterable[int]) -> Select[Any]:
    """A list of ids as a sub-query of one parameter: tens of thousands would be too many parameters."""
    if tx.sqlite:
        each = func.json_each(literal(str(list(customer_ids)))).table_valued("value")
        return select(cast(each.c.value, BigInteger))
    return select(func.unnest(bindparam(None, list(customer_ids), type_=ARRAY(BigInteger))))


def tags(tx: Tx) -> list[Row[Any]]:
    people = select(func.count()).where(TAGGED_ROWS.c.tag_id == TAGS.c.id).scalar_subquery()
    return list(tx.rows(select(TAGS.c.id, TAGS.c.name, people.label("people")).order_by(TAGS.c.name)))


def put_tag(tx: Tx, name: str) -> int:
    """The id of the tag with this name, made where there was none."""
    dialect = sqlite if tx.sqlite else postgresql
    new = dialect.insert(TAGS).values(name=name, created_at=tx.now)
    tx.execute(new.on_conflict_do_nothing(index_elements=["name"]))
    return tx.scalar(select(TAGS.c.id).where(TAGS.c.name == name))


def tag_list(tx: Tx, tag_id: int, list_id: int) -> int:
    """Gives the tag to the people of a list who lack it; returns how many that were."""
    had = select(TAGGED_ROWS.c.customer_id).where(TAGGED_ROWS.c.tag_id == tag_id)
    new = select(literal(tag_id), LISTED_ROWS.c.customer_id).where(
        LISTED_ROWS.c.list_id == list_id, LISTED_ROWS.c.customer_id.not_in(had)
    )
    return tx.changed(insert(TAGGED_ROWS).from_select(["tag_id", "customer_id"], new))


def add_list(tx: Tx, row: dict[str, Any], customer_ids: Collection[int]) -> int:
    list_id = tx.insert(insert(LISTS), row)
    people = sorted(customer_ids)
    for at in range(0, len(people), _AT_ONCE):
        tx.execute(insert(LISTED_ROWS), [
            {"list_id": list_id, "customer_id": each} for each in people[at:at + _AT_ONCE]
        ])
    return list_id


def lists(tx: Tx, most: int) -> list[Row[Any]]:
    return list(tx.rows(select(LISTS).order_by(LISTS.c.id.desc()).limit(most)))


def one_list(tx: Tx, list_id: int) -> Row[Any] | None:
    return tx.first(select(LISTS).where(LISTS.c.id == list_id))


def tag(tx: Tx, tag_id: int) -> Row[Any] | None:
    return tx.first(select(TAGS).where(TAGS.c.id == tag_id))


def saved(tx: Tx) -> list[Row[Any]]:
    return list(tx.rows(select(AUDIENCES).order_by(AUDIENCES.c.name)))


def one_saved(tx: Tx, audience_id: int) -> Row[Any] | None:
    return tx.first(select(AUDIENCES).where(AUDIENCES.c.id == audience_id))


def put_saved(tx: Tx, row: dict[str, Any]) -> int:
    """Keeps an audience under its name, in the place of another one of this name."""
    dialect = sqlite if tx.sqlite else postgresql
    statement = dialect.insert(AUDIENCES).values(row)
    tx.execute(statement.on_conflict_do_update(
        index_elements=["name"], set_={"groups": statement.excluded.groups, "made_by": statement.excluded.made_by},
    ))
    return tx.scalar(select(AUDIENCES.c.id).where(AUDIENCES.c.name == row["name"]))


def drop_saved(tx: Tx, audience_id: int) -> bool:
    return tx.changed(AUDIENCES.delete().where(AUDIENCES.c.id == audience_id)) == 1
