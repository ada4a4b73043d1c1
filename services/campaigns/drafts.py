"""Use cases of a push while it is put together: whom, what in each language, which buttons, when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from services.campaigns import push_repository as repository
from services.campaigns.errors import BadPush, PushState, PushTooLong
from services.campaigns.rows import buttons_json, content_json
from services.campaigns.types import (
    ASKED,
    AT,
    DONE,
    DRAFT,
    DROPPED,
    IGNORED,
    LOCAL,
    NOW,
    OTHER,
    PAUSED,
    RUNNING,
    SKIP,
    STOPPED,
    TO_COUPON,
    TO_LINK,
    Audience,
    Condition,
    Push,
    PushButton,
    PushText,
)
from services.promotions import handing
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import audit
from services.staff.types import COUPONS_GIVE, PUSHES_EDIT, PUSHES_VIEW

TEXT, PHOTO, VIDEO, ANIMATION, DOCUMENT = KINDS = ("text", "photo", "video", "animation", "document")
MOST_TEXT, MOST_CAPTION = 4_096, 1_024
MOST_BUTTONS, PAGE = 6, 6
# A name in a text counts as this long, and is cut to it.
NAME_ROOM = 30
NAME = re.compile(r"\{name(?:\|([^{}<>]{0,30}))?\}")
_VARIABLE = re.compile(r"\{[a-z_]+(?:\|[^{}]*)?\}")
_MOST_LABEL, _MOST_TITLE = 30, 24
# What is left over where a name stood.
_EDGES = " ,.:;!?，。：；！？、"
# Later than this nobody plans.
_LATEST = timedelta(days=90)
_NEWEST = 2**62
# Tab -> states.
TABS = {"drafts": (DRAFT, ASKED), "running": (RUNNING, PAUSED), "over": (DONE, STOPPED)}


@dataclass(frozen=True, slots=True)
class PushPage:
    """One page of a tab, how many there are in each, and before which id the next page begins."""

    tab: str
    pushes: tuple[Push, ...]
    counts: dict[str, int]
    before: int | None
    first: bool


def page(tx: Tx, actor: Actor, tab: str, before: int | None = None) -> PushPage:
    """The newest first. Raises NotAllowed, NotFound for a tab that there is not."""
    actor.require(PUSHES_VIEW)
    if tab not in TABS:
        raise NotFound()
    rows = repository.page(tx, TABS[tab], before or _NEWEST, PAGE + 1)
    pushes = tuple(require(tx, row.id) for row in rows[:PAGE])
    by_state = repository.counts(tx)
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in TABS.items()}
    return PushPage(tab, pushes, counts, pushes[-1].id if len(rows) > PAGE else None, before is None)


def get(tx: Tx, actor: Actor, push_id: int) -> Push:
    """Raises NotAllowed, NotFound."""
    actor.require(PUSHES_VIEW)
    return require(tx, push_id)


def require(tx: Tx, push_id: int) -> Push:
    """Raises NotFound."""
    found = repository.find(tx, push_id)
    if found is None or found.state == DROPPED:
        raise NotFound()
    return found


def start(tx: Tx, actor: Actor, audience: Audience | None = None) -> Push:
    """Begins a push to everybody who has subscribed, or to `audience`. Raises NotAllowed."""
    actor.require(PUSHES_EDIT)
    push_id = repository.add(tx, _fresh(tx, actor, audience or Audience()))
    audit.record(tx, actor, "pushes.start", f"push:{push_id}")
    return require(tx, push_id)


def again(tx: Tx, actor: Actor, push_id: int) -> Push:
    """A new draft of a push that went out, to those who got it and clicked nothing. Raises NotAllowed, NotFound,
    PushState."""
    actor.require(PUSHES_EDIT)
    old = require(tx, push_id)
    if old.state not in (DONE, STOPPED):
        raise PushState(reason=old.state)
    audience = Audience(((Condition(IGNORED, id=push_id),),))
    row = _fresh(tx, actor, audience) | {
        "name": old.name, "content": content_json(old.content), "buttons": buttons_json(old.buttons),
        "fallback": old.fallback,
    }
    new_id = repository.add(tx, row)
    audit.record(tx, actor, "pushes.again", f"push:{new_id}", {"of": push_id})
    return require(tx, new_id)


def set_audience(tx: Tx, actor: Actor, push_id: int, audience: Audience) -> Push:
    """Raises NotAllowed, NotFound; PushState for one that is not a draft any more, as all that follow here."""
    return _change(tx, actor, push_id, "audience", groups=audience.to_json())


def set_text(tx: Tx, actor: Actor, push_id: int, language: str, kind: str, html: str, plain: str, file_id: str) -> Push:
    """Takes the message for one language: `html` is how it was written, `plain` what Telegram counts of it.

    Raises BadPush for a kind or a variable that there is not, PushTooLong.
    """
    push = _draft(tx, actor, push_id)
    if kind not in KINDS or (kind == TEXT and not plain.strip()):
        raise BadPush(reason="kind")
    for variable in _VARIABLE.findall(plain):
        if not NAME.fullmatch(variable):
            raise BadPush(reason="variable", name=variable[:20])
    if len(NAME.findall(html)) != len(NAME.findall(plain)):
        raise BadPush(reason="broken-name")
    length, most = len(NAME.sub("x" * NAME_ROOM, plain).encode("utf-16-le")) // 2, MOST_TEXT
    if kind != TEXT:
        most = MOST_CAPTION
    if length > most:
        raise PushTooLong(reason="text" if kind == TEXT else "caption", length=length, most=most)
    content = push.content | {language: PushText(kind, html, length, file_id)}
    name = push.name or _title(plain)
    return _change(tx, actor, push_id, "text", content=content_json(content), name=name)


def drop_text(tx: Tx, actor: Actor, push_id: int, language: str) -> Push:
    """Takes one language out again."""
    push = _draft(tx, actor, push_id)
    content = {each: text for each, text in push.content.items() if each != language}
    return _change(tx, actor, push_id, "text", content=content_json(content))


def set_fallback(tx: Tx, actor: Actor, push_id: int, fallback: str) -> Push:
    """What people get whose language is missing: OTHER or SKIP."""
    if fallback not in (OTHER, SKIP):
        raise BadPush(reason="fallback")
    return _change(tx, actor, push_id, "fallback", fallback=fallback)


def add_button(tx: Tx, actor: Actor, push_id: int, button: PushButton) -> Push:
    """Adds a button. A coupon's also gives the coupon to everybody who gets the push: one coupon at most.

    Raises BadPush; NotAllowed also for a coupon without the right to give it.
    """
    push = _draft(tx, actor, push_id)
    if len(push.buttons) >= MOST_BUTTONS:
        raise BadPush(reason="buttons", most=MOST_BUTTONS)
    if button.kind == TO_COUPON:
        actor.require(COUPONS_GIVE)
        if push.coupon_id is not None or not handing.can_be_given(tx, button.id):
            raise BadPush(reason="coupon")
    if button.kind == TO_LINK and not is_web_address(button.url):
        raise BadPush(reason="link")
    label = {language: text[:_MOST_LABEL] for language, text in button.label.items()}
    new = PushButton(button.kind, label, button.id, button.url)
    return _change(tx, actor, push_id, "button", buttons=buttons_json((*push.buttons, new)))


def drop_button(tx: Tx, actor: Actor, push_id: int, place: int) -> Push:
    push = _draft(tx, actor, push_id)
    kept = tuple(each for number, each in enumerate(push.buttons) if number != place)
    return _change(tx, actor, push_id, "button", buttons=buttons_json(kept))


def set_time(
    tx: Tx, actor: Actor, push_id: int, timing: str, *, at: datetime | None = None, hour: int | None = None
) -> Push:
    """When it goes out: NOW, AT a moment, or LOCAL at an hour (9–21) of each person's own day.

    Raises BadPush for a moment that is past or too far off, or an hour of the night.
    """
    if timing == AT and (at is None or not tx.now < at <= tx.now + _LATEST):
        raise BadPush(reason="time")
    if timing == LOCAL and (hour is None or not 9 <= hour <= 21):
        raise BadPush(reason="hour")
    if timing not in (NOW, AT, LOCAL):
        raise BadPush(reason="time")
    return _change(tx, actor, push_id, "time", timing=timing, send_at=at if timing == AT else None,
                   local_hour=hour if timing == LOCAL else None)


def drop(tx: Tx, actor: Actor, push_id: int) -> None:
    """Throws a draft away."""
    _draft(tx, actor, push_id)
    repository.change(tx, push_id, (DRAFT,), state=DROPPED)
    audit.record(tx, actor, "pushes.drop", f"push:{push_id}")


def restore(tx: Tx, actor: Actor, push_id: int) -> Push:
    """Takes back `drop`. Raises NotAllowed, NotFound."""
    actor.require(PUSHES_EDIT)
    if repository.change(tx, push_id, (DROPPED,), state=DRAFT):
        audit.record(tx, actor, "pushes.restore", f"push:{push_id}")
    return require(tx, push_id)


def is_web_address(text: str) -> bool:
    """Whether `text` is an address that a button can lead to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and len(text) <= 500


def _draft(tx: Tx, actor: Actor, push_id: int) -> Push:
    actor.require(PUSHES_EDIT)
    push = repository.find(tx, push_id, locked=True)
    if push is None or push.state == DROPPED:
        raise NotFound()
    if push.state != DRAFT:
        raise PushState(reason=push.state)
    return push


def _change(tx: Tx, actor: Actor, push_id: int, what: str, **values: Any) -> Push:
    _draft(tx, actor, push_id)
    repository.change(tx, push_id, (DRAFT,), **values)
    audit.record(tx, actor, "pushes.edit", f"push:{push_id}", {"what": what})
    return require(tx, push_id)


def _fresh(tx: Tx, actor: Actor, audience: Audience) -> dict[str, Any]:
    return {
        "state": DRAFT, "name": "", "groups": audience.to_json(), "content": {}, "buttons": [], "fallback": OTHER,
        "timing": NOW, "send_at": None, "local_hour": None, "version": 1, "people": 0, "made_by": actor.id,
        "made_name": actor.name, "confirmed_by": None, "created_at": tx.now, "updated_at": tx.now, "started_at": None,
        "ended_at": None,
    }


def _title(plain: str) -> str:
    line = next((each for each in plain.splitlines() if each.strip()), "")
    return " ".join(NAME.sub("", line).split()).strip(_EDGES)[:_MOST_TITLE]
