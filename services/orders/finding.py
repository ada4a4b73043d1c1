"""Finding orders by what staff know of them: a number or its end, a name, a phone, a SKU or a parcel.

Names and phones are sealed; fingerprints find them, see `services.customers.finding`.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.customers import finding as people
from services.customers import finding_repository as customers
from services.customers import repository as profiles
from services.orders import finding_repository, numbers, repository
from services.shared import marks
from services.shared.crypto import Vault
from services.shared.db import Tx

# What is typed beyond this finds nothing more.
MOST_TYPED = 64
_ALL_FOUND = "orders.keys"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, as everything that it may mean. An order fits that fits one of them; "" and () mean nothing."""

    number: str
    code: str
    name: tuple[str, ...]
    phone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.number or self.code or self.name or self.phone)


def read(vault: Vault, typed: str) -> Wanted:
    """What somebody typed, as fingerprints and codes: the words themselves go no further."""
    text = " ".join(typed.split())[:MOST_TYPED]
    return Wanted(
        number=numbers.ending(text) or "", code=text.upper().removeprefix("#"), name=people.typed_name(vault, text),
        phone=people.typed_phone(vault, text),
    )


def note(tx: Tx, order_id: int, name: str, phone: str, *, anew: bool = False) -> None:
    """Lets an order be found by this recipient; `anew`: and by the one before no more."""
    keys = people.name_keys(tx.vault, name) | people.phone_keys(tx.vault, phone)
    if anew:
        finding_repository.put(tx, order_id, keys)
    else:
        finding_repository.add(tx, order_id, keys)


def fill(tx: Tx, after_order: int, after_customer: int, most: int) -> tuple[int, int] | None:
    """Makes the fingerprints of some older orders and people that have none; returns behind which to go on.

    None when all have them: it is noted, and the next call is one look.
    """
    if marks.get(tx, _ALL_FOUND):
        return None
    orders = finding_repository.without(tx, after_order, most)
    for row in orders:
        recipient = tx.vault.open_json(row.recipient, repository.recipient_place(row.number))
        note(tx, row.id, recipient["name"], recipient["phone"])
    persons = customers.without(tx, after_customer, most)
    for row in persons:
        found = profiles.profile(tx, row.id)
        assert found is not None
        people.note(tx, row.id, found[0].get("first_name") or "", found[0].get("phone"))
    if not orders and not persons:
        marks.put(tx, _ALL_FOUND, "done")
        return None
    return (orders[-1].id if orders else after_order, persons[-1].id if persons else after_customer)
