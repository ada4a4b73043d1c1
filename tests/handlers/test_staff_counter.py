"""Where cards stand: posted once, edited since, posted again when deleted; the owners hear when the group is closed."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.demo.house import OWNER_ID, ZH_ID, House, opened
from services.orders import service as orders
from services.outbox import service as outbox
from services.outbox.models import JobRow
from services.payments.events import apply_event
from services.shared.actors import SYSTEM
from services.shared.clock import MovableClock
from services.shipping import desk
from tests.conftest import START
from tests.handlers.running import assert_clean, shop, staffed, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import card_of, meet, paid_order, wang
from tests.services.payments import money
from tests.services.shipping.counter import WANG


async def test_a_card_that_has_not_changed_is_left_alone(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    await shop.emulator.idle()
    edits = card_of(wang(shop), order.number).edits
    await _draw_again(shop, sale)
    assert card_of(wang(shop), order.number).edits == edits
    await assert_clean(shop)


async def test_a_deleted_card_is_posted_again_with_a_mark(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    old = card_of(wang(shop), order.number)
    await wang(shop).delete(old.id)
    await store_of(shop).write(desk.take, WANG, sale.order_id)
    again = await wang(shop).expect("（重发）")
    assert again.id != old.id
    assert again.text.splitlines()[:2] == [
        "🔁 （重发）", f"🙋 处理中 {order.number} · 已付款 ¥398.00 · 🧪 模拟支付（不扣款） · 14:00",
    ]
    await store_of(shop).write(desk.confirm, WANG, sale.order_id)
    await wang(shop).expect("待发货")
    assert card_of(wang(shop), order.number).id == again.id


async def test_a_closed_group_is_told_to_the_owners_once_and_tried_again(shop: House) -> None:  # noqa: F811
    owner = await meet(shop, OWNER_ID)
    group = shop.emulator.chat(shop.staff_chat_id)
    group.blocked = True
    await meet(shop)
    sale = await money.open_sale(store_of(shop), telegram_id=ZH_ID)
    told = await owner.expect("员工群")
    assert told.text == (
        f"⚠️ 员工群（{shop.staff_chat_id}）发不进消息，订单卡片会继续重试。请检查机器人是否还在群里、能不能发言。"
    )
    assert not wang(shop).messages()
    shop.clock.move(3)
    await shop.emulator.idle(quiet=1.2)
    assert len([message for message in owner.messages() if "员工群" in message.text]) == 1
    group.blocked = False
    shop.clock.move(60)
    await wang(shop).expect("待付款", timeout=5)
    assert sale.order_id == 1


async def test_edits_that_got_lost_are_made_again(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    await shop.emulator.idle()
    shop.emulator.faults("editMessageText", "502", left=1, chat_id=shop.staff_chat_id)
    await store_of(shop).write(desk.take, WANG, sale.order_id)
    await shop.emulator.idle()
    shop.clock.move(5)
    await wang(shop).expect("🙋 小王", timeout=5)


async def test_without_a_group_the_first_owner_has_the_cards(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    from tests.ports import free_port

    async with opened(tmp_path, "127.0.0.1", free_port(), MovableClock(at=START), staff_chat_id=None) as house:
        await staffed(house)
        owner = await meet(house, OWNER_ID)
        sale = await money.open_sale(store_of(house), telegram_id=ZH_ID)
        card = await owner.expect("待付款")
        assert card.labels == ["🙋 我来处理", "👁 完整信息"]
        await owner.tap("🙋 我来处理", answer=True)
        await owner.expect("🙋 店主")
        assert sale.order_id == 1


async def test_an_order_that_nobody_takes_is_called_out_once(shop: House) -> None:  # noqa: F811
    sale, order = await paid_order(shop)
    assert await settled(shop, "staff.call-out", "waiting") == [order.placed_at + timedelta(minutes=10)]
    shop.clock.move(10 * 60)
    call = await wang(shop).expect("还没人处理", timeout=20)
    assert call.text == f"⏱ {order.number} 已等了 10 分钟，还没人处理"
    assert call.labels == ["🙋 我来处理"]
    assert len(await settled(shop, "staff.call-out", "done")) == 1
    shop.clock.move(3600)
    drawn = len(await settled(shop, "orders.card", "done"))
    await _draw_again(shop, sale)
    await settled(shop, "orders.card", "done", at_least=drawn + 1)
    assert len(await settled(shop, "staff.call-out", "done")) == 1
    assert len([message for message in wang(shop).messages() if "还没人处理" in message.text]) == 1


async def test_a_card_that_is_drawn_late_does_not_move_the_call(shop: House) -> None:  # noqa: F811
    await meet(shop)
    sale = await money.open_sale(store_of(shop), telegram_id=ZH_ID)
    order = await store_of(shop).read(orders.get, SYSTEM, sale.order_id)
    await wang(shop).expect(f"{order.number}.*待付款")
    shop.emulator.faults("editMessageText", "502", left=1, chat_id=shop.staff_chat_id)
    await store_of(shop).write(apply_event, money.event(sale.attempt))
    await shop.emulator.idle()
    shop.clock.move(5 * 60)
    assert await settled(shop, "staff.call-out", "waiting") == [order.placed_at + timedelta(minutes=10)]


async def test_an_order_that_was_taken_is_not_called_out(shop: House) -> None:  # noqa: F811
    sale, _ = await paid_order(shop)
    await store_of(shop).write(desk.take, WANG, sale.order_id)
    shop.clock.move(3600)
    await shop.emulator.idle(quiet=1.2)
    assert not [message for message in wang(shop).messages() if "还没人处理" in message.text]


async def settled(house: House, kind: str, state: str, at_least: int = 1) -> list[datetime]:
    """When the jobs of a kind are due, oldest first, as soon as at least so many of them are in `state`, and no other.

    A fault in between is over when they are.
    """
    table = JobRow.__table__
    found = select(table.c.state, table.c.due_at).where(table.c.kind == kind).order_by(table.c.id)
    async with asyncio.timeout(20):
        while True:
            rows = await store_of(house).read(lambda tx: tx.rows(found))
            if len(rows) >= at_least and all(row.state == state for row in rows):
                return [row.due_at for row in rows]
            await asyncio.sleep(0.02)


async def _draw_again(house: House, sale: money.Sale) -> None:
    await store_of(house).write(outbox.enqueue, "orders.card", {"order_id": sale.order_id})
    await house.emulator.idle(quiet=0.3)

