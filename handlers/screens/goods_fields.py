"""The wizard's questions: each says what is there, shows an example, and says what was wrong with the last answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.goods_wizard import FURTHER, stock_of
from handlers.screens.screen import TEXT_LIMIT, Picture, Screen
from keyboards.admin import StockDoor, way_back
from keyboards.goods import DraftTap, FieldClearTap, FieldTap, GoodsNodeTap, GoodsTagTap, PhotoTap
from keyboards.layout import PRIMARY, Row, button, flow, keyboard
from keyboards.taps import NoteTap
from locales import Translator
from services.catalog.fields import SkuFields, labels
from services.catalog.typed import SECOND, axes_text
from services.catalog.types import Tag, Tree, Words
from services.inventory.goods import DraftView
from services.shared import amounts
from services.shared.money import Money

# Texts that are written in each language by itself.
BILINGUAL = ("name", "brand", "material", "description")
# Columns of the matrix: one value for all rows, or line by line.
COLUMNS = ("price", "prices", "cost", "stock", "sku_codes")
MEDIA = ("photos", "video", "manual")
LISTS = ("points", "specs", "box")
PLAIN = ("model", "warranty", "limit", "code", "axes")
ASKED = (*BILINGUAL, *COLUMNS, *MEDIA, *LISTS, *PLAIN, "disclosures")
CLEARABLE = ("brand", "model", "material", "description", "axes", "points", "specs", "box", "video", "manual",
             "warranty", "limit", "cost")
_TAGS_PAGE, _ROWS = 12, 60


def question(
    t: Translator, view: DraftView, field: str, *, language: str = "", number: int = 0, problem: str = "",
    currencies: Sequence[str] = (),
) -> Screen:
    """Asks for a field; `language` of its text, `number` of the disclosed fact, `problem` with the last answer,
    `currencies` beside the product's own in which there may be prices."""
    language = language or t.language
    lines = [Markup.escape(problem)] if problem else []
    if field == "disclosures":
        rule = view.rules[number]
        lines.append(t("goods-ask-disclosures", what=t.pick(rule.name), number=t.number(number + 1),
                       facts=t.number(len(view.rules))))
    elif field == "prices":
        lines.append(t("goods-ask-prices", currencies=", ".join(currencies), first=currencies[0]))
    else:
        lines.append(t(f"goods-ask-{field}"))
    if field in BILINGUAL:
        lines.append(t(f"goods-in-{language}"))
    current = _current(t, view, field, language, number)
    if current:
        lines.append(t("goods-ask-now", value=_cut(current, TEXT_LIMIT - 1200)))
    return Screen(Markup("\n").join(lines), keyboard(*_keys(t, view, field, language, number, bool(current)),
                                                     way_back(t, DraftTap(draft=view.draft.id, more=field in FURTHER))))


def _keys(t: Translator, view: DraftView, field: str, language: str, number: int, filled: bool) -> list[Row]:
    draft_id = view.draft.id
    rows: list[Row] = []
    if field in BILINGUAL:
        other = SECOND[language]
        rows.append([button(t.plain(f"goods-tap-in-{other}"), FieldTap(draft=draft_id, field=field, language=other))])
    if field == "disclosures":
        steps = [(number - 1, "‹"), (number + 1, "›")]
        rows.append([button(sign, FieldTap(draft=draft_id, field=field, number=at))
                     for at, sign in steps if 0 <= at < len(view.rules)])
    if field == "stock" and view.stock:
        rows.append([button(t.plain("goods-tap-stock"), StockDoor())])
    if filled and field in CLEARABLE:
        rows.append([button(t.plain("goods-tap-clear"), FieldClearTap(draft=draft_id, field=field))])
    return rows


def _current(t: Translator, view: DraftView, field: str, language: str, number: int) -> str:
    """What is there now, in the form in which it would be typed."""
    fields = view.draft.fields
    if field in BILINGUAL:
        return getattr(fields, field).get(language, "")
    if field in COLUMNS:
        return "\n".join(_row(t, view, place, sku, field) for place, sku in enumerate(fields.skus[:_ROWS], start=1))
    match field:
        case "axes":
            return axes_text(fields.axes)
        case "specs":
            return "\n".join(f"{_both(row.label)}: {_both(row.value)}" for row in fields.specs)
        case "points":
            return "\n".join(_both(point) for point in fields.points)
        case "box":
            return "\n".join(_both(item.label) for item in fields.box)
        case "disclosures":
            return fields.disclosures.get(view.rules[number].key, "")
        case "photos":
            return t.plain("goods-photos", len(fields.photos)) if fields.photos else ""
        case "video" | "manual":
            return t.plain("goods-there") if getattr(fields, field) else ""
        case "warranty":
            return t.number(fields.warranty_months) if fields.warranty_months else ""
        case "limit":
            return t.number(fields.most_per_order) if fields.most_per_order else ""
        case _:
            return getattr(fields, field)


def _row(t: Translator, view: DraftView, place: int, sku: SkuFields, field: str) -> str:
    """"2. Black · Pro — CN¥209.00"."""
    name = short(" · ".join(t.pick(each) for each in labels(view.draft.fields, sku)), 40) or sku.code
    return f"{place}. {name} — {_cell(t, view, sku, field)}"


def _cell(t: Translator, view: DraftView, sku: SkuFields, field: str) -> str:
    def money(amount: int | None) -> str:
        return "?" if amount is None else t.money(Money(amount, view.draft.fields.currency))

    if field == "price":
        return money(sku.price) + (f" / {money(sku.list_price)}" if sku.list_price else "")
    if field == "prices":
        return ", ".join(
            f"{currency} {amounts.text(price, currency)}" + (f"/{amounts.text(listed, currency)}" if listed else "")
            for currency, (price, listed) in sorted(sku.prices.items())
        ) or "–"
    if field == "cost":
        return money(sku.cost)
    if field == "stock":
        pieces = stock_of(view).get(sku.code)
        return "?" if pieces is None else t.number(pieces)
    return sku.code


def category_screen(t: Translator, view: DraftView, tree: Tree, category_id: int | None, page: int) -> Screen:
    """The category tree: a node's children to go on to, and the node itself to choose."""
    draft_id = view.draft.id
    node = tree.nodes.get(category_id) if category_id is not None else None
    children = node.children if node is not None else tree.roots
    path = " › ".join(t.pick(each.name) for each in tree.path(category_id)) if category_id is not None else ""
    here = t("goods-category-here", path=path) if path else t("goods-category-top")
    rows: list[Row] = [*flow((
        button(t.pick(tree.nodes[each].name),
               GoodsNodeTap(draft=draft_id, category=each, pick=not tree.nodes[each].children))
        for each in children[(page - 1) * 20 : page * 20]
    ), 2)]
    if len(children) > page * 20:
        rows.append([button("›", GoodsNodeTap(draft=draft_id, category=category_id, page=page + 1))])
    if node is not None:
        rows.append([button(t.plain("goods-tap-category", name=t.pick(node.name)),
                            GoodsNodeTap(draft=draft_id, category=node.id, pick=True), PRIMARY)])
    back = DraftTap(draft=draft_id) if node is None else GoodsNodeTap(draft=draft_id, category=node.parent_id)
    return Screen(Markup("\n").join([t("goods-ask-category"), here]), keyboard(*rows, way_back(t, back)))


def tags_screen(t: Translator, view: DraftView, tags: Sequence[Tag], page: int) -> Screen:
    """All tags; a tap puts one on or takes it away."""
    draft_id, chosen = view.draft.id, set(view.draft.fields.tags)
    pages = max(1, -(-len(tags) // _TAGS_PAGE))
    page = min(max(page, 1), pages)
    shown = tags[(page - 1) * _TAGS_PAGE : page * _TAGS_PAGE]
    keys = flow((button(("✅ " if tag.slug in chosen else "") + t.pick(tag.name),
                        GoodsTagTap(draft=draft_id, tag=tag.id, page=page)) for tag in shown), 3)
    turn = [button(sign, GoodsTagTap(draft=draft_id, page=at)) for at, sign in ((page - 1, "‹"), (page + 1, "›"))
            if 1 <= at <= pages]
    names = t.plain("goods-comma").join(t.pick(tag.name) for tag in tags if tag.slug in chosen) or "—"
    return Screen(t("goods-ask-tags", names=names),
                  keyboard(*keys, turn, way_back(t, DraftTap(draft=draft_id, more=True))))


def photos_screen(t: Translator, view: DraftView, problem: str = "") -> Screen:
    """How many photos have come; more may be sent."""
    draft_id, count = view.draft.id, len(view.draft.fields.photos)
    lines = [*([Markup.escape(problem)] if problem else []), t.n("goods-photos-came", count), t("goods-photo-send")]
    return Screen(Markup("\n").join(lines), keyboard(
        [button(t.plain("goods-tap-photos-done", number=t.number(count)), DraftTap(draft=draft_id), PRIMARY)],
        [button(t.plain("goods-tap-arrange"), PhotoTap(draft=draft_id, page=1))] if count else [],
        way_back(t, DraftTap(draft=draft_id)),
    ))


def photo_screen(t: Translator, view: DraftView, page: int) -> Screen:
    """One of the draft's photos with its place, what it shows, and what may be done; more may be sent meanwhile."""
    draft, photos = view.draft, view.draft.fields.photos
    page = min(max(page, 1), len(photos))
    photo = photos[page - 1]

    def key(label: str, what: str) -> Any:
        return button(t.plain(label), PhotoTap(draft=draft.id, page=page, what=what))

    turn = [
        button("◀", PhotoTap(draft=draft.id, page=(page - 2) % len(photos) + 1)),
        button(f"{page}/{len(photos)}", NoteTap(key="goods-photos-note")),
        button("▶", PhotoTap(draft=draft.id, page=page % len(photos) + 1)),
    ]
    shows = next((t.pick(value.name) for axis in draft.fields.axes for value in axis.values
                  if value.code == photo.value_code), "")
    lines = [t("goods-photo", number=t.number(page), photos=t.number(len(photos)))]
    lines.append(t("goods-photo-shows", value=shows) if shows else t("goods-photo-all"))
    return Screen(Markup("\n").join([*lines, t("goods-photo-send")]), keyboard(
        turn if len(photos) > 1 else [],
        [*([key("goods-tap-photo-up", "up")] if page > 1 else []),
         *([key("goods-tap-photo-down", "down")] if page < len(photos) else [])],
        [*([key("goods-tap-photo-cover", "cover")] if page > 1 else []), key("goods-tap-photo-drop", "drop")],
        [key("goods-tap-photo-shows", "shows")] if draft.fields.axes else [],
        [button(t.plain("goods-tap-photos-done", number=t.number(len(photos))), DraftTap(draft=draft.id), PRIMARY)],
        way_back(t, DraftTap(draft=draft.id)),
    ), Picture(photo.key))


def _both(words: Words) -> str:
    return f"{words['zh']}|{words['en']}" if "zh" in words and "en" in words else next(iter(words.values()), "")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
