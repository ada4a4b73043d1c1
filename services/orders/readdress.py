"""Another recipient or place for an order that has not left yet."""

from __future__ import annotations

from dataclasses import asdict

from services.orders import desk_repository, finding, repository, steps
from services.orders.errors import WrongState
from services.orders.types import Order, Recipient
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput


def send_elsewhere(tx: Tx, actor: Actor, order: Order, recipient: Recipient) -> None:
    """Replaces who gets a locked order and where; the way of delivery and its fee stay as agreed.

    Raises WrongState once anything was sent, InvalidInput for another country or where nothing is delivered.
    """
    if order.address is None or recipient.country != order.address.country:
        raise InvalidInput(field="address", reason="country")
    sealed = tx.vault.seal_json(asdict(recipient), repository.recipient_place(order.number))
    if not desk_repository.send_elsewhere(tx, order.id, sealed, recipient.region):
        raise WrongState(number=order.number, state=order.state)
    finding.note(tx, order.id, recipient.name, recipient.phone, anew=True)
    steps.note_act(tx, order.id, actor, "address", "changed")
