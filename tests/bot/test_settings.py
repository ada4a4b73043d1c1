"""Each setting that is missing or wrong names itself, says what it is for and gives an example."""

from __future__ import annotations

import re
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.payments.registry import PROVIDERS, set_up
from bot.settings import Settings, SettingsError, load, require
from services.shared.crypto import new_key
from tests.bot.payments.provider_settings import variables

COMPLETE = {
    "BOT_TOKEN": "123456789:AAF0", "ENCRYPTION_KEYS": f"k1:{new_key()}", "SHOP_NAME": "Qingli Select",
    "SANDBOX_SECRET": "word", "BANK_ACCOUNTS": "Payee=Qingli Ltd",
}


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Loads settings from a file of the given lines and from nowhere else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def read(to_run: bool = True, **values: str) -> Settings:
        file = tmp_path / ".env"
        file.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()), encoding="utf-8")
        return load(to_run=to_run, env_file=file)

    return read


def test_what_a_running_shop_needs_is_enough(env: Any) -> None:
    settings = env(**COMPLETE)
    assert settings.names == {"zh": "Qingli Select", "en": "Qingli Select"}
    assert settings.bank_lines == (("Payee", "Qingli Ltd"),)
    assert settings.web_url == settings.local_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize("name", COMPLETE)
def test_each_missing_setting_names_itself(env: Any, name: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        env(**{each: value for each, value in COMPLETE.items() if each != name})
    field = Settings.model_fields[name.lower()]
    assert str(refusal.value) == f"{name} is missing. It is {field.description}. Example: {name}={field.examples[0]}"  # type: ignore[index]


def test_an_empty_secret_is_a_missing_one(env: Any) -> None:
    with pytest.raises(SettingsError, match=r"\AWEBHOOK_SECRET is missing\."):
        env(**COMPLETE, UPDATES="webhook", PUBLIC_URL="https://shop.example.com", WEBHOOK_SECRET="")


def test_all_that_is_missing_is_told_at_once(env: Any) -> None:
    with pytest.raises(SettingsError) as refusal:
        env(PAYMENT_METHODS="cash_on_delivery")
    named = [line.split()[0] for line in str(refusal.value).splitlines()]
    assert named == ["BOT_TOKEN", "ENCRYPTION_KEYS", "SHOP_NAME"]


@pytest.mark.parametrize(("name", "value", "why"), [
    ("PORT", "http", "unable to parse string as an integer"),
    ("PORT", "0", "must be 1–65535"),
    ("PORT", "65536", "less than or equal to 65535"),
    ("UPDATES", "push", "should be 'polling' or 'webhook'"),
    ("PUBLIC_URL", "shop.example.com", "must begin with https://"),
    ("BOT_API_URL", "localhost", "must begin with https://"),
    ("WEBHOOK_SECRET", "short", "16–256 characters"),
    ("WEBHOOK_SECRET", "with a space in between", "16–256 characters"),
    ("WEBHOOK_SECRET", "x" * 257, "16–256 characters"),
    ("DATABASE_URL", "shop.db", "not a database address"),
    ("DATABASE_URL", "mysql://db/shop", "mysql is not supported"),
    ("OWNER_IDS", "me", "numbers separated by commas"),
    ("STAFF_CHAT_ID", "group", "valid integer"),
    ("STAFF_LANGUAGE", "fr", "not among zh, en: fr"),
    ("ENCRYPTION_KEYS", "k1:short", "id:base64 of 32 bytes"),
    ("ENCRYPTION_KEYS", f"k1:{'A' * 43},k1:{'B' * 42}A", "each id once"),
    ("SHOP_CURRENCY", "RMB", "no such ISO 4217 currency"),
    ("EXTRA_CURRENCIES", "USD,RMB", "no such ISO 4217 currency: RMB"),
    ("EXTRA_CURRENCIES", "USD,CNY", "a currency is there twice"),
    ("EXTRA_CURRENCIES", "USD,JPY,USD", "a currency is there twice"),
    ("EXTRA_REFUND_LIMITS", "USD=7000", "currency:amount"),
    ("EXTRA_REFUND_LIMITS", "USD:70.00", "currency:amount"),
    ("EXTRA_REFUND_LIMITS", "USD:7000", "currencies of EXTRA_CURRENCIES"),
    ("SHOP_TIMEZONE", "Asia/Peking", "no such IANA time zone"),
    ("SHOP_LANGUAGES", ",", "not among zh, en: nothing"),
    ("ORDER_PREFIX", "qingli", "1–4 capital letters"),
    ("CASH_LIMIT", "-1", "greater than or equal to 0"),
    ("PAY_WITHIN_MINUTES", "0", "greater than or equal to 1"),
    ("TRANSFER_WITHIN_HOURS", "-24", "greater than or equal to 1"),
    ("LOG_LEVEL", "LOUD", "should be 'DEBUG'"),
])
def test_each_wrong_setting_names_itself(env: Any, name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        env(**COMPLETE | {name: value})
    (line,) = str(refusal.value).splitlines()
    field = Settings.model_fields[name.lower()]
    assert line.startswith(f"{name} is wrong: ") and why in line
    assert line.endswith(f". It is {field.description}. Example: {name}={field.examples[0]}")  # type: ignore[index]


def test_stars_may_be_among_the_further_currencies(env: Any) -> None:
    assert env(**COMPLETE | {"EXTRA_CURRENCIES": "USD, JPY,XTR"}).extra_currencies == ("USD", "JPY", "XTR")
    assert env(**COMPLETE).extra_currencies == ()


def test_limits_of_refunds_name_further_currencies(env: Any) -> None:
    limits = {"EXTRA_CURRENCIES": "USD,JPY", "EXTRA_REFUND_LIMITS": "USD:7000, JPY:0"}
    assert env(**COMPLETE | limits).extra_refund_limits == (("USD", 7_000), ("JPY", 0))


@pytest.mark.parametrize(("url", "fine"), [
    ("https://shop.example.com", True), ("http://127.0.0.1:8080", True), ("http://localhost", True),
    ("http://[::1]:8080", True), ("http://shop.example.com", False),
])
def test_a_webhook_needs_https_away_from_this_machine(env: Any, url: str, fine: bool) -> None:
    wanted = COMPLETE | {"UPDATES": "webhook", "PUBLIC_URL": f"{url}/", "WEBHOOK_SECRET": "x" * 16}
    if fine:
        assert env(**wanted).public_url == url
    else:
        with pytest.raises(SettingsError, match=r"\APUBLIC_URL is wrong: Telegram delivers updates to https only\."):
            env(**wanted)
    assert env(**wanted | {"UPDATES": "polling"}).public_url == url


def test_no_secret_is_repeated_in_a_refusal(env: Any) -> None:
    with pytest.raises(SettingsError) as refusal:
        env(**COMPLETE | {"WEBHOOK_SECRET": "tell nobody", "ENCRYPTION_KEYS": "k1:c2VjcmV0"})
    assert "tell nobody" not in str(refusal.value) and "c2VjcmV0" not in str(refusal.value)


def test_a_secret_may_lie_in_a_file_of_the_secrets_folder(env: Any, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "sandbox_secret").write_text("from the folder\n")
    values = {name: value for name, value in COMPLETE.items() if name != "SANDBOX_SECRET"}
    settings = env(**values, SECRETS_DIR=str(folder))
    assert settings.sandbox_secret.get_secret_value() == "from the folder"
    with pytest.raises(SettingsError, match=r"\ASECRETS_DIR is wrong: no such folder\."):
        env(**COMPLETE, SECRETS_DIR=str(folder / "none"))


def test_trusted_proxies_are_addresses_or_networks(env: Any) -> None:
    assert env(**COMPLETE, TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8").proxies == (
        ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES is wrong: must be IP addresses or networks"):
        env(**COMPLETE, TRUSTED_PROXIES="proxy.example.com")


def test_a_setting_is_required_with_its_reason() -> None:
    settings = Settings(_env_file=None, redis_url=None)  # type: ignore[call-arg]
    with pytest.raises(SettingsError, match=r"\AREDIS_URL is missing: two processes need it\. It is Redis"):
        require(settings, "redis_url", "two processes need it")


def test_the_example_lists_every_setting_with_its_purpose_and_default() -> None:
    lines = Path(".env.example").read_text(encoding="utf-8").splitlines()
    listed = {}
    for above, line in pairwise(lines):
        if found := re.match(r"(# )?([A-Z0-9_]+)=(.*)", line):
            listed[found[2]] = (above.removeprefix("# "), found[1] is not None, found[3])
    of_providers = {name for code in PROVIDERS for name in variables(set_up(code).SETTINGS)}
    assert listed.keys() == {name.upper() for name in Settings.model_fields} | of_providers
    for name, field in Settings.model_fields.items():
        purpose, is_example, value = listed[name.upper()]
        assert purpose == field.description
        if is_example:
            assert value == field.examples[0]  # type: ignore[index]
        else:
            given = Settings(_env_file=None, **{name: value})  # type: ignore[call-arg]
            assert getattr(given, name) == field.default
