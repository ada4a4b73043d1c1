"""Alipay, from `ALIPAY_…`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, SecretStr, ValidationInfo, field_validator

from bot.payments.base import ProviderSettings, Tools
from bot.settings import setting
from services.payments.providers import alipay_signing as signing
from services.payments.providers.alipay_gateway import PRODUCTION

if TYPE_CHECKING:
    from services.payments.providers.alipay import Alipay


def _key(value: Any) -> Any:
    """The text itself, or what the file that it names holds. Alipay's key tool writes bare base64 without PEM lines."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or "-----BEGIN" in text or len(text) > 300:
        # In an environment variable line ends are often written as \n.
        return text.replace("\\n", "\n") if isinstance(text, str) else text
    try:
        return Path(text).read_text(encoding="ascii")
    except (OSError, ValueError):
        raise ValueError("neither a key nor a file that can be read") from None


Key = Annotated[SecretStr, BeforeValidator(_key)]


class AlipaySettings(ProviderSettings, env_prefix="ALIPAY_"):
    app_id: str = setting(..., "the app's APPID at Alipay's open platform", "2021000000000001", pattern=r"^[0-9]{16}$")
    seller_id: str = setting(..., "the merchant's own number at Alipay (PID), which notices are compared with",
                             "2088000000000001", pattern=r"^2088[0-9]{12}$")
    private_key: Key = setting(..., "the app's private key (RSA2, 2048 bits): the text, or a file that holds it",
                               "/run/secrets/alipay-app.pem")
    public_key: Key = setting(..., "Alipay's public key, not the app's own: the text, or a file that holds it",
                              "/run/secrets/alipay-public.pem")
    wap: bool = setting(False, "whether the merchant has 手机网站支付, pages for browsers on phones", "true")
    page: bool = setting(False, "whether the merchant has 电脑网站支付, pages for browsers on computers", "true")
    gateway: str = setting(PRODUCTION, "Alipay's gateway; another one for its sandbox",
                           "https://openapi-sandbox.dl.alipaydev.com/gateway.do", pattern=r"^https?://")

    @field_validator("private_key")
    @classmethod
    def _usable_private_key(cls, value: SecretStr) -> SecretStr:
        signing.private_key(value.get_secret_value())
        return value

    @field_validator("public_key")
    @classmethod
    def _usable_public_key(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        private = info.data.get("private_key")
        if private is None:
            signing.public_key(value.get_secret_value())
        else:
            signing.Keys(private.get_secret_value(), value.get_secret_value())
        return value

    def keys(self) -> signing.Keys:
        return signing.Keys(self.private_key.get_secret_value(), self.public_key.get_secret_value())


SETTINGS = AlipaySettings


def make(settings: AlipaySettings, tools: Tools) -> Alipay:
    from services.payments.providers.alipay import PAGE, WAP, Account, Alipay

    has = {WAP: settings.wap, PAGE: settings.page}
    products = frozenset(name for name, switched_on in has.items() if switched_on)
    account = Account(settings.app_id, settings.seller_id, products, settings.gateway)
    return Alipay(account, settings.keys(), tools.clock)
