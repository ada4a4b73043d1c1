"""Paying inside the chat with Stars: as the payer sees it, and what is left in the books."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest

from bot.checkouts import Checkouts
from bot.demo.emulator.driver import User, at_once
from bot.demo.house import EN_ID, House
from handlers.screens.payments import _grouped
from services.invariants import violations
from services.inventory import service as inventory
from services.orders import standing
from services.payments import attempts, precheckout, refunding
from services.payments.cancelling import cancel_order
from services.payments.methods import for_order
from services.reconciliation.process import reconcile
from services.shared.actors import SYSTEM, customer
from services.shared.db import Tx
from services.shared.money import Money
from tests.handlers.invoice_shop import (
    arrive,
    attempt_of,
    drawn,  # noqa: F401 - a fixture
    invoice_link,
    kiosk,  # noqa: F401 - a fixture
    ledger,
    order,
    pay_screen,
    settled,
    sku_of,
    sound,
    states,
    updates,  # noqa: F401 - a fixture
)
from tests.handlers.running import store_of

PAID = ("placed", "paid", "unfulfilled")
UNPAID = ("placed", "unpaid", "unfulfilled")


async def to_pay(house: House) -> tuple[User, int, str]:
    """A customer before the pay screen of an order of 50 Stars, and the invoice's address."""
    user = await arrive(house)
    order_id = await order(house, user)
    return user, order_id, invoice_link(await pay_screen(user, order_id))


def forge(house: House, user: User, charge: str, number: str, amount: int = 50, currency: str = "XTR") -> None:
    """The word of a payment, as the service would send it."""
    house.emulator.people.tell(user._person, user._chat, {"successful_payment": {
        "currency": currency, "total_amount": amount, "invoice_payload": number,
        "telegram_payment_charge_id": charge, "provider_payment_charge_id": "p1"}})


async def test_the_pay_screen_opens_the_payment_and_turns_into_the_receipt(kiosk: House) -> None:  # noqa: F811
    user = await arrive(kiosk)
    order_id = await order(kiosk, user)
    screen = await pay_screen(user, order_id)
    assert screen.text.startswith("💳 待支付 ⭐\u00a050 · ⭐ Telegram 星星\n订单 QL-")
    assert screen.labels[:3] == ["💳 支付 ⭐\u00a050", "🧾 发账单到聊天", "✅ 我已付款"]
    paid = await user.pay_invoice(invoice_link(screen))
    assert paid.ok
    receipt = await user.expect("支付成功 ⭐\u00a050")
    assert receipt.id == screen.id
    assert await ledger(kiosk) == [("capture", 50)]
    await sound(kiosk)


async def test_the_invoice_itself_comes_into_the_chat_once_asked_for(kiosk: House) -> None:  # noqa: F811
    user, order_id, _ = await to_pay(kiosk)
    await user.tap("🧾 发账单到聊天")
    invoice = await user.expect(kind="invoice")
    attempt = await attempt_of(kiosk, order_id)
    assert invoice.data["invoice"]["start_parameter"] == f"inv_{attempt.number}"
    assert (invoice.data["invoice"]["currency"], invoice.data["invoice"]["total_amount"]) == ("XTR", 50)
    assert re.fullmatch(r"订单 QL-\d{6}-\w{4}", invoice.data["invoice"]["title"])
    assert invoice.labels == ["💳 支付 ⭐\u00a050"]
    assert (await user.pay_invoice(invoice)).ok
    await user.expect("支付成功")
    await sound(kiosk)


async def test_a_second_payment_of_the_same_link_is_refused_before_it_costs_anything(
    kiosk: House,  # noqa: F811
) -> None:
    user, order_id, link = await to_pay(kiosk)
    assert (await user.pay_invoice(link)).ok
    await user.expect("支付成功")
    again = await user.pay_invoice(link)
    assert (again.stage, "已经付清" in again.error) == ("checkout", True)
    assert await ledger(kiosk) == [("capture", 50)]
    await sound(kiosk)
    assert (await states(kiosk, order_id))[1] == "paid"


async def test_two_devices_at_once_pay_once(kiosk: House) -> None:  # noqa: F811
    user, _, link = await to_pay(kiosk)
    results = await at_once(user.pay_invoice(link), user.pay_invoice(link))
    assert sorted(each.stage for each in results) == ["checkout", "paid"]
    assert "正在另一处付款" in next(each.error for each in results if not each.ok)
    await user.expect("支付成功")
    assert await ledger(kiosk) == [("capture", 50)]
    await sound(kiosk)


async def test_after_a_card_was_declined_the_same_invoice_can_be_paid(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    assert (await user.pay_invoice(link, declined=True)).stage == "declined"
    assert await states(kiosk, order_id) == UNPAID
    kiosk.clock.move(precheckout.UNDER_WAY.total_seconds())
    assert (await user.pay_invoice(link)).ok
    await user.expect("支付成功")
    await sound(kiosk)


async def test_stock_that_is_gone_is_refused(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)

    def take_away(tx: Tx) -> None:
        inventory.release(tx, order_id)
        inventory.adjust(tx, SYSTEM, sku_of(tx, "GAME"), -10, "count")

    await store_of(kiosk).write(take_away)
    refused = await user.pay_invoice(link)
    assert (refused.stage, refused.error) == ("checkout", "刚刚卖完了，没有扣款")
    assert await states(kiosk, order_id) == UNPAID and await ledger(kiosk) == []
    await sound(kiosk)


async def test_stock_that_was_let_go_is_taken_again(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    await store_of(kiosk).write(inventory.release, order_id)
    assert (await user.pay_invoice(link)).ok
    assert await store_of(kiosk).read(lambda tx: inventory.available(tx, [sku_of(tx, "GAME")])) != {}
    await user.expect("支付成功")
    await sound(kiosk)


async def test_a_forwarded_invoice_can_be_paid_by_who_ordered_alone(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    jay = kiosk.emulator.user(EN_ID)
    refused = await jay.pay_invoice(link)
    assert (refused.stage, refused.error) == (
        "checkout", "Only the person who ordered can pay this invoice. Nothing was charged")
    number = (await attempt_of(kiosk, order_id)).number
    await jay.send(f"/start inv_{number}")
    await jay.expect("This is no longer here")
    await user.send(f"/start inv_{number}")
    await user.expect("待支付")
    await sound(kiosk)


async def test_an_order_that_ran_out_of_time_is_refused(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    kiosk.clock.move(15 * 60)
    refused = await user.pay_invoice(link)
    assert (refused.stage, "超过付款时间" in refused.error) == ("checkout", True)
    assert await ledger(kiosk) == []
    assert (await states(kiosk, order_id))[1] == "unpaid"


async def test_a_yes_keeps_the_order_for_a_while_once(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    kiosk.clock.move(15 * 60 - 5)
    assert (await user.pay_invoice(link, declined=True)).stage == "declined"
    until = (await store_of(kiosk).read(standing.read, order_id)).expires_at
    assert until == kiosk.clock.now() + precheckout.GRACE
    kiosk.clock.move(100)
    assert (await user.pay_invoice(link, declined=True)).stage == "declined"
    assert (await store_of(kiosk).read(standing.read, order_id)).expires_at == until


async def test_money_that_comes_late_all_the_same_revives_the_order(kiosk: House) -> None:  # noqa: F811
    user, order_id, _ = await to_pay(kiosk)
    number = (await attempt_of(kiosk, order_id)).number
    await kiosk.emulator.move_clock(15 * 60)
    await user.expect("付款时间已过")
    forge(kiosk, user, "late-1", number)
    await user.expect("订单已恢复")
    assert (await states(kiosk, order_id))[1] == "paid" and await ledger(kiosk) == [("capture", 50)]
    await sound(kiosk)


async def test_the_invoice_of_another_way_to_pay_no_longer_counts(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    attempt = await attempt_of(kiosk, order_id)
    await store_of(kiosk).write(lambda tx: attempts.repository.set_status(tx, attempt.id, "closed", ("pending",)))
    refused = await user.pay_invoice(link)
    assert (refused.stage, "已作废" in refused.error) == ("checkout", True)
    forge(kiosk, user, "c-1", attempt.number)
    await user.expect("支付成功")
    await sound(kiosk)


async def test_a_repeated_word_counts_once_and_a_forged_amount_goes_to_people(kiosk: House) -> None:  # noqa: F811
    user, order_id, _ = await to_pay(kiosk)
    number = (await attempt_of(kiosk, order_id)).number
    for _ in range(3):
        forge(kiosk, user, "same", number)
    await user.expect("支付成功")
    await settled(kiosk)
    assert await ledger(kiosk) == [("capture", 50)]
    other = await order(kiosk, user)
    await pay_screen(user, other)
    forge(kiosk, user, "short", (await attempt_of(kiosk, other)).number, amount=1)
    await user.expect("还差")
    assert await states(kiosk, other) == ("placed", "partly_paid", "unfulfilled")
    await sound(kiosk)


@pytest.mark.parametrize(("number", "currency"), [("NOBODYS00000000000X", "XTR"), (None, "USD")])
async def test_money_for_no_invoice_of_ours_changes_nothing_and_rings(
    kiosk: House, caplog: pytest.LogCaptureFixture, number: str | None, currency: str  # noqa: F811
) -> None:
    user, order_id, _ = await to_pay(kiosk)
    with caplog.at_level(logging.ERROR):
        forge(kiosk, user, "x-1", number or (await attempt_of(kiosk, order_id)).number, currency=currency)
        await settled(kiosk)
    assert await states(kiosk, order_id) == UNPAID and await ledger(kiosk) == []
    assert [each.getMessage()[:28] for each in caplog.records if each.levelno == logging.ERROR] == [
        "money for an unknown invoice"]


async def test_a_lost_word_is_found_in_the_account(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    kiosk.emulator.delivery.allowed = ["pre_checkout_query"]
    paid = await user.pay_invoice(link)
    kiosk.emulator.delivery.allowed = None
    assert paid.ok and await states(kiosk, order_id) == UNPAID
    await kiosk.emulator.move_clock(60)
    await user.expect("支付成功")
    assert paid.charge is not None
    assert await ledger(kiosk) == [("capture", 50)]
    forge(kiosk, user, paid.charge.id, (await attempt_of(kiosk, order_id)).number)
    await settled(kiosk)
    assert await ledger(kiosk) == [("capture", 50)]
    await sound(kiosk)


async def test_stars_go_back_as_a_whole_and_a_part_is_left_to_people(kiosk: House) -> None:  # noqa: F811
    user, order_id, link = await to_pay(kiosk)
    paid = await user.pay_invoice(link)
    await user.expect("支付成功")
    assert paid.charge is not None
    await store_of(kiosk).write(refunding.give_back, SYSTEM, order_id, Money(20, "XTR"), "staff")
    await settled(kiosk)
    assert paid.charge.refunded_at is None
    [part] = (await store_of(kiosk).read(attempts.repository.refunds, order_id))
    assert part.status == "manual"

    other = await order(kiosk, user)
    second = await user.pay_invoice(invoice_link(await pay_screen(user, other)))
    await user.expect("支付成功")
    assert second.charge is not None
    await store_of(kiosk).write(cancel_order, SYSTEM, other, "staff")
    await settled(kiosk)
    assert second.charge.refunded_at is not None
    assert await states(kiosk, other) == ("cancelled", "refunded", "unfulfilled")
    await sound(kiosk)


async def test_a_question_is_answered_while_the_same_persons_tap_is_stuck(kiosk: House) -> None:  # noqa: F811
    user, _, link = await to_pay(kiosk)
    kiosk.emulator.faults("sendPhoto|sendMessage", "slow", seconds=2, chat_id=user.id)
    await user.send("/help")
    assert (await user.pay_invoice(link)).ok
    # The answer to the command has not arrived yet.
    assert "怎么" not in user.last_message.text and user.last_message.text.startswith("💳 待支付")
    await user.expect("支付成功")


async def test_a_question_that_cannot_be_looked_into_in_time_is_answered_with_no(
    kiosk: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:
    user, order_id, link = await to_pay(kiosk)

    async def never(*_: object) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr("bot.checkouts.invoices.why_not", never)
    monkeypatch.setattr(Checkouts, "patience", 0.05)
    refused = await user.pay_invoice(link)
    assert (refused.stage, refused.error) == ("checkout", "现在无法确认这笔订单，没有扣款。请稍等片刻再试")
    assert await states(kiosk, order_id) == UNPAID
    assert "could not be looked into" in caplog.text


async def test_stars_are_offered_for_digital_goods_alone(kiosk: House) -> None:  # noqa: F811
    user = await arrive(kiosk)
    ways = {}
    for code in ("GAME", "F1"):
        order_id = await order(kiosk, user, code)
        buyer = customer((await store_of(kiosk).read(standing.read, order_id)).customer_id)
        found = await store_of(kiosk).read(for_order, buyer, order_id, kiosk.application.shop.providers)
        ways[code] = [each.code for each in found]
    assert ways == {"GAME": ["stars", "sandbox"], "F1": ["telegram", "sandbox"]}


def test_the_amount_below_a_code_has_as_many_decimals_as_its_currency() -> None:
    said = [_grouped(Money(1_250, currency)) for currency in ("XTR", "JPY", "CNY")]
    assert said == ["1,250", "1,250", "12.50"]


async def test_the_commands_that_telegram_asks_for_are_answered(kiosk: House) -> None:  # noqa: F811
    user = await arrive(kiosk)
    await user.send("/paysupport")
    assert "请不要联系 Telegram 客服" in (await user.expect("付款遇到问题")).text
    await user.send("/terms")
    await user.expect("条款")
    await sound(kiosk)


async def test_books_and_account_agree_and_what_only_one_has_is_found(kiosk: House) -> None:  # noqa: F811
    user = await arrive(kiosk)
    for called_off in (False, True):
        order_id = await order(kiosk, user)
        assert (await user.pay_invoice(invoice_link(await pay_screen(user, order_id)))).ok
        await user.expect("支付成功")
        if called_off:
            await store_of(kiosk).write(cancel_order, SYSTEM, order_id, "staff")
        await settled(kiosk)
    day, provider = kiosk.clock.now().date(), kiosk.application.shop.providers["stars"]
    last = await order(kiosk, user)
    link = invoice_link(await pay_screen(user, last))
    kiosk.emulator.delivery.allowed = ["pre_checkout_query"]
    assert (await user.pay_invoice(link)).ok
    kiosk.emulator.delivery.allowed = None
    kiosk.clock.move(24 * 3600)
    run = await reconcile(store_of(kiosk), provider, day)
    assert (run.lines, run.entries, run.matched, run.open) == (4, 3, 3, 1)
    await kiosk.emulator.move_clock(60)
    await user.expect("恢复|支付成功")
    await settled(kiosk)
    run = await reconcile(store_of(kiosk), provider, day)
    assert (run.matched, run.open) == (4, 0)
    assert await store_of(kiosk).read(violations) == []
