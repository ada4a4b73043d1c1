"""The file of a day's trades ("tradebill", type ALL) of WeChat Pay.

A line of Chinese headings, a line for each payment and refund whose every cell begins with a backtick, a line of
headings of the sums, and the sums. Amounts are in yuan; times are those of Beijing. Cells may hold commas and line
feeds, for the names of goods are free text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from services.payments.types import BillLine
from services.shared.money import Money

BEIJING = timezone(timedelta(hours=8))
_SUMS = "\n总交易单数"
# Where a trade begins: its first cell is a time.
_NEXT = re.compile(r"\n`(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,`)")
# The only two columns of free text; they stand beside each other.
_TEXTS = ("商品名称", "商户数据包")
_LARGEST = 256 << 20
_GZIP = b"\x1f\x8b"
_CENT = Decimal("0.01")


def unpack(file: bytes) -> bytes:
    """What is in a GZIP file; one that was unpacked on its way stays as it is, for its hash is that of the inside.

    Raises ValueError for a file that is cut off, or grows beyond reason.
    """
    if not file.startswith(_GZIP):
        return file
    reader = zlib.decompressobj(31)
    try:
        plain = reader.decompress(file, _LARGEST)
    except zlib.error as error:
        raise ValueError("a damaged GZIP file") from error
    if not reader.eof:
        raise ValueError("a GZIP file cut off, or too large")
    return plain


def read(text: str, appid: str) -> tuple[BillLine, ...]:
    """The payments and refunds of `appid` in a bill; a merchant's other apps are not this shop's.

    Amounts are those of the orders, before WeChat Pay's own coupons. A refund that failed is left out; one that was
    still under way when the bill was made is in it. Raises ValueError for what is no such bill, or not whole.
    """
    details, found, sums = text.removeprefix("\ufeff").replace("\r\n", "\n").rpartition(_SUMS)
    head, *rows = _NEXT.split(details)
    if not found or not head.startswith("交易时间,"):
        raise ValueError("not a bill of trades")
    if sums.partition("\n`")[2].partition(",")[0] != str(len(rows)):
        raise ValueError("the bill says another number of trades than it has")
    headings = head.strip().split(",")
    try:
        trades = [_cells(headings, row) for row in rows]
        lines = [_line(cells) for cells in trades if cells["公众账号ID"] == appid]
    except (KeyError, InvalidOperation) as error:
        raise ValueError("a column of the bill is missing or makes no sense") from error
    return tuple(line for line in lines if line.amount.amount > 0)


def _cells(headings: list[str], row: str) -> dict[str, str]:
    """Cells by heading. What stands before the texts is counted from the left, what stands after them from the right,
    so that nothing in a text moves an amount."""
    cells = row.rstrip("\n").split(",`")
    if len(cells) < len(headings):
        raise ValueError("a line of the bill is too short")
    before = min(headings.index(text) for text in _TEXTS)
    after = len(headings) - before - len(_TEXTS)
    return dict(zip(headings[:before], cells, strict=False)) | dict(
        zip(reversed(headings[-after:]), reversed(cells), strict=False))


def _line(cells: Mapping[str, str]) -> BillLine:
    """Its amount is 0 for a refund that failed."""
    currency = cells["货币种类"]
    fee = Money(_fen(cells["手续费"]), currency)
    at = datetime.strptime(cells["交易时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    if cells["交易状态"] == "SUCCESS":
        amount = _fen(cells.get("订单金额", cells["应结订单金额"]))
        return BillLine("capture", cells["商户订单号"], cells["微信订单号"], Money(amount, currency), fee, at)
    if cells["交易状态"] not in ("REFUND", "REVOKED"):
        raise ValueError("a trade of an unknown state in the bill")
    failed = cells["退款状态"] == "FAIL"
    amount = 0 if failed else _fen(cells.get("申请退款金额", cells["退款金额"]))
    return BillLine("refund", cells["商户退款单号"], cells["微信退款单号"], Money(amount, currency), fee, at)


def _fen(yuan: str) -> int:
    """Fees may have more than two places."""
    return int(Decimal(yuan).quantize(_CENT, ROUND_HALF_UP).scaleb(2))
