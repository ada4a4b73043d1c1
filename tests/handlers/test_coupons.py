"""What the coupon screens say and lead to, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.screens import coupons as screens
from handlers.screens.screen import CAPTION_LIMIT, Screen, banner
from keyboards.catalog import CategoriesTap, ListTap, ProductTap
from keyboards.coupons import ChooserTaps, CouponClaimTap, CouponCodeTap, WalletTap
from keyboards.orders import BestCouponTap, CheckoutCouponsTap, CheckoutTap, CouponChosenTap
from keyboards.taps import Tap
from locales import Translator, translator
from services.pricing.rules import Scope
from services.promotions.types import Centre, CentreCoupon, Choice, Choices, Claim, CouponFacts, Unusable, Wallet
from services.shared.money import Money

ZH, EN = translator("zh", "Asia/Shanghai"), translator("en", "Asia/Shanghai")
END = datetime(2026, 12, 1, 16, tzinfo=UTC)
LONG = {"zh": "一" * 40, "en": "W" * 60}


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def facts(
    coupon_id: int = 1, *, threshold: int = 30_000, amount: int | None = 4_000, basis_points: int = 0,
    cap: int | None = None, scope_name: dict[str, str] | None = None, currency: str = "CNY",
) -> CouponFacts:
    return CouponFacts(
        coupon_id, f"CP{coupon_id}", {"zh": "满减券", "en": "Spend & save"}, Money(threshold, currency),
        None if amount is None else Money(amount, currency), basis_points,
        None if cap is None else Money(cap, currency), Scope(), scope_name or {}, END - timedelta(days=9), END,
    )


ACCESSORIES = {"zh": "数码配件", "en": "accessories"}
TENTH = facts(3, threshold=0, amount=None, basis_points=1_000, cap=5_000, scope_name=ACCESSORIES)


def buttons(screen: Screen) -> list[list[str]]:
    assert screen.keyboard is not None
    return [[key.text for key in row] for row in screen.keyboard.inline_keyboard]


def taps(screen: Screen) -> list[str | None]:
    assert screen.keyboard is not None
    return [key.callback_data for row in screen.keyboard.inline_keyboard for key in row]


@pytest.mark.parametrize(("coupon", "zh", "en"), [
    (facts(), "满300减40", "CN¥40 off CN¥300+"),
    (facts(threshold=20_050, amount=3_050), "满200.50减30.50", "CN¥30.50 off CN¥200.50+"),
    (facts(threshold=0, amount=1_000), "无门槛减10", "CN¥10 off, no minimum"),
    (TENTH, "9折，最高减50", "10% off, up to CN¥50"),
    (facts(threshold=10_000, amount=None, basis_points=1_500), "8.5折，满100可用", "15% off, from CN¥100"),
    (facts(threshold=0, amount=None, basis_points=1_250), "8.75折", "12.5% off"),
    (facts(currency="USD"), "满US$300减US$40", "$40 off $300+"),
    (facts(threshold=3_000, amount=500, currency="JPY"), "满JP¥3,000减JP¥500", "¥500 off ¥3,000+"),
])
def test_terms_read_as_people_write_them(coupon: CouponFacts, zh: str, en: str) -> None:
    assert (screens.terms(ZH, coupon), screens.terms(EN, coupon)) == (zh, en)


def test_the_centre_says_how_many_are_left_and_what_can_be_done() -> None:
    shown = Centre((
        CentreCoupon(facts(1), "open", 23), CentreCoupon(TENTH, "held", None), CentreCoupon(facts(2), "gone", 0),
        CentreCoupon(facts(4), "used", 3), CentreCoupon(facts(5, threshold=0), "open", None),
    ), 1, 2, 3)
    screen = screens.centre(ZH, shown)
    assert screen.text == (
        "🎟 <b>领券中心</b>\n\n🎟 满300减40 · 全场 · 剩 23%\n🎟 9折，最高减50 · 数码配件 · 已领取\n"
        "🎟 满300减40 · 全场 · 已领完\n🎟 满300减40 · 全场 · 你已用过\n🎟 无门槛减40 · 全场"
    )
    assert buttons(screen) == [
        ["领取 满300减40"], ["去用 9折，最高减50"], ["领取 无门槛减40"], ["‹", "›"],
        ["🎟 我的券 1", "⌨️ 输入券码"], ["🏠 首页"],
    ]
    assert taps(screen)[0] == CouponClaimTap(coupon=1, page=2).pack()
    assert screens.centre(EN, shown).text.splitlines()[2] == "🎟 CN¥40 off CN¥300+ · everything · 23% left"
    assert screen.picture == banner("coupons")


@pytest.mark.parametrize(("scope", "tap"), [
    (Scope(), CategoriesTap()),
    (Scope("category", frozenset({36})), ListTap(place="c10b")),
    (Scope("category", frozenset({1, 2})), CategoriesTap()),
    (Scope("product", frozenset({7})), ProductTap(product=7)),
    (Scope("tag", frozenset({7})), CategoriesTap()),
])
def test_use_it_leads_to_the_goods(scope: Scope, tap: Tap) -> None:
    claim = Claim(7, replace(facts(), scope=scope), "available", END, END)
    shown = Wallet("available", (claim,), {"available": 1, "used": 0, "expired": 0}, 1, 1)
    assert taps(screens.wallet(ZH, shown))[0] == tap.pack()


def test_an_empty_centre_offers_a_next_step() -> None:
    screen = screens.centre(ZH, Centre((), 0, 1, 1))
    assert "输入券码" in screen.text
    assert buttons(screen) == [["🎟 我的券 0", "⌨️ 输入券码"], ["🏠 首页"]]


def test_the_wallet_has_tabs_with_counts() -> None:
    claim = Claim(7, facts(), "available", END, END)
    shown = Wallet("available", (claim,), {"available": 1, "used": 0, "expired": 12}, 1, 1)
    screen = screens.wallet(ZH, shown)
    assert screen.text == "🎟 <b>我的优惠券</b>\n\n🎟 满减券：满300减40 · 全场 · 12月1日前有效"
    assert buttons(screen) == [
        ["去用 满300减40"], ["• 可用 1", "已用 0", "过期 12"], ["🎟 领券中心", "⌨️ 输入券码"], ["🏠 首页"],
    ]
    assert taps(screen)[2] == WalletTap(tab="used").pack()
    assert screens.wallet(EN, shown).text.splitlines()[2] == (
        "🎟 Spend &amp; save: CN¥40 off CN¥300+ · everything · until Dec 1"
    )
    empty = screens.wallet(EN, Wallet("used", (), {"available": 0, "used": 0, "expired": 0}, 1, 1))
    assert buttons(empty)[0] == ["Ready 0", "• Used 0", "Expired 0"]


def test_what_the_shop_withdrew_and_what_stands_alone_say_so() -> None:
    taken = Claim(7, replace(facts(), alone=True), "withdrawn", END, END)
    shown = Wallet("expired", (taken,), {"available": 0, "used": 0, "expired": 1}, 1, 1)
    assert screens.wallet(ZH, shown).text.splitlines()[2] == (
        "⛔ 满减券：满300减40 · 全场 · 不与促销同享 · 12月1日前有效，店铺已收回"
    )
    assert screens.wallet(EN, shown).text.splitlines()[2] == (
        "⛔ Spend &amp; save: CN¥40 off CN¥300+ · everything · not with promotions · until Dec 1, withdrawn by the shop"
    )
    centre = Centre((CentreCoupon(replace(facts(), alone=True), "open", None),), 0, 1, 1)
    assert "🎟 满300减40 · 全场 · 不与促销同享" in screens.centre(ZH, centre).text


def chooser_taps(checkout: int = 5) -> ChooserTaps:
    return ChooserTaps(
        choose=lambda claim: CouponChosenTap(checkout=checkout, claim=claim), none=CouponChosenTap(checkout=checkout),
        best=BestCouponTap(checkout=checkout), code=CouponCodeTap(checkout=checkout),
        back=CheckoutTap(checkout=checkout),
    )


def test_the_chooser_has_the_savings_and_the_reasons() -> None:
    choices = Choices(
        (Choice(7, facts(), END, cny(4_000)), Choice(8, facts(2, threshold=20_000, amount=3_000), END, cny(3_000))),
        (
            Unusable(9, facts(threshold=50_000), END, "not-reached", {"missing": cny(1_200), "scope": {}}),
            Unusable(10, TENTH, END, "wrong-scope", {"scope": TENTH.scope_name}),
            Unusable(11, facts(), END, "not-started", {"at": END}), Unusable(12, facts(), END, "gone"),
            Unusable(13, facts(), END, "excluded", {"scope": {}}),
            Unusable(14, facts(), END, "nothing-left"),
        ),
    )
    screen = screens.chooser(ZH, choices, 8, chooser_taps())
    assert screen.text.splitlines() == [
        "🎟 <b>选择优惠券</b> · 可用 2 · 不可用 6",
        "🎟 1. 满300减40 · 全场 · 12月1日前 · <b>−¥40.00</b>",
        "✅ 2. 满200减30 · 全场 · 12月1日前 · <b>−¥30.00</b>",
        "▫️ 满500减40：还差 ¥12.00", "▫️ 9折，最高减50：限数码配件", "▫️ 满300减40：12-02 00:00 开始可用",
        "▫️ 满300减40：已被用完", "另有 2 张",
    ]
    assert buttons(screen) == [
        ["第1张 −40", "第2张 −30"], ["✅ 最优惠 −¥40.00"], ["⌨️ 输入券码", "不用券"], ["⬅️ 返回", "🏠 首页"],
    ]
    assert taps(screen)[:5] == [
        CouponChosenTap(checkout=5, claim=7).pack(), CouponChosenTap(checkout=5, claim=8).pack(),
        BestCouponTap(checkout=5).pack(), CouponCodeTap(checkout=5).pack(), CouponChosenTap(checkout=5).pack(),
    ]


@pytest.mark.parametrize(("reason", "facts_of", "zh", "en"), [
    ("excluded", {"scope": {}}, "这些商品不参加", "not for these goods"),
    ("nothing-left", {}, "商品已经减到 0 元", "there is nothing left to take off"),
    ("not-reached", {"missing": cny(1)}, "还差 ¥0.01", "CN¥0.01 to go"),
])
def test_each_reason_has_words(reason: str, facts_of: dict[str, object], zh: str, en: str) -> None:
    unusable = Unusable(1, facts(), END, reason, facts_of)
    assert (screens.why(ZH, unusable), screens.why(EN, unusable)) == (zh, en)


@pytest.mark.parametrize("t", [ZH, EN])
def test_the_fullest_chooser_fits_a_caption(t: Translator) -> None:
    coupon = facts(threshold=99_999_99, amount=9_999_99, scope_name=LONG)
    choices = Choices(
        tuple(Choice(number, coupon, END, cny(9_999_99)) for number in range(20)),
        tuple(Unusable(number, coupon, END, "not-reached", {"missing": cny(9_999_99)}) for number in range(20)),
    )
    screen = screens.chooser(t, choices, None, chooser_taps())
    assert len(re.sub("<[^>]+>", "", screen.text)) <= CAPTION_LIMIT
    assert len(buttons(screen)) <= 8


def test_a_code_is_asked_for_again_with_the_reason_and_leads_back_to_its_checkout() -> None:
    asked = screens.code_question(ZH, 5, "没有这个券码，还能试 4 次")
    assert asked.text == "⚠️ 没有这个券码，还能试 4 次\n\n🎟 请再发一次券码，或返回。"
    assert taps(asked)[0] == CheckoutCouponsTap(checkout=5).pack()
    taken = screens.code_taken(ZH, Claim(7, facts(), "available", END, END), 5)
    assert taken.text == "✅ 领到了：<b>满300减40</b> · 全场 · 12月1日前可用"
    assert taps(taken)[0] == CheckoutCouponsTap(checkout=5).pack()


def test_what_the_merchant_wrote_is_escaped_and_cut_to_the_button() -> None:
    coupon = facts(scope_name={"zh": "<b>&", "en": "<b>&"})
    screen = screens.centre(ZH, Centre((CentreCoupon(coupon, "open", None),), 0, 1, 1))
    assert screen.text.endswith("满300减40 · &lt;b&gt;&amp;")
