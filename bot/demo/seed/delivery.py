"""Puts the demo shop's delivery zones into a store: where it delivers, how, for how much."""

from __future__ import annotations

from bot.demo.seed.catalogue import CURRENCY
from services.customers.regions import provinces
from services.delivery.service import put_zone
from services.delivery.types import Method, Zone
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Store, Tx
from services.shared.money import Money

_REMOTE = ("neimenggu", "gansu", "qinghai", "ningxia", "xinjiang", "hainan")
_PLATEAU = ("xizang",)
_HARBOURS = ("hongkong", "macau", "taiwan")

_STANDARD = {"zh": "标准快递", "en": "Standard delivery"}
_EXPRESS = {"zh": "特快专递", "en": "Express"}
_HARBOUR_POST = {"zh": "港澳台专线", "en": "Regional parcel"}
_AIR_MAIL = {"zh": "国际空运", "en": "International air"}


async def seed(store: Store) -> None:
    await store.write(put_zones, SYSTEM)


def put_zones(tx: Tx, actor: Actor) -> None:
    """Writes the zones by their codes; doing it again changes nothing. The actor needs "delivery.edit"."""
    apart = {*_REMOTE, *_PLATEAU, *_HARBOURS}
    near = tuple(province.code for province in provinces() if province.code not in apart)
    for zone in (_near(near), _remote(), _plateau(), _harbours(), _overseas()):
        put_zone(tx, actor, zone)


def _near(regions: tuple[str, ...]) -> Zone:
    return Zone("near", {"zh": "大陆大部分地区", "en": "Most of mainland China"}, regions, (
        Method("standard", _STANDARD, _yuan(10), (2, 4), free_from=_yuan(99), first_g=3000, fee_per_kg=_yuan(2),
               takes_cash=True),
        Method("express", _EXPRESS, _yuan(25), (1, 2), first_g=1000, fee_per_kg=_yuan(8), most_g=30_000),
        Method("standard-usd", _STANDARD, _usd(1_99), (2, 4), free_from=_usd(19_99), first_g=3000, fee_per_kg=_usd(40)),
        Method("standard-jpy", _STANDARD, Money(250, "JPY"), (2, 4), free_from=Money(2_500, "JPY"), first_g=3000,
               fee_per_kg=Money(50, "JPY")),
    ))


def _remote() -> Zone:
    return Zone("remote", {"zh": "偏远地区", "en": "Remote provinces"}, _REMOTE, (
        Method("standard", _STANDARD, _yuan(25), (4, 8), free_from=_yuan(499), first_g=1000, fee_per_kg=_yuan(10),
               takes_cash=True),
    ))


def _plateau() -> Zone:
    """Large appliances do not go up there."""
    return Zone("plateau", {"zh": "西藏", "en": "Tibet"}, _PLATEAU, (
        Method("standard", _STANDARD, _yuan(35), (6, 12), first_g=1000, fee_per_kg=_yuan(15), most_g=25_000),
    ))


def _harbours() -> Zone:
    return Zone("harbours", {"zh": "港澳台", "en": "Hong Kong, Macau and Taiwan"}, _HARBOURS, (
        Method("regional", _HARBOUR_POST, _yuan(60), (3, 7), first_g=1000, fee_per_kg=_yuan(20), most_g=20_000),
    ))


def _overseas() -> Zone:
    return Zone("overseas", {"zh": "海外", "en": "Abroad"}, ("*",), (
        Method("air", _AIR_MAIL, _yuan(180), (7, 15), first_g=1000, fee_per_kg=_yuan(60), most_g=15_000),
        Method("air-usd", _AIR_MAIL, _usd(19_99), (7, 15), free_from=_usd(299_00), first_g=1000, fee_per_kg=_usd(8_00),
               most_g=15_000),
        Method("air-jpy", _AIR_MAIL, Money(2_900, "JPY"), (5, 10), first_g=1000, fee_per_kg=Money(1_200, "JPY"),
               most_g=15_000),
    ))


def _usd(cents: int) -> Money:
    return Money(cents, "USD")


def _yuan(amount: int) -> Money:
    return Money(amount * 100, CURRENCY)
