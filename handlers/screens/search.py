"""Screens of the search: the question, and what is said when nothing matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from handlers.screens.catalog import item_lines, number_keys
from handlers.screens.screen import Screen, banner
from keyboards.catalog import CategoriesTap, Place
from keyboards.layout import button, flow, keyboard, way_back
from keyboards.search import SearchTap
from locales import Translator
from services.catalog.lists import ListQuery
from services.catalog.types import ListItem, Node, Tree

SUGGESTED = 6


def search_question(t: Translator, tree: Tree, node: Node | None) -> Screen:
    """Asks what to look for; the first categories are a tap away."""
    if node is None:
        text = t("search-question")
        roots = (tree.nodes[root] for root in tree.roots[:SUGGESTED])
        keys = flow((button(t.pick(root.name), CategoriesTap(category=root.id)) for root in roots if root.count), 3)
        return Screen(text, keyboard(*keys, way_back(t, None)), banner("search"))
    text = t("search-question-in", category=t.pick(node.name))
    return Screen(text, keyboard(way_back(t, CategoriesTap(category=node.id))), banner("search"))


def nothing_found_screen(
    t: Translator, query: ListQuery, nearest: Sequence[ListItem], free: Mapping[int, int], place: Place
) -> Screen:
    """Nothing matched: the nearest names, and ways on."""
    lines = [t("search-nothing", words=query.words)]
    if nearest:
        lines += [t("search-nearest"), *item_lines(t, nearest, free)]
    whole = [button(t.plain("search-tap-everywhere"), SearchTap())] if query.category_id else []
    return Screen(Markup("\n").join(lines), keyboard(
        *number_keys(t, nearest, place.pack()),
        [button(t.plain("search-tap-again"), SearchTap(category=query.category_id)), *whole],
        [button(t.plain("search-tap-categories"), CategoriesTap())],
        way_back(t, None),
    ), banner("search"))
