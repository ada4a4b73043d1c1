"""Coupons in the chat: claimed in the centre, typed as a code, kept in the wallet, chosen at the checkout."""

from sqlalchemy import select

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, ZH_ID, House
from services.cart import service as cart
from services.catalog.models import SkuRow
from services.customers import addresses
from services.customers import service as customers
from services.customers.types import AddressFields
from services.shared.actors import customer as acting
from services.shared.db import Tx

SKUS = SkuRow.__table__
HOME = AddressFields("林小满", "+8613800005678", "CN", "beijing", "北京市", "海淀区", "青粒路 1 号 1 单元 101")


async def fill_cart(shopfront: House, wanted: dict[str, int]) -> None:
    """Puts goods by SKU code into the cart of the Chinese customer, who gets an address."""

    def fill(tx: Tx) -> None:
        known = customers.find(tx, ZH_ID)
        assert known is not None
        actor = acting(known[0].id)
        addresses.add_address(tx, actor, HOME)
        for code, quantity in wanted.items():
            cart.add(tx, actor, tx.scalar(select(SKUS.c.id).where(SKUS.c.code == code)), quantity)

    await shopfront.application.shop.store.write(fill)


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


async def test_the_worked_example_of_the_shop(shopfront: House) -> None:
    """An air purifier and two filters: the full reduction, then the welcome coupon or another one."""
    customer = User(shopfront.emulator, ZH_ID)
    await customer.send("/start")
    await customer.expect("新人券")
    await fill_cart(shopfront, {"HY-P3-WHITE-STD": 1, "HY-P3F": 2})
    await customer.send("/cart")
    await customer.expect("购物车")
    await customer.tap("💳 结算")
    screen = await customer.expect("确认订单")
    assert "满1000减100" in screen.text
    assert "−¥30.00" in screen.text
    assert "¥1,567.00" in screen.text
    assert "¥180.27" in screen.text
    await customer.tap("🎟 优惠券")
    screen = await customer.expect("选择优惠券")
    assert screen.text.splitlines()[1] == "✅ 1. 满200减30 · 全场 · 12月24日前 · −¥30.00"
    await customer.tap("⌨️ 输入券码")
    await customer.expect("请发来券码")
    await customer.send("QINGLI10")
    await customer.expect("领到了")
    await customer.tap("🧾 回到结算用券")
    screen = await customer.expect("选择优惠券")
    assert screen.text.splitlines()[2] == "🎟 2. 无门槛减10 · 全场 · 11月26日前 · −¥10.00"
    await customer.tap("第2张")
    screen = await customer.expect("确认订单")
    assert "¥1,587.00" in screen.text
    await customer.tap("🎟 优惠券")
    await customer.expect("选择优惠券")
    await customer.tap("不用券")
    await customer.expect("¥1,597.00")
    await customer.tap("🎟 优惠券")
    await customer.expect("选择优惠券")
    await customer.tap("✅ 最优惠")
    await customer.expect("¥1,567.00")
    shopfront.emulator.assert_clean()
