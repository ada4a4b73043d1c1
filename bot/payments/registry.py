"""The ways to pay that the settings switch on, in their order; what is not switched on is not even imported."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from bot.payments.base import ProviderSettings, SetUp, Tools
from bot.settings import Settings, SettingsError, explain
from services.payments.guarding import Guarded
from services.payments.provider import Accepts, Provider
from services.payments.providers.offline import BANK_TRANSFER, CASH_ON_DELIVERY, Offline
from services.payments.providers.sandbox import CODE as SANDBOX
from services.payments.providers.sandbox import Sandbox
from services.shared.clock import Clock

if TYPE_CHECKING:
    from aiogram import Bot

# The shop's own settings are all that these need.
OWN = (SANDBOX, CASH_ON_DELIVERY, BANK_TRANSFER)
# By the file of each in this folder.
PROVIDERS: tuple[str, ...] = (
    "wechat", "alipay", "unionpay", "stripe", "telegram", "stars", "cryptopay",
)


def set_up(code: str) -> SetUp:
    """The set-up file of a provider."""
    return cast(SetUp, importlib.import_module(f"bot.payments.{code}"))


def load(
    methods: tuple[str, ...], env_file: Path | None, secrets_dir: Path | None = None
) -> dict[str, ProviderSettings]:
    """The settings of the providers among `methods`. Raises SettingsError that names each one missing or wrong."""
    if unknown := [code for code in methods if code not in OWN + PROVIDERS]:
        raise SettingsError(f"PAYMENT_METHODS is wrong: {', '.join(unknown)} is unknown. "
                            f"Possible: {', '.join(OWN + PROVIDERS)}.")
    loaded, faults = {}, []
    for code in methods:
        if code in PROVIDERS:
            kind = set_up(code).SETTINGS
            try:
                loaded[code] = kind(_env_file=env_file, _secrets_dir=secrets_dir)  # type: ignore[call-arg]
            except ValidationError as error:
                faults.append(explain(error, kind))
    if faults:
        raise SettingsError("\n".join(faults))
    return loaded


def build(settings: Settings, clock: Clock, bot: Bot | None = None) -> dict[str, Provider]:
    """Providers by code, those on the network guarded. Raises SettingsError."""
    given = settings.providers
    tools = Tools(clock, settings.web_url, bot)
    return {code: _made(code, settings, given, tools) for code in settings.payment_methods}


def _made(code: str, settings: Settings, given: Mapping[str, ProviderSettings], tools: Tools) -> Provider:
    if code == CASH_ON_DELIVERY:
        # The limit is in the shop's own currency.
        return Offline(code, accepts=Accepts(frozenset({settings.shop_currency}), most=settings.cash_limit))
    if code == BANK_TRANSFER:
        return Offline(code, settings.bank_lines)
    if code == SANDBOX:
        assert settings.sandbox_secret is not None
        secret = settings.sandbox_secret.get_secret_value()
        return Guarded(Sandbox(settings.local_url, secret, tools.clock), tools.clock)
    return Guarded(set_up(code).make(given[code], tools), tools.clock)
