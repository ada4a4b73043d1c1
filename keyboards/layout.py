"""Rows of buttons: labels cut by display width, rows broken where labels are long, the fixed last row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from wcwidth import clip, width

from keyboards.taps import HomeTap, Tap
from locales import Translator

PRIMARY, SUCCESS, DANGER = "primary", "success", "danger"
# Terminal-style cells: a Chinese character takes two, a latin letter one.
_LABEL_CELLS = 32
_ROW_CELLS = {1: _LABEL_CELLS, 2: 16, 3: 11, 4: 8, 5: 6}

Row = Sequence[InlineKeyboardButton]


@lru_cache(maxsize=10_000)
def fit(text: str, cells: int = _LABEL_CELLS) -> str:
    """`text` cut to `cells` display cells at a grapheme's edge, with "…" in place of what is missing."""
    return text if width(text) <= cells else clip(text, 0, cells - 1).rstrip() + "…"


# Measuring a label by its graphemes takes longer than making the button.
_width = lru_cache(maxsize=10_000)(width)


def button(text: str, tap: Tap, style: str | None = None) -> InlineKeyboardButton:
    return _key(fit(text), tap.pack(), style)


# Nobody changes a button, so the same one may hang on many keyboards; making it takes longer than finding it.
@lru_cache(maxsize=5_000)
def _key(text: str, data: str, style: str | None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data, style=style)


def link(text: str, url: str, style: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=fit(text), url=url, style=style)


def copy(text: str, value: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=fit(text), copy_text=CopyTextButton(text=value[:256]))


def share(text: str, query: str) -> InlineKeyboardButton:
    """Lets the person pick a chat and send a result of this inline query there."""
    return InlineKeyboardButton(text=fit(text), switch_inline_query=query)


def flow(buttons: Iterable[InlineKeyboardButton], most: int = 3) -> list[Row]:
    """Buttons in rows of at most `most`, fewer where a label would not fit its share of the row."""
    rows: list[list[InlineKeyboardButton]] = []
    row: list[InlineKeyboardButton] = []
    for item in buttons:
        longest = max(_width(each.text) for each in (*row, item))
        if row and (len(row) == most or longest > _ROW_CELLS[len(row) + 1]):
            rows.append(row)
            row = []
        row.append(item)
    return [*rows, row] if row else list(rows)


def way_back(t: Translator, back: Tap | None) -> Row:
    """The last row of every screen but home: to the parent, and home."""
    home = button(t.plain("shared-tap-home"), HomeTap())
    return [home] if back is None else [button(t.plain("shared-tap-back"), back), home]


def keyboard(*rows: Row) -> InlineKeyboardMarkup:
    """The rows that have buttons."""
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])
