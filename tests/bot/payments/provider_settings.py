"""The variables that a provider's settings are read from."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from bot.payments.base import ProviderSettings


def variables(kind: type[ProviderSettings]) -> dict[str, FieldInfo]:
    """Each setting by the name of its variable."""
    prefix: Any = kind.model_config.get("env_prefix") or ""
    return {f"{prefix}{name}".upper(): field for name, field in kind.model_fields.items()}
