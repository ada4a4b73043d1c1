"""Where cards of the counter stand: in the staff group, or in the first owner's chat. One card for each cause."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakKeyDictionary

from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
)

from handlers.chat.jobs import JobContext
from handlers.chat.renderer import Renderer
from handlers.chat.shop import Shop
from handlers.jobs.topics import TopicUnderWay, in_topic, topic_of_card
from handlers.screens import staff as screens
from handlers.screens.screen import Screen, fingerprint
from locales import Translator
from services.customers import service as customers
from services.outbox import service as outbox
from services.outbox.types import LiveMessage

log = logging.getLogger(__name__)

Draw = Callable[[Translator], Awaitable[Screen]]

# What Telegram says about a chat where the bot cannot write, beside 403.
_CLOSED = ("chat not found", "not enough rights", "have no rights", "chat_write_forbidden")
# While one worker posts a card for the first time, no other does. Shorter than the pause before a second try.
_POSTING = timedelta(seconds=5)
_TELL_OWNERS_EVERY = timedelta(days=1)
# How often a card may change while it is being drawn before its next job takes over.
_ROUNDS = 5

# Per renderer, and so per bot: whose turn it is in a chat, and the cards that wait for theirs.
_gates: WeakKeyDictionary[Renderer, dict[int, asyncio.Lock]] = WeakKeyDictionary()
_waiting: WeakKeyDictionary[Renderer, set[tuple[str, int]]] = WeakKeyDictionary()


class CounterUnreachable(Exception):
    """The card could not be put where it belongs now; its job is tried again."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The chat where cards stand, and its language."""

    chat_id: int
    t: Translator


async def counter(shop: Shop) -> Counter | None:
    """The staff group; without one the chat of the first owner in their language; None when there is neither."""
    if shop.staff_chat_id is not None:
        return Counter(shop.staff_chat_id, shop.translator(shop.staff_language))
    if not shop.owner_ids:
        log.warning("there is neither a staff group nor an owner: nobody sees the orders")
        return None
    owner = min(shop.owner_ids)
    return Counter(owner, await language_of(shop, owner))


async def keep_card(job: JobContext, kind: str, subject: int, draw: Draw) -> None:
    """Posts the card of `subject`, or brings the message that shows it up to what `draw` says now.

    Cards of a chat are put one after the other, since its pace lets few of them through: a card that changes while it
    waits is drawn once, as it is when its turn comes. Raises CounterUnreachable when the chat is closed to the bot; the
    owners are told then, once a day.
    """
    place = await counter(job.shop)
    if place is None:
        return
    waiting = _waiting.setdefault(job.renderer, set())
    if (kind, subject) in waiting:
        # Its turn has not come: what is drawn then shows this change too.
        return
    waiting.add((kind, subject))
    gate = _gates.setdefault(job.renderer, {}).setdefault(place.chat_id, asyncio.Lock())
    try:
        await gate.acquire()
    finally:
        waiting.discard((kind, subject))
    try:
        await _bring_up_to_date(job, place, (kind, subject), draw)
    finally:
        gate.release()


async def _bring_up_to_date(job: JobContext, place: Counter, card: tuple[str, int], draw: Draw) -> None:
    for _ in range(_ROUNDS):
        # Drawn again after each change: what another worker committed meanwhile must not stay hidden.
        screen = await draw(place.t)
        live = await live_message(job, *card, place.chat_id)
        shown = fingerprint(screen)
        if live is not None and live.shown == shown:
            return
        message_id = await _put(job, place, live, card, screen)
        await job.shop.store.write(outbox.remember_message, *card, place.chat_id, message_id, shown)


async def live_message(job: JobContext, kind: str, subject: int, chat_id: int) -> LiveMessage | None:
    found = await job.shop.store.read(outbox.live_messages, kind, subject)
    return next((message for message in found if message.chat_id == chat_id), None)


async def post(job: JobContext, place: Counter, topic: str, screen: Screen) -> int:
    """Sends a message of its own to the counter, in a forum to `topic`; see `guard`."""
    return await guard(job, place, in_topic(
        job, place.chat_id, place.t, topic, lambda thread: job.renderer.send(place.chat_id, screen, thread)))


async def guard(job: JobContext, place: Counter, sending: Awaitable[int]) -> int:
    """The message's id; a chat closed to the bot is told to the owners and raises CounterUnreachable."""
    try:
        return await sending
    except TopicUnderWay as error:
        raise CounterUnreachable(str(error)) from error
    except (TelegramForbiddenError, TelegramMigrateToChat) as error:
        closed = error
    except TelegramBadRequest as error:
        if not any(words in error.message.lower() for words in _CLOSED):
            raise
        closed = error
    await _tell_owners(job, place)
    raise CounterUnreachable(str(closed))


async def _put(
    job: JobContext, place: Counter, live: LiveMessage | None, card: tuple[str, int], screen: Screen
) -> int:
    if live is None:
        kind, subject = card
        if not await job.shop.store.write(outbox.take_turn, f"{kind}:{subject}:{place.chat_id}", _POSTING):
            raise CounterUnreachable("another worker is posting this card")
        return await post(job, place, topic_of_card(kind), screen)
    try:
        sent = await guard(job, place, in_topic(
            job, place.chat_id, place.t, topic_of_card(card[0]),
            lambda thread: job.renderer.edit_by_id(place.chat_id, live.message_id, screen, thread)))
        if sent != live.message_id:
            await job.renderer.edit_by_id(place.chat_id, sent, screens.reposted(place.t, screen))
        return sent
    except TelegramNetworkError as error:
        # An edit can be repeated: unlike a message that was sent it never shows twice.
        raise CounterUnreachable(str(error)) from error


async def _tell_owners(job: JobContext, place: Counter) -> None:
    log.warning("chat %s is closed to the bot: cards of orders cannot be shown there", place.chat_id)
    others = sorted(job.shop.owner_ids - {place.chat_id})
    if not others or not await job.shop.store.write(outbox.take_turn, "staff.unreachable", _TELL_OWNERS_EVERY):
        return
    for owner in others:
        t = await language_of(job.shop, owner)
        try:
            await job.renderer.send(owner, screens.unreachable(t, place.chat_id))
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            log.warning("owner %s cannot be told: %s", owner, error.message)


async def language_of(shop: Shop, telegram_id: int) -> Translator:
    """A person's own language; the group's for who never wrote to the bot."""
    found = await shop.store.read(customers.find, telegram_id)
    return shop.translator(shop.staff_language if found is None else found[0].language)
