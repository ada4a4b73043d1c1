"""Alipay's settings: keys in the forms that Alipay's tools give them, and the usual mistake named."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot.payments.registry import load
from bot.settings import SettingsError
from services.payments.providers.alipay_signing import private_key

VECTORS = json.loads(Path("tests/data/vectors/alipay.json").read_text(encoding="utf-8"))
PRIVATE, PUBLIC = VECTORS["app_private_key_pkcs1_pem"], VECTORS["alipay_public_key_pem"]
GOOD = {"ALIPAY_APP_ID": "2021000000000001", "ALIPAY_SELLER_ID": "2088000000000001", "ALIPAY_PRIVATE_KEY": PRIVATE,
        "ALIPAY_PUBLIC_KEY": PUBLIC}


def bare(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if "-----" not in line)


def pkcs8() -> str:
    from cryptography.hazmat.primitives import serialization as form
    der = private_key(PRIVATE).private_bytes(form.Encoding.DER, form.PrivateFormat.PKCS8, form.NoEncryption())
    return base64.b64encode(der).decode()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings with these variables in place of the good ones."""
    def settings(**changed: str) -> Any:
        for name, value in (GOOD | changed).items():
            monkeypatch.setenv(name, value)
        return load(("alipay",), None)["alipay"]
    return settings


@pytest.mark.parametrize("private", [PRIVATE, PRIVATE.replace("\n", "\\n"), bare(PRIVATE), pkcs8()],
                         ids=["pem", "one line", "bare PKCS#1", "bare PKCS#8"])
@pytest.mark.parametrize("public", [PUBLIC, bare(PUBLIC)], ids=["pem", "bare"])
def test_keys_come_as_pem_or_as_alipays_tool_writes_them(read: Any, private: str, public: str) -> None:
    keys = read(ALIPAY_PRIVATE_KEY=private, ALIPAY_PUBLIC_KEY=public).keys()
    vector = VECTORS["requests"][0]
    assert keys.sign(vector["sign_content"]) == vector["sign"]


def test_keys_come_from_files(read: Any, tmp_path: Path) -> None:
    (tmp_path / "app.txt").write_text(bare(PRIVATE))
    (tmp_path / "alipay.pem").write_text(PUBLIC)
    read(ALIPAY_PRIVATE_KEY=str(tmp_path / "app.txt"), ALIPAY_PUBLIC_KEY=str(tmp_path / "alipay.pem")).keys()


@pytest.mark.parametrize(("name", "value", "why"), [
    ("ALIPAY_PUBLIC_KEY", VECTORS["app_public_key_pem"], "this is the app's own public key, Alipay's is asked for"),
    ("ALIPAY_PUBLIC_KEY", PRIVATE, "not an RSA public key of 2048 bits or more"),
    ("ALIPAY_PRIVATE_KEY", PUBLIC, "not an RSA private key of 2048 bits or more"),
    ("ALIPAY_PRIVATE_KEY", "A" * 400, "not an RSA private key of 2048 bits or more"),
    ("ALIPAY_PRIVATE_KEY", "/nowhere/key.pem", "neither a key nor a file that can be read"),
    ("ALIPAY_SELLER_ID", "shop@example.com", "String should match pattern '^2088[0-9]{12}$'"),
    ("ALIPAY_APP_ID", "my app", "String should match pattern '^[0-9]{16}$'"),
    ("ALIPAY_GATEWAY", "openapi.alipay.com", "String should match pattern '^https?://'"),
], ids=str)
def test_what_is_wrong_is_named_and_not_repeated(read: Any, name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read(**{name: value})
    assert str(refusal.value).startswith(f"{name} is wrong: {why}. It is ")
    assert value not in str(refusal.value)
