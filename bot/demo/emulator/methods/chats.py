"""Chats, members, pins, reactions and topics of a forum; getFile."""

from __future__ import annotations

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.objects import ChatId, Reaction
from bot.demo.emulator.state import Chat, Json

_ICON_COLOR = 0x6FB9F0
_ICON_COLORS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})


def get_chat(call: Call, chat_id: ChatId) -> Json:
    chat = call.world.chat(chat_id)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full: Json = chat.json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]].data
    return full


def get_chat_member(call: Call, chat_id: ChatId, user_id: int) -> Json:
    return call.world.member(call.world.chat(chat_id), user_id)


def get_chat_administrators(call: Call, chat_id: ChatId) -> list[Json]:
    chat = _group(call, chat_id, "there are no administrators in the private chat")
    return [call.world.member(chat, id_) for id_, status in chat.members.items() if status != "member"]


def get_chat_member_count(call: Call, chat_id: ChatId) -> int:
    chat = call.world.chat(chat_id)
    return 2 if chat.private else len(chat.members)


def pin_chat_message(call: Call, chat_id: ChatId, message_id: int, disable_notification: bool = False) -> bool:
    chat = call.world.writable(chat_id)
    if call.world.message(chat, message_id) is None:
        raise bad_request("message to pin not found")
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    chat.pinned.append(message_id)
    _pins_changed(call, chat)
    return True


def unpin_chat_message(call: Call, chat_id: ChatId, message_id: int | None = None) -> bool:
    chat = call.world.writable(chat_id)
    pinned = message_id if message_id is not None else (chat.pinned or [0])[-1]
    if pinned not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(pinned)
    _pins_changed(call, chat)
    return True


def _pins_changed(call: Call, chat: Chat) -> None:
    call.world.observer.pins_changed(chat)


def set_message_reaction(
    call: Call, chat_id: ChatId, message_id: int, reaction: list[Reaction] | None = None, is_big: bool = False
) -> bool:
    if call.world.message(call.world.writable(chat_id), message_id) is None:
        raise bad_request("message to react not found")
    if len(reaction or []) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    return True


def create_forum_topic(
    call: Call,
    chat_id: ChatId,
    name: str,
    icon_color: int = _ICON_COLOR,
    icon_custom_emoji_id: str | None = None,
) -> Json:
    chat = _forum(call, chat_id)
    _check_topic_name(name)
    if icon_color not in _ICON_COLORS:
        raise bad_request("invalid icon color specified")
    topic = {"name": name, "icon_color": icon_color}
    message = call.world.post(chat, {"forum_topic_created": topic}, by_bot=True)
    message.data |= {"message_thread_id": message.id, "is_topic_message": True}
    chat.topics[message.id] = {"message_thread_id": message.id, **topic}
    return chat.topics[message.id]


def edit_forum_topic(
    call: Call,
    chat_id: ChatId,
    message_thread_id: int,
    name: str | None = None,
    icon_custom_emoji_id: str | None = None,
) -> bool:
    topic = _topic(call, chat_id, message_thread_id)
    if name is not None:
        _check_topic_name(name)
        if name == topic["name"]:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic["name"] = name
    return True


def close_forum_topic(call: Call, chat_id: ChatId, message_thread_id: int) -> bool:
    return _close(call, chat_id, message_thread_id, closed=True)


def reopen_forum_topic(call: Call, chat_id: ChatId, message_thread_id: int) -> bool:
    return _close(call, chat_id, message_thread_id, closed=False)


def get_file(call: Call, file_id: str) -> Json:
    stored = call.world.files.downloadable(file_id)
    return {**stored.json(), "file_path": stored.path}


def _close(call: Call, chat_id: ChatId, thread: int, *, closed: bool) -> bool:
    topic = _topic(call, chat_id, thread)
    if topic.get("is_closed", False) == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic["is_closed"] = closed
    return True


def _group(call: Call, chat_id: ChatId, refusal: str) -> Chat:
    chat = call.world.chat(chat_id)
    if chat.private:
        raise bad_request(refusal)
    return chat


def _forum(call: Call, chat_id: ChatId) -> Chat:
    chat = _group(call, chat_id, "the chat is not a forum")
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(call: Call, chat_id: ChatId, thread: int) -> Json:
    topics = _forum(call, chat_id).topics
    if thread not in topics:
        raise bad_request("TOPIC_ID_INVALID")
    return topics[thread]


def _check_topic_name(name: str) -> None:
    if not name.strip():
        raise bad_request("topic name must be non-empty")
    if len(name) > 128:
        raise bad_request("TOPIC_TITLE_INVALID")
