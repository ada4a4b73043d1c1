"""Tags behind the counter: all of them, one with what carries it, and where it filters."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.screen import Screen
from handlers.screens.shelf import asked
from keyboards.admin import ShelfDoor, way_back
from keyboards.layout import DANGER, PRIMARY, button, fit, flow, keyboard
from keyboards.shelf import TagActTap, TagFacetTap, TagProductTap, TagsTap, TagTap
from locales import Translator
from services.catalog.tagging import FACETS, TagCard, TagLine
from services.catalog.types import Tag

_BREAK = Markup("\n")
PAGE = 16
_NAME_CELLS = 18


def tags(t: Translator, lines: Sequence[TagLine], page: int) -> Screen:
    """A page of the tags with how many products carry each."""
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 1), pages)
    shown = lines[(page - 1) * PAGE : page * PAGE]
    text = [t("shelf-tags", count=t.number(len(lines)))]
    if not lines:
        text.append(t("shelf-tags-empty"))
    keys = (
        button(f"#{fit(t.pick(line.tag.name), _NAME_CELLS)} ({t.number(line.products)})", TagTap(tag=line.tag.id))
        for line in shown
    )
    turning = [
        button("‹", TagsTap(page=(page - 2) % pages + 1)), button("›", TagsTap(page=page % pages + 1)),
    ] if pages > 1 else []
    new = [button(t.plain("shelf-tap-tag-new"), TagActTap(act="new"), PRIMARY)]
    return Screen(_BREAK.join(text), keyboard(*flow(keys, 2), turning, new, way_back(t, ShelfDoor())))


def tag(t: Translator, card: TagCard, removed: int | None = None) -> Screen:
    """A tag and a page of its products; `removed` is one that has just been taken off, to be put back by a tap."""
    own = card.tag
    lines = [
        t("shelf-tag", name=t.pick(own.name), zh=own.name.get("zh", ""), en=own.name.get("en", "")),
        t("shelf-tag-facts", facet=facet_name(t, own.facet), products=t.number(card.products)),
    ]
    lines += [
        t("shelf-tag-product" if each.on_shelf else "shelf-tag-product-off", number=number,
          name=fit(t.pick(each.name), 40), code=each.code)
        for number, each in enumerate(card.shown, start=1)
    ]
    off = (
        button(t.plain("shelf-tap-detach", number=t.number(number)),
               TagProductTap(tag=own.id, product=each.product_id, on=False))
        for number, each in enumerate(card.shown, start=1)
    )
    turning = [
        button("‹", TagTap(tag=own.id, page=(card.page - 2) % card.pages + 1)),
        button("›", TagTap(tag=own.id, page=card.page % card.pages + 1)),
    ] if card.pages > 1 else []
    undo = [] if removed is None else [
        button(t.plain("shelf-tap-reattach"), TagProductTap(tag=own.id, product=removed, on=True), PRIMARY)
    ]
    acts = (button(t.plain(f"shelf-tap-tag-{act}"), TagActTap(act=act, tag=own.id))
            for act in ("attach", "rename", "facets", "drop"))
    return Screen(_BREAK.join(lines), keyboard(
        undo, *flow(off, 4), turning, *flow(acts, 2), way_back(t, TagsTap()),
    ))


def facets(t: Translator, own: Tag) -> Screen:
    """Under which heading the tag filters lists."""
    keys = (
        button(("✅ " if facet == own.facet else "") + facet_name(t, facet), TagFacetTap(tag=own.id, facet=facet))
        for facet in FACETS
    )
    text = t("shelf-tag-facets", name=t.pick(own.name))
    return Screen(text, keyboard(*flow(keys, 2), way_back(t, TagTap(tag=own.id))))


def drop_question(t: Translator, card: TagCard) -> Screen:
    text = t.n("shelf-tag-drop", card.products, name=t.pick(card.tag.name))
    return Screen(text, keyboard(
        [button(t.plain("shelf-tap-tag-remove"), TagActTap(act="remove", tag=card.tag.id), DANGER)],
        way_back(t, TagTap(tag=card.tag.id)),
    ))


def question(t: Translator, act: str, own: Tag | None, problem: str = "") -> Screen:
    """Asks for names, or for the products that are to carry the tag."""
    name = "" if own is None else t.pick(own.name)
    return asked(t, t(f"shelf-ask-tag-{act}", name=name), problem, TagsTap() if own is None else TagTap(tag=own.id))


def facet_name(t: Translator, facet: str) -> str:
    return t.plain(f"catalog-facet-{facet}") if facet else t.plain("shelf-facet-none")
