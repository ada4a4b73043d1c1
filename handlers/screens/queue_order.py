"""An order in a member of staff's private chat: the card of the counter with a way back to the queue."""

from __future__ import annotations

from dataclasses import replace

from aiogram.types import InlineKeyboardMarkup

from handlers.screens import staff
from handlers.screens.screen import Screen
from keyboards import queue as keys
from keyboards.queue import QueuePlace
from keyboards.staff import CardTap
from locales import Translator
from services.orders.types import Order
from services.shared.actors import Actor
from services.shared.errors import Stale
from services.shared.ids import from_base36, to_base36

# Under which kind the outbox knows on whose screen an order stands.
OPEN = "order-open"
_PREFIX = "desk-order:"


def screen_key(order_id: int, place: QueuePlace) -> str:
    """The key of the screen on which an order stands, with the place to which it leads back."""
    return f"{_PREFIX}{to_base36(order_id)}:{place.pack()}"


def standing(key: str | None) -> tuple[int, QueuePlace] | None:
    """The order and the place of such a screen; None for any other."""
    if key is None or not key.startswith(_PREFIX):
        return None
    try:
        order_id, _, place = key.removeprefix(_PREFIX).partition(":")
        return from_base36(order_id), QueuePlace.parse(place)
    except (ValueError, Stale):
        return None


def in_private(t: Translator, card: Screen, full: str, order_id: int, place: QueuePlace, actor: Actor) -> Screen:
    """The counter's card of an order with this chat's own keys in place of the link `full` to it.

    A question about the order leads back to its card already.
    """
    rows = [] if card.keyboard is None else card.keyboard.inline_keyboard
    kept = [[each for each in row if each.url != full] for row in rows]
    asks = any((each.callback_data or "").startswith(f"{CardTap.__prefix__}:") for row in rows for each in row)
    own = [] if asks else keys.private_rows(t, order_id, place, actor)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[list(row) for row in (*kept, *own) if row])
    return replace(card, keyboard=keyboard, key=screen_key(order_id, place))


def full_data(t: Translator, order: Order, place: QueuePlace) -> Screen:
    """Everything about who gets the order, with the way back to it."""
    shown = staff.recipient(t, order)
    assert shown.keyboard is not None
    copies = [each for row in shown.keyboard.inline_keyboard for each in row if each.copy_text is not None]
    return replace(shown, keyboard=keys.full_data_keys(t, order.id, place, copies))
