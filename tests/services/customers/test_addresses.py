import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from services.customers.addresses import (
    AddressBookFull,
    add_address,
    addresses,
    change_address,
    default_address,
    make_default,
    remove_address,
    require_address,
)
from services.customers.models import AddressRow
from services.customers.types import Address, AddressFields
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotFound
from tests.services.customers.people import somebody

HOME = AddressFields("张三", "138 0000 0000", "CN", "beijing", "北京市", "海淀区", "中关村大街1号", "100080", "家")


def numbered(number: int) -> AddressFields:
    return replace(HOME, street=f"中关村大街{number}号")


async def test_an_address_is_cleaned_kept_sealed_and_read_back(any_store: Store) -> None:
    actor = await somebody(any_store)
    added = await any_store.write(add_address, actor, replace(HOME, name="  张三 ", street=" 中关村大街1号"))
    assert added == Address(
        "张三", "+8613800000000", "CN", "beijing", "北京市", "海淀区", "中关村大街1号", "100080", "家", id=added.id,
        is_default=True,
    )
    assert await any_store.read(addresses, actor) == (added,)

    def raw(tx: Tx) -> tuple[str, str]:
        row = tx.rows(select(AddressRow.__table__))[0]
        return row.sealed, row.phone_index

    sealed, phone_index = await any_store.read(raw)
    assert sealed.startswith("v1:test:")
    assert phone_index == any_store.vault.blind_index("+8613800000000", "phone")


async def test_the_first_is_the_default_and_the_mark_moves(any_store: Store) -> None:
    actor = await somebody(any_store)
    first, second, third = [await any_store.write(add_address, actor, numbered(n)) for n in (1, 2, 3)]
    assert [first.is_default, second.is_default, third.is_default] == [True, False, False]
    await any_store.write(make_default, actor, third.id)
    assert [a.id for a in await any_store.read(addresses, actor)] == [third.id, first.id, second.id]
    await any_store.write(remove_address, actor, third.id)
    heir = await any_store.read(default_address, actor)
    assert heir is not None and heir.id == first.id
    await any_store.write(remove_address, actor, second.id)
    await any_store.write(remove_address, actor, first.id)
    assert await any_store.read(default_address, actor) is None


async def test_twenty_fit_even_when_added_at_once(any_store: Store) -> None:
    actor = await somebody(any_store)
    results = await asyncio.gather(
        *(any_store.write(add_address, actor, numbered(n)) for n in range(22)), return_exceptions=True
    )
    assert [type(r) for r in results if isinstance(r, Exception)] == [AddressBookFull, AddressBookFull]
    kept = await any_store.read(addresses, actor)
    assert len(kept) == 20
    assert sum(address.is_default for address in kept) == 1


async def test_the_same_address_twice_is_kept_once(store: Store) -> None:
    actor = await somebody(store)
    first = await store.write(add_address, actor, HOME)
    assert await store.write(add_address, actor, HOME) == first


async def test_one_field_is_changed_and_the_rest_stays(store: Store) -> None:
    actor = await somebody(store)
    added = await store.write(add_address, actor, HOME)
    changed = await store.write(change_address, actor, added.id, {"phone": "139 1111 2222"})
    assert changed == replace(added, phone="+8613911112222")


async def test_other_people_see_nothing(store: Store) -> None:
    mine, other = await somebody(store), await somebody(store, 1002)
    added = await store.write(add_address, mine, HOME)
    for use_case in (require_address, remove_address, make_default):
        with pytest.raises(NotFound):
            await store.write(use_case, other, added.id)
    with pytest.raises(NotFound):
        await store.write(change_address, other, added.id, {"name": "李四"})
    assert await store.read(addresses, other) == ()


@pytest.mark.parametrize(
    ("field", "value", "facts"),
    [
        ("name", "", {"field": "name", "reason": "name"}),
        ("name", "12345", {"field": "name", "reason": "name"}),
        ("name", "张" * 41, {"field": "name", "reason": "name"}),
        ("name", "张三😀", {"field": "name", "reason": "signs"}),
        ("phone", "1380000000", {"field": "phone", "reason": "phone-short", "digits": 1}),
        ("phone", "138000000001", {"field": "phone", "reason": "phone-long", "digits": 1}),
        ("phone", "call me", {"field": "phone", "reason": "phone"}),
        ("street", "1号", {"field": "street", "reason": "street-short", "least": 5}),
        ("street", "路" * 121, {"field": "street", "reason": "street-long", "most": 120, "length": 121}),
        ("city", "", {"field": "city", "reason": "city"}),
        ("postcode", "邮编", {"field": "postcode", "reason": "postcode"}),
        ("label", "一二三四五六七八九十十一", {"field": "label", "reason": "label", "most": 10}),
        ("region", "atlantis", {"field": "region", "reason": "region"}),
        ("country", "XX", {"field": "region", "reason": "region"}),
    ],
)
async def test_what_cannot_stand_is_refused_with_the_reason(
    store: Store, field: str, value: str, facts: dict[str, object]
) -> None:
    actor = await somebody(store)
    with pytest.raises(InvalidInput) as refused:
        await store.write(add_address, actor, replace(HOME, **{field: value}))
    assert refused.value.facts == facts
    assert await store.read(addresses, actor) == ()


async def test_an_address_abroad_has_its_country_as_region(store: Store) -> None:
    actor = await somebody(store)
    abroad = AddressFields("Jay Chen", "+1 202 555 0101", "US", "us", "San Jose", "CA", "1 Main St", "95112")
    added = await store.write(add_address, actor, abroad)
    assert (added.region, added.phone) == ("us", "+12025550101")
