"""WeChat Pay's settings."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import SecretStr, ValidationInfo, field_validator

from bot.payments.base import Pem, ProviderSettings, Tools, certificate_ends
from bot.settings import is_loopback, setting, wrong

if TYPE_CHECKING:
    from services.payments.provider import Provider

_PUBLIC_KEY_ID = re.compile(r"PUB_KEY_ID_[0-9A-Za-z]{1,64}")
_KEY_LENGTH = 32


class WechatSettings(ProviderSettings, env_prefix="WECHAT_"):
    mchid: str = setting(..., "the merchant's number at WeChat Pay", "1900000001", pattern=r"^[0-9]{6,32}$")
    appid: str = setting(..., "the app bound to the merchant's number", "wx8888888888888888",
                         pattern=r"^[0-9A-Za-z_-]{6,32}$")
    private_key: Pem = setting(..., "the private key of the merchant's API certificate: PEM, or its file",
                               "/etc/shop/apiclient_key.pem")
    certificate: Pem = setting(..., "the merchant's API certificate: PEM, or its file", "/etc/shop/apiclient_cert.pem")
    apiv3_key: SecretStr = setting(..., "the key of API v3, 32 characters, as set with the merchant's account",
                                   "32 letters and digits")
    public_key: Pem | None = setting(None, "WeChat Pay's public key where the merchant has one: PEM, or its file",
                                     "/etc/shop/pub_key.pem")
    public_key_id: str = setting("", "the id of WeChat Pay's public key",
                                 "PUB_KEY_ID_0100000000012025010100000000000001", validate_default=True)
    h5: bool = setting(False, "whether WeChat Pay granted the merchant H5, to pay in a phone's browser", "true")
    api_url: str = setting("https://api.mch.weixin.qq.com", "WeChat Pay's server; api2.mch.weixin.qq.com is another",
                           "https://api2.mch.weixin.qq.com", pattern=r"^https?://[^/?#]+(/[^?#]*[^/?#])?$")

    @field_validator("private_key")
    @classmethod
    def _rsa_key(cls, value: SecretStr) -> SecretStr:
        private_key(value)
        return value

    @field_validator("certificate")
    @classmethod
    def _own_certificate(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        certified = certificate(value).public_key()
        key = info.data.get("private_key")
        if key is not None and private_key(key).public_key() != certified:
            raise ValueError("is the certificate of another key than WECHAT_PRIVATE_KEY")
        return value

    @field_validator("apiv3_key")
    @classmethod
    def _whole_key(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value().encode()) != _KEY_LENGTH:
            raise ValueError(f"must have {_KEY_LENGTH} characters")
        return value

    @field_validator("public_key")
    @classmethod
    def _rsa_public_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            public_key(value)
        return value

    @field_validator("public_key_id")
    @classmethod
    def _both_or_neither(cls, value: str, info: ValidationInfo) -> str:
        if value and not _PUBLIC_KEY_ID.fullmatch(value):
            raise ValueError("must begin with PUB_KEY_ID_")
        if "public_key" in info.data and bool(value) != (info.data["public_key"] is not None):
            raise ValueError("is needed with WECHAT_PUBLIC_KEY, and only with it")
        return value

    @field_validator("api_url")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme != "https" and not is_loopback(address.hostname or ""):
            raise ValueError("must begin with https://")
        return value


SETTINGS = WechatSettings


def make(settings: WechatSettings, tools: Tools) -> Provider:
    """Raises SettingsError where notices could not be sent to the shop."""
    from services.payments.providers.wechat import CODE, Wechat
    from services.payments.providers.wechat_api import Api, Secrets
    from services.payments.providers.wechat_signing import Merchant

    if settings.api_url.startswith("https:") and not tools.public_url.startswith("https:"):
        raise wrong("public_url", "WeChat Pay takes https addresses for its notices only")
    serial = serial_number(certificate(settings.certificate))
    merchant = Merchant(settings.mchid, serial, private_key(settings.private_key))
    known = {} if settings.public_key is None else {settings.public_key_id: public_key(settings.public_key)}
    secrets = Secrets(merchant, settings.apiv3_key.get_secret_value().encode(), known)
    api = Api(secrets, tools.clock, settings.api_url)
    notify_url = f"{tools.public_url}/webhooks/payments/{CODE}"
    return Wechat(api, tools.clock, settings.mchid, settings.appid, notify_url, h5=settings.h5)


def certificates(settings: WechatSettings) -> dict[str, datetime]:
    """When the merchant's certificate ends; those of WeChat Pay are fetched anew by themselves."""
    return certificate_ends({"WECHAT_CERTIFICATE": settings.certificate.get_secret_value()})


def serial_number(of: x509.Certificate) -> str:
    """As WeChat Pay writes it."""
    return format(of.serial_number, "X")


def private_key(pem: SecretStr) -> RSAPrivateKey:
    """Raises ValueError."""
    return _rsa(RSAPrivateKey, lambda: load_pem_private_key(pem.get_secret_value().encode(), None))


def public_key(pem: SecretStr) -> RSAPublicKey:
    """Raises ValueError."""
    return _rsa(RSAPublicKey, lambda: load_pem_public_key(pem.get_secret_value().encode()))


def certificate(pem: SecretStr) -> x509.Certificate:
    """Raises ValueError."""
    try:
        return x509.load_pem_x509_certificate(pem.get_secret_value().encode())
    except ValueError:
        raise ValueError("is no certificate in PEM form") from None


def _rsa(kind: Any, load: Any) -> Any:
    """Raises ValueError that repeats nothing of the key."""
    try:
        key = load()
    except (ValueError, TypeError):
        raise ValueError("is no key in PEM form without a password") from None
    if not isinstance(key, kind) or key.key_size < 2048:
        raise ValueError("is no RSA key of at least 2048 bits")
    return key
