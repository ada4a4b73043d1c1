"""Changing and deleting messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.formatting import text_content
from bot.demo.emulator.keyboards import checked_inline
from bot.demo.emulator.methods.sending import Caption, media_content
from bot.demo.emulator.objects import ChatId, Entity, InlineMarkup, InputMedia, LinkPreview
from bot.demo.emulator.state import Json, Message

_MEDIA = ("photo", "video", "animation", "document")
_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_DICE_KEPT = 24 * 3600
_MANY = 100


@dataclass(frozen=True, kw_only=True)
class Target:
    """The message to change, in a chat or sent by inline mode, and its new keyboard."""

    chat_id: ChatId | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    reply_markup: InlineMarkup | None = None


def edit_message_text(
    call: Call,
    target: Target,
    text: str,
    parse_mode: str | None = None,
    entities: list[Entity] | None = None,
    link_preview_options: LinkPreview | None = None,
    disable_web_page_preview: bool = False,
) -> Json | bool:
    content = text_content(text, parse_mode, entities)
    message = _editable(call, target)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    if link_preview_options:
        content["link_preview_options"] = link_preview_options
    return _edit(call, target, message, content, replaced=_TEXT)


def edit_message_caption(call: Call, target: Target, caption: Caption) -> Json | bool:
    content = caption.content()
    message = _editable(call, target)
    if not any(kind in message.data for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _edit(call, target, message, content, replaced=_CAPTION)


def edit_message_media(call: Call, target: Target, media: InputMedia) -> Json | bool:
    """Media for other media, or for a text; nothing makes a text of media again."""
    message = _editable(call, target)
    if not any(kind in message.data for kind in ("text", *_MEDIA)):
        raise bad_request("message can't be edited")
    if target.inline_message_id and media["media"].startswith("attach://"):
        raise bad_request("can't upload a new file in an inline message")
    if "media_group_id" in message.data and ("document" in message.data) != (media["type"] == "document"):
        raise bad_request("can't use the media of the specified type in the album")
    content = media_content(call, media)
    return _edit(call, target, message, content, replaced=(*_TEXT, *_CAPTION, *_MEDIA, "has_media_spoiler"))


def edit_message_reply_markup(call: Call, target: Target) -> Json | bool:
    return _edit(call, target, _editable(call, target), {}, replaced=())


def delete_message(call: Call, chat_id: ChatId, message_id: int) -> bool:
    chat = call.world.writable(chat_id)
    message = call.world.message(chat, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(call, message)
    call.world.remove(message)
    return True


def delete_messages(call: Call, chat_id: ChatId, message_ids: list[int]) -> bool:
    """Messages that are not there are passed over."""
    chat = call.world.writable(chat_id)
    if not message_ids:
        raise bad_request("message identifiers are not specified")
    if len(message_ids) > _MANY:
        raise bad_request("too many message identifiers specified")
    found = [message for id_ in message_ids if (message := call.world.message(chat, id_)) is not None]
    for message in found:
        _check_deletable(call, message)
    for message in found:
        call.world.remove(message)
    return True


def _editable(call: Call, target: Target) -> Message:
    if target.inline_message_id:
        message = call.world.inline_messages.get(target.inline_message_id)
        if message is None or message.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    if target.message_id is None:
        raise bad_request("message identifier is not specified")
    if target.chat_id is None:
        raise bad_request("chat_id is empty")
    message = call.world.message(call.world.writable(target.chat_id), target.message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot or message.has_reply_markup or "forward_origin" in message.data:
        raise bad_request("message can't be edited")
    return message


def _edit(call: Call, target: Target, message: Message, content: Json, *, replaced: tuple[str, ...]) -> Json | bool:
    """A keyboard that is not given is taken away, as the service does."""
    markup = checked_inline(target.reply_markup, message.chat)
    kept = {k: v for k, v in message.data.items() if k not in (*replaced, "reply_markup", "edit_date")}
    call.world.change(message, kept | content | ({"reply_markup": markup} if markup else {}))
    return True if target.inline_message_id else message.data


def _check_deletable(call: Call, message: Message) -> None:
    age = call.world.now() - message.sent_at
    if not message.chat.private:
        return
    if age > call.world.limits.delete or ("dice" in message.data and message.by_bot and age < _DICE_KEPT):
        raise bad_request("message can't be deleted for everyone")
