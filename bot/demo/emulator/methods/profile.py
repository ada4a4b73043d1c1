"""The bot's commands, name, descriptions and menu button."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.objects import Command, CommandScope, MenuButton
from bot.demo.emulator.state import Json

_SCOPES_OF_A_CHAT = ("chat", "chat_administrators", "chat_member")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_SCOPES_OF_A_CHAT)


def scope_key(scope: Json | None) -> str:
    """A scope as a key: its type, with the chat's and the person's id where it has them; raises ApiError."""
    scope = scope or {"type": "default"}
    if scope["type"] not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if scope["type"] in _SCOPES_OF_A_CHAT and "chat_id" not in scope:
        raise bad_request("can't parse BotCommandScope: Can't find field \"chat_id\"")
    return ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)


def set_my_commands(
    call: Call, commands: list[Command], scope: CommandScope | None = None, language_code: str = ""
) -> bool:
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.world.bot.commands[scope_key(scope), _language(language_code)] = commands
    _commands_changed(call)
    return True


def get_my_commands(call: Call, scope: CommandScope | None = None, language_code: str = "") -> list[Json]:
    return call.world.bot.commands.get((scope_key(scope), _language(language_code)), [])


def delete_my_commands(call: Call, scope: CommandScope | None = None, language_code: str = "") -> bool:
    call.world.bot.commands.pop((scope_key(scope), _language(language_code)), None)
    _commands_changed(call)
    return True


def set_my_name(call: Call, name: str = "", language_code: str = "") -> bool:
    return _set_text(call.world.bot.names, name, language_code, 64)


def get_my_name(call: Call, language_code: str = "") -> Json:
    bot = call.world.bot
    return {"name": bot.names.get(_language(language_code)) or bot.first_name}


def set_my_description(call: Call, description: str = "", language_code: str = "") -> bool:
    return _set_text(call.world.bot.descriptions, description, language_code, 512)


def get_my_description(call: Call, language_code: str = "") -> Json:
    return {"description": call.world.bot.descriptions.get(_language(language_code), "")}


def set_my_short_description(call: Call, short_description: str = "", language_code: str = "") -> bool:
    return _set_text(call.world.bot.short_descriptions, short_description, language_code, 120)


def get_my_short_description(call: Call, language_code: str = "") -> Json:
    return {"short_description": call.world.bot.short_descriptions.get(_language(language_code), "")}


def set_chat_menu_button(call: Call, chat_id: int | None = None, menu_button: MenuButton | None = None) -> bool:
    if chat_id is not None:
        call.world.chat(chat_id)
    button = menu_button or {"type": "default"}
    if button["type"] not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: Unsupported type specified")
    url = button.get("web_app", {}).get("url", "")
    if button["type"] == "web_app" and not url.startswith("https://"):
        raise bad_request(f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    call.world.bot.menu_buttons[chat_id] = button
    return True


def get_chat_menu_button(call: Call, chat_id: int | None = None) -> Json:
    buttons = call.world.bot.menu_buttons
    return buttons.get(chat_id) or buttons.get(None) or {"type": "commands"}


def _set_text(texts: MutableMapping[str, str], text: str, language_code: str, longest: int) -> bool:
    if len(text) > longest:
        raise bad_request("text is too long")
    if text:
        texts[_language(language_code)] = text
    elif len(texts) > 1:
        texts.pop(_language(language_code), None)
    return True


def _language(code: str) -> str:
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _commands_changed(call: Call) -> None:
    call.world.observer.commands_changed()
