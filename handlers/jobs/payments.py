"""Jobs of payments: refunds and closings at providers, polls, and what customers are told about their money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.chat.jobs import JobContext, Jobs
from handlers.screens import payments as screens
from services.orders import service as orders
from services.orders import standing
from services.payments import attempts, methods, process, refunding
from services.shared.actors import SYSTEM, customer
from services.shared.money import Money

jobs = Jobs()


@jobs.on("payments.refund")
async def refund(job: JobContext, payload: dict[str, Any]) -> None:
    await process.send_refund(job.shop.store, job.shop.providers, payload["refund_id"])


@jobs.on("payments.close")
async def close(job: JobContext, payload: dict[str, Any]) -> None:
    await process.close(job.shop.store, job.shop.providers, payload["attempt_id"])


@jobs.every(timedelta(seconds=5), "payments.poll")
async def poll(job: JobContext) -> None:
    await process.poll(job.shop.store, job.shop.providers)


@jobs.on("payments.follow")
async def follow(job: JobContext, payload: dict[str, Any]) -> None:
    """Another way to pay was chosen on the pay page: who has the pay screen before them sees that one."""
    order = await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])
    if not screens.changeable(order) or not order.due or order.payment_method != payload["method"]:
        return
    payer, shop = customer(order.customer_id), job.shop
    state = await shop.store.read(attempts.state, payer, order.id)
    offers = await shop.store.read(methods.for_order, payer, order.id, shop.providers)
    await job.refresh(order.customer_id, screens.pay_key(order.id), lambda t: screens.present_screen(
        t, order, state, shop.bank_lines, shop.public_url, can_switch=len(offers) > 1))


@jobs.on("payments.tell-returned")
async def tell_returned(job: JobContext, payload: dict[str, Any]) -> None:
    back = await job.shop.store.read(refunding.require, payload["refund_id"])
    order = await job.shop.store.read(standing.read, back.order_id)
    await job.tell(order.customer_id, lambda t: screens.returned_notice(t, order.number, back),
                   replaces=screens.pay_key(order.id) if back.reason == "late" else None)


@jobs.on("payments.tell-revived")
async def tell_revived(job: JobContext, payload: dict[str, Any]) -> None:
    order = await job.shop.store.read(standing.read, payload["order_id"])
    await job.tell(order.customer_id, lambda t: screens.revived_notice(t, order.id, order.number))


@jobs.on("payments.tell-refunded")
async def tell_refunded(job: JobContext, payload: dict[str, Any]) -> None:
    back = await job.shop.store.read(refunding.require, payload["refund_id"])
    order = await job.shop.store.read(standing.read, back.order_id)
    await job.tell(order.customer_id, lambda t: screens.refunded_notice(t, order.number, back))


@jobs.on("payments.tell-part")
async def tell_part(job: JobContext, payload: dict[str, Any]) -> None:
    order = await job.shop.store.read(orders.get, SYSTEM, payload["order_id"])
    received = Money(payload["amount"], order.total.currency)
    await job.tell(order.customer_id, lambda t: screens.part_notice(t, order, received),
                   replaces=screens.pay_key(order.id))


@jobs.on("payments.tell-slip-rejected")
async def tell_slip_rejected(job: JobContext, payload: dict[str, Any]) -> None:
    order = await job.shop.store.read(standing.read, payload["order_id"])
    await job.tell(order.customer_id, lambda t: screens.slip_rejected_notice(t, order.id),
                   replaces=screens.pay_key(order.id))


@jobs.on("payments.tell-failed")
async def tell_failed(job: JobContext, payload: dict[str, Any]) -> None:
    """A try failed: who still looks at the pay screen is told there and can try again."""
    order = await job.shop.store.read(standing.read, payload["order_id"])
    if order.payment == "unpaid" and order.state != "cancelled":
        await job.tell(order.customer_id, lambda t: screens.failed_notice(t, order.id),
                       replaces=screens.pay_key(order.id))
