"""The HTML parse mode: from marked-up text to plain text and entities, with the service's error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from bot.demo.emulator.entities import trimmed, utf16_length, utf16_slice
from bot.demo.emulator.state import Json

_KINDS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|(?:lt|gt|amp|quot)(?![A-Za-z]));?")
_PLAIN = re.compile(r"[^<]+")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.-]+")


class MarkupError(ValueError):
    """The text cannot be parsed; the message is what follows "can't parse entities: "."""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text, trimmed, and its entities; raises MarkupError."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._end_tag()
            elif self.source[self.at] == "<":
                self._start_tag()
            else:
                self._write(_decoded(self._take(_PLAIN)))
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return trimmed("".join(self.text), self.entities)

    def _write(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self.at += 2
        name = self._take(_TAG_NAME).lower()
        self._take(_SPACE)
        if self._peek() != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.tag:
            raise MarkupError(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{tag.tag}>", found "</{name}>"'
            )
        self._close(tag)

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._take(_TAG_NAME).lower()
        if self.at >= len(self.source):
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _KINDS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        opened = _Open(tag, self.length)
        self._take(_SPACE)
        while self._peek() != ">":
            self._attribute(opened, begin)
            self._take(_SPACE)
        self.at += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        name = self._take(_ATTRIBUTE).lower()
        unclosed = MarkupError(f'Unclosed start tag "{opened.tag}" at byte offset {self._bytes(begin)}')
        if not name:
            if not self._peek():
                raise unclosed
            raise MarkupError(f'Empty attribute name in the tag "{opened.tag}" at byte offset {self._bytes(begin)}')
        self._take(_SPACE)
        if self._peek() != "=":
            if opened.tag == "blockquote" and name == "expandable":
                opened.attributes[name] = ""
                return
            if not self._peek():
                raise unclosed
            raise MarkupError(
                f'Expected equal sign in declaration of an attribute of the tag "{opened.tag}" '
                f"at byte offset {self._bytes(begin)}"
            )
        self.at += 1
        self._take(_SPACE)
        opened.attributes[name] = self._value(unclosed)

    def _value(self, unclosed: MarkupError) -> str:
        quote = self._peek()
        if not quote:
            raise unclosed
        if quote in "\"'":
            end = self.source.find(quote, self.at + 1)
            if end < 0:
                raise unclosed
            value = self.source[self.at + 1 : end]
            self.at = end + 1
            return _decoded(value)
        value = self._take(_BARE_VALUE)
        if not value:
            raise MarkupError(f"Unexpected end of name token at byte offset {self._bytes(self.at)}")
        return value.lower()

    def _close(self, tag: _Open) -> None:
        parent = self.open[-1] if self.open else None
        language = tag.attributes.get("class", "").removeprefix("language-")
        if tag.tag == "code" and parent is not None and parent.tag == "pre" and language:
            parent.attributes["language"] = language
            return
        length = self.length - tag.offset
        if length == 0:
            return
        details = self._details(tag, utf16_slice("".join(self.text), tag.offset, length))
        if details is not None:
            self.entities.append({"type": _KINDS[tag.tag], "offset": tag.offset, "length": length, **details})

    def _details(self, tag: _Open, body: str) -> Json | None:
        """The fields of the entity beyond its place; None drops the entity and keeps the text, as the service does."""
        attributes = tag.attributes
        match tag.tag:
            case "a":
                return link(attributes.get("href") or body)
            case "pre" if attributes.get("language"):
                return {"language": attributes["language"]}
            case "blockquote" if "expandable" in attributes:
                return {"type": "expandable_blockquote"}
            case "tg-emoji":
                if not attributes.get("emoji-id", "").isdecimal():
                    raise MarkupError("Invalid custom emoji identifier specified")
                return {"custom_emoji_id": attributes["emoji-id"]}
            case "tg-time":
                if not attributes.get("unix", "").isdecimal():
                    raise MarkupError("Invalid date specified")
                shape = attributes.get("format")
                return {"unix_time": int(attributes["unix"])} | ({"date_time_format": shape} if shape else {})
        return {}

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())


def _decoded(text: str) -> str:
    return _REFERENCE.sub(lambda match: unescape(match.group()), text)


def link(target: str) -> Json | None:
    """The entity fields of a link; None when the service would not make one of it."""
    mention = re.fullmatch(r"tg:(?://)?user/?\?id=(\d+)", target)
    if mention:
        return {"type": "text_mention", "user": {"id": int(mention.group(1)), "is_bot": False, "first_name": ""}}
    if not re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        target = f"http://{target}"
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "tg", "ton", "mailto", "tel"):
        return None
    if parts.scheme in ("http", "https"):
        host = parts.hostname or ""
        if "." not in host and host != "localhost":
            return None
        if not (parts.path or parts.query or parts.fragment):
            target += "/"
    return {"url": target}
