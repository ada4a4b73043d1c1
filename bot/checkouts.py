"""Telegram's questions before a payment, and its word that one was made.

They wait for nobody: not for the turn of the person, whose slow tap must not cost them a payment. A question is
answered within its ten seconds in any case; what is not known in time is answered with no.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.types import Message, PreCheckoutQuery, ShippingOption, ShippingQuery, User

from bot.faults import reference_of
from handlers.chat import invoices
from handlers.chat.shop import Shop
from services.shared.errors import NotFound

log = logging.getLogger(__name__)

# Of Telegram's ten seconds: this long for finding out, then two tries to say it.
_PATIENCE = 6.0
_TO_SAY, _TRIES = 1.5, 2
# Pauses before the word that money came is tried again; by polling Telegram says it only once.
_AGAIN = (0.1, 0.5, 2.0)
_LONGEST_REASON = 200


class Checkouts:
    """Binds what Telegram asks and tells about invoices to the shop."""

    patience = _PATIENCE

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def bind(self, dispatcher: Dispatcher) -> None:
        dispatcher.pre_checkout_query.register(self.asked_to_pay)
        dispatcher.shipping_query.register(self.asked_to_ship)

    async def asked_to_pay(self, query: PreCheckoutQuery) -> None:
        """Answers always: silence lets the payer wait for ten seconds and costs them the payment."""
        why_not = await self._found_out(query.from_user, lambda: invoices.why_not(self._shop, query))
        await self._say(lambda: query.answer(ok=not why_not, error_message=why_not or None))

    async def asked_to_ship(self, query: ShippingQuery) -> None:
        """Our invoices never ask: address and fee are agreed before. One that comes all the same has its answer."""
        options: list[ShippingOption] = []

        async def look() -> str:
            found, why_not = await invoices.ways(self._shop, query)
            options.extend(found)
            return why_not

        why_not = await self._found_out(query.from_user, look)
        await self._say(lambda: query.answer(
            ok=not why_not, shipping_options=None if why_not else options, error_message=why_not or None))

    async def told_of_money(self, message: Message) -> None:
        """A payment or a refund that Telegram reports. Raises what is left when it cannot be kept."""
        for pause in (*_AGAIN, None):
            try:
                await invoices.take(self._shop, message)
            except NotFound as error:
                # No attempt of ours: people must look where this money belongs.
                log.exception("money for an unknown invoice: %s", await reference_of(self._shop.store, error))
            except Exception:
                if pause is None:
                    raise
                log.exception("a payment could not be kept; trying again")
                await asyncio.sleep(pause)
                continue
            return

    async def _found_out(self, user: User, look: Callable[[], Awaitable[str]]) -> str:
        """What `look` says; where it fails or takes too long, that the payment cannot be made now."""
        try:
            async with asyncio.timeout(self.patience):
                return (await look())[:_LONGEST_REASON]
        except Exception:  # the outer edge of one question, which is answered whatever happened
            log.exception("a question before a payment could not be looked into")
            language = (user.language_code or "").partition("-")[0]
            return self._shop.translator(language).plain("error-invoice-later")

    async def _say(self, answer: Callable[[], Awaitable[Any]]) -> None:
        for tries_left in range(_TRIES - 1, -1, -1):
            try:
                async with asyncio.timeout(_TO_SAY):
                    await answer()
            except (TelegramNetworkError, TelegramServerError, TimeoutError):
                if tries_left:
                    continue
                log.exception("a question before a payment was left without an answer")
            except TelegramBadRequest as error:
                # It was heard the first time, or comes too late: nothing more can be done about it.
                log.warning("an answer before a payment was not wanted: %s", error.message)
            return
