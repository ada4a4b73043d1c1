"""An unmodified aiogram bot on the emulator, by webhook, played by scripted people."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    MenuButtonCommands,
    ReactionTypeEmoji,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.emulator import Emulator, User, UserError
from services.shared.clock import MovableClock
from tests.bot.demo.emulator.conftest import TOKEN, png
from tests.bot.demo.emulator.shop import CATALOGUE, chosen, dispatcher_of_the_shop, markup, memberships

SECRET = "right-secret_1"


@pytest.fixture
async def bot(server: TestServer, emulator: Emulator) -> AsyncIterator[Bot]:
    """An aiogram bot in a web application of its own."""
    chosen.clear()
    memberships.clear()
    base = str(server.make_url("")).rstrip("/")
    made = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    dispatcher = dispatcher_of_the_shop()
    app = web.Application()
    SimpleRequestHandler(dispatcher, made, handle_in_background=False, secret_token=SECRET).register(app, path="/hook")
    async with TestServer(app) as own:
        await made.set_webhook(str(own.make_url("/hook")), secret_token=SECRET)
        yield made
        await emulator.delivery.stop()
    await made.session.close()


async def test_the_same_bot_by_polling(server: TestServer, emulator: Emulator) -> None:
    base = str(server.make_url("")).rstrip("/")
    made = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    dispatcher = dispatcher_of_the_shop()
    polling = asyncio.ensure_future(dispatcher.start_polling(made, handle_signals=False))
    anna = emulator.user(1001, "Anna")
    await anna.send("/start")
    await anna.expect("Welcome stranger")
    await anna.tap("Tea", answer=True)
    await anna.expect("^Tea$")
    assert await emulator.idle()
    emulator.assert_clean()
    await dispatcher.stop_polling()
    await polling


async def test_a_purchase_script(bot: Bot, emulator: Emulator) -> None:
    anna = emulator.user(1001, "Anna", "en", "anna")
    await anna.open_url("https://t.me/shop_bot?start=p9ix")
    welcome = await anna.expect("^Welcome p9ix")
    assert welcome.data["entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    tap = await anna.tap("Tea", answer=True)
    assert await tap.answered() == {"answered": True, "text": "Here it is"}
    product = await anna.expect("^Tea$", kind="photo")
    assert (product.id, product.edits, product.labels) == (welcome.id, 1, ["Share"])
    assert (await anna.tap("Share")).kind == "switch_inline"
    assert await emulator.idle()
    assert anna.screen().splitlines()[-3:] == [
        f"[{welcome.id}] 🤖 shop_bot (edited): <photo>",
        "    Tea",
        "    [ Share ]",
    ]
    emulator.assert_clean()


async def test_a_second_device_taps_what_is_no_longer_there(bot: Bot, emulator: Emulator) -> None:
    anna = emulator.user(1001, "Anna")
    await anna.send("/start")
    await anna.expect("Welcome")
    phone = anna.second_device()
    await anna.tap("Tea", answer=True)
    await anna.expect("^Tea$")
    with pytest.raises(UserError, match="no_such_button"):
        await anna.tap("Tea")
    await phone.tap("Tea", answer=True)
    await emulator.idle()
    with pytest.raises(AssertionError, match=r"1 problems\n  api_4xx: editMessageMedia to 1001: .* is not modified"):
        emulator.assert_clean()
    emulator.assert_clean(allow=["message is not modified"])


async def test_old_and_deleted_messages_are_inaccessible(bot: Bot, emulator: Emulator, clock: MovableClock) -> None:
    anna = emulator.user(1001, "Anna")
    await anna.send("/start")
    welcome = await anna.expect("Welcome")
    clock.move(48 * 3600 + 1)
    await anna.tap("Tea", answer=True)
    await anna.expect("A fresh screen")
    await anna.delete(welcome.id)
    await anna.tap("Tea", stale=True, answer=True)
    await anna.expect("A fresh screen")


async def test_contact_photo_document_and_album(bot: Bot, emulator: Emulator) -> None:
    anna = emulator.user(1001, "Anna")
    await anna.send("/phone")
    await anna.expect("Your number")
    assert anna.keys == ["Share my number"]
    await anna.reply_keyboard(re.compile("number"))
    await anna.expect(r"Got \+8613000001001")
    assert anna.keys == []
    picture = png(800, 600)
    await anna.send_photo(picture, "look")
    await anna.expect(f"{len(picture)} bytes, 800 wide")
    await anna.send_document(b"a,b\n", "orders.csv", "text/csv")
    sent = await anna.expect("orders.csv", kind="document")
    assert sent.data["document"]["file_name"] == "copy.csv"
    await anna.send("/album")
    await anna.expect(kind="photo")
    await emulator.idle()
    pair = anna.messages()[-2:]
    assert len({message.data["media_group_id"] for message in pair}) == 1
    emulator.assert_clean()


async def test_inline_sharing(bot: Bot, emulator: Emulator) -> None:
    anna = emulator.user(1001, "Anna")
    found = await anna.inline("te")
    assert [result["title"] for result in found["results"]] == ["Tea"]
    assert found["is_personal"] is True
    shared = await anna.choose(found)
    assert (await anna.expect("Tea, 12.00")).labels == ["Open"]
    await emulator.idle()
    assert [(result.result_id, result.inline_message_id) for result in chosen] == [("tea", shared["inline_message_id"])]
    assert await bot.edit_message_text("Tea, sold", inline_message_id=shared["inline_message_id"]) is True
    emulator.assert_clean()


async def test_blocking_and_coming_back(bot: Bot, emulator: Emulator) -> None:
    anna = emulator.user(1001, "Anna")
    await anna.send("/start")
    await anna.expect("Welcome")
    await anna.block()
    await emulator.idle()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(1001, "Are you there?")
    await anna.unblock()
    await bot.send_message(1001, "Good to see you")
    await emulator.idle()
    assert [change.new_chat_member.status for change in memberships] == ["kicked", "member"]
    emulator.assert_clean(allow=["bot was blocked by the user"])


async def test_a_forum_of_the_staff(bot: Bot, emulator: Emulator) -> None:
    boss, carl = emulator.user(1, "Boss"), emulator.user(2, "Carl")
    staff = emulator.group("Staff", [carl], [boss], is_forum=True)
    topic = await bot.create_forum_topic(staff, "Orders")
    await bot.send_message(staff, "Order 7", message_thread_id=topic.message_thread_id, reply_markup=CATALOGUE)
    there = carl.in_chat(staff, topic.message_thread_id)
    card = await there.expect("Order 7")
    await bot.pin_chat_message(staff, card.id)
    await there.send("taken")
    await emulator.idle()
    assert [message.text for message in there.messages()] == ["", "Order 7", "taken"]
    assert there.last_message.pinned
    admins = await bot.get_chat_administrators(staff)
    assert {admin.user.id: admin.status for admin in admins} == {1: "creator", bot.id: "administrator"}
    assert await bot.get_chat_member_count(staff) == 3
    assert (await bot.get_chat_member(staff, 2)).status == "member"
    full = await bot.get_chat(staff)
    assert (full.title, full.is_forum, full.pinned_message.message_id) == ("Staff", True, card.id)
    assert [change.chat.title for change in memberships] == ["Staff"]
    emulator.assert_clean()


async def test_faults_on_order(bot: Bot, emulator: Emulator) -> None:
    anna = emulator.user(1001, "Anna")
    await anna.send("/start")
    await anna.expect("Welcome")
    emulator.faults(method="sendMessage", action="500")
    with pytest.raises(TelegramServerError):
        await bot.send_message(1001, "lost")
    emulator.faults(method="sendMessage", action="429", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as wait:
        await bot.send_message(1001, "later")
    assert wait.value.retry_after == 7
    emulator.faults(method="sendMessage", action="reset", when="after")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1001, "done, and not known")
    assert [message.text for message in anna.messages()[-2:]] == ["Welcome stranger", "done, and not known"]
    await emulator.idle()
    emulator.assert_clean()


async def test_profile_and_commands(bot: Bot, emulator: Emulator) -> None:
    me = await bot.me()
    assert (me.username, me.supports_inline_queries) == ("shop_bot", True)
    await bot.set_my_commands([BotCommand(command="start", description="Begin")])
    await bot.set_my_commands([BotCommand(command="start", description="开始")], language_code="zh")
    assert [command.description for command in await bot.get_my_commands(language_code="zh")] == ["开始"]
    account = emulator.world.bot
    assert account.commands_for("zh-hans", 1001, private=True) == [{"command": "start", "description": "开始"}]
    assert account.commands_for("fr", 1001, private=True) == [{"command": "start", "description": "Begin"}]
    assert await bot.set_my_name("店", language_code="zh") is True
    assert (await bot.get_my_name(language_code="zh")).name == "店"
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_copies_and_forwards(bot: Bot, anna: User, emulator: Emulator) -> None:
    link = InlineKeyboardButton(text="Open", url="https://t.me/shop_bot")
    sent = await bot.send_message(
        1001, "card", reply_markup=markup(InlineKeyboardButton(text="A", callback_data="a"), link)
    )
    copied = await bot.copy_message(1001, 1001, sent.message_id, reply_markup=CATALOGUE)
    forwarded = await bot.forward_message(1001, 1001, sent.message_id)
    assert (forwarded.text, forwarded.forward_origin.type) == ("card", "user")
    assert [[button.text for button in row] for row in forwarded.reply_markup.inline_keyboard] == [["Open"]]
    assert [message.labels for message in anna.messages() if message.id == copied.message_id] == [
        ["Tea", "Copy", "Gone"]
    ]
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=1001, message_id=forwarded.message_id)
    await bot.delete_messages(1001, [sent.message_id, copied.message_id, 999])
    await emulator.idle()
    assert anna.last_message.id in (forwarded.message_id, forwarded.message_id + 1)


async def test_the_rest_of_the_methods(bot: Bot, anna: User, emulator: Emulator) -> None:
    file = BufferedInputFile(b"moving", "clip.mp4")
    video = await bot.send_video(1001, file, caption="a")
    assert (video.video.file_size, video.caption) == (6, "a")
    assert (await bot.send_animation(1001, file)).animation.file_name == "clip.mp4"
    assert (await bot.send_contact(1001, "+1555", "Shop")).contact.phone_number == "+1555"
    assert (await bot.send_location(1001, 31.2, 121.5)).location.latitude == 31.2
    edited = await bot.edit_message_caption(
        chat_id=1001, message_id=video.message_id, caption="b", reply_markup=CATALOGUE
    )
    assert (edited.caption, len(edited.reply_markup.inline_keyboard[0])) == ("b", 3)
    bare = await bot.edit_message_reply_markup(chat_id=1001, message_id=video.message_id)
    assert bare.reply_markup is None
    again = await bot.send_video(1001, video.video.file_id)
    assert again.video.file_unique_id == video.video.file_unique_id
    with pytest.raises(TelegramBadRequest, match="can't use file of type Video as Photo"):
        await bot.send_photo(1001, video.video.file_id)
    assert await bot.set_message_reaction(1001, video.message_id, [ReactionTypeEmoji(emoji="👍")]) is True
    assert await bot.pin_chat_message(1001, video.message_id) is True
    assert await bot.unpin_chat_message(1001) is True
    assert await bot.set_my_description("Sells tea") is True
    assert (await bot.get_my_description()).description == "Sells tea"
    assert await bot.set_my_short_description("Tea") is True
    assert (await bot.get_my_short_description()).short_description == "Tea"
    assert await bot.delete_my_commands() is True
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands()) is True
    assert (await bot.get_webhook_info()).max_connections == 40
    assert await bot.delete_webhook() is True
    assert await bot.log_out() is True


async def test_topics_are_renamed_and_closed(bot: Bot, emulator: Emulator) -> None:
    staff = emulator.group("Staff", [], [emulator.user(1, "Boss")], is_forum=True)
    topic = (await bot.create_forum_topic(staff, "Orders")).message_thread_id
    assert await bot.edit_forum_topic(staff, topic, name="Parcels") is True
    assert await bot.close_forum_topic(staff, topic) is True
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(staff, topic)
    assert await bot.reopen_forum_topic(staff, topic) is True
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(staff, "lost", message_thread_id=topic + 5)
