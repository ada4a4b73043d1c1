"""Coupons and promotions from `/admin` to a customer's discounted order, as people see it in both languages."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House
from handlers.admin.deals import listed
from services.cart import service as cart
from services.catalog.models import SkuRow
from services.customers import addresses, profile
from services.invariants import violations
from services.promotions.models import CouponClaimRow, CouponRow, DealDraftRow
from services.shared.db import Store, Tx
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of
from tests.handlers.staff_desk import meet
from tests.services.orders import shop as stock
from tests.services.promotions.counter import BOSS, let_out, put_goods
from tests.services.staff.roster import enlist
from tests.statements import counted

__all__ = ["shop"]


async def bring(house: House, person_id: int, code: str, quantity: int) -> User:
    """A customer with an address and goods in the cart."""
    user = await meet(house, person_id)
    actor = await actor_of(house, person_id)
    await store_of(house).write(addresses.add_address, actor, stock.HOME)
    stall = await store_of(house).read(lambda tx: stock.Stall(_skus(tx)))
    await store_of(house).write(cart.add, actor, stall.skus[code], quantity)
    return user


def _skus(tx: Tx) -> dict[str, int]:
    return {row.code: row.id for row in tx.rows(select(SkuRow.__table__))}


async def english(user: User) -> User:
    await say(user, "/language", "语言")
    await press(user, "English", "Language|looking for")
    return user


async def test_a_coupon_from_the_first_tap_to_a_paid_price(shop: House) -> None:
    await store_of(shop).write(stock.furnish)
    owner = await meet(shop, OWNER_ID)
    await say(owner, "/admin", "管理")
    listed = await press(owner, "🎟 优惠", "🎟 优惠 · 优惠券 · 进行中")
    assert "• 进行中 0" in listed.labels
    await press(owner, "➕ 新建", "做哪一种")
    card = await press(owner, "🎟 优惠券", "草稿 1")
    assert card.text.splitlines()[-1] == "还缺：范围、优惠、时间、领取"
    await press(owner, "② 优惠", "这张券减多少")
    assert (await say(owner, "减一点", "没看懂")).text.splitlines()[2] == "② 这张券减多少？"
    assert "让出了一半以上" in (await say(owner, "满200减180", "一半")).text
    await say(owner, "满200减30", "② 优惠 ✓ 满200减30")
    await press(owner, "① 范围", "适用哪些商品")
    await press(owner, "🚫 不含", "不含哪些")
    await press(owner, "不含数字商品", "不含哪些")
    await press(owner, "⬅️ 返回", "不含数字商品")
    await press(owner, "全场", "① 范围 ✓ 全场（不含数字商品）")
    await press(owner, "③ 时间", "Asia/Shanghai 时间，今天 11-24")
    await say(owner, "昨天", "没看懂")
    await say(owner, "11-25 – 11-26", "③ 时间 ✓ 11-25 00:00 – 11-26 24:00")
    await press(owner, "③ 时间", "什么时候")
    await press(owner, "7 天", "③ 时间 ✓ 开始时 – 12-01 24:00")
    await press(owner, "④ 领取", "怎么拿到")
    await press(owner, "🎟 领券中心", "④ 领取 ✓ 领券中心")
    await press(owner, "⑤ 限量", "限量")
    await press(owner, "预算", "最多优惠多少钱")
    await say(owner, "5000", "预算 ¥5,000.00")
    done = await press(owner, "✅ 好了", "草稿 1")
    assert "⑦ 名称 ✓ 满200减30 / CN¥30 off CN¥200+" in done.text
    trial = await press(owner, "🧪", "🧪 满200减30")
    assert "🛒 大单：¥1,528.00 → ¥1,498.00（省 ¥30.00）" in trial.text
    running = await press(owner, "🚀 立即开始", "进行中 · C1")
    assert running.text.splitlines()[1] == "🏷 满200减30 · 全场（不含数字商品） · 与其他优惠同享"
    person = await bring(shop, ZH_ID, "F1", 2)
    await say(person, "/coupons", "满200减30 · 全场")
    await press(person, "领取 满200减30", "已领取")
    await say(person, "/cart", "购物车")
    seen = await press(person, "💳 结算", "确认订单")
    assert "应付 ¥368.00" in seen.text
    await press(person, "✅ 提交订单 ¥368.00", "待支付 ¥368.00")
    card = await say(owner, "/coupon C1", "进行中 · C1")
    assert card.text.splitlines()[3:] == [
        "📮 领券中心", "🎟 已领 1 · 卡包里可用 0 · 每人 1 张", "✅ 已用 1 次", "💸 已优惠 ¥30.00 · 1 单",
        "🪙 预算还剩 ¥4,970.00 / ¥5,000.00", "🧾 带来销售 ¥368.00（优惠后的货款，不含运费）",
        "📈 毛利 算不出，有商品没填成本价（按今天的成本价）",
    ]
    await press(owner, "⏹ 停止", "没有人手里")
    await press(owner, "⏹ 停止发放", "已停止 · C1")
    assert await store_of(shop).read(violations) == []
    await assert_clean(shop)


async def test_a_line_is_a_coupon_and_two_taps_are_one_start_in_english(shop: House) -> None:
    await store_of(shop).write(stock.furnish)
    owner = await english(await meet(shop, OWNER_ID))
    card = await say(owner, "/coupon 30 off 200 7d x500", "draft 1")
    assert card.text.splitlines() == [
        "Filled in from your line; look it over and start it", "", "✏️ 🎟 Coupon · draft 1 (every step is kept)",
        "① Goods ✓ everything", "② Offer ✓ CN¥30 off CN¥200+", "③ Dates ✓ when started – 12-01 24:00",
        "④ How to get ✓ coupon centre", "⑤ Limits ✓ 500 in all · 1 per person · no budget limit",
        "⑥ Combining ✓ combines with other offers", "⑦ Name ✓ 满200减30 / CN¥30 off CN¥200+",
    ]
    await owner.tap("🚀 Start now", times=2)
    await owner.expect("running · C1")
    await shop.emulator.idle()
    await owner.tap("🚀 Start now", stale=True, answer=True)
    assert await store_of(shop).read(lambda tx: tx.scalar(select(func.count()).select_from(CouponRow.__table__))) == 1
    await say(owner, "/coupon no such thing", "No name or code has “no such thing” in it")
    await say(owner, "/coupon", "Offers · Coupons · running")
    person = await bring(shop, EN_ID, "F1", 2)
    await person.send("/start c_1")
    assert "CN¥30 off CN¥200+" in (await person.expect("It's yours")).text
    await say(person, "/cart", "Cart")
    assert "CN¥368.00" in (await press(person, "💳 Check out", "Review your order")).text
    await shop.emulator.idle()
    shop.emulator.assert_clean(allow=["not modified"])


async def test_what_sells_below_cost_asks_first_and_shows_costs_to_few(shop: House) -> None:
    await store_of(shop).write(put_goods, "F1", 19_900, 19_000)
    await enlist(store_of(shop), STAFF_ID, "marketing")
    owner, zhang = await meet(shop, OWNER_ID), await meet(shop, STAFF_ID)
    await say(owner, "/coupon", "优惠券")
    await press(owner, "➕ 新建", "做哪一种")
    await press(owner, "％ 折扣", "草稿 1")
    await press(owner, "② 优惠", "打几折")
    await say(owner, "10", "没看懂")
    await say(owner, "9折", "② 优惠 ✓ 9折")
    await press(owner, "① 范围", "适用哪些商品")
    await press(owner, "全场", "草稿 1")
    await press(owner, "🚀 立即开始", "什么时候")
    await press(owner, "30 天", "草稿 1")
    asked = await press(owner, "🚀 立即开始", "低于成本价卖")
    assert "F1 商品（F1）：最低 ¥179.10，成本 ¥190.00，每件亏 ¥10.90" in asked.text
    await say(zhang, "/coupon", "优惠券")
    await press(zhang, "促销活动", "促销活动")
    await press(zhang, "草稿 1", "✏️")
    await press(zhang, "^1 ", "草稿 1")
    trial = await press(zhang, "🧪", "🧪 9折")
    assert "F1 商品（F1）：低于成本价" in trial.text and "190" not in trial.text
    await press(owner, "⚠️ 低于成本也要开始", "进行中 · D1")
    person = await bring(shop, ZH_ID, "F1", 1)
    assert "179.10" in (await say(person, "/cart", "购物车")).text
    await assert_clean(shop)


async def test_gifts_reach_one_and_many_and_tell_who_asked_for_it(shop: House) -> None:
    await store_of(shop).write(stock.furnish)
    owner = await meet(shop, OWNER_ID)
    asked, silent = await meet(shop, EN_ID), await meet(shop, ZH_ID)
    await store_of(shop).write(profile.choose_marketing, await actor_of(shop, EN_ID), True)
    await say(owner, "/coupon 满200减30 7天", "草稿 1")
    await press(owner, "④ 领取", "怎么拿到")
    await press(owner, "🎁 只由店铺发放", "④ 领取 ✓ 只由店铺发放")
    await press(owner, "🚀 立即开始", "进行中")
    await press(owner, "🎁 发放", "给一个人")
    await say(owner, "99", "没有找到这个人")
    silent_id = (await actor_of(shop, ZH_ID)).id
    await say(owner, str(silent_id), f"客户 {silent_id} · 林\\*\\* · 有过 0 张")
    await press(owner, f"🎁 发给客户 {silent_id}", "已领 1")
    await press(owner, "🎁 发放$", "给一个人")
    preview = await press(owner, "所有客户", "会收到")
    assert "所有客户：3 人，其中 1 人已经有了，2 人会收到。" in preview.text
    assert "同意营销消息的 1 人会收到通知" in preview.text
    await press(owner, "🎁 发给 2 人", "▓|░")
    assert "已发 2 · ➖ 原来就有 1" in (await owner.expect("🏁 发完了")).text
    told = await asked.expect("A coupon from Qingli Select")
    assert told.labels == ["Use CN¥30 off CN¥200+", "🔕 Unsubscribe"]
    await press(asked, "Use CN¥30 off", ".")
    await say(silent, "/coupons", "领券中心")
    assert "满200减30" in (await press(silent, "🎟 我的券", "我的优惠券")).text
    await press(owner, "⬅️ 返回", "已领 3")
    await press(owner, "⏹ 停止", "收回")
    await press(owner, "⛔ 收回 3 张", "已收回")
    count = select(func.count()).select_from(CouponClaimRow.__table__)
    assert await store_of(shop).read(lambda tx: tx.scalar(count)) == 3
    assert await store_of(shop).read(violations) == []
    await assert_clean(shop)


# What a modified client of a member of staff may send.
CRAFTED = (
    "1dn:2:scope", "1dn:2:tiers", "1dl:2:days:soon", "1dl:2:amount:1", "1dm:2:tiers:1:1", "1dk:2:nothing:1",
    "1db:gift:running:", "1de:coupon:1:explode", "1dp:2:9:1:1", "1ds:1:1:X", "1dt:1:s", "1dv:9", "1dw:9",
)


async def test_others_are_not_let_in_and_drafts_survive(shop: House, caplog: pytest.LogCaptureFixture) -> None:
    await store_of(shop).write(stock.furnish)
    owner, clerk = await meet(shop, OWNER_ID), await meet(shop, STAFF_ID)
    await say(owner, "/coupon 满200减30", "还缺：时间")
    await press(owner, "③ 时间", "什么时候")
    # Something else in the middle of a question, and days later.
    await say(owner, "/menu", ".")
    shop.clock.move(3 * 24 * 3600)
    await say(owner, "/coupon", "优惠券")
    await press(owner, "草稿 1", "✏️ 满200减30")
    await press(owner, "^1 ", "② 优惠 ✓ 满200减30")
    customer = await meet(shop, ZH_ID)
    unknown = await say(customer, "/coupon", "❓ 帮助")
    assert "优惠 ·" not in unknown.text
    home = await say(clerk, "/admin", "管理")
    for data in ("1da", "1di:coupon", "1dp:1:1:1:0", "1dr:1"):
        await clerk.forge_callback(home.id, data)
        await customer.forge_callback(unknown.id, data)
    card = await say(owner, "/coupon 满300减40", "草稿 2")
    for data in CRAFTED:
        await owner.forge_callback(card.id, data)
    await shop.emulator.idle()
    assert "update failed" not in caplog.text
    await say(owner, "/coupon", "优惠券")
    await press(owner, "草稿 2", "✏️ 满200减30")
    await press(owner, "^2 ", "② 优惠 ✓ 满200减30")
    await press(owner, "🗑 丢弃草稿", "找不回来")
    await press(owner, "🗑 确定丢弃草稿", "草稿已丢弃|✏️ 满300减40")
    states = select(DealDraftRow.__table__.c.state)
    assert [row.state for row in await store_of(shop).read(lambda tx: tx.rows(states))] == ["dropped", "open"]
    assert await store_of(shop).read(lambda tx: tx.scalar(select(func.count()).select_from(CouponRow.__table__))) == 0
    await shop.emulator.idle()


async def test_tiers_are_named_in_the_customers_cart(shop: House) -> None:
    await store_of(shop).write(stock.furnish)
    owner = await english(await meet(shop, OWNER_ID))
    await say(owner, "/coupon", "Coupons")
    await press(owner, "➕ New", "Which kind")
    await press(owner, "🏷 Spend and save", "draft 1")
    await press(owner, "② Offer", "Spend how much")
    await say(owner, "100 off 600; 40 off 300", "CN¥40 off CN¥300\\+, CN¥100 off CN¥600\\+")
    await press(owner, "① Goods", "Which goods")
    await press(owner, "Everything", "draft 1")
    await press(owner, "③ Dates", "When")
    await say(owner, "11-24 – 11-25", "11-24 00:00 – 11-25 24:00")
    await press(owner, "🚀 Start now", "running · D1")
    person = await bring(shop, ZH_ID, "F1", 2)
    cart_screen = await say(person, "/cart", "购物车")
    assert "🏷 满300减40 −¥40.00" in cart_screen.text and "再买 ¥202.00 可减 ¥100.00" in cart_screen.text
    await press(owner, "⏸ Pause", "paused")
    assert "满300减40" not in (await say(person, "/cart", "购物车")).text
    await assert_clean(shop)


async def test_a_page_of_the_list_costs_three_statements(store: Store) -> None:
    for _ in range(7):
        await let_out(store)
    with counted(store) as asked:
        page, brought = await store.read(listed, BOSS, "coupon", "running", None)
    assert (len(asked), len(page.deals), len(brought)) == (3, 6, 6)
