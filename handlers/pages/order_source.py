"""The order page's facts. Whoever has the link may look: the recipient is masked."""

from __future__ import annotations

from datetime import datetime

from handlers.chat.shop import Shop
from handlers.pages.pay_source import adjustments, items
from handlers.pages.views import EntryView, LinkUnknown, OrderView, ParcelView, RecipientView, Stage
from locales import Translator
from services.customers import phones, regions
from services.delivery.days import arrival
from services.orders import arcs
from services.orders import service as orders
from services.orders.types import Order, Recipient
from services.shared.errors import NotFound
from services.shipping import service as shipping
from services.shipping.desk import mask
from services.shipping.types import Parcel

_FULFILMENT: dict[str, Stage] = {
    arcs.PARTLY_SHIPPED: "shipped", arcs.SHIPPED: "moving", arcs.DELIVERED: "delivered", arcs.RETURNED: "refunded",
}


class ShopOrderSource:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def view(self, token: str, language: str) -> OrderView:
        try:
            order = await self._shop.store.read(orders.by_token, token)
        except NotFound:
            raise LinkUnknown from None
        parcels = await self._shop.store.read(shipping.parcels, order.id)
        t = self._shop.translator(language)
        shipped_at = parcels[0].shipped_at if parcels else None
        return OrderView(
            number=order.number, stage=stage(order), placed_at=order.placed_at, items=items(order, t),
            lines=adjustments(order, t), total=order.total, paid_at=order.paid_at, shipped_at=shipped_at,
            delivered_at=parcels[-1].delivered_at if parcels else None, due_at=_due(order, shipped_at, t),
            parcels=tuple(_parcel(parcel, order, t) for parcel in parcels), entries=_entries(order, t),
            recipient=_recipient(order.address, t), chat_url=self._shop.way_back(f"o_{order.token}"),
        )


def stage(order: Order) -> Stage:
    """The one word for where an order is."""
    if order.state == arcs.CANCELLED:
        return "cancelled"
    if order.payment == arcs.REFUNDED:
        return "refunded"
    if order.state == arcs.COMPLETED:
        return "completed"
    if order.fulfilment in _FULFILMENT:
        return _FULFILMENT[order.fulfilment]
    if order.state == arcs.CONFIRMED:
        return "packed"
    return "unpaid" if order.due else "paid"


def _due(order: Order, shipped_at: datetime | None, t: Translator) -> datetime | None:
    """The latest day of the agreed delivery, counted from when the parcel left, or from payment."""
    start = shipped_at or order.paid_at
    if start is None or order.delivery is None or not order.open:
        return None
    return arrival(start, order.delivery.days[1], t.zone)


def _parcel(parcel: Parcel, order: Order, t: Translator) -> ParcelView:
    names = {line.id: t.pick(line.name) for line in order.lines}
    contents = t.plain("shared-list-separator").join(
        f"{names[item.line_id]} ×{item.quantity}" for item in parcel.items if item.line_id in names)
    entries = tuple(EntryView(t.plain(f"shipping-event-{event.kind}"), event.at) for event in parcel.events)
    status = "delivered" if parcel.delivered_at is not None else "moving"
    return ParcelView(status, t.pick(parcel.carrier), parcel.number, contents, entries=entries)


def _entries(order: Order, t: Translator) -> tuple[EntryView, ...]:
    known = ((entry, f"orders-history-{entry.machine}-{entry.new}") for entry in reversed(order.history))
    return tuple(EntryView(t.plain(key), entry.at) for entry, key in known if t.has(key))


def _recipient(address: Recipient | None, t: Translator) -> RecipientView | None:
    if address is None:
        return None
    place = regions.region_name(address.country, address.region)
    return RecipientView(mask(address.name), phones.masked(address.phone), t.pick(place) if place else address.country)
