"""What to do when a payment inside the chat app goes wrong. The pay screen itself is among those of payments."""

from __future__ import annotations

from handlers.screens.screen import Screen, banner
from keyboards.layout import button, keyboard, way_back
from keyboards.orders import OrdersTap
from locales import Translator


def pay_support_screen(t: Translator) -> Screen:
    """Whom to turn to about a payment; Telegram asks every bot that takes Stars for this."""
    orders = [button(t.plain("payments-tap-orders"), OrdersTap())]
    return Screen(t("payments-support"), keyboard(orders, way_back(t, None)), banner("help"))
