"""Invitations: whom to invite, the link, the open ones, and what the invited person sees."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.screens.screen import Screen
from handlers.screens.team import Names, named, role_name
from keyboards import team as keys
from locales import Translator
from services.staff.types import Invitation


def pick_role(t: Translator, names: Names, offered: Sequence[str]) -> Screen:
    return Screen(t("team-invite"), keys.invite_keys(t, named(t, offered, names)))


def invited(t: Translator, invitation: Invitation, names: Names, url: str, shop: str) -> Screen:
    """The link, this once: only a digest of it is kept."""
    role = role_name(t, invitation.role, names)
    words = t.plain("team-invite-words", shop=shop, role=role)
    text = t("team-invited", role=role, url=url, until=t.datetime(invitation.expires_at))
    return Screen(text, keys.invited_keys(t, url, words, invitation.id))


def invitations(t: Translator, found: Sequence[Invitation], names: Names) -> Screen:
    rows = [(each, t.plain("team-tap-withdraw-that", role=role_name(t, each.role, names), name=each.created_by,
                           until=t.datetime(each.expires_at))) for each in found]
    text = t.n("team-invitations", len(found)) if found else t("team-no-invitations")
    return Screen(text, keys.invitations_keys(t, rows))


def offer(t: Translator, invitation: Invitation, names: Names, shop: str, token: str) -> Screen:
    """What the person who followed the link is offered."""
    text = t("team-offer", shop=shop, role=role_name(t, invitation.role, names), name=invitation.created_by)
    return Screen(text, keys.join_keys(t, token))
