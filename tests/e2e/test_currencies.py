"""Orders in yen, dollars and Stars, from the price on the card to the line in the report, over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, House, opened
from bot.demo.seed.catalogue import EXTRA_CURRENCIES
from bot.payments.stars import StarsSettings
from services.cart import service as cart
from services.catalog import editing, loading, repository
from services.customers import addresses
from services.customers.types import AddressFields
from services.orders import service as orders
from services.orders.types import Order
from services.promotions import claiming, writing
from services.shared.actors import SYSTEM, customer
from services.shared.clock import MovableClock
from services.shared.db import Tx
from services.shared.money import Money
from services.shared.price_lists import STARS, PriceList
from tests.conftest import START
from tests.e2e import purchase
from tests.e2e.purchase import EN, tap
from tests.e2e.shopping import HOME, actor, assert_sound, desk, ledger, order_id, sku
from tests.handlers.running import press, say, staffed, store_of
from tests.ports import free_port

ABROAD = AddressFields("Maria Souza", "+12025550103", "US", "us", "Washington", "DC", "48 Almond Court NW", "20001")


@pytest.fixture(params=[("sandbox", "cash_on_delivery", "bank_transfer")])
async def front(seeded: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """The demo shop as `demo` opens it, with prices in dollars, yen and Stars."""
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    ways: dict[str, Any] = {"payment_methods": request.param, "extra_refund_limits": (("USD", 798),)}
    if "stars" in request.param:
        ways["providers"] = {"stars": StarsSettings()}
    house = opened(folder, "127.0.0.1", free_port(), MovableClock(at=START), extra_currencies=EXTRA_CURRENCIES, **ways)
    async with house as running:
        await staffed(running)
        yield running


async def enter(house: House, address: AddressFields, currency: str) -> User:
    """Jay, who has an address and has chosen a currency in Me."""
    person = house.emulator.user(EN_ID)
    await say(person, "/start", "Qingli Select")
    await store_of(house).write(lambda tx: addresses.add_address(tx, actor(tx, EN_ID), address))
    await say(person, "/menu", "🏠")
    await press(person, "👤 Me", "Profile|profile")
    await press(person, "💱 Currency: CNY", "Which currency would you like to buy in")
    await press(person, f"💱 {currency} · ", "Profile|profile")
    assert f"💱 Currency: {currency}" in person.last_message.labels
    return person


def give_coupon(tx: Tx, currency: str, amount: int) -> None:
    coupon_id = writing.put_coupon(tx, SYSTEM, writing.CouponDraft(
        code=f"IN-{currency}", name={"zh": "券", "en": "Thank-you coupon"}, currency=currency, zone="Asia/Shanghai",
        starts_at=tx.now, ends_at=None, valid_days=30, threshold=0, amount=amount, in_centre=True,
    ))
    claiming.claim(tx, actor(tx, EN_ID), coupon_id)


async def fill_cart_in(house: House, currency: str, wanted: dict[str, int]) -> None:
    """Whoever chose a currency in the chat puts things into the cart in it."""

    def fill(tx: Tx) -> None:
        buyer = customer(actor(tx, EN_ID).id, PriceList(currency))
        for code, quantity in wanted.items():
            cart.add(tx, buyer, sku(tx, code), quantity)

    await store_of(house).write(fill)


async def order_of(house: House) -> Order:
    return await store_of(house).read(orders.get, SYSTEM, await order_id(house))


async def give_back(house: House, amount: str, shown: str, *, alone: bool) -> None:
    """小王 gives a part back in the group; above the limit of its currency the owner must agree."""
    # Who asks is told what became of it in private.
    await say(house.emulator.user(STAFF_ID), "/start", "青粒优选")
    wang, boss = desk(house), house.emulator.user(OWNER_ID).in_chat(house.staff_chat_id)
    await wang.expect("已付款")
    await tap(wang, "🙋 我来处理")
    await wang.expect("🙋 小王")
    await tap(wang, "⋯ 更多")
    await wang.expect("还要做什么？")
    await tap(wang, "💸 退款…")
    await wang.expect("退多少？")
    await tap(wang, "✏️ 输入退款金额")
    question = await wang.expect("请回复这条消息")
    await wang.send(amount, reply_to=question.id)
    if alone:
        await wang.expect(f"正在退款 {shown}")
        return
    await boss.expect(f"💸 退款 {shown} · 订单")
    await tap(boss, "✅ 批准")
    await boss.expect("✅ 店主 已批准")


async def test_an_order_in_yen_has_no_decimals(front: House) -> None:
    person = await enter(front, HOME, "JPY")
    await store_of(front).write(give_coupon, "JPY", 300)
    # 20 % off ¥1,080 are ¥216: two sensors and a filter come to 2 × 864 + 4,180.
    await fill_cart_in(front, "JPY", {"LM-SN1": 2, "HY-P3F": 1, "LM-ST2": 1})
    shown = await say(person, "/cart", "Cart|cart")
    assert "💱 Goods in different currencies are orders of their own" in shown.text
    keys = [label for label in shown.labels if label.startswith("💳")]
    assert keys == ["💳 ¥5,908", "💳 CN¥103.20"]
    await press(person, "💳 ¥5,908", "Total")
    summary = person.last_message.text
    assert "¥2,160" in summary and "¥4,180" in summary and "−¥300" in summary and "CN¥" not in summary
    # From ¥2,500 on the parcel costs nothing. Yen are not handed over at a door.
    await tap(person, EN.place)
    await person.expect("To pay")
    order = await order_of(front)
    assert (order.total, order.discount, order.shipping) == (
        Money(5_608, "JPY"), Money(732, "JPY"), Money(0, "JPY"))
    await purchase.pay(person)
    receipt = await person.expect("Paid")
    assert "¥5,608" in receipt.text and "." not in receipt.text.split("¥")[1].split()[0]
    await give_back(front, "1,000", "JP¥1,000", alone=False)
    await person.expect("¥1,000")
    await assert_sound(front)
    assert await ledger(front) == [("capture", 5_608), ("refund", 1_000)]
    # What was left in the other currency is still in the cart.
    assert "CN¥" in (await say(person, "/cart", "Cart|cart")).text


async def test_an_order_in_dollars_abroad_is_refunded_in_part_and_reported(front: House) -> None:
    person = await enter(front, ABROAD, "USD")
    await store_of(front).write(give_coupon, "USD", 500)
    await person.send("QL-B8")
    card = await person.expect("Chosen")
    assert "$32.99" in card.text and "$36.99" in card.text
    await tap(person, "Buy now")
    summary = (await person.expect("Total")).text
    assert "$32.99" in summary and "−$5.00" in summary and "$19.99" in summary
    await tap(person, EN.place)
    await person.expect("To pay")
    order = await order_of(front)
    assert (order.total, order.shipping, order.discount) == (
        Money(4_798, "USD"), Money(1_999, "USD"), Money(500, "USD"))
    assert order.delivery is not None and order.delivery.code == "air-usd"
    await purchase.pay(person)
    await person.expect("Paid")
    await give_back(front, "7.98", r"US\$7.98", alone=True)
    await person.expect(r"\$7.98")
    await assert_sound(front)
    assert await ledger(front) == [("capture", 4_798), ("refund", 798)]
    owner = front.emulator.user(OWNER_ID)
    report = await say(owner, "/report", "净收入")
    assert "💰 净收入 ¥0.00" in report.text
    assert "💱 USD：净收入 US$40.00，下单 1 单，共 US$47.98" in report.text


async def test_what_has_no_price_in_the_persons_currency_is_sold_in_the_shops_own(front: House) -> None:
    person = await enter(front, ABROAD, "USD")
    # A lamp without a price in dollars is sold in yuan, and air mail is priced in yuan as well.
    await person.send("LM-DL1")
    assert "CN¥199.00" in (await person.expect("Chosen")).text
    await tap(person, "Buy now")
    summary = (await person.expect("Total")).text
    assert "CN¥240.00" in summary and "💱 These have no price in USD: this order is in CNY." in summary
    await fill_cart_in(front, "USD", {"LM-DL1-WHITE": 1})
    shown = await say(person, "/cart", "Cart|cart")
    assert "💱 These have no price in USD and are sold in the currency above." in shown.text
    await press(person, "💱 Currency", "Which currency would you like to buy in")
    shown = await press(person, "💱 CNY · Chinese Yuan", "Cart|cart")
    assert "💱" not in shown.text and "💱 Currency" not in shown.labels


@pytest.mark.parametrize("front", [("bank_transfer", "stars")], indirect=True)
async def test_digital_goods_are_sold_for_stars_and_nothing_else(front: House) -> None:
    person = await enter(front, ABROAD, "USD")
    await person.send("DG-PT-100")
    card = await person.expect("Chosen")
    assert "⭐\u00a0700" in card.text
    await fill_cart_in(front, "USD", {"QL-B8-BLACK": 1})
    await tap(person, "Add to cart")
    await tap(person, "Cart|cart")
    shown = await person.expect("orders of their own")
    assert {"💳 ⭐\u00a0700", "💳 $32.99"} <= set(shown.labels)
    await press(person, "💳 ⭐\u00a0700", "Total|To pay")
    assert "$" not in person.last_message.text
    await tap(person, EN.place)
    await person.expect("To pay|Stars")
    order = await order_of(front)
    assert (order.total, order.payment_method, order.delivery) == (Money(700, STARS), "stars", None)


@pytest.mark.parametrize("front", [("bank_transfer", "stars")], indirect=True)
async def test_digital_goods_without_a_price_in_stars_say_why_they_are_not_sold(front: House) -> None:
    def unprice(tx: Tx) -> None:
        product_id = repository.id_by_code(tx, "product", "DG-VIP")
        assert product_id is not None
        written = loading.as_written(tx, product_id)
        editing.put_product(tx, SYSTEM, replace(written, skus=tuple(replace(sku, prices={}) for sku in written.skus)))

    person = await enter(front, ABROAD, "USD")
    await store_of(front).write(unprice)
    await person.send("DG-VIP")
    card = await person.expect("sold for Stars only")
    assert not {label for label in card.labels if "cart" in label.lower() or "Buy now" in label}
    await assert_sound(front)
