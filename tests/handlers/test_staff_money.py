"""Money under the hands of staff: slips, refunds, amounts that do not fit."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from bot.demo.emulator.driver import User, at_once
from bot.demo.emulator.screen import Message
from bot.demo.house import ZH_ID, House
from services.orders import service as orders
from services.orders.types import BANK_TRANSFER, Order
from services.payments import attempts, by_hand, refunding
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from services.shared.money import Money
from tests.handlers.running import assert_clean, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import boss, paid_order, unpaid_order, wang
from tests.services.orders.shop import TERMS
from tests.services.payments import money


async def test_a_slip_is_confirmed_once(shop: House) -> None:  # noqa: F811
    sale, order, card = await _slip(shop)
    assert card.kind == "photo"
    reference = await _reference(shop, sale)
    assert card.text.splitlines() == [f"🧾 {order.number} 转账凭证", f"应收 ¥398.00 · 附言 {reference}"]
    assert card.labels == ["✅ 到账 ¥398.00", "✏️ 金额不同…", "❌ 未到账"]
    taps = await at_once(wang(shop).tap("✅ 到账 ¥398.00"), boss(shop).tap("✅ 到账 ¥398.00"))
    answers = [await tap.answered() for tap in taps]
    assert [answer["text"] for answer in answers].count("已确认到账 ¥398.00") == 1
    settled = await wang(shop).expect("已确认到账")
    assert (settled.id, settled.labels) == (card.id, [])
    assert settled.text.splitlines()[-1] in ("✅ 小王 已确认到账 ¥398.00", "✅ 店主 已确认到账 ¥398.00")
    paid = await _order(shop, sale)
    assert (paid.payment, paid.paid) == ("paid", Money(39800, "CNY"))
    await assert_clean(shop)


async def test_a_part_is_typed_and_named_to_the_group(shop: House) -> None:  # noqa: F811
    sale, order, _ = await _slip(shop)
    await wang(shop).tap("✏️ 金额不同…")
    question = await wang(shop).expect("请回复这条消息")
    assert question.text == f"小王，请回复这条消息，发来 {order.number} 实际到账的金额，应收 ¥398.00"
    await wang(shop).send("很多", reply_to=question.id)
    again = await wang(shop).expect("这不像金额")
    await wang(shop).send("¥200", reply_to=again.id)
    part = await wang(shop).expect("先到了")
    assert part.text == f"⏳ {order.number} 先到了 ¥200.00，订单总额 ¥398.00。已请顾客补齐。"
    paid = await _order(shop, sale)
    assert (paid.payment, paid.paid) == ("partly_paid", Money(20000, "CNY"))


async def test_a_slip_without_money_is_sent_back(shop: House) -> None:  # noqa: F811
    sale, _, card = await _slip(shop)
    tap = await wang(shop).tap("❌ 未到账", answer=True)
    assert (await tap.answered())["text"] == "已请顾客重新提交凭证"
    settled = await wang(shop).expect("标记为未到账")
    assert (settled.id, settled.labels) == (card.id, [])
    assert (await _order(shop, sale)).payment == "unpaid"


async def test_a_part_of_the_money_goes_back(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    question = await _ask_refund(shop)
    assert question.text == f"小王，请回复这条消息，发来 {order.number} 的退款金额，最多 ¥398.00"
    await wang(shop).send("500", reply_to=question.id)
    again = await wang(shop).expect(r"请回复这条消息.*退款金额")
    assert await money.refunds(sale) == []
    await wang(shop).send("98.00", reply_to=again.id)
    await wang(shop).expect("正在退款 ¥98.00")
    assert [(amount, reason) for amount, reason, _ in await money.refunds(sale)] == [(9800, "staff")]


async def test_everything_goes_back_by_one_key(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    await _open_refund(shop)
    tap = await wang(shop).double_tap("💸 全额退款 ¥398.00")
    await tap.answered()
    await shop.emulator.idle()
    assert [(amount, reason) for amount, reason, _ in await money.refunds(sale)] == [(39800, "staff")]


async def test_a_refund_by_hand_is_settled_by_whoever_paid_it_out(shop: House) -> None:  # noqa: F811
    sale, order, _ = await _slip(shop)
    await wang(shop).tap("✅ 到账 ¥398.00", answer=True)
    await wang(shop).expect("已付款")
    (refund,) = await store_of(shop).write(refunding.refund_by_staff, money.DESK, sale.order_id, Money(39800, "CNY"))
    card = await wang(shop).expect("请人工退款")
    assert card.text.splitlines() == [
        f"💸 {order.number} 请人工退款 ¥398.00 · 🏦 银行转账", f"退款号 {refund.number}",
    ]
    await wang(shop).tap("✅ 已退款", answer=True)
    done = await wang(shop).expect("小王 已退款")
    assert (done.id, done.labels) == (card.id, [])
    assert (await _order(shop, sale)).payment == "refunded"


async def test_another_amount_than_asked_for_is_shown_once(shop: House) -> None:  # noqa: F811
    sale, number = await unpaid_order(shop)
    wrong = money.event(sale.attempt, amount=Money(39700, "CNY"))
    await store_of(shop).write(apply_event, wrong)
    alert = await wang(shop).expect("付款金额不符")
    assert alert.text == (
        f"⚠️ {number} 付款金额不符：应收 ¥398.00，实收 ¥397.00。"
        "钱已入账，订单未放行，请联系顾客补款，或在订单卡片上退款。"
    )
    assert alert.labels == ["👁 完整信息"]


async def test_a_second_payment_that_goes_back_is_told(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await store_of(shop).write(apply_event, money.event(sale.attempt))
    alert = await wang(shop).expect("付重了")
    assert alert.text == f"↩️ {order.number} 这笔 ¥398.00 来得太晚或付重了，正在自动退回，顾客已收到通知。"


async def _slip(house: House) -> tuple[money.Sale, Order, Message]:
    """An order to be paid by transfer, and its slip in the group."""
    sale, _ = await unpaid_order(house)
    customer = house.emulator.user(ZH_ID)
    methods = money.ways(BANK_TRANSFER)
    await store_of(house).write(attempts.open_attempt, sale.actor, sale.order_id, BANK_TRANSFER, methods, TERMS)
    file_id, unique_id = await _uploaded(house, customer)
    await store_of(house).write(by_hand.send_slip, sale.actor, sale.order_id, file_id, unique_id, False)
    card = await wang(house).expect("转账凭证")
    return sale, await _order(house, sale), card


async def _uploaded(house: House, customer: User) -> tuple[str, str]:
    picture = BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "JPEG")
    await customer.send_photo(picture.getvalue())
    await house.emulator.idle()
    photo = next(each for each in reversed(customer.messages()) if each.kind == "photo" and not each.is_bot)
    return photo.data["photo"][-1]["file_id"], photo.data["photo"][-1]["file_unique_id"]


async def _reference(house: House, sale: money.Sale) -> str:
    state = await store_of(house).read(attempts.state, sale.actor, sale.order_id)
    assert state.attempt is not None
    return state.attempt.reference


async def _open_refund(house: House) -> None:
    await wang(house).tap("🙋 我来处理", answer=True)
    await wang(house).expect("🙋 小王")
    await wang(house).tap("⋯ 更多")
    await wang(house).expect("还要做什么？")
    await wang(house).tap("💸 退款…")
    await wang(house).expect("退多少？")


async def _ask_refund(house: House) -> Message:
    await _open_refund(house)
    await wang(house).tap("✏️ 输入退款金额")
    return await wang(house).expect("请回复这条消息")


async def _order(house: House, sale: money.Sale) -> Order:
    return await store_of(house).read(orders.get, SYSTEM, sale.order_id)
