"""Reads the pieces of an address written in latin letters: the name first, the country last, the postcode between."""

from __future__ import annotations

import re
from dataclasses import replace

from services.customers.regions import CHINA, find_city, find_country, find_province
from services.customers.types import AddressFields

# "CA 95112", "California 95112", "ON M5V 2T6", "NSW 2000"
_STATE_AND_CODE = re.compile(
    r"(?P<district>[A-Z]{2,3}|[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?) "
    r"(?P<postcode>\d{5}(?:-\d{4})?|\d{4}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
)
# "San Jose CA 95112"
_CITY_STATE_CODE = re.compile(
    r"(?P<city>[A-Z][A-Za-z .'-]+) (?P<district>[A-Z]{2,3}) "
    r"(?P<postcode>\d{5}(?:-\d{4})?|\d{4}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
)
# "London SW1A 2AA", "Singapore 238801"
_CITY_AND_CODE = re.compile(
    r"(?P<city>[^\d]+?) (?P<postcode>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4,7}(?:-\d{3,4})?)"
)
# "10115 Berlin", "75001 Paris", "1012 AB Amsterdam"
_CODE_AND_CITY = re.compile(r"(?P<postcode>\d{4,6}(?: [A-Z]{2})?) (?P<city>[^\d]+)")
_CODE = re.compile(r"(?P<postcode>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{3,7}(?:-\d{3,4})?)")
_STATE = re.compile(r"[A-Z]{2,3}")
# "Apt 5", "Unit 12", "#07-01"
_PART_OF_HOUSE = re.compile(r"(?i)(?:apt|apartment|unit|flat|floor|suite|ste|room|rm|building)\b|#")
# Countries that write a state or province between city and postcode.
_WITH_STATES = {"US", "CA", "AU", "BR", "MX", "IN", "MY"}


def parse(tokens: list[str]) -> AddressFields:
    """The fields found; with no country named, one is guessed from the postcode where that is certain."""
    country, tokens = _take_country(tokens)
    name, tokens = _take_name(tokens)
    if country == CHINA:
        return replace(_chinese(tokens), name=name)
    street, tail = _split_street(tokens)
    found = split_tail(tail, country)
    if not country and re.fullmatch(r"\d{5}(-\d{4})?", found.postcode) and _STATE.fullmatch(found.district):
        country = "US"
    return replace(found, name=name, street=street, country=country, region=country.lower())


def split_tail(tokens: list[str], country: str) -> AddressFields:
    """City, state and postcode out of what stands behind the street: "San Jose", "CA 95112"."""
    found = AddressFields(country=country, region=country.lower())
    left: list[str] = []
    for token in tokens:
        parts = None if found.postcode else _match(token, country)
        if parts is None and not found.district and _STATE.fullmatch(token):
            parts = {"district": token}
        if parts is None:
            left.append(token)
        else:
            found = replace(found, **parts)
    if not found.city and left:
        found = replace(found, city=left.pop(0))
    if not found.district and left:
        found = replace(found, district=left.pop(0))
    return found


def _match(token: str, country: str) -> dict[str, str] | None:
    with_state = [_STATE_AND_CODE, _CITY_STATE_CODE] if not country or country in _WITH_STATES else []
    for pattern in (*with_state, _CODE, _CODE_AND_CITY, _CITY_AND_CODE):
        match = pattern.fullmatch(token)
        if match is not None:
            return match.groupdict()
    return None


def _take_country(tokens: list[str]) -> tuple[str, list[str]]:
    """The last piece that names a country. The first piece is none: people are called Jordan."""
    last = len(tokens) - 1
    for index in range(last, 0, -1):
        code = find_country(tokens[index])
        # Two letters count at the end only, and "CA" before a five-digit postcode is California, not Canada.
        if code is None or (len(tokens[index]) == 2 and (index != last or (code == "CA" and _has_us_code(tokens)))):
            continue
        return code, tokens[:index] + tokens[index + 1:]
    return "", tokens


def _has_us_code(tokens: list[str]) -> bool:
    return any(re.search(r"(?:^| )\d{5}(?:-\d{4})?$", token) for token in tokens)


def _take_name(tokens: list[str]) -> tuple[str, list[str]]:
    """The first piece without a digit, when a street follows it; otherwise the last one."""
    for index in (0, len(tokens) - 1):
        if len(tokens) > 1 and not re.search(r"\d", tokens[index]):
            return tokens[index], tokens[:index] + tokens[index + 1:]
    return "", tokens


def _split_street(tokens: list[str]) -> tuple[str, list[str]]:
    """The street is the first piece and those behind it that hold a house, flat or floor number."""
    end = 1
    while end < len(tokens) - 1 and _PART_OF_HOUSE.match(tokens[end]):
        end += 1
    return ", ".join(tokens[:end]), tokens[end:]


def _chinese(tokens: list[str]) -> AddressFields:
    """A place in China in latin letters: "1 Zhongguancun Street, Haidian, Beijing 100080"."""
    street: list[str] = []
    found = AddressFields(country=CHINA)
    for token in tokens:
        match = re.fullmatch(r"(?P<rest>.*?) ?(?P<postcode>\d{6})", token)
        postcode, token = (match["postcode"], match["rest"]) if match else (found.postcode, token)
        found = replace(found, postcode=postcode)
        province = find_province(token) if token else None
        if province is not None:
            city = province.name["zh"] if province.is_city_itself else found.city
            found = replace(found, region=province.code, city=city)
        elif token:
            street.append(token)
    return _place_city(found, street)


def _place_city(found: AddressFields, pieces: list[str]) -> AddressFields:
    """City and district out of what stands before the province, from the end on."""
    province = find_province(found.region) if found.region else None
    rest = list(pieces)
    if province is not None and not found.city and len(rest) > 1:
        known = find_city(province, rest[-1].removesuffix(" City"))
        found = replace(found, city=known.name["zh"] if known else rest[-1])
        rest.pop()
    if len(rest) > 1:
        found = replace(found, district=rest.pop())
    return replace(found, street=", ".join(rest))
