"""Who is staff: the owners of the settings and whoever is a member of the staff group now."""

from __future__ import annotations

import logging

from aiogram import Bot
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat

from services.shared.actors import Actor, staff
from services.shared.clock import Clock
from services.staff.types import ORDER_DESK, OWNER

log = logging.getLogger(__name__)

_MEMBERS = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER}
# Somebody removed from the group may act for this long at most.
_TRUST_SECONDS = 60.0


class Desk:
    """Tells staff actors apart; membership of the staff group is asked of Telegram and trusted for a minute."""

    def __init__(self, bot: Bot, clock: Clock, staff_chat_id: int | None, owner_ids: frozenset[int]) -> None:
        self._bot, self._clock = bot, clock
        self._chat_id, self._owners = staff_chat_id, owner_ids
        self._seen: dict[int, tuple[float, bool]] = {}

    async def actor(self, telegram_id: int, name: str) -> Actor | None:
        """The staff actor behind a Telegram account, or None for everybody else."""
        if telegram_id in self._owners:
            return staff(telegram_id, name, OWNER)
        if self._chat_id is not None and await self._is_member(telegram_id):
            return staff(telegram_id, name, ORDER_DESK)
        return None

    async def _is_member(self, telegram_id: int) -> bool:
        now = self._clock.now().timestamp()
        asked_at, member = self._seen.get(telegram_id, (float("-inf"), False))
        if now - asked_at > _TRUST_SECONDS:
            member = await self._ask(telegram_id)
            self._seen[telegram_id] = (now, member)
        return member

    async def _ask(self, telegram_id: int) -> bool:
        assert self._chat_id is not None
        try:
            member = await self._bot.get_chat_member(self._chat_id, telegram_id)
        except TelegramBadRequest:
            return False
        except (TelegramForbiddenError, TelegramMigrateToChat) as error:
            log.error("the staff group %s cannot be asked, only owners are staff: %s", self._chat_id, error.message)
            return False
        return member.status in _MEMBERS or getattr(member, "is_member", False)
