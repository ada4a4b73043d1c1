"""Codes: setting up an authenticator, unlocking, wrong ones, the wrong place."""

from __future__ import annotations

import asyncio
import re

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, STAFF_ID, House
from keyboards.staff import RefundRestTap
from services.shared.db import Tx
from services.staff import repository
from tests.handlers.admin.codes import code
from tests.handlers.admin.test_team import started
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import card_of, paid_order, wang
from tests.services.staff.roster import enlist, lock


def forget(tx: Tx) -> None:
    """The person has no authenticator yet."""
    repository.change_member(tx, EN_ID, secret=None, confirmed_at=None, unlocked_until=None)


async def newcomer(house: House) -> User:
    await enlist(store_of(house), EN_ID, "manager", "Jay")
    await store_of(house).write(forget)
    return await started(house, EN_ID)


async def test_an_authenticator_is_set_up_and_its_picture_goes(shop: House) -> None:  # noqa: F811
    jay = await newcomer(shop)
    await say(jay, "/unlock", "Set up your authenticator")
    picture = next(message for message in jay.messages() if "Authenticator key" in message.text)
    secret = re.search(r"[A-Z2-7]{32}", picture.text)
    assert secret is not None and picture.labels == ["📋 Copy the key"]
    await say(jay, "123 456", "That code is wrong or was used already. You have 4 tries left.")
    await say(jay, code(shop, secret[0]), "🔓 Unlocked, 10:00 left")
    assert all(secret[0] not in message.text for message in jay.messages())
    assert all(code(shop, secret[0]) not in message.text for message in jay.messages())
    await press(jay, "🔒 Lock now", "🔒 Locked|Back office")
    # The same code never counts twice, the next one does.
    await say(jay, "/unlock", "This step needs your code")
    await say(jay, code(shop, secret[0]), "used already")
    await shop.emulator.move_clock(30)
    await say(jay, code(shop, secret[0]), "🔓 Unlocked")
    await assert_clean(shop)


async def test_the_picture_of_a_secret_goes_after_two_minutes(shop: House) -> None:  # noqa: F811
    jay = await newcomer(shop)
    await say(jay, "/unlock", "Set up your authenticator")
    first = next(message for message in jay.messages() if "Authenticator key" in message.text)
    await shop.emulator.move_clock(121)
    async with asyncio.timeout(10):
        while any(message.id == first.id for message in jay.messages()):
            await shop.emulator.world.pulse.next(0.2)
    await press(jay, "🔄 Show a new QR code", "Set up your authenticator")
    again = next(message for message in jay.messages() if "Authenticator key" in message.text)
    assert again.text != first.text
    await assert_clean(shop)


async def test_five_wrong_codes_cost_ten_minutes(shop: House) -> None:  # noqa: F811
    await enlist(store_of(shop), EN_ID, "manager", "Jay", unlocked=False)
    jay = await started(shop, EN_ID)
    await say(jay, "/unlock", "This step needs your code")
    for left in (4, 3, 2, 1):
        await say(jay, "000000", f"You have {left} tries left")
    await say(jay, "000000", "Too many wrong codes")
    await say(jay, code(shop), "Too many wrong codes")
    await shop.emulator.move_clock(601)
    await say(jay, code(shop), "🔓 Unlocked")
    await assert_clean(shop)


async def test_a_code_in_the_group_is_refused_and_taken_away(shop: House) -> None:  # noqa: F811
    await lock(store_of(shop), STAFF_ID)
    own = await started(shop, STAFF_ID)
    await say(own, "/unlock", "这一步要动态码")
    here = wang(shop)
    await here.send(code(shop))
    await here.expect("动态码不要发在群里")
    assert all(code(shop) not in message.text for message in here.messages())
    await say(own, code(shop), "🔓 已解锁")
    await assert_clean(shop)


async def test_an_act_in_the_group_goes_on_after_the_code_in_private(shop: House) -> None:  # noqa: F811
    own = await started(shop, STAFF_ID)
    _, order = await paid_order(shop)
    await wang(shop).tap("🙋 我来处理", answer=True)
    await lock(store_of(shop), STAFF_ID)
    card = card_of(wang(shop), order.number)
    own.mark()
    await wang(shop).forge_callback(card.id, RefundRestTap(order=order.id).pack())
    await own.expect("这一步要动态码")
    await say(own, code(shop), "正在退款 ¥398.00")
    await assert_clean(shop)
