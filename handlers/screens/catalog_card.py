"""The product's card, its specifications, and what is said when it is off the shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.catalog import LOW, item_lines, number_keys
from handlers.screens.catalog_details import first_part, has_details, units
from handlers.screens.screen import CAPTION_LIMIT, Picture, Screen
from keyboards.alerts import WaitTap, WatchTap
from keyboards.cart import CartTap
from keyboards.catalog import (
    FAVOURITES,
    VIEWED,
    AddTap,
    AlbumTap,
    CardTap,
    CategoriesTap,
    DetailsTap,
    FavouritesTap,
    FavouriteTap,
    LimitTap,
    ListTap,
    ManualTap,
    Place,
    QuantityTap,
    SpecsTap,
    ValueGoneTap,
    VideoTap,
    ViewedTap,
)
from keyboards.layout import PRIMARY, Row, button, copy, flow, keyboard, share, way_back
from keyboards.orders import BuyNowTap
from keyboards.taps import NoteTap, Tap
from locales import Translator
from services.catalog.types import Axis, Card, ListItem, Value, Variant
from services.shared.ids import to_base36

MOST_PER_ORDER = 99
PLACEHOLDER = "placeholder"
# Line breaks around the description.
_BETWEEN = 4


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as it is looked at. `free` is stock by SKU; `in_cart` is set right after something was added.

    `waits` and `watches` say that the person asked to be told when the SKU is back, when the product gets cheaper.
    """

    card: Card
    variant: Variant
    free: Mapping[int, int]
    quantity: int = 1
    picture: int = 0
    back: str = ""
    favourite: bool = False
    link: str = ""
    in_cart: int | None = None
    waits: bool = False
    watches: bool = False

    @property
    def most(self) -> int:
        """How many pieces of the chosen SKU one order may have now; 0 when it is sold out."""
        limits = (self.free.get(self.variant.sku_id, 0), MOST_PER_ORDER, self.card.most_per_order or MOST_PER_ORDER)
        return max(0, min(limits))


def first_choice(card: Card, free: Mapping[int, int]) -> Variant:
    """The cheapest variant in stock, or the cheapest when all are sold out; of prices in several currencies, which
    nobody can compare, the first."""
    comparable = len({each.price.currency for each in card.variants}) == 1
    return min(card.variants, key=lambda each: (
        free.get(each.sku_id, 0) <= 0, each.barred, each.price.amount if comparable else 0
    ))


def picture_of(card: Card, variant: Variant) -> int:
    """The place in the gallery of the picture that shows the variant's colour; 0 where none does."""
    return next((at for at, each in enumerate(card.gallery) if each.value_code in variant.values), 0)


def with_value(card: Card, variant: Variant, axis: int, code: str) -> Variant | None:
    """The variant that differs in one value only; None when there is no such combination."""
    wanted = (*variant.values[:axis], code, *variant.values[axis + 1 :])
    return next((each for each in card.variants if each.values == wanted), None)


def card_screen(t: Translator, view: CardView) -> Screen:
    axes = [row for at, axis in enumerate(view.card.axes) for row in _axis_keys(t, view, at, axis)]
    return Screen(_caption(t, view), keyboard(
        _gallery_keys(t, view),
        *axes,
        *_selling_keys(t, view),
        _more_keys(t, view),
        *_tabs(t, view), _watch_keys(t, view),
        way_back(t, back_tap(view.card, view.back)),
    ), card_picture(view.card, view.picture))


def back_tap(card: Card, back: str) -> Tap:
    """To the list that the person came from, else to the product's category."""
    if back == FAVOURITES:
        return FavouritesTap()
    if back == VIEWED:
        return ViewedTap()
    return ListTap(place=back) if back else _similar(card)


def _similar(card: Card) -> ListTap:
    return ListTap(place=Place(card.category_id).pack())


def _caption(t: Translator, view: CardView) -> Markup:
    card, variant = view.card, view.variant
    was = t("catalog-price-was", price=t.money(variant.list_price)) if variant.list_price is not None else ""
    lines = [
        t("catalog-card-name", name=t.pick(card.name)),
        t("catalog-card-price", price=t.money(variant.price), was=was),
        t("catalog-card-facts", stock=_stock(t, view), sold=t.n("catalog-card-sold", card.sold) if card.sold else ""),
    ]
    if chosen := option_names(t, card, variant):
        lines.append(t("catalog-card-chosen", options=" · ".join(chosen), quantity=t.number(view.quantity)))
    if variant.barred:
        lines.append(t("catalog-card-barred"))
    if card.most_per_order is not None:
        lines.append(t.n("catalog-card-limit", card.most_per_order))
    facts = Markup("\n").join(lines)
    room = CAPTION_LIMIT - units(facts.striptags()) - _BETWEEN
    beginning = first_part(t.pick(card.description), room)
    return facts + Markup("\n") + t("catalog-card-description", text=beginning) if beginning else facts


def option_names(t: Translator, card: Card, variant: Variant) -> list[str]:
    """The names of a variant's values: ["White", "Standard"]."""
    return [
        t.pick(value.name)
        for axis, code in zip(card.axes, variant.values, strict=False) for value in axis.values if value.code == code
    ]


def _stock(t: Translator, view: CardView) -> Markup:
    free = view.free.get(view.variant.sku_id, 0)
    if free <= 0:
        return t("catalog-stock-none")
    return t.n("catalog-stock-low", free) if free <= LOW else t("catalog-stock-plenty")


def state_of(view: CardView, **changes: int) -> dict[str, Any]:
    """The fields that every button of the card carries."""
    return {"sku": view.variant.sku_id, "quantity": view.quantity, "picture": view.picture, "back": view.back} | changes


def _tabs(t: Translator, view: CardView) -> list[Row]:
    """What there is to see besides: specifications, the whole text, all pictures, video, manual."""
    card, state = view.card, state_of(view)
    tabs = [button(t.plain("catalog-tap-specs"), SpecsTap(**state))]
    if has_details(t, card):
        tabs.append(button(t.plain("catalog-tap-details"), DetailsTap(**state)))
    if len(card.gallery) > 1:
        tabs.append(button(t.plain("catalog-tap-album"), AlbumTap(**state)))
    if card.video is not None:
        tabs.append(button(t.plain("catalog-tap-video"), VideoTap(**state)))
    if card.manual is not None:
        tabs.append(button(t.plain("catalog-tap-manual"), ManualTap(**state)))
    return flow(tabs, 3)


def _gallery_keys(t: Translator, view: CardView) -> Row:
    count = len(view.card.gallery)
    if count < 2:
        return []
    at = view.picture % count
    label = t.plain("catalog-card-picture", number=t.number(at + 1), pictures=t.number(count))
    return [
        button("◀", CardTap(**state_of(view, picture=(at - 1) % count))),
        button(label, NoteTap(key="catalog-pictures-note")),
        button("▶", CardTap(**state_of(view, picture=(at + 1) % count))),
    ]


def _axis_keys(t: Translator, view: CardView, at: int, axis: Axis) -> list[Row]:
    if len(axis.values) == 1:
        return []
    return flow((_value_key(t, view, at, place, value) for place, value in enumerate(axis.values)), 4)


def _value_key(t: Translator, view: CardView, at: int, place: int, value: Value) -> InlineKeyboardButton:
    name = t.pick(value.name)
    if view.variant.values[at] == value.code:
        return button(f"✅ {name}", CardTap(**state_of(view)))
    other = with_value(view.card, view.variant, at, value.code)
    if other is None or view.free.get(other.sku_id, 0) <= 0:
        return button(f"{name} ✖", ValueGoneTap(**state_of(view), axis=at, value=place))
    shown = picture_of(view.card, other)
    follows = any(each.value_code == value.code for each in view.card.gallery)
    return button(name, CardTap(**state_of(view, sku=other.sku_id, picture=shown if follows else view.picture)))


def _selling_keys(t: Translator, view: CardView) -> list[Row]:
    if view.variant.barred:
        return [[button(t.plain("catalog-tap-similar"), _similar(view.card))]]
    return _buying_keys(t, view) if view.most else _sold_out_keys(t, view)


def _buying_keys(t: Translator, view: CardView) -> list[Row]:
    less: Tap = CardTap(**state_of(view, quantity=view.quantity - 1))
    more: Tap = CardTap(**state_of(view, quantity=view.quantity + 1))
    stepper = [
        button("➖", less if view.quantity > 1 else LimitTap(**state_of(view), up=False)),
        button(t.number(view.quantity), QuantityTap(**state_of(view))),
        button("➕", more if view.quantity < view.most else LimitTap(**state_of(view))),
    ]
    if view.in_cart is not None:
        cart = button(t.plain("catalog-tap-to-cart", number=t.number(view.in_cart)), CartTap(), PRIMARY)
        return [stepper, [button(t.plain("catalog-tap-added"), AddTap(**state_of(view))), cart]]
    buy = button(t.plain("catalog-tap-buy-now"), BuyNowTap(sku=view.variant.sku_id, quantity=view.quantity))
    return [stepper, [button(t.plain("catalog-tap-add"), AddTap(**state_of(view)), PRIMARY), buy]]


def _sold_out_keys(t: Translator, view: CardView) -> list[Row]:
    """Instead of buying: to be told when it is back, or something like it."""
    tap = WaitTap(sku=view.variant.sku_id, on=not view.waits, back=view.back)
    label = t.plain("alerts-tap-waiting" if view.waits else "alerts-tap-wait")
    return [
        [button(label, tap, None if view.waits else PRIMARY)],
        [button(t.plain("catalog-tap-similar"), _similar(view.card))],
    ]


def _watch_keys(t: Translator, view: CardView) -> Row:
    """What is saved can be watched for a lower price."""
    if not view.favourite:
        return []
    tap = WatchTap(sku=view.variant.sku_id, on=not view.watches, back=view.back)
    return [button(t.plain("alerts-tap-watching" if view.watches else "alerts-tap-watch"), tap)]


def _more_keys(t: Translator, view: CardView) -> Row:
    heart = t.plain("catalog-tap-saved" if view.favourite else "catalog-tap-save")
    return [
        button(heart, FavouriteTap(**state_of(view))),
        share(t.plain("catalog-tap-share"), f"p {to_base36(view.card.product_id)}"),
        copy(t.plain("catalog-tap-copy"), view.link),
    ]


def specs_screen(t: Translator, view: CardView) -> Screen:
    """Specifications, what is in the box, warranty and code; as many rows as a caption holds."""
    card = view.card
    lines = [t("catalog-specs-title", name=t.pick(card.name))]
    told = [t("catalog-specs-model", model=card.model)] if card.model else []
    told += [t("catalog-specs-material", material=t.pick(card.material))] if card.material else []
    lines += told
    lines += [
        t("catalog-specs-row", label=t.pick(row.label), value=t.pick(row.value)) for row in (*card.facts, *card.specs)
    ]
    if card.box:
        items = t.plain("catalog-comma").join(t.pick(item.label) for item in card.box)
        lines.append(t("catalog-specs-box", items=items))
    if card.warranty_months:
        lines.append(t.n("catalog-specs-warranty", card.warranty_months))
    lines.append(t("catalog-specs-code", code=view.variant.code))
    while units(Markup("\n").join(lines).striptags()) > CAPTION_LIMIT:
        del lines[-1]
    return Screen(
        Markup("\n").join(lines), keyboard(way_back(t, CardTap(**state_of(view)))), card_picture(card, view.picture)
    )


def quantity_question(t: Translator, view: CardView) -> Screen:
    """Asks for a number from 1 to what can be had."""
    text = t("catalog-quantity-question", name=t.pick(view.card.name), most=t.number(view.most))
    return Screen(text, keyboard(way_back(t, CardTap(**state_of(view)))), card_picture(view.card, view.picture))


def off_shelf_screen(t: Translator, card: Card, similar: Sequence[ListItem], free: Mapping[int, int]) -> Screen:
    """The product is not sold any more, or not yet; what is like it is."""
    lines = [t("catalog-off-shelf", name=t.pick(card.name))]
    if similar:
        lines += [t("catalog-off-shelf-similar"), *item_lines(t, similar, free)]
    return Screen(Markup("\n").join(lines), keyboard(
        *number_keys(t, similar, ""), [button(t.plain("catalog-tap-browse"), CategoriesTap())], way_back(t, None),
    ), card_picture(card, 0))


def card_picture(card: Card, at: int) -> Picture:
    gallery = card.gallery
    return Picture(gallery[at % len(gallery)].key if gallery else PLACEHOLDER)
