"""The ways to pay that the settings switch on, in their order."""

from __future__ import annotations

from collections.abc import Callable

from bot.settings import Settings, SettingsError
from services.payments.provider import Provider
from services.payments.providers.offline import BANK_TRANSFER, CASH_ON_DELIVERY, Offline
from services.payments.providers.sandbox import CODE as SANDBOX
from services.payments.providers.sandbox import Sandbox
from services.shared.clock import Clock

Maker = Callable[[Settings, Clock], Provider]


def _sandbox(settings: Settings, clock: Clock) -> Provider:
    assert settings.sandbox_secret is not None
    return Sandbox(settings.local_url, settings.sandbox_secret.get_secret_value(), clock)


MAKERS: dict[str, Maker] = {
    SANDBOX: _sandbox,
    CASH_ON_DELIVERY: lambda settings, _: Offline(CASH_ON_DELIVERY),
    BANK_TRANSFER: lambda settings, _: Offline(BANK_TRANSFER, settings.bank_lines),
}


def build(settings: Settings, clock: Clock) -> dict[str, Provider]:
    """Providers by code. Raises SettingsError for a way to pay that does not exist."""
    if unknown := [code for code in settings.payment_methods if code not in MAKERS]:
        raise SettingsError(f"PAYMENT_METHODS is wrong: {', '.join(unknown)} is unknown. "
                            f"Possible: {', '.join(MAKERS)}.")
    return {code: MAKERS[code](settings, clock) for code in settings.payment_methods}
