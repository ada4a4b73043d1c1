"""The short tour of what somebody may do here, after joining and with a new role."""

from __future__ import annotations

from handlers.chat import commands
from handlers.chat.shop import Shop
from handlers.screens import team as screens
from handlers.screens.screen import Screen
from locales import Translator
from services.shared.errors import NotAllowed
from services.staff import roles, roster


async def tour_of(shop: Shop, t: Translator, telegram_id: int, headline: str) -> Screen:
    """`headline` is the key of its first line, with the places `shop` and `role`. Raises NotAllowed for who is not
    staff any more."""
    actor = await shop.store.read(roster.find_actor, telegram_id, "", shop.owner_ids)
    if actor is None:
        raise NotAllowed(permission="staff")
    role = await shop.store.read(roster.role_of, actor) or "owner"
    name = screens.role_name(t, role, await shop.store.read(roles.names))
    said = t(headline, shop=t.pick(shop.name), role=name)
    return screens.tour(t, said, actor.permissions, commands.of_desk(shop, actor))
