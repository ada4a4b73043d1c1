"""The first contact, help, and the texts that bind."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.customers import language_key, marketing_key, parent
from handlers.screens.screen import Screen, banner
from keyboards.cart import CartTap
from keyboards.catalog import CategoriesTap
from keyboards.customers import AddressesTap, LanguageTap, MeTap
from keyboards.layout import PRIMARY, button, flow, keyboard, way_back
from keyboards.orders import OrdersTap
from keyboards.search import SearchTap
from keyboards.start import HelpTap, LegalTap
from keyboards.taps import HomeTap
from locales import Translator

LEGAL_PAGES = ("terms", "privacy", "about")


def welcome(
    t: Translator, shop_name: str, first_name: str, gifts: Sequence[dict[str, str]], languages: Sequence[str],
    marketing: bool,
) -> Screen:
    """The one screen of onboarding; `gifts` are the names of the coupons that were just given."""
    greeting = t("start-hello", name=first_name) if first_name else t("start-hello-nameless")
    parts = [t("start-welcome", greeting=greeting, shop=shop_name)]
    parts += [t("start-gift", coupon=t.pick(name)) for name in gifts]
    parts.append(t("start-consent-on" if marketing else "start-consent-off"))
    others = [language_key(language, "welcome") for language in languages if language != t.language]
    legal = [
        button(t.plain("start-tap-legal"), LegalTap(page="terms")), marketing_key(t, marketing, "welcome"),
    ]
    shop = [button(t.plain("start-tap-shop"), HomeTap(), PRIMARY)]
    return Screen(Markup("\n").join(parts), keyboard(shop, others, *flow(legal, 2)), banner("home"))


def legal(t: Translator, page: str, back: str, shop_name: str) -> Screen:
    """The terms, the privacy notice or what the shop is, each a tap from the others."""
    others = [button(t.plain(f"start-tap-{other}"), LegalTap(page=other, back=back))
              for other in LEGAL_PAGES if other != page]
    text = t(f"start-legal-{page}", shop=shop_name)
    return Screen(text, keyboard(*flow(others, 2), way_back(t, parent(back))), banner("help"))


def help_screen(t: Translator) -> Screen:
    """How to find, buy, pay and follow; what can be typed."""
    keys = [
        button(t.plain("start-tap-categories"), CategoriesTap()), button(t.plain("start-tap-search"), SearchTap()),
        button(t.plain("start-tap-cart"), CartTap()), button(t.plain("start-tap-orders"), OrdersTap()),
        button(t.plain("customers-tap-addresses"), AddressesTap()), button(t.plain("start-tap-me"), MeTap()),
        button(t.plain("customers-tap-language"), LanguageTap(back="help")),
        button(t.plain("start-tap-terms"), LegalTap(page="terms", back="help")),
    ]
    return Screen(t("start-help"), keyboard(*flow(keys, 2), way_back(t, None)), banner("help"))


def media_screen(t: Translator) -> Screen:
    """The shop cannot see or hear: what can be sent instead, and where a photo belongs."""
    keys = [
        button(t.plain("start-tap-search"), SearchTap()), button(t.plain("start-tap-orders"), OrdersTap()),
        button(t.plain("start-tap-help"), HelpTap()),
    ]
    return Screen(t("start-media"), keyboard(*flow(keys), way_back(t, None)), banner("help"))
