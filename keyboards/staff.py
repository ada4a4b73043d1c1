"""Taps and keys of the counter: the staff's card of an order, slips and refunds."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.desk import (
    ColleaguesTap,
    HoldAskTap,
    ParcelsTap,
    RefundLinesTap,
    ResumeTap,
    TellTap,
    WriteNoteTap,
)
from keyboards.layout import DANGER, PRIMARY, SUCCESS, button, copy, flow, keyboard, link
from keyboards.orders import ConfirmReceiptTap, OrderTap
from keyboards.taps import HomeTap, Id, Tap
from locales import Translator
from services.orders import arcs
from services.orders.types import CASH_ON_DELIVERY
from services.payments.types import Slip
from services.shipping.carriers import Carrier
from services.shipping.types import Card


class TakeTap(Tap, prefix="1sa"):
    """The tapper looks after the order."""

    order: Id


class CardTap(Tap, prefix="1sb"):
    """Back to the order's card as it stands."""

    order: Id


class AcceptTap(Tap, prefix="1sc"):
    """The shop confirms the order."""

    order: Id


class ShipTap(Tap, prefix="1sd"):
    """Asks who carries the parcel."""

    order: Id


class CarrierTap(Tap, prefix="1se"):
    """Asks for the parcel's number, or ships at once where there is none."""

    order: Id
    carrier: str


class ShipAsTap(Tap, prefix="1sf"):
    """Ships with another carrier than the one that was named, since the number looks like one of its."""

    order: Id
    carrier: str
    number: str


class HandOverTap(Tap, prefix="1sg"):
    """The order has arrived, or its service is done."""

    order: Id


class MoreTap(Tap, prefix="1sh"):
    """What is done more rarely."""

    order: Id


class CallOffTap(Tap, prefix="1si"):
    """Asks whether to cancel; with `sure` cancels and gives all money back."""

    order: Id
    sure: bool = False


class RefundTap(Tap, prefix="1sj"):
    """Asks how much to give back."""

    order: Id


class RefundRestTap(Tap, prefix="1sk"):
    """Gives back everything that the shop holds for the order."""

    order: Id


class RefundPartTap(Tap, prefix="1sl"):
    """Asks for an amount to give back."""

    order: Id


class RecipientTap(Tap, prefix="1sm"):
    """Shows name, phone and street in the private chat, and notes that."""

    order: Id


class SlipPaidTap(Tap, prefix="1sn"):
    """The money of a transfer slip is there, to the unit."""

    slip: Id


class SlipPartTap(Tap, prefix="1so"):
    """Asks what amount has come for a slip."""

    slip: Id


class SlipMissingTap(Tap, prefix="1sp"):
    """The money of a slip is not there."""

    slip: Id


class RefundPaidTap(Tap, prefix="1sq"):
    """A refund was paid out by hand."""

    refund: Id


def card_keys(t: Translator, card: Card, full: str) -> InlineKeyboardMarkup:
    """What can be done next with an order; `full` opens the private chat."""
    order = card.order
    open_full = link(t.plain("staff-tap-full"), full)
    if order.open and order.claimed_by is None:
        return keyboard([button(t.plain("staff-tap-take"), TakeTap(order=order.id), PRIMARY)], [open_full])
    next_steps = []
    if order.open and order.hold_reason is not None:
        next_steps.append(button(t.plain("desk-tap-resume"), ResumeTap(order=order.id), PRIMARY))
    elif order.state == arcs.PLACED and order.fulfilment == arcs.UNFULFILLED and card.ready:
        next_steps.append(button(t.plain("staff-tap-accept"), AcceptTap(order=order.id)))
    if card.can_ship:
        next_steps.append(button(t.plain("staff-tap-ship"), ShipTap(order=order.id), PRIMARY))
    if card.can_finish:
        next_steps.append(button(_hand_over(t, card), HandOverTap(order=order.id), SUCCESS))
    more = [button(t.plain("staff-tap-more"), MoreTap(order=order.id))] if order.open or card.refundable else []
    return keyboard(*flow(next_steps, most=2), [open_full, *more])


def carrier_keys(t: Translator, order_id: int, carriers: Sequence[Carrier], private: str) -> InlineKeyboardMarkup:
    """The carriers, or the private chat (`private` is the link to it)."""
    offered = [button(t.pick(c.name), CarrierTap(order=order_id, carrier=c.code)) for c in carriers]
    return keyboard(*flow(offered, most=2), [link(t.plain("desk-tap-ship-private"), private), back_key(t, order_id)])


def more_keys(t: Translator, card: Card, address: str) -> InlineKeyboardMarkup:
    """What is done more rarely; `address` is the link to the private chat where another address is typed."""
    order, rare = card.order, []
    if card.refundable:
        rare.append(button(t.plain("staff-tap-refund"), RefundTap(order=order.id)))
    if order.cancellable:
        rare.append(button(t.plain("staff-tap-call-off"), CallOffTap(order=order.id)))
    if card.parcels:
        rare.append(button(t.plain("desk-tap-parcels"), ParcelsTap(order=order.id)))
    if card.can_ship and sum(item.quantity for item in card.left) > 1:
        rare.append(button(t.plain("desk-tap-split"), ShipTap(order=order.id)))
    if order.open and order.hold_reason is None and order.fulfilment in (arcs.UNFULFILLED, arcs.PARTLY_SHIPPED):
        rare.append(button(t.plain("desk-tap-hold"), HoldAskTap(order=order.id)))
    if order.open:
        rare.append(button(t.plain("desk-tap-pass-on"), ColleaguesTap(order=order.id)))
    if order.cancellable and order.address is not None:
        rare.append(link(t.plain("desk-tap-address"), address))
    rare.append(button(t.plain("desk-tap-note"), WriteNoteTap(order=order.id)))
    rare.append(button(t.plain("desk-tap-tell"), TellTap(order=order.id)))
    return keyboard(*flow(rare, most=2), [back_key(t, order.id)])


def call_off_keys(t: Translator, card: Card) -> InlineKeyboardMarkup:
    key = "staff-tap-call-off-refund" if card.refundable else "staff-tap-call-off-sure"
    sure = CallOffTap(order=card.order.id, sure=True)
    return keyboard([button(t.plain(key, amount=t.money(card.refundable)), sure, DANGER)], [back_key(t, card.order.id)])


def refund_keys(t: Translator, card: Card) -> InlineKeyboardMarkup:
    label = t.plain("staff-tap-refund-rest", amount=t.money(card.refundable))
    return keyboard(
        [button(label, RefundRestTap(order=card.order.id), DANGER)],
        [button(t.plain("desk-tap-choose-lines"), RefundLinesTap(order=card.order.id))],
        [button(t.plain("staff-tap-refund-part"), RefundPartTap(order=card.order.id))],
        [back_key(t, card.order.id)],
    )


def other_carrier_keys(
    t: Translator, order_id: int, named: str, looks_like: Carrier, number: str
) -> InlineKeyboardMarkup:
    """The number looks like another carrier's: ship with that one, or type again."""
    yes = t.plain("staff-tap-ship-as", carrier=t.pick(looks_like.name))
    return keyboard(
        [button(yes, ShipAsTap(order=order_id, carrier=looks_like.code, number=number), PRIMARY)],
        [button(t.plain("staff-tap-number-again"), CarrierTap(order=order_id, carrier=named))],
    )


def take_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("staff-tap-take"), TakeTap(order=order_id), PRIMARY)])


def slip_keys(t: Translator, slip: Slip) -> InlineKeyboardMarkup:
    paid = t.plain("staff-tap-slip-paid", amount=t.money(slip.attempt.amount))
    return keyboard(
        [button(paid, SlipPaidTap(slip=slip.id), SUCCESS)],
        [
            button(t.plain("staff-tap-slip-part"), SlipPartTap(slip=slip.id)),
            button(t.plain("staff-tap-slip-missing"), SlipMissingTap(slip=slip.id)),
        ],
    )


def refund_by_hand_keys(t: Translator, refund_id: int) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("staff-tap-refund-paid"), RefundPaidTap(refund=refund_id), SUCCESS)])


def full_link_keys(t: Translator, full: str) -> InlineKeyboardMarkup:
    return keyboard([link(t.plain("staff-tap-full"), full)])


def look_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """Before the recipient is shown."""
    return keyboard([button(t.plain("staff-tap-look"), RecipientTap(order=order_id), PRIMARY)], [_home(t)])


def ship_door_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """Before an order is shipped in private."""
    return keyboard([button(t.plain("staff-tap-ship"), ShipTap(order=order_id), PRIMARY)], [_home(t)])


def recipient_keys(t: Translator, phone: str, address: str) -> InlineKeyboardMarkup:
    copies = [copy(t.plain("staff-tap-copy-phone"), phone)] if phone else []
    if address:
        copies.append(copy(t.plain("staff-tap-copy-address"), address))
    return keyboard(copies, [_home(t)])


def shipped_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """Below the customer's notice."""
    return keyboard([button(t.plain("shipping-tap-order"), OrderTap(order=order_id))])


def delivered_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    return keyboard(
        [button(t.plain("shipping-tap-receipt"), ConfirmReceiptTap(order=order_id), SUCCESS)],
        [button(t.plain("shipping-tap-order"), OrderTap(order=order_id))],
    )


def _hand_over(t: Translator, card: Card) -> str:
    order = card.order
    cash = order.payment_method == CASH_ON_DELIVERY and bool(order.due)
    if order.fulfilment == arcs.UNFULFILLED:
        return t.plain("staff-tap-done")
    return t.plain("staff-tap-delivered-cash", amount=t.money(order.due)) if cash else t.plain("staff-tap-delivered")


def back_key(t: Translator, order_id: int) -> InlineKeyboardButton:
    """Back to the card."""
    return button(t.plain("shared-tap-back"), CardTap(order=order_id))


def _home(t: Translator) -> InlineKeyboardButton:
    return button(t.plain("shared-tap-home"), HomeTap())
