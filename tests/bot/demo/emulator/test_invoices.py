"""Invoices at the local Bot API: what is refused, who is asked before money moves, and how Stars go back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.emulator import Emulator, User
from bot.demo.emulator.errors import UserError
from tests.bot.demo.emulator.conftest import Client
from tests.bot.demo.emulator.test_page import Browser, browser  # noqa: F401 - a fixture

ANNA = 1001
STARS = {"title": "T", "description": "D", "payload": "A1", "currency": "XTR", "prices": [{"label": "x", "amount": 5}]}
CARD = STARS | {"currency": "EUR", "provider_token": "1:TEST:x"}


@pytest.mark.parametrize(("changes", "words"), [
    ({"title": ""}, "INVOICE_TITLE_INVALID"), ({"title": "x" * 33}, "INVOICE_TITLE_INVALID"),
    ({"description": "x" * 256}, "INVOICE_DESCRIPTION_INVALID"), ({"payload": "é" * 65}, "INVOICE_PAYLOAD_INVALID"),
    ({"payload": ""}, "INVOICE_PAYLOAD_INVALID"), ({"prices": []}, "there must be at least one price"),
    ({"prices": [{"label": "x", "amount": 5}] * 2}, "there must be exactly one price for Telegram Stars payments"),
    ({"provider_token": "1:TEST:x"}, "PAYMENT_PROVIDER_INVALID"),
    ({"prices": [{"label": "x", "amount": 0}]}, "STARS_INVOICE_INVALID"),
    ({"prices": [{"label": "x", "amount": 10_001}]}, "STARS_INVOICE_INVALID"),
    ({"currency": "USX"}, "CURRENCY_INVALID"), ({"currency": "EUR"}, "PAYMENT_PROVIDER_INVALID"),
    ({"currency": "EUR", "provider_token": "word"}, "PAYMENT_PROVIDER_INVALID"),
    ({"currency": "EUR", "provider_token": "1:x", "prices": [{"label": "x", "amount": 0}]},
     "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ({"prices": [{"label": "x", "amount": "much"}]}, 'parameter "prices[0].amount" must be of type Integer'),
    ({"prices": [{"amount": 1}]}, "can't parse prices[0]: Can't find field \"label\""),
])
async def test_what_is_no_invoice_is_refused(client: Client, anna: User, changes: dict[str, Any], words: str) -> None:
    for method, more in (("createInvoiceLink", {}), ("sendInvoice", {"chat_id": ANNA})):
        assert await client.refused(method, **{**STARS, **more, **changes}) == (400, f"Bad Request: {words}")


async def test_the_first_key_of_an_invoice_pays(client: Client, anna: User) -> None:
    key = {"text": "Look", "callback_data": "x"}
    refused = await client.refused("sendInvoice", chat_id=ANNA, **STARS, reply_markup={"inline_keyboard": [[key]]})
    assert refused == (400, "Bad Request: the first button of an invoice must be a Pay button")
    pay = {"text": "Pay ⭐5", "pay": True}
    sent = await client.call("sendInvoice", chat_id=ANNA, **STARS, reply_markup={"inline_keyboard": [[pay], [key]]})
    assert sent["invoice"] == {
        "title": "T", "description": "D", "start_parameter": "", "currency": "XTR", "total_amount": 5}
    bare = await client.call("sendInvoice", chat_id=ANNA, **STARS)
    assert bare["reply_markup"] == {"inline_keyboard": [[{"text": "Pay 5 XTR", "pay": True}]]}
    elsewhere = await client.refused("sendMessage", chat_id=ANNA, text="x", reply_markup={"inline_keyboard": [[pay]]})
    assert elsewhere == (400, "Bad Request: BUTTON_TYPE_INVALID")


async def answer(client: Client, kind: str, method: str, **params: Any) -> dict[str, Any]:
    """Waits for a question and answers it; returns the question."""
    async with asyncio.timeout(5):
        while True:
            updates = await client.call("getUpdates", timeout=1)
            for update in updates:
                await client.call("getUpdates", offset=update["update_id"] + 1)
                if kind in update:
                    await client.call(method, **{f"{kind}_id": update[kind]["id"]}, **params)
                    return update[kind]


async def test_nothing_is_paid_before_the_bot_has_agreed(client: Client, emulator: Emulator, anna: User) -> None:
    link = await client.call("createInvoiceLink", **STARS)
    no, asked = await asyncio.gather(anna.pay_invoice(link), answer(
        client, "pre_checkout_query", "answerPreCheckoutQuery", ok=False, error_message="sold out"))
    assert (no.stage, no.error) == ("checkout", "sold out")
    assert (asked["currency"], asked["total_amount"], asked["invoice_payload"]) == ("XTR", 5, "A1")
    silent = await anna.pay_invoice(link, timeout=0.05)
    assert (silent.stage, silent.error) == ("checkout", "time-out")
    [update] = await client.call("getUpdates")
    await client.call("getUpdates", offset=update["update_id"] + 1)
    late = await client.refused(
        "answerPreCheckoutQuery", pre_checkout_query_id=update["pre_checkout_query"]["id"], ok=True)
    assert "query is too old" in late[1]
    assert "error message must be non-empty" in (await client.refused(
        "answerPreCheckoutQuery", pre_checkout_query_id="1", ok=False))[1]
    yes, _ = await asyncio.gather(anna.pay_invoice(link), answer(
        client, "pre_checkout_query", "answerPreCheckoutQuery", ok=True))
    assert yes.ok and yes.charge is not None
    [update] = await client.call("getUpdates")
    assert update["message"]["successful_payment"] == {
        "currency": "XTR", "total_amount": 5, "invoice_payload": "A1",
        "telegram_payment_charge_id": yes.charge.id, "provider_payment_charge_id": yes.charge.provider_id}
    assert "pre_checkout_query_unanswered" in {problem.kind for problem in emulator.problems()}


async def test_stars_go_back_once_and_the_account_shows_both(client: Client, anna: User) -> None:
    sent = await client.call("sendInvoice", chat_id=ANNA, **STARS)
    paid, _ = await asyncio.gather(anna.pay_invoice(), answer(
        client, "pre_checkout_query", "answerPreCheckoutQuery", ok=True))
    assert paid.charge is not None
    with pytest.raises(UserError, match="paid_already"):
        await anna.pay_invoice(sent["message_id"])
    assert await client.call("getMyStarBalance") == {"amount": 5}
    for who, charge in ((ANNA, "nothing"), (7, paid.charge.id)):
        refused = await client.refused("refundStarPayment", user_id=who, telegram_payment_charge_id=charge)
        assert refused[1] == "Bad Request: CHARGE_NOT_FOUND"
    give = {"user_id": ANNA, "telegram_payment_charge_id": paid.charge.id}
    assert await client.call("refundStarPayment", **give) is True
    assert (await client.refused("refundStarPayment", **give))[1] == "Bad Request: CHARGE_ALREADY_REFUNDED"
    lines = (await client.call("getStarTransactions"))["transactions"]
    assert [(line["id"], line["amount"], "source" in line) for line in lines] == [
        (paid.charge.id, 5, True), (paid.charge.id, 5, False)]
    assert lines[0]["source"]["invoice_payload"] == "A1"
    assert (await client.call("getStarTransactions", offset=1, limit=1))["transactions"] == lines[1:]
    assert await client.call("getMyStarBalance") == {"amount": 0}
    update = (await client.call("getUpdates"))[-1]
    assert update["message"]["refunded_payment"]["telegram_payment_charge_id"] == paid.charge.id


async def test_a_flexible_invoice_asks_for_ways_of_delivery_first(client: Client, anna: User) -> None:
    await client.call("sendInvoice", chat_id=ANNA, **CARD, need_shipping_address=True, is_flexible=True)

    async def agree() -> None:
        post = {"id": "post", "title": "Post", "prices": [{"label": "Post", "amount": 7}]}
        await answer(client, "shipping_query", "answerShippingQuery", ok=True, shipping_options=[post])
        asked = await answer(client, "pre_checkout_query", "answerPreCheckoutQuery", ok=True)
        assert (asked["total_amount"], asked["shipping_option_id"]) == (12, "post")

    paid, _ = await asyncio.gather(anna.pay_invoice(), agree())
    assert paid.charge is not None and paid.charge.total == 12


async def test_the_page_opens_a_sheet_and_pays_when_it_is_confirmed(
    client: Client, browser: Browser, anna: User  # noqa: F811
) -> None:
    sent = await client.call("sendInvoice", chat_id=ANNA, **CARD)
    await browser.do("invoice", person=ANNA, chat=ANNA, message=sent["message_id"])
    sheet = await browser.wait_for("invoice")
    assert sheet == {"t": "invoice", "person": ANNA, "title": "T", "text": "D", "amount": "EUR 0.05",
                     "ref": {"chat": ANNA, "message": sent["message_id"]}}
    link = await client.call("createInvoiceLink", **STARS)
    await browser.do("invoice", person=ANNA, chat=ANNA, url=link)
    sheet = await browser.wait_for("invoice")
    assert (sheet["amount"], sheet["ref"]["url"]) == ("⭐ 5", link)
    await browser.do("pay", person=ANNA, **sheet["ref"])
    await answer(client, "pre_checkout_query", "answerPreCheckoutQuery", ok=False, error_message="sold out")
    assert (await browser.wait_for("refused"))["error"] == "sold out"
    await browser.do("pay", person=ANNA, **sheet["ref"])
    await answer(client, "pre_checkout_query", "answerPreCheckoutQuery", ok=True)
    shown = (await browser.wait_for("message"))["message"]
    assert (shown["service"], shown["text"]) == ("paid", "⭐ 5")
    await browser.do("invoice", person=ANNA, chat=ANNA, url="https://t.me/$nothing")
    assert (await browser.wait_for("refused"))["error"] == "no_invoice"
