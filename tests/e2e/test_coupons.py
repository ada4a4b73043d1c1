"""Coupons in the chat: claimed in the centre, typed as a code, kept in the wallet."""

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, ZH_ID, House


async def test_a_coupon_is_claimed_once_and_then_used(shopfront: House) -> None:
    customer = User(shopfront.emulator, ZH_ID)
    await customer.send("/coupons")
    screen = await customer.expect("领券中心")
    assert "🎟 满300减40 · 全场 · 剩 23%" in screen.text
    tap = await customer.tap("领取 满300减40", answer=True)
    assert (await tap.answered())["text"] == "已领取 满300减40，12月3日前可用"
    screen = await customer.expect("已领取")
    assert "🎟 满300减40 · 全场 · 已领取" in screen.text
    again = await customer.tap("领取 满300减40", stale=True, answer=True)
    assert (await again.answered())["text"] == "这张券你已经领过了"


async def test_a_code_is_typed_and_a_wrong_one_counted(shopfront: House) -> None:
    customer = User(shopfront.emulator, EN_ID)
    await customer.send("/coupons")
    await customer.expect("Coupons")
    await customer.tap("⌨️ Enter a code")
    await customer.expect("Send the coupon code")
    await customer.send("NO-SUCH-CODE")
    await customer.expect("There is no such code; 4 tries left")
    await customer.send("qingli10")
    await customer.expect("It's yours: CN¥10 off, no minimum")
    await customer.tap("Use CN¥10 off, no minimum", answer=True)
    assert await shopfront.emulator.idle()
    shopfront.emulator.assert_clean()


async def test_five_wrong_codes_pause_the_typing(shopfront: House) -> None:
    customer = User(shopfront.emulator, ZH_ID)
    await customer.send("/coupons")
    await customer.expect("领券中心")
    await customer.tap("⌨️ 输入券码")
    for left in (4, 3, 2, 1):
        await customer.send("ABC")
        await customer.expect(f"还能试 {left} 次")
    await customer.send("ABC")
    await customer.expect("试错 5 次了，14:10 后才能再试")
    await customer.send("QINGLI10")
    await customer.expect("11-24 14:10 后再试")
    await customer.tap("⬅️ 返回")
    await customer.expect("领券中心")


async def test_the_wallet_keeps_what_was_claimed(shopfront: House) -> None:
    customer = User(shopfront.emulator, ZH_ID)
    await customer.send("/coupons")
    await customer.expect("领券中心")
    await customer.tap("领取 满300减40", answer=True)
    await customer.tap("🎟 我的券 1")
    screen = await customer.expect("我的优惠券")
    assert "🎟 满减券：满300减40 · 全场 · 12月3日前有效" in screen.text
    await customer.tap("过期 0")
    await customer.expect("没有过期的券")
    shopfront.emulator.assert_clean()
