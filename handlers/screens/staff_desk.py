"""What the counter puts together step by step, and what it says in private: parcels, pieces, words, addresses."""

from __future__ import annotations

from dataclasses import asdict

from markupsafe import Markup

from handlers.screens.addresses import place_line
from handlers.screens.goods import goods_of
from handlers.screens.screen import Screen
from keyboards import desk as keys
from keyboards import staff as staff_keys
from locales import Translator
from services.customers.types import AddressFields
from services.orders.note_types import OrderNote
from services.orders.types import Order
from services.shared.money import Money
from services.shipping import carriers
from services.shipping.types import Draft, Parcel

_BREAK = Markup("\n")


def parcel_draft(t: Translator, draft: Draft, order: Order, most: dict[int, int], problem: str = "") -> Screen:
    """A parcel, or its new number, before it is sent; `problem` is why it was not."""
    rows = [Markup("⚠️ {}").format(problem)] if problem else []
    rows.append(t(f"desk-{draft.kind}-title", number=order.number))
    if not draft.carrier:
        rows.append(t("desk-which-carrier", number=draft.number))
    else:
        rows.append(_number(t, draft))
    if draft.kind == "parcel":
        goods = goods_of(t, order, draft.items)
        rows.append(t("desk-inside", goods=goods) if goods else t("desk-inside-nothing"))
    several = sum(most.values()) > 1
    return Screen(_BREAK.join(rows), keys.parcel_draft_keys(t, draft, ready=_can_go(draft), several=several))


def _can_go(draft: Draft) -> bool:
    """Whether the number is one of the carrier's, and there is something inside."""
    if not draft.carrier or (draft.kind == "parcel" and not draft.items):
        return False
    carrier = carriers.require(draft.carrier)
    return not carrier.numbered or carrier.fits(draft.number)


def _number(t: Translator, draft: Draft) -> Markup:
    carrier = carriers.require(draft.carrier)
    if not carrier.numbered:
        return t("desk-own-delivery", carrier=t.pick(carrier.name))
    key = "desk-looks-like" if carrier.fits(draft.number) else "desk-does-not-fit"
    return t(key, number=draft.number, carrier=t.pick(carrier.name), example=carrier.example)


def draft_carriers(t: Translator, draft: Draft, order: Order) -> Screen:
    text = _BREAK.join((t(f"desk-{draft.kind}-title", number=order.number), t("staff-ask-carrier")))
    offered = [each for each in carriers.carriers() if each.numbered or draft.kind == "parcel"]
    return Screen(text, keys.draft_carrier_keys(t, draft, offered))


def draft_items(t: Translator, draft: Draft, order: Order, most: dict[int, int]) -> Screen:
    """Which pieces go into the parcel."""
    text = _BREAK.join((t("desk-parcel-title", number=order.number), t("desk-ask-items")))
    lines = [(line, most[line.id]) for line in order.lines if line.id in most]
    return Screen(text, keys.stepper_keys(t, draft, lines, keys.items_done(t, draft)))


def refund_draft(
    t: Translator, draft: Draft, order: Order, most: dict[int, int], amount: Money | None, problem: str = ""
) -> Screen:
    """For which pieces the price goes back, and what that comes to."""
    rows = [Markup("⚠️ {}").format(problem)] if problem else []
    rows += [t("desk-refund-title", number=order.number), t("desk-ask-lines")]
    shown = "" if amount is None else t.money(amount)
    if amount is not None:
        rows.append(t("desk-refund-comes-to", amount=shown))
    lines = [(line, most[line.id]) for line in order.lines if line.id in most]
    return Screen(_BREAK.join(rows), keys.refund_draft_keys(t, draft, lines, shown))


def done(text: str) -> Screen:
    """A question that is settled: what came of it, without keys."""
    return Screen(Markup("{}").format(text))


def parcel(t: Translator, shown: Parcel, order: Order) -> Markup:
    """One parcel, below the card."""
    return t("desk-parcel-one", carrier=t.pick(shown.carrier), number=shown.number,
             goods=goods_of(t, order, shown.items))


def ship_door(t: Translator, order_id: int) -> Screen:
    """Where the link from the group leads: nothing is shown yet, the key below is for staff."""
    return Screen(t("desk-before-ship"), staff_keys.ship_door_keys(t, order_id))


def address_door(t: Translator, order_id: int) -> Screen:
    return Screen(t("desk-before-address"), keys.address_door_keys(t, order_id))


def ask_address(t: Translator, order: Order, problem: str = "") -> Screen:
    """Asks for the address in one message; the present one is shown."""
    rows = [Markup("⚠️ {}").format(problem)] if problem else []
    rows.append(t("desk-ask-address", number=order.number))
    if order.address is not None:
        now = order.address
        place = place_line(t, AddressFields(**asdict(now)))
        rows.append(t("desk-address-now", name=now.name, phone=now.phone, address=place))
    return Screen(_BREAK.join(rows), keys.home_keys(t))


def address_sure(t: Translator, order: Order, given: AddressFields) -> Screen:
    text = t("desk-address-sure", number=order.number, name=given.name, phone=given.phone,
             address=place_line(t, given))
    return Screen(text, keys.address_sure_keys(t, order.id))


def message(t: Translator, order: Order, note: OrderNote) -> Screen:
    """What staff tell a customer about an order."""
    return Screen(t("desk-message", number=order.number, text=note.text), keys.message_keys(t, order.id))


def address_changed(t: Translator, order: Order) -> Screen:
    return Screen(t("desk-address-told", number=order.number), staff_keys.shipped_keys(t, order.id))


def ask_reply(t: Translator, order: Order, problem: str = "") -> Screen:
    """Asks the customer for their answer."""
    rows = [problem] if problem else []
    return Screen(_BREAK.join([*rows, t("desk-ask-reply", number=order.number)]), staff_keys.shipped_keys(t, order.id))


def reply_sent(t: Translator, order: Order) -> Screen:
    return Screen(t("desk-reply-sent", number=order.number), staff_keys.shipped_keys(t, order.id))


def idle(t: Translator, order: Order, claimer: str, minutes: int) -> Screen:
    """The group is told that a claimed order lies still."""
    text = t.n("desk-idle", minutes, number=order.number, who=_mention(order.claimed_by or 0, claimer))
    return Screen(text, keys.take_over_keys(t, order.id, order.claimed_by or 0))


def private_notice(t: Translator, key: str, order: Order, url: str, **facts: object) -> Screen:
    """Something about an order for one member of staff."""
    return Screen(t(key, number=order.number, **facts), keys.open_card_keys(t, url))


def group_notice(t: Translator, key: str, order: Order, telegram_id: int, name: str, **facts: object) -> Screen:
    """The same in the group, for somebody whom the bot cannot write to."""
    return Screen(Markup("{} {}").format(_mention(telegram_id, name), t(key, number=order.number, **facts)))


def _mention(telegram_id: int, name: str) -> Markup:
    return Markup('<a href="tg://user?id={}">{}</a>').format(telegram_id, name)
