"""What the set-up files of providers share.

Such a file has a settings class `SETTINGS`, `make(settings, tools)` which returns the provider and imports its SDK only
then, and, where it has certificates, `certificates(settings)`: the moment at which each ends, by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from cryptography import x509
from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from aiogram import Bot

    from services.payments.provider import Provider
    from services.shared.clock import Clock


class ProviderSettings(BaseSettings):
    """A provider's settings: from the environment, `.env` or the secrets folder, like the shop's own."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True, env_ignore_empty=True)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a provider may need beside its settings. `public_url` is where the shop's pages are, without a slash."""

    clock: Clock
    public_url: str
    bot: Bot | None = None


class SetUp(Protocol):
    """A provider's set-up file."""

    SETTINGS: type[ProviderSettings]

    def make(self, settings: Any, tools: Tools) -> Provider: ...


def _pem(value: Any) -> Any:
    """The text itself, or what the file that it names holds."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or "-----BEGIN" in text:
        # In an environment variable line ends are often written as \n.
        return text.replace("\\n", "\n") if isinstance(text, str) else text
    try:
        found = Path(text).read_text(encoding="ascii")
    except (OSError, ValueError):
        raise ValueError("neither a PEM text nor a file that can be read") from None
    if "-----BEGIN" not in found:
        raise ValueError("the file is no PEM text")
    return found


Pem = Annotated[SecretStr, BeforeValidator(_pem)]


def certificate_ends(pems: Mapping[str, str]) -> dict[str, datetime]:
    """The moment (UTC) at which each certificate ends. Raises ValueError for one that cannot be read."""
    return {name: x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc for name, pem in pems.items()}
