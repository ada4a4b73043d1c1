"""What a push says and when: languages, buttons, times, and the last look before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from handlers.screens import push_words as words
from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.layout import PRIMARY, Row, button, flow, keyboard
from keyboards.pushes import (
    PushButtonCutTap,
    PushButtonsTap,
    PushButtonTap,
    PushFallbackTap,
    PushPreviewTap,
    PushSendTap,
    PushTap,
    PushTextCutTap,
    PushTextsTap,
    PushTextTap,
    PushTimeTap,
)
from locales import Translator
from services.campaigns.drafts import MOST_BUTTONS
from services.campaigns.naming import Target, Targets
from services.campaigns.types import OTHER, SKIP, TO_CATEGORY, TO_COUPON, TO_LINK, TO_PRODUCT, Plan, Push

HOURS = (9, 10, 12, 15, 18, 20)


def texts(t: Translator, push: Push, languages: Sequence[str]) -> Screen:
    """Each language with its state, and what those get whose language is missing."""
    lines = [t("push-texts", name=words.name(t, push))]
    rows: list[Row] = []
    for each in languages:
        text, label = push.content.get(each), words.language(t, each)
        if text is None:
            lines.append(t("push-text-missing", language=label))
            rows.append([button(t.plain("push-tap-write", language=label), PushTextTap(push=push.id, language=each))])
        else:
            lines.append(t("push-text-there", language=label, kind=t.plain(f"push-kind-{text.kind}"),
                           length=t.number(text.length)))
            rows.append([
                button(t.plain("push-tap-rewrite", language=label), PushTextTap(push=push.id, language=each)),
                button(t.plain("push-tap-cut-text", language=label), PushTextCutTap(push=push.id, language=each)),
            ])
    lines.append(t(f"push-fallback-{push.fallback}"))
    other = SKIP if push.fallback == OTHER else OTHER
    rows.append([button(t.plain(f"push-tap-fallback-{other}"), PushFallbackTap(push=push.id, fallback=other))])
    if push.content:
        rows.append([button(t.plain("push-tap-preview"), PushPreviewTap(push=push.id))])
    return Screen(words.BREAK.join(lines), keyboard(*rows, way_back(t, PushTap(push=push.id))))


def ask_text(t: Translator, push_id: int, language: str, reason: str = "") -> Screen:
    return _asked(t, t("push-ask-text", language=words.language(t, language)), reason,
                  way_back(t, PushTextsTap(push=push_id)))


def buttons(t: Translator, push: Push) -> Screen:
    lines = [t("push-buttons", name=words.name(t, push))]
    rows: list[Row] = []
    for place, each in enumerate(push.buttons):
        label = t.pick(each.label)
        lines.append(t("push-button", number=place + 1, kind=t.plain(f"push-to-{each.kind}"), label=label))
        rows.append([button(t.plain("push-tap-cut-button", number=place + 1, label=label),
                            PushButtonCutTap(push=push.id, place=place))])
    if not push.buttons:
        lines.append(t("push-no-buttons-yet"))
    if len(push.buttons) < MOST_BUTTONS:
        kinds = [each for each in (TO_PRODUCT, TO_CATEGORY, TO_COUPON, TO_LINK)
                 if each != TO_COUPON or push.coupon_id is None]
        rows += flow([button(t.plain(f"push-tap-to-{kind}"), PushButtonTap(push=push.id, kind=kind))
                      for kind in kinds], 2)
    return Screen(words.BREAK.join(lines), keyboard(*rows, way_back(t, PushTap(push=push.id))))


def targets(t: Translator, tap: PushButtonTap, found: Targets) -> Screen:
    """Categories or coupons to choose from."""
    rows = [[button("　" * each.level + t.pick(each.name), tap.model_copy(update={"id": each.id}))]
            for each in found.targets]
    turn = [button(t.plain("push-tap-page", page=page, pages=found.pages), tap.model_copy(update={"page": page}))
            for page in (found.page - 1, found.page + 1) if 1 <= page <= found.pages]
    text = t(f"push-choose-{tap.kind}") if found.targets else t(f"push-choose-no-{tap.kind}")
    return Screen(text, keyboard(*rows, turn, way_back(t, PushButtonsTap(push=tap.push))))


def ask_product(t: Translator, push_id: int, found: Sequence[Target], reason: str = "") -> Screen:
    rows = [[button(t.pick(each.name), PushButtonTap(push=push_id, kind=TO_PRODUCT, id=each.id))] for each in found]
    return _asked(t, t("push-which-product"), reason, *rows, way_back(t, PushButtonsTap(push=push_id)))


def ask_link(t: Translator, push_id: int, reason: str = "") -> Screen:
    return _asked(t, t("push-ask-link"), reason, way_back(t, PushButtonsTap(push=push_id)))


def times(t: Translator, push: Push, zone: str) -> Screen:
    now = [button(t.plain("push-tap-now"), PushTimeTap(push=push.id, timing="now")),
           button(t.plain("push-tap-at"), PushTimeTap(push=push.id, timing="at"))]
    hours = [button(t.plain("push-tap-hour", hour=hour), PushTimeTap(push=push.id, timing="local", hour=hour))
             for hour in HOURS]
    text = t("push-times", time=words.time(t, push), zone=zone)
    return Screen(text, keyboard(now, *flow(hours, 3), way_back(t, PushTap(push=push.id))))


def ask_time(t: Translator, push_id: int, zone: str, reason: str = "") -> Screen:
    return _asked(t, t("push-ask-time", zone=zone), reason, way_back(t, PushTimeTap(push=push_id)))


def plan(t: Translator, found: Plan, limit: int, zone: str) -> Screen:
    """The last look: to whom, when, how long, and who must agree."""
    push = found.push
    lines = [t("push-plan", name=words.name(t, push)), words.count(t, found.reach)]
    for each in found.missing:
        key = "push-plan-missing-other" if push.fallback == OTHER else "push-plan-missing-skip"
        lines.append(t(key, language=words.language(t, each), people=t.number(found.reach.languages[each])))
    lines.append(t("push-plan-begins", time=t.datetime(found.begins_at), zone=zone))
    if push.coupon_id is not None:
        lines.append(t("push-plan-coupon"))
    lines.append(t("push-plan-people", people=t.number(found.people), seconds=t.number(found.seconds)))
    if found.needs_second:
        lines.append(t("push-plan-second", limit=t.number(limit)))
    send: Row = []
    if found.people:
        label = "push-tap-ask-second" if found.needs_second else "push-tap-send"
        send = [button(t.plain(label, people=t.number(found.people)),
                       PushSendTap(push=push.id, version=push.version), PRIMARY)]
    return Screen(words.BREAK.join(lines), keyboard(send, way_back(t, PushTap(push=push.id))))


def _asked(t: Translator, text: Markup, reason: str, *rows: Row) -> Screen:
    return Screen(Markup("{}\n\n{}").format(escape(reason), text) if reason else text, keyboard(*rows))
