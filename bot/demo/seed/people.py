"""The people of the demo: personas with a story, and as many more as the size asks for. All of them are invented."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from services.customers import addresses
from services.customers import service as customers
from services.customers.types import AddressFields
from services.promotions import claiming
from services.shared.actors import Actor, customer
from services.shared.db import Tx
from services.shared.price_lists import PriceList

XIAOMAN, JAY, STAFF, OWNER = 9_000_000_001, 9_000_000_002, 9_000_000_003, 9_000_000_004
MARIA = 9_000_001_003
_FIRST_OF_THE_CROWD = 9_000_001_101
# One in so many speaks English.
_ENGLISH_EVERY = 12


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`joined` is how long ago the person opened the chat at the latest; `pays` is how they like to pay, if known.

    Those who are not `welcomed` see the welcome screen at their first `/start`. `currency` is what they buy in, "" for
    the shop's own.
    """

    telegram_id: int
    name: str
    language: str
    addresses: tuple[AddressFields, ...]
    joined: timedelta | None = None
    pays: str | None = None
    welcomed: bool = True
    currency: str = ""

    @property
    def buys(self) -> bool:
        """Whether the person has past orders: only those who have somewhere to send them."""
        return bool(self.addresses)


def people(count: int, random: Random) -> tuple[DemoPerson, ...]:
    """The personas and then others, `count` in all and at least the personas."""
    personas = tuple(_persona(entry) for entry in _data()["personas"])
    return personas + tuple(_someone(number, random) for number in range(count - len(personas)))


def enter(tx: Tx, person: DemoPerson, currencies: tuple[str, ...]) -> Actor:
    """The person opens the chat, is welcomed with the newcomers' coupons and notes their addresses.

    They choose their currency where the shop has it: `currencies` are the shop's, its own first.
    """
    known, _ = customers.enter(tx, person.telegram_id, person.name, None, person.language, is_demo=True)
    actor = customer(known.id)
    if person.currency in currencies:
        customers.choose_currency(tx, actor, person.currency, currencies)
        actor = customer(known.id, PriceList(person.currency))
    if person.welcomed and customers.welcome(tx, actor):
        claiming.welcome(tx, actor)
    for address in person.addresses:
        addresses.add_address(tx, actor, address)
    return actor


def _persona(entry: dict[str, Any]) -> DemoPerson:
    days = entry.get("joined_days_ago")
    return DemoPerson(
        entry["id"], entry["name"], entry["language"],
        tuple(AddressFields(**({"country": "CN"} | address)) for address in entry["addresses"]),
        None if days is None else timedelta(days=days), entry.get("pays"), entry.get("welcomed", True),
        entry.get("currency", ""),
    )


def _someone(number: int, random: Random) -> DemoPerson:
    data, english = _data(), number % _ENGLISH_EVERY == _ENGLISH_EVERY - 1
    if english:
        first, last = random.choice(data["first_names"]), random.choice(data["last_names"])
    else:
        first, last = random.choice(data["given_names"]), random.choice(data["surnames"])
    place = random.choices(data["places"], [each["weight"] for each in data["places"]])[0]
    address = AddressFields(
        name=f"{first} {last}" if english else last + first, phone=f"+8613800{number % 9_000 + 1_000:06}",
        country="CN", region=place["region"], city=place["city"], district=place["district"],
        street=f"{random.choice(data['streets'])} {random.randint(1, 199)} 号 {random.randint(1, 30)} 幢 "
               f"{random.randint(1, 28)}0{random.randint(1, 4)} 室",
    )
    return DemoPerson(_FIRST_OF_THE_CROWD + number, first, "en" if english else "zh", (address,))


@cache
def _data() -> dict[str, Any]:
    return json.loads((files("bot.demo.seed") / "people.json").read_text(encoding="utf-8"))
