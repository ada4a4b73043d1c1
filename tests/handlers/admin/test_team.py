"""People, invitations and roles by their taps, over HTTP through the real dispatcher."""

from __future__ import annotations

from typing import Any

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import answer_to
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, House
from keyboards.team import JoinTap
from services.shared.actors import SYSTEM
from services.staff import roster
from tests.handlers.admin.codes import code
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.services.staff.roster import enlist, lock

MANAGER_ID = EN_ID


async def started(house: House, telegram_id: int) -> User:
    user = house.emulator.user(telegram_id)
    await user.send("/start")
    await user.expect()
    return user


async def at_people(house: House, telegram_id: int = OWNER_ID) -> User:
    user = await started(house, telegram_id)
    await say(user, "/admin", "管理|Back office")
    await press(user, "👥", "团队|Team")
    return user


def link_in(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("https://"))


def commands(house: House, telegram_id: int) -> list[str]:
    """What the menu of a person's private chat offers beside the shop's own commands."""
    found = house.emulator.world.bot.commands.get((f"chat:{telegram_id}", ""), [])
    return [each["command"] for each in found]


async def test_somebody_joins_by_a_link_and_is_put_out_again(shop: House) -> None:  # noqa: F811
    boss = await at_people(shop)
    await press(boss, "➕ 邀请同事", "邀请做什么")
    shown = await press(boss, "营销", "只能用一次")
    assert shown.labels == ["📋 复制链接", "📤 转发", "🗑 收回这个邀请", "⬅️ 返回", "⚙️ 管理"]
    jay = await started(shop, EN_ID)
    await jay.open_url(link_in(shown.text))
    offer = await jay.expect("invites you")
    assert offer.text.splitlines() == ["🤝 店主 invites you to join the team of Qingli Select", "Role: Marketing"]
    tour = await press(jay, "🤝 Join the team", "Welcome to the team")
    assert tour.text.splitlines()[:4] == [
        "🎉 Welcome to the team of Qingli Select! Your role: Marketing.", "You can:", "🛍 Products: see products",
        "📣 Marketing: see deals, edit deals, give coupons, see pushes, write pushes, send pushes",
    ]
    await shop.emulator.idle()
    assert commands(shop, EN_ID)[0] == "admin" and "unlock" in commands(shop, EN_ID)
    home = await press(jay, "⚙️ Back office", "Back office")
    assert "👥 People" not in home.labels and "🎟 Deals" in home.labels
    await press(boss, "⬅️ 返回", "团队 · 3 人")
    await press(boss, "Jay · 营销", "👤 Jay · 营销")
    await press(boss, "🚫 收回权限…", "收回 Jay")
    await press(boss, "🚫 收回 Jay 的权限", "团队 · 2 人")
    tap = await jay.tap("🎟 Deals")
    assert (await tap.answered())["text"] == "You don't have permission for this"
    await jay.expect("You are no longer on the staff")
    await shop.emulator.idle()
    assert "admin" not in commands(shop, EN_ID) and "cart" in commands(shop, EN_ID)
    await jay.open_url(link_in(shown.text))
    await jay.expect("Somebody has used this invitation already")
    await assert_clean(shop)


async def test_a_link_that_was_withdrawn_or_never_was(shop: House) -> None:  # noqa: F811
    boss = await at_people(shop)
    await press(boss, "➕ 邀请同事", "邀请做什么")
    shown = await press(boss, "客服", "只能用一次")
    await press(boss, "🗑 收回这个邀请", "没有待用的邀请")
    jay = await started(shop, EN_ID)
    await jay.open_url(link_in(shown.text))
    await jay.expect("withdrawn")
    await jay.send("/start join_0000")
    await jay.expect("no longer here")
    answer = await forged(jay, JoinTap(token="0" * 32).pack())
    assert "no longer here" in answer
    assert await store_of(shop).read(roster.find_actor, EN_ID, "", frozenset()) is None
    await assert_clean(shop)


async def test_a_manager_cannot_touch_an_owner_or_themselves(shop: House) -> None:  # noqa: F811
    await enlist(store_of(shop), MANAGER_ID, "manager", "Jay")
    jay = await at_people(shop, MANAGER_ID)
    own = await press(jay, "Jay · Manager", "👤 Jay")
    assert own.labels == ["⬅️ Back", "⚙️ Back office"]
    await press(jay, "⬅️ Back", "Team")
    assert (await press(jay, "店主 · Owner", "👤 店主")).labels == ["⬅️ Back", "⚙️ Back office"]
    boss_row = next(m for m in await store_of(shop).read(roster.members, SYSTEM) if m.telegram_id == OWNER_ID)
    for data in (f"1jg:{boss_row.id}:1", f"1jf:{boss_row.id}:support", f"1jh:{boss_row.id}:1"):
        assert "You cannot give or take rights" in await forged(jay, data)
    await assert_clean(shop)


async def test_another_role_counts_at_once_and_is_told(shop: House) -> None:  # noqa: F811
    wang = await started(shop, STAFF_ID)
    boss = await at_people(shop)
    await press(boss, "小王 · 订单", "👤 小王 · 订单")
    await press(boss, "🎭 换角色", "现在是订单")
    await press(boss, "客服", "👤 小王 · 客服")
    await wang.expect("🎭 你的角色换成了客服")
    home = await press(wang, "⚙️ 管理", "管理")
    assert "🎟 优惠" in home.labels
    await assert_clean(shop)


async def test_a_role_of_the_shops_own(shop: House) -> None:  # noqa: F811
    boss = await at_people(shop)
    await press(boss, "🎭 自定义角色", "自己搭一个")
    await press(boss, "➕ 新建角色", "新角色叫什么")
    again = await say(boss, "一个长得谁也记不住而且根本没有必要起得这么长的角色名字", "名字要 1 到 24 个字")
    assert "新角色叫什么" in again.text
    made = await say(boss, "仓库 / Warehouse", "🎭 仓库 / Warehouse")
    assert "✅ 角色建好了" in made.text and "还没有任何权限" in made.text
    await press(boss, "🛍 商品 0/7", "看库存")
    tap = await boss.tap("▫️ 看库存", answer=True)
    assert (await tap.answered())["text"] == "✅ 已给：看库存"
    await press(boss, "⬅️ 返回", "0 人在用")
    await press(boss, "⬅️ 返回", "自定义角色")
    await press(boss, "⬅️ 返回", "团队")
    await press(boss, "小王 · 订单", "👤 小王")
    await press(boss, "🎭 换角色", "现在是订单")
    await press(boss, "仓库", "👤 小王 · 仓库")
    await press(boss, "⬅️ 返回", "团队")
    await press(boss, "🎭 自定义角色", "自定义角色")
    await press(boss, "仓库 · 1 人", "1 人在用")
    await press(boss, "🗑 删除角色…", "删除角色")
    tap = await boss.tap("🗑 删除角色 仓库", answer=True)
    assert (await tap.answered())["text"] == "还有 1 人在用这个角色，请先给他们换角色。"
    await assert_clean(shop)


async def test_rights_are_changed_by_who_gave_a_code(shop: House) -> None:  # noqa: F811
    await lock(store_of(shop), OWNER_ID)
    boss = await at_people(shop)
    await press(boss, "➕ 邀请同事", "邀请做什么")
    await press(boss, "客服", "🔐 这一步要动态码")
    await boss.send(code(shop))
    await boss.expect("🔓 已解锁，还剩 10:00")
    await boss.expect("🔗 客服的邀请")
    assert all(code(shop) not in message.text for message in boss.messages())
    home = await press(boss, "⚙️ 管理", "管理")
    assert "🔓 10:00" in home.text
    await assert_clean(shop)


async def forged(user: User, data: str) -> Any:
    """The words of the answer to `data`, pressed on the newest screen."""
    query = user._people.press(user._person, user._chat.messages[user.last_message.id], data)
    return (await answer_to(user.emulator, query, 10)).get("text", "")
