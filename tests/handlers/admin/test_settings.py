"""Settings, the check before going live, and the emergency stop."""

from __future__ import annotations

from bot.demo.house import EN_ID, OWNER_ID, House
from services.staff import freeze
from tests.handlers.admin.test_team import started
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.services.staff.roster import enlist


async def test_the_shop_is_stopped_by_its_name_and_opened_again(shop: House) -> None:  # noqa: F811
    boss = await started(shop, OWNER_ID)
    await say(boss, "/admin", "管理")
    settings = await press(boss, "🧩 设置", "设置")
    secret = shop.application.settings.webhook_secret
    assert secret is not None and secret.get_secret_value() not in settings.text
    assert f"消息通道密钥：已配置 …{secret.get_secret_value()[-2:]}" in settings.text
    await press(boss, "🚨 紧急停机…", "要停机吗")
    await say(boss, "青粒", "店名对不上，什么都没改")
    assert not await store_of(shop).read(freeze.is_frozen)
    stopped = await say(boss, "青粒优选", "商店已切到只读")
    assert stopped.labels == ["🔎 上线检查", "🟢 恢复营业…", "⚙️ 管理"]
    assert await store_of(shop).read(freeze.is_frozen)
    assert "🛑 商店已停机" in (await press(boss, "⚙️ 管理", "管理")).text
    await press(boss, "🧩 设置", "设置")
    await press(boss, "🟢 恢复营业…", "恢复营业？")
    await say(boss, "qingli select", "🟢 商店恢复营业")
    assert not await store_of(shop).read(freeze.is_frozen)
    await assert_clean(shop)


async def test_the_check_says_what_to_do(shop: House) -> None:  # noqa: F811
    await enlist(store_of(shop), EN_ID, "manager", "Jay")
    jay = await started(shop, EN_ID)
    await say(jay, "/admin", "Back office")
    await press(jay, "🧩 Settings", "Settings")
    found = await press(jay, "🔎 Check before going live", "things? to look at")
    lines = dict(line[2:].split(": ", 1) for line in found.text.splitlines() if line[0] in "✅❌")
    assert lines["bot token"] == "@qingli_select_bot"
    assert lines["payments"].startswith("the sandbox is on: no real money comes in.")
    assert found.labels == ["🔄 Check again", "⬅️ Back", "⚙️ Back office"]
    await assert_clean(shop)
