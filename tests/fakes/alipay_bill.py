"""The daily bill of the fake Alipay: a zip with the lines (业务明细) and the sums (汇总) of a day in Beijing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.alipay import Trade

_BEIJING = timezone(timedelta(hours=8))
_COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_RULE = "#-----------------------------------------业务明细列表"
_SUMS = "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,服务费（元）,实收净额（元）"


def fee(amount: int) -> int:
    """0.6 %, rounded to the fen."""
    return (amount * 6 + 500) // 1000


def bill_text(trades: Iterable[Trade], day: str, account: str) -> str:
    """The lines of a day ("2026-11-23"), as the bill's first file has them."""
    head = ["#支付宝业务明细查询", f"#账号：[{account}0156]",
            f"#起始日期：[{day.replace('-', '年', 1).replace('-', '月')}日 00:00:00]", f"{_RULE}----------", _COLUMNS]
    lines = [line for trade in trades for line in _lines(trade, day)]
    return "\r\n".join([*head, *lines, f"{_RULE}结束----------", f"#交易合计：{len(lines)}笔", ""])


def bill_archive(trades: Iterable[Trade], day: str, account: str) -> bytes:
    packed, compact = io.BytesIO(), day.replace("-", "")
    sums = "\r\n".join(["#支付宝业务汇总查询", "#业务汇总列表", _SUMS, "合计\t,,1,0,0.00,0.00,0.00,0.00",
                        "#业务汇总列表结束"])
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{account}0156_{compact}_业务明细(汇总).csv", sums.encode("gbk"))
        archive.writestr(f"{account}0156_{compact}_业务明细.csv", bill_text(trades, day, account).encode("gbk"))
    return packed.getvalue()


def _lines(trade: Trade, day: str) -> Iterable[str]:
    if trade.paid_at is not None and _at(trade.paid_at).startswith(day):
        yield _line(trade, "交易", trade.paid_at, trade.amount, -fee(trade.amount), "")
    for returned in trade.refunds.values():
        if returned.settled and _at(returned.at).startswith(day):
            yield _line(trade, "退款", returned.at, -returned.amount, fee(returned.amount), f"{returned.request}\t")


def _line(trade: Trade, kind: str, at: datetime, amount: int, service: int, request: str) -> str:
    return ",".join([
        f"{trade.trade_no}\t", f"{trade.number}\t", kind, trade.content["subject"], _at(at), _at(at), "", "", "", "",
        "测*(tes***@example.com)\t", yuan(amount), yuan(amount), *["0.00"] * 5, "", "0.00", "0.00", request,
        yuan(service), "0.00", "",
    ])


def yuan(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def _at(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")
