"""Promotions and coupons behind the counter: the lists, a card with its numbers, and what is asked before an act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens import deals_words as words
from handlers.screens.screen import Screen
from keyboards.admin import DealsDoor, way_back
from keyboards.deals import (
    DealActTap,
    DealFindTap,
    DealLongerTap,
    DealRaiseTap,
    DealsTap,
    DealStopTap,
    DealTap,
    DraftTap,
    GiftTap,
    GiveTap,
    NewDealTap,
)
from keyboards.layout import DANGER, PRIMARY, button, fit, flow, keyboard
from keyboards.taps import Tap
from locales import Translator
from services.orders.offers import Brought
from services.promotions.acting import LIMITS
from services.promotions.deals import NAMES, PAUSED, RUNNING, Deal, DealCard, DealPage
from services.promotions.drafts import DraftPage
from services.promotions.fields import COUPON
from services.shared.money import Money

_BREAK = Markup("\n")
_LABEL_CELLS = 14
LISTS = ("running", "planned", "drafts", "over", "stopped")
MARKS = {"running": "🟢", "paused": "⏸", "planned": "🗓", "over": "⌛", "stopped": "⏹"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the orders say of a deal. `margin` is None where costs are not known, or not for these eyes."""

    brought: Brought
    margin: Money | None
    costs_visible: bool


def deal_list(
    t: Translator, page: DealPage, brought: dict[str, Brought], now: datetime, *, may_edit: bool
) -> Screen:
    """A page of a tab."""
    lines = [_line(t, number, deal, brought[deal.source], now) for number, deal in enumerate(page.deals, 1)]
    keys = [_list_key(number, words.title(t, deal), DealTap(of=deal.name, deal=deal.id))
            for number, deal in enumerate(page.deals, 1)]
    return _list(t, page, page.tab, lines, keys, may_edit=may_edit)


def draft_list(t: Translator, page: DraftPage, *, may_edit: bool) -> Screen:
    """The drafts that are open."""
    lines = [
        t("deals-draft-line", number=t.number(number), benefit=words.benefit(t, draft.fields), name=draft.made_name,
          when=t.datetime(draft.updated_at))
        for number, draft in enumerate(page.drafts, 1)
    ]
    keys = [_list_key(number, words.benefit(t, draft.fields), DraftTap(draft=draft.id))
            for number, draft in enumerate(page.drafts, 1)]
    return _list(t, page, "drafts", lines, keys, may_edit=may_edit)


def found(t: Translator, typed: str, deals: Sequence[Deal]) -> Screen:
    """What a search found."""
    text = t("deals-found", typed=typed) if deals else t("deals-found-none", typed=typed)
    lines = [t("deals-found-line", number=t.number(number), mark=MARKS[deal.state], name=words.title(t, deal),
               code=deal.fields.redeem_code or deal.code) for number, deal in enumerate(deals, 1)]
    keys = [_list_key(number, words.title(t, deal), DealTap(of=deal.name, deal=deal.id))
            for number, deal in enumerate(deals, 1)]
    again = button(t.plain("deals-tap-find"), DealFindTap())
    return Screen(_BREAK.join([text, *lines]), keyboard(*flow(keys, 2), [again], way_back(t, DealsDoor())))


def find_question(t: Translator) -> Screen:
    return Screen(t("deals-ask-find"), keyboard(way_back(t, DealsDoor())))


def kinds(t: Translator) -> Screen:
    """Which kind to begin."""
    keys = [button(t.plain(f"deals-new-{kind}"), NewDealTap(kind=kind)) for kind in ("coupon", "reduction", "percent")]
    return Screen(t("deals-kinds"), keyboard(*([key] for key in keys), way_back(t, DealsDoor())))


def card(t: Translator, shown: DealCard, numbers: Numbers, now: datetime, *, may_edit: bool, may_give: bool) -> Screen:
    """One of them with its numbers; only what this person may do is offered."""
    deal = shown.deal
    keys: list[InlineKeyboardButton] = []
    if may_edit:
        keys += _act_keys(t, deal)
    if may_give and deal.name == COUPON and deal.state == RUNNING:
        keys.append(button(t.plain("deals-tap-give"), GiveTap(coupon=deal.id)))
    if may_edit:
        keys.append(button(t.plain("deals-tap-copy"), DealActTap(of=deal.name, deal=deal.id, act="copy")))
        if deal.open or (deal.name == COUPON and not deal.withdrawn and shown.held):
            keys.append(button(t.plain("deals-tap-stop"), DealStopTap(of=deal.name, deal=deal.id)))
    gifts = [button(t.plain("deals-tap-gift", number=t.number(each.id)), GiftTap(gift=each.id)) for each in shown.gifts]
    tab = RUNNING if deal.state == PAUSED else deal.state
    back = DealsTap(of=deal.name, tab=tab)
    return Screen(_BREAK.join(_card_lines(t, shown, numbers, now)),
                  keyboard(*flow(keys, 2), *flow(gifts, 3), way_back(t, back)))


def stop_question(t: Translator, shown: DealCard) -> Screen:
    """The second step of stopping: what becomes of what people hold."""
    deal = shown.deal
    keys = []
    if deal.open:
        label = "deals-tap-stop-giving" if deal.name == COUPON else "deals-tap-stop-promotion"
        keys.append([button(t.plain(label), DealActTap(of=deal.name, deal=deal.id, act="stop"), DANGER)])
    if deal.name == COUPON and shown.held:
        withdraw = DealActTap(of=deal.name, deal=deal.id, act="withdraw")
        keys.append([button(t.plain("deals-tap-withdraw", number=t.number(shown.held)), withdraw, DANGER)])
    key = "deals-stop-coupon-none" if deal.name == COUPON and not shown.held else f"deals-stop-{deal.name}"
    text = t(key, name=words.title(t, deal), held=t.number(shown.held))
    return Screen(text, keyboard(*keys, way_back(t, DealTap(of=deal.name, deal=deal.id))))


def longer_question(t: Translator, deal: Deal, now: datetime, problem: str | None = None) -> Screen:
    """Asks for a later end."""
    assert deal.fields.ends_at is not None
    text = t("deals-ask-longer", name=words.title(t, deal), end=words.moment(t, deal.fields.ends_at, now, end=True))
    return _question(t, text, problem, DealTap(of=deal.name, deal=deal.id))


def raise_choice(t: Translator, deal: Deal) -> Screen:
    """Which limit to raise: those that it has."""
    keys = [button(t.plain(f"deals-field-{field}"), DealRaiseTap(of=deal.name, deal=deal.id, field=field))
            for field in raisable(deal)]
    text = t("deals-ask-raise", name=words.title(t, deal), limits=words.limits(t, deal.fields))
    return Screen(text, keyboard(*flow(keys, 2), way_back(t, DealTap(of=deal.name, deal=deal.id))))


def raise_question(t: Translator, deal: Deal, field: str, problem: str | None = None) -> Screen:
    """Asks for the new limit."""
    old = getattr(deal.fields, field)
    now = t.money(deal.fields.money(old)) if field == "budget" else t.number(old)
    text = t("deals-ask-limit", field=t.plain(f"deals-field-{field}"), now=now)
    return _question(t, text, problem, DealTap(of=deal.name, deal=deal.id))


def raisable(deal: Deal) -> tuple[str, ...]:
    return tuple(field for field in LIMITS[deal.name] if getattr(deal.fields, field) is not None)


def _question(t: Translator, text: Markup, problem: str | None, back: Tap) -> Screen:
    shown = text if problem is None else _BREAK.join((t("deals-problem", problem=problem), text))
    return Screen(shown, keyboard(way_back(t, back)))


def _list(
    t: Translator, page: DealPage | DraftPage, tab: str, lines: list[Markup], keys: list[InlineKeyboardButton], *,
    may_edit: bool,
) -> Screen:
    name, counts = page.name, page.counts
    head = t("deals-list", what=t.plain(f"deals-of-{name}"), tab=t.plain(f"deals-tab-{tab}"))
    text = _BREAK.join([head, *(lines or [t(f"deals-none-{tab}")])])
    names = [button(_chosen(t.plain(f"deals-of-{each}"), each == name), DealsTap(of=each, tab=tab)) for each in NAMES]
    tabs = [button(_chosen(t.plain(f"deals-tap-tab-{each}", number=t.number(counts[each])), each == tab),
                   DealsTap(of=name, tab=each)) for each in LISTS]
    pages: list[InlineKeyboardButton] = []
    if not page.first:
        pages.append(button(t.plain("deals-tap-newest"), DealsTap(of=name, tab=tab)))
    if page.before is not None:
        pages.append(button(t.plain("deals-tap-older"), DealsTap(of=name, tab=tab, before=page.before)))
    find = button(t.plain("deals-tap-find"), DealFindTap())
    make = [button(t.plain("deals-tap-new"), NewDealTap(), PRIMARY)] if may_edit else []
    return Screen(text, keyboard(
        *flow(keys, 2), pages, [*names, *make], tabs[:3], [*tabs[3:], find], way_back(t, None),
    ))


def _list_key(number: int, name: str, tap: Tap) -> InlineKeyboardButton:
    return button(fit(f"{number} {name}", _LABEL_CELLS), tap)


def _chosen(label: str, is_chosen: bool) -> str:
    return f"• {label}" if is_chosen else label


def _line(t: Translator, number: int, deal: Deal, brought: Brought, now: datetime) -> Markup:
    fields = deal.fields
    end = t.plain("deals-open-end") if fields.ends_at is None else words.moment(t, fields.ends_at, now, end=True)
    if deal.name == COUPON:
        counted = t.plain("deals-line-coupon", claimed=_of(t, deal.claimed, fields.limit_total),
                          used=_of(t, deal.used, fields.limit_uses))
    else:
        discount = t.money(fields.money(brought.discount))
        counted = t.plain("deals-line-promotion", orders=t.number(brought.orders), discount=discount)
    return t("deals-line", number=t.number(number), mark=_mark(deal), name=words.title(t, deal), counted=counted,
             end=end)


def _mark(deal: Deal) -> str:
    """The sign of its state; of one that is out and has spent its budget, that somebody should look."""
    budget = deal.fields.budget
    return "⚠️" if deal.open and budget is not None and deal.spent >= budget else MARKS[deal.state]


def _of(t: Translator, count: int, limit: int | None) -> str:
    return t.number(count) if limit is None else f"{t.number(count)}/{t.number(limit)}"


def _card_lines(t: Translator, shown: DealCard, numbers: Numbers, now: datetime) -> list[Markup]:
    deal, fields = shown.deal, shown.deal.fields
    money, brought = fields.money, numbers.brought
    lines = [
        t("deals-card", mark=_mark(deal), name=t.pick(fields.name), code=deal.code,
          state=t.plain(f"deals-state-{deal.state}")),
        t("deals-card-rule", benefit=words.benefit(t, fields), scope=words.scope(t, fields, deal.scope_name),
          stacking=t.plain(f"deals-stacking-{'alone' if fields.alone else 'together'}")),
        t("deals-card-window", window=words.window(t, fields, now)),
    ]
    if deal.name == COUPON:
        lines += _coupon_lines(t, shown)
    lines.append(t("deals-card-cost", discount=t.money(money(brought.discount)), orders=t.number(brought.orders)))
    if fields.budget is not None:
        key = "deals-card-budget" if deal.spent < fields.budget else "deals-card-budget-gone"
        lines.append(t(key, left=t.money(money(fields.budget - deal.spent)), budget=t.money(money(fields.budget))))
    lines.append(t("deals-card-sales", sales=t.money(money(brought.sales))))
    if numbers.costs_visible:
        margin = t.plain("deals-margin-unknown") if numbers.margin is None else t.money(numbers.margin)
        lines.append(t("deals-card-margin", margin=margin))
    return lines


def _coupon_lines(t: Translator, shown: DealCard) -> list[Markup]:
    deal, fields = shown.deal, shown.deal.fields
    way = t.plain("deals-way-welcome") if deal.welcome else words.way(t, fields)
    lines = [
        t("deals-card-way", way=way),
        t("deals-card-claimed", claimed=_of(t, deal.claimed, fields.limit_total), held=t.number(shown.held),
          person=t.plain("deals-limit-person", fields.limit_per_person)),
        t("deals-card-used", used=_of(t, deal.used, fields.limit_uses)),
    ]
    if deal.withdrawn:
        lines.append(t("deals-card-withdrawn"))
    return lines


def _act_keys(t: Translator, deal: Deal) -> list[InlineKeyboardButton]:
    """What may be done while it is out; nothing of it breaks what it promised."""
    if not deal.open:
        return []
    act = "resume" if deal.state == PAUSED else "pause"
    keys = [button(t.plain(f"deals-tap-{act}"), DealActTap(of=deal.name, deal=deal.id, act=act))]
    if deal.fields.ends_at is not None:
        keys.append(button(t.plain("deals-tap-longer"), DealLongerTap(of=deal.name, deal=deal.id)))
    if raisable(deal):
        keys.append(button(t.plain("deals-tap-raise"), DealRaiseTap(of=deal.name, deal=deal.id)))
    return keys
