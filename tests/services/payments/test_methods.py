"""Which ways to pay fit: by currency, amount, goods, carrier, phone and health, the same for everybody who asks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.customers import profile
from services.orders.types import CASH_ON_DELIVERY
from services.payments import attempts, methods
from services.payments.errors import MethodUnavailable, PhoneNeeded
from services.payments.methods import PAUSED, PHONE, Method, Purchase, fitting, usable
from services.payments.provider import Accepts
from services.shared.db import Store
from services.shared.errors import NotFound
from services.shared.money import Money
from tests.services.orders import shop
from tests.services.orders.shop import TERMS, yuan
from tests.services.payments import money
from tests.services.payments.money import RecordingProvider

YUAN = frozenset({"CNY"})
GOODS = frozenset({"physical", "service"})


@dataclass
class Unwell(RecordingProvider):
    healthy: bool = False


def codes(accepts: Accepts, due: Money, *kinds: str, code: str = "wallet", takes_cash: bool = True) -> tuple[str, ...]:
    provider = RecordingProvider(code, accepts=accepts)
    return usable(fitting({code: provider}, Purchase(due, kinds, takes_cash), phone_verified=True))


@pytest.mark.parametrize(
    ("accepts", "due", "kinds", "fits"),
    [
        (Accepts(YUAN), yuan(1), ("physical",), True),
        (Accepts(YUAN), Money(100, "USD"), ("physical",), False),
        (Accepts(), Money(1, "JPY"), ("service",), True),
        (Accepts(least=50), Money(49, "CNY"), ("physical",), False),
        (Accepts(least=50), Money(50, "CNY"), ("physical",), True),
        (Accepts(most=500), Money(500, "CNY"), ("physical",), True),
        (Accepts(most=500), Money(501, "CNY"), ("physical",), False),
        (Accepts(), yuan(1), ("digital",), False),
        (Accepts(), yuan(1), ("digital", "physical"), False),
        (Accepts(kinds=frozenset({"digital"})), Money(5, "XTR"), ("digital",), True),
        (Accepts(kinds=GOODS), yuan(1), ("physical", "service"), True),
    ],
)
def test_a_provider_is_offered_what_it_can_be_paid_for(
    accepts: Accepts, due: Money, kinds: tuple[str, ...], fits: bool
) -> None:
    assert (codes(accepts, due, *kinds) == ("wallet",)) == fits


@pytest.mark.parametrize(
    ("due", "takes_cash", "fits"),
    [(yuan(500), True, True), (yuan(500.01), True, False), (yuan(500), False, False), (Money(100, "USD"), True, False)],
)
def test_cash_is_for_carriers_that_take_it_up_to_a_limit(due: Money, takes_cash: bool, fits: bool) -> None:
    limit = Accepts(YUAN, most=50000)
    found = codes(limit, due, "physical", code=CASH_ON_DELIVERY, takes_cash=takes_cash)
    assert found == ((CASH_ON_DELIVERY,) if fits else ())


def test_what_stands_in_the_way_is_said_and_not_usable() -> None:
    providers = {"down": Unwell("down"), "up": RecordingProvider("up"), CASH_ON_DELIVERY: RecordingProvider()}
    found = fitting(providers, Purchase(yuan(1), ("physical",), True), phone_verified=False)
    assert found == (Method("down", PAUSED), Method("up"), Method(CASH_ON_DELIVERY, PHONE))
    assert usable(found) == ("up",)
    providers["down"].healthy = True
    assert fitting(providers, Purchase(yuan(1), ("physical",), True), phone_verified=True) == (
        Method("down"), Method("up"), Method(CASH_ON_DELIVERY))


async def test_an_order_is_asked_about_by_its_customer_alone(store: Store) -> None:
    sale = await money.open_sale(store)
    found = await store.read(methods.for_order, sale.actor, sale.order_id, money.ways("sandbox", CASH_ON_DELIVERY))
    assert found == (Method("sandbox"), Method(CASH_ON_DELIVERY))
    with pytest.raises(NotFound):
        await store.read(methods.for_order, await shop.buyer(store, 7007), sale.order_id, money.ways("sandbox"))


async def test_cash_waits_for_a_number_that_telegram_vouched_for(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(profile.change_profile, sale.actor, "phone", "")
    with pytest.raises(PhoneNeeded):
        await store.write(attempts.choose_cash, sale.actor, sale.order_id, money.ways(CASH_ON_DELIVERY), TERMS)


@pytest.mark.parametrize(
    "accepts", [Accepts(frozenset({"USD"})), Accepts(most=39799), Accepts(kinds=frozenset({"digital"}))]
)
async def test_the_use_case_itself_refuses_what_does_not_fit(store: Store, accepts: Accepts) -> None:
    sale = await money.open_sale(store)
    picky = {"picky": RecordingProvider("picky", accepts=accepts)}
    with pytest.raises(MethodUnavailable):
        await store.write(attempts.open_attempt, sale.actor, sale.order_id, "picky", picky, TERMS)
    assert await store.read(money.tried, sale.order_id) == [("sandbox", 39800, "pending")]


async def test_a_product_that_the_provider_does_not_have_is_refused(store: Store) -> None:
    sale = await money.open_sale(store)
    one = {"sandbox": RecordingProvider(accepts=Accepts(channels={"h5": "phone"}))}

    async def number(channel: str | None) -> str:
        found = await store.write(attempts.open_attempt, sale.actor, sale.order_id, "sandbox", one, TERMS, channel)
        return found.number

    with pytest.raises(MethodUnavailable):
        await number("app")
    assert await number("") == sale.attempt.number
    on_phone = await number("h5")
    assert await number(None) == on_phone != sale.attempt.number
    assert await store.read(money.jobs, "payments.close") == [{"attempt_id": sale.attempt.id}]
