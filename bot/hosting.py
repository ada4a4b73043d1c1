"""The payment sandbox is an outside system; where it is switched on, the shop's own web server gives it a place."""

from __future__ import annotations

from bot.composition import Application
from bot.sandbox.system import NoteWebhook, SandboxSystem
from services.payments.providers.sandbox import CODE


def has_sandbox(application: Application) -> bool:
    return CODE in application.shop.providers


def open_sandbox(application: Application, noted: NoteWebhook | None = None) -> SandboxSystem:
    """The sandbox beside an application; `noted` hears of each of its notices."""
    settings, shop = application.settings, application.shop
    assert settings.sandbox_secret is not None
    return SandboxSystem(
        settings.data_folder / "sandbox.db", settings.sandbox_secret.get_secret_value(), shop.clock, settings.web_url,
        f"{settings.local_url}/webhooks/payments/{CODE}", {code: shop.translator(code) for code in shop.languages},
        shop.languages[0], next(iter(shop.name.values())), noted,
    )
