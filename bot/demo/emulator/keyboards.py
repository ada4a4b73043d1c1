"""Keyboards: what the service refuses, in its words."""

from __future__ import annotations

import re
from itertools import chain

from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.objects import INLINE_ACTIONS, KEY_ACTIONS
from bot.demo.emulator.state import Chat, Json

_BUTTONS_MOST = 100
_ROW_LONGEST = 8
_KEYS_MOST = 300
_KEY_ROW_LONGEST = 12
_STYLES = (None, "primary", "success", "danger")
_WEB_ADDRESS = re.compile(
    r"(?:https?://)?(?:[\w-]+(?:\.[\w-]+)*\.[A-Za-z]\w+|\d+\.\d+\.\d+\.\d+)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)


def checked_markup(markup: Json | None, chat: Chat | None) -> Json:
    """A keyboard of any kind for a new message; ``chat`` is None for inline messages. Raises ApiError."""
    if markup is None:
        return {}
    if "inline_keyboard" in markup:
        return checked_inline(markup, chat)
    if "keyboard" in markup:
        _check_keys(markup, chat)
    elif markup.get("remove_keyboard") is False:
        raise bad_request("remove_keyboard must be True")
    elif not markup.get("remove_keyboard") and not markup.get("force_reply"):
        raise bad_request("object expected as reply markup")
    if not len(markup.get("input_field_placeholder", "")) <= 64:
        raise bad_request("input field placeholder is too long")
    return markup


def checked_inline(markup: Json | None, chat: Chat | None) -> Json:
    """An inline keyboard without its empty rows; an empty one is no keyboard at all. Raises ApiError."""
    if markup is None:
        return {}
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > _BUTTONS_MOST:
        raise bad_request("reply markup is too long")
    if any(len(row) > _ROW_LONGEST for row in rows):
        raise bad_request(f"reply markup row is too long: more than {_ROW_LONGEST} buttons")
    for button in chain.from_iterable(rows):
        _check_button(button, chat)
    return {"inline_keyboard": rows} if rows else {}


def checked_invoice(markup: Json | None, chat: Chat, pay: str) -> Json:
    """An invoice's keyboard, whose first button pays; the service makes one with the label ``pay`` where none is given.

    Raises ApiError.
    """
    rows = [row for row in (markup or {}).get("inline_keyboard", []) if row]
    if not rows:
        return {"inline_keyboard": [[{"text": pay, "pay": True}]]}
    first, *others = chain.from_iterable(rows)
    if not first.get("pay"):
        raise bad_request("the first button of an invoice must be a Pay button")
    if not first["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    for button in others:
        _check_button(button, chat)
    return {"inline_keyboard": rows}


def _check_button(button: Json, chat: Chat | None) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in INLINE_ACTIONS if name in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse inline keyboard button: exactly one action expected, got {', '.join(actions)}")
    if button.get("style") not in _STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    for action in actions:
        _check_action(action, button[action], chat)


def _check_action(action: str, value: str | Json, chat: Chat | None) -> None:
    match action, value:
        case "callback_data", str() if not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        case "url", str():
            _check_url(value)
        case "copy_text", {"text": str(text)} if not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "web_app", {"url": str(url)}:
            if chat is not None and not chat.private:
                raise bad_request("BUTTON_TYPE_INVALID")
            if not url.startswith("https://"):
                raise bad_request(
                    f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
                )
        case "login_url", {"url": str(url)} if not url.startswith("https://"):
            raise bad_request("BUTTON_URL_INVALID")
        case (("pay" | "callback_game"), _):
            raise bad_request("BUTTON_TYPE_INVALID")


def _check_url(url: str) -> None:
    """The service takes no ``localhost`` in a button; a local web server is named by 127.0.0.1."""
    if not re.fullmatch(r"(?:tg|ton)://\S+", url) and not _WEB_ADDRESS.fullmatch(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_keys(markup: Json, chat: Chat | None) -> None:
    rows = markup["keyboard"]
    keys = list(chain.from_iterable(rows))
    if not keys:
        raise bad_request("reply keyboard is empty")
    if len(keys) > _KEYS_MOST or any(len(row) > _KEY_ROW_LONGEST for row in rows):
        raise bad_request("reply markup is too long")
    for key in keys:
        actions = [name for name in KEY_ACTIONS if key.get(name)]
        if not key["text"].strip():
            raise bad_request("keyboard button text must be non-empty")
        if len(actions) > 1:
            raise bad_request("keyboard button must have at most one action")
        if actions and (chat is None or not chat.private):
            raise bad_request("the button can be used in private chats only")
