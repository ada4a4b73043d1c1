"""Alipay's daily bill of trades: a zip with the lines of the day (业务明细) and sums (汇总) as CSV in GBK.

The columns are known from programs of others that read it, not from a real bill of ours (unverified): they are found by
their names, and the sign of a fee is taken from what the line is.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from services.payments.providers.alipay_reading import CURRENCY, refund_reference
from services.payments.providers.alipay_values import fen, moment
from services.payments.types import BillLine
from services.shared.money import Money

_KINDS = {"交易": "capture", "退款": "refund"}
_FIRST_COLUMN = "支付宝交易号"
_END = "业务明细列表结束"
# A bill of a million lines unpacks to less.
_LARGEST = 2**29


def read_bill(archive: bytes) -> tuple[BillLine, ...]:
    """The captures and refunds in a bill. Raises ValueError for what is no whole bill."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            if sum(member.file_size for member in packed.infolist()) > _LARGEST:
                raise ValueError("too large a bill")
            texts = [packed.read(member).decode("gb18030") for member in packed.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # All that the library says of a damaged archive.
        raise ValueError("not a zip file") from error
    # The two files are told apart by their columns: names in a zip are the least reliable part of it.
    details = [text for text in texts if any(line.startswith(_FIRST_COLUMN) for line in text.splitlines())]
    if not details:
        raise ValueError("a bill without its lines")
    return tuple(line for text in details for line in _lines(text))


def _lines(text: str) -> Iterator[BillLine]:
    rows = text.splitlines()
    start = next(at for at, row in enumerate(rows) if row.startswith(_FIRST_COLUMN))
    end = next((at for at, row in enumerate(rows) if row.startswith("#") and _END in row), None)
    if end is None:
        raise ValueError("a bill without its end")
    table = csv.reader(rows[start:end])
    names = [name.strip().removesuffix("（元）").removesuffix("(元)") for name in next(table)]
    for values in table:
        line = _line({name: value.strip() for name, value in zip(names, values, strict=False)})
        if line is not None:
            yield line


def _line(row: Mapping[str, str]) -> BillLine | None:
    """A payment or a refund; None for a line about something else."""
    try:
        kind = _KINDS.get(row["业务类型"])
        if kind is None:
            return None
        trade_no, amount, fee = row[_FIRST_COLUMN], abs(fen(row["订单金额"])), abs(fen(row["服务费"] or "0"))
        number = row["商户订单号"] if kind == "capture" else row["退款批次号/请求号"]
        at = moment(row["完成时间"])
    except KeyError as error:
        raise ValueError("a bill, or a line of it, without a column") from error
    # What a refund gives back of the fee is shown with the other sign than what a payment costs.
    back = kind == "refund"
    return BillLine(kind, number, refund_reference(trade_no, number) if back else trade_no, Money(amount, CURRENCY),
                    Money(-fee if back else fee, CURRENCY), at)
