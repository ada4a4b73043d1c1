"""Every screen of a customer at its worst: the longest names and amounts, marked-up text, full lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from wcwidth import width

from bot.demo.emulator.entities import utf16_length
from bot.demo.emulator.html_mode import parse_html
from handlers.screens import address_form, addresses, cart, checkout, coupons, customers, home, orders, receipts, start
from handlers.screens.screen import Picture, Screen
from keyboards.coupons import ChooserTaps
from keyboards.taps import HomeTap
from locales import Translator, translator
from services.cart.types import DELISTED, OVER_LIMIT, SHORT, SOLD_OUT, Cart, CartLine
from services.catalog.types import SkuFacts
from services.customers.addresses import MOST
from services.customers.types import Address, Profile
from services.delivery.types import DeliveryOption
from services.orders import arcs
from services.orders.types import (
    CART,
    NOTE_LIMIT,
    TABS,
    Adjustment,
    Change,
    CheckoutLine,
    CheckoutView,
    CouponLine,
    Delivery,
    HistoryEntry,
    Order,
    OrderLine,
    OrderPage,
    OrderSummary,
    Recipient,
    Reordered,
    Shortage,
    Waiting,
)
from services.payments.methods import PAUSED, PHONE, Method
from services.pricing.rules import ALL, Coupon, FullReduction, Scope, Tier
from services.pricing.service import quote
from services.pricing.types import Basket, Line
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
from services.shipping.types import Parcel

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
BIG = 2**53 + 7
MOST_MONEY = Money(99_999_999_99, "CNY")
NASTY = {
    "zh": "超长的商品名称" * 11 + "很长",
    "zwj": "👨‍👩‍👧‍👦" * 20,
    "rtl": "مكنسة كهربائية ذكية جدا " * 4,
    "markup": "<b>&</b><script>&amp;\"'" * 4,
    "braces": "{name} {0} {{}} %s " * 5,
    "one-word": "W" * 80,
}
PICTURE, PLAIN = 1024, 4096


def named(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def check(screen: Screen, *, most_rows: int = 8) -> None:
    """The screen is one that Telegram takes and people can read."""
    text, _ = parse_html(str(screen.text))
    assert utf16_length(text) <= (PLAIN if screen.picture is None else PICTURE), len(text)
    assert screen.keyboard is not None
    rows = screen.keyboard.inline_keyboard
    assert len(rows) <= most_rows, [[key.text for key in row] for row in rows]
    for key in (key for row in rows for key in row):
        assert key.text and width(key.text) <= 32, key.text
        assert len((key.callback_data or "").encode()) <= 64
    # Escaped once, not never and not twice.
    assert "<script" not in screen.text and "&amp;lt;" not in screen.text


def sku(number: int, words: str) -> SkuFacts:
    return SkuFacts(
        BIG + number, BIG + number, f"S{number}", named(words), (named("白色"), named("XL · 加大")), MOST_MONEY, None,
        True, "physical", (1, 2, 3), (), 1300, 500, "product/x/y", None,
    )


def cart_line(number: int, words: str, problem: str | None = None) -> CartLine:
    return CartLine(sku(number, words), 99, problem is None, 99, 99, problem, Money(1, "CNY"))


def priced(lines: list[CartLine], words: str) -> Basket:
    return Basket(tuple(
        Line(each.sku.sku_id, each.sku.sku_id, each.sku.product_id, each.sku.category_ids, (), each.quantity,
             each.sku.price, 1300, "physical") for each in lines), "CNY", Money.zero("CNY"))


def full_cart(words: str) -> Cart:
    lines = [cart_line(number, words) for number in range(26)]
    invalid = [cart_line(90 + n, words, problem) for n, problem in enumerate((DELISTED, SOLD_OUT, SHORT, OVER_LIMIT))]
    rules = [FullReduction("promotion:1", named(words), Scope(ALL), (Tier(Money(1, "CNY"), MOST_MONEY, named(words)),)),
             Coupon("coupon:2", named(words), Scope(ALL), Money(1, "CNY"), MOST_MONEY, 0, None)]
    return Cart(tuple(lines), tuple(invalid), (quote(priced(lines, words), rules),))


WAYS = (Method("sandbox"), Method("bank_transfer", PAUSED), Method("cash_on_delivery", PHONE))


def in_all_currencies(whole: Cart, words: str) -> Cart:
    """The shop's own, the person's own, and Stars: there are never more."""
    quotes = []
    for currency in ("CNY", "USD", "XTR"):
        most, rule = Money(MOST_MONEY.amount, currency), Scope(ALL)
        off = FullReduction("promotion:1", named(words), rule, (Tier(Money(1, currency), Money(999_99, currency)),))
        line = Line(1, 1, 1, (), (), 99, most, 1300)
        quotes.append(quote(Basket((line,), currency, Money.zero(currency)), [off]))
    return replace(whole, quotes=tuple(quotes))


def address(words: str, number: int = 1) -> Address:
    return Address(words[:40], "+8613800005678", "CN", "neimenggu", words[:60], words[:60], words[:120], "010000",
                   words[:10], id=BIG + number, is_default=number == 1)


def coupon(words: str) -> CouponFacts:
    off = Money(9_999_99, "CNY")
    return CouponFacts(BIG, "c", named(words), off, off, 0, None, Scope(ALL), named(words), NOW, NOW)


def checkout_view(words: str, *, short: bool = False) -> CheckoutView:
    lines = tuple(
        CheckoutLine(BIG + n, n, named(words), (named("白色"), named("标准版")), "product/x/y", "physical", 99,
                     MOST_MONEY, MOST_MONEY, MOST_MONEY) for n in range(30))
    way = DeliveryOption("standard", named(words[:30]), MOST_MONEY, (2, 30), True)
    off = Money(-99_999_999_99, "CNY")
    changes = tuple(Change(kind, named(words), MOST_MONEY, MOST_MONEY) for kind in ("price", "coupon", "discount") * 3)
    return CheckoutView(
        id=BIG, source=CART, version=BIG, lines=lines,
        adjustments=tuple(Adjustment(f"{kind}:1", named(words), off, (), Money.zero("CNY"))
                          for kind in ("promotion", "coupon")),
        subtotal=MOST_MONEY, discount=MOST_MONEY, shipping=MOST_MONEY, tax=MOST_MONEY, total=MOST_MONEY,
        needs_delivery=True, address=address(words), delivery=way, deliveries=(way, way),
        coupon=CouponLine(BIG, named(words), MOST_MONEY), coupons_usable=200, coupon_choice="best",
        note=(words * 9)[:NOTE_LIMIT], method="bank_transfer", methods=("sandbox", "bank_transfer", "cash_on_delivery"),
        shortages=tuple(Shortage(n, named(words), (named("白色"),), 99, n) for n in range(9)) if short else (),
        changes=changes,
    )


def order(words: str, state: str = arcs.PLACED, **changes: object) -> Order:
    lines = tuple(
        OrderLine(n, BIG, BIG, "S", "physical", named(words), (named("白色"), named("XL")), "product/x/y", 99,
                  MOST_MONEY, MOST_MONEY, Money.zero("CNY"), MOST_MONEY, MOST_MONEY, 1300) for n in range(30))
    history = tuple(HistoryEntry(n, arcs.FULFILMENT, "x", arcs.SHIPPED, "staff:1", words, None, NOW) for n in range(20))
    whole = Order(
        id=BIG, number="QL-261124-7F3A", token="t" * 22, customer_id=1, state=state, payment=arcs.UNPAID,
        fulfilment=arcs.UNFULFILLED, lines=lines, adjustments=(), history=history, subtotal=MOST_MONEY,
        discount=Money(1, "CNY"), shipping=MOST_MONEY, tax=MOST_MONEY, total=MOST_MONEY, paid=Money.zero("CNY"),
        refunded=Money(1, "CNY"), payment_method="bank_transfer", claim_id=None, region="beijing",
        delivery=Delivery("standard", named(words), (2, 30)),
        address=Recipient(words[:40], "+8613800005678", "CN", "beijing", "北京市", words[:60], words[:120], ""),
        note=(words * 9)[:NOTE_LIMIT], language="zh", placed_at=NOW, expires_at=NOW + timedelta(hours=24), paid_at=None,
        cancel_reason=None, claimed_by=None, claimed_name=None,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def parcel(words: str, number: int) -> Parcel:
    return Parcel(number, named(words[:40]), "SF123456789012", (), (), NOW, None)


def screens(t: Translator, words: str) -> Iterator[tuple[str, Callable[[], Screen]]]:
    yield from people(t, words)
    yield from buying(t, words)
    yield from bought(t, words)
    yield from couponed(t, words)


def people(t: Translator, words: str) -> Iterator[tuple[str, Callable[[], Screen]]]:
    waiting = Waiting(99, NOW, BIG, MOST_MONEY, 99)
    profile = Profile(words[:40], "+8613800005678", True, words[:60], date(1900, 1, 1), "zh", NOW)
    book = [address(words, number) for number in range(1, MOST + 1)]
    values = {"name": words[:40], "phone": "+8613800005678", "country": "CN", "region": "zhejiang", "city": words[:60],
              "district": words[:60], "street": words[:120], "postcode": "310012", "label": words[:10]}
    yield "home", lambda: home.home(t, words, waiting, in_cart=4_950, draft=True, gifts=[named(words)] * 2)
    yield "welcome", lambda: start.welcome(t, words[:40], words, [named(words)] * 2, ("zh", "en"), True)
    yield "help", lambda: start.help_screen(t)
    yield "media", lambda: start.media_screen(t)
    for page in start.LEGAL_PAGES:
        yield page, lambda page=page: start.legal(t, page, "me", words[:40])
    yield "me", lambda: customers.me(t, profile)
    yield "profile", lambda: customers.profile_screen(t, profile)
    yield "profile field", lambda: customers.field_question(t, "name", words, clearable=True)
    yield "language", lambda: customers.language_screen(t, ("zh", "en"), "me")
    yield "me in dollars", lambda: customers.me(t, profile, "USD")
    for back in ("me", "cart"):
        yield f"currencies to {back}", lambda back=back: customers.currency_screen(
            t, ("CNY", "USD", "JPY", "BAM", "KPW"), "USD", back)
    yield "notices", lambda: customers.notices(t, profile)
    yield "book", lambda: addresses.book(t, book)
    yield "no address", lambda: addresses.book(t, [])
    yield "address", lambda: addresses.card(t, book[0])
    yield "address removal", lambda: addresses.confirm_removal(t, book[1])
    yield "address saved", lambda: addresses.saved_for_checkout(t, book[0], BIG)
    for field in address_form.QUESTIONS:
        yield f"ask {field}", lambda field=field: address_form.question(
            t, field, values, editing=False, problem=words, page=2)
    yield "abroad", lambda: address_form.question(t, "region", values, editing=True, abroad=True)
    yield "paste", lambda: address_form.paste_question(t, words)
    yield "review", lambda: address_form.review(t, values, complete=True)


def buying(t: Translator, words: str) -> Iterator[tuple[str, Callable[[], Screen]]]:
    whole, view = full_cart(words), checkout_view(words)
    for page in (1, 5):
        yield f"cart {page}", lambda page=page: cart.cart_screen(t, whole, page=page, removed=BIG)
    yield "cart of the invalid", lambda: cart.cart_screen(t, replace(whole, lines=(), quotes=()))
    yield "cart of all currencies", lambda: cart.cart_screen(
        t, in_all_currencies(whole, words), page=1, removed=BIG, wanted="USD")
    yield "cart of another currency", lambda: cart.cart_screen(t, whole, page=1, removed=BIG, wanted="USD")
    yield "empty cart", lambda: cart.empty_screen(t, [], removed=BIG)
    yield "quantity", lambda: cart.quantity_question(t, whole.lines[0], words)
    yield "checkout", lambda: checkout.summary(t, view, timedelta(hours=24))
    yield "checkout of another currency", lambda: checkout.summary(t, view, timedelta(hours=24), "USD")
    yield "checkout short", lambda: checkout.summary(t, checkout_view(words, short=True), None)
    yield "checkout unserved here", lambda: checkout.summary(
        t, replace(view, delivery=None, deliveries=(), delivery_in=("CNY", "USD", "JPY")), None)
    yield "checkout unserved", lambda: checkout.summary(t, replace(view, delivery=None, deliveries=()), None)
    yield "deliveries", lambda: checkout.delivery_chooser(t, view)
    yield "methods", lambda: checkout.method_chooser(t, view, WAYS)
    yield "note", lambda: checkout.note_question(t, BIG, view.note, 99_999)


def bought(t: Translator, words: str) -> Iterator[tuple[str, Callable[[], Screen]]]:
    whole = order(words)
    entries = tuple(
        OrderSummary(BIG + n, "QL-261124-7F3A", "to-pay", arcs.PLACED, arcs.UNPAID, arcs.UNFULFILLED, named(words), 30,
                     2_970, MOST_MONEY, NOW, NOW) for n in range(6))
    for tab in TABS:
        page = OrderPage(tab, entries, BIG, BIG, dict.fromkeys(TABS, 99))
        yield f"orders {tab}", lambda page=page: orders.orders_screen(t, page)
        yield f"no orders {tab}", lambda page=page: orders.orders_screen(t, replace(page, orders=()))
    yield "order unpaid", lambda: orders.order_screen(t, whole, [], "https://shop.example/orders/t")
    sent = replace(whole, state=arcs.CONFIRMED, payment=arcs.PAID, paid=MOST_MONEY, fulfilment=arcs.SHIPPED)
    yield "order sent", lambda: orders.order_screen(
        t, sent, [parcel(words, n) for n in range(3)], "https://shop.example/orders/t")
    yield "cancel", lambda: orders.cancel_question(t, sent)
    yield "receive", lambda: orders.receipt_question(t, sent)
    yield "search", lambda: orders.search_question(t, words)
    yield "paid", lambda: receipts.paid_notice(t, sent)
    yield "placed", lambda: receipts.placed_notice(t, whole)
    yield "off", lambda: receipts.cancelled_notice(t, replace(sent, state=arcs.CANCELLED))
    yield "done", lambda: receipts.completed_notice(t, sent)


def couponed(t: Translator, words: str) -> Iterator[tuple[str, Callable[[], Screen]]]:
    about = coupon(words)
    claim = Claim(BIG, about, "available", NOW, NOW)
    counts = dict.fromkeys(("available", "used", "expired"), 200)
    taps = ChooserTaps(choose=lambda _: HomeTap(), none=HomeTap(), best=HomeTap(), code=HomeTap(), back=HomeTap())
    choices = Choices(
        tuple(Choice(BIG + n, about, NOW, about.threshold) for n in range(10)),
        tuple(Unusable(BIG + n, about, NOW, "not-reached", {"missing": about.threshold}) for n in range(10)))
    for state in ("open", "held", "used", "gone"):
        shown = Centre((CentreCoupon(about, state, 100),) * 5, 200, 2, 3)
        yield f"centre {state}", lambda shown=shown: coupons.centre(t, shown)
    for tab in counts:
        mine = Wallet(tab, (claim,) * 5, counts, 2, 3)
        yield f"wallet {tab}", lambda mine=mine: coupons.wallet(t, mine)
        yield f"no wallet {tab}", lambda mine=mine: coupons.wallet(t, replace(mine, claims=()))
    yield "chooser", lambda: coupons.chooser(t, choices, BIG, taps, Picture("banner/checkout"))
    yield "code", lambda: coupons.code_question(t, BIG, coupons.wrong_code(t, CodeAnswer(None, 0, NOW)))
    yield "code taken", lambda: coupons.code_taken(t, claim, BIG)


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_worst_of_every_screen_still_fits(language: str, words: str) -> None:
    troubles = []
    for name, draw in screens(translator(language, "Asia/Shanghai"), words):
        try:
            check(draw())
        except AssertionError as trouble:
            troubles.append(f"{name}: {str(trouble).splitlines()[0][:150]}")
    assert troubles == [], "\n".join(troubles)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_options_are_whole_where_names_are_cut(language: str) -> None:
    t = translator(language, "Asia/Shanghai")
    for screen in (cart.cart_screen(t, full_cart(NASTY["zh"])), checkout.summary(t, checkout_view(NASTY["zh"]), None),
                   orders.order_screen(t, order(NASTY["zh"]), [], "https://shop.example/orders/t")):
        assert "… · 白色 · " in screen.text


@pytest.mark.parametrize(("language", "minutes", "said"), [
    ("zh", 15, "提交后为你保留库存 15 分钟"), ("zh", 119, "提交后为你保留库存 119 分钟"),
    ("zh", 120, "提交后为你保留库存 2 小时"), ("zh", 1440, "提交后为你保留库存 24 小时"),
    ("en", 15, "we hold the goods for 15 minutes"), ("en", 1440, "we hold the goods for 24 hours"),
])
def test_how_long_goods_are_held_is_said_in_what_people_think_in(language: str, minutes: int, said: str) -> None:
    view = replace(checkout_view("P3"), changes=())
    assert said in checkout.summary(translator(language, "Asia/Shanghai"), view, timedelta(minutes=minutes)).text


def test_a_city_is_told_in_the_reader_s_language_where_it_is_known() -> None:
    home_ = Address("Lin", "+8613800005678", "CN", "zhejiang", "杭州市", "西湖区", "文三路90号", "")
    zh, en = (translator(language, "Asia/Shanghai") for language in ("zh", "en"))
    assert addresses.place_line(zh, home_) == "浙江省 杭州市 西湖区 文三路90号"
    assert addresses.place_line(en, home_) == "Zhejiang Hangzhou 西湖区 文三路90号"
    assert addresses.place_line(en, replace(home_, city="无名市")) == "Zhejiang 无名市 西湖区 文三路90号"


def test_what_cannot_be_ordered_again_is_named_in_a_toast_that_fits() -> None:
    for language in ("zh", "en"):
        words = orders.reordered_words(translator(language, "Asia/Shanghai"), Reordered(0, (named(NASTY["zh"]),) * 9))
        assert len(words) <= 200
