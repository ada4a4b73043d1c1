import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery import service
from services.delivery.days import arrival
from services.delivery.types import DeliveryOption, Method, Zone
from services.shared.actors import SYSTEM, customer
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed
from services.shared.money import Money
from tests.conftest import START

NAME = {"zh": "快递", "en": "Courier"}
GOODS = ("physical",)


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


STANDARD = Method("standard", NAME, yuan(10), (2, 4), free_from=yuan(99), first_g=1000, fee_per_kg=yuan(3),
                  most_g=30_000, takes_cash=True)
EXPRESS = Method("express", NAME, yuan(25), (1, 1))
AIR = Method("air", NAME, yuan(180), (7, 15), most_g=15_000)


def zones(tx: Tx) -> None:
    service.put_zone(tx, SYSTEM, Zone("near", NAME, ("beijing", "hebei"), (STANDARD, EXPRESS)))
    service.put_zone(tx, SYSTEM, Zone("closed", NAME, ("aq",), ()))
    service.put_zone(tx, SYSTEM, Zone("abroad", NAME, ("*",), (AIR,)))


async def codes(store: Store, region: str, weight_g: int = 500) -> list[str]:
    found = await store.read(service.options, region, yuan(50), weight_g, GOODS)
    return [option.code for option in found]


async def test_a_region_has_its_own_zone_or_that_of_everywhere_else(any_store: Store) -> None:
    await any_store.write(zones)
    assert await codes(any_store, "beijing") == ["standard", "express"]
    assert await codes(any_store, "us") == ["air"]
    assert await codes(any_store, "aq") == []


async def test_what_is_too_heavy_for_a_way_does_not_go_that_way(any_store: Store) -> None:
    await any_store.write(zones)
    assert await codes(any_store, "us", 15_000) == ["air"]
    assert await codes(any_store, "us", 15_001) == []
    assert await codes(any_store, "hebei", 30_001) == ["express"]


async def test_a_zone_written_again_is_as_it_was_written_last(any_store: Store) -> None:
    await any_store.write(zones)
    await any_store.write(zones)
    await any_store.write(service.put_zone, SYSTEM, Zone("north", NAME, ("hebei",), (EXPRESS,)))
    assert await codes(any_store, "beijing") == ["standard", "express"]
    assert await codes(any_store, "hebei") == ["express"]


async def test_nothing_is_delivered_that_needs_no_delivery(store: Store) -> None:
    await store.write(zones)
    assert await store.read(service.options, "beijing", yuan(50), 0, ("digital", "service")) == ()
    assert not service.needs_delivery(("digital",))
    assert service.needs_delivery(("digital", "physical"))


async def test_only_who_may_change_delivery_does(store: Store) -> None:
    with pytest.raises(NotAllowed):
        await store.write(service.put_zone, customer(1), Zone("near", NAME, ("beijing",), (STANDARD,)))


@pytest.mark.parametrize(("subtotal", "weight_g", "fee"), [
    (50, 0, 10), (50, 1000, 10), (50, 1001, 13), (50, 2000, 13), (50, 2001, 16), (98, 5000, 22), (99, 5000, 0),
])
async def test_the_fee_grows_by_kilograms_begun_and_ends_at_the_threshold(
    store: Store, subtotal: int, weight_g: int, fee: int
) -> None:
    await store.write(zones)
    found = await store.read(service.options, "beijing", yuan(subtotal), weight_g, GOODS)
    assert found[0] == DeliveryOption("standard", NAME, yuan(fee), (2, 4), True)


async def test_amounts_of_another_currency_find_no_way(store: Store) -> None:
    await store.write(zones)
    assert await store.read(service.options, "beijing", Money(100, "USD"), 0, GOODS) == ()


def test_parcels_arrive_on_working_days() -> None:
    # 24 November 2026 is a Tuesday.
    days = [arrival(START, days, START.tzinfo).day for days in range(5)]  # type: ignore[arg-type]
    assert days == [24, 25, 26, 27, 30]


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_days_never_arrive_earlier(fewer: int, more: int) -> None:
    zone = START.tzinfo
    assert zone is not None
    first, last = sorted((fewer, more))
    assert arrival(START, first, zone) <= arrival(START, last, zone)
    assert arrival(START, last, zone).weekday() < 5
