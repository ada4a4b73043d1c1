"""Formatting: HTML in, entities and offsets in UTF-16 units, safe HTML out."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.emulator.entities import to_html, utf16_length, with_automatic
from bot.demo.emulator.html_mode import parse_html


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &#20013;&#x6587;", "a <b> & 中文", []),
        ("&nbsp; & &lt &ltx &#20013", "&nbsp; & < &ltx 中", []),
        ("  <b>x</b>  ", "x", [entity("bold", 0, 1)]),
        ("😀<b>中</b>", "😀中", [entity("bold", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<B>x</b>", "x", [entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<s>a</s><del>b</del>", "ab", [entity("strikethrough", 0, 1), entity("strikethrough", 1, 1)]),
        ('<a href="https://a.example/?x=1&amp;y=2">x</a>', "x", [
            entity("text_link", 0, 1, url="https://a.example/?x=1&y=2")]),
        ("<a href='a.example'>x</a>", "x", [entity("text_link", 0, 1, url="http://a.example/")]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ('<a href="tg://user?id=7">x</a>', "x", [
            entity("text_mention", 0, 1, user={"id": 7, "is_bot": False, "first_name": ""})]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ('<tg-time unix="1795500000" format="r">x</tg-time>', "x", [
            entity("date_time", 0, 1, unix_time=1795500000, date_time_format="r")]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
    ],
)  # fmt: skip
def test_html_is_parsed(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("a<b", [], "a&lt;b"),
        ("abc", [entity("bold", 0, 2), entity("italic", 1, 2)], "<b>a<i>b</i></b><i>c</i>"),
        ("x", [entity("text_link", 0, 1, url='https://a.example/"><script>')],
         '<a href="https://a.example/&quot;&gt;&lt;script&gt;">x</a>'),
        ("x", [entity("text_link", 0, 1, url="javascript:alert(1)")], "x"),
        ("@anna_k /go", [entity("mention", 0, 7), entity("bot_command", 8, 3)],
         '<a href="https://t.me/anna_k">@anna_k</a> /go'),
        ("www.a.example", [entity("url", 0, 13)], '<a href="https://www.a.example">www.a.example</a>'),
        ("x", [entity("spoiler", 0, 1)], '<span class="spoiler">x</span>'),
    ],
)  # fmt: skip
def test_html_for_the_page(text: str, entities: list[dict[str, Any]], html: str) -> None:
    assert to_html(text, entities) == html


def test_links_inside_code_are_left_alone() -> None:
    code = entity("code", 0, 9)
    assert with_automatic("a.b/@anna #tea", [code]) == [code, entity("hashtag", 10, 4)]


@given(st.text())
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    assert parse_html(escape(text)) == (text.strip(), [])


class Strict(HTMLParser):
    """Collects the text; fails on a tag that is not allowed or not properly nested."""

    ALLOWED = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "span", "a", "time"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALLOWED
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


KINDS = st.sampled_from(["bold", "italic", "code", "spoiler", "blockquote", "text_link", "date_time", "hashtag"])
WORDS = st.text(st.sampled_from("ab <>&\"'中😀\n"), min_size=1, max_size=20)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A text and entities whose edges lie between characters; they may overlap in any way."""
    text = draw(WORDS)
    edges = [utf16_length(text[:index]) for index in range(len(text) + 1)]
    entities = []
    for kind in draw(st.lists(KINDS, max_size=5)):
        start, end = sorted(draw(st.lists(st.sampled_from(edges), min_size=2, max_size=2, unique=True)))
        entities.append(entity(kind, start, end - start, url="https://a.example/?a=1&b=<", unix_time=1))
    return text, entities


@given(marked())
def test_page_html_is_nested_allowed_and_says_the_text(case: tuple[str, list[dict[str, Any]]]) -> None:
    text, entities = case
    parser = Strict()
    parser.feed(to_html(text, entities))
    parser.close()
    assert (parser.text, parser.open) == (text, [])
