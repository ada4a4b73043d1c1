"""The person's side of a payment: the sheet over an invoice, and what the bot is asked before money is taken."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.demo.emulator.errors import UserError
from bot.demo.emulator.people import People
from bot.demo.emulator.state import Chat, Json, Message, Person, Query
from bot.demo.emulator.till import Charge, Invoice

ADDRESS = {
    "country_code": "CN", "state": "北京市", "city": "北京市", "street_line1": "青粒路 1 号", "street_line2": "",
    "post_code": "100000",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payment:
    """What became of a payment: ``stage`` is where it ended (shipping, checkout, declined or paid)."""

    stage: str
    error: str = ""
    charge: Charge | None = None

    @property
    def ok(self) -> bool:
        return self.stage == "paid"


class Paying:
    """Pays invoices for people, step by step as the service does."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.world = people.world

    def invoice_in(self, message: Message) -> Invoice:
        """The invoice that can be paid by pressing a message's button. Raises UserError."""
        key = (message.chat.id, message.id)
        invoice = self.world.till.messages.get(key)
        if invoice is None or message.deleted:
            raise UserError("no_invoice", str(message.id))
        if key in self.world.till.settled:
            raise UserError("paid_already", str(message.id))
        return invoice

    async def pay(
        self, person: Person, invoice: Invoice, message: Message | None = None, *, declined: bool = False,
        address: Json | None = None, seconds: float | None = None,
    ) -> Payment:
        """Goes through the sheet. ``declined``: the bank says no after the bot's yes.

        ``seconds`` is how long the service really waits for the bot; the 10 seconds of its limits by default.
        """
        chat = self.world.chats[person.id]
        total, option = invoice.total, None
        if invoice.flexible:
            answer = await self._ask("shipping_query", person, chat, invoice, seconds, {
                "shipping_address": address or ADDRESS})
            if not answer["ok"]:
                return Payment("shipping", answer["error_message"])
            option = answer["shipping_options"][0]
            total += sum(price["amount"] for price in option["prices"])
        more: Json = {"currency": invoice.currency, "total_amount": total}
        if option is not None:
            more["shipping_option_id"] = option["id"]
        answer = await self._ask("pre_checkout_query", person, chat, invoice, seconds, more)
        if not answer["ok"]:
            return Payment("checkout", answer["error_message"])
        if declined:
            return Payment("declined", "card declined")
        return Payment("paid", charge=self._take(person, chat, invoice, message, more))

    async def _ask(
        self, kind: str, person: Person, chat: Chat, invoice: Invoice, seconds: float | None, more: Json
    ) -> Json:
        """The bot's answer; without one in time the service cancels."""
        self.people.act(person, chat)
        query = self.world.ask(kind, person, chat, invoice.payload)
        body = {"id": query.id, "from": person.json(), "invoice_payload": invoice.payload, **more}
        self.people.delivery.push(kind, body, ("checkout", person.id), chat.id)
        return await self._answer(query, self.world.limits.checkout_answer if seconds is None else seconds)

    async def _answer(self, query: Query, seconds: float) -> Json:
        deadline = time.monotonic() + seconds
        while query.answer is None:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                query.answer = {"ok": False, "error_message": "time-out"}
                self.world.journal.problem(f"{query.kind}_unanswered", f"{query.data!r} of {query.person.id}")
                break
            await self.world.pulse.next(remaining)
        return query.answer

    def _take(self, person: Person, chat: Chat, invoice: Invoice, message: Message | None, more: Json) -> Charge:
        charge = self.world.till.charge(person, invoice, more["total_amount"], self.world.now())
        if message is not None:
            self.world.till.settled.add((message.chat.id, message.id))
        paid = {
            **more,
            "invoice_payload": invoice.payload,
            "telegram_payment_charge_id": charge.id,
            "provider_payment_charge_id": charge.provider_id,
        }
        self.people.tell(person, chat, {"successful_payment": paid})
        return charge
