from services.orders import service
from services.orders.types import Change
from services.shared.db import Store
from tests.services.orders import shop
from tests.services.orders.shop import yuan


async def test_an_order_keeps_all_that_was_agreed(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    await shop.carry(any_store, actor, (stall.skus["P3"], 1), (stall.skus["F1"], 2))
    placed = await shop.order_from_cart(any_store, actor)
    order = await any_store.read(service.get, actor, placed.order_id)
    assert placed.number.startswith("QL-261124-") and len(placed.number) == 14
    assert (order.subtotal, order.shipping, order.total) == (yuan(1697), yuan(0), yuan(1697))
