"""The address book: how an address reads, the list, one address."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.screen import Screen, banner
from keyboards.customers import (
    AddressAddTap,
    AddressDefaultTap,
    AddressEditTap,
    AddressesTap,
    AddressPasteTap,
    AddressRemoveTap,
    AddressTap,
    MeTap,
)
from keyboards.layout import DANGER, PRIMARY, button, flow, keyboard, way_back
from keyboards.orders import AddressChosenTap, CheckoutTap
from locales import Translator
from services.customers import phones
from services.customers.addresses import MOST
from services.customers.regions import CHINA, city_name, get_province, region_name
from services.customers.types import Address, AddressFields

EDITABLE = ("name", "phone", "region", "street", "postcode", "label")
# A caption holds 1,024 characters; the rest is the heading's.
_LIST_MOST = 850


def place_line(t: Translator, address: AddressFields) -> str:
    """Region, city, district and street on one line, in the order of the country."""
    region = t.pick(region_name(address.country, address.region)) if address.country else ""
    if address.country == CHINA:
        province = get_province(address.region)
        city = "" if province is not None and province.name["zh"] == address.city else t.pick(
            city_name(address.region, address.city)
        )
        parts = [region, city, address.district, address.street, address.postcode]
        return " ".join(part for part in parts if part)
    tail = " ".join(part for part in (address.district, address.postcode) if part)
    return ", ".join(part for part in (address.street, address.city, tail, region) if part)


def short_line(t: Translator, address: AddressFields) -> str:
    """For lists and labels: the label, the receiver and the beginning of the place."""
    label = f"{address.label} · " if address.label else ""
    return f"{label}{address.name} · {place_line(t, address)}"


def full_text(t: Translator, address: AddressFields) -> Markup:
    """An address in full, for its owner."""
    label = Markup("<b>{}</b> · ").format(address.label) if address.label else Markup("")
    return label + Markup("{} {}\n{}").format(address.name, phones.shown(address.phone), place_line(t, address))


def book(t: Translator, addresses: Sequence[Address]) -> Screen:
    """The list of a person's addresses."""
    if not addresses:
        text = t("address-none")
    else:
        room = _LIST_MOST // len(addresses)
        entries = "\n".join(_entry(t, number, address, room) for number, address in enumerate(addresses, 1))
        text = t("address-book", count=t.number(len(addresses)), most=t.number(MOST), entries=entries)
    numbers = [button(f"{'⭐' if a.is_default else ''}{number}", AddressTap(address=a.id))
               for number, a in enumerate(addresses, 1)]
    rows = [numbers[start:start + 5] for start in range(0, len(numbers), 5)]
    adding = flow([
        button(t.plain("address-tap-add"), AddressAddTap()), button(t.plain("address-tap-paste"), AddressPasteTap()),
    ])
    return Screen(text, keyboard(*rows, *(adding if len(addresses) < MOST else ()), way_back(t, MeTap())), banner("me"))


def saved_for_checkout(t: Translator, address: Address, checkout_id: int) -> Screen:
    """The new address is saved; on to the checkout that asked for it, with this address."""
    use = button(t.plain("address-tap-use"), AddressChosenTap(checkout=checkout_id, address=address.id), PRIMARY)
    text = t("address-saved", address=full_text(t, address))
    return Screen(text, keyboard([use], way_back(t, CheckoutTap(checkout=checkout_id))), banner("me"))


def _entry(t: Translator, number: int, address: Address, room: int) -> str:
    line = f"{number}. {'⭐ ' if address.is_default else ''}{short_line(t, address)}"
    return line if len(line.encode("utf-16-le")) // 2 <= room else short(line, room)


def card(t: Translator, address: Address) -> Screen:
    """One address, with a key for each of its fields."""
    edits = [button(t.plain(f"address-tap-{field}"), AddressEditTap(address=address.id, field=field))
             for field in EDITABLE]
    mark = [] if address.is_default else [button(t.plain("address-tap-default"), AddressDefaultTap(address=address.id))]
    remove = button(t.plain("address-tap-remove"), AddressRemoveTap(address=address.id))
    note = t("address-is-default") if address.is_default else ""
    text = t("address-card", address=full_text(t, address), note=note)
    return Screen(text, keyboard(*flow(edits), [*mark, remove], way_back(t, AddressesTap())), banner("me"))


def confirm_removal(t: Translator, address: Address) -> Screen:
    yes = button(t.plain("address-tap-remove-sure"), AddressRemoveTap(address=address.id, sure=True), DANGER)
    text = t("address-remove-question", address=full_text(t, address))
    return Screen(text, keyboard([yes], way_back(t, AddressTap(address=address.id))), banner("me"))
