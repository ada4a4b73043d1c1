"""The address book from tap to database, over HTTP through the real dispatcher."""

from __future__ import annotations

from bot.demo.house import EN_ID, ZH_ID, House
from services.customers import addresses, profile
from services.customers.types import Address
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`


async def known(house: House, telegram_id: int) -> tuple[Address, ...]:
    return await store_of(house).read(addresses.addresses, await actor_of(house, telegram_id))


async def test_an_address_is_written_step_by_step(shop: House) -> None:  # noqa: F811
    lin = shop.emulator.user(ZH_ID)
    await say(lin, "/menu", "🏠")
    await press(lin, "👤 我的", "👤 林小满")
    await press(lin, "📍 收货地址", "还没有地址")
    await press(lin, "➕ 新增", "新地址 · 1/5")
    await say(lin, "林小满", "手机号")
    assert lin.keys == ["📱 用我的 Telegram 号码"]
    await say(lin, "1380000000", "这个号码少了 1 位")
    await say(lin, "138 0000 0000", "新地址 · 3/5\n林小满 · 138 0000 0000")
    assert lin.keys == []
    assert "浙江" in (await press(lin, "›", "哪个省份")).labels
    await press(lin, "浙江", "哪个城市")
    await press(lin, "杭州", "哪个区县")
    await say(lin, "西湖区", "新地址 · 4/5")
    await say(lin, "1号", "详细地址太短")
    await say(lin, "文三路90号3号楼501室", "新地址 · 5/5")
    card = await press(lin, "🏡 家", "⭐ 默认地址")
    assert card.text.splitlines() == [
        "📍 家 · 林小满 138 0000 0000", "浙江省 杭州市 西湖区 文三路90号3号楼501室", "⭐ 默认地址",
    ]
    (address,) = await known(shop, ZH_ID)
    assert address == Address(
        "林小满", "+8613800000000", "CN", "zhejiang", "杭州市", "西湖区", "文三路90号3号楼501室", "", "家",
        id=address.id, is_default=True,
    )
    await assert_clean(shop)


async def test_only_the_own_contact_is_verified(shop: House) -> None:  # noqa: F811
    lin, jay = shop.emulator.user(ZH_ID), shop.emulator.user(EN_ID)
    for person, own in ((lin, True), (jay, False)):
        await person.send("/menu")
        await person.expect("🏠")
        await press(person, "👤", "👤")
        await press(person, "📍", "📍")
        await press(person, "➕", "1/5")
        await person.send("Lin")
        await person.expect("Telegram|手机号|Phone")
        await person.share_contact(None if own else {"phone_number": "8613911112222", "first_name": "X", "user_id": 5})
        await person.expect("3/5")
        assert person.keys == []
    mine = await store_of(shop).read(profile.profile, await actor_of(shop, ZH_ID))
    other = await store_of(shop).read(profile.profile, await actor_of(shop, EN_ID))
    assert (mine.phone_verified, other.phone, other.phone_verified) == (True, None, False)


async def test_what_was_typed_is_resumed_from_home(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    await press(jay, "👤 Me", "👤 Jay")
    await press(jay, "📍 Addresses", "No address yet")
    await press(jay, "➕ Add", "1/5")
    await say(jay, "Jay Chen", "Phone number")
    await say(jay, "/cancel", "An address is half written")
    assert jay.keys == []
    await press(jay, "✏️ Resume", "2/5\nJay Chen")
    await say(jay, "+1 202 555 0101", "3/5")
    await say(jay, "United States", "City\\?")
    await say(jay, "San Jose, CA 95112", "4/5")
    await say(jay, "1 Main St", "5/5")
    await press(jay, "⏭ Skip", "⭐ Default address")
    (address,) = await known(shop, EN_ID)
    assert (address.country, address.region, address.city, address.district, address.postcode, address.street) == (
        "US", "us", "San Jose", "CA", "95112", "1 Main St",
    )
    assert "✏️ Resume" not in (await say(jay, "/menu", "🏠")).labels
    await assert_clean(shop)


async def test_a_pasted_line_is_confirmed_corrected_and_saved(shop: House) -> None:  # noqa: F811
    lin = shop.emulator.user(ZH_ID)
    await say(lin, "/menu", "🏠")
    await press(lin, "👤 我的", "👤 林小满")
    await press(lin, "📍 收货地址", "还没有地址")
    await press(lin, "📋 粘贴整段识别", "整段地址")
    review = await say(lin, "张三 13800000000 北京市海淀区中关村大街1号", "我这样理解")
    assert review.text.splitlines()[1:] == [
        "姓名：张三", "电话：138 0000 0000", "地区：北京市 海淀区", "详细：中关村大街1号",
    ]
    await press(lin, "✏️ 姓名", "收件人姓名")
    await say(lin, "张三丰", "姓名：张三丰")
    await press(lin, "✔ 保存这个地址", "张三丰 138 0000 0000")
    assert [address.name for address in await known(shop, ZH_ID)] == ["张三丰"]
    await press(lin, "⬅️ 返回", "收货地址")
    await press(lin, "📋 粘贴整段识别", "整段地址")
    short = await say(lin, "李四 13911112222", "我这样理解")
    assert "▶️ 补全" in short.labels
    await press(lin, "▶️ 补全", "哪个省份")
    await say(lin, "浙江省杭州市西湖区", "详细地址")
    await say(lin, "文三路90号", "我这样理解")
    await press(lin, "✔ 保存这个地址", "李四")
    assert [address.is_default for address in await known(shop, ZH_ID)] == [True, False]
    await assert_clean(shop)


async def test_one_field_is_changed_the_default_moves_and_removal_asks(shop: House) -> None:  # noqa: F811
    lin = shop.emulator.user(ZH_ID)
    await say(lin, "/menu", "🏠")
    for line in ("张三 13800000000 北京市海淀区中关村大街1号", "李四 13911112222 上海市浦东新区世纪大道100号"):
        await press(lin, "👤 我的", "👤 林小满")
        await press(lin, "📍 收货地址", "收货地址")
        await press(lin, "📋 粘贴整段识别", "整段地址")
        await say(lin, line, "我这样理解")
        await press(lin, "✔ 保存这个地址", "📍")
        await press(lin, "🏠 首页", "🏠")
    await press(lin, "👤 我的", "👤 林小满")
    await press(lin, "📍 收货地址", "2/20")
    await press(lin, "2", "李四")
    await press(lin, "🏠 详细地址", "修改地址")
    await say(lin, "世纪大道200号", "世纪大道200号")
    await press(lin, "🗺 地区", "哪个省份")
    await press(lin, "北京", "哪个区县")
    await say(lin, "朝阳区", "北京市 朝阳区 世纪大道200号")
    await press(lin, "⭐ 设为默认", "⭐ 默认地址")
    await press(lin, "🗑 删除", "要删除这个地址吗")
    await press(lin, "🗑 删除这个地址", "1/20")
    (left,) = await known(shop, ZH_ID)
    assert (left.name, left.is_default) == ("张三", True)
    await assert_clean(shop)
