"""The staff group of a running shop, and orders that come to it without their customers' taps."""

from __future__ import annotations

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import Message
from bot.demo.house import OWNER_ID, STAFF_ID, ZH_ID, House
from services.orders import service as orders
from services.orders.types import Order
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from tests.handlers.running import store_of
from tests.services.payments import money


def wang(house: House) -> User:
    """小王 in the staff group."""
    return house.emulator.user(STAFF_ID).in_chat(house.staff_chat_id)


def boss(house: House) -> User:
    """The owner in the staff group."""
    return house.emulator.user(OWNER_ID).in_chat(house.staff_chat_id)


async def meet(house: House, telegram_id: int = ZH_ID) -> User:
    """A customer whose chat with the bot is open."""
    user = house.emulator.user(telegram_id)
    await user.send("/start")
    await user.expect()
    return user


async def paid_order(house: House, telegram_id: int = ZH_ID) -> tuple[money.Sale, Order]:
    """Two filters for ¥398.00, paid; the card is on the group's screen."""
    sale, number = await unpaid_order(house, telegram_id)
    await store_of(house).write(apply_event, money.event(sale.attempt))
    await wang(house).expect(f"{number}.*已付款")
    return sale, await store_of(house).read(orders.get, SYSTEM, sale.order_id)


async def unpaid_order(house: House, telegram_id: int = ZH_ID) -> tuple[money.Sale, str]:
    """Two filters for ¥398.00 with a payment under way, and the order's number."""
    await meet(house, telegram_id)
    sale = await money.open_sale(store_of(house), telegram_id=telegram_id)
    order = await store_of(house).read(orders.get, SYSTEM, sale.order_id)
    await wang(house).expect(f"{order.number}.*待付款")
    return sale, order.number


def card_of(user: User, number: str) -> Message:
    """The order's card as it stands in the group now."""
    found = [each for each in user.messages() if each.is_bot and number in each.text and "────" in each.text]
    assert len(found) == 1, found
    return found[0]
