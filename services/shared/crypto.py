"""Encryption of personal data at rest: AES-256-GCM with a key id; look-ups by a keyed blind index.

A sealed value reads `v1:<key id>:<base64url of nonce ‖ ciphertext ‖ tag>`. The associated data names table, column and
row, so that a value moved to another row does not open. The first key seals; all keys open (rotation). The last key
also carries the blind indexes: it must stay last, or look-ups by phone and the like find nothing any more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


class SealBroken(Exception):
    """A sealed value was tampered with, moved to another row, or its key is missing."""


class Vault:
    """Seals and opens values with the keys `{id: 32 bytes}`; the first of them seals."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("at least one encryption key is needed")
        self._ciphers = {}
        for key_id, key in keys.items():
            if len(key) != 32 or not key_id.isalnum():
                raise ValueError("a key is 32 bytes under an id of letters and digits")
            self._ciphers[key_id] = AESGCM(_derive(key, b"seal"))
        self._newest = next(iter(keys))
        # The index key is derived from the oldest key: indexes must survive rotation of the sealing key.
        self._index_key = _derive(list(keys.values())[-1], b"blind index")

    @classmethod
    def from_setting(cls, setting: str) -> Vault:
        """From `id:base64,id:base64…`, newest first (the ENCRYPTION_KEYS setting). Raises ValueError."""
        keys: dict[str, bytes] = {}
        for entry in setting.split(","):
            key_id, _, encoded = entry.strip().partition(":")
            if key_id in keys:
                raise ValueError("two keys with one id: what the other one sealed could not be opened")
            keys[key_id] = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        return cls(keys)

    def seal(self, text: str, place: str) -> str:
        """Encrypts; `place` is "table.column:row" and must be given again to open."""
        nonce = os.urandom(12)
        sealed = nonce + self._ciphers[self._newest].encrypt(nonce, text.encode(), place.encode())
        return f"v1:{self._newest}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypts. Raises SealBroken."""
        try:
            version, key_id, encoded = sealed.split(":")
            raw = base64.urlsafe_b64decode(encoded)
            if version != "v1":
                raise SealBroken(place)
            return self._ciphers[key_id].decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            raise SealBroken(place) from error

    def seal_json(self, value: Any, place: str) -> str:
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), place)

    def open_json(self, sealed: str, place: str) -> Any:
        return json.loads(self.open(sealed, place))

    def blind_index(self, text: str, purpose: str) -> str:
        """A keyed fingerprint (128 bits, hex) for equality look-ups of sealed values."""
        message = f"{purpose}\0{text}".encode()
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()[:32]


def new_key() -> str:
    """A fresh random key in the form of the setting, without its id."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"chat store " + purpose).derive(key)
