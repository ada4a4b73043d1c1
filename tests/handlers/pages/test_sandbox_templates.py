"""The cashier's templates, rendered as the sandbox does: with nothing of the shop but the catalogues."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from locales import translator
from services.shared.money import Money
from tests.handlers.pages.html_checks import Page, checked
from tests.handlers.pages.samples import NOW

SANDBOX = Path(__file__).parents[3] / "bot" / "sandbox"


@dataclass(frozen=True)
class Payment:
    merchant: str = "demo-qingli"
    number: str = "7f3a-1"
    order: str = "QL-261122-7F3A"
    status: str = "pending"
    expires_at: datetime | None = NOW + timedelta(minutes=15)
    back_url: str = "/pay/token"
    amount: Money = field(default_factory=lambda: Money(156200, "CNY"))


@dataclass(frozen=True)
class Delivery:
    http_status: int | None
    next_at: datetime | None = None
    at: datetime = NOW
    event_id: str = "evt_7f3a03"
    type: str = "payment.succeeded"
    amount: int = 156200
    attempts: int = 1


DELIVERIES = [
    Delivery(None, NOW + timedelta(seconds=60), attempts=0),
    Delivery(500, NOW + timedelta(seconds=3)),
    Delivery(401),
    Delivery(200, event_id="evt_7f3a01"),
]


def render(name: str, language: str, **context: object) -> str:
    jinja = Environment(
        loader=FileSystemLoader(SANDBOX / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return jinja.get_template(name).render(
        t=translator(language, "Asia/Shanghai"),
        html_language=language,
        path="/sandbox/pay/7f3a-1",
        others=[("en", "en", "English") if language == "zh" else ("zh", "zh-CN", "中文")],
        static=lambda file: f"/sandbox/static/{file}",
        **context,
    )


def session(language: str, deliveries: list[Delivery], payment: Payment | None = None) -> Page:
    return checked(
        render(
            "session.html",
            language,
            payment=payment or Payment(),
            deliveries=deliveries,
            webhook="POST /webhooks/payments/sandbox",
            wrong_amount=150000,
            delay=60,
        )
    )


@pytest.mark.parametrize(
    ("language", "banner"), [("zh", "模拟收银台 — 没有真实扣款"), ("en", "Sandbox cashier — no real money moves here")]
)
def test_cashier_says_that_it_is_not_real(language: str, banner: str) -> None:
    assert banner in session(language, DELIVERIES).text
    assert banner in checked(render("missing.html", language)).text


def test_every_act_is_a_button_of_one_plain_form() -> None:
    page = session("en", [])
    assert [(form["method"], "action" in form) for form in page.links("form")] == [("post", False)]
    acts = [button["value"] for button in page.links("button")]
    assert acts == ["pay", "pay-late", "pay-twice", "pay-wrong", "fail", "delay"]
    assert [(field["name"], field["value"]) for field in page.links("input")] == [("amount", "150000"), ("delay", "60")]
    assert page.links("script") == []


def test_deliveries_say_what_became_of_them() -> None:
    text = session("en", DELIVERIES).text
    for words in ("— 0 not sent yet", "500 1 again at 14:04:33", "401 1 given up", "200 1 received"):
        assert words in text
    assert "No notices yet" in session("en", []).text


def test_cashier_loads_only_its_own_files() -> None:
    page = session("zh", DELIVERIES)
    assert [address.removeprefix("/sandbox/static/") for address in page.assets] == ["sandbox.svg", "sandbox.css"]
    assert all((SANDBOX / "static" / address.removeprefix("/sandbox/static/")).is_file() for address in page.assets)


def test_facts_from_outside_stay_text() -> None:
    text = render(
        "session.html", "en", payment=Payment(order="<b>x</b>"), deliveries=[], webhook="<i>", wrong_amount=1, delay=0
    )
    assert "<b>x</b>" not in text
    assert "<i>" not in text
