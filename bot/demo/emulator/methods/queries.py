"""Answers to pressed buttons and inline queries."""

from __future__ import annotations

import re

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.formatting import caption_content, text_content
from bot.demo.emulator.keyboards import checked_inline
from bot.demo.emulator.objects import InlineResult, ResultsButton
from bot.demo.emulator.state import Json

_RESULTS_MOST = 50
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_callback_query(
    call: Call,
    callback_query_id: str,
    text: str | None = None,
    show_alert: bool = False,
    url: str | None = None,
    cache_time: int = 0,
) -> bool:
    if len(text or "") > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    own_link = rf"(?:https://)?(?:t\.me|telegram\.me)/{re.escape(call.world.bot.username)}\?start=.*"
    if url and not re.fullmatch(own_link, url, re.IGNORECASE):
        raise bad_request("URL_INVALID")
    answer = {"text": text, "show_alert": show_alert, "url": url}
    call.world.answer(callback_query_id, "callback_query", answer)
    return True


def answer_inline_query(
    call: Call,
    inline_query_id: str,
    results: list[InlineResult],
    cache_time: int = 300,
    is_personal: bool = False,
    next_offset: str = "",
    button: ResultsButton | None = None,
) -> bool:
    if len(results) > _RESULTS_MOST:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        _check_result(call, result)
    if len(next_offset.encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    if button and not _START_PARAMETER.fullmatch(button.get("start_parameter", "-")):
        raise bad_request("START_PARAM_INVALID")
    answer = {"results": results, "next_offset": next_offset, "is_personal": is_personal, "button": button}
    call.world.answer(inline_query_id, "inline_query", answer)
    return True


def result_content(call: Call, result: Json) -> Json:
    """The message that a chosen result sends; raises ApiError."""
    content = result.get("input_message_content")
    if content is not None and "message_text" in content:
        return text_content(content["message_text"], content.get("parse_mode"), content.get("entities"))
    if content is not None and "latitude" in content:
        return {"location": {"latitude": content["latitude"], "longitude": content["longitude"]}}
    if content is not None and "phone_number" in content:
        return {"contact": {k: content[k] for k in ("phone_number", "first_name", "last_name") if k in content}}
    if result["type"] != "photo":
        raise bad_request("MESSAGE_EMPTY: an article needs input_message_content")
    if "photo_file_id" not in result:
        raise bad_request("failed to get HTTP URL content")
    caption = caption_content(result.get("caption"), result.get("parse_mode"), result.get("caption_entities"))
    return call.file(result["photo_file_id"], "photo").content() | caption


def _check_result(call: Call, result: Json) -> None:
    if result["type"] not in ("article", "photo"):
        raise bad_request(f"inline query results of type {result['type']} are not emulated")
    if not 1 <= len(result["id"].encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] == "article" and not result.get("title"):
        raise bad_request("RESULT_TITLE_EMPTY")
    checked_inline(result.get("reply_markup"), None)
    result_content(call, result)
