"""Calls to Alipay's gateway: signed requests, replies believed only with Alipay's signature."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from services.payments.errors import BadSignature
from services.payments.provider import Unreachable
from services.payments.providers import alipay_signing as signing
from services.payments.providers.alipay_signing import Keys
from services.payments.providers.alipay_values import beijing
from services.shared.clock import Clock

log = logging.getLogger(__name__)

PRODUCTION = "https://openapi.alipay.com/gateway.do"
OK = "10000"
# 20000: service not available; 40005: called too often; the ACQ and isp words: Alipay does not know itself.
_UNCLEAR_CODES = frozenset({"20000", "40005", "10003"})
_UNCLEAR_WORDS = frozenset({"ACQ.SYSTEM_ERROR", "isp.unknow-error", "isp.unknown-error", "aop.unknow-error",
                            "SYSTEM_ERROR", "UNKNOWN_ERROR"})
# What an answer repeats of the question: another's answer is as genuine as ours.
_ECHOED = ("out_trade_no", "out_request_no")
_TIMEOUT = aiohttp.ClientTimeout(total=9, connect=4)
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=4)
# Far above any reply, and any shop's day.
_LARGEST_REPLY, _LARGEST_FILE = 2**20, 2**26


@dataclass(frozen=True, slots=True)
class Answer:
    """A signed answer to one call: `word` is "" for success, otherwise Alipay's code for why not."""

    word: str
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


class Gateway:
    """The gateway at `url` for one app."""

    def __init__(self, url: str, app_id: str, keys: Keys, clock: Clock) -> None:
        self.url, self._app_id, self._keys, self._clock = url, app_id, keys, clock
        self._session: aiohttp.ClientSession | None = None

    def link(self, method: str, content: Mapping[str, Any], notify_url: str, return_url: str) -> str:
        """The signed address at which a payer's browser makes this call."""
        more = {"notify_url": notify_url, "return_url": return_url, "biz_content": _json(content)}
        params = self._common(method) | more
        return f"{self.url}?{urlencode(self._signed(params))}"

    async def call(self, method: str, content: Mapping[str, Any], notify_url: str = "") -> Answer:
        """What Alipay answers to a call. Raises Unreachable when that is not clear, or not from Alipay.

        The common parameters go into the address, `charset` must be there; the content goes into the body.
        """
        text = _json(content)
        params = self._signed(self._common(method) | {"notify_url": notify_url, "biz_content": text})
        del params["biz_content"]
        body = await self._post(method, URL(f"{self.url}?{urlencode(params)}", encoded=True), {"biz_content": text})
        try:
            fields = signing.read_reply(self._keys, method.replace(".", "_") + "_response", body)
        except BadSignature:
            # A gateway that does not know the app, or cannot check its signature, answers unsigned.
            said = signing.unsigned_word(body) or "nothing"
            # Mostly a wrong setting, which nobody would find without this word.
            log.warning("alipay: the answer to %s is not signed by Alipay and says %s", method, said)
            raise Unreachable(f"{method}: not signed by Alipay, says {said}") from None
        except ValueError:
            raise Unreachable(f"{method}: no sense in the answer") from None
        word = "" if fields.get("code") == OK else signing.word(fields) or "unknown"
        if fields.get("code") in _UNCLEAR_CODES or word in _UNCLEAR_WORDS or word == "unknown":
            raise Unreachable(f"{method}: {word}")
        if any(content[name] != fields[name] for name in _ECHOED if name in content and name in fields):
            raise Unreachable(f"{method}: an answer about something else")
        return Answer(word, fields)

    async def download(self, url: str) -> bytes:
        """A file that a signed answer named. Raises Unreachable."""
        if not self.trusts(url):
            # Alipay's example of such an address is http; what it holds is for nobody else.
            url = url.replace("http://", "https://", 1)
        try:
            async with self._opened().get(URL(url, encoded=True), timeout=_DOWNLOAD_TIMEOUT) as answer:
                return await _read("bill", answer, _LARGEST_FILE)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # The error's own text would hold the address, which is a key to the file.
            raise Unreachable(f"bill: {type(error).__name__}") from None

    def trusts(self, url: str) -> bool:
        """Whether people may be sent and files fetched there: https, unless the gateway itself is on plain http."""
        return url.startswith("https://") or (url.startswith("http://") and self.url.startswith("http://"))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._session

    async def _post(self, method: str, url: URL, form: Mapping[str, str]) -> bytes:
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        try:
            body = urlencode(form).encode()
            async with self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return await _read(method, answer, _LARGEST_REPLY)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"{method}: {type(error).__name__}") from None

    def _common(self, method: str) -> dict[str, str]:
        return {"app_id": self._app_id, "method": method, "format": "JSON", "charset": "utf-8",
                "sign_type": signing.RSA2, "timestamp": beijing(self._clock.now()), "version": "1.0"}

    def _signed(self, params: Mapping[str, str]) -> dict[str, str]:
        filled = {name: value for name, value in params.items() if value}
        return filled | {"sign": self._keys.sign(signing.content(filled))}


async def _read(what: str, answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body of an answer 200 of at most `most` bytes. Raises Unreachable."""
    if answer.status != 200:
        raise Unreachable(f"{what}: HTTP {answer.status}")
    body = bytearray()
    async for part in answer.content.iter_chunked(2**16):
        body += part
        if len(body) > most:
            raise Unreachable(f"{what}: too large an answer")
    return bytes(body)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False,
                      separators=(",", ":"))
