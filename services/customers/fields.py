"""What may stand in the fields of a profile and an address: each check returns the cleaned value or refuses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date

from services.customers import phones
from services.customers.regions import CHINA, country_name, get_province
from services.customers.types import AddressFields
from services.shared.errors import InvalidInput

NAME_MOST, CITY_MOST, LABEL_MOST = 40, 60, 10
STREET_LEAST, STREET_MOST = 5, 120
# Pictures, control characters and unassigned code points cannot be printed on a parcel label.
_UNPRINTABLE = {"So", "Cc", "Cf", "Cs", "Co", "Cn"}
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")
_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,8}[A-Z0-9]")


def name(text: str) -> str:
    """1–40 characters with at least one letter."""
    value = _line(text, "name")
    if not 1 <= len(value) <= NAME_MOST or not any(char.isalpha() for char in value):
        raise InvalidInput(field="name", reason="name")
    return value


def street(text: str) -> str:
    """5–120 characters."""
    value = _line(text, "street")
    if len(value) < STREET_LEAST:
        raise InvalidInput(field="street", reason="street-short", least=STREET_LEAST)
    if len(value) > STREET_MOST:
        raise InvalidInput(field="street", reason="street-long", most=STREET_MOST, length=len(value))
    return value


def city(text: str) -> str:
    value = _line(text, "city")
    if not 1 <= len(value) <= CITY_MOST or not any(char.isalpha() for char in value):
        raise InvalidInput(field="city", reason="city")
    return value


def district(text: str) -> str:
    """May be empty: not every city has districts."""
    return city(text) if text.strip() else ""


def postcode(text: str) -> str:
    """3–10 letters, digits, spaces and hyphens, in upper case; may be empty."""
    value = _line(text, "postcode").upper()
    if value and not _POSTCODE.fullmatch(value):
        raise InvalidInput(field="postcode", reason="postcode")
    return value


def label(text: str) -> str:
    value = _line(text, "label")
    if len(value) > LABEL_MOST:
        raise InvalidInput(field="label", reason="label", most=LABEL_MOST)
    return value


def email(text: str) -> str:
    value = unicodedata.normalize("NFKC", text).strip()
    if len(value) > 254 or not _EMAIL.fullmatch(value):
        raise InvalidInput(field="email", reason="email")
    return value


def birthday(text: str, today: date) -> date:
    """A past day of this century or the last: "1990-05-17", "1990/5/17", "1990年5月17日"."""
    match = re.fullmatch(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?", unicodedata.normalize("NFKC", text).strip())
    try:
        value = date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        value = None
    if value is None or not date(1900, 1, 1) <= value < today:
        raise InvalidInput(field="birthday", reason="birthday")
    return value


ADDRESS_CHECKS: dict[str, Callable[[str], str]] = {
    "name": name, "phone": phones.parse, "city": city, "district": district, "street": street, "postcode": postcode,
    "label": label,
}


def address(given: AddressFields) -> AddressFields:
    """The address with every field checked and cleaned. Raises InvalidInput for the first that cannot stand."""
    _region(given.country, given.region)
    values = asdict(given)
    return replace(given, **{field: check(values[field]) for field, check in ADDRESS_CHECKS.items()})


def _region(country: str, region: str) -> None:
    known = get_province(region) is not None if country == CHINA else region == country.lower()
    if not known or country_name(country)["en"] == country:
        raise InvalidInput(field="region", reason="region")


def _line(text: str, field: str) -> str:
    """One line without doubled spaces."""
    value = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(char) in _UNPRINTABLE for char in value):
        raise InvalidInput(field=field, reason="signs")
    return value
