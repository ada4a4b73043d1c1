"""Stripe's settings: what is wrong is named and never repeated; currencies bound what it is offered for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.payments import registry
from bot.payments.base import Tools
from bot.payments.stripe import StripeSettings, make
from bot.settings import SettingsError
from services.payments.providers.stripe_amounts import CURRENCIES
from services.shared.clock import MovableClock

KEY = "sk_test_51AbCdEfGh"


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> StripeSettings:
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_CURRENCIES", "STRIPE_API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"STRIPE_{name}", value)
    loaded = registry.load(("stripe",), None)["stripe"]
    assert isinstance(loaded, StripeSettings)
    return loaded


@pytest.mark.parametrize(("name", "value", "why"), [
    ("SECRET_KEY", "pk_live_51PublicPublic", "must begin with sk_live_, sk_test_, rk_live_ or rk_test_"),
    ("SECRET_KEY", "sk_live_51 with a space", "must begin with sk_live_, sk_test_, rk_live_ or rk_test_"),
    ("WEBHOOK_SECRET", "sk_test_51AbCdEfGhAbCdEfGh", "must begin with whsec_"),
    ("CURRENCIES", "CNY,YEN", "must be ISO 4217 codes separated by commas"),
    ("API_URL", "http://api.example.com", "must begin with https://"),
])
def test_what_is_wrong_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(monkeypatch, **({"SECRET_KEY": KEY} | {name: value}))
    assert str(refusal.value).startswith(f"STRIPE_{name} is wrong: {why}. It is ")
    assert value not in str(refusal.value)


async def test_currencies_bound_what_it_is_offered_for(monkeypatch: pytest.MonkeyPatch, clock: MovableClock) -> None:
    tools = Tools(clock, "https://shop.example")
    for given, wanted in (("cny, JPY", {"CNY", "JPY"}), ("", CURRENCIES), ("USD,XAU", {"USD"})):
        provider = make(load(monkeypatch, SECRET_KEY=KEY, CURRENCIES=given), tools)
        assert provider.accepts.currencies == frozenset(wanted)
        assert "digital" not in provider.accepts.kinds
        await provider.aclose()


def test_secrets_come_from_files_and_are_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STRIPE_SECRET_KEY", raising=False)
    monkeypatch.delenv("STRIPE_WEBHOOK_SECRET", raising=False)
    secrets = {"stripe_secret_key": "rk_live_51AbCdEfGh", "stripe_webhook_secret": "whsec_0123456789abcdef"}
    for name, value in secrets.items():
        (tmp_path / name).write_text(value, encoding="ascii")
    settings = registry.load(("stripe",), None, tmp_path)["stripe"]
    assert isinstance(settings, StripeSettings)
    assert settings.secret_key.get_secret_value() == "rk_live_51AbCdEfGh"
    assert not any(value in repr(settings) for value in secrets.values())
