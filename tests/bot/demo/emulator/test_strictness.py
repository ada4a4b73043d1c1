"""What the Bot API refuses, and in which words. Over HTTP, with no client library in between."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.emulator import Emulator, Limits, User
from services.shared.clock import MovableClock
from tests.bot.demo.emulator.conftest import Client, png

ANNA = 1001


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**action: Any) -> dict[str, Any]:
    return {"text": "Buy", **action}


def one_button(**action: Any) -> dict[str, Any]:
    return {"reply_markup": keyboard([button(**action)])}


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"text": "hi"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": ANNA}, "message text is empty"),
        ("sendPhoto", {"chat_id": ANNA}, "there is no photo in the request"),
        ("deleteMessage", {"chat_id": ANNA}, "message identifier is not specified"),
        ("answerCallbackQuery", {}, 'parameter "callback_query_id" is required'),
        ("sendMessage", {"chat_id": ANNA, "text": "hi", "colour": "red"}, 'unknown parameter "colour"'),
        ("sendMessage", {"chat_id": ANNA, "text": 5}, 'parameter "text" must be of type String'),
        ("sendMessage", {"chat_id": ANNA, "text": "x", "entities": "{"}, "can't parse entities JSON object"),
        ("sendMessage", {"chat_id": ANNA, "text": "x", "entities": {}}, 'parameter "entities" must be of type Array'),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "entities": [{"type": "bold", "offset": 0}]},
            "can't parse entities[0]: Can't find field \"length\"",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "disable_notification": "maybe"},
            'parameter "disable_notification" must be of type Boolean',
        ),
        ("sendMessage", {"chat_id": 999, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": ANNA, "text": "  \n "}, "message text is empty"),
        ("sendMessage", {"chat_id": ANNA, "text": "中" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": ANNA, "text": "x", "parse_mode": "Wiki"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "reply_parameters": {"message_id": 77}},
            "message to be replied not found",
        ),
        ("sendMessage", {"chat_id": ANNA, "text": "x", "message_thread_id": 5}, "message thread not found"),
        ("sendDice", {"chat_id": ANNA, "emoji": "🎱"}, "wrong dice emoji specified"),
        ("sendLocation", {"chat_id": ANNA, "latitude": 91, "longitude": 0}, "wrong latitude or longitude specified"),
        ("sendChatAction", {"chat_id": ANNA, "action": "sleeping"}, "wrong parameter action in request"),
        ("sendPhoto", {"chat_id": ANNA, "photo": "attach://p"}, 'file "p" is not attached to the request'),
        ("sendPhoto", {"chat_id": ANNA, "photo": ""}, "file must be non-empty"),
        (
            "sendPhoto",
            {"chat_id": ANNA, "photo": "short"},
            "wrong remote file identifier specified: Wrong padding in the string",
        ),
        (
            "sendPhoto",
            {"chat_id": ANNA, "photo": "AgACAgUAAxkBnobodyhasthisone"},
            "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        ),
        ("sendPhoto", {"chat_id": ANNA, "photo": "no file/at all"}, "wrong file identifier/HTTP URL specified"),
        ("editMessageText", {"text": "x", "chat_id": ANNA}, "message identifier is not specified"),
        ("editMessageText", {"text": "x", "message_id": 1}, "chat_id is empty"),
        ("editMessageText", {"text": "x", "chat_id": ANNA, "message_id": 1}, "message can't be edited"),
        ("editMessageText", {"text": "x", "chat_id": ANNA, "message_id": 99}, "message to edit not found"),
        ("editMessageText", {"text": "x", "inline_message_id": "none"}, "MESSAGE_ID_INVALID"),
        ("deleteMessage", {"chat_id": ANNA, "message_id": 99}, "message to delete not found"),
        ("deleteMessages", {"chat_id": ANNA, "message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"chat_id": ANNA, "message_ids": [1] * 101}, "too many message identifiers specified"),
        ("copyMessage", {"chat_id": ANNA, "from_chat_id": ANNA, "message_id": 99}, "message to copy not found"),
        ("pinChatMessage", {"chat_id": ANNA, "message_id": 99}, "message to pin not found"),
        ("unpinChatMessage", {"chat_id": ANNA}, "message to unpin not found"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("getChatMember", {"chat_id": ANNA, "user_id": 5}, "user not found"),
        ("getChatAdministrators", {"chat_id": ANNA}, "there are no administrators in the private chat"),
        ("createForumTopic", {"chat_id": ANNA, "name": "Orders"}, "the chat is not a forum"),
        ("setMyCommands", {"commands": [{"command": "Buy", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "buy", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [], "language_code": "english"}, "invalid language code specified"),
        ("setWebhook", {"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "setWebhook",
            {"url": "http://127.0.0.1/", "secret_token": "no spaces"},
            "secret token contains unallowed characters",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("answerCallbackQuery", {"callback_query_id": "1", "url": "https://example.org"}, "URL_INVALID"),
    ],
)
async def test_a_call_is_refused(
    client: Client, anna: User, method: str, params: dict[str, Any], description: str
) -> None:
    assert await client.refused(method, **params) == (400, f"Bad Request: {description}")


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("中<b>x</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("中文<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 6'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>y', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-time unix="soon">x</tg-time>', "Invalid date specified"),
    ],
)
async def test_broken_html_is_refused_with_the_byte_offset(
    client: Client, anna: User, text: str, description: str
) -> None:
    refusal = await client.refused("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML")
    assert refusal == (400, f"Bad Request: can't parse entities: {description}")


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        (one_button(callback_data=""), "BUTTON_DATA_INVALID"),
        (one_button(callback_data="中" * 22), "BUTTON_DATA_INVALID"),
        (one_button(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            one_button(callback_data="a", url="https://example.org"),
            "can't parse inline keyboard button: exactly one action expected, got url, callback_data",
        ),
        (
            one_button(callback_data="a", disabled={}),
            "can't parse inline keyboard button: exactly one action expected, got callback_data, disabled",
        ),
        (one_button(copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (
            one_button(callback_data="a", style="pink"),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            one_button(url="not a link"),
            "inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL",
        ),
        (
            one_button(web_app={"url": "http://example.org"}),
            "inline keyboard button Web App URL 'http://example.org' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"reply_markup": keyboard([button(callback_data=str(n)) for n in range(9)])},
            "reply markup row is too long: more than 8 buttons",
        ),
        (
            {"reply_markup": keyboard(*[[button(callback_data=str(n))] for n in range(101)])},
            "reply markup is too long",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
            "can't parse reply_markup.inline_keyboard[0][0]: Can't find field \"text\"",
        ),
        ({"reply_markup": {"keyboard": []}}, "reply keyboard is empty"),
        ({"reply_markup": {"keyboard": [[{"text": " "}]]}}, "keyboard button text must be non-empty"),
    ],
)
async def test_a_wrong_keyboard_is_refused(
    client: Client, anna: User, markup: dict[str, Any], description: str
) -> None:
    refusal = await client.refused("sendMessage", chat_id=ANNA, text="x", **markup)
    assert refusal == (400, f"Bad Request: {description}")


@pytest.mark.parametrize(
    "markup",
    [
        one_button(callback_data="中" * 21 + "a"),
        one_button(copy_text={"text": "x" * 256}),
        one_button(callback_data="a", style="success"),
        one_button(disabled={}),
        one_button(url="http://127.0.0.1:8080/pay/7"),
        one_button(switch_inline_query=""),
        {"reply_markup": keyboard([button(callback_data=str(n)) for n in range(8)])},
    ],
)
async def test_a_keyboard_at_the_limit_is_taken(client: Client, anna: User, markup: dict[str, Any]) -> None:
    message = await client.call("sendMessage", chat_id=ANNA, text="x", **markup)
    assert message["reply_markup"] == markup["reply_markup"]


async def test_lengths_count_after_parsing(client: Client, anna: User) -> None:
    message = await client.call("sendMessage", chat_id=ANNA, text=f"<b>{'中' * 4096}</b>", parse_mode="HTML")
    assert len(message["text"]) == 4096
    status, answer = await client.upload("sendPhoto", {"chat_id": ANNA, "caption": "中" * 1025}, photo=png())
    assert (status, answer["description"]) == (400, "Bad Request: message caption is too long")


@pytest.mark.parametrize(
    ("data", "description"),
    [
        (b"no picture at all", "IMAGE_PROCESS_FAILED"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (png(9_000, 1_001), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_wrong_photo_is_refused(client: Client, anna: User, data: bytes, description: str) -> None:
    status, answer = await client.upload("sendPhoto", {"chat_id": ANNA}, photo=data)
    assert (status, answer["description"]) == (400, f"Bad Request: {description}")


async def test_the_same_edit_twice_is_not_modified(client: Client, anna: User) -> None:
    sent = await client.call("sendMessage", chat_id=ANNA, text="one")
    edit = {"chat_id": ANNA, "message_id": sent["message_id"], "text": "two"}
    edited = await client.call("editMessageText", **edit)
    assert (edited["text"], edited["edit_date"]) == ("two", sent["date"])
    assert await client.refused("editMessageText", **edit) == (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message",
    )


async def test_the_same_picture_under_another_id_is_not_modified(client: Client, anna: User) -> None:
    _, answer = await client.upload("sendPhoto", {"chat_id": ANNA}, photo=png())
    params = {
        "chat_id": ANNA,
        "message_id": answer["result"]["message_id"],
        "media": {"type": "photo", "media": "attach://p"},
    }
    status, answer = await client.upload("editMessageMedia", params, p=png())
    assert (status, answer["description"][:37]) == (400, "Bad Request: message is not modified:")


async def test_text_becomes_a_photo_but_no_photo_becomes_text(client: Client, anna: User) -> None:
    sent = await client.call("sendMessage", chat_id=ANNA, text="soon a picture")
    target = {"chat_id": ANNA, "message_id": sent["message_id"]}
    media = {"type": "photo", "media": "attach://p", "caption": "<i>here</i>", "parse_mode": "HTML"}
    status, answer = await client.upload("editMessageMedia", {**target, "media": media}, p=png(640, 480))
    assert status == 200, answer
    changed = answer["result"]
    assert (changed["caption"], "text" in changed) == ("here", False)
    assert [(size["width"], size["height"]) for size in changed["photo"]] == [(320, 240), (640, 480)]
    refusal = await client.refused("editMessageText", **target, text="back")
    assert refusal == (400, "Bad Request: there is no text in the message to edit")


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(client: Client, anna: User) -> None:
    keys = {"keyboard": [[{"text": "Share", "request_contact": True}]]}
    sent = await client.call("sendMessage", chat_id=ANNA, text="Your number?", reply_markup=keys)
    assert "reply_markup" not in sent
    assert anna.keys == ["Share"]
    refusal = await client.refused("editMessageText", chat_id=ANNA, message_id=sent["message_id"], text="x")
    assert refusal == (400, "Bad Request: message can't be edited")


async def test_messages_can_be_deleted_for_48_hours(client: Client, anna: User, clock: MovableClock) -> None:
    first = await client.call("sendMessage", chat_id=ANNA, text="one")
    second = await client.call("sendMessage", chat_id=ANNA, text="two")
    clock.move(48 * 3600)
    assert await client.call("deleteMessage", chat_id=ANNA, message_id=first["message_id"]) is True
    clock.move(1)
    refusal = await client.refused("deleteMessage", chat_id=ANNA, message_id=second["message_id"])
    assert refusal == (400, "Bad Request: message can't be deleted for everyone")


async def test_a_dice_cannot_be_deleted_on_its_first_day(client: Client, anna: User, clock: MovableClock) -> None:
    thrown = await client.call("sendDice", chat_id=ANNA, emoji="🎰")
    assert 1 <= thrown["dice"]["value"] <= 64
    target = {"chat_id": ANNA, "message_id": thrown["message_id"]}
    assert (await client.refused("deleteMessage", **target))[1] == "Bad Request: message can't be deleted for everyone"
    clock.move(24 * 3600)
    assert await client.call("deleteMessage", **target) is True


async def test_a_callback_is_answered_once_and_in_time(
    client: Client, anna: User, clock: MovableClock, emulator: Emulator
) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    await client.call("sendMessage", chat_id=ANNA, text="x", **one_button(callback_data="a"))
    first, second = await anna.tap("Buy"), await anna.tap("Buy")
    updates = await client.updates()
    ids = [update["callback_query"]["id"] for update in updates if "callback_query" in update]
    assert await client.call("answerCallbackQuery", callback_query_id=ids[0], text="In the cart") is True
    assert await first.answered() == {"answered": True, "text": "In the cart"}
    assert await client.refused("answerCallbackQuery", callback_query_id=ids[0]) == (400, too_old)
    clock.move(16)
    assert await client.refused("answerCallbackQuery", callback_query_id=ids[1]) == (400, too_old)
    assert [problem.kind for problem in emulator.problems()].count("callback_query_unanswered") == 1
    assert second.kind == "callback"


async def test_who_blocked_the_bot_or_never_started_it_gets_nothing(
    client: Client, anna: User, emulator: Emulator
) -> None:
    await anna.block()
    assert await client.refused("sendMessage", chat_id=ANNA, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    dora = emulator.user(1003, "Dora")
    await dora.send("/start")
    await dora.deactivate()
    assert await client.refused("sendMessage", chat_id=1003, text="x") == (403, "Forbidden: user is deactivated")
    carl = emulator.user(1002, "Carl")
    assert await client.refused("sendMessage", chat_id=1002, text="x") == (400, "Bad Request: chat not found")
    emulator.group("Staff", [carl])
    assert await client.refused("sendMessage", chat_id=1002, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )


@pytest.mark.parametrize(
    ("limits", "taken"),
    [(Limits.strict(), 5), (Limits(private_burst=3, private_per_second=0.5), 3), (Limits(overall_per_second=2), 2)],
)
async def test_too_many_messages_are_told_to_wait(
    client: Client, anna: User, emulator: Emulator, limits: Limits, taken: int
) -> None:
    emulator.world.limits = limits
    emulator.world.gate.limits = limits
    for number in range(taken):
        await client.call("sendMessage", chat_id=ANNA, text=f"n {number}")
    status, answer = await client.raw("sendMessage", {"chat_id": ANNA, "text": "one more"})
    wait = answer["parameters"]["retry_after"]
    assert (status, answer["description"]) == (429, f"Too Many Requests: retry after {wait}")
    assert 1 <= wait <= 2


async def test_unknown_methods_and_tokens(client: Client, anna: User, emulator: Emulator) -> None:
    assert await client.refused("sendStory", chat_id=ANNA) == (404, "Not Found: method not found")
    async with client.session.get(f"{client.base}/bot1:wrong/getMe") as response:
        assert (response.status, await response.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    with pytest.raises(AssertionError, match="api_4xx: sendStory to 1001: Not Found: method not found"):
        emulator.assert_clean(allow=["updates_pending"])


async def test_unknown_fields_of_objects_are_noted_not_refused(client: Client, anna: User, emulator: Emulator) -> None:
    await client.call("sendMessage", chat_id=ANNA, text="x", **one_button(callback_data="a", glow=True))
    assert [entry.notes for entry in emulator.log("sendMessage")] == [
        ("unknown field reply_markup.inline_keyboard[0][0].glow of InlineKeyboardButton",)
    ]
    emulator.assert_clean(allow=["updates_pending"])


async def test_a_form_says_the_same_as_json(client: Client, anna: User) -> None:
    params = {"chat_id": ANNA, "text": "5", **one_button(callback_data="a"), "disable_notification": True}
    status, answer = await client.form("sendMessage", params)
    assert (status, answer["result"]["text"]) == (200, "5")
    assert anna.last_message.labels == ["Buy"]


async def test_method_names_do_not_mind_the_case(client: Client) -> None:
    assert (await client.call("GETME"))["username"] == "shop_bot"
