"""Text with entities: offsets in UTF-16 code units, links and commands found, safe HTML for the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from bot.demo.emulator.state import Json


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    raw = text.encode("utf-16-le")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


_AUTOMATIC = re.compile(
    r"""(?P<url>(?:https?://|www\.|t\.me/)[^\s<>"，。；]+)
      | (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
      | (?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})
      | (?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])
      | (?<!\w)(?P<hashtag>\#\w*[^\W\d]\w*)
      | (?<!\w)(?P<cashtag>\$[A-Z]{3,8})(?!\w)
      | (?<![\w+])(?P<phone_number>\+\d{1,3}[\s-]?\d(?:[\s-]?\d){7,11})(?!\w)""",
    re.VERBOSE,
)
_OPAQUE = frozenset({"text_link", "text_mention", "code", "pre"})


def with_automatic(text: str, entities: Sequence[Json]) -> list[Json]:
    """Adds the entities that the service finds by itself in what anybody writes."""
    found = list(entities)
    for match in _AUTOMATIC.finditer(text):
        kind = match.lastgroup or ""
        body = match.group().rstrip(".,;:!?)") if kind in ("url", "email") else match.group()
        start = utf16_length(text[: match.start()])
        end = start + utf16_length(body)
        hidden = any(e["type"] in _OPAQUE and e["offset"] < end and start < e["offset"] + e["length"] for e in entities)
        if not hidden:
            found.append({"type": kind, "offset": start, "length": end - start})
    return sorted(found, key=_outer_first)


def trimmed(text: str, entities: Sequence[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, entities moved along and cut."""
    body = text.strip()
    shift = utf16_length(text[: len(text) - len(text.lstrip())])
    total = utf16_length(body)
    kept: list[Json] = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        end = min(total, entity["offset"] - shift + entity["length"])
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return body, sorted(kept, key=_outer_first)


def _outer_first(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


_SIMPLE = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_SAFE_LINK = re.compile(r"(?:https?|tg|mailto|tel):", re.IGNORECASE)


def _tags(entity: Json, body: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in _SIMPLE:
        return f"<{_SIMPLE[kind]}>", f"</{_SIMPLE[kind]}>"
    if kind == "spoiler":
        return '<span class="spoiler">', "</span>"
    if kind == "date_time":
        shape = escape(entity.get("date_time_format", ""))
        return f'<time data-unix="{entity["unix_time"]}" data-format="{shape}">', "</time>"
    href = {
        "text_link": entity.get("url", ""),
        "url": body if "://" in body else f"https://{body}",
        "mention": f"https://t.me/{body[1:]}",
    }.get(kind, "")
    return (f'<a href="{escape(href)}">', "</a>") if _SAFE_LINK.match(href) else ("", "")


def to_html(text: str, entities: Sequence[Json]) -> str:
    """HTML that is safe to put into a page: only the tags of the demo protocol, everything else escaped."""
    edges = {0, utf16_length(text)}
    for entity in entities:
        edges |= {entity["offset"], entity["offset"] + entity["length"]}
    ordered = sorted(entities, key=_outer_first)
    out: list[str] = []
    opened: list[tuple[int, str, str]] = []
    for at, until in pairwise(sorted(edges)):
        _close_ended(opened, at, out)
        for entity in ordered:
            if entity["offset"] == at:
                before, after = _tags(entity, utf16_slice(text, at, entity["length"]))
                opened.append((at + entity["length"], before, after))
                out.append(before)
        out.append(escape(utf16_slice(text, at, until - at)))
    out.extend(after for _, _, after in reversed(opened))
    return "".join(out)


def _close_ended(opened: list[tuple[int, str, str]], at: int, out: list[str]) -> None:
    """Closes what ends at ``at``; what was opened inside it and goes on is closed too and opened again."""
    ended = [index for index, (end, _, _) in enumerate(opened) if end <= at]
    if not ended:
        return
    inner = opened[ended[0] :]
    del opened[ended[0] :]
    out.extend(after for _, _, after in reversed(inner))
    for entry in inner:
        if entry[0] > at:
            opened.append(entry)
            out.append(entry[1])
