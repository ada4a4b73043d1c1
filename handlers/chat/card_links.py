"""Where an order's card in the staff group leads: into the private chat of whoever taps."""

from __future__ import annotations

from handlers.chat.shop import Shop
from handlers.screens.staff import Links
from services.shared.ids import to_base36


def card_links(shop: Shop, order_id: int) -> Links:
    """To the recipient, to shipping, and to another address."""
    full, ship, address = (shop.deep_link(f"{word}_{to_base36(order_id)}") for word in ("staff", "ship", "readdress"))
    return Links(full, ship, address)
