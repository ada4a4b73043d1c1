"""New messages: text, media, albums, dice, contacts, places; copies and forwards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.formatting import caption_content, text_content
from bot.demo.emulator.keyboards import checked_markup
from bot.demo.emulator.objects import ChatId, Entity, InputMedia, LinkPreview, ReplyMarkup, ReplyParameters
from bot.demo.emulator.params import Upload
from bot.demo.emulator.state import Chat, Json, Message

_DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
_COPIED = ("text", "entities", "photo", "document", "video", "animation", "contact", "location", "dice",
           "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Where a new message goes, and how."""

    chat_id: ChatId
    message_thread_id: int | None = None
    disable_notification: bool = False
    protect_content: bool = False
    allow_paid_broadcast: bool = False
    message_effect_id: str | None = None
    reply_parameters: ReplyParameters | None = None
    reply_to_message_id: int | None = None
    allow_sending_without_reply: bool = False
    reply_markup: ReplyMarkup | None = None


@dataclass(frozen=True, kw_only=True)
class Caption:
    caption: str | None = None
    parse_mode: str | None = None
    caption_entities: list[Entity] | None = None
    show_caption_above_media: bool = False

    def content(self) -> Json:
        found = caption_content(self.caption, self.parse_mode, self.caption_entities)
        return found | ({"show_caption_above_media": True} if self.show_caption_above_media else {})


def send_message(
    call: Call,
    to: Sending,
    text: str,
    parse_mode: str | None = None,
    entities: list[Entity] | None = None,
    link_preview_options: LinkPreview | None = None,
    disable_web_page_preview: bool = False,
) -> Json:
    chat = call.world.writable(to.chat_id)
    content = text_content(text, parse_mode, entities)
    if link_preview_options:
        content["link_preview_options"] = link_preview_options
    return _send(call, chat, to, content).data


def send_photo(call: Call, to: Sending, photo: Upload, caption: Caption, has_spoiler: bool = False) -> Json:
    return _send_file(call, to, photo, "photo", caption, has_spoiler=has_spoiler)


def send_document(
    call: Call,
    to: Sending,
    document: Upload,
    caption: Caption,
    thumbnail: Upload | None = None,
    disable_content_type_detection: bool = False,
) -> Json:
    return _send_file(call, to, document, "document", caption)


def send_video(
    call: Call,
    to: Sending,
    video: Upload,
    caption: Caption,
    duration: int | None = None,
    width: int | None = None,
    height: int | None = None,
    thumbnail: Upload | None = None,
    cover: Upload | None = None,
    start_timestamp: int | None = None,
    has_spoiler: bool = False,
    supports_streaming: bool = False,
) -> Json:
    return _send_file(call, to, video, "video", caption, has_spoiler=has_spoiler)


def send_animation(
    call: Call,
    to: Sending,
    animation: Upload,
    caption: Caption,
    duration: int | None = None,
    width: int | None = None,
    height: int | None = None,
    thumbnail: Upload | None = None,
    has_spoiler: bool = False,
) -> Json:
    return _send_file(call, to, animation, "animation", caption, has_spoiler=has_spoiler)


def send_media_group(call: Call, to: Sending, media: list[InputMedia]) -> list[Json]:
    chat = call.world.writable(to.chat_id)
    if to.reply_markup is not None:
        raise bad_request('unknown parameter "reply_markup"')
    if not 2 <= len(media) <= 10:
        raise bad_request("too many messages to send as an album" if media else "there are no messages to send")
    kinds = {item["type"] for item in media}
    if not kinds <= {"photo", "video", "document"}:
        raise bad_request("can't use the media of the specified type in the album")
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    contents = [media_content(call, item) for item in media]
    call.world.admit(chat, len(media))
    shared = head(call, chat, to) | {"media_group_id": str(secrets.randbits(60))}
    return [call.world.post(chat, shared | content, by_bot=True).data for content in contents]


def send_dice(call: Call, to: Sending, emoji: str = "🎲") -> Json:
    chat = call.world.writable(to.chat_id)
    emoji = emoji.strip()
    if emoji not in _DICE:
        raise bad_request("wrong dice emoji specified")
    value = call.world.random.randint(1, _DICE[emoji])
    return _send(call, chat, to, {"dice": {"emoji": emoji, "value": value}}).data


def send_contact(
    call: Call, to: Sending, phone_number: str, first_name: str, last_name: str = "", vcard: str | None = None
) -> Json:
    chat = call.world.writable(to.chat_id)
    if not phone_number or not first_name:
        raise bad_request("phone number is empty" if not phone_number else "first name is empty")
    contact = {"phone_number": phone_number, "first_name": first_name}
    return _send(call, chat, to, {"contact": contact | ({"last_name": last_name} if last_name else {})}).data


def send_location(
    call: Call,
    to: Sending,
    latitude: float,
    longitude: float,
    horizontal_accuracy: float | None = None,
) -> Json:
    chat = call.world.writable(to.chat_id)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return _send(call, chat, to, {"location": {"latitude": latitude, "longitude": longitude}}).data


def send_chat_action(call: Call, chat_id: ChatId, action: str, message_thread_id: int | None = None) -> bool:
    chat = call.world.writable(chat_id)
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.observer.action_shown(chat, action)
    return True


def copy_message(call: Call, to: Sending, from_chat_id: ChatId, message_id: int, caption: Caption) -> Json:
    chat = call.world.writable(to.chat_id)
    source = _source(call, from_chat_id, message_id, "copy")
    content = {key: source.data[key] for key in _COPIED if key in source.data}
    if not content:
        raise bad_request("message can't be copied")
    if caption.caption is not None:
        content = {key: value for key, value in content.items() if "caption" not in key} | caption.content()
    return {"message_id": _send(call, chat, to, content).id}


def forward_message(
    call: Call,
    chat_id: ChatId,
    from_chat_id: ChatId,
    message_id: int,
    message_thread_id: int | None = None,
    disable_notification: bool = False,
    protect_content: bool = False,
) -> Json:
    """Callback buttons stay behind; links come along."""
    chat = call.world.writable(chat_id)
    source = _source(call, from_chat_id, message_id, "forward")
    content = {key: source.data[key] for key in _COPIED if key in source.data}
    if not content:
        raise bad_request("message can't be forwarded")
    content["forward_origin"] = {"type": "user", "sender_user": source.data["from"], "date": source.data["date"]}
    links = [[button for button in row if "url" in button] for row in source.keyboard]
    markup = {"inline_keyboard": [row for row in links if row]} if any(links) else None
    to = Sending(chat_id=chat_id, message_thread_id=message_thread_id, reply_markup=markup)
    return _send(call, chat, to, content).data


def media_content(call: Call, media: Json) -> Json:
    """What an InputMedia object puts into a message; raises ApiError."""
    kind = media["type"]
    if kind not in ("photo", "video", "animation", "document"):
        raise bad_request(f"unsupported media type {kind}")
    content = call.file(media["media"], kind).content()
    content |= caption_content(media.get("caption"), media.get("parse_mode"), media.get("caption_entities"))
    if media.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content | ({"has_media_spoiler": True} if media.get("has_spoiler") else {})


def _send_file(call: Call, to: Sending, value: str, kind: str, caption: Caption, *, has_spoiler: bool = False) -> Json:
    chat = call.world.writable(to.chat_id)
    content = caption.content() | ({"has_media_spoiler": True} if has_spoiler else {})
    return _send(call, chat, to, content, file=(value, kind)).data


def _send(call: Call, chat: Chat, to: Sending, content: Json, file: tuple[str, str] | None = None) -> Message:
    markup = checked_markup(to.reply_markup, chat)
    placed = head(call, chat, to)
    if file is not None:
        content = call.file(*file).content() | content
    call.world.admit(chat, 1)
    shown = {"reply_markup": markup} if "inline_keyboard" in markup else {}
    message = call.world.post(chat, placed | content | shown, by_bot=True)
    if markup and not shown:
        message.has_reply_markup = True
        _change_keys(call, chat, markup)
    return message


def _change_keys(call: Call, chat: Chat, markup: Json) -> None:
    if "force_reply" in markup:
        return
    chat.reply_keyboard = markup if "keyboard" in markup else None
    call.world.observer.reply_keyboard_changed(chat)


def head(call: Call, chat: Chat, to: Sending) -> Json:
    """What a new message has beside its content: its topic, what it replies to, whether it is protected."""
    found: Json = {}
    if to.message_thread_id is not None:
        if to.message_thread_id not in chat.topics:
            raise bad_request("message thread not found")
        found |= {"message_thread_id": to.message_thread_id, "is_topic_message": True}
    reply = to.reply_parameters or ({"message_id": to.reply_to_message_id} if to.reply_to_message_id else None)
    if reply is not None:
        original = call.world.message(chat, reply["message_id"])
        if original is not None:
            found["reply_to_message"] = {k: v for k, v in original.data.items() if k != "reply_to_message"}
        elif not (to.allow_sending_without_reply or reply.get("allow_sending_without_reply")):
            raise bad_request("message to be replied not found")
    return found | ({"has_protected_content": True} if to.protect_content else {})


def _source(call: Call, from_chat_id: ChatId, message_id: int, verb: str) -> Message:
    source = call.world.message(call.world.chat(from_chat_id), message_id)
    if source is None:
        raise bad_request(f"message to {verb} not found")
    if source.data.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return source
