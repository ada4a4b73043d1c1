"""The list of pushes and the card of one: while it is put together, while it goes out, and what it brought."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens import push_words as words
from handlers.screens.progress import bar, percent
from handlers.screens.screen import Screen
from keyboards.admin import PushesDoor, way_back
from keyboards.layout import DANGER, PRIMARY, Row, button, flow, keyboard
from keyboards.pushes import (
    NewPushTap,
    PushActTap,
    PushButtonsTap,
    PushesTap,
    PushPeopleTap,
    PushPlanTap,
    PushPreviewTap,
    PushTap,
    PushTextsTap,
    PushTimeTap,
)
from keyboards.taps import Tap
from locales import Translator
from services.campaigns.drafts import TABS, PushPage
from services.campaigns.sending import PER_SECOND
from services.campaigns.types import ASKED, DRAFT, PAUSED, RUNNING, Push, PushResult, Sales


def key(push_id: int) -> str:
    return f"push:{push_id}"


def listing(t: Translator, page: PushPage) -> Screen:
    """One tab of all pushes."""
    lines = [t("push-list", tab=t.plain(f"push-tab-{page.tab}"))]
    lines += [_line(t, push) for push in page.pushes] or [t(f"push-none-{page.tab}")]
    tabs = [
        button(t.plain(f"push-tap-tab-{tab}", number=t.number(page.counts[tab])), PushesTap(tab=tab))
        for tab in TABS if tab != page.tab
    ]
    own = [[button(t.plain("push-tap-open", name=words.name(t, push)), PushTap(push=push.id))] for push in page.pushes]
    more = [button(t.plain("push-tap-more"), PushesTap(tab=page.tab, before=page.before))] if page.before else []
    new = [button(t.plain("push-tap-new"), NewPushTap(), PRIMARY)]
    return Screen(Markup("\n\n").join(lines), keyboard(*own, more, new, *flow(tabs, 2), way_back(t)))


def _line(t: Translator, push: Push) -> Markup:
    tally = push.tally
    if push.state == DRAFT:
        return t("push-line-draft", name=words.name(t, push), by=push.made_name)
    return t("push-line", name=words.name(t, push), state=t.plain(f"push-state-{push.state}"),
             done=t.number(tally.settled), people=t.number(push.people))


def card(t: Translator, found: PushResult, languages: Sequence[str]) -> Screen:
    """The card in whatever state the push is."""
    push = found.push
    if push.state == DRAFT:
        return _draft(t, push, languages)
    if push.state == ASKED:
        text = t("push-asked", name=words.name(t, push))
        keys = [[_act(t, push, "take-back")]]
    elif push.state in (RUNNING, PAUSED):
        text = _progress(t, push)
        keys = [[_act(t, push, "pause" if push.state == RUNNING else "resume"), _act(t, push, "stop", DANGER)]]
    else:
        text = _result(t, found)
        keys = [[_act(t, push, "again"), _act(t, push, "file")]]
    return Screen(text, keyboard(*keys, way_back(t, PushesDoor())), key=key(push.id))


def _draft(t: Translator, push: Push, languages: Sequence[str]) -> Screen:
    texts = " · ".join(
        t.plain("push-has-language" if each in push.content else "push-lacks-language",
                language=words.language(t, each)) for each in languages
    )
    conditions = sum(len(group) for group in push.audience.groups)
    people = t.plain("push-conditions", conditions) if conditions else t.plain("push-everybody")
    labels = "、" if t.language == "zh" else ", "
    buttons = labels.join(t.pick(each.label) for each in push.buttons) or t.plain("push-no-buttons")
    text = t("push-draft", name=words.name(t, push), people=people, texts=texts, buttons=buttons,
             time=words.time(t, push))
    steps: list[tuple[str, Tap]] = [
        ("people", PushPeopleTap(push=push.id)), ("texts", PushTextsTap(push=push.id)),
        ("buttons", PushButtonsTap(push=push.id)), ("time", PushTimeTap(push=push.id)),
    ]
    rows: list[Row] = list(flow([button(t.plain(f"push-tap-{step}"), tap) for step, tap in steps], 2))
    if push.content:
        rows.append([button(t.plain("push-tap-preview"), PushPreviewTap(push=push.id)),
                     button(t.plain("push-tap-testers"), PushPreviewTap(push=push.id, testers=True))])
        rows.append([button(t.plain("push-tap-plan"), PushPlanTap(push=push.id), PRIMARY)])
    rows.append([_act(t, push, "drop")])
    return Screen(text, keyboard(*rows, way_back(t, PushesDoor())), key=key(push.id))


def _progress(t: Translator, push: Push) -> Markup:
    tally = push.tally
    state = t.plain(f"push-state-{push.state}")
    left = -(-(push.people - tally.settled) // PER_SECOND)
    lines = [
        t("push-progress", name=words.name(t, push), state=state, bar=bar(tally.settled, push.people),
          percent=percent(tally.settled, push.people), done=t.number(tally.settled), people=t.number(push.people)),
        _numbers(t, push),
    ]
    if push.state == RUNNING and push.tally.settled:
        lines.insert(1, t("push-left", rate=_rate(push), seconds=t.number(left)))
    elif push.state == RUNNING:
        lines.append(t("push-waits"))
    return words.BREAK.join(lines)


def _rate(push: Push) -> int:
    return PER_SECOND if push.people > PER_SECOND else max(1, push.people)


def _numbers(t: Translator, push: Push) -> Markup:
    """Delivered, blocked and retries always; the rest where there is any."""
    tally = push.tally
    names = [name for name in ("sent", "blocked", "retries") if name != "retries" or tally.retries]
    names += [name for name in ("skipped", "doubt", "failed", "unsent") if getattr(tally, name)]
    return Markup(" · ").join(t(f"push-number-{name}", number=t.number(getattr(tally, name))) for name in names)


def _result(t: Translator, found: PushResult) -> Markup:
    push = found.push
    lines = [
        t("push-result", name=words.name(t, push), state=t.plain(f"push-state-{push.state}"),
          done=t.number(push.tally.sent), people=t.number(push.people)),
        _numbers(t, push), t("push-clicks", number=t.number(found.clicks), share=_share(t, found)),
        t("push-sales-click", **_sales(t, found.after_click)),
        t("push-sales-receipt", **_sales(t, found.after_receipt)),
        t("push-unsubscribed", number=t.number(found.unsubscribed)),
    ]
    if push.ended_at is not None and push.started_at is not None:
        lines.append(t("push-when", begun=t.datetime(push.started_at), ended=t.datetime(push.ended_at)))
    return words.BREAK.join(lines)


def _share(t: Translator, found: PushResult) -> str:
    sent = found.push.tally.sent
    return t.percent(found.clicks * 1_000 // sent * 10 if sent else 0)


def _sales(t: Translator, sales: Sales) -> dict[str, str]:
    amount = " + ".join(t.money(each) for each in sales.amounts) or "0"
    return {"orders": t.number(sales.orders), "amount": amount}


def _act(t: Translator, push: Push, act: str, style: str | None = None) -> InlineKeyboardButton:
    return button(t.plain(f"push-tap-{act}"), PushActTap(push=push.id, act=act), style)


def dropped(t: Translator, push_id: int) -> Screen:
    """A draft is gone; it can come back."""
    back = button(t.plain("push-tap-restore"), PushActTap(push=push_id, act="restore"))
    return Screen(t("push-dropped"), keyboard([back], way_back(t, PushesDoor())))
