"""A server that takes messages as Telegram does and counts what would be too fast, and a shop with many customers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from sqlalchemy import insert

from bot.demo.house import TOKEN
from services.campaigns import drafts, sending
from services.campaigns.types import Push
from services.customers import repository
from services.customers.models import CustomerRow
from services.shared.actors import staff
from services.shared.db import Store, Tx
from services.staff.types import ROLES
from tests.services.staff.roster import enlist

FIRST_ID = 500_000_000


def zone_of_day() -> str:
    """A zone in which it is about noon now: the test may run at any hour."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


@dataclass
class Meter:
    """Notes when each message came. More than `per_second` of them in any second are refused with 429."""

    per_second: int
    blocked: frozenset[int] = frozenset()
    latency: float = 0.005
    moments: list[float] = field(default_factory=list)
    chats: list[int] = field(default_factory=list)
    refused: int = 0

    def most_in_a_second(self) -> int:
        most = first = 0
        for last, moment in enumerate(self.moments):
            while self.moments[first] <= moment - 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    def stretches(self, people: Container[int]) -> list[list[float]]:
        """When messages came while these people were being told, apart wherever none of them was for a second."""
        found: list[list[float]] = []
        others: list[float] = []
        for moment, chat_id in zip(self.moments, self.chats, strict=True):
            others.append(moment)
            if chat_id in people:
                if found and moment - found[-1][-1] < 1:
                    found[-1] += others
                else:
                    found.append([moment])
                others = []
        return found

    def share(self, stretch: list[float]) -> float:
        """Of the cap, from a stretch's first message to its last."""
        return (len(stretch) - 1) / (stretch[-1] - stretch[0]) / self.per_second

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if method == "getupdates":
            await asyncio.sleep(1)
            return _good([])
        form = await request.post()
        if method.startswith("send") and method != "sendchataction":
            return await self._message(int(str(form["chat_id"])))
        if method == "getchat":
            return _good(_chat(int(str(form["chat_id"]))) | _FULL)
        return _good(_ME if method == "getme" else True)

    async def _message(self, chat_id: int) -> web.Response:
        now = asyncio.get_running_loop().time()
        if sum(each > now - 1 for each in self.moments[-self.per_second:]) >= self.per_second:
            self.refused += 1
            return _bad(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        self.moments.append(now)
        self.chats.append(chat_id)
        await asyncio.sleep(self.latency)
        if chat_id in self.blocked:
            return _bad(403, "Forbidden: bot was blocked by the user")
        return _good({"message_id": len(self.moments), "date": 0, "chat": _chat(chat_id)})


_ME = {"id": int(TOKEN.split(":")[0]), "is_bot": True, "first_name": "shop", "username": "shop_bot"}
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_FULL = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(_GIFTS, False)}


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "Order desk"}
    return {"id": chat_id, "type": "private", "first_name": "Customer"}


def _good(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _bad(code: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body = {"ok": False, "error_code": code, "description": description}
    return web.json_response(body | ({"parameters": parameters} if parameters else {}), status=code)


@asynccontextmanager
async def metered(meter: Meter) -> AsyncIterator[str]:
    """The address at which the meter answers as the Bot API."""
    app = web.Application()
    app.add_routes([web.route("*", "/bot{token:[^/]+}/{method}", meter.answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def crowd(tx: Tx, many: int) -> None:
    """So many customers who agreed to marketing."""
    for number in range(many):
        customer_id = tx.insert(insert(CustomerRow.__table__), {
            "telegram_id": FIRST_ID + number, "language": "zh", "profile": "", "created_at": tx.now, "seen_at": tx.now,
            "marketing_at": tx.now, "is_demo": False,
        })
        repository.put_profile(tx, customer_id, {"first_name": "小林", "username": None})


async def begun(store: Store, many: int, staff_id: int, zone: str) -> Push:
    """A push to everybody, who are `many`, sent."""
    await enlist(store, staff_id, "marketing")
    actor = staff(staff_id, "阿梅", ROLES["marketing"])
    push = await store.write(drafts.start, actor)
    push = await store.write(drafts.set_text, actor, push.id, "zh", "text", "双11 <b>预热</b>", "双11 预热", "")
    return await store.write(sending.send, actor, push.id, push.version, zone, many)
