"""Products from draft to shelf, on both databases: gates, rights, versions, and what the audit keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.catalog import disclosures, drafts, editing, editing_repository, loading, tagging, typed
from services.catalog.errors import BadTyped, BelowCost, CodeTaken, NotReady, Outdated
from services.catalog.fields import Draft, with_axes
from services.catalog.lists import ListQuery
from services.catalog.types import Disclosure
from services.inventory import goods
from services.inventory import service as inventory
from services.inventory.storefront import storefront
from services.shared.actors import SYSTEM, Actor
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotAllowed, NotFound
from services.staff import audit
from tests.services.staff.roster import staff_actor

WANG = staff_actor("products")
LI = staff_actor("products", 43, "小李")
OWNER = staff_actor("owner", 1, "Boss")


async def ready(store: Store, actor: Actor = WANG, *, price: int = 19900, cost: int | None = 12000) -> Draft:
    """A draft in two colours that lacks nothing."""
    await store.write(editing.put_category, SYSTEM, "lamps", {"zh": "灯", "en": "Lamps"}, None, 0)
    draft = await store.write(drafts.begin, actor, "CNY")
    fields = with_axes(draft.fields, typed.axes("颜色: 白|White,黑|Black", "zh"))
    skus = tuple(replace(sku, price=price, cost=cost, stock=5) for sku in fields.skus)
    values = {"name": {"zh": "台灯", "en": "Desk lamp"}, "category": "lamps", "axes": fields.axes, "skus": skus}
    return await store.write(drafts.change, actor, draft.id, values)


async def published(store: Store) -> int:
    draft = await ready(store)
    return (await store.write(goods.save, WANG, draft.id, store.clock.now())).product_id


async def test_a_draft_becomes_a_product_that_customers_find(any_store: Store) -> None:
    product_id = await published(any_store)
    shop = storefront(any_store)
    assert [item.product_id for item in (await shop.page(ListQuery(), None, 1)).items] == [product_id]
    assert (await shop.found("台灯")).product_ids == (product_id,)
    card = await any_store.read(goods.card, WANG, product_id)
    assert list(card.stock.values()) == [5, 5]
    assert [cost.amount for cost in card.costs.values()] == [12000, 12000]
    assert card.missing == ()
    assert await any_store.read(drafts.mine, WANG, None, 8) == ()
    [entry] = await any_store.read(lambda tx: audit.entries(tx, OWNER, subject=f"product:{product_id}"))
    assert (entry.act, entry.actor) == ("catalog.create", "staff:42")


async def test_what_is_missing_is_named_in_the_order_of_the_card(any_store: Store) -> None:
    await any_store.write(editing.put_category, SYSTEM, "lamps", {"zh": "灯"}, None, 0)
    draft = await any_store.write(drafts.begin, WANG, "CNY")
    with pytest.raises(NotReady) as refused:
        await any_store.write(goods.save, WANG, draft.id, any_store.clock.now())
    assert refused.value.facts["missing"] == ("name", "category", "price", "stock")
    await any_store.write(drafts.change, WANG, draft.id, {"name": {"zh": "灯"}, "category": "lamps"})
    await any_store.write(drafts.set_column, WANG, draft.id, "price", {0: 100})
    # Off the shelf a product may be without stock.
    written = await any_store.write(goods.save, WANG, draft.id, None)
    with pytest.raises(NotReady) as refused:
        await any_store.write(goods.put_on_shelf, WANG, written.product_id, 1, any_store.clock.now())
    assert refused.value.facts["missing"] == ("stock",)


async def test_what_a_category_demands_gates_the_shelf(any_store: Store) -> None:
    draft = await ready(any_store)
    parent = await any_store.write(editing.put_category, SYSTEM, "home", {"zh": "家"}, None, 0)
    await any_store.write(editing.put_category, SYSTEM, "lamps", {"zh": "灯"}, "home", 0)
    rules = [Disclosure("licence", {"zh": "执照号", "en": "Licence no."}, True),
             Disclosure("maker", {"zh": "厂商", "en": "Maker"}, False)]
    await any_store.write(disclosures.set_rules, WANG, parent, rules)
    with pytest.raises(NotReady) as refused:
        await any_store.write(goods.save, WANG, draft.id, any_store.clock.now())
    assert refused.value.facts["missing"] == ("disclosures",)
    await any_store.write(drafts.change, WANG, draft.id, {"disclosures": {"licence": "CN-7"}})
    written = await any_store.write(goods.save, WANG, draft.id, any_store.clock.now())
    card = await storefront(any_store).card(written.product_id)
    assert [(row.label["en"], row.value["en"]) for row in card.facts] == [("Licence no.", "CN-7")]


async def test_a_planned_product_appears_within_a_minute(any_store: Store, clock: MovableClock) -> None:
    draft = await ready(any_store)
    await any_store.write(goods.save, WANG, draft.id, clock.now() + timedelta(minutes=10))
    shop = storefront(any_store)
    clock.move(599)
    assert (await shop.page(ListQuery(), None, 1)).total == 0
    assert (await shop.found("台灯")).product_ids == ()
    clock.move(60)
    assert (await shop.page(ListQuery(), None, 1)).total == 1
    assert len((await shop.found("台灯")).product_ids) == 1


async def test_below_cost_asks_first(any_store: Store) -> None:
    draft = await ready(any_store, price=11900)
    with pytest.raises(BelowCost) as refused:
        await any_store.write(goods.save, WANG, draft.id, any_store.clock.now())
    assert refused.value.facts["skus"] == tuple(sku.code for sku in draft.fields.skus)
    await any_store.write(goods.save, WANG, draft.id, any_store.clock.now(), sure=True)


async def test_a_code_belongs_to_one_product(any_store: Store) -> None:
    product_id = await published(any_store)
    code = (await any_store.read(loading.as_written, product_id)).code
    draft = await ready(any_store, LI)
    await any_store.write(drafts.change, LI, draft.id, {"code": code})
    with pytest.raises(CodeTaken) as refused:
        await any_store.write(goods.save, LI, draft.id, None)
    assert refused.value.facts == {"name": code, "product_id": product_id}


async def test_the_second_of_two_edits_is_told_and_keeps_what_was_typed(any_store: Store) -> None:
    product_id = await published(any_store)
    mine, theirs = [await any_store.write(drafts.edit, each, product_id) for each in (WANG, LI)]
    await any_store.write(drafts.change, WANG, mine.id, {"model": "L-1"})
    await any_store.write(drafts.change, LI, theirs.id, {"description": {"zh": "很亮"}})
    await any_store.write(goods.save, WANG, mine.id, None, keep_shelf=True)
    with pytest.raises(Outdated) as refused:
        await any_store.write(goods.save, LI, theirs.id, None, keep_shelf=True)
    assert refused.value.facts == {"product_id": product_id, "name": "小王"}
    rebased = await any_store.write(drafts.rebase, LI, theirs.id)
    assert (rebased.fields.model, rebased.fields.description) == ("L-1", {"zh": "很亮"})
    written = await any_store.write(goods.save, LI, theirs.id, None, keep_shelf=True)
    assert written.changed == ("description",)
    stored = await any_store.read(loading.as_written, product_id)
    assert (stored.model, stored.description) == ("L-1", {"zh": "很亮"})
    assert stored.published_at == any_store.clock.now()


async def test_putting_on_the_shelf_against_an_edit(any_store: Store) -> None:
    product_id = await published(any_store)
    seen = await any_store.read(loading.version, product_id)
    edit = await any_store.write(drafts.edit, LI, product_id)
    await any_store.write(drafts.change, LI, edit.id, {"model": "L-2"})
    await any_store.write(goods.take_off, WANG, product_id, seen, "rectify")
    with pytest.raises(Outdated):
        await any_store.write(goods.save, LI, edit.id, None, keep_shelf=True)
    with pytest.raises(Outdated):
        await any_store.write(goods.put_on_shelf, LI, product_id, seen, any_store.clock.now())
    card = await any_store.read(goods.card, WANG, product_id)
    assert (card.off_reason, card.updated_by, card.card.published_at) == ("rectify", "小王", None)


async def test_without_the_version_the_second_edit_would_undo_the_first(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_id = await published(any_store)
    mine, theirs = [await any_store.write(drafts.edit, each, product_id) for each in (WANG, LI)]
    await any_store.write(drafts.change, WANG, mine.id, {"model": "L-1"})
    await any_store.write(drafts.change, LI, theirs.id, {"description": {"zh": "很亮"}})
    monkeypatch.setattr(editing_repository, "next_version", lambda tx, product_id, seen: True)
    await any_store.write(goods.save, WANG, mine.id, None, keep_shelf=True)
    await any_store.write(goods.save, LI, theirs.id, None, keep_shelf=True)
    assert (await any_store.read(loading.as_written, product_id)).model == ""


async def test_rights_are_checked_where_things_are_done(any_store: Store) -> None:
    draft = await ready(any_store)
    catalogue_only = Actor("staff", 42, "小王", frozenset({"catalog.edit", "catalog.view"}))
    for column, value in (("price", 1), ("cost", 1), ("stock", 1)):
        with pytest.raises(NotAllowed):
            await any_store.write(drafts.set_column, catalogue_only, draft.id, column, {0: value})
    with pytest.raises(NotAllowed):
        await any_store.write(goods.save, catalogue_only, draft.id, any_store.clock.now())
    with pytest.raises(NotFound):
        await any_store.read(drafts.get, LI, draft.id)
    written = await any_store.write(goods.save, WANG, draft.id, any_store.clock.now())
    assert (await any_store.read(goods.card, catalogue_only, written.product_id)).costs == {}


async def test_a_copy_is_a_new_product_without_stock(any_store: Store) -> None:
    product_id = await published(any_store)
    copied = await any_store.write(drafts.copy, WANG, product_id)
    original = await any_store.read(loading.as_written, product_id)
    assert copied.product_id is None and copied.fields.code != original.code
    assert not {sku.code for sku in copied.fields.skus} & {sku.code for sku in original.skus}
    assert [(sku.price, sku.stock) for sku in copied.fields.skus] == [(19900, None), (19900, None)]


async def test_the_code_of_what_orders_name_stays(any_store: Store) -> None:
    product_id = await published(any_store)
    edit = await any_store.write(drafts.edit, WANG, product_id)
    with pytest.raises(BadTyped):
        await any_store.write(drafts.set_column, WANG, edit.id, "code", {0: "OTHER"})


async def test_the_list_pages_by_keyset_and_is_searched(any_store: Store) -> None:
    ids = []
    for _ in range(10):
        ids.append(await published(any_store))
    first, stock = await any_store.read(goods.page, WANG, "all")
    assert [line.product_id for line in first.lines] == ids[:1:-1] and first.total == 10
    assert all(stock[sku_id] == 5 for line in first.lines for sku_id in line.sku_ids)
    second, _ = await any_store.read(goods.page, WANG, "on", "", first.after)
    assert [line.product_id for line in second.lines] == [ids[1], ids[0]] and second.after == ""
    back, _ = await any_store.read(goods.page, WANG, "on", "", second.before)
    assert [line.product_id for line in back.lines] == ids[:1:-1] and back.before == ""
    code = first.lines[3].code
    found, _ = await any_store.read(goods.page, WANG, "all", code)
    assert [line.code for line in found.lines] == [code]
    assert (await any_store.read(goods.page, WANG, "all", "台灯"))[0].total == 10
    assert (await any_store.read(goods.page, WANG, "off"))[0].total == 0
    assert (await any_store.read(goods.page, WANG, "low"))[0].total == 0
    await any_store.write(inventory.adjust, WANG, first.lines[0].sku_ids[0], -5, "broken")
    low, _ = await any_store.read(goods.page, WANG, "low")
    assert [line.product_id for line in low.lines] == [ids[-1]]


async def test_tags_put_on_meanwhile_stay_and_what_is_gone_is_left_out(any_store: Store) -> None:
    product_id = await published(any_store)
    for slug in ("hot", "new", "old"):
        await any_store.write(editing.put_tag, SYSTEM, slug, {"zh": slug}, "", 0)
    edit = await any_store.write(drafts.edit, WANG, product_id)
    await any_store.write(drafts.change, WANG, edit.id, {"model": "T"})
    hot = next(tag for tag in await any_store.read(drafts.tags, WANG) if tag.slug == "hot")
    await any_store.write(tagging.attach, WANG, hot.id, [product_id])
    await any_store.write(goods.save, WANG, edit.id, None, keep_shelf=True)
    assert (await any_store.read(loading.as_written, product_id)).tags == ("hot",)
    edit = await any_store.write(drafts.edit, WANG, product_id)
    for tag in await any_store.read(drafts.tags, WANG):
        if tag.slug != "hot":
            await any_store.write(drafts.toggle_tag, WANG, edit.id, tag.id)
    old = next(tag for tag in await any_store.read(drafts.tags, WANG) if tag.slug == "old")
    await any_store.write(tagging.remove, WANG, old.id)
    await any_store.write(goods.save, WANG, edit.id, None, keep_shelf=True)
    assert set((await any_store.read(loading.as_written, product_id)).tags) == {"hot", "new"}


async def test_a_category_that_is_gone_is_asked_for_again(any_store: Store) -> None:
    draft = await ready(any_store)
    await any_store.write(drafts.change, WANG, draft.id, {"category": "vanished"})
    assert (await any_store.read(goods.draft_view, WANG, draft.id)).missing == ("category",)
    with pytest.raises(NotReady) as refused:
        await any_store.write(goods.save, WANG, draft.id, None)
    assert refused.value.facts["missing"] == ("category",)
