"""Telegram Payments with a provider's token of @BotFather."""

from __future__ import annotations

from typing import Annotated, Any

from babel.numbers import get_currency_precision, is_currency
from pydantic import SecretStr, field_validator
from pydantic_settings import NoDecode

from bot.payments.base import ProviderSettings, Tools
from bot.settings import setting
from services.payments.provider import Provider

# Telegram's own decimals (core.telegram.org/bots/payments/currencies.json, `exp`) of currencies that have no cents
# there. Unverified: written down from memory, as is the rule that all others have two.
_WHOLE = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND"})
_USUAL = (
    "AED,ARS,AUD,BRL,CAD,CHF,CNY,CZK,DKK,EUR,GBP,HKD,ILS,INR,JPY,KRW,KZT,MXN,MYR,NOK,NZD,PHP,PLN,QAR,RON,SAR,SEK,SGD,"
    "THB,TRY,TWD,UAH,USD,VND,ZAR"
)


class TelegramSettings(ProviderSettings, env_prefix="TELEGRAM_"):
    provider_token: SecretStr = setting(
        ..., "the token of the payment provider that @BotFather gives under Payments", "284685063:TEST:NmYxZDk4Y2M")
    currencies: Annotated[tuple[str, ...], NoDecode] = setting(
        tuple(_USUAL.split(",")), "the currencies that this payment provider takes", "USD,EUR")

    @field_validator("provider_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if ":" not in value.get_secret_value():
            raise ValueError("it is no provider token: those have a colon inside")
        return value

    @field_validator("currencies", mode="before")
    @classmethod
    def _codes(cls, value: Any) -> Any:
        codes = tuple(part.strip().upper() for part in value.split(",") if part.strip()) \
            if isinstance(value, str) else tuple(value)
        for code in codes:
            if code == "XTR" or not is_currency(code):
                raise ValueError(f"{code} is no currency of a payment provider")
            if get_currency_precision(code) != (0 if code in _WHOLE else 2):
                raise ValueError(f"{code} has other decimals at Telegram than here")
        return codes


SETTINGS = TelegramSettings


def make(settings: TelegramSettings, tools: Tools) -> Provider:
    from bot.invoices import BotInvoices
    from services.payments.providers.telegram import TelegramPayments

    assert tools.bot is not None
    token = settings.provider_token.get_secret_value()
    return TelegramPayments(BotInvoices(tools.bot), token, frozenset(settings.currencies))
