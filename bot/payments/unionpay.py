"""UnionPay's online gateway: the merchant's key and certificate, and the two of UnionPay's authority."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationInfo, field_validator

from bot.payments.base import Pem, ProviderSettings, Tools, certificate_ends
from bot.settings import setting

if TYPE_CHECKING:
    from services.payments.provider import Provider


class UnionpaySettings(ProviderSettings, env_prefix="UNIONPAY_"):
    merchant_id: str = setting(..., "UnionPay's number of the merchant (merId), 15 characters", "777290058110048")
    private_key: Pem = setting(..., "the key of the signing certificate: PEM text without a password, or its file",
                               "/run/secrets/unionpay_key.pem")
    certificate: Pem = setting(..., "the merchant's signing certificate: PEM text, or its file",
                               "/run/secrets/unionpay_certificate.pem")
    middle_certificate: Pem = setting(..., "the middle certificate of UnionPay's authority: PEM text, or its file",
                                      "/run/secrets/acp_prod_middle.cer")
    root_certificate: Pem = setting(..., "the root certificate of UnionPay's authority: PEM text, or its file",
                                    "/run/secrets/acp_prod_root.cer")
    test: bool = setting(False, "whether UnionPay's test environment is spoken to, where no money moves", "true")
    qr: bool = setting(False, "whether QR codes are in the contract (not tried against UnionPay yet)", "true")
    gateway: str = setting("", "the gateway, where it is not UnionPay's own", "https://gateway.95516.com")

    @field_validator("merchant_id")
    @classmethod
    def _merchant(cls, value: str) -> str:
        if not re.fullmatch(r"[0-9A-Za-z]{15}", value):
            raise ValueError("must be 15 letters and digits")
        return value

    @field_validator("certificate")
    @classmethod
    def _belongs_to_the_key(cls, value: Pem, info: ValidationInfo) -> Pem:
        from services.payments.providers.unionpay_signing import Signer

        if "private_key" in info.data:
            Signer.from_pem(info.data["private_key"].get_secret_value(), value.get_secret_value())
        return value

    @field_validator("root_certificate")
    @classmethod
    def _issued_the_middle_one(cls, value: Pem, info: ValidationInfo) -> Pem:
        from services.payments.providers.unionpay_signing import Trust

        if "middle_certificate" in info.data:
            Trust(info.data["middle_certificate"].get_secret_value(), value.get_secret_value())
        return value

    @field_validator("gateway")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https://")
        return value.rstrip("/")


SETTINGS = UnionpaySettings


def make(settings: UnionpaySettings, tools: Tools) -> Provider:
    from services.payments.providers.unionpay import CODE, PRODUCTION, TEST, Terms, UnionPay
    from services.payments.providers.unionpay_signing import OWNER, TEST_OWNER, Signer, Trust

    terms = Terms(
        settings.merchant_id, settings.gateway or (TEST if settings.test else PRODUCTION),
        f"{tools.public_url}/webhooks/payments/{CODE}", settings.qr)
    signer = Signer.from_pem(settings.private_key.get_secret_value(), settings.certificate.get_secret_value())
    trust = Trust(settings.middle_certificate.get_secret_value(), settings.root_certificate.get_secret_value(),
                  TEST_OWNER if settings.test else OWNER)
    return UnionPay(terms, signer, trust, tools.clock)


def certificates(settings: UnionpaySettings) -> dict[str, datetime]:
    """When each certificate ends."""
    return certificate_ends({
        name: getattr(settings, name).get_secret_value()
        for name in ("certificate", "middle_certificate", "root_certificate")
    })
