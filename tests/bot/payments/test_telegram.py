"""The settings of payments inside the chat."""

from __future__ import annotations

import pytest

from bot.payments import registry
from bot.payments.telegram import TelegramSettings
from bot.settings import SettingsError


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_PROVIDER_TOKEN", "TELEGRAM_CURRENCIES"):
        monkeypatch.delenv(name, raising=False)


def test_the_token_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_PROVIDER_TOKEN is missing"):
        registry.load(("telegram",), None)
    monkeypatch.setenv("TELEGRAM_PROVIDER_TOKEN", "very-secret")
    with pytest.raises(SettingsError) as refused:
        registry.load(("telegram",), None)
    assert "TELEGRAM_PROVIDER_TOKEN is wrong" in str(refused.value) and "very-secret" not in str(refused.value)


def test_currencies_whose_decimals_differ_at_telegram_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_PROVIDER_TOKEN", "1:TEST:x")
    monkeypatch.setenv("TELEGRAM_CURRENCIES", "usd, JPY")
    [found] = registry.load(("telegram",), None).values()
    assert isinstance(found, TelegramSettings) and found.currencies == ("USD", "JPY")
    for wrong in ("XTR", "ABC", "IQD", "KWD"):
        monkeypatch.setenv("TELEGRAM_CURRENCIES", wrong)
        with pytest.raises(SettingsError, match="TELEGRAM_CURRENCIES is wrong"):
            registry.load(("telegram",), None)


def test_the_usual_currencies_have_the_same_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_PROVIDER_TOKEN", "1:TEST:x")
    usual = ",".join(TelegramSettings(_env_file=None).currencies)  # type: ignore[call-arg]
    monkeypatch.setenv("TELEGRAM_CURRENCIES", usual)
    assert registry.load(("telegram",), None)


def test_stars_need_nothing() -> None:
    assert list(registry.load(("stars",), None)) == ["stars"]
