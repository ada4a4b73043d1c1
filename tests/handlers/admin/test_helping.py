"""`/help` for staff, and the commands that their chat offers in their language."""

from __future__ import annotations

from bot import discovery
from bot.demo.house import EN_ID, STAFF_ID, House
from handlers.screens.team_help import USAGE
from locales import translator
from tests.handlers.admin.test_team import started
from tests.handlers.running import assert_clean, press, say, shop  # noqa: F401 - the fixture `shop`

DESK = discovery.routes().desk_commands()


async def test_staff_see_their_commands_and_how_each_is_used(shop: House) -> None:  # noqa: F811
    wang = await started(shop, STAFF_ID)
    listed = await say(wang, "/help", "🧭 你的命令")
    assert "/admin 打开管理台" in listed.text and "/coupon" not in listed.text
    assert listed.labels[-2:] == ["🛍 购物帮助", "⚙️ 管理"]
    await press(wang, "/unlock", "用验证器上的 6 位数字解锁")
    await press(wang, "⬅️ 返回", "🧭 你的命令")
    await press(wang, "🛍 购物帮助", "❓")
    await say(wang, "/help unlock", "用验证器上的 6 位数字解锁")
    # What they may not use is not explained to them either.
    await say(wang, "/help coupon", "🧭 你的命令")
    await assert_clean(shop)


async def test_customers_have_the_shops_help(shop: House) -> None:  # noqa: F811
    jay = await started(shop, EN_ID)
    await say(jay, "/help unlock", "❓ Help")
    await assert_clean(shop)


async def test_the_commands_of_a_chat_follow_its_language(shop: House) -> None:  # noqa: F811
    wang = await started(shop, STAFF_ID)
    await say(wang, "/language", "语言")
    await wang.tap("🌐 English")
    await wang.expect("🏠")
    await shop.emulator.idle()
    found = shop.emulator.world.bot.commands[f"chat:{STAFF_ID}", ""]
    said = {each["command"]: each["description"] for each in found}
    assert said["admin"] == "open the back office" and "coupon" not in said
    assert said["cart"] == translator("en", "UTC").plain("start-command-cart")
    await assert_clean(shop)


def test_every_command_is_explained() -> None:
    assert set(USAGE) >= set(DESK)
    for language in ("zh", "en"):
        t = translator(language, "UTC")
        assert [name for name in DESK if not t.has(f"team-command-{name}") or not t.has(USAGE[name])] == []
