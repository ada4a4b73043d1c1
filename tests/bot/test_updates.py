"""From an update to its one answer: what the dispatcher does with the odd, the broken and the repeated."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.demo.emulator.driver import User
from bot.demo.emulator.screen import answer_to
from bot.demo.house import EN_ID, OWNER_ID, ZH_ID, House
from locales import translator
from services.customers.models import CustomerRow
from services.shared.db import Tx
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`

EN = translator("en", "Asia/Shanghai")
REFERENCE = re.compile(r"E-[0-9A-Z]{4}")


async def at_home(house: House, telegram_id: int = EN_ID) -> User:
    user = house.emulator.user(telegram_id)
    await say(user, "/menu", "🏠")
    return user


async def forge(user: User, data: str) -> dict[str, object]:
    """Sends any data from the newest screen of the bot; returns the answer."""
    message = user._chat.messages[user.last_message.id]
    query = user._people.press(user._person, message, data)
    answer = await answer_to(user.emulator, query, 10)
    await user.emulator.idle(quiet=0.05)
    return {key: value for key, value in answer.items() if value}


def sql(house: House, statement: str) -> None:
    with closing(sqlite3.connect(house.application.settings.database_file)) as database:
        database.execute(statement)
        database.commit()


def blocked_at(tx: Tx) -> object:
    return tx.scalar(select(CustomerRow.__table__.c.blocked_at).where(CustomerRow.__table__.c.telegram_id == EN_ID))


@pytest.mark.parametrize("data", ["9zz", "9zz:1", "1h:extra", "1o:x", "1o", ":", " ", "1o:" + "z" * 60])
async def test_data_that_nobody_knows_is_stale_and_leads_home(shop: House, data: str) -> None:  # noqa: F811
    jay = await at_home(shop)
    await press(jay, "❓ Help", "Help")
    assert await forge(jay, data) == {"text": EN.plain("error-stale")}
    assert "🏠" in jay.last_message.text
    await assert_clean(shop)


async def test_a_refusal_is_told_in_words_and_the_screen_stays(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    before = jay.screen()
    assert await forge(jay, "1o:1:1") == {"text": EN.plain("error-not-found"), "show_alert": True}
    assert jay.screen() == before


async def test_an_unexpected_error_has_a_reference_and_the_next_update_goes_on(
    shop: House, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:
    jay = await at_home(shop)
    sql(shop, "ALTER TABLE favourites RENAME TO gone")
    answer = await (await jay.tap("❤ Favourites")).answered()
    reference = REFERENCE.search(answer["text"])
    assert reference is not None and answer["show_alert"] is True
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [line for line in told if line.startswith("update failed: E-") and line[15:] in reference[0]] == told
    sql(shop, "ALTER TABLE gone RENAME TO favourites")
    await press(jay, "❤ Favourites", "(?i)favourites|saved")
    await assert_clean(shop)


async def test_an_error_after_the_answer_is_told_in_a_message(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    shop.emulator.faults("editMessage", "500")
    assert await (await jay.tap("❓ Help")).answered() == {"answered": True}
    await jay.expect(REFERENCE)
    await press(jay, "❓ Help", "Help")


async def test_somebody_who_cannot_be_looked_up_is_told_too(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    shop.application.people.forget_all()
    sql(shop, "ALTER TABLE chat_states RENAME TO gone")
    await jay.send("/help")
    assert REFERENCE.search((await jay.expect("went wrong")).text)
    answer = await (await jay.tap("❓ Help")).answered()
    assert REFERENCE.search(answer["text"]) and answer["show_alert"] is True
    sql(shop, "ALTER TABLE gone RENAME TO chat_states")
    await press(jay, "❓ Help", "Help")
    await assert_clean(shop)


async def test_one_persons_messages_are_answered_in_their_order(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    shop.emulator.faults("sendPhoto|sendMessage", "slow", seconds=0.3)
    for text in ("/help", "/cart", "/orders"):
        await jay.send(text)
    screens = [await jay.expect(words) for words in ("Help", "(?i)cart is empty|cart", "(?i)no orders|orders")]
    last = await jay.expect("(?i)orders")
    assert last.id == max(screen.id for screen in screens)
    await assert_clean(shop)


async def test_a_double_tap_is_answered_twice_and_done_in_turn(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    tap = await jay.double_tap("❓ Help")
    await tap.answered()
    await jay.expect("Help")
    await shop.emulator.idle()
    shop.emulator.assert_clean(allow=["message is not modified"])


async def test_a_tap_on_an_old_message_opens_a_new_screen_and_leaves_the_old_text(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    old = jay.last_message
    await say(jay, "/help", "Help")
    tap = await jay.tap("❤ Favourites", old, stale=True)
    await tap.answered()
    await shop.emulator.idle()
    assert jay.last_message.id > old.id + 1
    kept = next(message for message in jay.messages() if message.id == old.id)
    assert (kept.text, kept.labels) == (old.text, [])


async def test_a_tap_on_a_message_that_is_gone_opens_a_new_screen(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    gone = jay.last_message
    await jay.delete(gone.id)
    await (await jay.tap("❓ Help", gone, stale=True)).answered()
    assert (await jay.expect("Help")).id > gone.id
    await shop.emulator.idle()
    shop.emulator.assert_clean(allow=["message to edit not found"])


async def test_a_screen_that_cannot_be_edited_is_sent_anew(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    before = jay.last_message.id
    shop.emulator.chat(EN_ID).messages[before].has_reply_markup = True
    await press(jay, "❓ Help", "Help")
    assert jay.last_message.id > before


async def test_blocking_is_noted_and_coming_back_too(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    await jay.block()
    await shop.emulator.idle()
    assert await store_of(shop).read(blocked_at) == shop.clock.now()
    await jay.unblock()
    await shop.emulator.idle()
    assert await store_of(shop).read(blocked_at) is None


async def test_whoever_blocks_while_the_answer_is_on_its_way_is_marked(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    await jay.send("/help")
    shop.emulator.chat(EN_ID).blocked = True
    async with asyncio.timeout(10):
        while not any(entry.status == 403 for entry in shop.emulator.log()):
            await shop.emulator.world.pulse.next(10)
    await shop.emulator.idle()
    assert await store_of(shop).read(blocked_at) == shop.clock.now()


async def test_groups_hear_commands_only_and_are_shown_the_way_to_the_private_chat(shop: House) -> None:  # noqa: F811
    group = shop.emulator.group("Friends", members=[EN_ID, ZH_ID])
    jay = shop.emulator.user(EN_ID).in_chat(group)
    await jay.send("I want a kettle")
    await jay.expect_nothing(within=0.3)
    await jay.send("/cart@qingli_select_bot")
    door = await jay.expect("private chat")
    assert [button["url"] for row in door.buttons for button in row] == [
        "https://t.me/qingli_select_bot?start=group"]
    answer = await forge(jay, "1h")
    assert (answer["text"], answer["show_alert"]) == (door.text, True)
    await assert_clean(shop)


async def test_staff_taps_are_for_the_staff_group(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    boss = await at_home(shop, OWNER_ID)
    assert (await forge(jay, "1sb:1"))["text"] == EN.plain("error-not-allowed")
    assert (await forge(boss, "1sb:1"))["text"] != EN.plain("error-not-allowed")


async def test_the_reply_keyboard_goes_when_its_question_is_left_by_another_tap(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    await press(jay, "👤 Me", "👤 Jay")
    await press(jay, "🪪 Profile", "Phone: not given")
    await press(jay, "📱 Phone", "Phone number\\?")
    assert jay.keys == ["📱 Send my Telegram number"]
    await (await jay.tap("⬅️ Back")).answered()
    await jay.expect("⌨️ Keyboard put away")
    await shop.emulator.idle()
    assert jay.keys == []
    await press(jay, "❓ Help", "Help")
    await shop.emulator.idle()
    assert sum("⌨️" in message.text for message in jay.messages()) == 1
    await assert_clean(shop)


async def test_what_was_saved_by_typing_is_said_on_the_next_screen(shop: House) -> None:  # noqa: F811
    jay = await at_home(shop)
    await press(jay, "👤 Me", "👤 Jay")
    await press(jay, "🪪 Profile", "Phone: not given")
    await press(jay, "✉️ E-mail", "E-mail address\\?")
    screen = await say(jay, "jay@example.com", "E-mail: jay@example.com")
    assert screen.text.splitlines()[:2] == ["✅ Saved", ""]
