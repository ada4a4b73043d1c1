"""Alipay's signatures (RSA2: SHA256withRSA, PKCS#1 v1.5) over requests, notices and replies.

What is signed is `name=value` joined by `&` in the order of the names with values as they are before URL-encoding, or,
in a reply, the text of the inner JSON object exactly as it came. docs/decisions/0012 says why no SDK does this.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from services.payments.errors import BadSignature

RSA2 = "RSA2"
_LEAST_BITS = 2048
_MOST_FIELDS = 100
_WORD = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SPACE = " \t\r\n"


class Keys:
    """The app's private key, and Alipay's public key (not the app's own, which is the usual mistake)."""

    def __init__(self, private: str, public: str) -> None:
        """From PEM, or the bare base64 that Alipay's key tool and console give. Raises ValueError without the keys."""
        self._private = private_key(private)
        self._public = public_key(public)
        if self._public.public_numbers() == self._private.public_key().public_numbers():
            raise ValueError("this is the app's own public key, Alipay's is asked for")

    def sign(self, text: str) -> str:
        signature = self._private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def verify(self, text: str, signature: str) -> bool:
        try:
            given = base64.b64decode(signature, validate=True)
            # Another spelling of the same bytes is nothing that Alipay sends.
            if base64.b64encode(given).decode() != signature:
                return False
            self._public.verify(given, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, UnicodeError, ValueError):
            return False
        return True


def private_key(text: str) -> rsa.RSAPrivateKey:
    """An RSA key of at least 2048 bits. Raises ValueError, which does not hold the text."""
    try:
        key: object = (serialization.load_pem_private_key(text.encode(), None) if "-----BEGIN" in text
                       else serialization.load_der_private_key(_bare(text), None))
    except (ValueError, TypeError, UnicodeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise ValueError("not an RSA private key of 2048 bits or more")
    return key


def public_key(text: str) -> rsa.RSAPublicKey:
    """An RSA key of at least 2048 bits. Raises ValueError, which does not hold the text."""
    try:
        key: object = (serialization.load_pem_public_key(text.encode()) if "-----BEGIN" in text
                       else serialization.load_der_public_key(_bare(text)))
    except (ValueError, TypeError, UnicodeError):
        key = None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise ValueError("not an RSA public key of 2048 bits or more")
    return key


def _bare(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)


def content(params: Mapping[str, str]) -> str:
    """What is signed of a request: all but `sign` and what is empty."""
    return "&".join(f"{name}={value}" for name, value in sorted(params.items()) if name != "sign" and value)


def read_notice(keys: Keys, body: bytes) -> dict[str, str]:
    """The fields of a notice that Alipay signed. Raises BadSignature for any other.

    Signed are all fields but `sign`, `sign_type` and, where certificates are used, `alipay_cert_sn`. Since `sign_type`
    is not signed, only RSA2 is taken: nobody may choose a weaker one.
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict",
                          max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadSignature() from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or fields.get("sign_type") != RSA2:
        raise BadSignature()
    signature = fields.pop("sign", "")
    signed = {name: value for name, value in fields.items() if name not in ("sign_type", "alipay_cert_sn")}
    text = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
    if not keys.verify(text, signature):
        raise BadSignature()
    return signed


def read_reply(keys: Keys, name: str, body: bytes) -> dict[str, Any]:
    """The object under `name` in a reply that Alipay signed; numbers in it stay text.

    Raises ValueError for a reply that is not of that form, BadSignature for one that is not signed by Alipay.
    """
    members = _members(body.decode())
    if "sign" not in members or name not in members:
        raise BadSignature()
    signature, answer = members["sign"][1], members[name][1]
    if not isinstance(signature, str) or not keys.verify(members[name][0], signature):
        raise BadSignature()
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    return answer


def unsigned_word(body: bytes) -> str:
    """The code for a refusal in a reply that is not signed, to tell people; "" where there is none. No proof."""
    try:
        answer = next((value for _, value in _members(body.decode()).values() if isinstance(value, dict)), {})
    except ValueError:
        return ""
    return word(answer)


def word(answer: Mapping[str, Any]) -> str:
    """Alipay's code for why: `sub_code`, or `code`; "" unless it is of letters, digits, dots and dashes."""
    found = answer.get("sub_code") or answer.get("code")
    return found if isinstance(found, str) and _WORD.fullmatch(found) else ""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice in one object")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=str, parse_int=str)


def _members(text: str) -> dict[str, tuple[str, Any]]:
    """The members of a JSON object: name → (the value's text exactly as it stands, the value). Raises ValueError.

    The standard parser says where each value ends, so that no brace inside a string leads it astray.
    """
    found: dict[str, tuple[str, Any]] = {}
    try:
        at = _expect(text, _skip(text, 0), "{")
        while True:
            name, at = _DECODER.raw_decode(text, _skip(text, at))
            at = _skip(text, _expect(text, _skip(text, at), ":"))
            value, end = _DECODER.raw_decode(text, at)
            if not isinstance(name, str) or name in found:
                raise ValueError("not a name, or one twice")
            found[name] = (text[at:end], value)
            at = _skip(text, end)
            if text[at:at + 1] == "}":
                break
            at = _expect(text, at, ",")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _skip(text, at + 1) != len(text):
        raise ValueError("something after the object")
    return found


def _skip(text: str, at: int) -> int:
    while text[at:at + 1] and text[at] in _SPACE:
        at += 1
    return at


def _expect(text: str, at: int, sign: str) -> int:
    if text[at:at + 1] != sign:
        raise ValueError(f"no {sign}")
    return at + 1
