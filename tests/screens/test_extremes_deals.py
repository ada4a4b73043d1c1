"""The screens of promotions and coupons behind the counter at their worst, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.screens import deals, deals_builder, deals_gifts, deals_trial
from handlers.screens.deals import Numbers
from handlers.screens.screen import Screen
from locales import Translator, translator
from services.orders.offers import Brought
from services.promotions.deals import Deal, DealCard, DealPage, Gift
from services.promotions.drafts import Draft, DraftPage
from services.promotions.fields import STEPS, DealFields
from services.promotions.gifting import Preview
from services.promotions.publishing import Overlap, Tried
from services.promotions.scopes import Choice, Choices
from services.promotions.simulating import SIZES, Below, SampleCart, SampleLine
from services.promotions.types import Claim
from tests.screens.test_extremes import BIG, MOST_MONEY, NASTY, NOW, check, coupon, named

COUNTS = {"running": 99_999, "planned": 99_999, "drafts": 99_999, "over": 99_999, "stopped": 99_999}
MOST = 99_999_999_99


def fields(kind: str, words: str) -> DealFields:
    tiers = tuple((MOST - 5 + step, MOST - 9 + step) for step in range(5))
    return DealFields(
        kind, "CNY", "product", tuple(range(40)), tuple(range(30)), ("digital", "service"), tiers, 9_999, MOST,
        MOST - 1, MOST, NOW, NOW + timedelta(days=900), 999, "code", "A" * 32, 9_999_999, 9_999_999, 9_999_999, MOST,
        True,
        named(words[:40]),
    )


def deal(kind: str, words: str, state: str = "running") -> Deal:
    name = "coupon" if kind == "coupon" else "promotion"
    return Deal(BIG, name, "C" * 20, state, fields(kind, words), named(words), 9_999_999, 9_999_999, MOST, False, False)


def screens(t: Translator, words: str) -> Iterator[Screen]:
    gift = Gift(BIG, BIG, "running", 9_999_999, 9_999, 9_999, BIG, words[:64], NOW)
    numbers = Numbers(Brought(99_999, MOST, MOST), MOST_MONEY, True)
    for kind in ("coupon", "reduction", "percent"):
        one = deal(kind, words)
        draft = Draft(BIG, BIG, "open", None, one.fields, words[:64], NOW)
        page = DealPage(one.name, "running", (one,) * 6, COUNTS, BIG, False)
        yield deals.deal_list(t, page, {one.source: numbers.brought}, NOW, may_edit=True)
        yield deals.draft_list(t, DraftPage(one.name, (draft,) * 6, COUNTS, BIG, False), may_edit=True)
        yield deals.found(t, words[:64], (one,) * 8)
        for state in ("running", "paused", "planned", "over", "stopped"):
            card = DealCard(deal(kind, words, state), 9_999_999, (gift,) * 3)
            yield deals.card(t, card, numbers, NOW, may_edit=True, may_give=True)
            yield deals.stop_question(t, card)
        yield deals.longer_question(t, one, NOW, words[:64])
        yield deals.raise_choice(t, one)
        for field in deals.raisable(one):
            yield deals.raise_question(t, one, field, words[:64])
        yield from builder(t, draft, words)
        yield from gifts(t, one, gift, words)


def builder(t: Translator, draft: Draft, words: str) -> Iterator[Screen]:
    for each in (draft, replace(draft, fields=DealFields(draft.fields.kind, "CNY"))):
        yield deals_builder.builder(t, each, named(words), named(words[:40]), NOW - timedelta(days=1), may_edit=True)
        yield deals_builder.drop_question(t, each)
        choices = Choices("category", tuple(Choice(BIG + n, named(words), n % 2 == 0, 2) for n in range(6)), 8, 2, 9)
        yield deals_builder.scope_step(t, each, choices, named(words))
        yield deals_builder.excluded_step(t, each, choices)
        yield deals_builder.found_products(t, each, "scope_ids", words[:64], choices.choices[:5])
        yield deals_builder.rule_step(t, each, words[:64])
        yield deals_builder.window_step(t, each, NOW, words[:64])
        yield deals_builder.limits_step(t, each)
        yield deals_builder.stacking_step(t, each)
        yield deals_builder.way_step(t, each)
        for field in ("name", "redeem_code", "valid_days", "limit_total", "limit_per_person", "limit_uses", "budget",
                      "scope_ids", "excluded_ids"):
            yield deals_builder.field_question(t, each, field, named(words[:40]), words[:64])
    lines = tuple(SampleLine(named(words), (named(words),), 50, MOST_MONEY, MOST_MONEY) for _ in range(3))
    carts = tuple(SampleCart(size, lines, MOST_MONEY, MOST_MONEY, "not-reached", MOST_MONEY) for size in SIZES)
    below = tuple(Below(BIG, "S" * 30, named(words), MOST_MONEY, MOST_MONEY) for _ in range(9))
    overlaps = tuple(Overlap(named(words[:40]), how) for how in ("best", "both", "alone") * 3)
    for seen in (True, False):
        tried = Tried(draft, carts, 9_999, below, seen, overlaps, True)
        yield deals_trial.trial(t, tried, NOW, may_edit=True)
        yield deals_trial.below_cost(t, tried, NOW - timedelta(days=1))


def gifts(t: Translator, one: Deal, gift: Gift, words: str) -> Iterator[Screen]:
    if one.name != "coupon":
        return
    groups = [(key, "") for key in ("all", "bought", "never", "unseen")] + [("s9999999999", words[:40])] * 6
    yield deals_gifts.whom(t, one, groups, words[:64])
    recipients = [deals_gifts.Recipient(BIG, words[:1] + "**", 9)] * 4
    yield deals_gifts.one(t, one, recipients, "0123ABCD")
    yield deals_gifts.group(t, one, groups[-1], Preview(9_999_999, 9, 9_999, 9), "0123ABCD")
    for state in ("running", "stopped", "done", "gone"):
        yield deals_gifts.progress(t, one, replace(gift, state=state))
    yield deals_gifts.given(t, Claim(BIG, coupon(words), "available", NOW, NOW), words[:40])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
def test_screens_hold(language: str, words: str) -> None:
    t = translator(language, "Asia/Shanghai")
    for screen in screens(t, words):
        check(screen, most_rows=9)


def test_every_step_has_its_words() -> None:
    for language in ("zh", "en"):
        t = translator(language, "Asia/Shanghai")
        assert all(t.has(f"deals-step-{step}") for step in STEPS)
