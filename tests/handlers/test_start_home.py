"""Start, home, language and the personal centre, over HTTP through the real dispatcher."""

from __future__ import annotations

from sqlalchemy import event

from bot.demo.house import EN_ID, ZH_ID, House
from services.customers import profile
from services.promotions.wallet import wallet
from services.promotions.writing import CouponDraft, put_coupon
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from tests.handlers.running import actor_of, assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`


async def test_a_newcomer_is_welcomed_once_and_then_comes_home(shop: House) -> None:  # noqa: F811
    lin = shop.emulator.user(ZH_ID)
    welcome = await say(lin, "/start", "青粒优选")
    assert welcome.text.splitlines()[0] == "👋 你好，林小满！这里是 青粒优选"
    assert "优惠消息默认关闭" in welcome.text
    assert welcome.labels == ["🛍 开始逛", "🌐 English", "📄 条款与隐私", "🔔 开启优惠消息"]
    home = await say(lin, "/start", "🏠")
    assert home.labels == ["🗂 分类", "🔍 搜索", "🎟 领券", "🛒 购物车", "📦 订单", "❤ 收藏", "👤 我的", "❓ 帮助"]
    await assert_clean(shop)


def put_welcome_coupon(tx: Tx) -> None:
    put_coupon(tx, SYSTEM, CouponDraft(
        "new", {"zh": "满200减30", "en": "¥30 off ¥200"}, "CNY", "Asia/Shanghai", tx.now, valid_days=30,
        threshold=20000, amount=3000, is_welcome=True,
    ))


async def test_the_welcome_coupon_is_given_once(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(put_welcome_coupon)
    lin = shop.emulator.user(ZH_ID)
    await say(lin, "/start", "🎁 新人礼：满200减30，已放进你的卡包")
    welcome = await press(lin, "🌐 English", "Hi 林小满!")
    assert welcome.text.count("🎁 Welcome gift: ¥30 off ¥200") == 1


async def test_who_comes_by_another_door_gets_the_welcome_coupon_at_home_once(shop: House) -> None:  # noqa: F811
    await store_of(shop).write(put_welcome_coupon)
    lin = shop.emulator.user(ZH_ID)
    home = await say(lin, "/menu", "🏠")
    assert home.text.splitlines() == ["🏠 青粒优选", "🎁 新人礼：满200减30，已放进你的卡包"]
    again = await say(lin, "/menu", "🏠")
    assert again.text.splitlines() == ["🏠 青粒优选", "想买点什么？点分类，或直接发送商品名。"]
    assert (await store_of(shop).read(wallet, await actor_of(shop, ZH_ID))).counts["available"] == 1


async def test_a_sticker_or_a_photo_is_answered_with_what_can_be_sent(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await jay.send_document(b"%PDF-1.4")
    answer = await jay.expect("can't read photos")
    assert answer.labels == ["🔍 Search", "📦 Orders", "❓ Help", "🏠 Home"]
    await assert_clean(shop)


async def test_a_broken_link_leads_home_and_says_so(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/start", "Welcome to")
    await say(jay, "/start ~~~", "🏠 Qingli Select")
    assert any("This link has expired" in message.text for message in jay.messages())


async def test_a_change_of_language_redraws_the_screen_under_it(shop: House) -> None:  # noqa: F811
    lin = shop.emulator.user(ZH_ID)
    await say(lin, "/start", "你好")
    welcome = await press(lin, "🌐 English", "Hi 林小满!")
    assert "🛍 Start shopping" in welcome.labels
    await press(lin, "🛍 Start shopping", "🏠 Qingli Select")
    await press(lin, "👤 Me", "Your profile")
    await press(lin, "🌐 Language", "Choose language")
    me = await press(lin, "🌐 中文", "👤 林小满")
    assert "📍 收货地址" in me.labels
    await assert_clean(shop)


async def test_terms_and_privacy_lead_back(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/start", "Hi Jay!")
    await press(jay, "📄 Terms & privacy", "Prices include tax")
    legal = await press(jay, "🔐 Privacy", "stored encrypted")
    assert legal.labels[-1] == "🏠 Home"
    await assert_clean(shop)


async def test_marketing_is_a_choice_of_its_own(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/start", "Offers are off")
    await press(jay, "🔔 Turn offers on", "Offers are on")
    known = await store_of(shop).read(profile.profile, await actor_of(shop, EN_ID))
    assert known.marketing_at == shop.clock.now()
    await say(jay, "/menu", "🏠")
    await press(jay, "👤 Me", "👤 Jay")
    notices = await press(jay, "🔔 Messages", "you agreed on 11-24 14:00")
    assert notices.labels == ["🔕 Turn offers off", "⬅️ Back", "🏠 Home"]


async def test_fields_of_the_profile_are_edited_in_three_steps(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    await press(jay, "👤 Me", "👤 Jay")
    await press(jay, "🪪 Profile", "Phone: not given")
    await press(jay, "✉️ E-mail", "E-mail address\\?")
    await say(jay, "jay@", "does not look right")
    await say(jay, "jay@example.com", "E-mail: jay@example.com")
    await press(jay, "📱 Phone", "Phone number\\?")
    assert jay.keys == ["📱 Send my Telegram number"]
    await jay.share_contact()
    await jay.expect("\\(verified\\)")
    assert jay.keys == []
    await assert_clean(shop)


async def test_cancel_takes_the_reply_keyboard_away(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    await press(jay, "👤 Me", "👤 Jay")
    await press(jay, "🪪 Profile", "Phone: not given")
    await press(jay, "📱 Phone", "Phone number\\?")
    await say(jay, "/cancel", "🏠")
    assert jay.keys == []


async def test_home_asks_the_database_twice_at_most(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    await say(jay, "/menu", "🏠")
    await say(jay, "/menu", "🏠")  # from now on it is remembered that Jay was welcomed
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    engine = store_of(shop).reading_engine
    event.listen(engine, "before_cursor_execute", note)
    await press(jay, "❓ Help", "Help")
    await press(jay, "🏠 Home", "🏠 Qingli Select")
    event.remove(engine, "before_cursor_execute", note)
    assert len([each for each in asked if "jobs" not in each and "ticks" not in each]) == 2


async def test_help_names_the_ways(shop: House) -> None:  # noqa: F811
    jay = shop.emulator.user(EN_ID)
    screen = await say(jay, "/help", "/cancel leaves the present step")
    assert screen.labels[:2] == ["🗂 Categories", "🔍 Search"]
    assert screen.labels[-1] == "🏠 Home"
    await assert_clean(shop)
