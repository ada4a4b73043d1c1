"""Paying by card inside the chat, what a provider's silence does there, and news of money in any order."""

from __future__ import annotations

from itertools import permutations

import pytest
from aiogram.types import Message

from bot.demo.emulator.till import Invoice
from bot.demo.house import EN_ID, House
from handlers.chat.invoices import take as TAKE
from handlers.chat.shop import Shop
from keyboards.orders import PayTap
from services.payments import refunding, repository
from services.payments.cancelling import cancel_order
from services.payments.errors import TooEarly
from services.payments.events import apply_event
from services.payments.providers import telegram_invoices
from services.shared.actors import SYSTEM
from services.shared.db import Store
from services.shared.errors import NotFound
from services.shared.money import Money
from tests.handlers.invoice_shop import (
    TOKEN,
    arrive,
    attempt_of,
    drawn,  # noqa: F401 - a fixture
    invoice_link,
    kiosk,  # noqa: F401 - a fixture
    ledger,
    order,
    pay_screen,
    settled,
    sound,
    states,
    updates,  # noqa: F401 - a fixture
)
from tests.handlers.running import store_of
from tests.handlers.test_stars import forge, to_pay
from tests.services.digital.goods import assert_sound, buy
from tests.services.orders import shop as goods


async def test_a_card_pays_in_the_orders_own_currency_and_people_refund_it(
    kiosk: House, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:
    caplog.set_level("DEBUG")
    user = await arrive(kiosk)
    order_id = await order(kiosk, user, "F1", 2)
    screen = await pay_screen(user, order_id)
    assert screen.labels[0] == "💳 支付 ¥398.00"
    [call] = kiosk.emulator.log("createInvoiceLink")
    assert call.body["provider_token"] == TOKEN and call.body["currency"] == "CNY"
    assert (await user.pay_invoice(invoice_link(screen))).ok
    await user.expect("支付成功 ¥398.00")
    assert TOKEN not in repr(kiosk.application.settings.providers["telegram"]) and TOKEN not in caplog.text
    attempt = await attempt_of(kiosk, order_id)
    assert attempt.facts["provider_charge"].startswith("prov_")
    await store_of(kiosk).write(refunding.give_back, SYSTEM, order_id, Money(1, "CNY"), "staff")
    await settled(kiosk)
    [back] = await store_of(kiosk).read(repository.refunds, order_id)
    assert (back.status, back.amount) == ("manual", Money(1, "CNY"))
    await sound(kiosk)


async def test_a_silent_telegram_is_said_and_the_next_try_goes_on(kiosk: House) -> None:  # noqa: F811
    user = await arrive(kiosk)
    order_id = await order(kiosk, user)
    kiosk.emulator.faults("createInvoiceLink", "500")
    await user.forge_callback(user.last_message.id, PayTap(order=order_id).pack())
    await user.expect("支付服务暂时没有回应")
    first = await attempt_of(kiosk, order_id)
    kiosk.emulator.faults("createInvoiceLink", "reset", when="after")
    await user.forge_callback(user.last_message.id, PayTap(order=order_id).pack())
    await settled(kiosk)
    link = invoice_link(await pay_screen(user, order_id))
    assert (await attempt_of(kiosk, order_id)).number == first.number
    assert (await user.pay_invoice(link)).ok
    await user.expect("支付成功")
    await sound(kiosk, allow=("not modified",))


async def test_a_refund_whose_answer_is_lost_is_asked_for_again_and_made_once(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    paid = await user.pay_invoice(link)
    await user.expect("支付成功")
    kiosk.emulator.faults("refundStarPayment", "reset", when="after")
    await store_of(kiosk).write(cancel_order, SYSTEM, order_id, "staff")
    await settled(kiosk)
    await kiosk.emulator.move_clock(30)
    await settled(kiosk)
    assert paid.charge is not None and paid.charge.refunded_at is not None
    assert await ledger(kiosk) == [("capture", 50), ("refund", 50)]
    assert await states(kiosk, order_id) == ("cancelled", "refunded", "unfulfilled")
    await sound(kiosk, allow=("CHARGE_ALREADY_REFUNDED",))


async def test_a_refund_made_elsewhere_waits_for_a_person_also_when_it_is_heard_of_first(
    kiosk: House,  # noqa: F811
) -> None:
    user, order_id, _ = await to_pay(kiosk)
    number = (await attempt_of(kiosk, order_id)).number
    kiosk.emulator.people.tell(user._person, user._chat, {"refunded_payment": {
        "currency": "XTR", "total_amount": 50, "invoice_payload": number, "telegram_payment_charge_id": "c-9"}})
    await settled(kiosk)
    assert await ledger(kiosk) == []
    forge(kiosk, user, "c-9", number)
    await user.expect("支付成功")
    await settled(kiosk)
    await kiosk.emulator.move_clock(3600)
    await settled(kiosk)
    [back] = await store_of(kiosk).read(repository.refunds, order_id)
    assert (back.status, back.amount, back.reference) == ("external", Money(50, "XTR"), "c-9")


def flexible(number: str) -> Invoice:
    """An invoice that asks for ways of delivery; the shop itself never makes one."""
    return Invoice("T", "D", number, "CNY", ({"label": "x", "amount": 39800},), flexible=True)


async def test_a_question_about_delivery_has_the_shops_answer(kiosk: House) -> None:  # noqa: F811
    user = await arrive(kiosk)
    order_id = await order(kiosk, user, "F1", 2)
    await pay_screen(user, order_id)
    invoice = flexible((await attempt_of(kiosk, order_id)).number)
    paying = kiosk.emulator.paying
    asked = await paying.pay(user._person, invoice)
    # Standard delivery is free from ¥99, and the amount is the one that was agreed.
    assert asked.ok
    await user.expect("支付成功")
    nowhere = await paying.pay(user._person, invoice, address={
        "country_code": "FR", "state": "", "city": "Paris", "street_line1": "1", "street_line2": "", "post_code": "1"})
    assert (nowhere.stage, nowhere.error) == ("shipping", "这个地址我们送不到，没有扣款")
    other = await paying.pay(kiosk.emulator.user(EN_ID)._person, invoice)
    assert (other.stage, "Only the person" in other.error) == ("shipping", True)
    unknown = await paying.pay(user._person, flexible("NOTHING"))
    assert (unknown.stage, "没有找到" in unknown.error) == ("shipping", True)


@pytest.mark.parametrize("sequence", sorted(set(permutations(("paid", "paid", "double", "back")))), ids="-".join)
async def test_news_in_any_order_come_to_the_same_books(store: Store, sequence: tuple[str, ...]) -> None:
    """One payment said twice, another of the same invoice, and the other's refund: once each, whatever comes first."""
    await goods.open_shop(store)
    sku_id = await store.write(goods.put_product, "GAME", Money(50, "XTR"), 10, "digital")
    buyer = await goods.buyer(store)
    order_id, made = await buy(store, buyer, sku_id)
    attempt = await store.write(lambda tx: repository.add_attempt(tx, order_id, "stars", made.amount, None, None))
    at = attempt.created_at
    events = {
        "paid": telegram_invoices.paid(attempt.number, attempt.amount, "one", 1001, at),
        "double": telegram_invoices.paid(attempt.number, attempt.amount, "two", 1001, at),
        "back": telegram_invoices.refunded(attempt.number, attempt.amount, "two", at),
    }
    waiting = list(sequence)
    for _ in range(3):
        for name in list(waiting):
            try:
                await store.write(apply_event, events[name])
            except (TooEarly, NotFound):
                continue
            waiting.remove(name)
    assert waiting == []
    refunds = await store.read(repository.refunds, order_id)
    assert sorted(each.amount.amount for each in refunds if each.reason == "double") == [50]
    await assert_sound(store)


@pytest.mark.parametrize("updates", ["webhook"])
async def test_a_word_that_could_not_be_kept_is_said_again(
    kiosk: House, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    """Telegram hears no 2xx before the money is in the books."""
    tried: list[str] = []

    async def take(shop: Shop, message: Message) -> None:
        tried.append("")
        if len(tried) < 3:
            raise OSError("the database is away")
        await TAKE(shop, message)

    monkeypatch.setattr("bot.checkouts.invoices.take", take)
    monkeypatch.setattr("bot.checkouts._AGAIN", (0.01,))
    user, order_id, link = await to_pay(kiosk)
    assert (await user.pay_invoice(link)).ok
    await user.expect("支付成功")
    assert len(tried) == 3 and await ledger(kiosk) == [("capture", 50)]
    assert (await states(kiosk, order_id))[1] == "paid"
    await sound(kiosk)
