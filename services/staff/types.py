"""Permissions of people behind the counter. A permission is "area.act"; roles are sets of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ORDERS_VIEW = "orders.view"
ORDERS_HANDLE = "orders.handle"
ORDERS_SHIP = "orders.ship"
ORDERS_CANCEL = "orders.cancel"
ORDERS_REFUND = "orders.refund"
ORDERS_PERSONAL = "orders.personal"
PAYMENTS_CONFIRM = "payments.confirm"
CATALOG_VIEW = "catalog.view"
CATALOG_EDIT = "catalog.edit"
CATALOG_IMPORT = "catalog.import"
PRICES_EDIT = "prices.edit"
COSTS_VIEW = "costs.view"
STOCK_VIEW = "stock.view"
STOCK_EDIT = "stock.edit"
PROMOTIONS_VIEW = "promotions.view"
PROMOTIONS_EDIT = "promotions.edit"
COUPONS_GIVE = "coupons.give"
PUSHES_VIEW = "pushes.view"
PUSHES_EDIT = "pushes.edit"
PUSHES_SEND = "pushes.send"
CUSTOMERS_VIEW = "customers.view"
REPORTS_VIEW = "reports.view"
FINANCE_VIEW = "finance.view"
FINANCE_EDIT = "finance.edit"
EXPORTS = "exports.make"
APPROVALS_DECIDE = "approvals.decide"
STAFF_MANAGE = "staff.manage"
AUDIT_VIEW = "audit.view"
SETTINGS_VIEW = "settings.view"
SHOP_FREEZE = "shop.freeze"

# In the order in which they are offered.
PERMISSIONS = (
    ORDERS_VIEW, ORDERS_HANDLE, ORDERS_SHIP, ORDERS_CANCEL, ORDERS_REFUND, ORDERS_PERSONAL, PAYMENTS_CONFIRM,
    CATALOG_VIEW, CATALOG_EDIT, CATALOG_IMPORT, PRICES_EDIT, COSTS_VIEW, STOCK_VIEW, STOCK_EDIT,
    PROMOTIONS_VIEW, PROMOTIONS_EDIT, COUPONS_GIVE, PUSHES_VIEW, PUSHES_EDIT, PUSHES_SEND,
    CUSTOMERS_VIEW, REPORTS_VIEW, FINANCE_VIEW, FINANCE_EDIT, EXPORTS, APPROVALS_DECIDE, STAFF_MANAGE, AUDIT_VIEW,
    SETTINGS_VIEW, SHOP_FREEZE,
)

# The same by what they are about.
AREAS: Mapping[str, tuple[str, ...]] = {
    "orders": (ORDERS_VIEW, ORDERS_HANDLE, ORDERS_SHIP, ORDERS_CANCEL, ORDERS_PERSONAL),
    "money": (ORDERS_REFUND, PAYMENTS_CONFIRM, APPROVALS_DECIDE, FINANCE_VIEW, FINANCE_EDIT),
    "goods": (CATALOG_VIEW, CATALOG_EDIT, CATALOG_IMPORT, PRICES_EDIT, COSTS_VIEW, STOCK_VIEW, STOCK_EDIT),
    "marketing": (PROMOTIONS_VIEW, PROMOTIONS_EDIT, COUPONS_GIVE, PUSHES_VIEW, PUSHES_EDIT, PUSHES_SEND),
    "figures": (CUSTOMERS_VIEW, REPORTS_VIEW, EXPORTS),
    "safety": (STAFF_MANAGE, AUDIT_VIEW, SETTINGS_VIEW, SHOP_FREEZE),
}

ORDER_DESK = frozenset({
    ORDERS_VIEW, ORDERS_HANDLE, ORDERS_SHIP, ORDERS_CANCEL, ORDERS_REFUND, ORDERS_PERSONAL, PAYMENTS_CONFIRM,
    STOCK_VIEW,
})
OWNER = frozenset({"*"})
OWNER_ROLE = "owner"

# What the shop comes with; the owner's is everything, and comes from the settings.
ROLES: Mapping[str, frozenset[str]] = {
    "manager": frozenset(PERMISSIONS),
    "orders": ORDER_DESK,
    "products": frozenset({
        CATALOG_VIEW, CATALOG_EDIT, CATALOG_IMPORT, PRICES_EDIT, COSTS_VIEW, STOCK_VIEW, STOCK_EDIT, EXPORTS,
    }),
    "marketing": frozenset({
        CATALOG_VIEW, PROMOTIONS_VIEW, PROMOTIONS_EDIT, COUPONS_GIVE, PUSHES_VIEW, PUSHES_EDIT, PUSHES_SEND,
        CUSTOMERS_VIEW, REPORTS_VIEW,
    }),
    "finance": frozenset({
        ORDERS_VIEW, ORDERS_REFUND, PAYMENTS_CONFIRM, COSTS_VIEW, PROMOTIONS_VIEW, REPORTS_VIEW, FINANCE_VIEW,
        FINANCE_EDIT, EXPORTS, APPROVALS_DECIDE, AUDIT_VIEW,
    }),
    "support": frozenset({
        ORDERS_VIEW, ORDERS_PERSONAL, CATALOG_VIEW, STOCK_VIEW, PROMOTIONS_VIEW, COUPONS_GIVE, CUSTOMERS_VIEW,
    }),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A person on the roster. `role` is a key of `ROLES`, "owner", or "own:<id>" for one that the shop made.

    Who is `revoked_at` may nothing more. `unlocked_until` is when the last code's ten minutes end.
    """

    id: int
    telegram_id: int
    name: str
    role: str
    permissions: frozenset[str]
    joined_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    has_code: bool
    unlocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role that the shop put together itself from single permissions."""

    id: int
    name: dict[str, str]
    permissions: frozenset[str]

    @property
    def key(self) -> str:
        """How a member's `role` names it."""
        return f"own:{self.id}"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of the shop's own and how many people hold it now."""

    role: OwnRole
    holders: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that makes one person a member of staff, once, until `expires_at`."""

    id: int
    role: str
    created_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the secret as text, and as the address that a QR code carries."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Something that a second person must agree to. `state` is waiting, approved or refused.

    `requested_by` and `decided_by` are Telegram ids; `facts` are what a card shows and what the act needs.
    """

    id: int
    act: str
    subject: str
    facts: Mapping[str, Any]
    state: str
    requested_by: int
    requested_name: str
    requested_at: datetime
    decided_by: int | None
    decided_name: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskState:
    """What the home of the back office says of itself. `waiting` counts open requests for a second person."""

    unlocked_until: datetime | None
    waiting: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """A fault of the program, `times` within the hour after `first_at`. `cause` is a class and a place in the code."""

    id: int
    cause: str
    reference: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what. `act` is "area.verb", `subject` "thing:id"; `facts` hold no personal data."""

    id: int
    at: datetime
    actor: str
    name: str
    act: str
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)
