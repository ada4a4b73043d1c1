"""Faults on order: the service is down, slow, or forgets to answer."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Literal

from bot.demo.emulator.errors import ApiError, CutConnection, FloodWait

When = Literal["before", "after"]
_TEXTS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass(slots=True)
class Fault:
    """``action``: ``429``, ``reset``, ``slow`` or an HTTP status. ``when="after"`` does the work first, then fails."""

    action: str
    method: str = ""
    left: int = 1
    when: When = "before"
    chat_id: int | None = None
    retry_after: int = 1
    seconds: float = 1.0

    def meets(self, method: str, chat_id: object) -> bool:
        fits = re.search(self.method, method, re.IGNORECASE) is not None
        return self.left > 0 and fits and (self.chat_id is None or str(self.chat_id) == str(chat_id))

    async def strike(self) -> None:
        match self.action:
            case "slow":
                await asyncio.sleep(self.seconds)
            case "reset":
                raise CutConnection
            case "429":
                raise _ordered(FloodWait(self.retry_after))
            case _:
                code = int(self.action)
                raise _ordered(ApiError(code, _TEXTS.get(code, "Bad Request: ordered fault")))


def _ordered(error: ApiError) -> ApiError:
    error.ordered = True
    return error


@dataclass(slots=True)
class Faults:
    ordered: list[Fault] = field(default_factory=list)

    def next_for(self, method: str, chat_id: object) -> Fault | None:
        """The fault that this call meets, if any; it is used up by one."""
        for fault in self.ordered:
            if fault.meets(method, chat_id):
                fault.left -= 1
                return fault
        return None
