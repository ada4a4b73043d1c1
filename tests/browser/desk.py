"""The demo page in a real browser, driven by what a person reads: the words on keys and in messages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    async_playwright,
    expect,
)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")
PATIENCE = 20_000  # milliseconds until an expected text counts as missing


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Complaints:
    """What the browser objects to in any tab: console errors (a broken content policy is one), scripts that fail,
    and answers of 400 and above.
    """

    found: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda failure: self.found.append(str(failure.error)))
        context.on("response", self._response)

    def _console(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.found.append(f"{line.type}: {line.text} ({line.page.url if line.page else ''})")

    def _response(self, answer: Response) -> None:
        if answer.status >= 400:
            self.found.append(f"{answer.status} {answer.url}")


@dataclass(frozen=True)
class Seat:
    """One person's chat on the demo page."""

    page: Page
    person_id: int
    chat_id: int

    @property
    def element(self) -> Locator:
        return self.page.locator(f"#seat-{self.person_id}-{str(self.chat_id).replace('-', 'g')}")

    @property
    def newest(self) -> Locator:
        """The newest message that somebody else wrote: the screen on which the person is."""
        return self.element.locator("article.msg:not(.out)").last

    async def start(self) -> None:
        await self.element.locator(".startbar button").click()

    async def sees(self, words: str) -> None:
        """Waits until the newest screen says `words`, a regular expression over the text and the keys."""
        await expect(self.newest).to_contain_text(re.compile(words, re.IGNORECASE))

    async def tap(self, words: str) -> None:
        """Taps the first key of the newest screen that has such a key."""
        await self._key(words).click(timeout=PATIENCE)

    async def say(self, text: str) -> None:
        box = self.element.locator("textarea")
        await box.fill(text)
        await box.press("Enter")
        await expect(self.element.locator("article.msg.out").last).to_contain_text(text)

    async def open_tab(self, words: str) -> Page:
        """Taps a key with a link and returns the tab that the browser opens for it."""
        async with self.page.context.expect_page() as opened:
            await self.tap(words)
        tab = await opened.value
        await tab.wait_for_load_state()
        return tab

    def _key(self, words: str) -> Locator:
        name = re.compile(words, re.IGNORECASE)
        keys = self.element.locator(".kb").filter(has=self.page.locator(".k").filter(has_text=name)).last
        return keys.locator(".k").filter(has_text=name).first


@asynccontextmanager
async def desk(browser: Browser, url: str, complaints: Complaints, **context: Any) -> AsyncIterator[Page]:
    """The demo page on a desk wide enough for four chats."""
    settings: dict[str, Any] = {"viewport": {"width": 1640, "height": 960}} | context
    opened = await browser.new_context(**settings)
    complaints.listen(opened)
    page = await opened.new_page()
    await page.goto(url)
    await expect(page.locator(".seat").first).to_be_visible()
    try:
        yield page
    finally:
        await opened.close()
