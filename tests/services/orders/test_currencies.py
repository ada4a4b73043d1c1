"""An order has one currency: carts split by it, and each part has its own prices, delivery, coupons and rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from services.cart import service as cart
from services.cart.errors import NotSoldInChat
from services.cart.models import CartLineRow
from services.cart.types import BARRED
from services.catalog import editing, loading
from services.catalog import service as catalog
from services.catalog.types import NewProduct, NewSku, SkuFacts
from services.customers import service as customers
from services.delivery import service as delivery
from services.delivery.types import DeliveryOption, Method, Zone
from services.inventory import service as inventory
from services.orders import assembly, checkout, offers
from services.orders import service as orders
from services.orders.assembly import Destination, Goods
from services.orders.errors import CheckoutChanged, NotReady
from services.orders.types import Change, CheckoutView
from services.pricing.rules import Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.types import Rule
from services.promotions import claiming, writing
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Store, Tx
from services.shared.money import Money
from services.shared.price_lists import STARS, PriceList
from tests.services.orders import shop

NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def jpy(amount: int) -> Money:
    return Money(amount, "JPY")


@dataclass(frozen=True)
class Abroad:
    skus: dict[str, int]
    maria: Actor

    def buying(self, currency: str, *, stars: bool = False) -> Actor:
        return replace(self.maria, prices=PriceList(currency, stars))


def put(tx: Tx, code: str, price: int, prices: dict[str, tuple[int, int | None]], kind: str = "physical") -> int:
    sku_id = editing.put_product(tx, SYSTEM, NewProduct(
        code=code, category="goods", kind=kind, name={"zh": code, "en": code}, brand={}, description={},
        currency="CNY", skus=(NewSku(code, (), price, None, "p", prices=prices),), tax_bp=1_000, weight_g=500,
        published_at=shop.LONG_AGO,
    ))[code]
    inventory.set_opening(tx, sku_id, 10)
    return sku_id


def furnish(tx: Tx) -> dict[str, int]:
    """LAMP in three currencies, FAN in yuan alone, CODE in Stars, PASS not; to Brazil in dollars and yen, not yuan."""
    shop.furnish(tx)
    ways = (
        Method("intl-usd", {"en": "International"}, usd(1_999), (7, 12), free_from=usd(10_000)),
        Method("intl-jpy", {"en": "International"}, jpy(2_500), (7, 12)),
    )
    delivery.put_zone(tx, SYSTEM, Zone("abroad", {"en": "Abroad"}, ("br",), ways))
    return {
        "LAMP": put(tx, "LAMP", 9_900, {"USD": (1_499, None), "JPY": (1_980, None)}),
        "FAN": put(tx, "FAN", 19_900, {}),
        "CODE": put(tx, "CODE", 3_000, {STARS: (210, None)}, "digital"),
        "PASS": put(tx, "PASS", 2_000, {"USD": (280, None)}, "digital"),
    }


async def open_abroad(store: Store, region: str = "br") -> Abroad:
    skus = await store.write(furnish)
    person, _ = await store.write(customers.enter, 2002, "Maria", None, "en")
    actor = customer(person.id)
    fields = replace(shop.HOME, country="BR" if region == "br" else "CN", region=region)
    await store.write(shop.addresses.add_address, actor, fields)
    return Abroad(skus, actor)


async def open_part(store: Store, actor: Actor, currency: str) -> CheckoutView:
    return await shop.look(store, actor, await store.write(checkout.open_cart, actor, currency))


async def test_a_cart_is_split_by_currency_and_each_part_is_an_order(any_store: Store) -> None:
    abroad = await open_abroad(any_store, "beijing")
    usa = Method("standard", {"en": "Standard"}, usd(500), (2, 3))
    yuan = Method("cny", {"en": "Standard"}, shop.yuan(10), (2, 3))
    await any_store.write(delivery.put_zone, SYSTEM, Zone("near", {"en": "Near"}, ("beijing",), (usa, yuan)))
    maria = abroad.buying("USD", stars=True)
    await shop.carry(any_store, maria, (abroad.skus["LAMP"], 2), (abroad.skus["FAN"], 1), (abroad.skus["CODE"], 3))
    seen = await any_store.read(cart.cart, maria)
    assert [quote.total for quote in seen.quotes] == [usd(2_998), shop.yuan(199), Money(630, STARS)]
    assert seen.quote_in("CNY") is seen.quotes[1] and seen.quote_in("JPY") is None

    dollars = await open_part(any_store, maria, "USD")
    assert [(line.name["en"], line.subtotal) for line in dollars.lines] == [("LAMP", usd(2_998))]
    assert (dollars.subtotal, dollars.shipping, dollars.total) == (usd(2_998), usd(500), usd(3_498))
    placed = await shop.submit(any_store, maria, dollars)
    order = await any_store.read(orders.get, maria, placed.order_id)
    assert (order.total, order.lines[0].unit_price, order.tax) == (usd(3_498), usd(1_499), usd(273 + 45))

    stars = await open_part(any_store, maria, STARS)
    assert (stars.needs_delivery, stars.total, stars.shipping) == (False, Money(630, STARS), Money(0, STARS))
    assert (await shop.submit(any_store, maria, stars)).total == Money(630, STARS)

    left = await any_store.read(cart.cart, maria)
    assert [(line.sku.sku_code, line.subtotal) for line in left.lines] == [("FAN", shop.yuan(199))]
    yuans = await open_part(any_store, maria, "")
    assert yuans.total == shop.yuan(209)
    with pytest.raises(NotReady):
        await any_store.write(checkout.open_cart, maria, "USD")


async def test_a_way_of_delivery_without_a_fee_in_the_orders_currency_is_not_offered(any_store: Store) -> None:
    abroad = await open_abroad(any_store)
    for currency, way, shipping in (("USD", "intl-usd", usd(1_999)), ("JPY", "intl-jpy", jpy(2_500))):
        actor = abroad.buying(currency)
        view = await shop.look(any_store, actor, await any_store.write(
            checkout.open_buy_now, actor, abroad.skus["LAMP"], 1))
        assert ([each.code for each in view.deliveries], view.shipping, view.delivery_in) == ([way], shipping, ())
    # Free from $100 on: seven lamps are $104.93.
    many = await any_store.write(checkout.open_buy_now, abroad.buying("USD"), abroad.skus["LAMP"], 7)
    assert (await shop.look(any_store, abroad.buying("USD"), many)).total == usd(10_493)
    base = await any_store.write(checkout.open_buy_now, abroad.maria, abroad.skus["LAMP"], 1)
    view = await shop.look(any_store, abroad.maria, base)
    assert (view.missing, view.deliveries, view.delivery_in) == ("delivery", (), ("USD", "JPY"))


def put_offers(tx: Tx) -> None:
    """20 % off everything, ¥50 off ¥90 and more, and a coupon each for dollars and yuan."""
    until = NEXT_YEAR
    writing.put_promotion(tx, SYSTEM, writing.PromotionDraft(
        "fifth", {"en": "20 % off"}, "CNY", shop.LONG_AGO, until, basis_points=2_000))
    writing.put_promotion(tx, SYSTEM, writing.PromotionDraft(
        "fifty", {"en": "¥50 off"}, "CNY", shop.LONG_AGO, until, (Tier(shop.yuan(60), shop.yuan(50)),)))
    for code, currency, amount in (("FIVE", "USD", 500), ("TEN", "CNY", 1_000)):
        coupon_id = writing.put_coupon(tx, SYSTEM, writing.CouponDraft(
            code=code, name={"en": code}, currency=currency, zone="Asia/Shanghai", starts_at=shop.LONG_AGO,
            ends_at=until, threshold=0, amount=amount, in_centre=True))
        claiming.claim(tx, customer(1), coupon_id)


async def test_percentages_apply_in_every_currency_and_amounts_in_theirs_alone(any_store: Store) -> None:
    abroad = await open_abroad(any_store, "beijing")
    await any_store.write(delivery.put_zone, SYSTEM, Zone("near", {"en": "Near"}, ("beijing",), tuple(
        Method(currency, {"en": currency}, Money(0, currency), (2, 3)) for currency in ("CNY", "USD", "JPY"))))
    await any_store.write(put_offers)
    totals, coupons = {}, {}
    for currency in ("", "USD", "JPY"):
        actor = abroad.buying(currency)
        opened = await any_store.write(checkout.open_buy_now, actor, abroad.skus["LAMP"], 1)
        view = await shop.look(any_store, actor, opened)
        totals[currency] = view.total
        coupons[currency] = view.coupon and view.coupon.name["en"]
        why = [no.reason for no in (await any_store.write(checkout.coupon_choices, actor, opened)).unusable]
        assert why == ["other-currency"] * (2 if currency == "JPY" else 1)
    # 99 − 19.80 − 50 − 10; 14.99 − 3.00 − 5.00; 1,980 − 396.
    assert totals == {"": shop.yuan(19.20), "USD": usd(699), "JPY": jpy(1_584)}
    assert coupons == {"": "TEN", "USD": "FIVE", "JPY": None}
    await shop.order_now(any_store, abroad.buying("JPY"), abroad.skus["LAMP"], 2)
    assert await any_store.read(offers.brought, SYSTEM, {"promotion:1": "JPY"}) == {
        "promotion:1": offers.Brought(1, 792, 3_168)}
    assert await any_store.read(offers.brought, SYSTEM, {"promotion:1": "CNY"}) == {"promotion:1": offers.NOTHING}
    assert await any_store.read(offers.pieces, SYSTEM, "promotion:1", "CNY") == {}


async def test_who_changes_the_currency_in_between_is_told_and_orders_nothing(any_store: Store) -> None:
    abroad = await open_abroad(any_store)
    dollars, yen = abroad.buying("USD"), abroad.buying("JPY")
    opened = await any_store.write(checkout.open_buy_now, dollars, abroad.skus["LAMP"], 1)
    view = await shop.look(any_store, dollars, opened)
    with pytest.raises(CheckoutChanged) as changed:
        await shop.submit(any_store, yen, view)
    assert changed.value.facts["changes"] == (Change("currency", None, usd(1_499 + 1_999), jpy(1_980 + 2_500)),)
    again = await shop.look(any_store, yen, opened)
    assert again.version == view.version + 1 and again.total == jpy(1_980 + 2_500)
    assert [change.kind for change in again.changes] == ["currency"]
    assert (await shop.submit(any_store, yen, again)).total == jpy(4_480)


async def test_a_price_that_goes_moves_the_goods_to_the_base_currency(any_store: Store) -> None:
    abroad = await open_abroad(any_store)
    maria = abroad.buying("USD")
    await shop.carry(any_store, maria, (abroad.skus["LAMP"], 1))
    view = await open_part(any_store, maria, "USD")
    facts = await any_store.read(catalog.sku_facts, [abroad.skus["LAMP"]])
    written = await any_store.read(loading.as_written, facts[abroad.skus["LAMP"]].product_id)
    await any_store.write(editing.put_product, SYSTEM, replace(written, skus=(replace(written.skus[0], prices={}),)))
    with pytest.raises(NotReady):
        await shop.submit(any_store, maria, view)
    seen = await any_store.read(cart.cart, maria)
    # Another currency is no news about the price.
    assert ([quote.total for quote in seen.quotes], seen.lines[0].old_price) == ([shop.yuan(99)], None)


async def test_a_changed_price_is_news_in_its_own_currency_alone(store: Store) -> None:
    abroad = await open_abroad(store)
    maria = abroad.buying("USD")
    await shop.carry(store, maria, (abroad.skus["LAMP"], 1))
    facts = await store.read(catalog.sku_facts, [abroad.skus["LAMP"]])
    written = await store.read(loading.as_written, facts[abroad.skus["LAMP"]].product_id)
    dearer = replace(written.skus[0], price=19_900, prices={"USD": (1_599, None)})
    await store.write(editing.put_product, SYSTEM, replace(written, skus=(dearer,)))
    assert (await store.read(cart.cart, maria)).lines[0].old_price == usd(1_499)
    assert (await store.read(cart.cart, abroad.maria)).lines[0].old_price is None
    await store.write(cart.acknowledge, maria, {abroad.skus["LAMP"]: usd(1_599)}, [])
    assert not (await store.read(cart.cart, maria)).has_news


async def test_lines_of_before_there_were_several_currencies_mean_the_base(any_store: Store) -> None:
    abroad = await open_abroad(any_store)
    await shop.carry(any_store, abroad.maria, (abroad.skus["LAMP"], 1))
    lines = CartLineRow.__table__
    await any_store.write(lambda tx: tx.execute(update(lines).values(seen_currency="", seen_price=9_000)))
    assert (await any_store.read(cart.cart, abroad.maria)).lines[0].old_price == shop.yuan(90)
    assert (await any_store.read(cart.cart, abroad.buying("USD"))).lines[0].old_price is None


async def test_digital_goods_without_a_price_in_stars_cannot_be_had_where_stars_are_taken(store: Store) -> None:
    abroad = await open_abroad(store)
    before, now = abroad.buying("USD"), abroad.buying("USD", stars=True)
    await shop.carry(store, before, (abroad.skus["PASS"], 1))
    with pytest.raises(NotSoldInChat):
        await store.write(cart.add, now, abroad.skus["PASS"])
    with pytest.raises(NotSoldInChat):
        await store.write(checkout.open_buy_now, now, abroad.skus["PASS"], 1)
    [line] = (await store.read(cart.cart, now)).invalid
    assert line.problem == BARRED
    opened = await store.write(checkout.open_buy_now, before, abroad.skus["PASS"], 1)
    with pytest.raises(CheckoutChanged):
        await shop.submit(store, now, await shop.look(store, before, opened))


CURRENCIES = ("CNY", "JPY", "USD")
_ZERO = SkuFacts(0, 0, "", {}, (), Money(0, "CNY"), None, True, "physical", (), (), 0, 0, "", None)


@st.composite
def parts(draw: st.DrawFn) -> tuple[Goods, Destination, tuple[Rule, ...], tuple[int, Rule] | None]:
    """What a checkout is about in one currency, with promotions and a coupon of any."""
    currency = draw(st.sampled_from(CURRENCIES))
    skus = tuple(
        replace(_ZERO, sku_id=key, product_id=key, price=Money(draw(st.integers(1, 200_000)), currency),
                tax_bp=draw(st.sampled_from([0, 600, 1_300])))
        for key in draw(st.lists(st.integers(1, 20), min_size=1, max_size=6, unique=True))
    )
    wanted = {sku.sku_id: draw(st.integers(1, 9)) for sku in skus}
    fee = Money(draw(st.integers(0, 5_000)), currency)
    to = Destination(True, None, (), DeliveryOption("way", {}, fee, (1, 2)))
    of = draw(st.sampled_from(CURRENCIES))
    rules = (
        PercentOff("promotion:1", {}, Scope(), draw(st.integers(1, 9_000))),
        FullReduction("promotion:2", {}, Scope(), (Tier(Money(draw(st.integers(0, 50_000)), of), Money(777, of)),)),
    )
    coupon = Coupon("coupon:1", {}, Scope(), Money(0, of), Money(draw(st.integers(1, 5_000)), of))
    goods = Goods(wanted, {sku.sku_id: sku for sku in skus}, skus, currency)
    return goods, to, rules, draw(st.none() | st.just((1, coupon)))


@settings(max_examples=200, deadline=None)
@given(parts())
def test_every_order_adds_up_in_its_own_currency(
    part: tuple[Goods, Destination, tuple[Rule, ...], tuple[int, Rule] | None]
) -> None:
    goods, to, rules, coupon = part
    now = assembly.assemble(goods, to, rules, coupon, None, shop.methods)
    zero = Money.zero(goods.currency)
    quoted = now.quote
    assert quoted.total == goods.subtotal - quoted.discount + quoted.shipping
    assert quoted.total == sum((each.total for each in quoted.lines), quoted.shipping)
    assert -quoted.discount == sum((share for each in quoted.adjustments for share in each.shares), zero)
    assert {amount.currency for amount in (quoted.total, quoted.tax, quoted.shipping, *now.spending.values())} == {
        goods.currency}
    used = coupon is not None and coupon[1].currency == goods.currency
    assert (now.coupon is not None) == (used and any(each.source == "coupon:1" for each in quoted.adjustments))
