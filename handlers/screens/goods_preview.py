"""A product exactly as customers see it, before or after it is on the shelf; its buttons only show where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.screens.catalog_card import CardView, card_screen, first_choice, picture_of
from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.layout import button, keyboard
from keyboards.taps import NoteTap, Tap
from locales import Translator
from services.catalog.fields import Fields
from services.catalog.types import Card, Row, Variant
from services.shared.money import Money


def preview(
    t: Translator, seen: Translator, fields: Fields, facts: Sequence[Row], stock: Mapping[str, int],
    switches: Mapping[str, Tap], back: Tap, sold: int = 0,
) -> Screen:
    """The customer's card in the language of `seen`, with `switches` to the other languages."""
    card = card_of(fields, facts, sold)
    if not card.variants:
        return Screen(t("goods-preview-early"), keyboard(way_back(t, back)))
    free = {variant.sku_id: stock.get(variant.code, 0) for variant in card.variants}
    variant = first_choice(card, free)
    shown = card_screen(seen, CardView(card, variant, free, picture=picture_of(card, variant)))
    others = [button(t.plain(f"goods-tap-see-{each}"), tap) for each, tap in switches.items() if each != seen.language]
    rows = shown.keyboard.inline_keyboard if shown.keyboard is not None else []
    keys = InlineKeyboardMarkup(inline_keyboard=[
        *([_still(key) for key in row] for row in rows[:-1]), *([others] if others else []), list(way_back(t, back)),
    ])
    return Screen(shown.text, keys, shown.picture)


def card_of(fields: Fields, facts: Sequence[Row], sold: int = 0) -> Card:
    """The card that these fields make; SKUs without a price are left out, and their ids are made up."""
    variants = tuple(
        Variant(number, sku.code, sku.values, Money(sku.price, fields.currency),
                None if sku.list_price is None else Money(sku.list_price, fields.currency))
        for number, sku in enumerate(fields.skus, start=1) if sku.price
    )
    return Card(
        product_id=0, code=fields.code, category_id=0, kind=fields.kind, name=fields.name, brand=fields.brand,
        description=fields.description, axes=fields.axes, variants=variants, gallery=fields.photos, specs=fields.specs,
        box=fields.box, warranty_months=fields.warranty_months, sold=sold, most_per_order=fields.most_per_order,
        published_at=datetime.fromtimestamp(0, UTC), model=fields.model, material=fields.material,
        points=fields.points, video=fields.video, manual=fields.manual, facts=tuple(facts),
    )


def _still(key: InlineKeyboardButton) -> InlineKeyboardButton:
    """The same label; a tap only says that this is a preview."""
    return InlineKeyboardButton(text=key.text, callback_data=NoteTap(key="goods-preview-note").pack(), style=key.style)
