"""Sending a push in the running shop: what goes wrong with one person stays with that person."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.demo.house import MARKETER_ID, House
from services.campaigns import drafts
from services.campaigns.types import Tally
from services.customers.models import CustomerRow
from services.shared.db import Tx
from tests.e2e.broadcast import FIRST_ID, begun, crowd
from tests.handlers.running import shop, store_of
from tests.handlers.staff_desk import meet
from tests.services.campaigns.pushing import ZONE

__all__ = ["shop"]

_MANY = 20


def _spoil(tx: Tx) -> None:
    """The first one's profile cannot be opened any more."""
    customers = CustomerRow.__table__
    tx.execute(update(customers).where(customers.c.telegram_id == FIRST_ID).values(profile="spoilt"))


async def test_a_message_that_goes_wrong_takes_no_other_with_it(
    shop: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Who blocked the bot is to be marked, which fails: that one is in doubt, and the others are told in one go."""
    for number in range(_MANY):
        shop.emulator.add_person(FIRST_ID + number, "小林", "zh")
        shop.emulator.chat(FIRST_ID + number).started = True
    for gone in (FIRST_ID, FIRST_ID + 1):
        shop.emulator.chat(gone).blocked = True
    mei = await meet(shop, MARKETER_ID)
    await store_of(shop).write(crowd, _MANY)
    await store_of(shop).write(_spoil)
    push = await begun(store_of(shop), _MANY, MARKETER_ID, ZONE)
    await mei.expect("已发完")
    found = (await store_of(shop).read(drafts.require, push.id)).tally
    assert found == Tally(_MANY, sent=_MANY - 2, blocked=1, doubt=1)
    assert [each.name for each in caplog.records if each.levelname == "ERROR"] == ["handlers.jobs.pushes"]
    await shop.emulator.idle()
    shop.emulator.assert_clean(allow=["bot was blocked by the user"])
