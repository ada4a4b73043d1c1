"""The builder: one card that fills up, and a question for each of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens import deals_words as words
from handlers.screens.goods import short
from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.deals import (
    DealsTap,
    DraftAskTap,
    DraftDropTap,
    DraftOutTap,
    DraftSetTap,
    DraftStepTap,
    DraftTap,
    DraftToggleTap,
    DraftTryTap,
)
from keyboards.layout import DANGER, PRIMARY, Row, button, flow, keyboard
from keyboards.taps import NoteTap, Tap
from locales import Translator
from services.pricing.rules import ALL, CATEGORY, PRODUCT, TAG
from services.promotions.drafts import Draft
from services.promotions.fields import (
    COUPON,
    LIMITS,
    NAME,
    RULE,
    SCOPE,
    STACKING,
    STEPS,
    WAY,
    WAYS,
    WINDOW,
    DealFields,
)
from services.promotions.publishing import name_of
from services.promotions.scopes import Choice, Choices

_BREAK = Markup("\n")
_NUMBERS = "①②③④⑤⑥⑦"
_CHOICE_CELLS, _LABEL_CELLS = 26, 13
KINDS_LEFT_OUT = ("digital", "service")
EXCLUDED = "excluded"
QUICK_DAYS = (7, 30)
# What can be typed, and of it what can be taken away again.
ASKED = (
    "name", "redeem_code", "valid_days", "limit_total", "limit_per_person", "limit_uses", "budget", "scope_ids",
    "excluded_ids",
)
CLEARABLE = ("limit_total", "limit_uses", "budget", "valid_days", "name")


def steps(fields: DealFields) -> tuple[str, ...]:
    """The steps of this kind, in their order."""
    return tuple(step for step in STEPS if fields.kind == COUPON or step != WAY)


def builder(
    t: Translator, draft: Draft, scope_name: dict[str, str], suggested: dict[str, str], now: datetime, *,
    may_edit: bool,
) -> Screen:
    """The card of a draft; who may not change it reads and tries it."""
    fields = draft.fields
    missing = fields.missing(now)
    rows = [t("deals-draft", kind=t.plain(f"deals-new-{fields.kind}"), number=t.number(draft.id))]
    keys: list[InlineKeyboardButton] = []
    for number, step in zip(_NUMBERS, steps(fields), strict=False):
        mark = "✗" if step in missing else "✓"
        said = _said(t, step, fields, scope_name, suggested, now)
        rows.append(t("deals-draft-step", number=number, step=t.plain(f"deals-step-{step}"), mark=mark, said=said))
        label = f"{number} {t.plain(f'deals-step-{step}')}"
        keys.append(button(label, DraftStepTap(draft=draft.id, step=step)))
    if missing:
        lacks = t.plain("deals-and").join(t.plain(f"deals-step-{step}") for step in missing)
        rows.append(t("deals-draft-missing", missing=lacks))
    try_ = [button(t.plain("deals-tap-try"), DraftTryTap(draft=draft.id))] if fields.has_rule else []
    if not may_edit:
        return Screen(_BREAK.join(rows), keyboard(try_, way_back(t, DealsTap(of=name_of(fields.kind), tab="drafts"))))
    save = button(t.plain("deals-tap-save"), DealsTap(of=name_of(fields.kind), tab="drafts"))
    drop = button(t.plain("deals-tap-drop"), DraftDropTap(draft=draft.id))
    return Screen(_BREAK.join(rows), keyboard(
        *flow(keys, 3), try_, *out_keys(t, draft, now), [save, drop],
        way_back(t, DealsTap(of=name_of(fields.kind), tab="drafts")),
    ))


def out_keys(t: Translator, draft: Draft, now: datetime, *, sure: bool = False) -> list[Row]:
    """Letting it out: at its time where that lies ahead, or now."""
    starts_at, rows = draft.fields.starts_at, []
    style = PRIMARY
    if starts_at is not None and starts_at > now:
        label = t.plain("deals-tap-plan", when=words.moment(t, starts_at, now))
        rows.append([button(label, DraftOutTap(draft=draft.id, version=draft.version, now=False, sure=sure), PRIMARY)])
        style = None
    label = t.plain("deals-tap-start-sure" if sure else "deals-tap-start")
    now_tap = DraftOutTap(draft=draft.id, version=draft.version, now=True, sure=sure)
    return [*rows, [button(label, now_tap, style)]]


def drop_question(t: Translator, draft: Draft) -> Screen:
    """The second step of throwing a draft away."""
    sure = button(t.plain("deals-tap-drop-sure"), DraftDropTap(draft=draft.id, sure=True), DANGER)
    text = t("deals-ask-drop", number=t.number(draft.id), benefit=words.benefit(t, draft.fields))
    return Screen(text, keyboard([sure], way_back(t, DraftTap(draft=draft.id))))


def scope_step(t: Translator, draft: Draft, choices: Choices | None, scope_name: dict[str, str]) -> Screen:
    """All, or which categories, tags or products; and what is left out of them."""
    fields = draft.fields
    kinds = [
        button(_ticked(t.plain(f"deals-tap-scope-{kind}"), fields.scope_kind == kind),
               DraftSetTap(draft=draft.id, field="scope_kind", choice=kind))
        for kind in (ALL, CATEGORY, TAG, PRODUCT)
    ]
    listed = _choice_rows(t, draft, choices, "scope_ids") if choices is not None else []
    more = []
    if fields.scope_kind == PRODUCT:
        more.append(button(t.plain("deals-tap-add-product"), DraftAskTap(draft=draft.id, field="scope_ids")))
    left_out = t.number(len(fields.excluded_ids) + len(fields.excluded_kinds))
    more.append(button(t.plain("deals-tap-left-out", number=left_out), DraftStepTap(draft=draft.id, step=EXCLUDED)))
    text = t("deals-ask-scope", said=words.scope(t, fields, scope_name))
    return Screen(text, keyboard(*flow(kinds, 2), *listed, *flow(more, 2), _done(t, draft),
                                 way_back(t, DraftTap(draft=draft.id))))


def excluded_step(t: Translator, draft: Draft, choices: Choices) -> Screen:
    """The kinds of goods and the products that are left out."""
    kinds = [
        button(_ticked(t.plain("deals-tap-without", what=t.plain(f"deals-kind-{kind}")),
                       kind in draft.fields.excluded_kinds),
               DraftSetTap(draft=draft.id, field="excluded_kinds", choice=kind))
        for kind in KINDS_LEFT_OUT
    ]
    add = [button(t.plain("deals-tap-add-product"), DraftAskTap(draft=draft.id, field="excluded_ids"))]
    text = t("deals-ask-excluded", number=t.number(len(draft.fields.excluded_ids)))
    return Screen(text, keyboard(*flow(kinds, 2), *_choice_rows(t, draft, choices, "excluded_ids"), add,
                                 way_back(t, DraftStepTap(draft=draft.id, step=SCOPE))))


def found_products(t: Translator, draft: Draft, field: str, typed: str, found: Sequence[Choice]) -> Screen:
    """What a typed code or name means: tapped, it is taken in."""
    keys = [[button(short(t.pick(each.name), _CHOICE_CELLS), DraftToggleTap(draft=draft.id, field=field, item=each.id))]
            for each in found]
    again = [button(t.plain("deals-tap-again"), DraftAskTap(draft=draft.id, field=field))]
    text = t("deals-products-found", typed=typed) if found else t("deals-products-none", typed=typed)
    return Screen(text, keyboard(*keys, again, way_back(t, _scope_tap(draft, field))))


def rule_step(t: Translator, draft: Draft, problem: str | None = None) -> Screen:
    """Asks for what it takes off."""
    fields = draft.fields
    text = t(f"deals-ask-rule-{fields.kind}", said=words.benefit(t, fields))
    return _question(t, text, problem, DraftTap(draft=draft.id))


def window_step(t: Translator, draft: Draft, now: datetime, problem: str | None = None) -> Screen:
    """Asks for the window, in the shop's time."""
    fields = draft.fields
    today = f"{now.astimezone(t.zone):%m-%d}"
    text = t("deals-ask-window", said=words.window(t, fields, now), zone=str(t.zone), today=today)
    quick = [button(t.plain("deals-tap-days", days), DraftSetTap(draft=draft.id, field="days", choice=str(days)))
             for days in QUICK_DAYS]
    quick.append(button(t.plain("deals-tap-month"), DraftSetTap(draft=draft.id, field="days", choice="month")))
    rows: list[Row] = [*flow(quick, 3)]
    if fields.kind == COUPON:
        rows.append([button(t.plain("deals-tap-valid-days"), DraftAskTap(draft=draft.id, field="valid_days"))])
    return _question(t, text, problem, DraftTap(draft=draft.id), *rows)


def way_step(t: Translator, draft: Draft) -> Screen:
    """How people get the coupon."""
    fields = draft.fields
    keys = [[button(_ticked(t.plain(f"deals-tap-way-{way}"), fields.way == way), _way_tap(draft, way))] for way in WAYS]
    return Screen(t("deals-ask-way", said=words.way(t, fields)), keyboard(*keys, way_back(t, DraftTap(draft=draft.id))))


def limits_step(t: Translator, draft: Draft) -> Screen:
    """How many, how often, for how much."""
    fields = draft.fields
    names = ["limit_total", "limit_per_person", "limit_uses", "budget"] if fields.kind == COUPON else ["budget"]
    keys = [button(t.plain(f"deals-field-{name}"), DraftAskTap(draft=draft.id, field=name)) for name in names]
    text = t(f"deals-ask-limits-{name_of(fields.kind)}", said=words.limits(t, fields))
    return Screen(text, keyboard(*flow(keys, 2), _done(t, draft), way_back(t, DraftTap(draft=draft.id))))


def stacking_step(t: Translator, draft: Draft) -> Screen:
    """Whether it combines with other offers."""
    keys = [
        [button(_ticked(_label(t, f"deals-stacking-{how}"), draft.fields.alone == (how == "alone")),
                DraftSetTap(draft=draft.id, field="alone", choice=how))]
        for how in ("together", "alone")
    ]
    text = t(f"deals-ask-stacking-{name_of(draft.fields.kind)}")
    return Screen(text, keyboard(*keys, way_back(t, DraftTap(draft=draft.id))))


def field_question(
    t: Translator, draft: Draft, field: str, suggested: dict[str, str], problem: str | None = None
) -> Screen:
    """Asks for one field to be typed."""
    names = t.plain("deals-and").join(suggested.values())
    text = t(f"deals-ask-{field}", suggested=names)
    rows: list[Row] = []
    if field in CLEARABLE:
        rows.append([button(t.plain(f"deals-tap-no-{field}"), DraftSetTap(draft=draft.id, field=field, choice=""))])
    if field == "redeem_code":
        rows.append([button(t.plain("deals-tap-make-code"), DraftSetTap(draft=draft.id, field=field, choice="made"))])
    return _question(t, text, problem, back_of(draft, field), *rows)


def back_of(draft: Draft, field: str) -> Tap:
    """The step that a field belongs to."""
    step = {"valid_days": WINDOW, "redeem_code": WAY, "scope_ids": SCOPE, "excluded_ids": EXCLUDED}.get(field)
    if field == NAME:
        return DraftTap(draft=draft.id)
    return DraftStepTap(draft=draft.id, step=step or LIMITS)


def _scope_tap(draft: Draft, field: str) -> Tap:
    return DraftStepTap(draft=draft.id, step=SCOPE if field == "scope_ids" else EXCLUDED)


def _question(t: Translator, text: Markup, problem: str | None, back: Tap, *rows: Row) -> Screen:
    shown = text if problem is None else _BREAK.join((t("deals-problem", problem=problem), text))
    return Screen(shown, keyboard(*rows, way_back(t, back)))


def _said(
    t: Translator, step: str, fields: DealFields, scope_name: dict[str, str], suggested: dict[str, str], now: datetime
) -> str:
    if step == SCOPE:
        return words.scope(t, fields, scope_name)
    if step == RULE:
        return words.benefit(t, fields)
    if step == WINDOW:
        return words.window(t, fields, now)
    if step == WAY:
        return words.way(t, fields)
    if step == LIMITS:
        return words.limits(t, fields)
    if step == STACKING:
        return t.plain(f"deals-stacking-{'alone' if fields.alone else 'together'}")
    return " / ".join({**suggested, **fields.name}.values()) if fields.has_rule or fields.name else "–"


def _choice_rows(t: Translator, draft: Draft, shown: Choices, field: str) -> list[Row]:
    keys = [
        button(_ticked(short(f"{'· ' * each.level}{t.pick(each.name)}", _LABEL_CELLS), each.chosen),
               DraftToggleTap(draft=draft.id, field=field, item=each.id, page=shown.page))
        for each in shown.choices
    ]
    rows = list(flow(keys, 2))
    if shown.pages > 1:
        step = SCOPE if field == "scope_ids" else EXCLUDED
        pages = [button("‹", DraftStepTap(draft=draft.id, step=step, page=shown.page - 1))] if shown.page > 1 else []
        number = t.plain("deals-page", page=t.number(shown.page), pages=t.number(shown.pages))
        pages.append(button(number, NoteTap(key="deals-page-note")))
        if shown.page < shown.pages:
            pages.append(button("›", DraftStepTap(draft=draft.id, step=step, page=shown.page + 1)))
        rows.append(pages)
    return rows


def _way_tap(draft: Draft, way: str) -> Tap:
    if way == "code":
        return DraftAskTap(draft=draft.id, field="redeem_code")
    return DraftSetTap(draft=draft.id, field="way", choice=way)


def _done(t: Translator, draft: Draft) -> Row:
    return [button(t.plain("deals-tap-done"), DraftTap(draft=draft.id), PRIMARY)]


def _label(t: Translator, key: str) -> str:
    """Words of a sentence as a label."""
    text = t.plain(key)
    return text[:1].upper() + text[1:]


def _ticked(label: str, chosen: bool) -> str:
    return f"✅ {label}" if chosen else label
