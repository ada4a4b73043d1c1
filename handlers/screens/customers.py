"""The personal centre: profile, language and messages."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup
from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.screen import Prompt, Screen, banner
from keyboards.alerts import AlertsTap
from keyboards.cart import CartTap
from keyboards.catalog import FavouritesTap
from keyboards.coupons import WalletTap
from keyboards.customers import (
    AddressesTap,
    CurrencyChosenTap,
    CurrencyTap,
    LanguageChosenTap,
    LanguageTap,
    MarketingTap,
    MeTap,
    NoticesTap,
    ProfileClearTap,
    ProfileFieldTap,
    ProfileTap,
)
from keyboards.layout import button, flow, keyboard, way_back
from keyboards.orders import OrdersTap
from keyboards.start import HelpTap, LegalTap
from keyboards.taps import Tap
from locales import Translator
from services.customers import phones
from services.customers.profile import EDITABLE
from services.customers.types import Profile

# A key holds 32 cells, its sign and the code.
_CURRENCY_CELLS = 22
# Each language in its own words: whoever cannot read the present one finds theirs.
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def me(t: Translator, profile: Profile, currency: str | None = None) -> Screen:
    """Everything that is the person's own. `currency` is what they buy in, where there is something to choose."""
    keys = [
        button(t.plain("customers-tap-profile"), ProfileTap()),
        button(t.plain("customers-tap-addresses"), AddressesTap()),
        button(t.plain("customers-tap-orders"), OrdersTap()),
        button(t.plain("customers-tap-coupons"), WalletTap()),
        button(t.plain("customers-tap-favourites"), FavouritesTap()),
        button(t.plain("alerts-tap-list"), AlertsTap()),
        button(t.plain("customers-tap-notices"), NoticesTap()),
        button(t.plain("customers-tap-language"), LanguageTap(back="me")),
        *([] if currency is None else [button(t.plain("customers-tap-currency", currency=currency), CurrencyTap())]),
        button(t.plain("start-tap-help"), HelpTap()),
        button(t.plain("customers-tap-about"), LegalTap(page="about", back="me")),
        button(t.plain("customers-tap-terms"), LegalTap(page="terms", back="me")),
    ]
    text = t("customers-me", name=profile.name) if profile.name else t("customers-me-nameless")
    return Screen(text, keyboard(*flow(keys, 2), way_back(t, None)), banner("me"))


def profile_screen(t: Translator, profile: Profile) -> Screen:
    """The fields of the profile, each with a key to change it."""
    values = {
        "name": profile.name, "phone": _phone(t, profile), "email": profile.email or "",
        "birthday": profile.birthday.isoformat() if profile.birthday else "",
    }
    rows = [t("customers-field", field=t(f"customers-field-{name}"), value=value or t.plain("customers-field-empty"))
            for name, value in values.items()]
    keys = [button(t.plain(f"customers-tap-{field}"), ProfileFieldTap(field=field)) for field in EDITABLE]
    if profile.phone is not None:
        # The question for a number has a reply keyboard and no keys of its own.
        keys.append(button(t.plain("customers-tap-clear-phone"), ProfileClearTap(field="phone")))
    text = t("customers-profile", fields=Markup("\n").join(rows))
    return Screen(text, keyboard(*flow(keys, 2), way_back(t, MeTap())), banner("me"))


def _phone(t: Translator, profile: Profile) -> str:
    if profile.phone is None:
        return ""
    mark = t.plain("customers-phone-verified" if profile.phone_verified else "customers-phone-unverified")
    return f"{phones.shown(profile.phone)} {mark}"


def field_question(t: Translator, field: str, problem: str | None = None, *, clearable: bool = False) -> Screen:
    """Asks for a field of the profile, with the reason where the last answer could not stand."""
    clear = [button(t.plain("customers-tap-clear"), ProfileClearTap(field=field))] if clearable else []
    return Screen(asking(t, field, problem), keyboard(clear, way_back(t, ProfileTap())))


def phone_prompt(t: Translator, text: Markup) -> Prompt:
    """Asks for a phone number in the words `text`, with the key that sends the person's own."""
    share = KeyboardButton(text=t.plain("address-tap-share-phone"), request_contact=True)
    keys = ReplyKeyboardMarkup(keyboard=[[share]], resize_keyboard=True, one_time_keyboard=True,
                               input_field_placeholder=t.plain("address-phone-placeholder"))
    return Prompt(text, keys)


def asking(t: Translator, field: str, problem: str | None) -> Markup:
    """The question for a field, below the reason why the last answer could not stand."""
    trouble = t("address-problem", problem=problem) + "\n" if problem else ""
    return Markup(trouble) + t(f"customers-ask-{field}")


def language_screen(t: Translator, languages: tuple[str, ...], back: str) -> Screen:
    """The languages to choose from, the present one marked."""
    keys = [language_key(language, back, chosen=language == t.language) for language in languages]
    return Screen(t("customers-language"), keyboard(keys, way_back(t, parent(back))), banner("me"))


def language_key(language: str, back: str, *, chosen: bool = False) -> InlineKeyboardButton:
    name = LANGUAGE_NAMES[language]
    return button(f"✅ {name}" if chosen else f"🌐 {name}", LanguageChosenTap(language=language, back=back))


def currency_screen(t: Translator, currencies: Sequence[str], chosen: str, back: str) -> Screen:
    """The currencies to choose from, the present one marked."""
    names = {each: t.plain("customers-currency-name", code=each, name=short(t.currency(each), _CURRENCY_CELLS))
             for each in currencies}
    keys = [
        button(f"✅ {name}" if each == chosen else f"💱 {name}", CurrencyChosenTap(currency=each, back=back))
        for each, name in names.items()
    ]
    return Screen(t("customers-currency", own=t.currency(currencies[0])),
                  keyboard(*flow(keys, 2), way_back(t, parent(back))), banner("me"))


def parent(back: str) -> Tap | None:
    """The tap that leads to the screen named by a `back` word; None for home, which every screen has a key to."""
    return {"me": MeTap(), "cart": CartTap(), "notices": NoticesTap(), "help": HelpTap()}.get(back)


def notices(t: Translator, profile: Profile) -> Screen:
    """Which messages come anyway, and which only with consent."""
    wanted = profile.marketing_at is not None
    state = t("customers-marketing-on", since=t.datetime(profile.marketing_at)) if profile.marketing_at else t(
        "customers-marketing-off"
    )
    text = t("customers-notices", marketing=state)
    return Screen(text, keyboard([marketing_key(t, wanted, "notices")], way_back(t, MeTap())), banner("me"))


def marketing_key(t: Translator, wanted: bool, back: str) -> InlineKeyboardButton:
    key = "customers-tap-marketing-stop" if wanted else "customers-tap-marketing-allow"
    return button(t.plain(key), MarketingTap(wanted=not wanted, back=back))
