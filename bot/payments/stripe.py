"""Stripe: a secret key is enough to take money and to ask what came of it; notices need the endpoint's secret too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from babel.numbers import is_currency
from pydantic import SecretStr, field_validator
from pydantic_settings import NoDecode

from bot.payments.base import ProviderSettings, Tools
from bot.settings import setting

if TYPE_CHECKING:
    from services.payments.provider import Provider

_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{8,250}")


class StripeSettings(ProviderSettings, env_prefix="STRIPE_"):
    secret_key: SecretStr = setting(
        ..., "Stripe's secret key, or a restricted one: it also says whether real money moves", "sk_live_51…")
    webhook_secret: SecretStr | None = setting(
        None, "the signing secret of the endpoint that Stripe sends notices to; without it every notice is refused",
        "whsec_…")
    currencies: Annotated[frozenset[str], NoDecode] = setting(
        frozenset(), "the currencies that the account may charge, ISO 4217; nothing for all that Stripe knows",
        "CNY,JPY,USD")
    api_url: str = setting("https://api.stripe.com", "where Stripe's API is", "https://api.stripe.com")

    @field_validator("secret_key")
    @classmethod
    def _usable_key(cls, value: SecretStr) -> SecretStr:
        if not _KEY.fullmatch(value.get_secret_value()):
            raise ValueError("must begin with sk_live_, sk_test_, rk_live_ or rk_test_")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _usable_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"whsec_[!-~]{16,250}", value.get_secret_value()):
            raise ValueError("must begin with whsec_")
        return value

    @field_validator("currencies", mode="before")
    @classmethod
    def _codes(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        codes = frozenset(part.strip().upper() for part in value.split(",") if part.strip())
        if any(not is_currency(code) for code in codes):
            raise ValueError("must be ISO 4217 codes separated by commas")
        return codes

    @field_validator("api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise ValueError("must begin with https://")
        return value.rstrip("/")


SETTINGS = StripeSettings


def make(settings: StripeSettings, tools: Tools) -> Provider:
    from services.payments.providers.stripe import Stripe
    from services.payments.providers.stripe_amounts import CURRENCIES

    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret is not None else ""
    return Stripe(settings.secret_key.get_secret_value(), secret, tools.clock,
                  currencies=settings.currencies or CURRENCIES, api_url=settings.api_url)
