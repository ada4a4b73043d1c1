"""WeChat Pay's settings: each value that cannot be used is named, and what it holds is not repeated."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from bot.payments import wechat as set_up
from bot.payments.base import Tools
from bot.payments.wechat import WechatSettings
from bot.settings import SettingsError, explain
from services.payments.providers.wechat import Wechat
from services.shared.clock import MovableClock
from tests.fakes.wechat_keys import (
    APIV3_KEY,
    APPID,
    MCHID,
    MERCHANT_SERIAL,
    PUBLIC_KEY_ID,
    VECTORS,
    merchant_certificate,
)

PLATFORM = VECTORS["platform"]
ELLIPTIC = generate_private_key(SECP256R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def given() -> dict[str, str]:
    return {
        "WECHAT_MCHID": MCHID, "WECHAT_APPID": APPID, "WECHAT_PRIVATE_KEY": VECTORS["merchant"]["private_key_pem"],
        "WECHAT_CERTIFICATE": merchant_certificate(), "WECHAT_APIV3_KEY": APIV3_KEY,
        "WECHAT_PUBLIC_KEY": PLATFORM["public_key_pem"], "WECHAT_PUBLIC_KEY_ID": PUBLIC_KEY_ID,
    }


def read(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> WechatSettings:
    for name, value in (given() | changes).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    return WechatSettings(_env_file=None)  # type: ignore[call-arg]


async def test_a_provider_is_made_of_them(monkeypatch: pytest.MonkeyPatch, clock: MovableClock) -> None:
    made = set_up.make(read(monkeypatch, WECHAT_H5="true"), Tools(clock, "https://shop.example"))
    assert isinstance(made, Wechat)
    assert (made.code, made.online, dict(made.accepts.channels)) == ("wechat", True, {"h5": "phone"})
    assert made._notify_url == "https://shop.example/webhooks/payments/wechat"
    secrets = made._api._secrets
    assert (secrets.merchant.serial, list(secrets.public_keys)) == (MERCHANT_SERIAL, [PUBLIC_KEY_ID])
    await made.aclose()


@pytest.mark.parametrize("address", ["http://shop.example", "http://127.0.0.1:8080"])
def test_notices_need_an_https_address(monkeypatch: pytest.MonkeyPatch, clock: MovableClock, address: str) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL is wrong: WeChat Pay takes https"):
        set_up.make(read(monkeypatch), Tools(clock, address))


def test_a_merchant_may_have_certificates_only(monkeypatch: pytest.MonkeyPatch, clock: MovableClock) -> None:
    known = read(monkeypatch, WECHAT_PUBLIC_KEY=None, WECHAT_PUBLIC_KEY_ID=None)
    made = set_up.make(known, Tools(clock, "https://shop.example"))
    assert isinstance(made, Wechat)
    assert made._api._secrets.public_keys == {}


def test_keys_may_be_files_or_have_escaped_line_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "apiclient_key.pem"
    file.write_text(given()["WECHAT_PRIVATE_KEY"])
    escaped = given()["WECHAT_PUBLIC_KEY"].replace("\n", "\\n")
    known = read(monkeypatch, WECHAT_PRIVATE_KEY=str(file), WECHAT_PUBLIC_KEY=escaped)
    assert known.private_key.get_secret_value() == given()["WECHAT_PRIVATE_KEY"]
    assert known.public_key is not None
    assert known.public_key.get_secret_value() == given()["WECHAT_PUBLIC_KEY"]


def test_the_end_of_the_merchants_certificate_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_up.certificates(read(monkeypatch)) == {"WECHAT_CERTIFICATE": datetime(2054, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize(("name", "value", "why"), [
    ("WECHAT_MCHID", "abc-secret", "match pattern"),
    ("WECHAT_APPID", "wx secret", "match pattern"),
    ("WECHAT_PRIVATE_KEY", "/no/such/secret-file", "neither a PEM text nor a file"),
    ("WECHAT_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----", "no key in PEM form"),
    ("WECHAT_PRIVATE_KEY", ELLIPTIC, "no RSA key of at least 2048 bits"),
    ("WECHAT_PRIVATE_KEY", PLATFORM["public_key_pem"], "no key in PEM form"),
    ("WECHAT_CERTIFICATE", PLATFORM["certificate_pem"], "of another key than WECHAT_PRIVATE_KEY"),
    ("WECHAT_CERTIFICATE", "-----BEGIN secret", "no certificate in PEM form"),
    ("WECHAT_APIV3_KEY", "secret" * 5, "must have 32 characters"),
    ("WECHAT_PUBLIC_KEY", VECTORS["merchant"]["private_key_pem"], "no key in PEM form"),
    ("WECHAT_PUBLIC_KEY_ID", "secret_0100000000012025010100000001", "must begin with PUB_KEY_ID_"),
    ("WECHAT_PUBLIC_KEY_ID", None, "needed with WECHAT_PUBLIC_KEY"),
    ("WECHAT_API_URL", "api.mch.weixin.qq.com", "match pattern"),
    ("WECHAT_API_URL", "https://api.mch.weixin.qq.com/", "match pattern"),
    ("WECHAT_API_URL", "http://api.mch.weixin.qq.com", "must begin with https://"),
])
def test_what_cannot_be_used_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, why: str
) -> None:
    with pytest.raises(ValidationError) as error:
        read(monkeypatch, **{name: value})
    (line,) = explain(error.value, WechatSettings).splitlines()
    assert line.startswith(f"{name} is wrong: ")
    assert why in line
    assert "secret" not in line
    assert "BEGIN" not in line


def test_nothing_secret_is_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(read(monkeypatch))
    for name in ("WECHAT_PRIVATE_KEY", "WECHAT_APIV3_KEY"):
        assert given()[name] not in shown
    assert "BEGIN" not in shown
