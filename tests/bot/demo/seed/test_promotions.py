"""The demo's promotions and coupons on the demo's own catalogue."""

from datetime import UTC, datetime

from bot.demo.seed import catalogue, promotions
from services.pricing.service import quote
from services.pricing.types import Basket, Line, Rule
from services.promotions import claiming
from services.promotions import service as promotions_now
from services.promotions.wallet import centre
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.money import Money
from tests.services.promotions.people import person


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


async def test_the_demo_prices_its_worked_example(store: Store) -> None:
    await catalogue.seed(store)
    await promotions.seed(store)
    actor = await person(store)
    welcome, = await store.write(claiming.welcome, actor)
    assert (welcome.coupon.code, welcome.expires_at) == ("CP1", datetime(2026, 12, 24, 16, tzinfo=UTC))
    lines = Line(1, 1, 1, (), (), 1, cny(129_900), 1300), Line(2, 2, 2, (), (), 2, cny(19_900), 1300)
    rules: list[Rule] = [*await store.read(promotions_now.automatic_rules)]
    rules.append(await store.read(promotions_now.claim_rule, actor, welcome.id))
    quoted = quote(Basket(lines, "CNY", cny(0)), rules)
    assert (quoted.total, quoted.tax) == (cny(156_700), cny(18_027))
    assert [(each.name["zh"], each.amount) for each in quoted.adjustments] == [
        ("满1000减100", cny(-10_000)), ("新人券", cny(-3_000)),
    ]


async def test_the_centre_stands_as_told_and_seeding_again_changes_nothing(store: Store, clock: MovableClock) -> None:
    await catalogue.seed(store)
    await promotions.seed(store)
    await promotions.seed(store)
    shown = await store.read(centre, await person(store))
    assert [(each.coupon.code, each.left_percent) for each in shown.coupons] == [("CP2", 23), ("CP3", None), ("CP4", 2)]
    clock.move(4 * 86_400)
    later = await store.read(centre, await person(store))
    assert [each.coupon.code for each in later.coupons] == ["CP2", "CP3"]


async def test_promotions_run_in_whole_days_around_today(store: Store, clock: MovableClock) -> None:
    await catalogue.seed(store)
    await promotions.seed(store)

    async def running() -> list[str]:
        return [rule.name["en"] for rule in await store.read(promotions_now.automatic_rules)]

    assert await running() == ["Anniversary savings", "20% off smart home"]
    clock.move(6 * 86_400 + 10 * 3_600)
    assert await running() == ["Anniversary savings"]
    clock.move(5 * 86_400)
    assert await running() == []
