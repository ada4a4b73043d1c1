"""Reads an address pasted in one piece: name, phone and place in any order, Chinese or international.

It only proposes: what it returns is shown for confirmation, and what it did not find is "".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from services.customers import pasted_abroad, phones
from services.customers.regions import CHINA, Place, find_city, provinces
from services.customers.types import AddressFields
from services.shared.errors import InvalidInput

_CJK = "\u4e00-\u9fff"
_SEPARATORS = re.compile(r"[,;/|、\n\t\r]+| {2,}|。")
_CAPTIONS = re.compile(
    "(?:收货人|收件人|联系人|姓名|联系电话|联系方式|手机号码|手机号|手机|电话|所在地区|所在地|收货地址|详细地址|地址|邮政编码|邮编"
    r"|name|phone|tel|mobile|address|postcode|zip)\s*:\s*", re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?|0086[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
    r"|(?<![\w+])\+\d[\d ().-]{5,18}\d(?!\d)"
)
_POSTCODE = re.compile(r"(?<![\dA-Za-z-])\d{6}(?![\dA-Za-z号室栋幢座楼弄-])")
# A name of two to four characters, or a longer one with the dot of transcribed names.
_NAME = re.compile(f"[{_CJK}]{{2,4}}|[{_CJK}]{{1,10}}[·•][{_CJK}]{{1,10}}|[A-Za-z][A-Za-z .'-]{{1,38}}")
_HONORIFIC = re.compile("(?<=..)(?:先生|女士|小姐|收)$")
_PLACE_WORDS = re.compile("[省市区县镇乡村路街巷弄号楼栋幢座室厅园旗盟院厦]$|自治")
# A name typed straight after the house number or the room.
_NAME_BEHIND = re.compile(f"^(.*(?:\\d|号|号楼|室|楼|栋|单元|层|座))([{_CJK}]{{2,4}})$")
_DISTRICT = re.compile(f"[{_CJK}]{{1,12}}?(?:自治县|自治旗|林区|矿区|特区|区|县|市|旗)")
_NOT_DISTRICT = ("小区", "社区", "园区", "校区", "厂区", "院区", "景区", "超市")
_CITY = re.compile(f"[{_CJK}]{{2,10}}?(?:自治州|地区|盟|市)")


def parse(text: str) -> AddressFields:
    """The fields found in `text`; `country` and `region` are codes as in AddressFields."""
    rest = _CAPTIONS.sub(",", unicodedata.normalize("NFKC", text).replace(" ", " "))
    rest, phone = _take_phone(rest)
    found = _chinese(rest) if re.search(f"[{_CJK}]", rest) else pasted_abroad.parse(_tokens(rest))
    return replace(found, phone=phone)


def split_region(text: str) -> AddressFields:
    """Country, region, city, district and street out of a Chinese address without name and phone."""
    text = re.sub(r"\s", "", text)
    province, rest = _province(text)
    if province is None:
        province, city, rest = _city_anywhere(text)
        if province is None:
            return AddressFields(street=text)
    elif province.is_city_itself:
        city, rest = province.name["zh"], _without(rest, province)
    else:
        city, rest = _city(province, rest)
    district, street = _district(rest)
    return AddressFields(country=CHINA, region=province.code, city=city, district=district, street=street)


def _take_phone(text: str) -> tuple[str, str]:
    for match in _PHONE.finditer(text):
        try:
            number = phones.parse(match.group())
        except InvalidInput:
            continue
        return f"{text[:match.start()]},{text[match.end():]}", number
    return text, ""


def _chinese(text: str) -> AddressFields:
    text, postcode = _take_postcode(text)
    tokens = [token for part in _tokens(text) for token in part.split()]
    name, tokens = _take_name(tokens)
    found = split_region("".join(tokens))
    if not name and (match := _NAME_BEHIND.match(found.street)):
        name, found = match.group(2), replace(found, street=match.group(1))
    return replace(found, name=_HONORIFIC.sub("", name), postcode=postcode)


def _tokens(text: str) -> list[str]:
    return [token.strip(" .:-") for token in _SEPARATORS.split(text) if token.strip(" .:-")]


def _take_postcode(text: str) -> tuple[str, str]:
    match = _POSTCODE.search(text)
    return (text, "") if match is None else (f"{text[:match.start()]},{text[match.end():]}", match.group())


def _take_name(tokens: list[str]) -> tuple[str, list[str]]:
    """The name is the first or the last piece more often than one in between."""
    order = sorted(range(len(tokens)), key=lambda index: (index not in (0, len(tokens) - 1), index))
    for index in order:
        if _NAME.fullmatch(tokens[index]) and not _is_place(tokens[index]):
            return tokens[index], tokens[:index] + tokens[index + 1:]
    return "", tokens


def _is_place(token: str) -> bool:
    if _PLACE_WORDS.search(token):
        return True
    return any(token == place.short or find_city(place, token) for place in provinces())


def _province(text: str) -> tuple[Place | None, str]:
    text = text.removeprefix("中华人民共和国").removeprefix("中国")
    for province in provinces():
        if text.startswith(province.short):
            return province, _without(text, province)
    return None, text


def _without(text: str, place: Place) -> str:
    """`text` without the place's name at its front, in full or short."""
    for name in (place.name["zh"], f"{place.short}自治区", f"{place.short}省", f"{place.short}市", place.short):
        if text.startswith(name):
            return text.removeprefix(name)
    return text


def _city(province: Place, text: str) -> tuple[str, str]:
    for city in province.cities:
        if text.startswith(city.name["zh"]):
            return city.name["zh"], text.removeprefix(city.name["zh"])
    for city in province.cities:
        # "Chaoyang" is a city and a district as well: a short name counts only where no district begins with it.
        if text.startswith(city.short) and text[len(city.short):][:1] not in ("区", "县", "路", "街"):
            return city.name["zh"], _without(text, city)
    match = _CITY.match(text)
    return ("", text) if match is None else (match.group(), text[match.end():])


def _city_anywhere(text: str) -> tuple[Place | None, str, str]:
    for full in (True, False):
        for province in provinces():
            for city in province.cities:
                name = city.name["zh"] if full else city.short
                if text.startswith(name) and (full or text[len(name):][:1] not in ("区", "县", "路", "街")):
                    return province, city.name["zh"], text.removeprefix(name)
    return None, "", text


def _district(text: str) -> tuple[str, str]:
    match = _DISTRICT.match(text)
    if match is None or match.group().endswith(_NOT_DISTRICT):
        return "", text
    return match.group(), text[match.end():]
