"""Doors of the back office: one tap for each tile of `/admin`, shown to those who may go through."""

from __future__ import annotations

from collections.abc import Collection

from aiogram.types import InlineKeyboardMarkup

from keyboards.layout import Row, button, flow, keyboard
from keyboards.taps import HomeTap, Tap
from locales import Translator
from services.staff.types import (
    APPROVALS_DECIDE,
    AUDIT_VIEW,
    CATALOG_EDIT,
    CATALOG_IMPORT,
    CATALOG_VIEW,
    EXPORTS,
    FINANCE_VIEW,
    ORDERS_VIEW,
    PROMOTIONS_VIEW,
    PUSHES_VIEW,
    REPORTS_VIEW,
    SETTINGS_VIEW,
    STAFF_MANAGE,
    STOCK_VIEW,
)


class AdminTap(Tap, prefix="1ya"):
    """The home of the back office."""


class QueueDoor(Tap, prefix="1qa"):
    """The queue of orders."""


class GoodsDoor(Tap, prefix="1ta"):
    """The list of products."""


class ShelfDoor(Tap, prefix="1ua"):
    """Categories, tags, and putting many products on or off the shelf."""


class StockDoor(Tap, prefix="1ub"):
    """Stock and its movements."""


class ImportDoor(Tap, prefix="1ia"):
    """Products from files, and into files."""


class DealsDoor(Tap, prefix="1da"):
    """Coupons and promotions."""


class PushesDoor(Tap, prefix="1wa"):
    """Pushes."""


class FiguresDoor(Tap, prefix="1fa"):
    """Today's figures, and those of other days."""


class FinanceDoor(Tap, prefix="1za"):
    """The money books of a day, and whether they agree with the providers' bills."""


class PeopleDoor(Tap, prefix="1ja"):
    """People and their roles."""


class ApprovalsDoor(Tap, prefix="1jw"):
    """What waits for a second person."""


class AuditDoor(Tap, prefix="1jb"):
    """What staff did."""


class SettingsDoor(Tap, prefix="1jc"):
    """Settings, checks before going live, and the emergency stop."""


# Label, door, and the permissions of which one opens it.
TILES: tuple[tuple[str, Tap, frozenset[str]], ...] = (
    ("admin-tap-orders", QueueDoor(), frozenset({ORDERS_VIEW})),
    ("admin-tap-goods", GoodsDoor(), frozenset({CATALOG_VIEW})),
    ("admin-tap-shelf", ShelfDoor(), frozenset({CATALOG_EDIT})),
    ("admin-tap-stock", StockDoor(), frozenset({STOCK_VIEW})),
    ("admin-tap-import", ImportDoor(), frozenset({CATALOG_IMPORT, EXPORTS})),
    ("admin-tap-deals", DealsDoor(), frozenset({PROMOTIONS_VIEW})),
    ("admin-tap-pushes", PushesDoor(), frozenset({PUSHES_VIEW})),
    ("admin-tap-figures", FiguresDoor(), frozenset({REPORTS_VIEW})),
    ("admin-tap-finance", FinanceDoor(), frozenset({FINANCE_VIEW})),
    ("admin-tap-people", PeopleDoor(), frozenset({STAFF_MANAGE})),
    ("team-tap-approvals", ApprovalsDoor(), frozenset({APPROVALS_DECIDE})),
    ("admin-tap-audit", AuditDoor(), frozenset({AUDIT_VIEW})),
    ("admin-tap-settings", SettingsDoor(), frozenset({SETTINGS_VIEW})),
)


def home_keys(t: Translator, permissions: Collection[str]) -> InlineKeyboardMarkup:
    """The tiles that `permissions` open."""
    tiles = [
        button(t.plain(label), door) for label, door, needed in TILES
        if "*" in permissions or needed & set(permissions)
    ]
    return keyboard(*flow(tiles, most=2), [button(t.plain("shared-tap-home"), HomeTap())])


def way_back(t: Translator, back: Tap | None = None) -> Row:
    """The last row of the back office's screens: to the parent, and to its home."""
    home = button(t.plain("admin-tap-home"), AdminTap())
    return [home] if back is None else [button(t.plain("shared-tap-back"), back), home]
