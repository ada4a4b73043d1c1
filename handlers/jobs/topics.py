"""Topics of a staff group that is a forum: one for each kind, made when first needed, made again when deleted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from weakref import WeakKeyDictionary

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from handlers.chat.jobs import JobContext
from handlers.chat.renderer import Renderer
from locales import Translator
from services.outbox import service as outbox
from services.shipping import topics

log = logging.getLogger(__name__)

T = TypeVar("T")

_OF_CARD = {
    "card": topics.ORDERS, "slip": topics.MONEY, "refund": topics.MONEY, "mismatch": topics.MONEY,
    "foreign-refund": topics.MONEY, "part": topics.MONEY, "returned": topics.MONEY, "refund-failed": topics.MONEY,
    "external-refund": topics.MONEY, "reconciliation": topics.MONEY, "approval": topics.MONEY,
    "dispute-asked": topics.MONEY, "dispute-opened": topics.MONEY, "dispute-won": topics.MONEY,
    "dispute-lost": topics.MONEY, "refund-bounced": topics.MONEY, "low-stock": topics.STOCK,
    "stock-low": topics.STOCK, "stock": topics.STOCK,
}
_GONE = ("message thread not found", "topic_id_invalid", "topic_deleted")
# While one worker makes a topic, no other does. A forum may also be closed to topics: it is asked again after this.
_MAKING = timedelta(seconds=5)

# Whether a group is a forum, per renderer and so per bot: asked once for each start.
_forums: WeakKeyDictionary[Renderer, dict[int, bool]] = WeakKeyDictionary()


class TopicUnderWay(Exception):
    """Another worker makes the topic at this moment; the job is tried again."""


def topic_of_card(kind: str) -> str:
    """In which topic cards of a kind stand; what is none of orders, money and stock is an alert."""
    return _OF_CARD.get(kind, topics.ALERTS)


async def in_topic(
    job: JobContext, chat_id: int, t: Translator, topic: str, put: Callable[[int | None], Awaitable[T]]
) -> T:
    """Calls `put` with the thread of `topic`, or with None where the group has no topics. Is the topic gone, it is
    made again."""
    thread = await _thread(job, chat_id, t, topic)
    try:
        return await put(thread)
    except TelegramBadRequest as error:
        if thread is None or not any(words in error.message.lower() for words in _GONE):
            raise
    await job.shop.store.write(topics.forget, chat_id, topic, thread)
    return await put(await _thread(job, chat_id, t, topic, again=True))


async def _thread(job: JobContext, chat_id: int, t: Translator, topic: str, *, again: bool = False) -> int | None:
    if chat_id > 0 or not await _is_forum(job.renderer, chat_id):
        return None
    known = await job.shop.store.read(topics.find, chat_id, topic)
    if known is not None:
        return known
    turn = f"topic:{topic}:{chat_id}:{'again' if again else 'first'}"
    if not await job.shop.store.write(outbox.take_turn, turn, _MAKING):
        raise TopicUnderWay(topic)
    try:
        made = await job.renderer.bot.create_forum_topic(chat_id, t.plain(f"desk-topic-{topic}"))
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        # Without the right to make topics the cards stand where they stood before there were any.
        log.warning("group %s lets the bot make no topic: %s", chat_id, error.message)
        _forums.setdefault(job.renderer, {})[chat_id] = False
        return None
    await job.shop.store.write(topics.remember, chat_id, topic, made.message_thread_id)
    return made.message_thread_id


async def _is_forum(renderer: Renderer, chat_id: int) -> bool:
    known = _forums.setdefault(renderer, {})
    if chat_id not in known:
        try:
            known[chat_id] = bool((await renderer.bot.get_chat(chat_id)).is_forum)
        except (TelegramBadRequest, TelegramForbiddenError):
            # The group is closed to the bot: whoever posts finds out and tells the owners.
            return False
    return known[chat_id]
