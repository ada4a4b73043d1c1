"""The same purchase against a second, independent emulator of the Bot API, where there is one (STRICT_BOTAPI)."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.demo.house import TOKEN, USERNAME, demo_settings, running
from services.invariants import violations
from services.shared.clock import MovableClock
from tests.e2e import purchase
from tests.e2e.purchase import EN, ZH, Words
from tests.ports import free_port

FOLDER = os.environ.get("STRICT_BOTAPI", "")


@pytest.fixture
def kit() -> Any:
    if not FOLDER:
        pytest.skip("STRICT_BOTAPI names no folder with a strict Bot API emulator")
    sys.path.insert(0, FOLDER)
    return importlib.import_module("kit")


@pytest.mark.parametrize(("language", "words"), [("zh", ZH), ("en", EN)], ids=["zh", "en"])
@pytest.mark.parametrize("updates", ["polling", "webhook"])
async def test_the_strict_emulator_finds_nothing(
    kit: Any, seeded: Path, tmp_path: Path, language: str, words: Words, updates: str
) -> None:
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    api = await kit.Kit.start(token=TOKEN, username=USERNAME, private_burst=40)
    try:
        boss, buyer = api.user(4, "Boss", "zh"), api.user(1001, "Anna", language, "anna")
        staff = api.group("Staff", members=[], admins=[boss])
        group = staff if isinstance(staff, int) else staff.id
        settings = demo_settings(folder, "127.0.0.1", free_port(), api.url, group, updates=updates)
        async with running(settings, MovableClock()) as (application, _):
            await purchase.buy(buyer, words)
            await api.idle()
            assert await application.shop.store.read(violations) == []
        importlib.import_module("kit.check").assert_clean(api)
    finally:
        await api.stop()
