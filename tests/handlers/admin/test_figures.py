"""The back office's home, `/report` and the owners' digest, as people see them."""

from __future__ import annotations

from bot.demo.house import OWNER_ID, STAFF_ID, ZH_ID, House
from services.payments.events import apply_event
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import meet
from tests.services.payments import money


async def test_home_report_and_digest_in_both_languages(shop: House) -> None:  # noqa: F811
    owner = await meet(shop, OWNER_ID)
    await meet(shop)
    sale = await money.open_sale(store_of(shop), telegram_id=ZH_ID)
    await store_of(shop).write(apply_event, money.event(sale.attempt))
    home = await say(owner, "/admin", "管理")
    assert home.text.splitlines()[0] == "⚙️ 青粒优选 · 管理"
    assert home.text.splitlines()[2:] == ["今日净收入 ¥398.00 · 1 单", "📦 待发货 1（未认领 1）· 待付款 0"]
    report = await press(owner, "📊 数据", "今天")
    assert report.text.splitlines() == [
        "📊 今天 · 11月24日（未结束）", "💰 净收入 ¥398.00", "📦 下单 1 单，共 ¥398.00，客单价 ¥398.00",
        "👥 顾客 1 人，商品 2 件", "🆕 新顾客 2 人", "", "🏆 卖得最好", "1. F9 商品 ×2 · ¥398.00",
    ]
    await press(owner, "📅 选日期", "看哪几天")
    assert "没看懂" in (await say(owner, "哪天都行", "没看懂")).text
    assert (await say(owner, "11-24", "所选日期")).text.splitlines()[1] == "💰 净收入 ¥398.00"
    shop.clock.move(19 * 3600)
    told = await owner.expect("小结", timeout=10)
    assert told.text.splitlines()[:2] == ["☀️ 青粒优选 · 11月24日（周二）小结", "💰 净收入 ¥398.00"]
    assert told.text.splitlines()[-1] == "📦 待发货 1（未认领 1）· 待付款 0"
    await say(owner, "/language", "语言")
    await press(owner, "English", "looking for")
    week = await say(owner, "/report week", "Last 7 days")
    assert week.text.splitlines()[1] == "💰 Net takings CN¥398.00"
    assert week.text.splitlines()[-4] == "Nov 25 ▁ CN¥0.00"
    await assert_clean(shop)


async def test_a_clerk_sees_only_what_the_role_opens(shop: House) -> None:  # noqa: F811
    wang = await meet(shop, STAFF_ID)
    home = await say(wang, "/admin", "管理")
    assert "净收入" not in home.text
    assert home.labels == ["📦 订单", "🏬 库存", "🏠 首页"]
    answer = await wang.forge_callback(home.id, "1fa")
    assert answer is None
    await assert_clean(shop)


async def test_a_customer_who_sends_admin_is_told_nothing_special(shop: House) -> None:  # noqa: F811
    user = await meet(shop)
    unknown = await say(user, "/nonsense", ".")
    assert (await say(user, "/admin", ".")).text == unknown.text
    await assert_clean(shop)
