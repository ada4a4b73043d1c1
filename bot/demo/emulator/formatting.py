"""From the parameters text, parse_mode and entities to what a message holds."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.emulator.entities import trimmed, utf16_length, with_automatic
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.html_mode import MarkupError, parse_html
from bot.demo.emulator.state import Json

TEXT_LONGEST = 4096
CAPTION_LONGEST = 1024


def text_content(text: str, parse_mode: str | None, entities: Sequence[Json] | None) -> Json:
    """``text`` and ``entities`` of a message; raises ApiError in the service's words."""
    body, found = _parsed(text, parse_mode, entities)
    if not body:
        raise bad_request("message text is empty")
    if len(body) > TEXT_LONGEST:
        raise bad_request("message is too long")
    return {"text": body} | ({"entities": found} if found else {})


def caption_content(caption: str | None, parse_mode: str | None, entities: Sequence[Json] | None) -> Json:
    """``caption`` and ``caption_entities`` of a message; nothing when there is no caption."""
    body, found = _parsed(caption or "", parse_mode, entities)
    if len(body) > CAPTION_LONGEST:
        raise bad_request("message caption is too long")
    if not body:
        return {}
    return {"caption": body} | ({"caption_entities": found} if found else {})


def typed(text: str) -> tuple[str, list[Json]]:
    """What a person's client makes of typed text."""
    body = text.strip()
    return body, with_automatic(body, [])


def _parsed(text: str, parse_mode: str | None, entities: Sequence[Json] | None) -> tuple[str, list[Json]]:
    try:
        if parse_mode:
            if parse_mode.lower() != "html":
                raise bad_request("unsupported parse_mode")
            body, found = parse_html(text)
        else:
            body, found = trimmed(text, _within(text, entities or []))
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from error
    return body, with_automatic(body, found)


def _within(text: str, entities: Sequence[Json]) -> Sequence[Json]:
    total = utf16_length(text)
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if not 0 <= start <= total:
            raise MarkupError(f"Entity begins after the end of the text at UTF-16 offset {start}")
        if not start <= end <= total:
            raise MarkupError(
                f"Entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            )
    return entities
