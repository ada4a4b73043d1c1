"""The commands that Telegram offers in a person's private chat: the shop's, and those of their work."""

from __future__ import annotations

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from handlers.chat.routes import MEMBER
from handlers.chat.shop import Shop
from locales import Translator
from services.customers.types import Person
from services.shared.actors import Actor
from services.staff import roster

log = logging.getLogger(__name__)

COMMANDS = ("start", "menu", "cart", "orders", "search", "coupons", "language", "help")


def of_shop(t: Translator) -> list[BotCommand]:
    """Everybody's commands."""
    return [BotCommand(command=name, description=t.plain(f"start-command-{name}")) for name in COMMANDS]


def of_desk(shop: Shop, actor: Actor) -> tuple[str, ...]:
    """The names of the commands that a member of staff may use, `/admin` first."""
    may = [name for name, needs in shop.desk_commands.items()
           if needs == MEMBER or {"*", needs} & actor.permissions]
    return tuple(sorted(may, key=lambda name: (name != "admin", name)))


async def offer(bot: Bot, shop: Shop, person: Person) -> None:
    """Brings the commands of the person's chat up to their language and their rights of this moment.

    What Telegram refuses is logged and left: the commands are a convenience.
    """
    actor = await shop.store.read(roster.find_actor, person.telegram_id, person.first_name, shop.owner_ids)
    t = shop.translator(person.language)
    names = () if actor is None else of_desk(shop, actor)
    work = [BotCommand(command=name, description=t.plain(f"team-command-{name}")) for name in names]
    try:
        await bot.set_my_commands([*work, *of_shop(t)], scope=BotCommandScopeChat(chat_id=person.telegram_id))
    except TelegramAPIError as error:
        log.warning("the commands of a chat could not be set: %s", type(error).__name__)
