"""The whole of what the shop says about a product, page by page: a text is cut between paragraphs, sentences or words.

Texts are plain and are escaped after they were cut, so that no mark and no entity is ever cut in two.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.screen import CAPTION_LIMIT
from locales import Translator
from services.catalog.types import Card

# What a page has beside its text: the title and the page's number.
_PAGE = CAPTION_LIMIT - 160
_LEAST = 80
_TITLE_CELLS = 60
# Where a text may be cut, the best place first.
_CUTS = (
    re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s"),
    re.compile(r"(?<=[，、,])|\s"),
)


def units(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def first_part(text: str, room: int) -> str:
    """The text if it fits, else its beginning with "…"; nothing where not even a sentence would fit."""
    if units(text) <= room:
        return text
    return pages_of(text, room - 1)[0] + "…" if room > _LEAST else ""


def has_details(t: Translator, card: Card) -> bool:
    """Whether there is more to read than the card shows for certain."""
    return bool(card.points) or units(t.pick(card.description)) > CAPTION_LIMIT // 3


def details_text(t: Translator, card: Card) -> str:
    """Selling points and the description, as one plain text."""
    points = "\n".join(t.plain("catalog-point", point=t.pick(point)) for point in card.points)
    return "\n\n".join(part for part in (points, t.pick(card.description)) if part)


def details_page(t: Translator, card: Card, page: int) -> tuple[Markup, int, int]:
    """The text of page `page` (the nearest there is), its number, and how many there are."""
    pages = pages_of(details_text(t, card), _PAGE)
    page = min(max(page, 1), len(pages))
    title = t("catalog-details-title", name=short(t.pick(card.name), _TITLE_CELLS))
    return title + Markup("\n\n") + Markup.escape(pages[page - 1]), page, len(pages)


def pages_of(text: str, most: int) -> list[str]:
    """The text in parts of at most `most` units, cut at the best place that leaves a part at least half full."""
    pages: list[str] = []
    rest = text.strip()
    while units(rest) > most:
        end = _cut(rest, most)
        pages.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pages, rest] if rest or not pages else pages


def _cut(text: str, most: int) -> int:
    """Where to cut: the last paragraph's end in the second half of what fits, else a line's, sentence's, word's."""
    fits = len(text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore"))
    for pattern in _CUTS:
        ends = [found.end() for found in pattern.finditer(text, 0, fits) if found.end() >= max(fits // 2, 1)]
        if ends:
            return ends[-1]
    return max(fits, 1)
