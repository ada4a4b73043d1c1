"""How WeChat Pay's API v3 signs messages and seals contents.

Signatures are RSA PKCS#1 v1.5 with SHA-256 over lines that each end with a line feed: of a request method, target,
time, nonce and body; of a reply or notice time, nonce and body. Contents are sealed with AES-256-GCM and the key that
the merchant set. Source: the rules of pay.weixin.qq.com and the official SDK for Go; the vectors in `tests/data`.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from services.payments.errors import BadSignature, SignatureProbe

SCHEME = "WECHATPAY2-SHA256-RSA2048"
# The official SDK for Go refuses what is this old, or this far ahead.
WINDOW_SECONDS = 300
# Signatures that WeChat Pay makes wrong on purpose begin like this (unverified: seen in public code, not in its docs).
_PROBE = "WECHATPAY/SIGNTEST/"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who signs our requests: `serial` is the hexadecimal number of the certificate of `key`."""

    mchid: str
    serial: str
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a message says about its own signature."""

    time: str
    nonce: str
    serial: str
    signature: bytes


def sign(key: RSAPrivateKey, *lines: bytes) -> str:
    """The signature in base 64 over `lines`, each ended."""
    return b64encode(key.sign(_message(*lines), PKCS1v15(), SHA256())).decode()


def authorization(merchant: Merchant, method: str, target: str, body: bytes, at: int, nonce: str) -> str:
    """The header of a request: `target` is path and query and `body` the bytes exactly as sent, `at` unix seconds."""
    signature = sign(merchant.key, method.encode(), target.encode(), str(at).encode(), nonce.encode(), body)
    return (f'{SCHEME} mchid="{merchant.mchid}",nonce_str="{nonce}",signature="{signature}",timestamp="{at}",'
            f'serial_no="{merchant.serial}"')


def read_stamp(headers: Mapping[str, str], now: datetime) -> Stamp:
    """Raises BadSignature unless there is a signature of less than 300 seconds from `now`; SignatureProbe for one that
    is wrong on purpose."""
    time, nonce, signature, serial = (
        headers.get(f"Wechatpay-{name}", "") for name in ("Timestamp", "Nonce", "Signature", "Serial"))
    if signature.startswith(_PROBE):
        raise SignatureProbe()
    if headers.get("Wechatpay-Signature-Type", SCHEME) != SCHEME:
        raise BadSignature()
    if not (time.isascii() and time.isdigit() and len(time) <= 12 and nonce.isascii() and serial.isascii()):
        raise BadSignature()
    if abs(now.timestamp() - int(time)) >= WINDOW_SECONDS:
        raise BadSignature()
    try:
        return Stamp(time, nonce, serial, _strict_base64(signature))
    except ValueError:
        raise BadSignature() from None


def verify(stamp: Stamp, body: bytes, key: RSAPublicKey) -> None:
    """Raises BadSignature unless the message was signed with the key that belongs to `key`."""
    message = _message(stamp.time.encode(), stamp.nonce.encode(), body)
    try:
        key.verify(stamp.signature, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise BadSignature() from None


def unseal(api_key: bytes, sealed: Any) -> bytes:
    """What is inside a `resource` or `encrypt_certificate`. Raises ValueError where that makes no sense, or the key is
    another one."""
    if not isinstance(sealed, dict) or sealed.get("algorithm") != "AEAD_AES_256_GCM":
        raise ValueError("sealed in an unknown way")
    nonce, context, text = (sealed.get(name) or "" for name in ("nonce", "associated_data", "ciphertext"))
    if not (isinstance(nonce, str) and isinstance(context, str) and isinstance(text, str)):
        raise ValueError("no sense in what is sealed")
    try:
        return AESGCM(api_key).decrypt(nonce.encode(), _strict_base64(text), context.encode())
    except InvalidTag:
        raise ValueError("sealed with another key") from None


def read_json(raw: bytes) -> dict[str, Any]:
    """The object in `raw`, fractions as Decimal. Raises ValueError for anything else."""
    try:
        known = json.loads(raw, parse_float=Decimal)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(known, dict):
        raise ValueError("not an object")
    return known


def _message(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _strict_base64(text: str) -> bytes:
    """Raises ValueError for anything but the one spelling of the bytes: what is lenient lets changed texts pass."""
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise ValueError("not the canonical base 64")
    return raw
