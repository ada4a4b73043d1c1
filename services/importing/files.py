"""What a sent file holds: one table, and in an archive the pictures beside it."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from services.importing.errors import BadArchive, BadColumns
from services.importing.types import Record
from services.shared import sheets
from services.shared.sheets import Row

# A picture is at most 10 MB (core.telegram.org/bots/api#sendphoto); together they must fit into memory.
LARGEST_PICTURE, MOST_PICTURES, MOST_BYTES = 10 << 20, 2_000, 200 << 20
_SHEETS = (".csv", ".tsv", ".xlsx", ".xls")
_PICTURES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}


def open_file(data: bytes, name: str) -> tuple[list[Row], dict[str, bytes]]:
    """The rows of the table, and the pictures by their lower-case file names. Raises BadSheet, BadArchive."""
    if not name.lower().endswith(".zip"):
        return sheets.read(data, name), {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BadArchive(reason="broken") from error


def records(rows: list[Row], headings: Mapping[str, str]) -> list[Record]:
    """The rows below the heading as records, empty rows left out. `headings` are columns by folded heading.

    Columns that nobody knows are not read. Raises BadColumns without a column of SKU codes, or with one named twice.
    """
    columns = [headings.get(fold(cell)) for cell in rows[0]]
    named = [column for column in columns if column is not None]
    if "sku" not in named:
        raise BadColumns(reason="sku")
    if len(set(named)) != len(named):
        raise BadColumns(reason="twice")
    return [
        Record(number, {column: cell for column, cell in zip(columns, row, strict=False) if column and cell})
        for number, row in enumerate(rows[1:], start=2) if any(row)
    ]


def fold(heading: str) -> str:
    """A heading as it is compared: without case, spaces and marks for columns that must be filled."""
    return "".join(heading.casefold().split()).strip("*＊")


def picture_name(data: bytes) -> str:
    """The name under which a picture is kept: that of its content."""
    return sha256(data).hexdigest()[:32]


def _unpack(archive: zipfile.ZipFile) -> tuple[list[Row], dict[str, bytes]]:
    """Entries are read by name and never written anywhere: a path in a name leads nowhere."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _hidden(entry.filename)]
    if len(entries) > MOST_PICTURES + 1 or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise BadArchive(reason="large")
    tables = [entry for entry in entries if entry.filename.lower().endswith(_SHEETS)]
    if len(tables) != 1:
        raise BadArchive(reason="sheet")
    pictures = {
        PurePosixPath(entry.filename).name.lower(): _read(archive, entry) for entry in entries
        if entry is not tables[0] and entry.file_size <= LARGEST_PICTURE
    }
    return sheets.read(_read(archive, tables[0]), tables[0].filename), {
        name: data for name, data in pictures.items() if data.startswith(tuple(_PICTURES))
    }


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than the entry says it has: an archive that lies about its sizes is refused."""
    with archive.open(entry) as opened:
        data = opened.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise BadArchive(reason="large")
    return data


def _hidden(name: str) -> bool:
    """What systems add by themselves: "__MACOSX/…", ".DS_Store"."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts
