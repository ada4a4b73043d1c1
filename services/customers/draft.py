"""An address while it is being written: which question comes next, and what an answer does to the fields so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from services.customers import fields, pasted, pasted_abroad
from services.customers.regions import CHINA, find_city, find_country, find_province, get_province
from services.shared.errors import InvalidInput

ORDER = ("name", "phone", "region", "city", "district", "street", "label")
_OF_REGION = ("country", "region", "city", "district", "postcode")


def missing(values: Mapping[str, str]) -> str | None:
    """The first field that was not asked for yet; None when the address is complete."""
    return next((field for field in ORDER if field not in values), None)


def answer(values: Mapping[str, str], field: str, text: str) -> dict[str, str]:
    """The fields with the answer to one question in them; an answer may settle more than its own field.

    Raises InvalidInput with the reason.
    """
    if field == "region":
        return _region(values, text)
    if field == "city":
        return _city(values, text)
    if field not in fields.ADDRESS_CHECKS:
        raise InvalidInput(field=field)
    return {**values, field: fields.ADDRESS_CHECKS[field](text)}


def _region(values: Mapping[str, str], text: str) -> dict[str, str]:
    """A province's or country's code, its name, or a whole region such as "浙江省杭州市西湖区"."""
    kept = {name: value for name, value in values.items() if name not in _OF_REGION}
    found = pasted.split_region(text)
    if found.region and not found.street:
        return {**kept, **{name: value for name, value in asdict(found).items() if name in _OF_REGION and value}}
    province = find_province(text)
    if province is not None:
        city = {"city": province.name["zh"]} if province.is_city_itself else {}
        return {**kept, "country": CHINA, "region": province.code, **city}
    country = find_country(text)
    if country is None or country == CHINA:
        raise InvalidInput(field="region", reason="region")
    return {**kept, "country": country, "region": country.lower()}


def _city(values: Mapping[str, str], text: str) -> dict[str, str]:
    """A city; in China its district may stand behind it, elsewhere the state and postcode may: "San Jose, CA 95112"."""
    province = get_province(values.get("region", ""))
    if province is None:
        found = pasted_abroad.split_tail([part.strip() for part in text.split(",") if part.strip()], values["country"])
        return {**values, "city": fields.city(found.city or text), "district": fields.district(found.district),
                "postcode": fields.postcode(found.postcode)}
    known = find_city(province, text)
    if known is not None:
        return {**values, "city": known.name["zh"]}
    split = pasted.split_region(province.name["zh"] + text)
    if split.city and not split.street:
        return {**values, "city": split.city} | ({"district": split.district} if split.district else {})
    return {**values, "city": fields.city(text)}
