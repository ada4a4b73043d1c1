"""How often the screens of cart and orders ask the database: exact numbers, so that a statement more is noticed."""

from services.cart import service as cart
from services.orders import service
from services.promotions import running
from services.shared.db import Store
from tests.services.orders import shop
from tests.statements import counted


async def test_what_waits_at_home_is_one_statement(store: Store) -> None:
    stall, actor = await shop.open_shop(store), await shop.buyer(store)
    await shop.order_now(store, actor, stall.skus["P3"])
    with counted(store) as asked:
        await store.read(service.waiting, actor)
        await store.read(cart.count, actor)
    assert len(asked) == 2


async def test_a_cart_is_its_lines_the_goods_their_tags_and_the_stock(store: Store) -> None:
    """The promotions are asked for once; goods and their tags are read together with the stock, of one moment."""
    stall, actor = await shop.open_shop(store), await shop.buyer(store)
    await shop.carry(store, actor, (stall.skus["P3"], 1), (stall.skus["F1"], 2))
    for statements in (5, 4):
        with counted(store) as asked:
            await store.read(cart.cart, actor, await running.automatic_rules(store))
        assert len(asked) == statements, asked


async def test_a_page_of_orders_is_three_statements_and_an_order_four(store: Store) -> None:
    """An order is its row, its lines, what was taken off and its history."""
    stall, actor = await shop.open_shop(store), await shop.buyer(store)
    placed = [await shop.order_now(store, actor, stall.skus["P3"]) for _ in range(3)]
    with counted(store) as asked:
        await store.read(service.page, actor, "all")
    assert len(asked) == 3
    with counted(store) as asked:
        await store.read(service.get, actor, placed[0].order_id)
    assert len(asked) == 4
