"""The objects that methods take: their fields and types."""

from __future__ import annotations

from typing import Annotated, Any

from bot.demo.emulator.params import Shape, Upload
from bot.demo.emulator.state import Json

ChatId = int | str

UserObject = Annotated[
    Json,
    Shape("User", {"id": int}, {"is_bot": bool, "first_name": str, "last_name": str, "username": str}),
]

Entity = Annotated[
    Json,
    Shape(
        "MessageEntity",
        {"type": str, "offset": int, "length": int},
        {
            "url": str,
            "user": UserObject,
            "language": str,
            "custom_emoji_id": str,
            "unix_time": int,
            "date_time_format": str,
        },
    ),
]

LinkPreview = Annotated[
    Json,
    Shape(
        "LinkPreviewOptions",
        optional={
            "is_disabled": bool,
            "url": str,
            "prefer_small_media": bool,
            "prefer_large_media": bool,
            "show_above_text": bool,
        },
    ),
]

ReplyParameters = Annotated[
    Json,
    Shape(
        "ReplyParameters",
        {"message_id": int},
        {"chat_id": int | str, "allow_sending_without_reply": bool, "quote": str, "quote_position": int},
    ),
]

_WEB_APP = Annotated[Json, Shape("WebAppInfo", {"url": str})]
_LOGIN_URL = Annotated[
    Json,
    Shape("LoginUrl", {"url": str}, {"forward_text": str, "bot_username": str, "request_write_access": bool}),
]
_CHOSEN_CHAT = Annotated[
    Json,
    Shape(
        "SwitchInlineQueryChosenChat",
        optional={
            "query": str,
            "allow_user_chats": bool,
            "allow_bot_chats": bool,
            "allow_group_chats": bool,
            "allow_channel_chats": bool,
        },
    ),
]

INLINE_ACTIONS = {
    "url": str,
    "callback_data": str,
    "web_app": _WEB_APP,
    "login_url": _LOGIN_URL,
    "switch_inline_query": str,
    "switch_inline_query_current_chat": str,
    "switch_inline_query_chosen_chat": _CHOSEN_CHAT,
    "copy_text": Annotated[Json, Shape("CopyTextButton", {"text": str})],
    "callback_game": Any,
    "pay": bool,
    "disabled": Annotated[Json, Shape("DisabledButton")],
}

InlineButton = Annotated[
    Json,
    Shape(
        "InlineKeyboardButton",
        {"text": str},
        {**INLINE_ACTIONS, "style": str, "icon_custom_emoji_id": str},
    ),
]

KEY_ACTIONS = {
    "request_contact": bool,
    "request_location": bool,
    "request_users": Any,
    "request_chat": Any,
    "request_poll": Any,
    "web_app": _WEB_APP,
}

_KEY = Annotated[
    Json,
    Shape("KeyboardButton", {"text": str}, {**KEY_ACTIONS, "style": str, "icon_custom_emoji_id": str}),
]

ReplyMarkup = Annotated[
    Json,
    Shape(
        "ReplyMarkup",
        optional={
            "inline_keyboard": list[list[InlineButton]],
            "keyboard": list[list[_KEY]],
            "is_persistent": bool,
            "resize_keyboard": bool,
            "one_time_keyboard": bool,
            "input_field_placeholder": str,
            "selective": bool,
            "remove_keyboard": bool,
            "force_reply": bool,
        },
    ),
]

InlineMarkup = Annotated[Json, Shape("InlineKeyboardMarkup", {"inline_keyboard": list[list[InlineButton]]})]

InputMedia = Annotated[
    Json,
    Shape(
        "InputMedia",
        {"type": str, "media": Upload},
        {
            "caption": str,
            "parse_mode": str,
            "caption_entities": list[Entity],
            "show_caption_above_media": bool,
            "has_spoiler": bool,
            "thumbnail": Upload,
            "cover": Upload,
            "width": int,
            "height": int,
            "duration": int,
            "start_timestamp": int,
            "supports_streaming": bool,
            "disable_content_type_detection": bool,
        },
    ),
]

_INPUT_CONTENT = Annotated[
    Json,
    Shape(
        "InputMessageContent",
        optional={
            "message_text": str,
            "parse_mode": str,
            "entities": list[Entity],
            "link_preview_options": LinkPreview,
            "latitude": float,
            "longitude": float,
            "phone_number": str,
            "first_name": str,
            "last_name": str,
        },
    ),
]

InlineResult = Annotated[
    Json,
    Shape(
        "InlineQueryResult",
        {"type": str, "id": str},
        {
            "title": str,
            "description": str,
            "url": str,
            "input_message_content": _INPUT_CONTENT,
            "reply_markup": InlineMarkup,
            "thumbnail_url": str,
            "thumbnail_width": int,
            "thumbnail_height": int,
            "photo_url": str,
            "photo_width": int,
            "photo_height": int,
            "photo_file_id": str,
            "caption": str,
            "parse_mode": str,
            "caption_entities": list[Entity],
            "show_caption_above_media": bool,
        },
    ),
]

ResultsButton = Annotated[
    Json, Shape("InlineQueryResultsButton", {"text": str}, {"start_parameter": str, "web_app": _WEB_APP})
]

Command = Annotated[Json, Shape("BotCommand", {"command": str, "description": str})]
CommandScope = Annotated[Json, Shape("BotCommandScope", {"type": str}, {"chat_id": int | str, "user_id": int})]
MenuButton = Annotated[Json, Shape("MenuButton", {"type": str}, {"text": str, "web_app": _WEB_APP})]
Reaction = Annotated[Json, Shape("ReactionType", {"type": str}, {"emoji": str, "custom_emoji_id": str})]

LabeledPrice = Annotated[Json, Shape("LabeledPrice", {"label": str, "amount": int})]
ShippingOption = Annotated[
    Json, Shape("ShippingOption", {"id": str, "title": str, "prices": list[LabeledPrice]})
]
