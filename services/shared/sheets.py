"""Tables in files: CSV in whatever a spreadsheet program writes, and XLSX; cells are text, both ways.

A cell that a spreadsheet would run as a formula is written with an apostrophe before it (OWASP, "CSV injection"), which
reading takes away again.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import ClassVar

from services.shared.errors import Refusal

Row = tuple[str, ...]

MOST_ROWS, MOST_CELLS = 50_000, 2_000_000
# A workbook is an archive: a small one may hold more than fits into memory.
MOST_BYTES = 100 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# In the order of trying: GBK takes nearly everything, so it comes last.
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = ",;\t|"


class BadSheet(Refusal):
    """The file cannot be read as a table. Facts: `reason`: empty, kind, encoding, broken, locked or large."""

    code: ClassVar[str] = "bad-sheet"


def read(data: bytes, name: str) -> list[Row]:
    """The rows of a CSV file (UTF-8 with or without BOM, UTF-16, GBK; comma, semicolon, tab or bar) or of the first
    sheet of an XLSX or XLS file, trimmed, without empty rows at the end. Raises BadSheet."""
    if not data.strip():
        raise BadSheet(reason="empty")
    if data.startswith((_ZIP, _OLE)):
        rows = _read_workbook(data)
    elif name.lower().endswith((".csv", ".txt", ".tsv")):
        rows = _read_csv(data)
    else:
        raise BadSheet(reason="kind")
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise BadSheet(reason="empty")
    if len(rows) > MOST_ROWS or sum(map(len, rows)) > MOST_CELLS:
        raise BadSheet(reason="large")
    return rows


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with BOM, which spreadsheet programs need to recognize it; comma, CRLF (RFC 4180)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[Sequence[str]], widths: Sequence[int] = (), notes: Iterable[Sequence[str]] = ()) -> bytes:
    """A workbook with one sheet of text cells, its first row fixed and bold; `widths` in characters, by column.

    `notes` are the rows of a second sheet.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        for sheet_rows in (rows, notes):
            kept = list(sheet_rows)
            if not kept:
                continue
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(kept):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, _safe(cell), text if number else bold)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width, text)
    return buffer.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    """A cell as it was meant, without the apostrophe that kept it from being run."""
    text = cell.replace("\x00", "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _read_csv(data: bytes) -> list[Row]:
    text = _decode(data)
    head = text[:4096]
    delimiter = max(_DELIMITERS, key=lambda sign: head.partition("\n")[0].count(sign))
    try:
        return [tuple(map(_plain, row)) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise BadSheet(reason="broken") from error


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSheet(reason="encoding")


def _read_workbook(data: bytes) -> list[Row]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if data.startswith(_ZIP) and _unpacked(data) > MOST_BYTES:
        raise BadSheet(reason="large")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS or sheet.total_height * sheet.total_width > MOST_CELLS:
            raise BadSheet(reason="large")
        return [tuple(_plain(_text(cell)) for cell in row) for row in sheet.to_python(skip_empty_area=False)]
    except PasswordError as error:
        raise BadSheet(reason="locked") from error
    except CalamineError as error:
        raise BadSheet(reason="broken") from error


def _unpacked(data: bytes) -> int:
    """How many bytes a workbook says it holds; 0 for one that is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return 0


def _text(cell: object) -> str:
    """A typed cell as somebody would have written it: 12.0 is "12", a day without a time has none."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
