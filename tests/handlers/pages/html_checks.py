"""Checks of finished HTML: every tag is closed in order, no message key shows, nothing inline."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"}
KEY = re.compile(r"\b(?:pages|sandbox)-[a-z]+-[a-z-]+")


class Page(HTMLParser):
    """A parsed page: `text`, `ids`, `tags` as (name, attributes), and `assets`, the addresses that it loads."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()
        assert self.open == [], f"not closed: {self.open}"
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), "an id is there twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        assert "style" not in attributes and not [name for name in attributes if name.startswith("on")], "inline code"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def assets(self) -> list[str]:
        found = [attributes.get("src") for tag, attributes in self.tags if tag in ("script", "img")]
        found += [attributes.get("href") for tag, attributes in self.tags if tag == "link"]
        return [address for address in found if address]

    def links(self, text_of: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == text_of]


def checked(source: str) -> Page:
    page = Page(source)
    shown = page.text + " ".join(str(value) for _, attributes in page.tags for value in attributes.values())
    assert KEY.findall(re.sub(r"/static/\S+", "", shown)) == []
    return page
