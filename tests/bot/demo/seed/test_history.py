"""The demo's past: whole, in order, the same each time, and nobody is told today what happened then."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.composition import open_store
from bot.demo.house import demo_settings
from bot.demo.seed import history
from bot.demo.seed.catalogue import EXTRA_CURRENCIES
from bot.demo.seed.fill import STEPS
from bot.demo.seed.people import JAY, MARIA, XIAOMAN
from bot.settings import Settings
from services import invariants
from services.customers import addresses
from services.customers import service as customers
from services.inventory import service as inventory
from services.orders import service as orders
from services.outbox import service as outbox
from services.promotions import wallet
from services.shared.actors import Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.tables import metadata
from tests.conftest import START

ORDERS = metadata().tables["orders"]


def settings_of(folder: Path, **changes: Any) -> Settings:
    return demo_settings(folder, "127.0.0.1", 0, "http://127.0.0.1", 0, **changes)


def write(folder: Path, template: Path, **changes: Any) -> None:
    """A demo store with the small past in `folder`, at the tests' moment."""
    shutil.copy(template, folder / "shop.db")

    async def fill() -> None:
        settings = settings_of(folder, **changes)
        store = open_store(settings, MovableClock(at=START))
        for _, step in STEPS:
            await step.seed(store)
        await history.seed(store, settings, "s")
        await store.close()

    asyncio.run(fill())


@pytest.fixture(scope="module")
def folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("history")
    write(made, sqlite_template)
    return made


@pytest.fixture
async def seeded(folder: Path) -> AsyncIterator[Store]:
    """The small past; tests only read it."""
    store = open_store(settings_of(folder), MovableClock(at=START))
    yield store
    await store.close()


async def actor_of(store: Store, telegram_id: int) -> Actor:
    found = await store.read(customers.find, telegram_id)
    assert found is not None
    return customer(found[0].id)


def outlines(tx: Tx) -> list[tuple[object, ...]]:
    columns = [ORDERS.c[name] for name in ("customer_id", "placed_at", "total", "state", "payment", "fulfilment")]
    return [tuple(row) for row in tx.rows(select(*columns).order_by(ORDERS.c.id))]


async def test_every_invariant_holds(seeded: Store) -> None:
    assert await seeded.read(invariants.violations) == []


async def test_small_size_has_twelve_demo_people_and_sixty_orders(seeded: Store) -> None:
    people = metadata().tables["customers"]
    count = select(func.count()).select_from(people).where(people.c.is_demo)
    assert await seeded.read(lambda tx: (tx.scalar(count), len(outlines(tx)))) == (12, 60)


async def test_orders_are_in_the_order_of_time_within_ninety_days(seeded: Store) -> None:
    moments = [row[1] for row in await seeded.read(outlines)]
    assert moments == sorted(moments, key=str)
    assert START - timedelta(days=90) <= moments[0] and moments[-1] <= START  # type: ignore[operator]


async def test_most_orders_are_over_and_every_state_is_there(seeded: Store) -> None:
    states = Counter((row[3], row[4]) for row in await seeded.read(outlines))
    assert states[("completed", "paid")] == 43
    assert {state for state, _ in states} == {"placed", "confirmed", "completed", "cancelled"}
    assert {payment for _, payment in states} == {"unpaid", "paid", "refunded"}


async def test_nothing_waits_to_be_told(seeded: Store) -> None:
    assert await seeded.read(outbox.next_due) is None


async def test_no_online_payment_waits_to_be_asked_about(seeded: Store) -> None:
    pending = text("SELECT count(*) FROM payment_attempts WHERE status = 'pending' AND provider <> 'bank_transfer'")
    assert await seeded.read(lambda tx: tx.scalar(pending)) == 0


async def test_xiaoman_has_orders_under_every_tab_addresses_and_coupons(seeded: Store) -> None:
    actor = await actor_of(seeded, XIAOMAN)
    assert await seeded.read(orders.counts, actor) == {
        "all": 8, "to-pay": 1, "to-ship": 1, "on-the-way": 2, "done": 3, "cancelled": 1,
    }
    assert [each.label for each in await seeded.read(addresses.addresses, actor)] == ["家", "公司"]
    assert (await seeded.read(wallet.wallet, actor)).counts["available"] == 2
    assert await seeded.read(customers.is_welcomed, actor)


async def test_jay_is_new_with_an_empty_address_book(seeded: Store) -> None:
    actor = await actor_of(seeded, JAY)
    assert not await seeded.read(customers.is_welcomed, actor)
    assert await seeded.read(addresses.addresses, actor) == ()
    assert (await seeded.read(orders.counts, actor))["all"] == 0


async def test_no_seat_has_a_live_screen(seeded: Store) -> None:
    for table in ("chat_states", "live_messages"):
        assert await seeded.read(lambda tx, name=table: tx.scalar(text(f"SELECT count(*) FROM {name}"))) == 0


async def test_the_last_pieces_of_the_catalogue_are_still_there(seeded: Store) -> None:
    code = text("SELECT id FROM skus WHERE code = 'HY-P3M'")
    sku_id = await seeded.read(lambda tx: tx.scalar(code))
    assert await seeded.read(inventory.available, [sku_id]) == {sku_id: 3}


async def test_writing_it_again_changes_nothing(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "again")
    settings = settings_of(tmp_path / "again")
    store = open_store(settings, MovableClock(at=START))
    before = await store.read(outlines)
    await history.seed(store, settings, "s")
    assert await store.read(outlines) == before
    await store.close()


def test_the_same_moment_gives_the_same_past(folder: Path, sqlite_template: Path, tmp_path: Path) -> None:
    write(tmp_path, sqlite_template)

    async def read(place: Path) -> list[tuple[object, ...]]:
        store = open_store(settings_of(place), MovableClock(at=START))
        found = await store.read(outlines)
        await store.close()
        return found

    assert asyncio.run(read(tmp_path)) == asyncio.run(read(folder))


async def test_maria_buys_in_dollars_where_the_shop_sells_in_them(sqlite_template: Path, tmp_path: Path) -> None:
    await asyncio.to_thread(write, tmp_path, sqlite_template, extra_currencies=EXTRA_CURRENCIES)
    store = open_store(settings_of(tmp_path), MovableClock(at=START))
    try:
        maria = await actor_of(store, MARIA)
        found = await store.read(customers.find, MARIA)
        assert found is not None and found[0].currency == "USD"
        bought = await store.read(lambda tx: tx.rows(
            select(ORDERS.c.customer_id, ORDERS.c.currency, ORDERS.c.shipping, ORDERS.c.delivery)
        ))
        hers = [row for row in bought if row.customer_id == maria.id]
        assert hers and {(row.currency, row.delivery["code"]) for row in hers} == {("USD", "air-usd")}
        assert {row.currency for row in bought if row.customer_id != maria.id} == {"CNY"}
        assert await store.read(invariants.violations) == []
    finally:
        await store.close()
