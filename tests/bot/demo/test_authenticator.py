"""The demo's staff, their authenticators, and a newcomer who joins them: all of it as whoever tries the demo can."""

from __future__ import annotations

import json
import re

import aiohttp

from bot.demo.authenticator import code_of
from bot.demo.house import EN_ID, MANAGER_ID, OWNER_ID, STAFF_ID, House
from bot.demo.seed import roster as seed
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.staff import roster
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`


async def shown(house: House, person: int) -> dict[str, object]:
    """What the page is told over its socket."""
    async with aiohttp.ClientSession() as web, web.ws_connect(f"{house.url}/demo/ws") as socket:
        await socket.send_str(json.dumps({"do": "code", "person": person}))
        async for message in socket:
            frame = json.loads(message.data)
            if frame["t"] == "code":
                return frame
    raise AssertionError("the socket closed")


async def test_the_roster_of_the_demo(store: Store, clock: MovableClock) -> None:
    await seed.seed(store)
    first = await code_of(store, clock, STAFF_ID)
    await seed.seed(store)
    assert await code_of(store, clock, STAFF_ID) == first
    assert re.fullmatch(r"\d{6}", first["code"]) and first["left"] == 30_000
    found = await store.read(roster.members, SYSTEM)
    assert [(each.name, each.role, each.has_code, each.unlocked_until) for each in found] == [
        ("店主", "owner", True, None), ("小王", "orders", True, None), ("陈经理", "manager", True, None),
        ("小美", "marketing", True, None),
    ]
    assert await code_of(store, clock, EN_ID) == {"code": None, "left": 0}


async def test_a_manager_of_the_demo_unlocks_and_invites(shop: House) -> None:  # noqa: F811
    await seed.seed(store_of(shop))
    chen = shop.emulator.user(MANAGER_ID)
    await chen.send("/start")
    await chen.expect()
    await say(chen, "/admin", "管理")
    await press(chen, "👥 人员", "团队")
    await press(chen, "➕ 邀请同事", "邀请做什么")
    await press(chen, "财务", "🔐 这一步要动态码")
    frame = await shown(shop, MANAGER_ID)
    invited = await say(chen, str(frame["code"]), "🔗 财务的邀请")
    jay = shop.emulator.user(EN_ID)
    await jay.send("/start")
    await jay.expect()
    await jay.open_url(next(line for line in invited.text.splitlines() if line.startswith("https://")))
    await jay.expect("invites you")
    await press(jay, "🤝 Join the team", "Welcome to the team")
    assert (await shown(shop, EN_ID))["code"] is None
    await say(jay, "/unlock", "Set up your authenticator")
    await say(jay, str((await shown(shop, EN_ID))["code"]), "🔓 Unlocked")
    assert (await shown(shop, OWNER_ID))["code"] is not None
    await assert_clean(shop)
