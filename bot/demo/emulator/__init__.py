"""A strict local Telegram Bot API with people to play: for the demo in the browser and for end-to-end tests.

Where it differs from the service: unknown parameters are refused rather than ignored; a webhook may be plain http and
on this machine; of the parse modes only HTML is known; files are not fetched from URLs; there are no payments.
Flood limits are guesses, as the service's are not published; see ``limits``.
"""

from bot.demo.emulator.driver import Device, User, at_once
from bot.demo.emulator.emulator import Emulator
from bot.demo.emulator.errors import UserError
from bot.demo.emulator.limits import Limits
from bot.demo.emulator.screen import Message, Tap

__all__ = ["Device", "Emulator", "Limits", "Message", "Tap", "User", "UserError", "at_once"]
