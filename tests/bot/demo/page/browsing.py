"""A real browser for the tests of the page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Awaitable[Page]]
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed"),
]


@asynccontextmanager
async def opener(browser: Browser, url: str) -> AsyncIterator[Open]:
    """Opens the page; a script error or a breach of its policy fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    async def open_(language: str = "zh", width: int = 1280, height: int = 900) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height}, timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        contexts.append(context)
        await context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        await page.goto(f"{url}?lang={language}")
        await page.wait_for_selector(".seat")
        return page

    yield open_
    for context in contexts:
        await context.close()
    # a dropped socket is what some tests are about, and the browser always reports it
    assert [line for line in complaints if "WebSocket" not in line] == []


def seat(page: Page, person: int, chat: int | None = None) -> Locator:
    place = person if chat is None else chat
    return page.locator(f"#seat-{person}-{str(place).replace('-', 'g')}")
