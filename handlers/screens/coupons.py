"""The coupon centre, the wallet, a typed code, and the chooser of a checkout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from handlers.screens.goods import short
from handlers.screens.screen import Picture, Screen, banner
from keyboards.catalog import CategoriesTap, ListTap, Place, ProductTap
from keyboards.coupons import ChooserTaps, CouponClaimTap, CouponCodeTap, CouponsTap, WalletTap
from keyboards.layout import PRIMARY, Row, button, flow, keyboard, way_back
from keyboards.orders import CheckoutCouponsTap
from keyboards.taps import Tap
from locales import Translator
from services.pricing.rules import CATEGORY, PRODUCT, Scope
from services.promotions.types import (
    Centre,
    CentreCoupon,
    Choice,
    Choices,
    Claim,
    CodeAnswer,
    CouponFacts,
    Unusable,
    Wallet,
)
from services.shared.money import Money

# What fits a caption in both languages, the merchant's words cut to so many cells.
_MOST_USABLE, _MOST_UNUSABLE = 8, 4
_NAME_CELLS, _SCOPE_CELLS = 24, 20


def terms(t: Translator, coupon: CouponFacts) -> str:
    """What the coupon does: "满300减40", "9折，最高减50", "CN¥10 off, no minimum"."""
    return benefit(t, coupon.threshold, coupon.amount, coupon.basis_points, coupon.cap)


def benefit(t: Translator, threshold: Money, amount: Money | None, basis_points: int, cap: Money | None) -> str:
    """The same, of a coupon that is not there yet."""
    if amount is not None:
        key = "coupons-terms-threshold" if threshold else "coupons-terms-free"
        return t.plain(key, amount=short_money(t, amount), threshold=short_money(t, threshold))
    parts = [t.plain("coupons-terms-percent", rate=rate(t, basis_points))]
    if threshold:
        parts.append(t.plain("coupons-terms-from", threshold=short_money(t, threshold)))
    if cap is not None:
        parts.append(t.plain("coupons-terms-cap", cap=short_money(t, cap)))
    return t.plain("coupons-comma").join(parts)


def last_day(t: Translator, expires_at: datetime) -> str:
    """The last day on which the coupon is good; its end is the first moment after that."""
    return t.date(expires_at - timedelta(seconds=1))


def centre(t: Translator, shown: Centre) -> Screen:
    """What can be claimed now."""
    if not shown.coupons:
        text = t("coupons-centre-none")
    else:
        text = t("coupons-centre", entries=_lines(_centre_line(t, each) for each in shown.coupons))
    keys = [key for each in shown.coupons if (key := _centre_key(t, each, shown.page)) is not None]
    mine = button(t.plain("coupons-tap-wallet", number=t.number(shown.available)), WalletTap())
    around = [CouponsTap(page=shown.page - 1), CouponsTap(page=shown.page + 1)]
    return Screen(text, keyboard(
        *flow(keys, most=2), _pages(t, shown.page, shown.pages, around), *flow([mine, _code_key(t)]), way_back(t, None),
    ), banner("coupons"))


def wallet(t: Translator, shown: Wallet) -> Screen:
    """One tab of the person's own coupons."""
    if shown.claims:
        entries = _lines(_claim_line(t, shown.tab, each) for each in shown.claims)
        text = t("coupons-wallet", entries=entries)
    else:
        text = t(f"coupons-wallet-none-{shown.tab}")
    usable = [use_key(t, each.coupon) for each in shown.claims] if shown.tab == "available" else []
    # Coupons for the same goods lead to the same place: the first of them is enough.
    keys = {key.callback_data: key for key in reversed(usable)}.values()
    tabs = [button(_tab_label(t, shown, tab), WalletTap(tab=tab)) for tab in shown.counts]
    to_centre = button(t.plain("coupons-tap-centre"), CouponsTap())
    around = [WalletTap(tab=shown.tab, page=shown.page - 1), WalletTap(tab=shown.tab, page=shown.page + 1)]
    return Screen(text, keyboard(
        *flow(reversed(keys), most=2), _pages(t, shown.page, shown.pages, around), tabs,
        *flow([to_centre, _code_key(t)]), way_back(t, None),
    ), banner("coupons"))


def chooser(
    t: Translator, choices: Choices, chosen: int | None, taps: ChooserTaps, picture: Picture | None = None
) -> Screen:
    """The coupons for a basket: `chosen` is the claim in use. What cannot be used says why."""
    usable, unusable = choices.usable[:_MOST_USABLE], choices.unusable[:_MOST_UNUSABLE]
    parts = [t("coupons-chooser", usable=t.number(len(choices.usable)), unusable=t.number(len(choices.unusable)))]
    parts += [_choice_line(t, number, each, chosen) for number, each in enumerate(usable, 1)]
    parts += [_unusable_line(t, each) for each in unusable]
    hidden = len(choices.usable) + len(choices.unusable) - len(usable) - len(unusable)
    if hidden:
        parts.append(t.n("coupons-chooser-more", hidden))
    keys = [button(_choice_label(t, number, each), taps.choose(each.claim_id)) for number, each in enumerate(usable, 1)]
    best = [] if choices.best is None else [_best_key(t, choices.best, taps.best)]
    others = [button(t.plain("coupons-tap-code"), taps.code), button(t.plain("coupons-tap-none"), taps.none)]
    return Screen(Markup("\n").join(parts), keyboard(*flow(keys), best, *flow(others), way_back(t, taps.back)),
                  picture or banner("coupons"))


def code_question(t: Translator, checkout: int | None, problem: str | None = None) -> Screen:
    """Asks for a code; `problem` says what was wrong with the last one."""
    text = t("coupons-code") if problem is None else t("coupons-code-again", problem=problem)
    return Screen(text, keyboard(way_back(t, _behind(checkout))), banner("coupons"))


def code_taken(t: Translator, claim: Claim, checkout: int | None) -> Screen:
    """The code was good: what it gave, and where to use it."""
    text = t("coupons-code-taken", terms=terms(t, claim.coupon), scope=_scope(t, claim.coupon),
             date=last_day(t, claim.expires_at))
    use = use_key(t, claim.coupon) if checkout is None else button(
        t.plain("coupons-tap-to-checkout"), CheckoutCouponsTap(checkout=checkout), PRIMARY
    )
    return Screen(text, keyboard([use], way_back(t, _behind(checkout))), banner("coupons"))


def wrong_code(t: Translator, answer: CodeAnswer) -> str:
    """That there is no such code, and how many tries are left or when the next one is heard."""
    if answer.paused_until is not None:
        return t.plain("coupons-code-last-wrong", time=t.time(answer.paused_until))
    return t.plain("coupons-code-wrong", answer.tries_left)


def claimed_toast(t: Translator, claim: Claim) -> str:
    return t.plain("coupons-claimed", terms=terms(t, claim.coupon), date=last_day(t, claim.expires_at))


def _behind(checkout: int | None) -> Tap:
    return CouponsTap() if checkout is None else CheckoutCouponsTap(checkout=checkout)


def _centre_line(t: Translator, each: CentreCoupon) -> Markup:
    about = Markup(" · ").join([terms(t, each.coupon), _scope(t, each.coupon)])
    if each.state != "open":
        return Markup("🎟 {} · {}").format(about, t(f"coupons-state-{each.state}"))
    if each.left_percent is None:
        return Markup("🎟 {}").format(about)
    return Markup("🎟 {} · {}").format(about, t("coupons-left", percent=t.percent(each.left_percent * 100)))


def _centre_key(t: Translator, each: CentreCoupon, page: int) -> InlineKeyboardButton | None:
    if each.state == "held":
        return use_key(t, each.coupon)
    if each.state == "open":
        label = t.plain("coupons-tap-claim", terms=terms(t, each.coupon))
        return button(label, CouponClaimTap(coupon=each.coupon.id, page=page))
    return None


def use_key(t: Translator, coupon: CouponFacts) -> InlineKeyboardButton:
    """Leads to the goods that the coupon is for."""
    return button(t.plain("coupons-tap-use", terms=terms(t, coupon)), _shelf(coupon.scope))


def _shelf(scope: Scope) -> Tap:
    """Where the goods are that the coupon is for: their list where it is one category, else all categories."""
    if scope.kind == CATEGORY and len(scope.ids) == 1:
        return ListTap(place=Place(category_id=min(scope.ids)).pack())
    if scope.kind == PRODUCT and len(scope.ids) == 1:
        return ProductTap(product=min(scope.ids))
    return CategoriesTap()


def _code_key(t: Translator) -> InlineKeyboardButton:
    return button(t.plain("coupons-tap-code"), CouponCodeTap())


def _claim_line(t: Translator, tab: str, claim: Claim) -> Markup:
    key = "coupons-claim-withdrawn" if claim.state == "withdrawn" else f"coupons-claim-{tab}"
    return t(key, name=short(t.pick(claim.coupon.name), _NAME_CELLS), terms=terms(t, claim.coupon),
             scope=_scope(t, claim.coupon), date=last_day(t, claim.expires_at))


def _tab_label(t: Translator, shown: Wallet, tab: str) -> str:
    label = t.plain(f"coupons-tab-{tab}", number=t.number(shown.counts[tab]))
    return f"• {label}" if tab == shown.tab else label


def _choice_line(t: Translator, number: int, choice: Choice, chosen: int | None) -> Markup:
    mark = "✅" if choice.claim_id == chosen else "🎟"
    return t("coupons-choice", mark=mark, number=t.number(number), terms=terms(t, choice.coupon),
             scope=_scope(t, choice.coupon), date=last_day(t, choice.expires_at), saving=t.money(choice.saving))


def _choice_label(t: Translator, number: int, choice: Choice) -> str:
    return t.plain("coupons-tap-choose", number=t.number(number), saving=short_money(t, choice.saving))


def _best_key(t: Translator, best: Choice, tap: Tap) -> InlineKeyboardButton:
    return button(t.plain("coupons-tap-best", saving=t.money(best.saving)), tap, PRIMARY)


def _unusable_line(t: Translator, each: Unusable) -> Markup:
    return t("coupons-unusable", terms=terms(t, each.coupon), why=why(t, each))


def why(t: Translator, unusable: Unusable) -> str:
    """Why a coupon cannot be used, in few words: "还差 ¥12.00"."""
    facts: dict[str, Any] = {name: _word(t, fact) for name, fact in unusable.facts.items()}
    return t.plain(f"coupons-why-{unusable.reason}", **facts)


def _word(t: Translator, fact: object) -> str:
    if isinstance(fact, Money):
        return t.money(fact)
    if isinstance(fact, datetime):
        return t.datetime(fact)
    return t.pick(dict(fact)) if isinstance(fact, dict) else str(fact)


def _scope(t: Translator, coupon: CouponFacts) -> str:
    scope = short(t.pick(coupon.scope_name), _SCOPE_CELLS) if coupon.scope_name else t.plain("coupons-scope-all")
    return t.plain("coupons-scope-alone", scope=scope) if coupon.alone else scope


def short_money(t: Translator, money: Money) -> str:
    """Whole amounts without their zeros; yuan bare where the reader's language writes them with a bare sign."""
    text = t.money(money).removesuffix(".00")
    return text.removeprefix("¥") if money.currency == "CNY" else text


def rate(t: Translator, basis_points: int) -> str:
    """What is taken off in percent; or, where people say so, what is left in tenths (9折)."""
    if t.plain("coupons-rate-form") == "percent-off":
        return t.percent(basis_points)
    whole, rest = divmod(10_000 - basis_points, 1_000)
    return f"{whole}.{rest // 10:02}".rstrip("0").rstrip(".") if rest else str(whole)


def _pages(t: Translator, page: int, pages: int, around: Sequence[Tap]) -> Row:
    before, after = around
    row = [button("‹", before)] if page > 1 else []
    if page < pages:
        row.append(button("›", after))
    return row


def _lines(lines: Iterable[Markup]) -> Markup:
    return Markup("\n").join(lines)
