"""What the products of a category must, or may, tell their buyers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.goods import RulesTap
from keyboards.layout import PRIMARY, button, keyboard
from keyboards.shelf import CategoryTap
from locales import Translator
from services.catalog.types import Disclosure, Words


def rules_screen(
    t: Translator, category_id: int, path: Sequence[Words], own: Sequence[Disclosure], every: Sequence[Disclosure]
) -> Screen:
    """The category's own rules, and those that it has from above."""
    above = [rule for rule in every if rule.key not in {each.key for each in own}]
    lines = [t("goods-rules-title", path=" › ".join(t.pick(each) for each in path))]
    lines += [_line(t, rule) for rule in own] or [t("goods-rules-none")]
    if above:
        lines += [t("goods-rules-above"), *(_line(t, rule) for rule in above)]
    return Screen(Markup("\n").join(lines), keyboard(
        [button(t.plain("goods-tap-rules-change"), RulesTap(category=category_id, ask=True), PRIMARY)],
        [button(t.plain("goods-tap-rules-none"), RulesTap(category=category_id, none=True))] if own else [],
        way_back(t, CategoryTap(category=category_id)),
    ))


def rules_question(t: Translator, category_id: int, own: Sequence[Disclosure], problem: str = "") -> Screen:
    """Asks for all rules at once, with those that are there as they would be typed."""
    lines = [*([Markup.escape(problem)] if problem else []), t("goods-ask-rules")]
    if own:
        lines.append(t("goods-ask-now", value="\n".join(_typed(rule) for rule in own)))
    return Screen(Markup("\n").join(lines), keyboard(way_back(t, RulesTap(category=category_id))))


def _line(t: Translator, rule: Disclosure) -> Markup:
    return t("goods-rules-required" if rule.required else "goods-rules-optional", name=t.pick(rule.name))


def _typed(rule: Disclosure) -> str:
    name = rule.name
    both = f"{name['zh']}|{name['en']}" if "zh" in name and "en" in name else next(iter(name.values()), "")
    return both if rule.required else both + "?"
