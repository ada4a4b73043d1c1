"""How the fake Stripe reads forms and answers in JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Data = dict[str, Any]


class Refusal(Exception):
    def __init__(self, message: str, code: str = "parameter_invalid", status: int = 400,
                 kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message}}


def nested(text: str) -> Data:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    found: Data = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = name.replace("]", "").split("[")
        at = found
        for step in path:
            at = at.setdefault(step, {})
        at[last] = value
    return found


def answered(body: Data, status: int = 200) -> web.Response:
    return web.json_response(shown(body), status=status, headers={"Request-Id": "req_fake"})


def shown(about: Data) -> Data:
    return {key: value for key, value in about.items() if not key.startswith("_")}
