"""Reading method calls from requests and from the answers of a webhook: JSON, forms and multipart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from bot.demo.emulator.files import Attached

_BODY_LARGEST = 64 << 20


@dataclass(slots=True)
class Payload:
    """Parameters as sent, and the files beside them."""

    raw: dict[str, Any] = field(default_factory=dict)
    attached: dict[str, Attached] = field(default_factory=dict)


class UnreadableBody(Exception):
    """The body is not what its content type says."""


async def read_request(request: web.Request) -> Payload:
    """Raises UnreadableBody. Uploads are as large as the service takes, whatever the application's own limit."""
    payload = await _read(request.content_type, request.clone(client_max_size=_BODY_LARGEST))
    payload.raw = {**request.query, **payload.raw}
    return payload


async def read_reply(response: aiohttp.ClientResponse) -> tuple[str, Payload] | None:
    """The method call in a webhook's answer, if there is one; raises UnreadableBody."""
    if response.content_type not in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data"):
        return None
    payload = await _read(response.content_type, response)
    method = payload.raw.pop("method", None)
    return (method, payload) if isinstance(method, str) else None


async def _read(content_type: str, source: web.Request | aiohttp.ClientResponse) -> Payload:
    try:
        if content_type == "multipart/form-data":
            return await _read_multipart(source)
        body = await source.read()
        if not body.strip():
            return Payload()
        if content_type == "application/json":
            parsed = json.loads(body)
            if not isinstance(parsed, dict):
                raise UnreadableBody("an object is expected")
            return Payload(parsed)
        return Payload(dict(parse_qsl(body.decode(), keep_blank_values=True)))
    except ValueError as error:
        raise UnreadableBody(str(error)) from error


async def _read_multipart(source: web.Request | aiohttp.ClientResponse) -> Payload:
    payload = Payload()
    reader = (
        await source.multipart() if isinstance(source, web.Request) else aiohttp.MultipartReader.from_response(source)
    )
    while (part := await reader.next()) is not None:
        if not isinstance(part, aiohttp.BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is None:
            payload.raw[part.name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "")
            payload.attached[part.name] = Attached(part.filename, mime, data)
    return payload
