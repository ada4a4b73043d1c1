"""What a test is told at its end."""

from __future__ import annotations

import pytest

from bot.demo.emulator import Emulator, User, UserError, at_once
from tests.bot.demo.emulator.conftest import Client, png

ANNA = 1001
PENDING = ["updates_pending"]


def kinds(emulator: Emulator, **options: list[str]) -> list[str]:
    return [problem.kind for problem in emulator.problems(**options)]


async def test_the_same_message_twice_without_an_act_between(client: Client, anna: User, emulator: Emulator) -> None:
    await client.call("sendMessage", chat_id=ANNA, text="Paid")
    await client.call("sendMessage", chat_id=ANNA, text="Paid")
    assert kinds(emulator, allow=PENDING) == ["duplicate_message"]


async def test_the_same_message_for_each_of_two_acts_is_forgiven(
    client: Client, anna: User, emulator: Emulator
) -> None:
    await client.call("sendMessage", chat_id=ANNA, text="Try again")
    await anna.send("hm")
    await client.call("sendMessage", chat_id=ANNA, text="Try again")
    assert kinds(emulator, allow=PENDING) == []
    assert kinds(emulator, allow=PENDING, lenient=[]) == ["repeat_message"]


async def test_updates_that_nobody_took(client: Client, anna: User, emulator: Emulator) -> None:
    assert kinds(emulator) == ["updates_pending"]
    (update,) = await client.updates()
    await client.updates(update["update_id"] + 1)
    emulator.assert_clean()


async def test_a_fault_on_order_is_no_problem(client: Client, anna: User, emulator: Emulator) -> None:
    emulator.faults(method="sendMessage", action="502", left=2)
    for _ in range(2):
        assert await client.refused("sendMessage", chat_id=ANNA, text="x") == (502, "Bad Gateway")
    await client.call("sendMessage", chat_id=ANNA, text="x")
    assert kinds(emulator, allow=PENDING) == []


async def test_a_fault_of_the_emulator_itself_is_told(client: Client, anna: User, emulator: Emulator) -> None:
    del emulator.world.random
    assert await client.refused("sendDice", chat_id=ANNA) == (500, "Internal Server Error")
    assert kinds(emulator, allow=PENDING) == ["emulator_error"]
    assert await emulator.idle(timeout=0.1) is False


async def test_screens_as_text(client: Client, anna: User) -> None:
    markup = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}, {"text": "Back", "callback_data": "h"}]]}
    await client.call("sendMessage", chat_id=ANNA, text="Tea\n12.00", reply_markup=markup, reply_to_message_id=1)
    assert anna.screen() == "\n".join(
        [
            "══ Anna (1001)",
            "[1] 👤 Anna:",
            "    /start",
            "[2] 🤖 shop_bot:",
            "    ↪ 1",
            "    Tea",
            "    12.00",
            "    [ Buy ] [ Back ]",
        ]
    )


async def test_what_only_scripted_people_do(client: Client, anna: User, emulator: Emulator) -> None:
    link = {"text": "Pay", "url": "https://t.me/shop_bot?start=pay7"}
    markup = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}, link]]}
    sent = await client.call("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)
    await anna.double_tap("Buy")
    await anna.forge_callback(sent["message_id"], "admin:1")
    assert (await anna.open_url_button("Pay"))["payload"] == "pay7"
    assert len(await anna.send_album([png(), png(9, 9)], "two")) == 2
    first = await anna.send("frist")
    await anna.edit(first, "first")
    updates = await client.updates()
    assert [update["callback_query"]["data"] for update in updates if "callback_query" in update] == [
        "b",
        "b",
        "admin:1",
    ]
    messages = [update["message"] for update in updates if "message" in update]
    assert [message.get("text") or message.get("caption") for message in messages] == [
        "/start", "/start pay7", "two", None, "frist",
    ]  # fmt: skip
    assert updates[-1]["edited_message"]["text"] == "first"
    with pytest.raises(UserError, match="button_does_nothing: 'Buy' is a callback button"):
        await anna.open_url_button("Buy")
    await anna.expect_nothing("x", within=0.01)
    await at_once(anna.tap("Buy"), client.call("sendMessage", chat_id=ANNA, text="now"))
    with pytest.raises(UserError, match="unexpected"):
        await anna.expect_nothing("now", within=1)
