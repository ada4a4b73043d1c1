"""The composition root: settings in, a whole application out. Everything is made here and handed down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError

from bot import discovery
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.file_ids import StoredFileIds
from bot.pace import Pace
from bot.payments import registry
from bot.pictures import Pictures
from bot.preflight import LIVE_CHECKS, configured, examine
from bot.settings import Settings
from bot.turns import LocalTurns, RedisTurns
from bot.updates import Updates
from bot.worker import Worker
from handlers.chat.jobs import JobContext
from handlers.chat.people import People
from handlers.chat.renderer import Renderer
from handlers.chat.shop import Shop
from services.orders.types import Terms
from services.shared.clock import Clock, SystemClock
from services.shared.crypto import Vault
from services.shared.db import Store

if TYPE_CHECKING:
    from redis.asyncio import Redis

UPDATE_KINDS = [
    "message", "callback_query", "inline_query", "chosen_inline_result", "my_chat_member", "pre_checkout_query",
    "shipping_query",
]


@dataclass(slots=True)
class Application:
    """The parts that run: who starts what is the commands' matter."""

    settings: Settings
    shop: Shop
    bot: Bot
    renderer: Renderer
    people: People
    file_ids: StoredFileIds
    dispatcher: Dispatcher
    deliveries: Deliveries
    worker: Worker
    redis: Redis | None

    async def close(self) -> None:
        """Finishes the updates under way, then lets go of everything."""
        await self.deliveries.finish()
        await self.bot.session.close()
        await asyncio.gather(*(provider.aclose() for provider in self.shop.providers.values()))
        await self.shop.store.close()
        if self.redis is not None:
            await self.redis.aclose()


def connect_redis(settings: Settings) -> Redis | None:
    """The client of the Redis that the settings name; without one its library is not even loaded."""
    if settings.redis_url is None:
        return None
    from redis.asyncio import Redis

    return Redis.from_url(settings.redis_url.get_secret_value())


def terms(settings: Settings) -> Terms:
    return Terms(
        zone=settings.shop_timezone, prefix=settings.order_prefix,
        pay_within=timedelta(minutes=settings.pay_within_minutes),
        transfer_within=timedelta(hours=settings.transfer_within_hours),
    )


def open_store(settings: Settings, clock: Clock) -> Store:
    assert settings.encryption_keys is not None
    return Store(settings.database_url, clock, Vault.from_setting(settings.encryption_keys.get_secret_value()))


async def build(
    settings: Settings, clock: Clock | None = None, chat_home: str = "", bot: Bot | None = None
) -> Application:
    """Puts the application together and asks Telegram who the bot is. Nothing runs yet.

    `chat_home` is where the web pages lead back to instead of the chat app. Raises aiogram's errors when Telegram is
    not there or refuses the token.
    """
    clock = clock or SystemClock()
    bot = bot or make_bot(settings)
    try:
        me = await bot.me()
    except TelegramAPIError:
        await bot.session.close()
        raise
    store = open_store(settings, clock)
    redis = connect_redis(settings)
    pictures = Pictures(settings.data_folder / "pictures", store)
    routes = discovery.routes()
    shop = Shop(
        store=store, clock=clock, pictures=pictures, name=settings.names, bot_username=me.username or "",
        currency=settings.shop_currency, extra_currencies=settings.extra_currencies, zone=settings.shop_timezone,
        languages=settings.shop_languages, public_url=settings.web_url, chat_home=chat_home,
        owner_ids=settings.owner_ids, staff_chat_id=settings.staff_chat_id, staff_language=settings.staff_language,
        terms=terms(settings),
        refund_limit=settings.refund_limit,
        extra_refund_limits=dict(settings.extra_refund_limits), push_limit=settings.push_limit,
        configured=configured(settings), preflight=lambda: examine(settings, LIVE_CHECKS),
        desk_commands=routes.desk_commands(), digest_hour=settings.digest_hour, bank_lines=settings.bank_lines,
        providers=registry.build(settings, clock, bot),
    )
    file_ids = await StoredFileIds.load(store, bot.id)
    renderer = Renderer(bot, pictures, file_ids)
    dispatcher = Dispatcher(disable_fsm=True)
    keys = f"bot:{bot.id}:"
    deliveries = Deliveries(redis, keys)
    dispatcher.update.outer_middleware(deliveries)
    people = People(store, settings.shop_languages, cached=redis is None)
    desk = Desk(store, settings.owner_ids)
    turns = RedisTurns(redis, keys) if redis is not None else LocalTurns()
    Updates(shop, bot, renderer, people, routes, desk, turns).bind(dispatcher)
    worker = Worker(JobContext(shop, renderer, people, turns), discovery.jobs())
    return Application(settings, shop, bot, renderer, people, file_ids, dispatcher, deliveries, worker, redis)


def make_bot(settings: Settings, pace: Pace | None = None) -> Bot:
    """The bot's client: HTML by default, calls paced to Telegram's limits unless `pace` knows others."""
    assert settings.bot_token is not None
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.bot_api_url))
    session.middleware(pace or Pace())
    return Bot(settings.bot_token.get_secret_value(), session=session,
               default=DefaultBotProperties(parse_mode=ParseMode.HTML))
