"""The staff manual: a page for each role, and no button or command that is not there, in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from locales.catalogues import load
from services.staff.types import OWNER_ROLE, ROLES

MANUAL = Path(__file__).parents[1] / "docs" / "manual"
LANGUAGES = ("zh", "en")
PAGES = sorted({"README", OWNER_ROLE, *ROLES})


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_page_for_each_role(language: str) -> None:
    assert sorted(page.stem for page in (MANUAL / language).glob("*.md")) == PAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_its_buttons_are_there(language: str, page: str) -> None:
    text = (MANUAL / language / f"{page}.md").read_text(encoding="utf-8")
    labels = [
        re.compile(re.sub(r"\\{\w+\\}", ".*?", re.escape(form)).rstrip() + ".{0,8}")
        for key, forms in load(language).texts.items() for form in forms if "-tap-" in key and _fixed(form)
    ]
    buttons = set(re.findall(r"\*\*(.+?)\*\*", text))
    assert buttons or page == "README"
    missing = {button for button in buttons if not any(_named(button, label) for label in labels)}
    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_commands_are_there(language: str) -> None:
    from bot import discovery

    known = set(discovery.routes().commands) | {"start"}
    for page in (MANUAL / language).glob("*.md"):
        named = set(re.findall(r"`/([a-z]+)", page.read_text(encoding="utf-8")))
        assert named <= known, page


def _fixed(form: str) -> bool:
    """Whether a label has words of its own beside its facts."""
    return len(re.findall(r"\w", re.sub(r"\{\w+\}", "", form))) >= 2


def _named(button: str, label: re.Pattern[str]) -> bool:
    """A label with a number at its end may be named without it."""
    return label.fullmatch(button) is not None or label.fullmatch(f"{button} 3") is not None
