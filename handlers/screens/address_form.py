"""The questions that fill an address one by one, and the address as it was read from a pasted message.

They are plain text: a picture above each would push what was just typed off the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup, escape

from handlers.screens import customers
from handlers.screens.addresses import place_line
from handlers.screens.screen import Prompt, Screen
from keyboards.customers import (
    AddressDropTap,
    AddressFixTap,
    AddressLabelTap,
    AddressResumeTap,
    AddressSaveTap,
    AddressSkipTap,
    CitiesTap,
    CityTap,
    CountriesTap,
    CountryTap,
    RegionsTap,
    RegionTap,
)
from keyboards.layout import PRIMARY, Row, button, flow, keyboard, way_back
from keyboards.taps import Tap
from locales import Translator
from services.customers import phones
from services.customers.regions import CHINA, country_name, get_province, provinces
from services.customers.types import AddressFields

# The steps as people count them: the region has up to three questions.
STEPS = {"name": 1, "phone": 2, "region": 3, "city": 3, "district": 3, "street": 4, "label": 5}
_STEP_COUNT = 5
QUESTIONS = (*STEPS, "postcode")
LABELS = ("home", "work", "school")
SKIPPABLE = ("district", "postcode", "label")
_REVIEWED = ("name", "phone", "region", "street")
_PAGE = 10
# Where people abroad mostly live; any other country is typed.
_COUNTRIES = ("US", "CA", "GB", "AU", "SG", "MY", "JP", "KR", "DE", "FR")


def question(
    t: Translator, field: str, values: Mapping[str, str], *, editing: bool, problem: str | None = None, page: int = 1,
    abroad: bool = False,
) -> Screen:
    """The question for `field`: how far we are, what was given so far, what is wrong with what was typed last."""
    text = _question_text(t, field, values, editing, problem)
    rows = _answers(t, field, values, page, abroad)
    skip = [button(t.plain("address-tap-skip"), AddressSkipTap())] if field in SKIPPABLE else []
    return Screen(text, keyboard(*rows, skip, _leave(t)))


def phone_prompt(t: Translator, values: Mapping[str, str], *, editing: bool, problem: str | None = None) -> Prompt:
    """The question for the phone number, with the key that sends the person's own."""
    return customers.phone_prompt(t, _question_text(t, "phone", values, editing, problem))


def _question_text(
    t: Translator, field: str, values: Mapping[str, str], editing: bool, problem: str | None
) -> Markup:
    head = t("address-editing") if editing or field not in STEPS else t(
        "address-progress", step=STEPS[field], steps=_STEP_COUNT
    )
    key = f"address-ask-{field}"
    if field == "city" and values.get("country") != CHINA:
        key = "address-ask-city-abroad"
    parts = [head, _given(t, values), t("address-problem", problem=problem) if problem else "", t(key)]
    return Markup("\n").join(part for part in parts if part)


def _given(t: Translator, values: Mapping[str, str]) -> Markup:
    """What was typed so far, so that nothing seems lost."""
    fields = AddressFields(**values)
    phone = phones.shown(fields.phone) if fields.phone else ""
    pieces = [fields.name, phone, place_line(t, fields), fields.label]
    return escape(" · ".join(piece for piece in pieces if piece))


def _answers(t: Translator, field: str, values: Mapping[str, str], page: int, abroad: bool) -> list[Row]:
    if field == "region" and abroad:
        countries = [button(t.pick(country_name(code)), CountryTap(code=code)) for code in _COUNTRIES]
        return [*flow(countries), [button(t.plain("address-tap-china"), RegionsTap())]]
    if field == "region":
        keys = [button(_short(t, place.name, place.short), RegionTap(code=place.code)) for place in provinces()]
        return [*_paged(keys, page, lambda number: RegionsTap(page=number)),
                [button(t.plain("address-tap-abroad"), CountriesTap())]]
    province = get_province(values.get("region", "")) if field == "city" else None
    if province is not None:
        keys = [button(_short(t, city.name, city.short), CityTap(number=number))
                for number, city in enumerate(province.cities)]
        return _paged(keys, page, lambda number: CitiesTap(page=number))
    if field == "label":
        return [[button(t.plain(f"address-label-{label}"), AddressLabelTap(label=label)) for label in LABELS]]
    return []


def _short(t: Translator, name: dict[str, str], short: str) -> str:
    return short if t.language == "zh" else t.pick(name)


def _paged(keys: list[InlineKeyboardButton], page: int, to: Callable[[int], Tap]) -> list[Row]:
    pages = -(-len(keys) // _PAGE)
    page = min(max(page, 1), pages)
    rows = flow(keys[(page - 1) * _PAGE : page * _PAGE])
    if pages == 1:
        return rows
    before, after = (page - 2) % pages + 1, page % pages + 1
    return [*rows, [button("‹", to(before)), button(f"{page}/{pages}", to(page)), button("›", to(after))]]


def paste_question(t: Translator, problem: str | None = None) -> Screen:
    """Asks for a whole address in one message."""
    trouble = t("address-problem", problem=problem) + "\n" if problem else ""
    return Screen(Markup(trouble) + t("address-ask-paste"), keyboard(_leave(t)))


def review(t: Translator, values: Mapping[str, str], complete: bool) -> Screen:
    """What was understood of a pasted address, to be confirmed, corrected or completed."""
    fields = AddressFields(**values)
    rows = [
        t("address-review-line", field=t(f"address-field-{name}"), value=value or "—")
        for name, value in (
            ("name", fields.name), ("phone", phones.shown(fields.phone) if fields.phone else ""),
            ("region", place_line(t, AddressFields(country=fields.country, region=fields.region, city=fields.city,
                                                   district=fields.district, postcode=fields.postcode))),
            ("street", fields.street),
        )
    ]
    go_on = button(t.plain("address-tap-save"), AddressSaveTap(), PRIMARY) if complete else button(
        t.plain("address-tap-complete"), AddressResumeTap(), PRIMARY
    )
    fixes = [button(t.plain(f"address-tap-{name}"), AddressFixTap(field=name)) for name in _REVIEWED]
    text = t("address-review", fields=Markup("\n").join(rows))
    return Screen(text, keyboard([go_on], *flow(fixes), _leave(t)))


def _leave(t: Translator) -> Row:
    """Home keeps what was typed; the other key drops it."""
    return [button(t.plain("address-tap-drop"), AddressDropTap()), *way_back(t, None)]
