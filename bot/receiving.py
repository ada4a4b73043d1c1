"""How updates come in, and what Telegram is told about the bot."""

from __future__ import annotations

import asyncio

from aiogram.types import BotCommandScopeAllPrivateChats

from bot.composition import UPDATE_KINDS, Application
from bot.web import TELEGRAM_PATH
from handlers.chat import commands
from services.customers import service as customers
from services.customers.types import Person
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from services.staff import roster


async def receive_updates(application: Application) -> None:
    """Sets the webhook and returns, or polls until cancelled."""
    settings, bot = application.settings, application.bot
    if settings.updates == "webhook":
        assert settings.webhook_secret is not None
        await bot.set_webhook(f"{settings.public_url}{TELEGRAM_PATH}", allowed_updates=UPDATE_KINDS,
                              secret_token=settings.webhook_secret.get_secret_value())
        return
    await bot.delete_webhook()
    polling = asyncio.ensure_future(application.dispatcher.start_polling(
        bot, handle_signals=False, close_bot_session=False, allowed_updates=UPDATE_KINDS))
    try:
        await asyncio.shield(polling)
    finally:
        # Cancelled from outside, the dispatcher would leave its reader behind: it has to be asked.
        if not polling.done():
            await application.dispatcher.stop_polling()
            await polling


async def introduce(application: Application) -> None:
    """Tells Telegram the commands and what the bot is, in each language."""
    shop = application.shop
    for language in shop.languages:
        t = shop.translator(language)
        code = None if language == shop.languages[0] else language
        await application.bot.set_my_commands(commands.of_shop(t), scope=BotCommandScopeAllPrivateChats(),
                                              language_code=code)
        about = t.plain("start-about", shop=t.pick(shop.name))
        await application.bot.set_my_short_description(about, language_code=code)
    for person in await shop.store.read(_staff, shop.owner_ids):
        await commands.offer(application.bot, shop, person)


def _staff(tx: Tx, owner_ids: frozenset[int]) -> list[Person]:
    """Everybody behind the counter who has spoken to the bot."""
    everybody = sorted(owner_ids | {member.telegram_id for member in roster.members(tx, SYSTEM)})
    found = (customers.find(tx, telegram_id) for telegram_id in everybody)
    return [each[0] for each in found if each is not None]
