"""Provinces and cities of China with short codes, and the countries of the world with their ISO 3166 codes.

A region is the key of delivery zones: a province's code ("beijing", "xinjiang") in China, the country's code in lower
case ("us") elsewhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

CHINA = "CN"
_PROVINCE_ENDINGS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")
_CITY_ENDINGS = ("自治州", "地区", "林区", "盟", "市")
# Peoples in the names of autonomous prefectures; nobody writes them when they write short.
_PEOPLES = re.compile(
    "(?:朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|柯尔克孜|哈萨克)+$"
)
# What people write instead of the names that the standard knows.
_COUNTRY_ALIASES = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "america": "US", "uk": "GB", "u.k.": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "china": "CN", "prc": "CN", "p.r. china": "CN", "uae": "AE",
    "korea": "KR", "holland": "NL", "czech republic": "CZ",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A province or a city. `code` is the province's short code; a city has its province's."""

    code: str
    name: dict[str, str]
    cities: tuple[Place, ...] = ()

    @property
    def short(self) -> str:
        """The Chinese name without its kind: "北京", "内蒙古", "苏州"."""
        full = self.name["zh"]
        for ending in (*_PROVINCE_ENDINGS, *_CITY_ENDINGS):
            if full.endswith(ending) and len(full) - len(ending) >= 2:
                short = full.removesuffix(ending)
                return _PEOPLES.sub("", short) if ending == "自治州" else short
        return full

    @property
    def is_city_itself(self) -> bool:
        """True for the municipalities and the special administrative regions: below them come districts."""
        return not self.cities


@cache
def provinces() -> tuple[Place, ...]:
    """The 34 province-level divisions in the order of the national standard (GB/T 2260)."""
    entries = json.loads((Path(__file__).parent / "regions.json").read_text(encoding="utf-8"))
    return tuple(
        Place(entry["code"], {"zh": entry["zh"], "en": entry["en"]},
              tuple(Place(entry["code"], city) for city in entry["cities"]))
        for entry in entries
    )


@cache
def _by_code() -> dict[str, Place]:
    return {province.code: province for province in provinces()}


def get_province(code: str) -> Place | None:
    return _by_code().get(code)


def region_name(country: str, region: str) -> dict[str, str]:
    """What people call a region: the province in China, the country elsewhere."""
    province = get_province(region) if country == CHINA else None
    return province.name if province is not None else country_name(country)


def city_name(region: str, city: str) -> dict[str, str]:
    """What people call a city of a province; one that the list does not know stays as it was written."""
    province = get_province(region)
    known = find_city(province, city) if province is not None else None
    return known.name if known is not None else {"zh": city, "en": city}


@cache
def country_name(code: str) -> dict[str, str]:
    return {language: Locale(language).territories.get(code, code) for language in ("zh", "en")}


@cache
def _countries() -> dict[str, str]:
    """Every name and two-letter code of a country, folded, to its code."""
    known: dict[str, str] = {}
    for language in ("zh", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"):
                known |= {code.casefold(): code, name.casefold(): code}
    return known | _COUNTRY_ALIASES


def find_country(text: str) -> str | None:
    """The ISO code of a country named in Chinese or English, or by its code; None when there is none."""
    return _countries().get(text.strip().casefold())


def find_city(province: Place, text: str) -> Place | None:
    """The city of `province` called `text` in Chinese, with or without its kind, or in English."""
    wanted = text.strip().casefold()
    for city in province.cities:
        if wanted in (city.name["zh"], city.short, city.name["en"].casefold()):
            return city
    return None


def find_province(text: str) -> Place | None:
    """The province called `text` in Chinese, in full or short, or in English."""
    wanted = text.strip().casefold().removesuffix(" province").removesuffix(" city")
    for province in provinces():
        if wanted in (province.name["zh"], province.short, province.name["en"].casefold(), province.code):
            return province
    return None
