"""The shop's process dies (SIGKILL) at each step of a real provider's payment and refund: all of it counts once."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.composition import open_store
from bot.demo.emulator import UserError
from bot.demo.house import ZH_ID, demo_settings
from bot.payments.base import ProviderSettings
from services.invariants import violations
from services.outbox.models import JobRow
from services.payments import refunding, repository
from services.payments.types import Attempt
from services.shared.actors import staff
from services.shared.clock import SystemClock
from services.shared.db import Tx
from services.shared.money import Money
from services.staff.types import ORDER_DESK
from tests.e2e import purchase
from tests.e2e.purchase import ZH
from tests.e2e.test_crash import Machine, machine, to_checkout
from tests.fakes.base import Fake
from tests.fakes.cryptopay import FakeCryptoPay
from tests.fakes.street import CODES, FAKES, REFUNDING, served
from tests.fakes.unionpay import FakeUnionPay

__all__ = ["machine"]

pytestmark = pytest.mark.long

JOBS = JobRow.__table__
DESK = staff(42, "小王", ORDER_DESK)
ORDER = 1


@pytest.fixture(params=CODES)
async def fake(request: pytest.FixtureRequest, machine: Machine) -> AsyncIterator[Fake]:
    """The provider outlives the shop, as providers do."""
    [made] = [kind(SystemClock()) for kind in FAKES if kind.code == request.param]
    async with served([made]) as url:
        machine.providers = {made.code: plain(made.settings(url))}
        if isinstance(made, FakeCryptoPay):
            made.endpoint = f"http://127.0.0.1:{machine.port}/webhooks/payments/cryptopay"
        yield made


def plain(settings: ProviderSettings) -> dict[str, Any]:
    """The settings as another process can read them."""
    values = ((name, getattr(settings, name)) for name in type(settings).model_fields)
    shown = ((name, each.get_secret_value() if isinstance(each, SecretStr) else each) for name, each in values)
    lists = ((name, list(each) if isinstance(each, tuple | frozenset) else each) for name, each in shown)
    return {name: each for name, each in lists if each is not None}


async def ask(machine: Machine, question: Any) -> Any:
    """Something about the store, or something done to it, past the process."""
    settings = demo_settings(machine.folder, "127.0.0.1", 0, machine.api_url, machine.group)
    store = open_store(settings, SystemClock())
    try:
        return await store.write(question)
    finally:
        await store.close()


async def dies_of_a_notice(machine: Machine, fake: Fake) -> None:
    with contextlib.suppress(aiohttp.ClientError):  # nobody is left to answer
        await fake.deliver_all()
    await machine.wait_for_death()


def tried(tx: Tx) -> list[Attempt]:
    return repository.attempts(tx, ORDER)


def books(tx: Tx) -> tuple[int, list[tuple[int, str]], list[str]]:
    """(captured, refunds, what is wrong with the facts)."""
    back = [(each.amount.amount, each.status) for each in repository.refunds(tx, ORDER)]
    return repository.moved(tx, ORDER, "capture"), back, [str(each) for each in violations(tx)]


async def test_paid_and_given_back_once(machine: Machine, fake: Fake) -> None:
    person = machine.emulator.user(ZH_ID)
    await machine.start("note_started:before:1")
    await to_checkout(person)
    with contextlib.suppress(UserError):  # it dies before it answers
        await purchase.tap(person, ZH.place)
    await machine.wait_for_death()
    await machine.start("apply_event:before:1")
    with contextlib.suppress(UserError):
        await purchase.tap(person, ZH.place)
    await person.expect(ZH.to_pay)
    [attempt] = await ask(machine, tried)
    if isinstance(fake, FakeUnionPay):
        assert await fake.open(attempt.url, dict(attempt.form)) == 200
    await fake.pay(attempt.number)
    await dies_of_a_notice(machine, fake)
    await machine.start("apply_event:after:1")
    await dies_of_a_notice(machine, fake)
    await machine.start("note_sent:before:1")
    assert set(await fake.deliver_all()) == {200}
    await person.expect(ZH.paid, timeout=30)
    assert await ask(machine, books) == (attempt.amount.amount, [], [])
    assert fake.captured(attempt.number) == attempt.amount.amount
    if fake.code in REFUNDING:
        await give_back(machine, fake, attempt)


async def give_back(machine: Machine, fake: Fake, attempt: Attempt) -> None:
    """A part goes back; the process dies when the provider has done so, and another one goes on."""
    part = Money(700, attempt.amount.currency)
    await ask(machine, lambda tx: refunding.refund_by_staff(tx, DESK, ORDER, part))
    await machine.wait_for_death()
    # The minute of the dead one's lease passes.
    await ask(machine, lambda tx: tx.execute(update(JOBS).values(leased_until=None)))
    await machine.start()
    await machine.emulator.user(ZH_ID).expect("¥7.00", timeout=30)
    assert fake.refunded(attempt.number) == 700
    assert await ask(machine, books) == (attempt.amount.amount, [(700, "succeeded")], [])
