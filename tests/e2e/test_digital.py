"""Digital goods in the demo's shop, from the cart to the code, paid with Stars."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.house import ZH_ID, House, opened
from bot.payments.stars import StarsSettings
from services.cart import service as cart
from services.customers import service as customers
from services.shared.clock import MovableClock
from services.shared.db import Tx
from tests.conftest import START
from tests.e2e import purchase, shopping
from tests.e2e.purchase import ZH
from tests.handlers.running import staffed
from tests.ports import free_port


@pytest.fixture
async def kiosk(seeded: Path, tmp_path: Path) -> AsyncIterator[House]:
    """The demo's shop, which takes Stars before all else."""
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    stars = {"stars": StarsSettings(_env_file=None)}  # type: ignore[call-arg]
    async with opened(
        folder, "127.0.0.1", free_port(), MovableClock(at=START), payment_methods=("stars", "sandbox"), providers=stars,
    ) as house:
        await staffed(house)
        yield house


async def test_a_card_is_bought_with_stars_from_the_cart_to_its_codes(kiosk: House) -> None:
    person = await shopping.arrive(kiosk)

    def fill(tx: Tx) -> None:
        found = customers.find(tx, ZH_ID)
        assert found is not None
        cart.add(tx, kiosk.application.shop.buyer(found[0]), shopping.sku(tx, "DG-PT-100"), 2)

    await kiosk.application.shop.store.write(fill)
    await shopping.check_out(person)
    checkout = person.last_message.text
    assert "⭐" in checkout and "¥" not in checkout and "海淀区" not in checkout
    await purchase.place(person, ZH)
    screen = await person.expect("Telegram 星星")
    assert (await person.pay_invoice(shopping.link_of(screen, "t.me/$"))).ok
    codes = await person.expect("DEMO-DG-PT-100-0001\nDEMO-DG-PT-100-0002")
    assert codes.data["has_protected_content"] is True
    assert await shopping.order_states(kiosk) == [("completed", "paid", "delivered")]
    assert await shopping.available(kiosk, "DG-PT-100") == 331
    await shopping.assert_sound(kiosk)
