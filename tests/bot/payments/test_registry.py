"""The ways to pay are those that the settings name, in their order; each one's own settings are asked for by name."""

from __future__ import annotations

from typing import Any

import pytest

from bot.payments import registry
from bot.settings import Settings, SettingsError
from services.shared.clock import MovableClock


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, sandbox_secret="word", bank_accounts="Payee=Lin", **values)  # type: ignore[call-arg]


async def test_ways_to_pay_come_in_the_order_of_the_settings(clock: MovableClock) -> None:
    built = registry.build(settings(payment_methods="bank_transfer,sandbox,cash_on_delivery"), clock)
    assert [(code, provider.code) for code, provider in built.items()] == [
        ("bank_transfer", "bank_transfer"), ("sandbox", "sandbox"), ("cash_on_delivery", "cash_on_delivery")]
    for provider in built.values():
        await provider.aclose()


def test_an_unknown_way_to_pay_stops_the_start() -> None:
    with pytest.raises(SettingsError, match=r"\APAYMENT_METHODS is wrong: shells is unknown\. Possible: sandbox, "):
        registry.load(("sandbox", "shells"), None)
