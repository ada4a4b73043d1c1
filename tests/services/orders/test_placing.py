"""An order is placed whole or not at all, and keeps what was agreed."""

import pytest
from sqlalchemy import event

from services.cart import service as cart
from services.customers import addresses
from services.inventory.errors import OutOfStock
from services.orders import checkout, choosing, placing, service
from services.orders.errors import AlreadyOrdered
from services.orders.types import CASH_ON_DELIVERY, FREE, Delivery, Recipient, Terms
from services.shared.db import Store, Tx
from services.shared.errors import NotFound, Stale
from services.shared.money import Money
from tests.conftest import START
from tests.services.orders import rows, shop
from tests.services.orders.shop import yuan

NOTHING = {"orders": 0, "lines": 0, "history": 0, "reservations": 0, "uses": 0, "jobs": 0}


async def test_an_order_keeps_all_that_was_agreed(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    claim_id = await shop.give_coupon(any_store, actor, await any_store.write(shop.put_coupon))
    await shop.carry(any_store, actor, (stall.skus["P3"], 1), (stall.skus["F1"], 2))
    checkout_id = await any_store.write(checkout.open_cart, actor)
    await any_store.write(choosing.write_note, actor, checkout_id, "  送货前\n请电话 ")
    placed = await shop.submit(any_store, actor, await shop.look(any_store, actor, checkout_id), "en")
    order = await any_store.read(service.get, actor, placed.order_id)

    assert placed.number.startswith("QL-261124-") and len(placed.number) == 14
    assert (order.number, order.state, order.payment, order.fulfilment) == (
        placed.number, "placed", "unpaid", "unfulfilled"
    )
    assert [(line.sku_code, line.quantity, line.unit_price, line.subtotal, line.discount, line.total)
            for line in order.lines] == [
        ("P3", 1, yuan(1299), yuan(1299), yuan(22.96), yuan(1276.04)),
        ("F1", 2, yuan(199), yuan(398), yuan(7.04), yuan(390.96)),
    ]
    assert order.lines[0].name == {"zh": "P3 商品", "en": "P3 goods"}
    assert order.lines[0].picture_key == "product/P3/1"
    assert [(each.source, each.amount, each.shares) for each in order.adjustments] == [
        ("coupon:1", yuan(-30), (yuan(-22.96), yuan(-7.04)))
    ]
    assert (order.subtotal, order.discount, order.shipping, order.total) == (
        yuan(1697), yuan(30), yuan(0), yuan(1667)
    )
    assert sum((line.tax for line in order.lines), Money.zero("CNY")) == order.tax == yuan(191.78)
    assert order.address == Recipient(
        "林小满", "+8613812345678", "CN", "beijing", "北京市", "海淀区", "中关村大街 1 号 2 单元", ""
    )
    assert order.delivery == Delivery("standard", {"zh": "标准快递", "en": "Standard"}, (2, 3), takes_cash=True)
    assert (order.note, order.language, order.claim_id, order.region) == ("送货前 请电话", "en", claim_id, "beijing")
    assert (order.payment_method, order.placed_at) == ("sandbox", START)
    assert [(entry.machine, entry.old, entry.new, entry.actor) for entry in order.history] == [
        ("order", None, "placed", actor.label)
    ]


async def test_what_changes_later_does_not_change_the_order(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    placed = await shop.order_now(any_store, actor, stall.skus["P3"])
    before = await any_store.read(service.get, actor, placed.order_id)
    await any_store.write(shop.put_product, "P3", yuan(1), 10)
    mine = await any_store.read(addresses.default_address, actor)
    assert mine is not None
    await any_store.write(addresses.change_address, actor, mine.id, {"street": "别处大街 99 号"})
    assert await any_store.read(service.get, actor, placed.order_id) == before


async def test_personal_data_is_nowhere_in_clear(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    checkout_id = await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1)
    await any_store.write(choosing.write_note, actor, checkout_id, "门铃坏了")
    await shop.submit(any_store, actor, await shop.look(any_store, actor, checkout_id))

    def everything(tx: Tx) -> str:
        from services.tables import metadata

        return repr([tuple(row) for table in metadata().sorted_tables for row in tx.rows(table.select())])

    found = await any_store.read(everything)
    assert not [secret for secret in ("林小满", "13812345678", "中关村", "门铃") if secret in found]


async def test_ordered_lines_leave_the_cart_and_the_others_stay(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    await shop.carry(any_store, actor, (stall.skus["P3"], 1), (stall.skus["F1"], 2))
    await any_store.write(cart.select, actor, [stall.skus["F1"]], False)
    await shop.order_from_cart(any_store, actor)
    left = await any_store.read(cart.cart, actor)
    assert [(line.sku.sku_id, line.quantity, line.selected) for line in left.lines] == [(stall.skus["F1"], 2, False)]


async def test_buying_at_once_leaves_the_cart_alone(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    await shop.carry(any_store, actor, (stall.skus["P3"], 2))
    await shop.order_now(any_store, actor, stall.skus["P3"])
    assert await any_store.read(cart.chosen, actor) == ((stall.skus["P3"], 2),)


async def test_a_shortage_leaves_no_trace_at_all(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor, faster = await shop.buyer(any_store), await shop.buyer(any_store, 2002)
    coupon_id = await any_store.write(shop.put_coupon)
    await shop.give_coupon(any_store, actor, coupon_id)
    await shop.carry(any_store, actor, (stall.skus["F1"], 1), (stall.skus["P3"], 5))
    checkout_id = await any_store.write(checkout.open_cart, actor)
    view = await shop.look(any_store, actor, checkout_id)
    await shop.order_now(any_store, faster, stall.skus["P3"], 8)
    before = await any_store.read(rows.traces)
    with pytest.raises(OutOfStock) as refused:
        await shop.submit(any_store, actor, view)
    assert refused.value.shortages == ((stall.skus["P3"], 5, 2),)
    assert await any_store.read(rows.traces) == before
    assert await any_store.read(rows.stock, stall.skus["F1"]) == (10, 0)
    assert await any_store.read(rows.coupon_uses, coupon_id) == (0, 0)
    assert await any_store.read(cart.chosen, actor) == ((stall.skus["F1"], 1), (stall.skus["P3"], 5))


@pytest.mark.parametrize(("method", "minutes"), [("sandbox", 15), ("bank_transfer", 24 * 60), (CASH_ON_DELIVERY, None)])
async def test_how_long_goods_are_held_depends_on_how_they_are_paid(
    store: Store, method: str, minutes: int | None
) -> None:
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    checkout_id = await store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1)
    view = await store.write(checkout.view, actor, checkout_id, lambda *_: (method,))
    placed = await store.write(
        placing.place, actor, view.id, view.version, shop.TERMS, "zh", lambda *_: (method,)
    )
    order = await store.read(service.get, actor, placed.order_id)
    held = None if order.expires_at is None else (order.expires_at - START).total_seconds() / 60
    assert (order.payment_method, held) == (method, minutes)
    assert await store.read(rows.stock, stall.skus["P3"]) == (10, 1)


async def test_an_order_for_nothing_is_paid_at_once_and_once(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store, at_home=False)
    await shop.give_coupon(any_store, actor, await any_store.write(shop.put_coupon))
    checkout_id = await any_store.write(checkout.open_buy_now, actor, stall.skus["CODE"], 1)
    view = await shop.look(any_store, actor, checkout_id)
    assert (view.total, view.method, view.missing) == (yuan(0), FREE, None)
    placed = await shop.submit(any_store, actor, view)
    assert await shop.submit(any_store, actor, view) == placed
    order = await any_store.read(service.get, actor, placed.order_id)
    assert (order.payment, order.paid, order.due, order.expires_at) == ("paid", yuan(0), yuan(0), None)
    assert await any_store.read(rows.jobs, "orders.paid") == [placed.order_id]


async def test_the_same_screen_twice_is_the_same_order(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    checkout_id = await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1)
    view = await shop.look(any_store, actor, checkout_id)
    first = await shop.submit(any_store, actor, view)
    assert await shop.submit(any_store, actor, view) == first
    with pytest.raises(AlreadyOrdered):
        await shop.look(any_store, actor, checkout_id)


async def test_an_old_screen_orders_nothing(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    await shop.carry(any_store, actor, (stall.skus["P3"], 1))
    old = await shop.look(any_store, actor, await any_store.write(checkout.open_cart, actor))
    new = await shop.look(any_store, actor, await any_store.write(checkout.open_cart, actor))
    assert (old.id, old.version) != (new.id, new.version)
    with pytest.raises(Stale):
        await shop.submit(any_store, actor, old)
    assert await any_store.read(rows.traces) == NOTHING


async def test_nobody_orders_for_somebody_else(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor, other = await shop.buyer(any_store), await shop.buyer(any_store, 2002)
    checkout_id = await any_store.write(checkout.open_buy_now, actor, stall.skus["P3"], 1)
    view = await shop.look(any_store, actor, checkout_id)
    with pytest.raises(NotFound):
        await shop.submit(any_store, other, view)
    with pytest.raises(NotFound):
        await shop.look(any_store, other, checkout_id)
    assert await any_store.read(rows.traces) == NOTHING


async def test_a_number_that_is_taken_is_drawn_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    drawn = iter(["7F3A", "7F3A", "7F3A", "8G4B"])
    monkeypatch.setattr("services.orders.numbers.random_code", lambda length: next(drawn))
    first = await shop.order_now(store, actor, stall.skus["S4"])
    second = await shop.order_now(store, actor, stall.skus["S4"])
    assert (first.number, second.number) == ("QL-261124-7F3A", "QL-261124-8G4B")


async def test_the_number_has_the_day_of_the_shop(store: Store) -> None:
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    checkout_id = await store.write(checkout.open_buy_now, actor, stall.skus["S4"], 1)
    view = await shop.look(store, actor, checkout_id)
    terms = Terms(zone="Pacific/Auckland", prefix="NZ")
    store.clock.move(6 * 3600)  # type: ignore[attr-defined]
    placed = await store.write(placing.place, actor, view.id, view.version, terms, "en", shop.methods)
    assert placed.number[:10] == "NZ-261125-"


async def test_placing_takes_twenty_seven_statements_and_no_more_for_more_lines(store: Store) -> None:
    """Three lines with a coupon; each further line costs one statement, that of its stock."""
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    await shop.give_coupon(store, actor, await store.write(shop.put_coupon, limit_per_person=2))
    counted: list[int] = []
    for codes in (("P3", "F1", "S4"), ("P3", "F1", "S4", "CODE")):
        await shop.carry(store, actor, *((stall.skus[code], 1) for code in codes))
        view = await shop.look(store, actor, await store.write(checkout.open_cart, actor))
        seen: list[str] = []

        def note(_conn: object, _cursor: object, statement: str, *_rest: object, seen: list[str] = seen) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
                seen.append(statement)

        assert store._writer is not None
        event.listen(store._writer._engine, "before_cursor_execute", note)
        await shop.submit(store, actor, view)
        event.remove(store._writer._engine, "before_cursor_execute", note)
        counted.append(len(seen))
        if len(counted) == 1:
            await shop.give_coupon(store, actor, 1)
    assert counted == [27, 28]
