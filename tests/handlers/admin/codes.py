"""Codes as the app of a member of staff shows them."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import Message
from bot.demo.house import House
from tests.services.staff.roster import SECRET


def code(house: House, secret: str = SECRET, *, later: timedelta = timedelta()) -> str:
    """The six digits of this moment on the shop's clock, or of another."""
    return pyotp.TOTP(secret).at(house.clock.now() + later)


async def unlock(house: House, user: User, until: str) -> Message:
    """Answers the question for a code; waits for the screen that matches `until`."""
    await user.send(code(house))
    return await user.expect(until)
