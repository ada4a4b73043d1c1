"""Signed calls to WeChat Pay, and the keys with which its replies and notices are checked.

A message names its key: a public key by an id that begins with PUB_KEY_ID_, else a platform certificate by its serial
number. Certificates are fetched when one is named that is not known, at most once a minute.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from yarl import URL

from services.payments.errors import BadSignature, SignatureProbe
from services.payments.provider import Unreachable
from services.payments.providers.wechat_signing import (
    Merchant,
    authorization,
    read_json,
    read_stamp,
    unseal,
    verify,
)
from services.shared.clock import Clock
from services.shared.ids import random_code

log = logging.getLogger(__name__)

HOST = "https://api.mch.weixin.qq.com"
_AGENT = "chat-store/0.1 (aiohttp)"
_REFRESH = timedelta(minutes=1)
_CERTIFICATES = "/v3/certificates"
_SERIAL = re.compile(r"[0-9A-F]{1,64}")
_WORD = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
# Not a no: ask again with the same number.
_LATER = frozenset({"SYSTEMERROR", "BANKERROR", "FREQUENCYLIMITED", "FREQUENCYLIMIT"})
# Far more than any reply; a day of a large shop's bill.
_LARGEST_REPLY, _LARGEST_FILE = 1 << 20, 64 << 20


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the merchant and WeChat Pay know of each other. `public_keys` by their ids; `api_key` has 32 bytes."""

    merchant: Merchant
    api_key: bytes = field(repr=False)
    public_keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)


class Declined(Exception):
    """WeChat Pay said no; `word` is its code without underscores, which come and go between its versions."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(f"HTTP {status} {word}")
        self.status, self.word = status, word


class Api:
    """`base_url` is that of WeChat Pay; `timeout` the seconds for one call."""

    def __init__(self, secrets: Secrets, clock: Clock, base_url: str = HOST, timeout: float = 8) -> None:
        self._secrets = secrets
        self._clock = clock
        self._base = URL(base_url)
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._certificates: dict[str, x509.Certificate] = {}
        self._fetched_at: datetime | None = None
        self._fetching = asyncio.Lock()

    async def call(self, method: str, target: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The verified reply to a signed call; {} for one without a body.

        Raises Declined for a clear no, Unreachable for anything else: a reply whose signature is wrong says nothing,
        though what was asked for may be done.
        """
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers, answer = await self._send(method, URL(f"{self._base}{target}", encoded=True), raw)
        try:
            await self.verify(headers, answer, self._clock.now())
            return read_json(answer) if answer else {}
        except BadSignature as error:
            level = logging.INFO if isinstance(error, SignatureProbe) else logging.WARNING
            log.log(level, "a reply of wechat to %s had a wrong signature", method)
            raise Unreachable("a reply with a wrong signature") from None
        except ValueError:
            raise Unreachable("a reply without sense") from None

    async def download(self, address: str) -> bytes:
        """The file at an address that a verified reply named. Its own reply has no signature. Raises Unreachable."""
        url = URL(address, encoded=True)
        if url.origin() != self._base.origin():
            # Our signature belongs to nobody else.
            raise Unreachable("a file on another server")
        try:
            return (await self._send("GET", url, b"", _LARGEST_FILE))[1]
        except Declined as no:
            raise Unreachable(f"no file: {no}") from None

    async def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises BadSignature for a message that is forged or 300 seconds off; Unreachable where its key is not known
        and certificates could not be fetched."""
        stamp = read_stamp(headers, now)
        verify(stamp, body, await self._key(stamp.serial, now))

    def unseal(self, resource: Any) -> bytes:
        """Raises ValueError."""
        return unseal(self._secrets.api_key, resource)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _key(self, serial: str, now: datetime) -> RSAPublicKey:
        if serial in self._secrets.public_keys:
            return self._secrets.public_keys[serial]
        if not _SERIAL.fullmatch(serial):
            raise BadSignature()
        if serial not in self._certificates:
            await self._refresh(now)
        return _key_of(self._certificates, serial, now)

    async def _refresh(self, now: datetime) -> None:
        """Fetches the certificates, unless that was done a moment ago. Raises Unreachable; BadSignature where a
        merchant has a public key and no certificates, for then nobody signs with one."""
        async with self._fetching:
            if self._fetched_at is not None and abs(now - self._fetched_at) < _REFRESH:
                if not self._certificates and not self._secrets.public_keys:
                    raise Unreachable("no certificates")
                return
            self._fetched_at = now
            try:
                url = URL(f"{self._base}{_CERTIFICATES}", encoded=True)
                headers, answer = await self._send("GET", url, b"")
                self._certificates |= self._read_certificates(headers, answer, now)
            except Declined as no:
                log.info("wechat gives no certificates: %s", no.word)
                if not self._secrets.public_keys:
                    raise Unreachable("no certificates") from None
            except (BadSignature, ValueError):
                raise Unreachable("certificates without sense") from None

    def _read_certificates(
        self, headers: Mapping[str, str], answer: bytes, now: datetime
    ) -> dict[str, x509.Certificate]:
        """By serial number. The seal shows where they come from; one of them, or a known key, signs the reply."""
        found = {}
        data = read_json(answer).get("data")
        for each in data if isinstance(data, list) else []:
            pem = self.unseal(each.get("encrypt_certificate") if isinstance(each, dict) else None)
            certificate = x509.load_pem_x509_certificate(pem)
            found[format(certificate.serial_number, "X").zfill(40)] = certificate
        stamp = read_stamp(headers, now)
        key = self._secrets.public_keys.get(stamp.serial) or _key_of(found, stamp.serial, now)
        verify(stamp, answer, key)
        return found

    async def _send(
        self, method: str, url: URL, raw: bytes, most: int = _LARGEST_REPLY
    ) -> tuple[Mapping[str, str], bytes]:
        """Headers and body of a reply 200 or 204, not yet verified. Raises Declined, Unreachable."""
        session = self._session = self._session or aiohttp.ClientSession(
            timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        merchant, at = self._secrets.merchant, int(self._clock.now().timestamp())
        headers = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": _AGENT,
                   "Authorization": authorization(merchant, method, url.raw_path_qs, raw, at, random_code(32))}
        if self._secrets.public_keys:
            # The reply shall be signed with this key.
            headers["Wechatpay-Serial"] = next(iter(self._secrets.public_keys))
        answer = bytearray()
        try:
            async with session.request(method, url, data=raw or None, headers=headers, allow_redirects=False) as reply:
                async for chunk in reply.content.iter_chunked(1 << 16):
                    answer += chunk
                    if len(answer) > most:
                        raise Unreachable("an endless reply")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        if reply.status in (200, 204):
            return reply.headers, bytes(answer)
        raise _no(reply.status, bytes(answer))


def _key_of(certificates: Mapping[str, x509.Certificate], serial: str, now: datetime) -> RSAPublicKey:
    """Raises BadSignature for a certificate that is unknown or out of its time."""
    certificate = certificates.get(serial)
    if certificate is None or not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise BadSignature()
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise BadSignature()
    return key


def _no(status: int, answer: bytes) -> Exception:
    """What a reply other than 200 and 204 means. Such replies are not verified, as in WeChat Pay's own SDKs."""
    if not 400 <= status < 500 or status in (408, 429):
        return Unreachable(f"HTTP {status}")
    try:
        word = read_json(answer).get("code")
    except ValueError:
        word = None
    if not isinstance(word, str) or not _WORD.fullmatch(word):
        # A gateway between, perhaps: this is not how WeChat Pay says no.
        return Unreachable(f"HTTP {status}")
    plain = word.replace("_", "")
    return Unreachable(f"HTTP {status} {plain}") if plain in _LATER else Declined(status, plain)
