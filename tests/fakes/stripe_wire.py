"""How the fake Stripe reads forms, answers in JSON, and looks in a browser."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Data = dict[str, Any]

_BUTTONS = (("pay", "付款 · Pay"), ("slow", "银行扣款，到账较慢 · Bank debit, slow"),
            ("decline", "余额不足的卡 · Card without money"), ("back", "返回商店 · Back to the shop"))
_WHOLE = ("jpy", "krw", "vnd")


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


def page(session: Data) -> web.Response:
    """The hosted page of a session."""
    amount = session["amount_total"]
    sum_ = str(amount) if session["currency"] in _WHOLE else f"{amount // 100}.{amount % 100:02d}"
    buttons = "".join(f'<button name="act" value="{act}">{words}</button> ' for act, words in _BUTTONS)
    form = f'<form method="post">{buttons}</form>' if session["status"] == "open" else f"<p>{session['status']}</p>"
    text = (f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Stripe</title><h1>Stripe（模拟）· Stripe, a fake</h1><p>{escape(session['_goods'])}</p>"
            f"<p>{escape(session['currency'].upper())} {sum_}</p>{form}")
    return web.Response(text=text, content_type="text/html")
