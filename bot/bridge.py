"""Carries news of commits between processes through Redis, so that each drops what it keeps in memory."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from uuid import uuid4

from services.shared.db import Store

if TYPE_CHECKING:
    from redis.asyncio import Redis

# What processes keep in memory: the catalogue and the running promotions.
SHARED_TOPICS = ("catalog", "promotions")
_CHANNEL = "topics"


class Bridge:
    """Publishes the named topics of this process's commits and announces those of others."""

    def __init__(self, redis: Redis, store: Store, topics: tuple[str, ...]) -> None:
        self._redis, self._store = redis, store
        self._self = uuid4().hex
        self._from_outside: set[str] = set()
        self._to_tell: set[str] = set()
        # Set once news of other processes reaches this one.
        self.listening = asyncio.Event()
        for topic in topics:
            store.listen(topic, lambda topic=topic: self._heard(topic))

    async def run(self) -> None:
        """Carries news both ways until cancelled."""
        async with self._redis.pubsub() as channel:
            await channel.subscribe(_CHANNEL)
            self.listening.set()
            while True:
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=0.2)
                if message is not None:
                    self._announce(json.loads(message["data"]))
                await self._publish()

    def _heard(self, topic: str) -> None:
        if topic not in self._from_outside:
            self._to_tell.add(topic)

    async def _publish(self) -> None:
        if self._to_tell:
            topics, self._to_tell = sorted(self._to_tell), set()
            await self._redis.publish(_CHANNEL, json.dumps({"from": self._self, "topics": topics}))

    def _announce(self, news: dict[str, object]) -> None:
        if news["from"] == self._self:
            return
        topics = {str(topic) for topic in news["topics"]} if isinstance(news["topics"], list) else set()
        self._from_outside = topics
        try:
            self._store.announce(topics)
        finally:
            self._from_outside = set()
