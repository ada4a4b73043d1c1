"""Settings from the environment or `.env`: typed, named, and refused with an explanation when something is missing."""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency
from dotenv import dotenv_values
from pydantic import Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.exc import ArgumentError

from locales.translator import LANGUAGES
from services.shared.crypto import Vault
from services.shared.db import async_url
from services.shared.price_lists import STARS

if TYPE_CHECKING:
    from bot.payments.base import ProviderSettings

# What Telegram accepts as secret_token (core.telegram.org, setWebhook); a short one could be guessed.
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


def setting(default: Any, what: str, example: str, **limits: Any) -> Any:
    """A setting with what it is for, an example, and the limits of its value (`ge=1`)."""
    return Field(default, description=what, examples=[example], **limits)


class SettingsError(Exception):
    """The program cannot start: the text names each setting at fault, what it is for and an example."""


class Settings(BaseSettings):
    """All settings. `bot_token` is required by what talks to Telegram; `demo` needs none of them."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True,
        env_ignore_empty=True,  # how containers and .env files say "not set"
    )

    bot_token: SecretStr | None = setting(None, "the bot's token from @BotFather", "123456789:AAF0…")
    bot_api_url: str = setting("https://api.telegram.org", "the Bot API server, if you host your own",
                               "http://127.0.0.1:8081")
    updates: Literal["polling", "webhook"] = setting("polling", "how updates arrive: polling needs no public address",
                                                     "webhook")
    public_url: str = setting("", "the https address under which people and providers reach the web pages",
                              "https://shop.example.com")
    host: str = setting("127.0.0.1", "the address that the web server listens on", "0.0.0.0")
    port: int = setting(8080, "the port that the web server listens on", "8080", ge=0, le=65_535)
    trusted_proxies: str = setting("", "addresses of your own proxies, whose word about a visitor's address counts",
                                   "127.0.0.1,10.0.0.0/8")
    webhook_secret: SecretStr | None = setting(None, "the secret that Telegram sends with each update",
                                               "at least 16 random characters of A-Z a-z 0-9 _ -")
    database_url: str = setting("sqlite:///data/shop.db", "the database: an SQLite file or a PostgreSQL server",
                                "postgresql://shop:password@db.example.com/shop")
    data_folder: Path = setting(Path("data"), "the folder for pictures and the sandbox's records", "/var/lib/shop")
    redis_url: SecretStr | None = setting(None, "Redis, needed with more than one process only",
                                          "redis://redis.example.com:6379/0")
    owner_ids: Annotated[frozenset[int], NoDecode] = setting(frozenset(), "Telegram ids of the owners",
                                                             "123456789,987654321")
    staff_chat_id: int | None = setting(None, "the staff group's id, where order cards appear", "-1001234567890")
    staff_language: str = setting("zh", "the language of the staff group's cards", "en")
    encryption_keys: SecretStr | None = setting(
        None, "keys for personal data, newest first, the oldest stays last: id:base64 of 32 bytes (`init` makes one)",
        "k1:3q2-7wAAAA…")
    shop_name: str = setting("", "the shop's name, by language where it differs", "zh=青粒优选;en=Qingli Select")
    shop_currency: str = setting("CNY", "the currency of the prices, ISO 4217", "CNY")
    extra_currencies: Annotated[tuple[str, ...], NoDecode] = setting(
        (), "further currencies with prices of their own, ISO 4217; XTR are Telegram Stars", "USD,JPY")
    shop_timezone: str = setting("Asia/Shanghai", "the IANA zone that decides days and deadlines", "Asia/Shanghai")
    shop_languages: Annotated[tuple[str, ...], NoDecode] = setting(("zh", "en"), "languages offered, default first",
                                                                   "zh,en")
    order_prefix: str = setting("QL", "what order numbers begin with, 1–4 capital letters", "QL")
    payment_methods: Annotated[tuple[str, ...], NoDecode] = setting(
        ("sandbox", "cash_on_delivery", "bank_transfer"), "ways to pay, in the order shown",
        "bank_transfer,cash_on_delivery")
    sandbox_secret: SecretStr | None = setting(None, "signs the notices of the payment sandbox (no real money)",
                                               "a long random word")
    bank_accounts: str = setting("", "lines of the account for bank transfers: label=value, separated by ;",
                                 "Payee=Qingli Ltd;Bank=Example Bank;Account=6222 0000 0000 0000")
    cash_limit: int = setting(500_000, "the largest order payable on delivery, in minor units", "500000", ge=0)
    refund_limit: int = setting(
        50_000, "the largest refund that one person may make alone, in minor units", "50000", ge=0)
    extra_refund_limits: Annotated[tuple[tuple[str, int], ...], NoDecode] = setting(
        (), "the same in further currencies, in their minor units; where there is none two people are needed",
        "USD:7000,JPY:10000")
    push_limit: int = setting(
        5_000, "how many people one person alone may push to or give coupons to", "5000", ge=0)
    digest_hour: int = setting(
        9, "the hour in the shop's zone at which the owners get yesterday's figures", "9", ge=0, le=23)
    pay_within_minutes: int = setting(15, "how long stock is held for an unpaid order", "15", ge=1, le=7 * 24 * 60)
    transfer_within_hours: int = setting(24, "how long a bank transfer may take", "24", ge=1, le=90 * 24)
    secrets_dir: Path | None = setting(
        None, "a folder with one file for each secret, named like the setting (bot_token, wechat_private_key)",
        "/run/secrets")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting("INFO", "how much is logged", "INFO")

    # Those of the payment providers that are switched on, by code.
    _providers: dict[str, Any] = PrivateAttr(default_factory=dict)
    _read_from: tuple[Path | None, Path | None] = PrivateAttr(default=(None, None))

    @property
    def providers(self) -> dict[str, ProviderSettings]:
        return self._providers

    def load_providers(self) -> None:
        """Reads the providers' settings from where these came from. Raises SettingsError."""
        from bot.payments import registry

        self._providers = registry.load(self.payment_methods, *self._read_from)

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError("must be numbers separated by commas")
        return frozenset(map(int, parts))

    @field_validator("shop_languages", "payment_methods", "extra_currencies", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("shop_languages", "staff_language")
    @classmethod
    def _known_languages(cls, value: Any) -> Any:
        asked = (value,) if isinstance(value, str) else value
        if not asked or (unknown := set(asked) - LANGUAGES.keys()):
            raise ValueError(f"not among {', '.join(LANGUAGES)}: {', '.join(sorted(unknown)) if asked else 'nothing'}")
        return value

    @field_validator("shop_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such IANA time zone") from error
        return value

    @field_validator("shop_currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if not is_currency(value):
            raise ValueError("no such ISO 4217 currency")
        return value

    @field_validator("extra_currencies")
    @classmethod
    def _known_currencies(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        unknown = [each for each in value if each != STARS and not is_currency(each)]
        if unknown:
            raise ValueError(f"no such ISO 4217 currency: {', '.join(unknown)}")
        if len({*value, info.data.get("shop_currency")}) <= len(value):
            raise ValueError("a currency is there twice")
        return value

    @field_validator("extra_refund_limits", mode="before")
    @classmethod
    def _limits(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        pairs = [part.strip().partition(":") for part in value.split(",") if part.strip()]
        if not all(limit.isascii() and limit.isdigit() for _, _, limit in pairs):
            raise ValueError("must be currency:amount, separated by commas")
        codes = [code for code, _, _ in pairs]
        if len(set(codes)) < len(codes) or set(codes) - set(info.data.get("extra_currencies", codes)):
            raise ValueError("must name currencies of EXTRA_CURRENCIES, each once")
        return tuple((code, int(limit)) for code, _, limit in pairs)

    @field_validator("order_prefix")
    @classmethod
    def _short_prefix(cls, value: str) -> str:
        if not (1 <= len(value) <= 4 and value.isascii() and value.isalpha() and value.isupper()):
            raise ValueError("must be 1–4 capital letters")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _usable_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                Vault.from_setting(value.get_secret_value())
            except ValueError as error:
                raise ValueError("not of the form id:base64 of 32 bytes, each id once") from error
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _sendable_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 16–256 characters of A-Z a-z 0-9 _ -")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            async_url(value)
        except ArgumentError as error:
            raise ValueError("not a database address") from error
        return value

    @field_validator("bot_api_url", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("must begin with https:// and name a host")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError as error:
            raise ValueError("must be IP addresses or networks separated by commas") from error
        return value

    def missing(self) -> list[str]:
        """What else a running shop needs for what is switched on."""
        needed = ["bot_token", "encryption_keys", "shop_name"]
        if self.updates == "webhook":
            needed += ["public_url", "webhook_secret"]
        if "sandbox" in self.payment_methods:
            needed.append("sandbox_secret")
        if "bank_transfer" in self.payment_methods:
            needed.append("bank_accounts")
        return [name for name in needed if not getattr(self, name)]

    def unfit(self) -> dict[str, str]:
        """What is allowed by itself but not for a running shop: the setting's name and why."""
        faults = {}
        if self.port == 0:
            faults["port"] = "must be 1–65535"
        address = urlsplit(self.public_url)
        if self.updates == "webhook" and address.scheme == "http" and not is_loopback(address.hostname or ""):
            faults["public_url"] = "Telegram delivers updates to https only"
        return faults

    @property
    def names(self) -> dict[str, str]:
        """The shop's name by language."""
        if "=" not in self.shop_name:
            return dict.fromkeys(self.shop_languages, self.shop_name)
        pairs = (part.partition("=") for part in self.shop_name.split(";") if part.strip())
        return {language.strip(): name.strip() for language, _, name in pairs}

    @property
    def web_url(self) -> str:
        """Where the web pages are reached, without a trailing slash."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def local_url(self) -> str:
        """Where this machine itself reaches the web server."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{host}:{self.port}"

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return _networks(self.trusted_proxies)

    @property
    def database_file(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def bank_lines(self) -> tuple[tuple[str, str], ...]:
        pairs = (part.partition("=") for part in self.bank_accounts.split(";") if part.strip())
        return tuple((label.strip(), value.strip()) for label, _, value in pairs)


def load(*, to_run: bool = True, env_file: Path | None = Path(".env")) -> Settings:
    """The settings. Raises SettingsError that names each one wrong, and with `to_run` each one missing."""
    folder = _secrets_folder(env_file)
    try:
        settings = Settings(_env_file=env_file, _secrets_dir=folder)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError(explain(error, Settings)) from None
    settings._read_from = (env_file, folder)
    if not to_run:
        return settings
    if missing := settings.missing():
        raise SettingsError("\n".join(_line(name, "is missing") for name in missing))
    if faults := settings.unfit():
        raise SettingsError("\n".join(_line(name, f"is wrong: {why}") for name, why in faults.items()))
    settings.load_providers()
    return settings


def _secrets_folder(env_file: Path | None) -> Path | None:
    """Where the secrets are must be known before they are read. Raises SettingsError for a folder that is not there."""
    given = os.environ.get("SECRETS_DIR") or (dotenv_values(env_file).get("SECRETS_DIR") if env_file else None)
    if given and not Path(given).is_dir():
        raise SettingsError(_line("secrets_dir", "is wrong: no such folder"))
    return Path(given) if given else None


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Raises ValueError for what is no address and no network."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def explain(error: ValidationError, kind: type[BaseSettings]) -> str:
    """A line for each setting of `kind` that is missing or wrong; what it held is not repeated."""
    lines = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        fault = "is missing" if problem["type"] == "missing" else f"is wrong: {message}"
        lines.append(_line(str(problem["loc"][0]), fault, kind))
    return "\n".join(lines)


def require(settings: Settings, name: str, reason: str = "") -> None:
    """Raises SettingsError, with the reason why it is needed, unless the setting is there."""
    if not getattr(settings, name):
        raise SettingsError(_line(name, f"is missing{reason and ': '}{reason}"))


def wrong(name: str, why: str) -> SettingsError:
    """The refusal of a setting whose value turned out unusable when it was tried."""
    return SettingsError(_line(name, f"is wrong: {why}"))


def _line(name: str, fault: str, kind: type[BaseSettings] = Settings) -> str:
    field = kind.model_fields[name]
    variable = f"{kind.model_config.get('env_prefix') or ''}{name}".upper()
    example = (field.examples or [""])[0]
    return f"{variable} {fault}. It is {field.description}. Example: {variable}={example}"
