"""The counter's lists have something in every tab, and nothing of it changes a price."""

from bot.demo.seed import catalogue, deals, promotions
from services.invariants import violations
from services.promotions import deals as counter
from services.promotions import drafts, service
from services.promotions.deals import PROMOTION
from services.promotions.fields import COUPON
from services.shared.actors import SYSTEM
from services.shared.db import Store


async def test_every_tab_has_something_and_prices_stay(store: Store) -> None:
    for step in (catalogue, promotions):
        await step.seed(store)
    before = await store.read(service.automatic_rules)
    for _ in range(2):
        await deals.seed(store)
    counts = {name: (await store.read(counter.page, SYSTEM, name, "running")).counts for name in (COUPON, PROMOTION)}
    assert counts == {
        COUPON: {"running": 4, "planned": 0, "over": 0, "stopped": 1, "drafts": 1},
        PROMOTION: {"running": 2, "planned": 1, "over": 1, "stopped": 0, "drafts": 1},
    }
    assert (await store.read(drafts.page, SYSTEM, COUPON)).drafts[0].fields.missing(store.clock.now()) == ()
    assert await store.read(service.automatic_rules) == before
    assert await store.read(violations) == []
