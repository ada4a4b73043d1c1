"""Crypto Pay: an app of @CryptoBot, or of @CryptoTestnetBot where coins are worth nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import SecretStr, field_validator

from bot.payments.base import ProviderSettings, Tools
from bot.settings import setting

if TYPE_CHECKING:
    from services.payments.provider import Provider


class CryptopaySettings(ProviderSettings, env_prefix="CRYPTOPAY_"):
    token: SecretStr = setting(..., "the app's token from @CryptoBot, Crypto Pay, My Apps", "12345:AAzQ…")
    testnet: bool = setting(False, "whether the app is one of @CryptoTestnetBot, whose coins are worth nothing", "true")
    assets: str = setting("", "the coins to be paid in, where not all of them are wanted", "USDT,TON")
    url: str = setting("", "the API, where it is not that of @CryptoBot or @CryptoTestnetBot", "https://pay.crypt.bot")

    @field_validator("token")
    @classmethod
    def _of_an_app(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{20,}", value.get_secret_value()):
            raise ValueError("must be a number, a colon and a long word")
        return value

    @field_validator("assets")
    @classmethod
    def _coins(cls, value: str) -> str:
        coins = [coin.strip().upper() for coin in value.split(",") if coin.strip()]
        if not all(re.fullmatch(r"[A-Z0-9]{2,10}", coin) for coin in coins):
            raise ValueError("must be coins separated by commas")
        return ",".join(coins)

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https://")
        return value.rstrip("/")


SETTINGS = CryptopaySettings


def make(settings: CryptopaySettings, tools: Tools) -> Provider:
    from services.payments.providers.cryptopay import MAIN, TEST, App, CryptoPay

    url = settings.url or (TEST if settings.testnet else MAIN)
    return CryptoPay(App(settings.token.get_secret_value(), url, settings.assets), tools.clock)
