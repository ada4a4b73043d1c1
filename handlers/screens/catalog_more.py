"""Screens beside the product's card: the pages of its text, and the keys below its album, video and manual."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup

from handlers.screens.catalog_card import CardView, card_picture, state_of
from handlers.screens.catalog_details import details_page
from handlers.screens.screen import Screen
from keyboards.catalog import AlbumCloseTap, CardTap, DetailsTap
from keyboards.layout import button, keyboard, way_back
from keyboards.taps import NoteTap
from locales import Translator

Keys = InlineKeyboardMarkup


def details_screen(t: Translator, view: CardView, page: int) -> Screen:
    """A page of the selling points and the description."""
    text, page, pages = details_page(t, view.card, page)
    state = state_of(view)
    turn = [button(t.plain("catalog-details-page", number=t.number(page), pages=t.number(pages)),
                   NoteTap(key="catalog-details-note"))]
    if page > 1:
        turn.insert(0, button("‹", DetailsTap(**state, page=page - 1)))
    if page < pages:
        turn.append(button("›", DetailsTap(**state, page=page + 1)))
    keys = keyboard(turn if pages > 1 else [], way_back(t, CardTap(**state)))
    return Screen(text, keys, card_picture(view.card, view.picture))


def back_keys(t: Translator, view: CardView) -> Keys:
    """Below a file: back to the card."""
    return keyboard(way_back(t, CardTap(**state_of(view))))


def video_caption(t: Translator, view: CardView) -> str:
    return t("catalog-video", name=t.pick(view.card.name))


def manual_caption(t: Translator, view: CardView) -> str:
    return t("catalog-manual", name=t.pick(view.card.name))


def album_screen(t: Translator, view: CardView, close: AlbumCloseTap) -> Screen:
    """Below the pictures: they may be taken away again."""
    text = t.n("catalog-album", len(view.card.gallery), name=t.pick(view.card.name))
    return Screen(text, keyboard(
        [button(t.plain("catalog-tap-close-album"), close)], way_back(t, CardTap(**state_of(view)))
    ))
