"""Telegram Stars: the bot's own account, nothing to apply for."""

from __future__ import annotations

from bot.payments.base import ProviderSettings, Tools
from services.payments.provider import Provider


class StarsSettings(ProviderSettings, env_prefix="STARS_"):
    """Stars need no setting of their own."""


SETTINGS = StarsSettings


def make(settings: StarsSettings, tools: Tools) -> Provider:
    from bot.invoices import BotInvoices
    from services.payments.providers.stars import Stars

    assert tools.bot is not None
    return Stars(BotInvoices(tools.bot), tools.clock)
