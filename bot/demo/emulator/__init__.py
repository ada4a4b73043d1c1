"""A strict local Telegram Bot API with people to play: for the demo in the browser and for end-to-end tests."""

from bot.demo.emulator.driver import Device, Message, Tap, User, at_once
from bot.demo.emulator.emulator import Emulator
from bot.demo.emulator.errors import UserError
from bot.demo.emulator.limits import Limits

__all__ = ["Device", "Emulator", "Limits", "Message", "Tap", "User", "UserError", "at_once"]
