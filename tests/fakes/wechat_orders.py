"""Orders and refunds as the fake WeChat Pay keeps them, and which orders it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))
CODE_LIVES, ADDRESS_LIVES = timedelta(hours=2), timedelta(minutes=5)
NUMBER = re.compile(r"[0-9A-Za-z_|*-]{6,32}")
ORDER_FIELDS = {"appid", "mchid", "description", "out_trade_no", "time_expire", "notify_url", "amount", "scene_info"}


@dataclass
class Repayment:
    """A refund; `state` is PROCESSING, SUCCESS, ABNORMAL or CLOSED."""

    number: str
    id: str
    amount: int
    state: str
    notify_url: str
    at: datetime


@dataclass
class Bought:
    """An order; `state` is NOTPAY, SUCCESS or CLOSED. `entrances` are what opens it, until when."""

    asked: dict[str, Any]
    product: str
    total: int
    state: str = "NOTPAY"
    entrances: dict[str, datetime] = field(default_factory=dict)
    transaction_id: str = ""
    paid_at: datetime | None = None
    refunds: list[Repayment] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.asked["out_trade_no"]

    @property
    def given_back(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.state in ("PROCESSING", "SUCCESS"))


def is_order(asked: Mapping[str, Any], product: str, now: datetime) -> bool:
    amount = asked.get("amount", {})
    scene = asked.get("scene_info", {})
    return (
        set(asked) <= ORDER_FIELDS and NUMBER.fullmatch(asked.get("out_trade_no", "")) is not None
        and 0 < len(asked.get("description", "")) <= 127 and 0 < len(asked.get("notify_url", "")) <= 255
        and "?" not in asked["notify_url"] and set(amount) == {"total", "currency"} and type(amount["total"]) is int
        and amount["total"] > 0 and amount["currency"] == "CNY"
        and moment(asked.get("time_expire"), now + CODE_LIVES) >= now + timedelta(minutes=1)
        and (product == "native" or (bool(scene.get("payer_client_ip")) and scene["h5_info"]["type"] == "Wap"))
    )


def beijing(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


def moment(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else otherwise
