"""Use cases around a person: the first contact, language, consent, being blocked."""

from __future__ import annotations

from dataclasses import replace

from services.customers import chat_state, repository
from services.customers.types import ChatState, Person
from services.outbox import service as outbox
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound


def find(tx: Tx, telegram_id: int) -> tuple[Person, ChatState] | None:
    """The person behind a Telegram account and where their chat stands, or None before the first contact."""
    person = repository.find_by_telegram_id(tx, telegram_id)
    return None if person is None else (person, chat_state.load(tx, person.id))


def enter(
    tx: Tx, telegram_id: int, first_name: str, username: str | None, language: str, *, source: str | None = None,
    is_demo: bool = False,
) -> tuple[Person, ChatState]:
    """The person behind a Telegram account; the first contact makes one, with `language` and `source`."""
    known = find(tx, telegram_id)
    if known is not None:
        return known
    customer_id = repository.add(tx, telegram_id, language, source, is_demo)
    repository.put_profile(tx, customer_id, {"first_name": first_name, "username": username})
    return Person(customer_id, telegram_id, language, first_name, is_new=True), ChatState()


def choose_language(tx: Tx, actor: Actor, language: str, offered: tuple[str, ...]) -> Person:
    """Changes the language of everything said from now on. Raises InvalidInput for one that is not offered."""
    customer_id = actor.require_customer()
    if language not in offered:
        raise InvalidInput(field="language")
    repository.put(tx, customer_id, "language", language)
    return replace(require(tx, customer_id), language=language)


def choose_currency(tx: Tx, actor: Actor, currency: str, offered: tuple[str, ...]) -> Person:
    """Changes the currency of the prices that the person is asked; the first one offered is the shop's own.

    Raises InvalidInput for one that is not offered.
    """
    customer_id = actor.require_customer()
    if currency not in offered:
        raise InvalidInput(field="currency")
    repository.put(tx, customer_id, "currency", "" if currency == offered[0] else currency)
    return require(tx, customer_id)


def require(tx: Tx, customer_id: int) -> Person:
    """The person, for whoever holds the id already. Raises NotFound."""
    person = repository.find(tx, customer_id)
    if person is None:
        raise NotFound()
    return person


def is_welcomed(tx: Tx, actor: Actor) -> bool:
    """Whether the person has seen the welcome screen already."""
    return repository.is_welcomed(tx, actor.require_customer())


def welcome(tx: Tx, actor: Actor) -> bool:
    """Notes that the person was welcomed; True only the first time."""
    return repository.welcome(tx, actor.require_customer())


def mark_blocked(tx: Tx, telegram_id: int, blocked: bool) -> None:
    """The person blocked the bot, or came back."""
    person = repository.find_by_telegram_id(tx, telegram_id)
    if person is not None:
        repository.put(tx, person.id, "blocked_at", tx.now if blocked else None)
        # Whoever has an order of theirs in hand must call instead, or may write again.
        outbox.enqueue(tx, "customers.reach", {"customer_id": person.id})
