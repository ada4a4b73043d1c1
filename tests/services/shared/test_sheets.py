"""Tables in files: every encoding and delimiter that shops send, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services.shared import sheets
from services.shared.sheets import BadSheet, read, write_csv, write_xlsx

ROWS = [("编号", "名称"), ("A-1", "净屏 P3"), ("A-2", "滤芯，两只装")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_all_kinds_is_read(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS) + "\r\n\r\n"
    assert read(text.encode(encoding), "goods.CSV") == ROWS


def test_a_quoted_cell_may_hold_anything() -> None:
    assert read(b'a,b\n"x,\n""y""",2\n', "a.csv") == [("a", "b"), ('x,\n"y"', "2")]


def test_a_workbook_is_read_as_people_see_it() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("a", 12.0, 19.99, True), ("b", 0, "", "x")]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    assert read(buffer.getvalue(), "a.xlsx") == [("a", "12", "19.99", "true"), ("b", "0", "", "x")]


@pytest.mark.parametrize(("data", "name", "reason"), [
    (b"", "a.csv", "empty"), (b"\n\n", "a.csv", "empty"), (b"a,b", "a.pdf", "kind"),
    (b"PK\x03\x04junk", "a.xlsx", "broken"),
    (b"\xff\xff\xff", "a.csv", "encoding"),
])
def test_what_is_no_table_is_refused(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(BadSheet) as refusal:
        read(data, name)
    assert refusal.value.facts == {"reason": reason}


def test_a_table_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    for data, name in ((write_csv(ROWS), "a.csv"), (write_xlsx(ROWS), "a.xlsx")):
        with pytest.raises(BadSheet) as refusal:
            read(data, name)
        assert refusal.value.facts == {"reason": "large"}


@pytest.mark.parametrize("cell", ["=1+1", "+86 138", "-3", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_is_run_by_a_spreadsheet(cell: str) -> None:
    written = write_csv([("name",), (cell,)]).decode("utf-8-sig")
    assert written.splitlines()[1].lstrip('"').startswith("'")


# What Excel itself can hold: no control signs, no lone surrogates; cells are trimmed when they are read.
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip).filter(
    lambda text: not text.startswith("'")
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6)
).filter(lambda rows: any(rows[-1]))


@given(TABLES)
def test_what_was_written_is_read_again(rows: list[tuple[str, ...]]) -> None:
    head = tuple(f"c{number}" for number in range(len(rows[0])))
    table = [head, *rows]
    assert read(write_csv(table), "a.csv") == [row for row in table if row]
    assert read(write_xlsx(table), "a.xlsx") == table
