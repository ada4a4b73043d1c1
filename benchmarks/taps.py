"""Goals 1, 3, 4 and 14: a tap in process, what surrounds it, and the statements of each screen."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Message

from benchmarks.figures import Figure, interleaved
from benchmarks.replay import statements as statements_of
from benchmarks.stage import SCREEN_ID, Phone
from bot import discovery
from bot.composition import Application
from bot.deliveries import Deliveries
from bot.demo.seed.people import XIAOMAN
from bot.desk import Desk
from bot.turns import LocalTurns
from bot.updates import Updates
from handlers.chat.context import Context
from handlers.chat.routes import Routes
from keyboards.cart import CartTap
from keyboards.catalog import CategoriesTap, ListTap, Place, ProductTap
from keyboards.orders import CheckoutTap, OrdersTap, OrderTap
from keyboards.taps import HomeTap, Tap
from services.cart import service as cart
from services.catalog import browsing
from services.catalog.lists import ListQuery
from services.customers import chat_state
from services.customers import service as customers
from services.customers.types import ChatState
from services.orders import checkout
from services.orders import service as orders
from services.shared.actors import SYSTEM, customer

_ROUNDS, _TIMES = 48, 12


class NothingTap(Tap, prefix="0nothing"):
    """A button of the benchmark: its handler does nothing."""


async def figures(application: Application, phone: Phone) -> list[Figure]:
    """Goals 1, 3 and 4 as medians of interleaved rounds."""
    bot = application.bot
    places = cycle(await _places(application))
    bare, bare_tap = bare_text(), _bare_tap()
    whole, alone = _surrounded(application, discovery.routes()), _surrounded(application, Routes())
    await application.dispatcher.feed_webhook_update(bot, phone.text("/start"))
    await _open_screen(application)

    async def browse() -> None:
        await feed(application.dispatcher, bot, phone.tap(ListTap(place=next(places)).pack()))

    took = await interleaved({
        "b0": lambda: feed(bare, bot, phone.text("/start")),
        "browse": browse,
        "bare tap": lambda: feed(bare_tap, bot, phone.tap(NothingTap().pack())),
        "whole": lambda: feed(whole, bot, phone.tap(NothingTap().pack())),
        "alone": lambda: feed(alone, bot, phone.tap(NothingTap().pack())),
    }, _ROUNDS, _TIMES)
    spent = f"B0 = {took.milliseconds('b0'):.2f} ms; of CPU {took.ratio('browse', 'b0', cpu=True):.1f} × B0"
    return [
        Figure("1", "browse tap, update to reply / B0", took.ratio("browse", "b0"), 4.5, 3, detail=spent),
        # Nothing in these waits: CPU says the same as the clock, and says it on a busy machine too.
        Figure("3", "last handler of the whole tree / handler alone, CPU", took.ratio("whole", "alone", cpu=True),
               1.5, 1.2),
        Figure("4", "all that surrounds a handler, warm, in B0, CPU",
               took.extra("whole", "bare tap", "b0", cpu=True), 0.5, 0.3),
    ]


async def statements(application: Application, phone: Phone) -> list[Figure]:
    """Goal 14: for each screen the SQL statements with empty caches and at the next tap."""
    found = []
    for name, tap in (await _screens(application)).items():
        # A picture is uploaded once in its life: that is not what empty memories cost.
        await _counted(application, phone, tap)
        application.shop.store.announce({"catalog"})
        application.people.forget_all()
        cold, warm = [await _counted(application, phone, tap) for _ in range(2)]
        found += [
            Figure("14", f"statements, cold: {name}", cold, 3),
            Figure("14", f"statements, warm: {name}", warm, 1),
        ]
    return found


async def _counted(application: Application, phone: Phone, tap: Tap) -> int:
    with statements_of(application.shop.store) as log:
        await feed(application.dispatcher, application.bot, phone.tap(tap.pack()))
    return len(log)


async def feed(dispatcher: Dispatcher, bot: Bot, update: dict[str, Any]) -> None:
    await dispatcher.feed_webhook_update(bot, update)


def bare_text() -> Dispatcher:
    """B0: a dispatcher as aiogram makes it, with its memory storage."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def nothing(_message: Message) -> None:
        return None

    return dispatcher


def _bare_tap() -> Dispatcher:
    """Without aiogram's conversations, as the shop's own dispatcher is."""
    dispatcher = Dispatcher(disable_fsm=True)

    @dispatcher.callback_query()
    async def nothing(_query: CallbackQuery) -> None:
        return None

    return dispatcher


def _surrounded(application: Application, routes: Routes) -> Dispatcher:
    """A dispatcher as the shop has it, with a handler that does nothing behind all of `routes`."""

    @routes.tap(NothingTap)
    async def nothing(ctx: Context, _tap: NothingTap) -> None:
        ctx.answered = True

    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(Deliveries())
    desk = Desk(application.shop.store, frozenset())
    people, renderer = application.people, application.renderer
    Updates(application.shop, application.bot, renderer, people, routes, desk, LocalTurns()).bind(dispatcher)
    return dispatcher


async def _places(application: Application) -> tuple[str, ...]:
    """The first pages of the widest category: a person who turns over."""
    page = await application.shop.store.read(browsing.page, SYSTEM, ListQuery(), None, 1)
    return (Place().pack(), Place().at(page.after, 2).pack())


async def _open_screen(application: Application) -> None:
    """The live screen is the message that the phone taps on."""
    found = await application.shop.store.read(customers.find, XIAOMAN)
    assert found is not None
    await application.shop.store.write(chat_state.keep, found[0].id, ChatState(screen_message_id=SCREEN_ID))
    application.people.forget_all()


async def _screens(application: Application) -> dict[str, Tap]:
    store = application.shop.store
    found = await store.read(customers.find, XIAOMAN)
    assert found is not None
    actor = customer(found[0].id)
    item = (await store.read(browsing.popular, SYSTEM, 1))[0]
    await store.write(cart.add, actor, item.sku_ids[0], 1)
    checkout_id = await store.write(checkout.open_cart, actor)
    page = await store.read(orders.page, actor, "all")
    return {
        "home": HomeTap(), "categories": CategoriesTap(), "list": ListTap(place=Place().pack()),
        "product card": ProductTap(product=item.product_id), "cart": CartTap(),
        "checkout": CheckoutTap(checkout=checkout_id), "orders": OrdersTap(),
        "order": OrderTap(order=page.orders[0].id),
    }
