"""The money books in chat: a day, what differs from a bill, refunds of a console, and a day as a file."""

from __future__ import annotations

from typing import Any

from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, ZH_ID, House
from services.payments import repository
from services.payments.events import apply_event
from services.payments.types import BillLine
from services.reconciliation import service
from services.reconciliation.types import Run
from services.shared import sheets
from services.shared.actors import SYSTEM
from services.shared.db import Store
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import boss, meet, wang
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK
from tests.services.reconciliation import bills
from tests.services.reconciliation.bills import DAY, TODAY, Till, line
from tests.services.staff.roster import enlist
from tests.statements import counted


async def three_differences(store: Store, telegram_id: int = 1001) -> tuple[Till, Run, list[str]]:
    """A day with one of each kind; the providers' numbers of what was paid."""
    till = await bills.open_till(store, telegram_id)
    sales = [await till.pay() for _ in range(3)]
    stranger = line(*sales[0], number="", provider_number="t-extra")
    till.provider.bills[DAY] = (line(*sales[1], amount=yuan(198)), line(*sales[2], fee=yuan(1)), stranger)
    return till, await till.run(), [event.provider_payment_id for _, event in sales]


async def test_a_bookkeeper_s_morning(shop: House) -> None:  # noqa: F811
    store, keeper = store_of(shop), await meet(shop, EN_ID)
    await enlist(store, EN_ID, "finance", "Chen")
    await meet(shop)
    await three_differences(store, ZH_ID)
    card = await boss(shop).expect("对账.*3 处不符")
    assert card.text.startswith("⚠️ 对账 模拟支付（不扣款） 11月23日：3 处不符")
    day = await say(keeper, "/finance", "Books")
    assert day.text.splitlines() == [
        "💰 Books · Nov 23 Mon", "No money moved on this day.", "", "🔎 Against the providers' bills",
        "Sandbox (no real money): ⚠️ 3 differences"]
    run = await press(keeper, "Sandbox (no real money) ⚠️ 3", "Bill 3")
    assert [each.split(" CN¥")[0] for each in run.text.splitlines()[4:]] == [
        "❓ Not on the bill: payment", "➕ Not in the books: payment", "≠ Another amount: payment"]
    # The sandbox that this house really talks to has no bill: what was found stays.
    await keeper.tap("🔄 Compare again", answer=True)
    shown = await press(keeper, next(each for each in run.labels if "❓" in each), "in the provider's console")
    assert "Order QL-" in shown.text and "Our number" in shown.text
    await press(keeper, "💬 Say why…", "Say why, in at most")
    await say(keeper, "x" * 301, "1 to 300")
    done = await say(keeper, "It came a day later", "Explained by Chen")
    assert done.text.splitlines()[-1] == "💬 It came a day later"
    assert "💬 Say why…" not in done.labels
    again = await press(keeper, "⬅️ Back", "1 explained")
    assert again.text.splitlines()[-1].startswith("☑️")
    # Today's takings, with the fee that the bill told of, and the file of the day.
    await press(keeper, "⬅️ Back", "Nov 23")
    today = await press(keeper, "11-24 ›", "Nov 24")
    assert today.text.splitlines()[1] == (
        "Sandbox (no real money) in CN¥597.00 · fees CN¥1.00 · net CN¥596.00")
    assert [label for label in today.labels if "›" in label] == []
    await press(keeper, "‹ 11-23", "Nov 23")
    await keeper.tap("📄 CSV file")
    sent = await keeper.expect(kind="document")
    buffer = await shop.application.bot.download(sent.data["document"]["file_id"])
    assert buffer is not None
    rows = sheets.read(buffer.read(), "books.csv")
    assert [row[2:4] for row in rows[1:]] == [
        ("not in the books", "payment"), ("another amount", "payment"), ("not on the bill", "payment")]
    assert (rows[3][10], rows[3][11], rows[3][12]) == ("explained", "It came a day later", "Chen")
    await assert_clean(shop)


async def test_days_that_are_typed_and_who_may_not_look(shop: House) -> None:  # noqa: F811
    owner, clerk = await meet(shop, OWNER_ID), await meet(shop, STAFF_ID)
    home = await say(owner, "/admin", "管理")
    assert "💰 财务" in home.labels
    day = await press(owner, "💰 财务", "财务 · 11月23日")
    assert "这一天还没有对账" in day.text
    await press(owner, "📅 选日期", "看哪一天")
    await say(owner, "哪天都行", "没看懂")
    assert "财务 · 11月20日" in (await say(owner, "11-20", "11月20日")).text
    assert "财务 · 11月24日 周二（未结束）" in (await say(owner, "/finance 11-24", "11月24日")).text
    assert (await say(clerk, "/finance", ".")).text == "你没有这项权限"
    # A day later the bill of yesterday is fetched by itself, and the group hears of what differs.
    stranger = BillLine("capture", "ELSEWHERE", "4200000001", yuan(5), yuan(0), shop.clock.now())
    providers: Any = shop.application.shop.providers
    providers["wechat"] = money.RecordingProvider("wechat", bills={TODAY: (stranger,)})
    shop.clock.move(24 * 3600)
    await boss(shop).expect("对账 微信支付 11月24日：1 处不符")
    await say(clerk, "/start finance_1", "只给财务看")
    await clerk.tap("🔎 看差异", answer=True)
    assert "ELSEWHERE" not in clerk.last_message.text
    await say(owner, "/start finance_1", "只给财务看")
    run = await press(owner, "🔎 看差异", "账单 1 笔")
    assert run.text.splitlines()[-1] == "➕ 账本里没有：收款 ¥5.00 · ELSEWHERE"
    await assert_clean(shop)


async def test_a_refund_of_the_console_is_booked_in_the_group_and_another_is_not(shop: House) -> None:  # noqa: F811
    store = store_of(shop)
    await meet(shop)
    owner = await meet(shop, OWNER_ID)
    sale = await money.open_sale(store, telegram_id=ZH_ID)
    await store.write(apply_event, money.event(sale.attempt))
    for name, amount in (("rf_1", 100), ("rf_2", 50)):
        told = money.event(sale.attempt, kind="refund", provider_payment_id=name, refund_number=f"C{name}",
                           amount=yuan(amount))
        await store.write(apply_event, told)
        await wang(shop).expect(f"后台退了 ¥{amount}.00")
    day = await say(owner, "/finance", "待处理退款 2 笔，其中平台后台退的 2 笔")
    assert "↩️ 待处理退款 2" in day.labels
    listed = await press(owner, "↩️ 待处理退款 2", "等人入账")
    assert len([each for each in listed.labels if each.startswith("QL-")]) == 2
    await wang(shop).tap("✅ 入账 ¥100.00")
    await wang(shop).expect("✅ 小王 已入账")
    assert await money.standing_of(sale) == ("placed", "partly_refunded", 39800, 10000)
    await shop.emulator.user(ZH_ID).expect("已退")
    # In private the other one: not the shop's, with a reason.
    sheet = await press(owner, next(each for each in listed.labels if "50.00" in each), "rf_2")
    assert {"✅ 入账 ¥50.00", "🙅 不入账…"} <= set(sheet.labels)
    await press(owner, "🙅 不入账…", "为什么不入账")
    await say(owner, "客户换了卡，已线下处理", "原因已记下")
    await wang(shop).expect("🙅 没有入账 店主.*客户换了卡")
    # And one that people pay out by hand, from the same list.
    await store.write(lambda tx: repository.add_refund(tx, sale.attempt, yuan(9), "staff", DESK.label, "manual"))
    await say(owner, "/finance", "待处理退款 1 笔")
    by_hand = await press(owner, "↩️ 待处理退款 1", "要人工付出去")
    await press(owner, next(each for each in by_hand.labels if each.startswith("QL-")), "✋")
    await press(owner, "✅ 已退款", "已由 店主 退款|店主")
    assert await money.refunds(sale) == [
        (10000, "external", "succeeded"), (5000, "external", "failed"), (900, "staff", "succeeded")]
    await assert_clean(shop)


async def test_the_screens_ask_the_database_a_known_number_of_times(store: Store) -> None:
    _, run, _ = await three_differences(store)
    first = (await store.read(service.run_page, SYSTEM, run.id, 1, 6))[1][0]
    asked = {}
    for name, read in {
        "day": lambda: store.read(service.day_books, SYSTEM, TODAY, "Asia/Shanghai"),
        "run": lambda: store.read(service.run_page, SYSTEM, run.id, 1, 6),
        "difference": lambda: store.read(service.difference, SYSTEM, first.id),
        "refunds": lambda: store.read(service.outstanding, SYSTEM, 1, 6),
    }.items():
        with counted(store) as statements:
            await read()
        asked[name] = len(statements)
    assert asked == {"day": 3, "run": 2, "difference": 2, "refunds": 2}
