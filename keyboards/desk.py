"""Taps and keys of the counter beyond the card's first row: parcels, claims, holds, pieces to give back, words."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from keyboards.layout import DANGER, PRIMARY, SUCCESS, button, flow, keyboard, link
from keyboards.orders import OrderTap
from keyboards.taps import HomeTap, Id, Tap
from locales import Translator
from services.orders.claims import HOLD_REASONS
from services.orders.types import OrderLine
from services.shipping.carriers import Carrier
from services.shipping.types import Draft, Parcel
from services.staff.types import Member


class DraftTap(Tap, prefix="1xa"):
    """What is being put together, as it stands."""

    draft: Id


class DraftCarriersTap(Tap, prefix="1xb"):
    """Asks for the carrier."""

    draft: Id


class DraftCarrierTap(Tap, prefix="1xc"):
    draft: Id
    carrier: str


class DraftItemsTap(Tap, prefix="1xd"):
    """Steppers for what goes in."""

    draft: Id


class DraftStepTap(Tap, prefix="1xe"):
    """One piece more or less of a line."""

    draft: Id
    line: Id
    by: int


class DraftGoTap(Tap, prefix="1xf"):
    """Does what was put together."""

    draft: Id


class DraftDropTap(Tap, prefix="1xg"):
    """Leaves it."""

    draft: Id


class ColleaguesTap(Tap, prefix="1xh"):
    """Asks to whom the order goes."""

    order: Id


class PassOnTap(Tap, prefix="1xi"):
    order: Id
    to: Id


class LetGoTap(Tap, prefix="1xj"):
    """The order is anybody's again."""

    order: Id


class TakeOverTap(Tap, prefix="1xk"):
    """Takes an idle order out of the hands of `claimer`."""

    order: Id
    claimer: Id


class HoldAskTap(Tap, prefix="1xl"):
    """Asks why the order is kept back."""

    order: Id


class HoldTap(Tap, prefix="1xm"):
    order: Id
    reason: str


class ResumeTap(Tap, prefix="1xn"):
    order: Id


class WriteNoteTap(Tap, prefix="1xo"):
    """Asks for a note among staff."""

    order: Id


class TellTap(Tap, prefix="1xp"):
    """Asks what to tell the customer."""

    order: Id


class ReplyTap(Tap, prefix="1xq"):
    """The customer answers what they were told about their order."""

    order: Id


class AddressTap(Tap, prefix="1xr"):
    """Asks for another address, in private."""

    order: Id


class AddressSureTap(Tap, prefix="1xs"):
    """The order goes to the address that was typed."""

    order: Id


class RefundLinesTap(Tap, prefix="1xt"):
    """Asks for which pieces the price goes back."""

    order: Id


class ParcelsTap(Tap, prefix="1xu"):
    """The parcels of an order."""

    order: Id


class ParcelTap(Tap, prefix="1xv"):
    """What can be done about one parcel."""

    order: Id
    parcel: Id


class ParcelArrivedTap(Tap, prefix="1xw"):
    parcel: Id


class ParcelUndoTap(Tap, prefix="1xx"):
    """The parcel was never sent."""

    parcel: Id


class ParcelNumberTap(Tap, prefix="1xy"):
    """Asks for the parcel's right number."""

    order: Id
    parcel: Id


def parcel_draft_keys(t: Translator, draft: Draft, *, ready: bool, several: bool) -> InlineKeyboardMarkup:
    """Below a parcel, or a correction, that is being put together. `ready`: it can go; `several`: there is something to
    choose from."""
    go = []
    if ready:
        word = "desk-tap-send" if draft.kind == "parcel" else "desk-tap-correct"
        go.append(button(t.plain(word), DraftGoTap(draft=draft.id), PRIMARY))
    choices = [button(t.plain("desk-tap-carrier"), DraftCarriersTap(draft=draft.id))]
    if several:
        choices.append(button(t.plain("desk-tap-items"), DraftItemsTap(draft=draft.id)))
    return keyboard(go, *flow(choices, most=2), [button(t.plain("desk-tap-drop"), DraftDropTap(draft=draft.id))])


def draft_carrier_keys(t: Translator, draft: Draft, carriers: Sequence[Carrier]) -> InlineKeyboardMarkup:
    offered = [button(t.pick(c.name), DraftCarrierTap(draft=draft.id, carrier=c.code)) for c in carriers]
    return keyboard(*flow(offered, most=2), [button(t.plain("shared-tap-back"), DraftTap(draft=draft.id))])


def stepper_keys(
    t: Translator, draft: Draft, lines: Sequence[tuple[OrderLine, int]], done: InlineKeyboardButton
) -> InlineKeyboardMarkup:
    """A row of ➖ count ➕ for each line with the most of it; `done` goes on."""
    counts = {item.line_id: item.quantity for item in draft.items}
    rows = []
    for line, most in lines:
        count = counts.get(line.id, 0)
        label = t.plain("desk-stepper", name=t.pick(line.name), pieces=t.number(count), most=t.number(most))
        rows += [
            [button(label, DraftStepTap(draft=draft.id, line=line.id, by=most if count < most else -most))],
            [button("➖", DraftStepTap(draft=draft.id, line=line.id, by=-1)),
             button("➕", DraftStepTap(draft=draft.id, line=line.id, by=1))],
        ]
    return keyboard(*rows, [done])


def items_done(t: Translator, draft: Draft) -> InlineKeyboardButton:
    return button(t.plain("desk-tap-items-done"), DraftTap(draft=draft.id), PRIMARY)


def refund_draft_keys(
    t: Translator, draft: Draft, lines: Sequence[tuple[OrderLine, int]], amount: str
) -> InlineKeyboardMarkup:
    """Steppers, and the key that gives `amount` back ("" while nothing is chosen)."""
    drop = button(t.plain("desk-tap-drop"), DraftDropTap(draft=draft.id))
    steppers = stepper_keys(t, draft, lines, drop).inline_keyboard
    go = [button(t.plain("desk-tap-refund-lines", amount=amount), DraftGoTap(draft=draft.id), DANGER)] if amount else []
    return keyboard(*steppers[:-1], go, steppers[-1])


def colleague_keys(
    t: Translator, order_id: int, colleagues: Sequence[Member], back: InlineKeyboardButton, *, claimed: bool
) -> InlineKeyboardMarkup:
    names = [button(each.name, PassOnTap(order=order_id, to=each.telegram_id)) for each in colleagues]
    free = [button(t.plain("desk-tap-let-go"), LetGoTap(order=order_id))] if claimed else []
    return keyboard(*flow(names, most=2), free, [back])


def hold_keys(t: Translator, order_id: int, back: InlineKeyboardButton) -> InlineKeyboardMarkup:
    reasons = [button(t.plain(f"desk-tap-hold-{word}"), HoldTap(order=order_id, reason=word)) for word in HOLD_REASONS]
    return keyboard(*flow(reasons, most=2), [back])


def take_over_keys(t: Translator, order_id: int, claimer: int) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("desk-tap-take-over"), TakeOverTap(order=order_id, claimer=claimer), PRIMARY)])


def parcels_keys(
    t: Translator, order_id: int, parcels: Sequence[Parcel], back: InlineKeyboardButton
) -> InlineKeyboardMarkup:
    each = [
        button(t.plain("desk-tap-parcel", place=t.number(place), number=parcel.number),
               ParcelTap(order=order_id, parcel=parcel.id))
        for place, parcel in enumerate(parcels, 1)
    ]
    return keyboard(*flow(each, most=1), [back])


def parcel_keys(t: Translator, parcel: Parcel, *, undoable: bool) -> InlineKeyboardMarkup:
    rows = []
    if parcel.delivered_at is None:
        rows = [
            [button(t.plain("desk-tap-arrived"), ParcelArrivedTap(parcel=parcel.id), SUCCESS)],
            [button(t.plain("desk-tap-number"), ParcelNumberTap(order=parcel.order_id, parcel=parcel.id))],
        ]
    if undoable:
        rows.append([button(t.plain("desk-tap-undo"), ParcelUndoTap(parcel=parcel.id), DANGER)])
    return keyboard(*rows, [button(t.plain("shared-tap-back"), ParcelsTap(order=parcel.order_id))])


def address_door_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    return keyboard([button(t.plain("desk-tap-address"), AddressTap(order=order_id), PRIMARY)], [_home(t)])


def address_sure_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    return keyboard(
        [button(t.plain("desk-tap-address-sure"), AddressSureTap(order=order_id), PRIMARY)],
        [button(t.plain("desk-tap-address-again"), AddressTap(order=order_id)), _home(t)],
    )


def home_keys(t: Translator) -> InlineKeyboardMarkup:
    return keyboard([_home(t)])


def message_keys(t: Translator, order_id: int) -> InlineKeyboardMarkup:
    """Below what a customer was told about an order."""
    return keyboard(
        [button(t.plain("desk-tap-reply"), ReplyTap(order=order_id), PRIMARY)],
        [button(t.plain("shipping-tap-order"), OrderTap(order=order_id))],
    )


def open_card_keys(t: Translator, url: str) -> InlineKeyboardMarkup:
    """Leads a member of staff from a private notice to the order."""
    return keyboard([link(t.plain("staff-tap-full"), url)])


def _home(t: Translator) -> InlineKeyboardButton:
    return button(t.plain("shared-tap-home"), HomeTap())
