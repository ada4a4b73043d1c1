"""Who acts. Every use case takes an Actor and checks it; no permission named means no."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.shared.errors import NotAllowed, NotFound
from services.shared.price_lists import BASE, PriceList


@dataclass(frozen=True, slots=True)
class Actor:
    """A customer (by id of the customers table), a member of staff (by Telegram id), or the system itself.

    `permissions` are words such as "orders.ship"; the owner and the system hold "*". `prices` is the price list that
    the person buys from.
    """

    kind: str
    id: int
    name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    prices: PriceList = BASE

    @property
    def label(self) -> str:
        """How history names the actor: "customer:7", "staff:42", "system:0"."""
        return f"{self.kind}:{self.id}"

    def may(self, permission: str) -> bool:
        """Whether the actor holds `permission`."""
        return "*" in self.permissions or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises NotAllowed unless the actor holds `permission`."""
        if not self.may(permission):
            raise NotAllowed(permission=permission)

    def require_customer(self) -> int:
        """The customer's id. Raises NotAllowed for anybody else."""
        if self.kind != "customer":
            raise NotAllowed(permission="customer")
        return self.id

    def require_own(self, customer_id: int) -> None:
        """Raises NotFound unless the thing belongs to this customer: others must not learn that it exists."""
        if self.kind != "customer" or self.id != customer_id:
            raise NotFound()


SYSTEM = Actor("system", 0, permissions=frozenset("*"))


def customer(customer_id: int, prices: PriceList = BASE) -> Actor:
    return Actor("customer", customer_id, prices=prices)


def staff(telegram_id: int, name: str, permissions: frozenset[str]) -> Actor:
    return Actor("staff", telegram_id, name, permissions)
