"""Use cases of the address book: at most twenty addresses for each person, one of them the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.customers import fields, repository
from services.customers.types import Address, AddressFields
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Refusal

MOST = 20


class AddressBookFull(Refusal):
    """No more addresses fit. Facts: `most`."""

    code = "address-book-full"


def addresses(tx: Tx, actor: Actor) -> tuple[Address, ...]:
    """The person's addresses, the default first, then the oldest first."""
    return repository.addresses(tx, actor.require_customer())


def require_address(tx: Tx, actor: Actor, address_id: int) -> Address:
    """Raises NotFound for an address that is not there any more or is somebody else's."""
    found = repository.get_address(tx, actor.require_customer(), address_id)
    if found is None:
        raise NotFound()
    return found


def default_address(tx: Tx, actor: Actor) -> Address | None:
    return repository.get_default_address(tx, actor.require_customer())


def add_address(tx: Tx, actor: Actor, given: AddressFields) -> Address:
    """Adds an address; the first becomes the default. The same address twice is kept once.

    Raises InvalidInput for the first field that cannot stand, AddressBookFull.
    """
    customer_id = actor.require_customer()
    cleaned = fields.address(given)
    if not repository.lock(tx, customer_id):
        raise NotFound()
    known = repository.addresses(tx, customer_id)
    for address in known:
        if _content(address) == cleaned:
            return address
    if len(known) >= MOST:
        raise AddressBookFull(most=MOST)
    address_id = repository.add_address(tx, customer_id, cleaned)
    if not known:
        repository.make_default(tx, customer_id, address_id)
    return require_address(tx, actor, address_id)


def change_address(tx: Tx, actor: Actor, address_id: int, changes: Mapping[str, str]) -> Address:
    """Changes the named fields. Orders keep the address that they were placed with. Raises as `add_address`."""
    address = require_address(tx, actor, address_id)
    cleaned = fields.address(replace(_content(address), **changes))
    repository.put_address(tx, address_id, cleaned)
    return require_address(tx, actor, address_id)


def remove_address(tx: Tx, actor: Actor, address_id: int) -> None:
    """Removes an address; when it was the default, the oldest of the others becomes it."""
    customer_id = actor.require_customer()
    repository.lock(tx, customer_id)
    address = require_address(tx, actor, address_id)
    repository.remove_address(tx, address_id)
    heir = repository.first_address(tx, customer_id) if address.is_default else None
    if heir is not None:
        repository.make_default(tx, customer_id, heir)


def make_default(tx: Tx, actor: Actor, address_id: int) -> Address:
    """Makes an address the one that checkouts begin with. Raises NotFound."""
    customer_id = actor.require_customer()
    repository.lock(tx, customer_id)
    require_address(tx, actor, address_id)
    repository.make_default(tx, customer_id, address_id)
    return require_address(tx, actor, address_id)


def _content(address: Address) -> AddressFields:
    return AddressFields(
        address.name, address.phone, address.country, address.region, address.city, address.district, address.street,
        address.postcode, address.label,
    )
