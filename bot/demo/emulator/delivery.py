"""Updates on their way to the bot: by webhook, in order and again until taken, or by getUpdates.

Order follows the service: one queue for each person's callbacks, each person's inline queries and each chat's
messages; strictly one at a time inside a queue, nothing promised between queues.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.demo.emulator.errors import ApiError
from bot.demo.emulator.state import Json
from bot.demo.emulator.wire import Payload, UnreadableBody, read_reply
from bot.demo.emulator.world import World

_ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_RETRY_AFTER_LONGEST = 3600.0
_POLL_LONGEST = 50


@dataclass(frozen=True, slots=True)
class Update:
    id: int
    kind: str
    payload: Json
    lane: tuple[str, int]
    chat_id: int
    expires_at: float

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.payload}


@dataclass(slots=True, eq=False)
class Webhook:
    url: str
    secret: str | None
    max_connections: int
    slots: asyncio.Semaphore
    lanes: dict[tuple[str, int], deque[Update]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    last_error: tuple[int, str] | None = None

    @property
    def pending(self) -> list[Update]:
        return sorted((update for lane in self.lanes.values() for update in lane), key=lambda update: update.id)


ReplyHandler = Callable[[str, Payload], Awaitable[object]]


class Delivery:
    """Holds updates until the bot has taken them. ``on_reply`` performs a method in the answer of a webhook."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhook: Webhook | None = None
        self.allowed: list[str] | None = None
        self.on_reply: ReplyHandler | None = None
        self._waiting: deque[Update] = deque()
        self._next_id = 100_000_000 + secrets.randbelow(1_000_000)
        self._poll = 0
        self._session: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> list[Update]:
        return self.webhook.pending if self.webhook is not None else list(self._waiting)

    def push(self, kind: str, payload: Json, lane: tuple[str, int], chat_id: int) -> None:
        """Takes an update for the bot, unless the bot has not asked for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _ON_REQUEST_ONLY
        if not wanted:
            return
        expires_at = self.world.now() + self.world.limits.update_lifetime(kind)
        update = Update(self._next_id, kind, payload, lane, chat_id, expires_at)
        self._next_id += 1
        self._accept(update)
        self.world.pulse.beat()

    def drop_all(self) -> None:
        """Forgets every update that is on its way."""
        self._waiting.clear()
        if self.webhook is not None:
            self._cancel(self.webhook)

    async def stop(self) -> None:
        self._poll += 1
        self.world.pulse.beat()
        if self.webhook is not None:
            tasks = list(self.webhook.tasks)
            self._cancel(self.webhook)
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    # Polling

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """Long polling; an older poll that still waits is ended with a conflict. Raises ApiError."""
        if self.webhook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                "webhook first",
            )
        self._poll += 1
        turn = self._poll
        self.world.pulse.beat()
        if offset < 0:
            offset = self._waiting[offset].id if len(self._waiting) >= -offset else 0
        while self._waiting and self._waiting[0].id < offset:
            self._waiting.popleft()
        self.world.pulse.beat()
        deadline = time.monotonic() + min(seconds, _POLL_LONGEST)
        while True:
            self._drop_expired()
            remaining = deadline - time.monotonic()
            if self._waiting or remaining <= 0:
                return list(self._waiting)[:limit]
            await self.world.pulse.next(remaining)
            if self._poll != turn:
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )

    def _drop_expired(self) -> None:
        now = self.world.now()
        for update in [update for update in self._waiting if update.expires_at <= now]:
            self._waiting.remove(update)
            self._note_expired(update)

    # Webhook

    def set_webhook(self, url: str, secret: str | None, max_connections: int, *, drop: bool) -> None:
        """From now on updates go to ``url``; those that wait go there too, unless ``drop``."""
        waiting = self._take_back(drop=drop)
        self.webhook = Webhook(url, secret, max_connections, asyncio.Semaphore(max_connections))
        self._poll += 1
        for update in waiting:
            self._accept(update)
        self.world.pulse.beat()

    def delete_webhook(self, *, drop: bool) -> None:
        self._waiting.extend(self._take_back(drop=drop))
        self.world.pulse.beat()

    def _take_back(self, *, drop: bool) -> list[Update]:
        waiting = self.pending
        self._waiting.clear()
        if self.webhook is not None:
            self._cancel(self.webhook)
            self.webhook = None
        return [] if drop else waiting

    @staticmethod
    def _cancel(webhook: Webhook) -> None:
        webhook.lanes.clear()
        for task in webhook.tasks:
            task.cancel()

    def _accept(self, update: Update) -> None:
        webhook = self.webhook
        if webhook is None:
            self._waiting.append(update)
        elif update.lane in webhook.lanes:
            webhook.lanes[update.lane].append(update)
        else:
            webhook.lanes[update.lane] = deque([update])
            self._spawn(webhook, self._drain(webhook, update.lane))

    @staticmethod
    def _spawn(webhook: Webhook, work: Coroutine[Any, Any, None]) -> None:
        """The webhook owns its tasks: they end with their queue, or are cancelled with the webhook."""
        task = asyncio.get_running_loop().create_task(work)
        webhook.tasks.add(task)
        task.add_done_callback(webhook.tasks.discard)

    async def _drain(self, webhook: Webhook, lane: tuple[str, int]) -> None:
        waiting = webhook.lanes[lane]
        while waiting:
            await self._deliver(webhook, waiting[0])
            waiting.popleft()
            if not waiting:
                del webhook.lanes[lane]
            self.world.pulse.beat()

    async def _deliver(self, webhook: Webhook, update: Update) -> None:
        """Again and again, with growing pauses, until it is taken or too old."""
        pause = self.world.limits.retry_first
        while self.world.now() < update.expires_at:
            async with webhook.slots:
                asked_to_wait = await self._post(webhook, update)
            if asked_to_wait is None:
                return
            await asyncio.sleep(max(pause, asked_to_wait))
            pause = min(pause * 2, self.world.limits.retry_longest)
        self._note_expired(update)

    async def _post(self, webhook: Webhook, update: Update) -> float | None:
        """One attempt: None when the update was taken, else the seconds that the bot asked to wait."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        body = json.dumps(update.json(), ensure_ascii=False).encode()
        headers["Content-Type"] = "application/json"
        timeout = aiohttp.ClientTimeout(total=self.world.limits.webhook_timeout)
        begun = time.perf_counter()
        status, reply, wait = 0, None, 0.0
        try:
            async with self._client().post(
                webhook.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status = response.status
                wait = _seconds(response.headers.get("Retry-After"))
                if 200 <= status < 300:
                    reply = await read_reply(response)
                else:
                    self._note_error(webhook, f"Wrong response from the webhook: {status} {response.reason}")
        except TimeoutError:
            self._note_error(webhook, "Read timeout expired")
        except (aiohttp.ClientError, OSError) as error:
            self._note_error(webhook, f"Connection failed: {error}")
        except UnreadableBody as error:
            self.world.journal.problem("webhook_reply", f"unreadable: {error}")
        self._log(update, status, time.perf_counter() - begun)
        if not 200 <= status < 300:
            return wait
        if reply is not None and self.on_reply is not None:
            await self.on_reply(*reply)
        return None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    def _log(self, update: Update, status: int, seconds: float) -> None:
        self.world.journal.add(
            self.world.now(), "in", f"update · {update.kind}",
            chat=update.chat_id, status=status, seconds=seconds, body=update.json(),
        )  # fmt: skip

    def log_polled(self, updates: list[Update]) -> None:
        for update in updates:
            self._log(update, 200, 0.0)

    def _note_error(self, webhook: Webhook, text: str) -> None:
        webhook.last_error = int(self.world.now()), text

    def _note_expired(self, update: Update) -> None:
        self.world.journal.problem("update_expired", f"{update.kind} {update.id} was never taken by the bot")


def _seconds(header: str | None) -> float:
    return min(float(header), _RETRY_AFTER_LONGEST) if header and header.isdecimal() else 0.0
