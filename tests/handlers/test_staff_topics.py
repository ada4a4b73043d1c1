"""A staff group that is a forum: a topic for each kind, made once, made again when somebody deletes it."""

from __future__ import annotations

from typing import Any

from bot.demo.house import House
from services.shipping import desk, topics
from tests.handlers.running import assert_clean, shop, store_of  # noqa: F401 - the fixture `shop`
from tests.handlers.staff_desk import paid_order, wang
from tests.services.shipping.counter import WANG


def made(house: House) -> list[str]:
    """The names of the topics that the bot made, oldest first."""
    return [call.body["name"] for call in house.emulator.log("createForumTopic")]


async def test_cards_stand_in_the_topic_of_their_kind(shop: House) -> None:  # noqa: F811
    shop.emulator.chat(shop.staff_chat_id).forum = True
    sale, order = await paid_order(shop)
    thread = await store_of(shop).read(topics.find, shop.staff_chat_id, topics.ORDERS)
    card = await wang(shop).in_chat(shop.staff_chat_id, thread).expect(order.number)
    assert (card.thread, made(shop)) == (thread, ["📦 订单"])
    person = wang(shop).in_chat(shop.staff_chat_id, thread)
    await person.tap("🙋 我来处理", answer=True)
    await person.expect("🙋 小王")
    await person.tap("📦 发货")
    question = await person.expect("请回复这条消息")
    assert question.thread == thread
    await person.send("SF123456789012", reply_to=question.id)
    draft = await person.expect("像是 顺风快递")
    assert draft.thread == thread
    await person.tap("✅ 确认发货")
    await person.expect("🚚 已发货")
    assert sale.order_id == 1
    await assert_clean(shop)


async def test_a_deleted_topic_is_made_again(shop: House) -> None:  # noqa: F811
    group: Any = shop.emulator.chat(shop.staff_chat_id)
    group.forum = True
    sale, order = await paid_order(shop)
    first = await store_of(shop).read(topics.find, shop.staff_chat_id, topics.ORDERS)
    for message in wang(shop).messages():
        await wang(shop).delete(message.id)
    del group.topics[first]
    await store_of(shop).write(desk.take, WANG, sale.order_id)
    again = await wang(shop).expect(f"{order.number}.*🙋 小王", timeout=8)
    assert again.thread not in (None, first)
    assert made(shop) == ["📦 订单", "📦 订单"]
    assert await store_of(shop).read(topics.find, shop.staff_chat_id, topics.ORDERS) == again.thread
