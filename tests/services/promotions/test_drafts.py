"""Drafts are kept field by field, refuse what cannot be, and become one promotion or coupon, however often tapped."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from services.promotions import claiming, deals, drafts, drafts_repository, publishing, scopes, service
from services.promotions.deals import PROMOTION
from services.promotions.errors import DealCodeTaken, DealIncomplete
from services.promotions.fields import DealFields
from services.promotions.models import CouponRow
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound, Stale
from services.staff.models import AuditEntryRow
from tests.services.promotions.counter import (
    BOSS,
    COUPON,
    MARKETING,
    NAMES,
    REDUCTION,
    let_out,
    publish,
    put_goods,
)
from tests.services.promotions.people import NOW, person
from tests.services.staff.roster import staff_actor

AUDIT, COUPONS = AuditEntryRow.__table__, CouponRow.__table__


def acts(tx: Tx) -> list[tuple[str, str]]:
    return [(row.act, row.subject) for row in tx.rows(select(AUDIT.c.act, AUDIT.c.subject).order_by(AUDIT.c.id))]


async def test_every_field_is_kept_and_what_is_missing_is_named(any_store: Store) -> None:
    draft = await any_store.write(drafts.begin, MARKETING, DealFields("coupon", "CNY"))
    assert draft.fields.missing(NOW) == ("scope", "rule", "window", "way")
    await any_store.write(drafts.choose_scope, MARKETING, draft.id, "category")
    await any_store.write(drafts.toggle, MARKETING, draft.id, "scope_ids", 7)
    await any_store.write(drafts.toggle, MARKETING, draft.id, "scope_ids", 9)
    await any_store.write(drafts.toggle, MARKETING, draft.id, "scope_ids", 7)
    await any_store.write(drafts.toggle, MARKETING, draft.id, "excluded_kinds", "digital")
    await any_store.write(drafts.change, MARKETING, draft.id, threshold=20_000, amount=3_000)
    await any_store.write(drafts.change, MARKETING, draft.id, valid_days=7, way="code", redeem_code=" hello 2026")
    kept = await any_store.read(drafts.get, MARKETING, draft.id)
    assert kept.version == 8
    assert kept.fields == DealFields(
        "coupon", "CNY", scope_kind="category", scope_ids=(9,), excluded_kinds=("digital",), threshold=20_000,
        amount=3_000, valid_days=7, way="code", redeem_code="HELLO2026",
    )
    assert kept.fields.missing(NOW) == ()
    await any_store.write(drafts.choose_scope, MARKETING, draft.id, "all")
    assert (await any_store.read(drafts.get, MARKETING, draft.id)).fields.scope_ids == ()


@pytest.mark.parametrize(("kind", "changes", "reason"), [
    ("reduction", {"tiers": ((30_000, 30_000),)}, "deal-too-much"),
    ("reduction", {"tiers": ((30_000, 4_000), (60_000, 4_000))}, "deal-tiers-order"),
    ("reduction", {"tiers": tuple((low, low // 10) for low in range(100, 700, 100))}, "deal-tiers"),
    ("percent", {"basis_points": 10_000}, "deal-percent"),
    ("coupon", {"threshold": 100, "amount": 100}, "deal-too-much"),
    ("coupon", {"limit_total": 0}, "deal-limit"),
    ("coupon", {"budget": 0}, "deal-limit"),
    ("coupon", {"starts_at": NOW, "ends_at": NOW}, "deal-window"),
    ("coupon", {"redeem_code": "?"}, "deal-code"),
    ("coupon", {"name": {"zh": "长" * 41}}, "deal-name"),
])
async def test_what_cannot_be_is_refused_and_nothing_is_lost(
    store: Store, kind: str, changes: dict[str, Any], reason: str
) -> None:
    draft = await store.write(drafts.begin, BOSS, DealFields(kind, "CNY", scope_kind="all"))
    with pytest.raises(InvalidInput) as refusal:
        await store.write(drafts.change, BOSS, draft.id, **changes)
    assert refusal.value.facts["reason"] == reason
    assert await store.read(drafts.get, BOSS, draft.id) == draft


async def test_it_starts_once_however_often_it_is_tapped(any_store: Store) -> None:
    draft = await any_store.write(drafts.begin, BOSS, COUPON)
    made = await asyncio.gather(*(publish(any_store, draft.id, 1) for _ in range(5)))
    assert {(deal.name, deal.id, deal.state) for deal in made} == {("coupon", 1, "running")}
    assert await any_store.read(lambda tx: tx.scalar(select(func.count()).select_from(COUPONS))) == 1
    assert await any_store.read(acts) == [("deals.draft", "draft:1"), ("deals.start", "coupon:1")]
    assert (made[0].code, made[0].fields.name, made[0].fields.starts_at) == ("C1", NAMES, NOW)


async def test_without_the_look_at_its_state_two_taps_would_be_two_starts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await store.write(drafts.begin, BOSS, COUPON)
    lock = drafts_repository.lock

    def forgetful(tx: Tx, draft_id: int) -> Any:
        row = lock(tx, draft_id)
        assert row is not None
        return SimpleNamespace(**(dict(row._mapping) | {"state": "open"}))

    monkeypatch.setattr(drafts_repository, "lock", forgetful)
    for _ in range(2):
        await publish(store, draft.id, 1)
    assert [act for act, _ in await store.read(acts)].count("deals.start") == 2


async def test_a_screen_of_an_older_version_starts_nothing(store: Store) -> None:
    draft = await store.write(drafts.begin, BOSS, COUPON)
    await store.write(drafts.change, BOSS, draft.id, amount=5_000)
    with pytest.raises(Stale):
        await publish(store, draft.id, 1)
    assert (await publish(store, draft.id, 2)).fields.amount == 5_000
    with pytest.raises(Stale):
        await store.write(drafts.change, BOSS, draft.id, amount=6_000)


async def test_it_is_planned_or_started_before_its_time(store: Store, clock: MovableClock) -> None:
    later = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=2)}
    planned = await store.write(drafts.begin, BOSS, replace(REDUCTION, **later))
    deal = await publish(store, planned.id, 1, at_once=False)
    assert (deal.state, deal.fields.starts_at) == ("planned", later["starts_at"])
    assert await store.read(service.automatic_rules) == ()
    clock.move(24 * 3600)
    assert len(await store.read(service.automatic_rules)) == 1
    early = await store.write(drafts.copy, BOSS, PROMOTION, deal.id)
    await store.write(drafts.change, BOSS, early.id, starts_at=NOW + timedelta(days=5), ends_at=NOW + timedelta(days=6))
    assert (await publish(store, early.id, 2)).fields.starts_at == NOW + timedelta(days=1)


async def test_what_is_missing_or_over_does_not_start(store: Store, clock: MovableClock) -> None:
    draft = await store.write(drafts.begin, BOSS, replace(COUPON, way=None))
    with pytest.raises(DealIncomplete) as refusal:
        await publish(store, draft.id, 1)
    assert refusal.value.facts == {"steps": ("way",)}
    await store.write(drafts.change, BOSS, draft.id, way="given")
    clock.move(9 * 24 * 3600)
    with pytest.raises(DealIncomplete) as refusal:
        await publish(store, draft.id, 2)
    assert refusal.value.facts == {"steps": ("window",)}


async def test_a_code_belongs_to_one_coupon(store: Store) -> None:
    both = [await store.write(drafts.begin, BOSS, replace(COUPON, way="code")) for _ in range(2)]
    for draft in both:
        await store.write(drafts.change, BOSS, draft.id, redeem_code="hello")
    await publish(store, both[0].id, 2)
    with pytest.raises(DealCodeTaken):
        await publish(store, both[1].id, 2)
    with pytest.raises(DealCodeTaken):
        await store.write(drafts.change, BOSS, both[1].id, redeem_code="Hello")
    answer = await store.write(claiming.claim_code, await person(store), "hello")
    assert answer.claim is not None and answer.claim.coupon.code == "C1"


async def test_who_may_what(store: Store) -> None:
    support, products = staff_actor("support"), staff_actor("products")
    draft = await store.write(drafts.begin, MARKETING, COUPON)
    assert (await store.read(drafts.get, support, draft.id)).id == draft.id
    for refused in (
        store.write(drafts.begin, support, COUPON), store.write(drafts.change, support, draft.id, amount=1),
        store.write(drafts.drop, support, draft.id), publish(store, draft.id, 1, support),
        store.read(drafts.get, products, draft.id), store.read(publishing.try_out, products, draft.id),
    ):
        with pytest.raises(NotAllowed):
            await refused
    with pytest.raises(NotFound):
        await store.read(drafts.get, MARKETING, 99)


async def test_a_dropped_draft_is_gone(store: Store) -> None:
    draft = await store.write(drafts.begin, BOSS, COUPON)
    await store.write(drafts.drop, BOSS, draft.id)
    for call in (store.write(drafts.drop, BOSS, draft.id), publish(store, draft.id, 1)):
        with pytest.raises(Stale):
            await call
    assert (await store.read(drafts.page, BOSS, "coupon")).drafts == ()


async def test_drafts_are_listed_page_by_page(store: Store) -> None:
    for _ in range(8):
        await store.write(drafts.begin, BOSS, COUPON)
    await store.write(drafts.begin, BOSS, REDUCTION)
    page = await store.read(drafts.page, BOSS, "coupon")
    assert [draft.id for draft in page.drafts] == [8, 7, 6, 5, 4, 3]
    assert (page.counts["drafts"], page.before, page.first) == (8, 3, True)
    assert [draft.id for draft in (await store.read(drafts.page, BOSS, "coupon", page.before)).drafts] == [2, 1]
    assert [draft.id for draft in (await store.read(drafts.page, BOSS, PROMOTION)).drafts] == [9]


async def test_a_copy_has_everything_but_its_dates_and_its_code(store: Store) -> None:
    deal = await let_out(store, way="code", redeem_code="HELLO", budget=9_900, alone=True)
    copied = await store.write(drafts.copy, BOSS, "coupon", deal.id)
    assert copied.fields == replace(deal.fields, starts_at=None, ends_at=None, redeem_code=None)
    assert copied.fields.missing(NOW) == ("window", "way")


async def test_scopes_are_named_and_products_found(store: Store) -> None:
    sku = await store.write(put_goods, "P3", 129_900)
    found = await store.read(scopes.find_products, BOSS, "p3")
    assert [(each.id, each.name["en"]) for each in found] == [(sku, "P3 goods")]
    fields = replace(COUPON, scope_kind="product", scope_ids=(found[0].id,))
    assert await store.read(scopes.name, fields) == {"zh": "P3 商品", "en": "P3 goods"}
    listed = await store.read(scopes.choices, BOSS, "category", (1,))
    assert [(each.name["en"], each.chosen) for each in listed.choices] == [("Goods", True)]
    assert await store.read(scopes.find_products, BOSS, "nothing like it") == ()
    deal = await let_out(store, fields)
    assert (await store.read(deals.card, BOSS, "coupon", deal.id)).deal.scope_name["zh"] == "P3 商品"
