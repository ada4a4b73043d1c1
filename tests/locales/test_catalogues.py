"""Drift is a failing test: the same keys, plurals, placeholders and mark-up in every language, and no key unused."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from locales.catalogues import FOLDER, Catalogue, load
from locales.translator import LANGUAGES

ROOT = FOLDER.parent
SOURCES = ("handlers", "keyboards", "bot", "services")
KEY = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9_]+)+")
ALLOWED_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "br", "span", "small", "strong", "em"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS, tag
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag


def tags(text: str) -> list[str]:
    parser = Tags()
    parser.feed(text)
    parser.close()
    assert not parser.open, text
    return sorted(parser.seen)


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalogue]:
    return {language: load(language) for language in LANGUAGES}


def test_every_language_has_the_same_keys(catalogues: dict[str, Catalogue]) -> None:
    keys = {language: set(catalogue.texts) for language, catalogue in catalogues.items()}
    assert keys["zh"] ^ keys["en"] == set()


def test_every_language_has_the_same_files() -> None:
    names = {language: {path.name for path in (FOLDER / language).glob("*.po")} for language in LANGUAGES}
    assert names["zh"] == names["en"]


def test_placeholders_and_mark_up_agree(catalogues: dict[str, Catalogue]) -> None:
    for key, forms in catalogues["en"].texts.items():
        others = catalogues["zh"].texts[key]
        assert placeholders(forms[-1]) == placeholders(others[0]), key
        assert tags(forms[-1]) == tags(others[0]), key


def test_plural_forms_are_complete(catalogues: dict[str, Catalogue]) -> None:
    for key, forms in catalogues["en"].texts.items():
        if len(forms) > 1:
            assert (len(forms), len(catalogues["zh"].texts[key])) == (2, 1), key


def test_chinese_words_take_chinese_punctuation(catalogues: dict[str, Catalogue]) -> None:
    wrong = {
        key: form
        for key, forms in catalogues["zh"].texts.items()
        for form in forms
        if re.search(r"[\u4e00-\u9fff][,;:?!](?!\d)|[,;?!][\u4e00-\u9fff]", form)
    }
    assert wrong == {}


def literals() -> tuple[set[str], set[str]]:
    """The string constants of the code that look like keys, and the constant beginnings of computed ones."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                    whole.add(node.value)
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    beginnings.add(str(node.values[0].value))
        for path in (ROOT / folder).rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            whole |= set(re.findall(r"[\"']([a-z]+(?:-[a-z0-9_]+)+)[\"']", text))
            beginnings |= set(re.findall(r"[\"']([a-z]+(?:-[a-z0-9_]+)*-)[\"'] ~", text))
    return whole, {beginning for beginning in beginnings if "-" in beginning}


def test_no_key_is_left_that_nobody_says(catalogues: dict[str, Catalogue]) -> None:
    whole, beginnings = literals()
    unused = {
        key for key in catalogues["en"].texts
        if key not in whole and not key.startswith("error-") and not any(key.startswith(b) for b in beginnings)
    }
    assert unused == set()


def test_every_key_that_is_said_exists(catalogues: dict[str, Catalogue]) -> None:
    """Calls of a translator with a constant key: `t("…")`, `t.plain("…")`, `t.n("…")`, also as `ctx.t`."""
    missing = set()
    for folder in ("handlers", "keyboards", "bot"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _translates(node.func) and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and first.value not in catalogues["en"].texts:
                        missing.add((path.relative_to(ROOT).as_posix(), first.value))
    assert missing == set()


def _translates(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and function.attr in ("plain", "n"):
        function = function.value
    if isinstance(function, ast.Attribute):
        return function.attr == "t"
    return isinstance(function, ast.Name) and function.id == "t"


def test_no_code_holds_words_for_people() -> None:
    """Chinese in code would be a text outside the catalogues; data and the demo's own words are their own place."""
    ours = [ROOT / folder for folder in ("handlers", "keyboards", "services")]
    said = [
        path.relative_to(ROOT).as_posix()
        for folder in ours
        for path in Path(folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and re.search(r"[\u4e00-\u9fff]{4,}", node.value) and not _is_docstring(path, node)
    ]
    assert set(said) <= WORDS_AS_DATA


# Place names, carriers, shapes of typed addresses and headings of providers' files are data in the language that they
# are in.
WORDS_AS_DATA = {
    "services/customers/pasted.py", "services/customers/regions.py", "services/payments/providers/alipay_bill.py",
    "services/payments/providers/unionpay_signing.py", "services/payments/providers/wechat_bill.py",
}


def _is_docstring(path: Path, constant: ast.Constant) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node, clean=False) == constant.value:  # type: ignore[arg-type]
            return True
    return False
