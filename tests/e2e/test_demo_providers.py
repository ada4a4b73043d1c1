"""The demo with fake providers beside it: hosted pages, notices that go out by themselves, faults on a page."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.demo.emulator.limits import Limits
from bot.demo.house import House, opened
from bot.settings import SettingsError
from services.shared.clock import MovableClock
from tests.conftest import START
from tests.e2e import shopping
from tests.e2e.purchase import ZH, pay_page, tap
from tests.fakes.__main__ import beside, chosen, main
from tests.fakes.base import Notice
from tests.fakes.live import RETRIES, Post
from tests.fakes.stripe import FakeStripe
from tests.ports import free_port

HOSTED = re.compile(r'href="(http[^"]*/fake/stripe/pay/[^"]*)"')
NUMBER = re.compile(r"<td>([0-9A-Z]{20})<td>")


@asynccontextmanager
async def demo(seeded: Path, folder: Path, *codes: str) -> AsyncIterator[tuple[House, str]]:
    """The demo over a copy of the seeded store; and the address of the providers' page."""
    shutil.copytree(seeded, folder)
    clock = MovableClock(at=START)
    async with beside(clock, codes) as neighbour, opened(
        folder, "127.0.0.1", free_port(), clock, limits=Limits(flood=False), **neighbour.settings
    ) as house, neighbour.while_open(house) as line:
        yield house, line.split()[-1]


async def test_the_demo_opens_with_its_providers(seeded: Path, tmp_path: Path) -> None:
    async with demo(seeded, tmp_path / "demo", "stripe", "wechat", "stars") as (house, desk), \
            aiohttp.ClientSession() as browser:
        person = await shopping.to_checkout(house)
        assert "💳 银行卡（Stripe） ▾" in person.last_message.labels
        await tap(person, ZH.place)
        await person.expect("待支付")
        async with browser.get(pay_page(person)) as page:
            hosted = HOSTED.search(await page.text())
        assert hosted is not None
        async with browser.get(desk) as page:
            text = await page.text()
        assert NUMBER.findall(text) and "扫一扫" in text
        fault = {"fake": "stripe", "act": "fault", "call": "query", "fault": "down"}
        async with browser.post(desk, data=fault) as page:
            assert "query: down" in await page.text()
        async with browser.post(desk, data={"delay": "0"}) as page:
            assert page.status == 200
        async with browser.post(hosted[1], data={"act": "pay"}) as page:
            assert str(page.url) == pay_page(person)
        await person.expect("支付成功")
        await shopping.settled(house)
        house.emulator.assert_clean()


def test_what_is_no_provider_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert chosen("stripe, wechat,stripe") == ("stripe", "wechat")
    with pytest.raises(SettingsError, match="PROVIDERS is wrong: paypal is unknown"):
        chosen("paypal,stripe")
    assert main(["paypal"]) == 2
    assert "paypal is unknown" in capsys.readouterr().err


async def test_notices_come_late_and_again_until_the_provider_gives_up() -> None:
    clock = MovableClock(at=START)
    fake = FakeStripe(clock)
    fake.notices.append(Notice("A", f"http://127.0.0.1:{free_port()}/nobody", {}, b"{}"))
    post = Post({"stripe": fake}, clock, timedelta(seconds=2))
    tried = []
    for second in range(400):
        before = dict(post._turns)
        await post.round()
        if (before and post._turns != before) or not fake.notices:
            tried.append(second)
        if not fake.notices:
            break
        clock.move(1)
    gaps = [int(gap.total_seconds()) for gap in RETRIES]
    assert tried == [2, *(2 + sum(gaps[:turn]) for turn in range(1, len(gaps) + 1))]
