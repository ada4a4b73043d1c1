"""Giving a coupon: to whom, who would get it, how far it has got; and what the person who got it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from handlers.screens import deals_words as words
from handlers.screens.coupons import last_day, terms, use_key
from handlers.screens.progress import bar
from handlers.screens.screen import Screen
from keyboards.admin import way_back
from keyboards.customers import NoticesTap
from keyboards.deals import DealTap, GiftStopTap, GiftTap, GiveGroupTap, GiveManyTap, GiveOneTap, GiveTap
from keyboards.layout import DANGER, PRIMARY, button, fit, flow, keyboard
from locales import Translator
from services.promotions.deals import Deal, Gift
from services.promotions.gifting import RUNNING, Preview
from services.promotions.types import Claim

_BREAK = Markup("\n")
_MOST_GROUPS, _GROUP_CELLS = 8, 15


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer as far as who gives a coupon needs to know them: the name is masked."""

    customer_id: int
    name: str
    held: int


def whom(t: Translator, deal: Deal, groups: Sequence[tuple[str, str]], problem: str | None = None) -> Screen:
    """Asks to whom: one person, typed or sent as a contact, or one of the groups (key and name)."""
    text = t("deals-give", name=words.title(t, deal))
    if problem is not None:
        text = _BREAK.join((t("deals-problem", problem=problem), text))
    keys = [button(fit(_group_name(t, each), _GROUP_CELLS), GiveGroupTap(coupon=deal.id, group=each[0]))
            for each in groups[:_MOST_GROUPS]]
    return Screen(text, keyboard(*flow(keys, 2), way_back(t, DealTap(of=deal.name, deal=deal.id))))


def one(t: Translator, deal: Deal, recipients: Sequence[Recipient], nonce: str) -> Screen:
    """Who was found: a tap gives it."""
    rows = [t("deals-give-one", name=words.title(t, deal))]
    rows += [t("deals-recipient", customer=str(each.customer_id), name=each.name, held=t.number(each.held))
             for each in recipients]
    keys = [
        [button(t.plain("deals-tap-give-one", customer=str(each.customer_id), name=each.name),
                GiveOneTap(coupon=deal.id, customer=each.customer_id, nonce=nonce), PRIMARY)]
        for each in recipients
    ]
    return Screen(_BREAK.join(rows), keyboard(*keys, way_back(t, GiveTap(coupon=deal.id))))


def group(t: Translator, deal: Deal, which: tuple[str, str], preview: Preview, nonce: str) -> Screen:
    """Who of a group (key and name) would get it, before it begins."""
    rows = [t("deals-give-group", name=words.title(t, deal), group=_group_name(t, which),
              people=t.number(preview.people), had=t.number(preview.had), new=t.number(preview.new),
              told=t.number(preview.told))]
    if preview.left is not None and preview.left < preview.new:
        rows.append(t("deals-give-short", left=t.number(preview.left)))
    keys = []
    if preview.new:
        label = t.plain("deals-tap-give-many", number=t.number(preview.new))
        keys.append([button(label, GiveManyTap(coupon=deal.id, group=which[0], nonce=nonce), PRIMARY)])
    return Screen(_BREAK.join(rows), keyboard(*keys, way_back(t, GiveTap(coupon=deal.id))))


def progress(t: Translator, deal: Deal, gift: Gift) -> Screen:
    """How far it has got, and how it ended."""
    done = gift.given + gift.had
    rows = [
        t("deals-gift", name=words.title(t, deal), who=gift.made_name, bar=bar(done, gift.people),
          done=t.number(done), people=t.number(gift.people)),
        t("deals-gift-numbers", given=t.number(gift.given), had=t.number(gift.had)),
        t(f"deals-gift-{gift.state}", rest=t.number(gift.people - done)),
    ]
    keys = []
    if gift.state == RUNNING:
        keys = [button(t.plain("deals-tap-refresh"), GiftTap(gift=gift.id)),
                button(t.plain("deals-tap-stop-gift"), GiftStopTap(gift=gift.id), DANGER)]
    return Screen(_BREAK.join(rows), keyboard(keys, way_back(t, DealTap(of=deal.name, deal=deal.id))),
                  key=f"gift:{gift.id}")


def given(t: Translator, claim: Claim, shop_name: str) -> Screen:
    """What who got a coupon is told."""
    text = t("deals-given", shop=shop_name, name=t.pick(claim.coupon.name), terms=terms(t, claim.coupon),
             date=last_day(t, claim.expires_at))
    off = button(t.plain("deals-tap-off"), NoticesTap())
    return Screen(text, keyboard([use_key(t, claim.coupon)], [off]))


def _group_name(t: Translator, group: tuple[str, str]) -> str:
    key, name = group
    return name or t.plain(f"deals-group-{key}")
