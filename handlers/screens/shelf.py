"""The shelf behind the counter: its home, and the category tree under the hands of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards.admin import ShelfDoor, way_back
from keyboards.goods import RulesTap
from keyboards.layout import DANGER, PRIMARY, Row, button, fit, flow, keyboard
from keyboards.shelf import (
    BatchesTap,
    BatchNewTap,
    CategoryActTap,
    CategoryMoveTap,
    CategoryPlaceTap,
    CategoryTap,
    OffShelfTap,
    TagsTap,
)
from keyboards.taps import Tap
from locales import Translator
from services.catalog.categories import MOST_LEVELS, Categories, Category

_BREAK = Markup("\n")
_NAME_CELLS = 20


def home(t: Translator, tree: Categories, off: int) -> Screen:
    """What stands on the shelf, and everything that can be done to it."""
    on = sum(tree.by_id[root].on_shelf for root in tree.roots)
    text = t("shelf-title", on=t.number(on), off=t.number(off), categories=t.number(len(tree.by_id)))
    return Screen(text, keyboard(
        [button(t.plain("shelf-tap-categories"), CategoryTap()), button(t.plain("shelf-tap-tags"), TagsTap())],
        [button(t.plain("shelf-tap-on"), BatchNewTap(on=True)),
         button(t.plain("shelf-tap-off"), BatchNewTap(on=False))],
        [button(t.plain("shelf-tap-off-list"), OffShelfTap()), button(t.plain("shelf-tap-batches"), BatchesTap())],
        way_back(t),
    ))


def category(t: Translator, tree: Categories, category_id: int | None) -> Screen:
    """A category with what is below it, or the first level."""
    if category_id is None:
        lines = [t("shelf-categories", count=t.number(len(tree.by_id)))]
        lines += _child_lines(t, tree, tree.roots) or [t("shelf-categories-empty")]
        return Screen(_BREAK.join(lines), keyboard(
            *_child_keys(t, tree, tree.roots), [button(t.plain("shelf-tap-new"), CategoryActTap(act="new"), PRIMARY)],
            way_back(t, ShelfDoor()),
        ))
    here = tree.require(category_id)
    lines = [
        t("shelf-category", path=_path(t, tree, category_id), zh=here.name.get("zh", ""), en=here.name.get("en", "")),
        t("shelf-category-counts", own=t.number(here.own), products=t.number(here.products),
          on=t.number(here.on_shelf)),
    ]
    if here.hidden:
        lines.append(t("shelf-category-hidden"))
    lines += _child_lines(t, tree, here.children)
    return Screen(_BREAK.join(lines), keyboard(
        *_child_keys(t, tree, here.children), *_act_keys(t, tree, here),
        way_back(t, CategoryTap(category=here.parent_id)),
    ))


def name_question(t: Translator, tree: Categories, act: str, category_id: int | None, problem: str = "") -> Screen:
    """Asks for names or an icon, with the reason where the last answer could not stand."""
    where = t.plain("shelf-top") if category_id is None else t.pick(tree.require(category_id).name)
    return asked(t, t(f"shelf-ask-{act}", where=where), problem, CategoryTap(category=category_id))


def asked(t: Translator, question: Markup, problem: str, back: Tap) -> Screen:
    """A question, with the reason where the last answer could not stand."""
    text = Markup("⚠️ {}\n\n{}").format(problem, question) if problem else question
    return Screen(text, keyboard(way_back(t, back)))


def drop_question(t: Translator, tree: Categories, category_id: int) -> Screen:
    here = tree.require(category_id)
    return Screen(t("shelf-category-drop", name=t.pick(here.name)), keyboard(
        [button(t.plain("shelf-tap-remove-sure"), CategoryActTap(act="remove", category=category_id), DANGER)],
        way_back(t, CategoryTap(category=category_id)),
    ))


def move_screen(t: Translator, tree: Categories, category_id: int, at: int | None) -> Screen:
    """Where the category could stand: what is below `at`, and `at` itself."""
    moving = tree.require(category_id)
    inside = tree.roots if at is None else tree.require(at).children
    where = t.plain("shelf-top") if at is None else _path(t, tree, at)
    lines = [t("shelf-move", name=t.pick(moving.name), where=where)]
    open_keys = [
        button(f"{_label(t, tree.by_id[each])} ›", CategoryMoveTap(category=category_id, at=each))
        for each in inside if each not in tree.below(category_id)
    ]
    place: Row = []
    if at == moving.parent_id:
        lines.append(t("shelf-move-here-already"))
    elif tree.may_hold(at, category_id):
        label = t.plain("shelf-tap-place", where=fit(t.plain("shelf-top") if at is None else _name(t, tree, at), 20))
        place = [button(label, CategoryPlaceTap(category=category_id, parent=at), PRIMARY)]
    else:
        lines.append(t("shelf-move-too-deep", levels=MOST_LEVELS))
    up = CategoryTap(category=category_id) if at is None else CategoryMoveTap(
        category=category_id, at=tree.by_id[at].parent_id
    )
    return Screen(_BREAK.join(lines), keyboard(*flow(open_keys, 2), place, way_back(t, up)))


def _act_keys(t: Translator, tree: Categories, here: Category) -> list[Row]:
    def key(act: str) -> InlineKeyboardButton:
        return button(t.plain(f"shelf-tap-{act}"), CategoryActTap(act=act, category=here.id))

    rows: list[Row] = []
    if tree.may_hold(here.id, None):
        rows.append([button(t.plain("shelf-tap-new-below"), CategoryActTap(act="new", category=here.id))])
    rows.append([key("rename"), key("icon")])
    siblings = tree.roots if here.parent_id is None else tree.by_id[here.parent_id].children
    at = siblings.index(here.id)
    rows.append([*([key("up")] if at else []), *([key("down")] if at < len(siblings) - 1 else []),
                 button(t.plain("shelf-tap-move"), CategoryMoveTap(category=here.id, at=here.parent_id))])
    hide = key("show") if here.hidden else key("hide")
    rows.append([hide, *([key("drop")] if not here.children and not here.own else [])])
    rows.append([button(t.plain("goods-tap-rules"), RulesTap(category=here.id))])
    return rows


def _child_lines(t: Translator, tree: Categories, children: Sequence[int]) -> list[Markup]:
    found = []
    for each in (tree.by_id[child] for child in children):
        key = "shelf-child-hidden" if each.hidden else "shelf-child"
        found.append(t(key, name=_label(t, each), on=t.number(each.on_shelf), products=t.number(each.products)))
    return found


def _child_keys(t: Translator, tree: Categories, children: Sequence[int]) -> list[Row]:
    return flow((button(f"{_label(t, tree.by_id[each])} ›", CategoryTap(category=each)) for each in children), 2)


def _label(t: Translator, each: Category) -> str:
    return f"{each.icon} {fit(t.pick(each.name), _NAME_CELLS)}".strip()


def _name(t: Translator, tree: Categories, category_id: int) -> str:
    return t.pick(tree.by_id[category_id].name)


def _path(t: Translator, tree: Categories, category_id: int) -> str:
    """"Air › Purifiers"."""
    return " › ".join(f"{each.icon} {t.pick(each.name)}".strip() for each in tree.path(category_id))


def names(typed: str) -> Mapping[str, str] | None:
    """The two names in "空气净化器 / Air purifiers" or on two lines: the one with Chinese in it is the Chinese one."""
    parts = [part.strip() for part in typed.replace("／", "/").replace("\n", "/").split("/") if part.strip()]
    if len(parts) != 2:
        return None
    first, second = parts
    chinese = [any("\u4e00" <= char <= "\u9fff" for char in part) for part in parts]
    return {"zh": second, "en": first} if chinese == [False, True] else {"zh": first, "en": second}
