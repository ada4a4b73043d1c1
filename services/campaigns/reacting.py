"""What people do with a push: follow a button, want no more of them, change their mind."""

from __future__ import annotations

from services.campaigns import drafts, push_repository, sending_repository
from services.campaigns.errors import OnlyPreview
from services.campaigns.types import PushButton
from services.customers import profile
from services.shared.actors import Actor, customer
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale


def follow(tx: Tx, actor: Actor, push_id: int, place: int) -> PushButton:
    """The button that a person tapped; the first tap of each person is a click. Raises NotFound, Stale."""
    customer_id = actor.require_customer()
    push = drafts.require(tx, push_id)
    if not 0 <= place < len(push.buttons):
        raise Stale()
    push_repository.click(tx, push_id, customer_id, tx.now + sending_repository.COUNTS_FOR)
    return push.buttons[place]


def follow_link(tx: Tx, push_id: int, place: int, customer_id: int, signature: str) -> str:
    """The address behind a link of a push, from the web; a click as in `follow`. Raises NotFound for a false link."""
    if signature != signed(tx, push_id, place, customer_id):
        raise NotFound()
    button = follow(tx, customer(customer_id), push_id, place)
    if not button.url:
        raise NotFound()
    return button.url


def signed(tx: Tx, push_id: int, place: int, customer_id: int) -> str:
    """What a link carries, so that nobody makes up clicks of others."""
    return tx.vault.blind_index(f"{push_id}:{place}:{customer_id}", "push link")[:16]


def unsubscribe(tx: Tx, actor: Actor, push_id: int) -> bool:
    """Withdraws the person's consent to marketing; False when there was none. Works however old the push is.

    Raises OnlyPreview for who was shown it and not sent it.
    """
    return _choose(tx, actor, push_id, wanted=False)


def subscribe_again(tx: Tx, actor: Actor, push_id: int) -> bool:
    """Takes back `unsubscribe`; False when the person is subscribed already."""
    return _choose(tx, actor, push_id, wanted=True)


def _choose(tx: Tx, actor: Actor, push_id: int, *, wanted: bool) -> bool:
    customer_id = actor.require_customer()
    if not push_repository.is_recipient(tx, push_id, customer_id):
        raise OnlyPreview()
    before = profile.profile(tx, actor).marketing_at is not None
    profile.choose_marketing(tx, actor, wanted)
    if before != wanted:
        push_repository.note_unsubscribed(tx, push_id, customer_id, None if wanted else tx.now)
    return before != wanted
