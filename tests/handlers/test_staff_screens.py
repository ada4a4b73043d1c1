"""Cards and notices as text: both languages, long names, every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.screens import shipping as notices
from handlers.screens import staff as screens
from locales import translator
from services.orders.types import HistoryEntry, Order
from services.shared.db import Store
from services.shared.money import Money
from services.shipping import desk, service
from services.shipping.types import Card
from tests.conftest import START
from tests.services.shipping.counter import NUMBER, WANG, cash_order, order, paid_order

ZH, EN = (translator(language, "Asia/Shanghai") for language in ("zh", "en"))
LINK = "https://t.me/bot?start=staff_1"
LINKS = screens.Links(LINK, LINK, LINK)


async def _card(store: Store) -> Card:
    sale = await paid_order(store)
    return await store.read(desk.card, WANG, sale.order_id)


async def test_the_card_in_english(store: Store) -> None:
    card = await _card(store)
    assert screens.order_card(EN, card, LINKS).text.splitlines() == [
        f"🆕 New <b>{card.order.number}</b> · Paid CN¥398.00 · {EN.plain('payments-method-sandbox')} · 14:00",
        "👤 林** · 1 order · 📍 Beijing",
        "F9 goods ×2 (F9)",
        f"🙋 Nobody has taken it · ⏱ {EN.moment(START)}",
        "────",
        "14:00 Customer placed the order",
        "14:00 Shop received the payment",
    ]


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({}, "🆕"), ({"claimed_by": 42}, "🙋"), ({"state": "confirmed"}, "📦"),
        ({"state": "confirmed", "paid_at": None}, "✅"), ({"fulfilment": "shipped"}, "🚚"),
        ({"fulfilment": "delivered"}, "🏁"), ({"state": "completed"}, "🏁"), ({"state": "cancelled"}, "⛔"),
    ],
)
async def test_the_sign_follows_the_state(store: Store, changes: dict[str, object], sign: str) -> None:
    card = await _card(store)
    shown = replace(card, order=replace(card.order, **changes))  # type: ignore[arg-type]
    assert screens.order_card(ZH, shown, LINKS).text[0] == sign


@pytest.mark.parametrize("t", [ZH, EN], ids=["zh", "en"])
async def test_the_longest_card_fits_and_is_escaped(store: Store, t) -> None:  # type: ignore[no-untyped-def]
    card = await _card(store)
    name = {"zh": "<b>&" + "长" * 80, "en": "<b>&" + "w" * 80}
    lines = tuple(replace(card.order.lines[0], id=n, name=name) for n in range(40))
    full = replace(card, order=replace(card.order, lines=lines, note="<i>" + "备" * 200))
    text = screens.order_card(t, full, LINKS).text
    assert len(text) <= 4096
    assert "<b>&w" not in text and "<i>" not in text and "&lt;i&gt;" in text
    assert t.n("staff-more-lines", 28) in text


async def test_only_the_newest_changes_are_listed_with_the_day_of_older_ones(store: Store) -> None:
    card = await _card(store)
    entries = tuple(
        HistoryEntry(n, "fulfilment", "unfulfilled", "shipped", "staff:42", "小王", None, START + timedelta(days=n))
        for n in range(7)
    )
    text = screens.order_card(ZH, replace(card, order=replace(card.order, history=entries)), LINKS).text
    assert text.splitlines()[-5:] == [
        "11-26 14:00 小王 发货", "11-27 14:00 小王 发货", "11-28 14:00 小王 发货",
        "11-29 14:00 小王 发货", "14:00 小王 发货",
    ]


async def test_reasons_of_a_cancelled_order_are_named(store: Store) -> None:
    card = await _card(store)

    def last(reason: str) -> str:
        entry = HistoryEntry(1, "order", "placed", "cancelled", "system:0", "", reason, START)
        return screens.order_card(ZH, replace(card, order=replace(card.order, history=(entry,))), LINKS).text

    assert last("expired").endswith("14:00 系统 取消订单（超时未付款）")
    assert last("customer").endswith("14:00 系统 取消订单")


async def test_the_notice_of_a_parcel_to_pay_at_the_door(store: Store) -> None:
    order_id = await cash_order(store)
    parcel = await store.write(service.ship, WANG, order_id, "shunfeng", NUMBER)
    shipped = await order(store, order_id)
    assert notices.shipped(EN, shipped, [parcel], 0).text.splitlines() == [
        f"📦 <b>{shipped.number}</b> has shipped",
        f"🚚 Shunfeng (simulated) <code>{NUMBER}</code>",
        "Due in 2–3 working days",
        "💵 Please have CN¥1,299.00 in cash ready",
    ]
    await store.write(service.deliver, WANG, order_id)
    delivered = notices.delivered(ZH, await order(store, order_id))
    assert delivered.text.splitlines()[1] == "💵 已收现金 ¥1,299.00"
    assert [key.text for row in delivered.keyboard.inline_keyboard for key in row] == ["✅ 确认收货", "📦 查看订单"]  # type: ignore[union-attr]


async def test_a_service_is_done_and_not_delivered(store: Store) -> None:
    card = await _card(store)
    done: Order = replace(card.order, lines=(replace(card.order.lines[0], kind="service"),), fulfilment="delivered")
    assert notices.delivered(EN, done).text == f"🏁 The service of <b>{done.number}</b> is done. Is everything right?"


def test_every_alert_has_words_in_both_languages() -> None:
    for t in (ZH, EN):
        for kind in ("mismatch", "part", "foreign-refund", "returned", "refund-failed", "refund-bounced"):
            screen = screens.alert(t, f"staff-alert-{kind}", LINK, "QL-1", Money(100, "CNY"), Money(200, "CNY"))
            assert "QL-1" in screen.text and "1.00" in screen.text
