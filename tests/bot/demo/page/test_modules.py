"""What the page's small modules compute, asked of the browser itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from tests.bot.demo.page.browsing import needs_chromium, opener
from tests.bot.demo.page.fake_emulator import FakeEmulator

pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]

NOON = int(datetime(2026, 11, 22, 4, tzinfo=UTC).timestamp())  # 12:00 in Shanghai, the zone of the test's browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    fake = FakeEmulator()
    async with TestServer(fake.app(), host="127.0.0.1") as server, opener(browser, str(server.make_url("/"))) as open_:
        yield await open_()
        await fake.hang_up()


@pytest.mark.parametrize(
    ("url", "meaning"),
    [
        ("https://t.me/qingli_bot?start=p9", {"kind": "start", "payload": "p9"}),
        ("https://T.me/Qingli_Bot", {"kind": "start", "payload": ""}),
        ("http://telegram.me/qingli_bot?start=", {"kind": "start", "payload": ""}),
        ("tg://resolve?domain=qingli_bot&start=p9", {"kind": "start", "payload": "p9"}),
        ("https://t.me/qingli_bot?startgroup=g1", {"kind": "startgroup", "payload": "g1"}),
        ("https://t.me/qingli_bot?text=%E4%BD%A0%E5%A5%BD", {"kind": "draft", "text": "你好"}),
        ("https://t.me/share/url?url=https://a.b&text=Tea", {"kind": "draft", "text": "Tea\nhttps://a.b"}),
        ("https://t.me/$AbC-1", {"kind": "invoice", "url": "https://t.me/$AbC-1"}),
        ("https://t.me/other_bot?start=p9", {"kind": "web", "url": "https://t.me/other_bot?start=p9"}),
        ("https://example.com/qingli_bot?start=1", {"kind": "web", "url": "https://example.com/qingli_bot?start=1"}),
        ("tel:+8613800000101", {"kind": "web", "url": "tel:+8613800000101"}),
        ("javascript:alert(1)", {"kind": "refused", "url": "javascript:alert(1)"}),
        ("data:text/html,x", {"kind": "refused", "url": "data:text/html,x"}),
        ("http://[", {"kind": "refused", "url": "http://["}),
    ],
)
async def test_what_a_link_means(page: Page, url: str, meaning: dict[str, Any]) -> None:
    script = "async url => (await import('/demo/static/links.js')).readLink(url, 'qingli_bot')"
    assert await page.evaluate(script, url) == meaning


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (1, "0:01 后", "in 0:01"),
        (872, "14:32 后", "in 14:32"),
        (3599, "59:59 后", "in 59:59"),
        (3600, "1小时后", "in 1 hour"),
        (26 * 3600, "明天", "tomorrow"),
        (-5, "5秒钟前", "5 seconds ago"),
        (-60, "1分钟前", "1 minute ago"),
        (-3599, "1小时前", "1 hour ago"),
        (-3 * 86_400, "3天前", "3 days ago"),
    ],
)
async def test_relative_times_count_down_under_an_hour(page: Page, seconds: int, zh: str, en: str) -> None:
    assert await entity_time(page, NOON + seconds, "r", "zh") == zh
    assert await entity_time(page, NOON + seconds, "r", "en") == en


@pytest.mark.parametrize(
    ("shape", "zh", "en"),
    [
        ("t", "12:00", "12:00"),
        ("T", "12:00:00", "12:00:00"),
        ("D", "2026年11月22日", "November 22, 2026"),
        ("d", "26/11/22", "11/22/26"),
        ("wDt", "2026年11月22日星期日 12:00", "Sunday, November 22, 2026 at 12:00"),
        ("", None, None),
    ],
)
async def test_fixed_times_follow_the_shape(page: Page, shape: str, zh: str | None, en: str | None) -> None:
    assert await entity_time(page, NOON, shape, "zh") == zh
    assert await entity_time(page, NOON, shape, "en") == en


async def entity_time(page: Page, unix: int, shape: str, language: str) -> str | None:
    return await page.evaluate(
        """async ([unix, shape, now, language]) => {
            const { entityTimeText } = await import('/demo/static/clock.js');
            const { speaker } = await import('/demo/static/words.js');
            return entityTimeText(unix, shape, now * 1000, language, speaker(language));
        }""",
        [unix, shape, NOON, language],
    )
