"""Second persons: the card in the group, the list in private, and who hears of it."""

from __future__ import annotations

import pytest

from bot.demo.house import EN_ID, OWNER_ID, STAFF_ID, House
from handlers.staff import approving
from services.shared.actors import Actor
from services.shared.db import Tx
from services.staff import approvals
from tests.handlers.admin.test_team import started
from tests.handlers.running import assert_clean, press, say, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import boss, wang
from tests.services.staff.roster import enlist, staff_actor

ACT = "orders.refund"
WANG = staff_actor("orders", STAFF_ID)


def agree(tx: Tx, actor: Actor, approval_id: int) -> None:
    approvals.take(tx, actor, approval_id, ACT)


async def asked(house: House, number: str = "QL-261124-7F3A", subject: int = 1) -> None:
    facts = {"number": number, "amount": 60_000}
    await store_of(house).write(approvals.request, WANG, ACT, f"order:{subject}", facts)
    await wang(house).expect(f"退款 ¥600.00 · 订单 {number}")


async def test_the_card_is_decided_by_another_person(
    shop: House, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    monkeypatch.setitem(approving.EXECUTORS, ACT, agree)
    mine = await started(shop, STAFF_ID)
    await asked(shop)
    tap = await wang(shop).tap("✅ 批准", answer=True)
    assert (await tap.answered())["text"] == "你没有这项权限"
    tap = await boss(shop).tap("✅ 批准", answer=True)
    assert (await tap.answered())["text"] == "✅ 已批准，正在执行"
    card = await boss(shop).expect("已批准")
    assert card.text.splitlines() == [
        "⏳ 需要第二个人批准", "💸 退款 ¥600.00 · 订单 QL-261124-7F3A", "🙋 小王 · 11-24 14:00",
        "✅ 店主 已批准 · 11-24 14:00",
    ]
    assert card.labels == []
    await mine.expect("✅ 店主 批准了：💸 退款 ¥600.00 · 订单 QL-261124-7F3A")
    await assert_clean(shop)


async def test_the_list_in_private(shop: House) -> None:  # noqa: F811
    await enlist(store_of(shop), EN_ID, "finance", "Jay")
    jay = await started(shop, EN_ID)
    await asked(shop)
    await asked(shop, "QL-261124-8888", 2)
    home = await say(jay, "/admin", "Back office")
    assert "⏳ 2 requests wait for approval" in home.text
    listed = await press(jay, "⏳ Approvals", "Waiting for approval")
    assert listed.labels == ["✅ Approve 1", "❌ Refuse", "✅ Approve 2", "❌ Refuse", "⚙️ Back office"]
    await press(jay, "❌ Refuse", "QL-261124-8888")
    card = next(each for each in wang(shop).messages() if "7F3A" in each.text)
    await wang(shop).expect("❌ Jay 已拒绝")
    assert card.id
    assert "QL-261124-7F3A" not in jay.last_message.text
    await assert_clean(shop)


async def test_nobody_approves_their_own(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setitem(approving.EXECUTORS, ACT, agree)
    owner = staff_actor("owner", OWNER_ID, "店主")
    await store_of(shop).write(approvals.request, owner, ACT, "order:1", {"number": "QL-1", "amount": 100})
    await boss(shop).expect("QL-1")
    tap = await boss(shop).tap("✅ 批准", answer=True)
    assert (await tap.answered())["text"] == "这件事要由另一个人批准，不能自己批自己。"
    await assert_clean(shop)
