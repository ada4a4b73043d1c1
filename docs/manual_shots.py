"""Makes the manual's pictures from a demo shop of its own: `python -m docs.manual_shots`.

It needs Debian's Chromium and about two minutes, and writes `docs/images/manual/<language>-<screen>.jpg`.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from bot.demo.house import OWNER_ID, House, opened
from bot.demo.seed import prepare
from docs.screenshots import SHARP, TALL_CHATS, save_chat
from services.shared import sheets
from services.shared.clock import MovableClock
from tests.browser.desk import Complaints, Seat, chromium, desk
from tests.e2e.conftest import free_port


@dataclass(frozen=True)
class Words:
    """What the owner taps and reads, in one language."""

    language: str
    home: str
    people: tuple[str, str]
    goods: tuple[str, str]
    draft: str
    stock: tuple[str, str]
    importing: tuple[str, str]
    heading: tuple[str, ...]
    checked: str
    deals: tuple[str, str]
    pushes: tuple[str, str]
    figures: tuple[str, str]
    finance: tuple[str, str]
    orders: tuple[str, str]
    audit: tuple[str, str]
    back: str


ZH = Words(
    "zh", "管理", ("人员", "团队"), ("🛍 商品", "全部"), "草稿", ("🏬 库存", "偏低"), ("导入导出", "导入商品"),
    ("SKU 编码", "中文名", "分类", "售价"), "检查好了", ("🎟 优惠", "进行中"), ("📣 推送", "新推送"),
    ("📊 数据", "净收入"), ("💰 财务", "财务"), ("📦 订单", "订单"), ("🧾 操作记录", "操作记录"), "⚙️ 管理",
)
EN = Words(
    "en", "Back office", ("People", "Team"), ("🛍 Products", "All"), "draft", ("🏬 Stock", "low"),
    ("Import/export", "Import products"), ("SKU code", "English name", "Category", "Price"), "Checked; nothing",
    ("🎟 Deals", "Running"), ("📣 Pushes", "New push"), ("📊 Figures", "Net takings"), ("💰 Books", "Books"),
    ("📦 Orders", "Orders"),
    ("🧾 Activity", "Activity"), "⚙️ Back office",
)


async def tour(house: House, owner: Seat, words: Words) -> None:
    """Each door of the back office once."""
    async def save(name: str) -> None:
        await save_chat(owner, f"manual/{words.language}-{name}")

    async def door(name: str, way: tuple[str, str]) -> None:
        await owner.tap(way[0])
        await owner.sees(way[1])
        await save(name)

    await owner.say("/admin")
    await owner.sees(words.home)
    await save("admin")
    for name, way in (
        ("orders", words.orders), ("goods", words.goods), ("stock", words.stock), ("deals", words.deals),
        ("pushes", words.pushes), ("figures", words.figures), ("finance", words.finance), ("people", words.people),
        ("audit", words.audit),
    ):
        await door(name, way)
        await owner.tap(words.back)
        await owner.sees(words.home)
    await owner.say("/add Lamp 199 20")
    await owner.sees(words.draft)
    await save("draft")
    await owner.say("/admin")
    await owner.sees(words.home)
    await door("import-door", words.importing)
    table = sheets.write_csv([words.heading, ("LAMP-1", "Lamp", "smart", "199"), ("LAMP-2", "Lamp", "nowhere", "x")])
    await house.emulator.user(OWNER_ID).send_document(table, "goods.csv", "text/csv")
    await owner.sees(words.checked)
    await save("import")


async def take_all(browser: Browser, house: House) -> None:
    async with desk(browser, f"{house.url}/?lang=zh", Complaints(), viewport=TALL_CHATS, **SHARP) as page:
        owner = Seat(page, OWNER_ID, OWNER_ID)
        await owner.start()
        await owner.sees("开始逛")
        await tour(house, owner, ZH)
    async with desk(browser, f"{house.url}/?lang=en", Complaints(), viewport=TALL_CHATS, **SHARP) as page:
        owner = Seat(page, OWNER_ID, OWNER_ID)
        await owner.say("/language")
        await owner.sees("语言")
        await owner.tap("English")
        await owner.sees("looking for|Qingli")
        await tour(house, owner, EN)


async def main() -> None:
    (Path(__file__).parent / "images" / "manual").mkdir(parents=True, exist_ok=True)
    clock = MovableClock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await prepare(folder, clock, size="s", reset=False, say=print)
        async with opened(folder, "127.0.0.1", free_port(), clock) as house, chromium() as browser:
            await take_all(browser, house)


if __name__ == "__main__":
    asyncio.run(main())
