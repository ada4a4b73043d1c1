"""Whom the shop may write to unasked, and who is behind a phone number: for areas that hold customers' ids."""

from __future__ import annotations

from collections.abc import Collection

from services.customers import phones, reach_repository
from services.shared.db import Tx


def consenting(tx: Tx, customer_ids: Collection[int]) -> frozenset[int]:
    """Those who agreed to marketing and have not blocked the bot."""
    return reach_repository.consenting(tx, customer_ids) if customer_ids else frozenset()


def reachable(tx: Tx, customer_ids: Collection[int]) -> frozenset[int]:
    """Those who have not blocked the bot: for what they asked for themselves."""
    return reach_repository.reachable(tx, customer_ids) if customer_ids else frozenset()


def by_phone(tx: Tx, typed: str) -> tuple[int, ...]:
    """The customers with this number in their profile or address book. Raises InvalidInput for what is no number."""
    return reach_repository.by_phone_index(tx, tx.vault.blind_index(phones.parse(typed), "phone"))
