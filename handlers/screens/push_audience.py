"""Whom a push goes to: the conditions with their count, and how one more is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from handlers.screens import push_words as words
from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.layout import PRIMARY, Row, button, flow, keyboard
from keyboards.pushes import (
    PushAddTap,
    PushCutTap,
    PushForgetTap,
    PushPeopleTap,
    PushSavedTap,
    PushSaveTap,
    PushTagTap,
    PushTap,
    PushTurnTap,
)
from locales import Translator
from services.campaigns.naming import Target, Targets
from services.campaigns.types import KINDS, Condition, PeopleList, Push, Reach, SavedAudience, Tag

DAYS = (7, 30, 60, 90, 180)
_MOST_GROUPS, _MOST_IN_GROUP = 4, 5


def people(t: Translator, push: Push, reach: Reach, names: Mapping[Condition, dict[str, str]]) -> Screen:
    """The conditions, each with its two buttons, and who remains."""
    lines = [t("push-people", name=words.name(t, push)), *words.groups(t, push.audience, names), Markup(""),
             words.count(t, reach)]
    rows: list[Row] = []
    for number, group in enumerate(push.audience.groups):
        for place, each in enumerate(group):
            label = f"{number + 1}.{place + 1}"
            turn = t.plain("push-tap-is" if each.negated else "push-tap-is-not", number=label)
            rows.append([button(turn, PushTurnTap(push=push.id, group=number, place=place)),
                         button(t.plain("push-tap-cut", number=label),
                                PushCutTap(push=push.id, group=number, place=place))])
    groups = push.audience.groups
    adding = [
        button(t.plain("push-tap-and", number=number + 1), PushAddTap(push=push.id, group=number))
        for number, group in enumerate(groups) if len(group) < _MOST_IN_GROUP
    ]
    if len(groups) < _MOST_GROUPS:
        label = "push-tap-or" if groups else "push-tap-first"
        adding.append(button(t.plain(label), PushAddTap(push=push.id)))
    keep = [button(t.plain("push-tap-saved"), PushSavedTap(push=push.id))]
    if groups:
        keep.insert(0, button(t.plain("push-tap-save"), PushSaveTap(push=push.id)))
    return Screen(words.BREAK.join(lines), keyboard(*rows, *flow(adding, 2), keep, way_back(t, PushTap(push=push.id))))


def kinds(t: Translator, tap: PushAddTap) -> Screen:
    keys = [button(t.plain(f"push-tap-if-{kind}"), tap.model_copy(update={"kind": kind})) for kind in KINDS]
    return Screen(t("push-kinds"), keyboard(*flow(keys, 2), _back(t, tap)))


def scopes(t: Translator, tap: PushAddTap) -> Screen:
    keys = [button(t.plain(f"push-tap-of-{name}"), tap.model_copy(update={"of": name[0]}))
            for name in ("anything", "category", "product")]
    return Screen(t("push-scopes"), keyboard(*([each] for each in keys), _back(t, tap)))


def days(t: Translator, tap: PushAddTap, ever: bool) -> Screen:
    keys = [button(t.plain("push-tap-days", days), tap.model_copy(update={"days": days})) for days in DAYS]
    if ever:
        keys.append(button(t.plain("push-tap-ever"), tap.model_copy(update={"days": 0})))
    return Screen(t("push-days" if ever else "push-days-away"), keyboard(*flow(keys, 3), _back(t, tap)))


def categories(t: Translator, tap: PushAddTap, found: Targets) -> Screen:
    rows = [[button("　" * each.level + t.pick(each.name), tap.model_copy(update={"id": each.id}))]
            for each in found.targets]
    turn = [button(t.plain("push-tap-page", page=page, pages=found.pages), tap.model_copy(update={"page": page}))
            for page in (found.page - 1, found.page + 1) if 1 <= page <= found.pages]
    return Screen(t("push-which-category"), keyboard(*rows, turn, _back(t, tap)))


def products(t: Translator, tap: PushAddTap, found: Sequence[Target], reason: str = "") -> Screen:
    """A question for words, with what the last ones have found."""
    rows: list[Row] = [[button(t.pick(each.name), tap.model_copy(update={"id": each.id}))] for each in found]
    return _question(t, "push-which-product", tap, reason, rows)


def typed(t: Translator, question: str, tap: PushAddTap, reason: str = "") -> Screen:
    """A question that is answered in words."""
    return _question(t, question, tap, reason, [])


def tags(t: Translator, tap: PushAddTap, found: Sequence[Tag]) -> Screen:
    rows = [[button(t.plain("push-tap-named", name=each.name, people=t.number(each.people)),
                    tap.model_copy(update={"id": each.id}))] for each in found]
    return Screen(t("push-which-tag" if found else "push-no-tags"), keyboard(*rows, _back(t, tap)))


def lists(t: Translator, tap: PushAddTap, found: Sequence[PeopleList], reason: str = "") -> Screen:
    rows: list[Row] = [[button(t.plain("push-tap-named", name=each.name, people=t.number(each.people)),
                    tap.model_copy(update={"id": each.id}))] for each in found]
    return _question(t, "push-which-list", tap, reason, rows)


def listed(t: Translator, tap: PushAddTap, found: PeopleList) -> Screen:
    """What an uploaded file came to."""
    text = t("push-listed", name=found.name, people=t.number(found.people), unknown=t.number(found.unknown))
    use = button(t.plain("push-tap-use-list"), tap.model_copy(update={"id": found.id}), PRIMARY)
    tag = button(t.plain("push-tap-tag"), PushTagTap(push=tap.push, group=tap.group, list=found.id))
    return Screen(text, keyboard([use], [tag], _back(t, tap)))


def pushes(t: Translator, tap: PushAddTap, found: Sequence[Push]) -> Screen:
    rows = [[button(words.name(t, each), tap.model_copy(update={"id": each.id}))] for each in found]
    return Screen(t("push-which-push" if found else "push-no-pushes"), keyboard(*rows, _back(t, tap)))


def saved(t: Translator, push_id: int, found: Sequence[SavedAudience]) -> Screen:
    rows = [
        [button(each.name, PushSavedTap(push=push_id, audience=each.id)),
         button(t.plain("push-tap-forget"), PushForgetTap(push=push_id, audience=each.id))] for each in found
    ]
    text = t("push-saved" if found else "push-no-saved")
    return Screen(text, keyboard(*rows, way_back(t, PushPeopleTap(push=push_id))))


def ask_name(t: Translator, push_id: int, question: str, reason: str = "") -> Screen:
    text = t(question)
    return Screen(Markup("{}\n\n{}").format(reason, text) if reason else text,
                  keyboard(way_back(t, PushPeopleTap(push=push_id))))


def _question(t: Translator, question: str, tap: PushAddTap, reason: str, rows: list[Row]) -> Screen:
    text = t(question)
    return Screen(Markup("{}\n\n{}").format(escape(reason), text) if reason else text,
                  keyboard(*rows, _back(t, tap)))


def _back(t: Translator, tap: PushAddTap) -> Row:
    """To the choice before; from the first one to the audience."""
    first = not tap.kind
    return way_back(t, PushPeopleTap(push=tap.push) if first else PushAddTap(push=tap.push, group=tap.group))
