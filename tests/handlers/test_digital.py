"""Codes in the chat: loaded by staff, sent once to who paid, shown again, waited for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import Message
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, House
from keyboards.digital import CodesOfOrderTap, CodesTap, LoadCodesTap, WithdrawCodesTap
from keyboards.orders import OrderTap
from keyboards.stock import StockTap
from services.digital import loading
from services.digital.models import DigitalDeliveryRow
from services.shared.actors import SYSTEM
from tests.handlers.invoice_shop import (
    arrive,
    attempt_of,
    drawn,  # noqa: F401 - a fixture
    invoice_link,
    kiosk,  # noqa: F401 - a fixture
    order,
    pay_screen,
    settled,
    sku_of,
    sound,
    states,
    updates,  # noqa: F401 - a fixture
)
from tests.handlers.running import store_of
from tests.handlers.test_stars import forge

DELIVERIES = DigitalDeliveryRow.__table__


async def load(house: House, *codes: str) -> int:
    """Gives GAME these codes, past the chat; returns the SKU."""
    sku_id = await store_of(house).read(lambda tx: sku_of(tx, "GAME"))
    await store_of(house).write(loading.load, SYSTEM, sku_id, codes)
    return sku_id


async def buy(house: House, user: User, pieces: int = 1) -> int:
    order_id = await order(house, user, pieces=pieces)
    assert (await user.pay_invoice(invoice_link(await pay_screen(user, order_id)))).ok
    return order_id


def with_codes(user: User) -> list[Message]:
    return [each for each in user.messages() if "spoiler" in str(each.data.get("entities"))]


async def tap(user: User, data: str, until: str) -> Message:
    user.mark()
    await user.forge_callback(user.last_message.id, data)
    return await user.expect(until)


async def test_codes_come_at_once_hidden_and_protected(kiosk: House) -> None:  # noqa: F811
    await load(kiosk, "AAA-<1>", "BBB-2", "CCC-3")
    user = await arrive(kiosk)
    order_id = await buy(kiosk, user, pieces=2)
    message = await user.expect("AAA-<1>\nBBB-2")
    spoilers = [each for each in message.data["entities"] if each["type"] == "spoiler"]
    assert len(spoilers) == 2 and message.data["has_protected_content"] is True
    await user.expect("卡密马上发到这里")
    assert await states(kiosk, order_id) == ("completed", "paid", "delivered")
    await settled(kiosk)
    assert len(with_codes(user)) == 1 and "订单已完成" not in user.screen()
    await sound(kiosk)


async def test_two_updates_of_one_payment_bring_one_message(kiosk: House) -> None:  # noqa: F811
    await load(kiosk, "A1", "A2")
    user = await arrive(kiosk)
    order_id = await order(kiosk, user)
    await pay_screen(user, order_id)
    number = (await attempt_of(kiosk, order_id)).number
    for _ in range(2):
        forge(kiosk, user, "one", number)
    await user.expect("A1")
    await settled(kiosk)
    assert [each.text.count("A1") for each in with_codes(user)] == [1] and "A2" not in user.screen()
    await sound(kiosk)


async def test_who_bought_sees_them_again_and_nobody_else(kiosk: House) -> None:  # noqa: F811
    await load(kiosk, "A1")
    user, jay = await arrive(kiosk), await arrive(kiosk, EN_ID)
    order_id = await buy(kiosk, user)
    await user.expect("A1")
    await settled(kiosk)
    screen = await tap(user, OrderTap(order=order_id).pack(), "QL-")
    assert "🔑 查看卡密" in screen.labels
    again = await tap(user, CodesOfOrderTap(order=order_id).pack(), "A1")
    assert again.data["has_protected_content"] is True and len(with_codes(user)) == 2
    await jay.forge_callback(jay.last_message.id, CodesOfOrderTap(order=order_id).pack())
    await settled(kiosk)
    assert "A1" not in jay.screen()
    await sound(kiosk)


async def test_a_try_that_ended_in_the_dark_is_followed_by_a_way_to_the_codes(
    kiosk: House,  # noqa: F811
) -> None:
    """The process died between the row that says "begun" and the send, or the answer was lost: nobody knows."""
    await load(kiosk, "A1")
    user = await arrive(kiosk)
    kiosk.emulator.faults("sendMessage", "reset", when="after", chat_id=user.id)
    await buy(kiosk, user)
    await user.expect("A1")
    await settled(kiosk)
    await kiosk.emulator.move_clock(10)
    ready = await user.expect("卡密已经备好")
    assert len(with_codes(user)) == 1
    again = await tap(user, ready.button("🔑 查看卡密")["callback_data"], "A1")
    assert again.id != with_codes(user)[0].id
    await settled(kiosk)
    assert len([each for each in kiosk.emulator.log("sendMessage") if "备好" in str(each.body)]) == 1


async def test_a_try_that_surely_failed_is_made_again(kiosk: House) -> None:  # noqa: F811
    await load(kiosk, "A1")
    user = await arrive(kiosk)
    kiosk.emulator.faults("sendMessage", "429", chat_id=user.id)
    await buy(kiosk, user)
    await kiosk.emulator.move_clock(10)
    await user.expect("A1")
    await settled(kiosk)
    assert len(with_codes(user)) == 1
    told = await store_of(kiosk).read(lambda tx: tx.rows(select(DELIVERIES.c.told_at)))
    assert [row.told_at is not None for row in told] == [True]


async def test_a_line_without_codes_waits_and_is_served_when_some_are_loaded(kiosk: House) -> None:  # noqa: F811
    user, owner = await arrive(kiosk), await arrive(kiosk, OWNER_ID)
    order_id = await buy(kiosk, user)
    card = await kiosk.emulator.user(STAFF_ID).in_chat(kiosk.staff_chat_id).expect("卡密不够")
    assert "GAME" in card.text and "×1" in card.text
    assert await states(kiosk, order_id) == ("placed", "paid", "unfulfilled")
    sku_id = await store_of(kiosk).read(lambda tx: sku_of(tx, "GAME"))
    await tap(owner, StockTap(sku=sku_id).pack(), "GAME")
    await owner.tap("🔑 卡密")
    await owner.expect("还等着 1 个")
    await owner.tap("➕ 录入卡密")
    await owner.expect("每行一个")
    typed = await owner.send("LOAD-1\nLOAD-2\nLOAD-2")
    await owner.expect("已录入 2 个卡密，跳过重复的 1 个")
    await user.expect("LOAD-1")
    await settled(kiosk)
    assert await states(kiosk, order_id) == ("completed", "paid", "delivered")
    chat = kiosk.emulator.chat(OWNER_ID)
    assert chat.messages[typed].deleted and "LOAD-" not in owner.screen()
    await sound(kiosk)


@pytest.mark.parametrize(("data", "says"), [
    ("甲-1\n乙-2\n".encode("gb18030"), "已录入 2 个卡密"), ("A-1\r\nA-2".encode("utf-8-sig"), "已录入 2 个卡密"),
    (b"\xff\xfe\x00A", "不是文本文件"), (b"ok\n" + b"x" * 201, "第 2 行太长"), (b" \n", "里面没有卡密"),
])
async def test_a_file_is_read_or_said_to_be_wrong_at_which_line(
    kiosk: House, data: bytes, says: str  # noqa: F811
) -> None:
    owner = await arrive(kiosk, OWNER_ID)
    sku_id = await store_of(kiosk).read(lambda tx: sku_of(tx, "GAME"))
    await tap(owner, LoadCodesTap(sku=sku_id).pack(), "每行一个")
    await owner.send_document(data, "codes.txt", "text/plain")
    await owner.expect(says)
    await sound(kiosk)


async def test_a_list_is_taken_back_after_a_question(kiosk: House) -> None:  # noqa: F811
    sku_id = await load(kiosk, "A1", "A2")
    owner = await arrive(kiosk, OWNER_ID)
    await tap(owner, CodesTap(sku=sku_id).pack(), "可用 2 个")
    await owner.tap("↩️ 撤回第 1 批")
    await owner.expect("撤回这一批")
    await owner.tap("确认撤回")
    await owner.expect("已撤回 2 个卡密")
    assert "可用 0 个" in owner.last_message.text
    await sound(kiosk)


async def test_who_is_no_keeper_gets_nowhere(kiosk: House) -> None:  # noqa: F811
    sku_id = await load(kiosk, "A1")
    user, clerk = await arrive(kiosk), await arrive(kiosk, STAFF_ID)
    for person in (user, clerk):
        for data in (LoadCodesTap(sku=sku_id).pack(), WithdrawCodesTap(batch=1, sure=True).pack()):
            await person.forge_callback(person.last_message.id, data)
    await settled(kiosk)
    assert (await store_of(kiosk).read(loading.sheet, SYSTEM, sku_id)).free == 1
    await sound(kiosk)
