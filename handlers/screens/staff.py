"""What the counter sees: an order's card, slips, refunds, alerts, and the recipient in private."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup
from markupsafe import Markup

from handlers.screens.addresses import place_line
from handlers.screens.goods import goods_of
from handlers.screens.screen import Screen
from keyboards import staff as keys
from keyboards.layout import fit
from locales import Translator
from services.customers.types import AddressFields
from services.orders import arcs
from services.orders.note_types import OrderNote
from services.orders.types import CASH_ON_DELIVERY, HistoryEntry, Order, OrderLine
from services.payments.types import Refund, Slip
from services.shared.money import Money
from services.shipping.carriers import Carrier, carriers
from services.shipping.types import Card, Parcel

_MOST_LINES, _MOST_ENTRIES, _NOTE_CELLS = 12, 5, 120
_BREAK = Markup("\n")

# What a card can ask about itself before something is done.
CARRIER, MORE, CALL_OFF, REFUND = "carrier", "more", "call-off", "refund"


@dataclass(frozen=True, slots=True)
class Links:
    """Links from an order's card into the private chat: to the recipient, to shipping, to another address."""

    full: str
    ship: str
    address: str


def order_card(t: Translator, card: Card, links: Links, ask: str | None = None) -> Screen:
    """The card of an order in the language of its readers; `ask` is the question that it puts."""
    order = card.order
    if ask is None:
        return Screen(card_text(t, card), keys.card_keys(t, card, links.full))
    question = t(f"staff-ask-{ask}")
    keyboards = {
        CARRIER: lambda: keys.carrier_keys(t, order.id, carriers(), links.ship),
        MORE: lambda: keys.more_keys(t, card, links.address),
        CALL_OFF: lambda: keys.call_off_keys(t, card),
        REFUND: lambda: keys.refund_keys(t, card),
    }
    return Screen(_BREAK.join((card_text(t, card), question)), keyboards[ask]())


def asking_card(t: Translator, card: Card, question: Markup, keyboard: InlineKeyboardMarkup) -> Screen:
    """The card with any question below it."""
    return Screen(_BREAK.join((card_text(t, card), question)), keyboard)


def reposted(t: Translator, screen: Screen) -> Screen:
    """A card whose message was deleted, posted again."""
    return Screen(_BREAK.join((t("staff-reposted"), Markup(screen.text))), screen.keyboard)


def card_text(t: Translator, card: Card) -> Markup:
    """What the card says, without its keys."""
    rows = [_header(t, card.order), _who(t, card), *_lines(t, card.order.lines)]
    if card.order.note:
        rows.append(t("staff-note", note=card.order.note))
    rows.append(_claim(t, card))
    rows += _warnings(t, card)
    rows += [_parcel(t, each) for each in card.parcels]
    if card.parcels and card.left:
        rows.append(t("desk-left", goods=goods_of(t, card.order, card.left)))
    rows += [_written(t, each) for each in card.notes]
    rows.append(Markup("────"))
    rows += _history(t, card.order.history)
    return _BREAK.join(rows)


def _claim(t: Translator, card: Card) -> Markup:
    name = card.order.claimed_name
    if name is not None:
        return t("staff-claimed", name=name)
    if card.ready_at is not None and card.order.open:
        return t("desk-unclaimed-since", since=t.moment(card.ready_at))
    return t("staff-unclaimed")


def _warnings(t: Translator, card: Card) -> Iterator[Markup]:
    order = card.order
    if order.open and order.hold_reason is not None:
        by = order.held_by or t.plain("staff-actor-shop")
        yield t("desk-held", reason=t.plain(f"desk-hold-{order.hold_reason}"), name=by)
    if card.waiting is not None:
        yield t("desk-refund-waits", amount=t.money(card.waiting))
    if card.blocked and order.open:
        yield t("desk-blocked")


def _parcel(t: Translator, parcel: Parcel) -> Markup:
    key = "staff-parcel" if parcel.delivered_at is None else "desk-parcel-arrived"
    return t(key, carrier=t.pick(parcel.carrier), number=parcel.number)


def _written(t: Translator, note: OrderNote) -> Markup:
    """A note, or words to or from the customer, shortened."""
    name = note.name or t.plain("staff-actor-customer")
    key = "desk-note-told-failed" if note.failed else f"desk-note-{note.kind}"
    return t(key, time=t.time(note.at), name=name, text=fit(" ".join(note.text.split()), _NOTE_CELLS))


def sign(order: Order) -> str:
    """The key of an order's sign and state, furthest first: over, kept back, on its way, ready to go, taken, new."""
    if order.state == arcs.CANCELLED:
        return "staff-sign-cancelled"
    if order.state == arcs.COMPLETED or order.fulfilment == arcs.DELIVERED:
        return "staff-sign-done"
    if order.fulfilment == arcs.UNFULFILLED and order.payment == arcs.REFUNDED:
        return "desk-sign-refunded"
    if order.hold_reason is not None:
        return "desk-sign-held"
    if order.fulfilment != arcs.UNFULFILLED:
        return "desk-sign-partly" if order.fulfilment == arcs.PARTLY_SHIPPED else "staff-sign-shipped"
    if order.state == arcs.CONFIRMED:
        return "staff-sign-confirmed" if order.paid_at is None else "staff-sign-to-ship"
    return "staff-sign-new" if order.claimed_by is None else "staff-sign-claimed"


def _header(t: Translator, order: Order) -> Markup:
    payment = t(_payment(order))
    return t("staff-header", sign=t(sign(order)), number=order.number, payment=payment, amount=t.money(order.total),
             method=t(f"payments-method-{order.payment_method}"), time=t.time(order.placed_at))


def _payment(order: Order) -> str:
    """The key of how it stands with the money; of an order that is off nothing is awaited any more."""
    if order.state == arcs.CANCELLED and order.payment in (arcs.UNPAID, arcs.PAID, arcs.PARTLY_PAID):
        return "desk-payment-none" if order.payment == arcs.UNPAID else "desk-payment-returning"
    at_door = order.payment_method == CASH_ON_DELIVERY and order.payment == arcs.UNPAID
    return "staff-payment-door" if at_door else f"staff-payment-{order.payment}"


def _who(t: Translator, card: Card) -> Markup:
    count = t.n("staff-orders", card.orders)
    if card.region is None:
        return t("staff-who-remote", name=card.customer, orders=count)
    return t("staff-who", name=card.customer, orders=count, region=t.pick(card.region))


def _lines(t: Translator, lines: tuple[OrderLine, ...]) -> Iterator[Markup]:
    for line in lines[:_MOST_LINES]:
        options = " ".join(t.pick(option) for option in line.options)
        name = f"{t.pick(line.name)} {options}".strip()
        key = "desk-line-off" if line.called_off else "staff-line"
        yield t(key, name=name, quantity=t.number(line.wanted), code=line.sku_code, off=t.number(line.called_off))
    if rest := lines[_MOST_LINES:]:
        yield t.n("staff-more-lines", len(rest))


def _history(t: Translator, history: tuple[HistoryEntry, ...]) -> Iterator[Markup]:
    recent = history[-_MOST_ENTRIES:]
    for entry in recent:
        yield t("staff-entry", time=_when(t, entry.at, recent[-1].at), who=_actor(t, entry), did=_did(t, entry))


def _when(t: Translator, moment: datetime, newest: datetime) -> str:
    """The shop's time; with the day where it is not that of the newest line."""
    same_day = moment.astimezone(t.zone).date() == newest.astimezone(t.zone).date()
    return t.time(moment) if same_day else t.datetime(moment)


def _actor(t: Translator, entry: HistoryEntry) -> str:
    if entry.name:
        return entry.name
    return t.plain("staff-actor-customer" if entry.actor.startswith("customer:") else "staff-actor-shop")


def _did(t: Translator, entry: HistoryEntry) -> Markup:
    if entry.machine == "claim":
        return t(f"desk-did-claim-{entry.reason}" if entry.reason else "staff-did-claim", new=entry.new,
                 old=entry.old or "")
    if entry.machine in ("hold", "parcel", "lines", "address", "codes"):
        word = {"lines": "given-back", "codes": "handed"}.get(entry.machine, entry.new)
        return t(f"desk-did-{entry.machine}-{word}", pieces=entry.new)
    key = f"staff-did-{entry.machine}-{entry.new}"
    detailed = f"{key}-{entry.reason}"
    return t(detailed if entry.reason and t.has(detailed) else key)


def question(t: Translator, key: str, telegram_id: int, name: str, **facts: object) -> Markup:
    """A question that names whom it asks, so that only their app opens the reply."""
    who = Markup('<a href="tg://user?id={}">{}</a>').format(telegram_id, name)
    return t(key, who=who, **facts)


def other_carrier(t: Translator, order_id: int, named: str, looks_like: Carrier, number: str) -> Screen:
    text = t("staff-looks-like", number=number, carrier=t.pick(looks_like.name))
    return Screen(text, keys.other_carrier_keys(t, order_id, named, looks_like, number))


def unclaimed(t: Translator, order: Order, minutes: int) -> Screen:
    return Screen(t.n("staff-still-unclaimed", minutes, number=order.number), keys.take_keys(t, order.id))


def slip_card(t: Translator, slip: Slip, number: str, decision: Markup | None = None) -> Screen:
    """The caption of a transfer slip; with `decision` it is settled and has no keys."""
    rows = [t("staff-slip", number=number, amount=t.money(slip.attempt.amount), reference=slip.attempt.reference)]
    if slip.seen_before:
        rows.append(t("staff-slip-seen"))
    if decision is not None:
        rows.append(decision)
    return Screen(_BREAK.join(rows), keys.slip_keys(t, slip) if decision is None else None)


def refund_by_hand(t: Translator, refund: Refund, number: str, paid_by: str | None = None) -> Screen:
    """A refund that people must pay out; with `paid_by` it is done."""
    text = t("staff-refund-by-hand", number=number, amount=t.money(refund.amount), refund=refund.number,
             method=t(f"payments-method-{refund.attempt.provider}"))
    if paid_by is None:
        return Screen(text, keys.refund_by_hand_keys(t, refund.id))
    return Screen(_BREAK.join((text, t("staff-refund-paid-by", name=paid_by))))


def alert(t: Translator, key: str, full: str, number: str, amount: Money, expected: Money | None = None) -> Screen:
    """Something about an order's money that people must look at."""
    facts = {} if expected is None else {"expected": t.money(expected)}
    return Screen(t(key, number=number, amount=t.money(amount), **facts), keys.full_link_keys(t, full))


def before_recipient(t: Translator, order_id: int) -> Screen:
    return Screen(t("staff-before-recipient"), keys.look_keys(t, order_id))


def recipient(t: Translator, order: Order) -> Screen:
    """Everything about who gets an order, for one member of staff alone."""
    to = order.address
    if to is None:
        return Screen(t("staff-no-recipient", number=order.number), keys.recipient_keys(t, "", ""))
    address = place_line(t, AddressFields(**asdict(to)))
    rows = [t("staff-recipient", number=order.number, name=to.name, phone=to.phone, address=address)]
    if order.note:
        rows.append(t("staff-note", note=order.note))
    rows.append(t("staff-look-noted"))
    return Screen(_BREAK.join(rows), keys.recipient_keys(t, to.phone, f"{to.name} {to.phone} {address}"))


def unreachable(t: Translator, chat_id: int) -> Screen:
    """For the owners: the bot cannot write to the staff group."""
    return Screen(t("staff-unreachable", chat=str(chat_id)))
