"""A push as people get it: the text with their name, its file, the buttons, and the way out below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup
from markupsafe import escape

from keyboards.layout import button, flow, keyboard, link
from keyboards.pushes import PushGoTap, PushOffTap, PushOnTap
from locales import Translator
from services.campaigns.drafts import NAME, NAME_ROOM
from services.campaigns.types import TO_LINK, Push
from services.shared.ids import to_base36


@dataclass(frozen=True, slots=True)
class PushMessage:
    """`kind` is text, photo, video, animation or document; a file goes by its id, without an upload."""

    kind: str
    html: str
    file_id: str
    keyboard: InlineKeyboardMarkup


def message(t: Translator, push: Push, name: str, links: Mapping[int, str]) -> PushMessage | None:
    """What a person called `name` gets in the language of `t`; `links` are the addresses by place. None for nothing."""
    text = push.text_for(t.language)
    if text is None:
        return None
    return PushMessage(text.kind, addressed(t, text.html, name), text.file_id, keys(t, push, links))


def addressed(t: Translator, html: str, name: str) -> str:
    """The text with the name in it; without one, what the text itself offers, or a friendly word."""
    def called(found: object) -> str:
        fallback = found.group(1) if found.group(1) is not None else t.plain("push-friend")  # type: ignore[attr-defined]
        return str(escape(name[:NAME_ROOM])) if name.strip() else fallback

    return NAME.sub(called, html)


def keys(t: Translator, push: Push, links: Mapping[int, str]) -> InlineKeyboardMarkup:
    own = [
        link(t.pick(each.label), links.get(place, each.url)) if each.kind == TO_LINK
        else button(t.pick(each.label), PushGoTap(push=push.id, place=place))
        for place, each in enumerate(push.buttons)
    ]
    return keyboard(*flow(own, 2), [button(t.plain("push-tap-off"), PushOffTap(push=push.id))])


def turned(t: Translator, shown: InlineKeyboardMarkup | None, push_id: int, subscribed: bool) -> InlineKeyboardMarkup:
    """The keys of a push with the way out and the way back in exchanged."""
    off, on = PushOffTap(push=push_id).pack(), PushOnTap(push=push_id).pack()
    new = (
        button(t.plain("push-tap-off"), PushOffTap(push=push_id)) if subscribed
        else button(t.plain("push-tap-on"), PushOnTap(push=push_id))
    )
    rows = shown.inline_keyboard if shown is not None else [[new]]
    return keyboard(*([new if each.callback_data in (off, on) else each for each in row] for row in rows))


def address(public_url: str, push_id: int, place: int, customer_id: int, word: str) -> str:
    """The shop's own address that counts a click and leads on."""
    return f"{public_url}/go/{to_base36(push_id)}.{place}.{to_base36(customer_id)}.{word}"
