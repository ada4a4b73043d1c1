import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from services.cart import service as cart
from services.cart.errors import CartFull, NotEnough, NotOnSale, OverLimit, SoldOut
from services.cart.models import CartLineRow
from services.inventory.service import adjust
from services.pricing.rules import Tier
from services.promotions.writing import PromotionDraft, put_promotion
from services.shared.actors import SYSTEM, Actor
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotFound, Stale
from services.shared.money import Money
from tests.services.cart.goods import goods
from tests.services.customers.people import somebody


async def quantities(store: Store, actor: Actor) -> dict[int, int]:
    seen = await store.read(cart.cart, actor)
    return {line.sku.sku_id: line.quantity for line in (*seen.lines, *seen.invalid)}


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


async def test_the_cart_is_priced_with_what_is_chosen(any_store: Store) -> None:
    actor = await somebody(any_store)
    purifier = await goods(any_store, "P3", 129900)
    filters = await goods(any_store, "F1", 19900)
    plug = await goods(any_store, "PLUG", 4900)
    tiers = (Tier(yuan(1000), yuan(100), {}), Tier(yuan(2000), yuan(200), {}))
    await any_store.write(lambda tx: put_promotion(tx, SYSTEM, PromotionDraft(
        "full", {"zh": "满1000减100", "en": "¥100 off ¥1,000"}, "CNY", tx.now, tx.now + timedelta(days=1), tiers
    )))
    for sku_id, pieces in ((purifier, 1), (filters, 2), (plug, 4)):
        await any_store.write(cart.add, actor, sku_id, pieces)
    await any_store.write(cart.select, actor, [plug], False)
    seen = await any_store.read(cart.cart, actor)
    assert [(line.sku.sku_id, line.quantity, line.selected) for line in seen.lines] == [
        (purifier, 1, True), (filters, 2, True), (plug, 4, False),
    ]
    assert (seen.chosen_pieces, seen.pieces, seen.all_chosen, seen.has_news) == (3, 7, False, False)
    assert seen.quote is not None and seen.hint is not None
    assert (seen.quote.subtotal, seen.quote.discount, seen.quote.total) == (yuan(1697), yuan(100), yuan(1597))
    assert (seen.hint.missing, seen.hint.saving) == (yuan(303), yuan(200))
    assert await any_store.read(cart.count, actor) == 7
    assert await any_store.read(cart.chosen, actor) == ((purifier, 1), (filters, 2))


async def test_two_taps_at_once_both_count(any_store: Store) -> None:
    actor = await somebody(any_store)
    sku_id = await goods(any_store, "A")
    await asyncio.gather(*(any_store.write(cart.add, actor, sku_id) for _ in range(2)))
    await asyncio.gather(*(any_store.write(cart.step, actor, sku_id, 1) for _ in range(4)))
    assert await quantities(any_store, actor) == {sku_id: 6}


async def test_many_taps_at_once_stop_at_the_stock(any_store: Store) -> None:
    actor = await somebody(any_store)
    sku_id = await goods(any_store, "A", stock=3)
    results = await asyncio.gather(
        *(any_store.write(cart.add, actor, sku_id) for _ in range(6)), return_exceptions=True
    )
    assert [type(result) for result in results].count(NotEnough) == 3
    assert await quantities(any_store, actor) == {sku_id: 3}


async def test_adding_says_what_the_cart_holds_now(store: Store) -> None:
    actor = await somebody(store)
    first, second = await goods(store, "A"), await goods(store, "B")
    await store.write(cart.add, actor, first, 2)
    await store.write(cart.add, actor, second)
    added = await store.write(cart.add, actor, first)
    assert (added.sku.sku_code, added.quantity, added.count) == ("A-1", 3, 4)


@pytest.mark.parametrize("quantity", [-5, 0, 1.5, 10**9, True, "3"])
async def test_no_impossible_quantity_gets_in(store: Store, quantity: int) -> None:
    actor = await somebody(store)
    sku_id = await goods(store, "A")
    await store.write(cart.add, actor, sku_id, 2)
    for use_case in (cart.add, cart.put):
        with pytest.raises(InvalidInput):
            await store.write(use_case, actor, sku_id, quantity)
    assert await quantities(store, actor) == {sku_id: 2}


@pytest.mark.parametrize("more", [-5, 0, 2, 10**9])
async def test_a_step_is_one_piece(store: Store, more: int) -> None:
    actor = await somebody(store)
    sku_id = await goods(store, "A")
    await store.write(cart.add, actor, sku_id, 9)
    with pytest.raises(InvalidInput):
        await store.write(cart.step, actor, sku_id, more)
    assert await quantities(store, actor) == {sku_id: 9}


@pytest.mark.parametrize("quantity", [-5, 0, 100, 10**9])
async def test_the_database_refuses_it_too(any_store: Store, quantity: int) -> None:
    actor = await somebody(any_store)

    def force(tx: Tx) -> None:
        tx.execute(insert(CartLineRow.__table__).values(
            customer_id=actor.id, sku_id=1, quantity=quantity, selected=True, seen_price=1, created_at=tx.now
        ))

    with pytest.raises(IntegrityError):
        await any_store.write(force)


async def test_what_cannot_be_had_is_refused_with_facts(store: Store) -> None:
    actor = await somebody(store)
    none, few = await goods(store, "A", stock=0), await goods(store, "B", stock=3)
    limited, hidden = await goods(store, "C", most=2), await goods(store, "D", on_shelf=False)
    for sku_id, pieces, refusal, facts in (
        (none, 1, SoldOut, {"name": {"zh": "商品A", "en": "Product A"}}),
        (few, 4, NotEnough, {"available": 3, "name": {"zh": "商品B", "en": "Product B"}}),
        (limited, 3, OverLimit, {"most": 2, "name": {"zh": "商品C", "en": "Product C"}}),
        (hidden, 1, NotOnSale, {"name": {"zh": "商品D", "en": "Product D"}}),
        (10**9, 1, NotOnSale, {"name": {}}),
    ):
        with pytest.raises(refusal) as refused:
            await store.write(cart.add, actor, sku_id, pieces)
        assert refused.value.facts == facts
    assert await quantities(store, actor) == {}


async def test_steps_stop_at_one_and_at_the_limit(store: Store) -> None:
    actor = await somebody(store)
    sku_id = await goods(store, "A", most=2)
    await store.write(cart.add, actor, sku_id)
    with pytest.raises(Stale):
        await store.write(cart.step, actor, sku_id, -1)
    await store.write(cart.step, actor, sku_id, 1)
    with pytest.raises(OverLimit):
        await store.write(cart.step, actor, sku_id, 1)
    with pytest.raises(NotFound):
        await store.write(cart.step, actor, await goods(store, "B"), 1)
    assert await quantities(store, actor) == {sku_id: 2}


async def test_a_removed_line_comes_back_for_a_minute(any_store: Store, clock: MovableClock) -> None:
    actor = await somebody(any_store)
    sku_id = await goods(any_store, "A")
    await any_store.write(cart.add, actor, sku_id, 3)
    await any_store.write(cart.select, actor, [sku_id], False)
    await any_store.write(cart.remove, actor, sku_id)
    with pytest.raises(Stale):
        await any_store.write(cart.remove, actor, sku_id)
    assert (await quantities(any_store, actor), await any_store.read(cart.count, actor)) == ({}, 0)
    clock.move(59)
    await any_store.write(cart.undo, actor, sku_id)
    line = (await any_store.read(cart.cart, actor)).lines[0]
    assert (line.quantity, line.selected) == (3, False)
    await any_store.write(cart.remove, actor, sku_id)
    clock.move(60)
    with pytest.raises(Stale):
        await any_store.write(cart.undo, actor, sku_id)


async def test_adding_what_was_removed_begins_anew(any_store: Store) -> None:
    actor = await somebody(any_store)
    sku_id = await goods(any_store, "A")
    await any_store.write(cart.add, actor, sku_id, 5)
    await any_store.write(cart.remove, actor, sku_id)
    assert (await any_store.write(cart.add, actor, sku_id, 2)).quantity == 2


async def test_a_changed_price_is_news_once(any_store: Store) -> None:
    actor = await somebody(any_store)
    sku_id = await goods(any_store, "A", 19900)
    await any_store.write(cart.add, actor, sku_id)
    await goods(any_store, "A", 20900)
    seen = await any_store.read(cart.cart, actor)
    assert (seen.lines[0].old_price, seen.lines[0].sku.price, seen.has_news) == (yuan(199), yuan(209), True)
    await any_store.write(cart.acknowledge, actor, {sku_id: yuan(209)}, [])
    again = await any_store.read(cart.cart, actor)
    assert (again.lines[0].old_price, again.has_news) == (None, False)


async def test_what_was_bought_by_others_stands_apart_and_costs_nothing(any_store: Store) -> None:
    actor = await somebody(any_store)
    gone, short, there = [await goods(any_store, code, stock=20) for code in "ABC"]
    for sku_id in (gone, short, there):
        await any_store.write(cart.add, actor, sku_id, 5)
    await any_store.write(adjust, SYSTEM, gone, -20, "sold elsewhere")
    await any_store.write(adjust, SYSTEM, short, -17, "sold elsewhere")
    seen = await any_store.read(cart.cart, actor)
    assert [(line.sku.sku_id, line.problem, line.most) for line in seen.invalid] == [
        (gone, "sold-out", 0), (short, "short", 3),
    ]
    assert [line.sku.sku_id for line in seen.lines] == [there]
    assert seen.quote is not None and seen.quote.total == yuan(995)
    await any_store.write(cart.acknowledge, actor, {}, [gone, short])
    assert await any_store.read(cart.chosen, actor) == ((there, 5),)
    assert await any_store.write(cart.fit_to_stock, actor) == 1
    assert await any_store.read(cart.chosen, actor) == ((short, 3), (there, 5))
    assert await any_store.write(cart.clear_invalid, actor) == 1
    assert await quantities(any_store, actor) == {short: 3, there: 5}


async def test_a_delisted_line_stands_apart(store: Store) -> None:
    actor = await somebody(store)
    sku_id = await goods(store, "A")
    await store.write(cart.add, actor, sku_id)
    await goods(store, "A", on_shelf=False)
    assert [line.problem for line in (await store.read(cart.cart, actor)).invalid] == ["delisted"]


async def test_select_all_leaves_out_what_cannot_be_ordered(store: Store) -> None:
    actor = await somebody(store)
    first, second = await goods(store, "A"), await goods(store, "B")
    await store.write(cart.add, actor, first)
    await store.write(cart.add, actor, second)
    await store.write(cart.select_all, actor, False)
    assert await store.read(cart.chosen, actor) == ()
    assert (await store.read(cart.cart, actor)).quote is None
    await goods(store, "B", on_shelf=False)
    await store.write(cart.select_all, actor, True)
    assert await store.read(cart.chosen, actor) == ((first, 1),)


async def test_what_was_ordered_leaves_and_the_rest_stays(any_store: Store) -> None:
    actor, other = await somebody(any_store), await somebody(any_store, 1002)
    first, second = await goods(any_store, "A"), await goods(any_store, "B")
    for person in (actor, other):
        await any_store.write(cart.add, person, first)
        await any_store.write(cart.add, person, second)
    await any_store.write(cart.take_ordered, actor.id, [first])
    assert await quantities(any_store, actor) == {second: 1}
    assert await quantities(any_store, other) == {first: 1, second: 1}


async def test_fifty_kinds_fit(any_store: Store) -> None:
    actor = await somebody(any_store)

    def fill(tx: Tx) -> None:
        tx.execute(insert(CartLineRow.__table__), [
            {"customer_id": actor.id, "sku_id": 1000 + number, "quantity": 1, "selected": True, "seen_price": 1,
             "created_at": tx.now} for number in range(49)
        ])

    await any_store.write(fill)
    await any_store.write(cart.add, actor, await goods(any_store, "A"))
    with pytest.raises(CartFull):
        await any_store.write(cart.add, actor, await goods(any_store, "B"))
    assert await any_store.read(cart.count, actor) == 50


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["add", "up", "down", "put"]), st.integers(-3, 12)), max_size=12))
async def test_the_quantity_is_always_that_of_a_simple_count(store: Store, taps: list[tuple[str, int]]) -> None:
    actor = await somebody(store)
    sku_id = await goods(store, "A", stock=10)
    await store.write(cart.take_ordered, actor.id, [sku_id])
    expected = 0
    for act, number in taps:
        try:
            if act == "add":
                await store.write(cart.add, actor, sku_id, number)
                expected += number
            elif act == "put":
                await store.write(cart.put, actor, sku_id, number)
                expected = number
            else:
                more = 1 if act == "up" else -1
                await store.write(cart.step, actor, sku_id, more)
                expected += more
        except (InvalidInput, NotEnough, NotFound, Stale):
            pass
        assert 0 <= expected <= 10
        assert (await quantities(store, actor)).get(sku_id, 0) == expected
