"""What the counter is shown: the card of every order, slips to check, refunds to pay out, money that does not fit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.chat.card_links import card_links
from handlers.chat.jobs import JobContext, Jobs
from handlers.jobs.counter import counter, guard, keep_card, live_message, post
from handlers.jobs.queue import follow
from handlers.jobs.topics import in_topic
from handlers.screens import staff as screens
from handlers.screens.screen import Screen
from locales import Translator
from services.orders import service as orders
from services.outbox import service as outbox
from services.payments import attempts, by_hand, refunding
from services.payments.types import Slip
from services.shared.actors import SYSTEM
from services.shared.ids import to_base36
from services.shared.money import Money
from services.shipping import desk, topics

jobs = Jobs()

# An order that waits for somebody to take it is called out once, so long after it could have gone to work.
CALL_OUT_AFTER = timedelta(minutes=10)


@jobs.on("orders.card")
async def order_card(job: JobContext, payload: dict[str, Any]) -> None:
    order_id: int = payload["order_id"]

    async def draw(t: Translator) -> Screen:
        card = await job.shop.store.read(desk.card, SYSTEM, order_id)
        return screens.order_card(t, card, card_links(job.shop, order_id))

    await keep_card(job, "card", order_id, draw)
    await follow(job, order_id)
    card = await job.shop.store.read(desk.card, SYSTEM, order_id)
    if card.order.open and card.ready and card.order.claimed_by is None:
        # Counted from the order's own moment: a card that was drawn late moves nothing.
        ready_at = card.order.paid_at or card.order.placed_at
        await job.shop.store.write(
            outbox.enqueue, "staff.call-out", {"order_id": order_id}, key=f"staff.call-out:{order_id}",
            at=ready_at + CALL_OUT_AFTER,
        )


@jobs.on("staff.call-out")
async def call_out(job: JobContext, payload: dict[str, Any]) -> None:
    """Nobody has taken the order: the group is called once more."""
    card = await job.shop.store.read(desk.card, SYSTEM, payload["order_id"])
    place = await counter(job.shop)
    if place is None or not card.order.open or not card.ready or card.order.claimed_by is not None:
        return
    minutes = int(CALL_OUT_AFTER.total_seconds() // 60)
    await post(job, place, topics.ORDERS, screens.unclaimed(place.t, card.order, minutes))


@jobs.on("payments.slip")
async def slip(job: JobContext, payload: dict[str, Any]) -> None:
    """A picture of a transfer, with what to look for on the account."""
    slip_id: int = payload["slip_id"]
    place = await counter(job.shop)
    if place is None or await live_message(job, "slip", slip_id, place.chat_id) is not None:
        return
    shown = await job.shop.store.read(by_hand.slip, SYSTEM, slip_id)
    order = await job.shop.store.read(orders.get, SYSTEM, shown.attempt.order_id)
    screen = screens.slip_card(place.t, shown, order.number)
    message_id = await guard(job, place, in_topic(
        job, place.chat_id, place.t, topics.MONEY,
        lambda thread: _send_file(job, place.chat_id, shown, screen, thread)))
    await job.shop.store.write(outbox.remember_message, "slip", slip_id, place.chat_id, message_id, shown.status)


async def _send_file(job: JobContext, chat_id: int, shown: Slip, screen: Screen, thread: int | None) -> int:
    bot = job.renderer.bot
    send = bot.send_document if shown.is_document else bot.send_photo
    message = await send(chat_id, shown.file_id, caption=screen.text, reply_markup=screen.keyboard,
                         message_thread_id=thread)
    return message.message_id


@jobs.on("payments.refund-by-hand")
async def refund_by_hand(job: JobContext, payload: dict[str, Any]) -> None:
    refund_id: int = payload["refund_id"]
    refund = await job.shop.store.read(refunding.require, refund_id)
    order = await job.shop.store.read(orders.get, SYSTEM, refund.order_id)

    async def draw(t: Translator) -> Screen:
        return screens.refund_by_hand(t, refund, order.number)

    if refund.status == "manual":
        await keep_card(job, "refund", refund_id, draw)


@jobs.on("payments.mismatch")
async def mismatch(job: JobContext, payload: dict[str, Any]) -> None:
    """Another amount came than was asked for: it is booked, and people decide."""
    attempt = await job.shop.store.read(attempts.require, payload["attempt_id"])
    amount = Money(payload["amount"], payload["currency"])
    await _alert(job, "mismatch", attempt.id, attempt.order_id, amount, attempt.amount)


@jobs.on("payments.foreign-refund")
async def foreign_refund(job: JobContext, payload: dict[str, Any]) -> None:
    amount = Money(payload["amount"], payload["currency"])
    await _alert(job, "foreign-refund", payload["attempt_id"], payload["order_id"], amount)


@jobs.on("payments.part")
async def part(job: JobContext, payload: dict[str, Any]) -> None:
    order = await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])
    await _alert(job, "part", order.id, order.id, Money(payload["amount"], order.total.currency), order.total)


@jobs.on("payments.returned")
async def returned(job: JobContext, payload: dict[str, Any]) -> None:
    """Money that came too late or twice goes back by itself."""
    await _refund_alert(job, "returned", payload["refund_id"])


@jobs.on("payments.refund-failed")
async def refund_failed(job: JobContext, payload: dict[str, Any]) -> None:
    await _refund_alert(job, "refund-failed", payload["refund_id"])


@jobs.on("payments.refund-bounced")
async def refund_bounced(job: JobContext, payload: dict[str, Any]) -> None:
    """A refund that was done has failed after all."""
    await _refund_alert(job, "refund-bounced", payload["refund_id"])


async def _refund_alert(job: JobContext, kind: str, refund_id: int) -> None:
    refund = await job.shop.store.read(refunding.require, refund_id)
    await _alert(job, kind, refund_id, refund.order_id, refund.amount)


async def _alert(
    job: JobContext, kind: str, subject: int, order_id: int, amount: Money, expected: Money | None = None
) -> None:
    order = await job.shop.store.read(orders.get, SYSTEM, order_id)

    async def draw(t: Translator) -> Screen:
        return screens.alert(t, f"staff-alert-{kind}", _full(job, order_id), order.number, amount, expected)

    await keep_card(job, kind, subject, draw)


def _full(job: JobContext, order_id: int) -> str:
    return job.shop.deep_link(f"staff_{to_base36(order_id)}")
