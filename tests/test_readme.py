"""What the README says about settings, commands and files is what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import COMMANDS
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CHANGELOG.md", "docs/going-live.md", "docs/overview.md")
LINK = re.compile(r"""\]\(([^)#\s]+)|(?:src|href)="([^"#]+)""")


def row(name: str, default: Any, meaning: str) -> str:
    """A setting's line in the README."""
    text = ",".join(map(str, default)) if isinstance(default, tuple | frozenset) else default
    shown = "—" if text is None or text == "" else f"`{text}`"
    return f"| `{name.upper()}` | {shown} | {meaning} |"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_in_the_table_with_its_default_and_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    assert row(name, field.default, field.description or "") in README.splitlines()


def test_the_table_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_in_the_readme_with_its_meaning(command: str) -> None:
    assert f"| `python -m bot {command}` | {COMMANDS[command][0]} |" in README.splitlines()


def test_each_make_target_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", README))
    assert {"demo", "test", "lint", "bench"} <= named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_that_are_there(page: str) -> None:
    folder = (ROOT / page).parent
    links = [first or second for first, second in LINK.findall((ROOT / page).read_text(encoding="utf-8"))]
    missing = [link for link in links if not link.startswith("http") and not (folder / link).exists()]
    assert missing == []


def test_each_picture_is_shown_somewhere() -> None:
    images = ROOT / "docs" / "images"
    pictures = {str(path.relative_to(images)) for path in images.rglob("*.jpg")}
    manual = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "manual").rglob("*.md"))
    assert pictures == set(re.findall(r"/images/([\w/-]+\.jpg)", README + manual))
