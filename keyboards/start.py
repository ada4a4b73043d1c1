"""Taps around the first contact: help and the texts that bind."""

from __future__ import annotations

from keyboards.taps import Tap


class HelpTap(Tap, prefix="1hp"):
    """How the shop works."""


class LegalTap(Tap, prefix="1lg"):
    """A text of the shop: "terms", "privacy" or "about". `back` names the screen under it."""

    page: str
    back: str = "welcome"
