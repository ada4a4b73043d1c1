"""Who is staff: the owners, and whoever is a member of the staff group now."""

from __future__ import annotations

from typing import Any, cast

import pytest
from aiogram.enums import ChatMemberStatus as Status
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import GetChatMember
from aiogram.types import ChatMemberBanned, ChatMemberLeft, ChatMemberMember, ChatMemberRestricted, User

from bot.desk import Desk
from services.shared.clock import MovableClock
from services.staff.types import ORDER_DESK, OWNER

GROUP, OWNER_ID, MEMBER = -1001, 1, 2
PERSON = User(id=MEMBER, is_bot=False, first_name="Wang")
ASKED = GetChatMember(chat_id=GROUP, user_id=MEMBER)


class Telegram:
    """Answers what it is told to, and counts the questions."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Any = ChatMemberMember(user=PERSON)

    async def get_chat_member(self, chat_id: int, user_id: int) -> Any:
        assert (chat_id, user_id) == (GROUP, MEMBER)
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def desk(telegram: Telegram, clock: MovableClock) -> Desk:
    return Desk(cast(Any, telegram), clock, GROUP, frozenset({OWNER_ID}))


def restricted(is_member: bool) -> ChatMemberRestricted:
    rights = [name for name in ChatMemberRestricted.model_fields if name.startswith("can_")]
    return ChatMemberRestricted(user=PERSON, is_member=is_member, until_date=0, **dict.fromkeys(rights, True))  # type: ignore[arg-type]


async def test_owners_may_everything_and_nobody_is_asked(desk: Desk, telegram: Telegram) -> None:
    actor = await desk.actor(OWNER_ID, "Boss")
    assert actor is not None and (actor.label, actor.permissions) == ("staff:1", OWNER)
    assert telegram.asked == 0


async def test_members_of_the_group_work_at_the_order_desk(desk: Desk) -> None:
    actor = await desk.actor(MEMBER, "Wang")
    assert actor is not None and (actor.label, actor.name, actor.permissions) == ("staff:2", "Wang", ORDER_DESK)


@pytest.mark.parametrize(("answer", "is_staff"), [
    (ChatMemberMember(user=PERSON), True), (restricted(True), True), (restricted(False), False),
    (ChatMemberLeft(user=PERSON), False), (ChatMemberBanned(user=PERSON, until_date=0), False),
    (TelegramBadRequest(ASKED, "Bad Request: user not found"), False),
    (TelegramForbiddenError(ASKED, "Forbidden: bot was kicked from the supergroup chat"), False),
], ids=[Status.MEMBER, "restricted inside", "restricted outside", Status.LEFT, Status.KICKED, "unknown", "bot is out"])
async def test_membership_decides(desk: Desk, telegram: Telegram, answer: Any, is_staff: bool) -> None:
    telegram.answer = answer
    assert (await desk.actor(MEMBER, "Wang") is not None) is is_staff


async def test_a_membership_is_trusted_for_a_minute(desk: Desk, telegram: Telegram, clock: MovableClock) -> None:
    assert await desk.actor(MEMBER, "Wang") is not None
    telegram.answer = ChatMemberLeft(user=PERSON)
    clock.move(60)
    assert await desk.actor(MEMBER, "Wang") is not None
    assert telegram.asked == 1
    clock.move(1)
    assert await desk.actor(MEMBER, "Wang") is None
    assert telegram.asked == 2


async def test_without_a_group_only_owners_are_staff(telegram: Telegram, clock: MovableClock) -> None:
    desk = Desk(cast(Any, telegram), clock, None, frozenset({OWNER_ID}))
    assert await desk.actor(MEMBER, "Wang") is None
    assert await desk.actor(OWNER_ID, "Boss") is not None
    assert telegram.asked == 0
