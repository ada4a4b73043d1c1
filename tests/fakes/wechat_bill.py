"""The bill of trades as the fake WeChat Pay writes it: 0.6 % are kept of a payment, and given back with a refund."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from tests.fakes.wechat_keys import APPID, MCHID
from tests.fakes.wechat_orders import BEIJING, Bought

HEADINGS = ("交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
            "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
            "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注")
SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def fee(fen: int) -> int:
    """0.6 %, to the nearest fen."""
    return (fen * 6 + 500) // 1000


def write(day: date, orders: Iterable[Bought], appid: str = APPID) -> str:
    rows, taken, given, kept = [], 0, 0, 0
    for bought in orders:
        if bought.paid_at is not None and _day(bought.paid_at) == day:
            rows.append(_row(bought, appid, bought.paid_at, "SUCCESS", bought.total, None, fee(bought.total)))
            taken, kept = taken + bought.total, kept + fee(bought.total)
        for refund in bought.refunds:
            if _day(refund.at) == day:
                state = {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING"}.get(refund.state, "FAIL")
                about = (refund.id, refund.number, refund.amount, state)
                rows.append(_row(bought, appid, refund.at, "REFUND", 0, about, -fee(refund.amount)))
                given, kept = given + refund.amount, kept - fee(refund.amount)
    if not rows:
        return ""
    sums = (len(rows), _yuan(taken), _yuan(given), "0.00", f"{_yuan(kept)}000", _yuan(taken), _yuan(given))
    return "\r\n".join(("\ufeff" + HEADINGS, *rows, SUMS, _cells(sums))) + "\r\n"


def _row(
    bought: Bought, appid: str, at: datetime, state: str, total: int, refund: tuple[str, str, int, str] | None,
    kept: int,
) -> str:
    refund_id, number, amount, word = refund or ("0", "0", 0, "")
    return _cells((
        f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}", appid, MCHID, "0", "", bought.transaction_id, bought.number,
        "oFAKE0000000000000000000001", "NATIVE" if bought.product == "native" else "MWEB", state, "OTHERS", "CNY",
        _yuan(total), "0.00", refund_id, number, _yuan(amount), "0.00", "ORIGINAL" if refund else "", word,
        bought.asked["description"], "", f"{_yuan(kept)}000", "0.60%", _yuan(total), _yuan(amount), "",
    ))


def _cells(values: Iterable[object]) -> str:
    return ",".join(f"`{value}" for value in values)


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def _yuan(fen: int) -> str:
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{cents:02}"
