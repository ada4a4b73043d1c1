"""The demo shop at a real port, and Debian's Chromium in front of it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from bot.demo.house import House, opened
from services.shared.clock import MovableClock
from tests.browser.desk import CHROMIUM, Complaints, chromium, desk
from tests.e2e.conftest import seeded
from tests.ports import free_port

__all__ = ["seeded"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") and not CHROMIUM.exists():
            item.add_marker(pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}"))


@pytest.fixture
async def house(seeded: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A demo shop with the catalogue and nobody's past; its clock runs, as in the demo."""
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    async with opened(folder, "127.0.0.1", free_port(), MovableClock()) as running:
        yield running


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
async def page(house: House, complaints: Complaints, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The demo page, in the language that the test names."""
    async with chromium() as browser, desk(browser, f"{house.url}/?lang={request.param}", complaints) as opened_page:
        yield opened_page
