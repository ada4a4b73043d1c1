"""The keys of the fake WeChat Pay and of its merchant, and what they sign, seal and check."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import web
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from services.shared.clock import Clock

# Published keys: of use for tests alone.
VECTORS = json.loads((Path(__file__).parents[1] / "data/vectors/wechatpay_v3.json").read_text(encoding="utf-8"))
MCHID: str = VECTORS["merchant"]["mchid"]
APPID: str = VECTORS["merchant"]["appid"]
MERCHANT_SERIAL: str = VECTORS["merchant"]["cert_serial_no"]
APIV3_KEY: str = VECTORS["apiv3_key"]
PUBLIC_KEY_ID: str = VECTORS["platform"]["public_key_id"]
PLATFORM_SERIAL: str = VECTORS["platform"]["certificate_serial_hex"]
AUTHORIZATION = re.compile(r'([a-z_]+)="([^"]*)"')


class No(Exception):
    """A refusal with its HTTP status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@cache
def private_key(of: str) -> Any:
    """OpenSSL takes its time to look at a key."""
    return load_pem_private_key(VECTORS[of]["private_key_pem"].encode(), None)


@cache
def merchant_certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, MCHID)])
    key = private_key("merchant")
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(int(MERCHANT_SERIAL, 16))
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2054, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


class Keys:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._merchant = private_key("merchant")
        self._platform = private_key("platform")

    def check(self, request: web.Request, raw: bytes) -> None:
        """Raises No(401, SIGN_ERROR) unless the merchant signed these very bytes a moment ago."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        told = dict(AUTHORIZATION.findall(rest))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or told.get("mchid") != MCHID:
            raise No(401, "SIGN_ERROR")
        at = datetime.fromtimestamp(int(told["timestamp"]), UTC)
        if told["serial_no"] != MERCHANT_SERIAL or abs((self.clock.now() - at).total_seconds()) > 300:
            raise No(401, "SIGN_ERROR")
        if len(told["nonce_str"]) > 32 or "aiohttp" not in request.headers.get("User-Agent", "") \
                or request.headers.get("Accept") != "application/json":
            raise No(400, "PARAM_ERROR")
        lines = (request.method, request.raw_path, told["timestamp"], told["nonce_str"], raw.decode())
        message = "".join(f"{line}\n" for line in lines).encode()
        try:
            self._merchant.public_key().verify(b64decode(told["signature"]), message, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise No(401, "SIGN_ERROR") from None

    def stamped(self, body: bytes, by_certificate: bool) -> dict[str, str]:
        return self._stamp(body, self._platform, by_certificate)

    def forged(self, body: bytes, by_certificate: bool) -> dict[str, str]:
        """By the merchant's key: right in form, and not WeChat Pay's."""
        return self._stamp(body, self._merchant, by_certificate)

    def probed(self, body: bytes, by_certificate: bool) -> dict[str, str]:
        stamps = self.stamped(body, by_certificate)
        return stamps | {"Wechatpay-Signature": f"WECHATPAY/SIGNTEST/{stamps['Wechatpay-Signature']}"}

    def seal(self, plain: bytes, context: str) -> dict[str, str]:
        nonce = uuid4().hex[:12]
        sealed = AESGCM(APIV3_KEY.encode()).encrypt(nonce.encode(), plain, context.encode())
        return {"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": context,
                "ciphertext": b64encode(sealed).decode()}

    def certificates(self) -> dict[str, Any]:
        return {"data": [{
            "serial_no": PLATFORM_SERIAL, "effective_time": "2024-01-01T08:00:00+08:00",
            "expire_time": "2054-01-01T08:00:00+08:00",
            "encrypt_certificate": self.seal(VECTORS["platform"]["certificate_pem"].encode(), "certificate"),
        }]}

    def _stamp(self, body: bytes, key: Any, by_certificate: bool) -> dict[str, str]:
        serial = PLATFORM_SERIAL if by_certificate else PUBLIC_KEY_ID
        time, nonce = str(int(self.clock.now().timestamp())), uuid4().hex
        message = f"{time}\n{nonce}\n".encode() + body + b"\n"
        signature = b64encode(key.sign(message, padding.PKCS1v15(), SHA256())).decode()
        return {"Wechatpay-Timestamp": time, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": serial,
                "Wechatpay-Signature": signature, "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048"}
