"""A new member of staff does each of a shop's daily jobs in the chat alone, from the invitation to the report."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyotp
import pytest

from bot.demo.emulator.driver import User
from bot.demo.house import EN_ID, OWNER_ID, ZH_ID, House
from services.customers import profile
from services.invariants import violations
from tests.e2e import purchase
from tests.e2e.purchase import EN, ZH
from tests.handlers.running import actor_of, assert_clean, press, say, store_of


@dataclass(frozen=True)
class Words:
    """What the new member of staff reads and taps; `role` is what the owner, who reads Chinese, gives them."""

    newcomer: int
    buyer: int
    buys: purchase.Words
    join: str
    joined: str
    set_up: str
    unlocked: str
    draft: str
    category: tuple[str, str]
    publish: str
    on_shelf: str
    price: tuple[str, str]
    stock: str
    take: str
    ship: str
    ask_number: str
    looks_like: str
    ship_it: str
    shipped: str
    more: str
    refund: str
    part: str
    ask_amount: str
    refunding: str
    new_push: str
    content: str
    write: str
    kept: str
    back: str
    ready: str
    will_get: str
    send: str
    report: str


IN_CHINESE = Words(
    newcomer=ZH_ID, buyer=EN_ID, buys=EN, join="🤝 加入团队", joined="欢迎加入", set_up="绑定验证器", unlocked="已解锁",
    draft="还缺：分类", category=("② 分类", "智能家居"), publish="🚀 现在上架", on_shelf="在架",
    price=("¥199.00", "¥189.00"), stock="25", take="🙋 我来处理", ship="📦 发货", ask_number="快递单号",
    looks_like="像是 顺风快递", ship_it="✅ 确认发货", shipped="已发货", more="⋯ 更多", refund="💸 退款…",
    part="✏️ 输入退款金额", ask_amount="退款金额", refunding="正在退款 ¥69.00", new_push="➕ 新推送", content="② 内容",
    write="✍️ 写 中文", kept="中文 ✓", back="⬅️ 返回", ready="🚀 准备发送", will_get="= 1 人会收到",
    send="🚀 发送给 1 人", report="净收入 ¥1,100.00",
)
IN_ENGLISH = Words(
    newcomer=EN_ID, buyer=ZH_ID, buys=ZH, join="🤝 Join the team", joined="Welcome to the team",
    set_up="Set up your authenticator", unlocked="Unlocked", draft="Missing: category",
    category=("② Category", "Smart home"), publish="🚀 Put on the shelf", on_shelf="On the shelf",
    price=("CN¥199.00", "CN¥189.00"), stock="25", take="🙋 I'll take it", ship="📦 Ship", ask_number="number",
    looks_like="looks like", ship_it="✅ Ship it", shipped="shipped", more="⋯ More", refund="💸 Refund…",
    part="✏️ Another amount", ask_amount="amount", refunding="Refunding CN¥69.00", new_push="➕ New push",
    content="② Content", write="✍️ Write English", kept="English ✓", back="⬅️ Back", ready="🚀 Get ready to send",
    will_get="= 1 will get it", send="🚀 Send to 1 people", report="Net takings CN¥1,100.00",
)


@pytest.mark.parametrize("words", [IN_CHINESE, IN_ENGLISH], ids=["zh", "en"])
async def test_the_first_day_of_a_new_manager(shopfront: House, words: Words) -> None:
    manager = await _hire(shopfront, words)
    await _unlock(shopfront, manager, words)
    code = await _list(manager, words)
    await _price_and_restock(manager, code, words)
    number = await _sell(shopfront, words)
    await _ship(shopfront, manager, number, words)
    await _refund(manager, number, words)
    await _push(shopfront, manager, words)
    assert words.report in (await say(manager, "/report", words.report)).text
    await assert_clean(shopfront)
    assert await store_of(shopfront).read(violations) == []


async def _hire(house: House, words: Words) -> User:
    """The owner invites somebody as a manager, who follows the link."""
    owner, newcomer = house.emulator.user(OWNER_ID), house.emulator.user(words.newcomer)
    for user in (owner, newcomer):
        await user.send("/start")
        await user.expect()
    await say(owner, "/admin", "管理")
    await press(owner, "👥 人员", "团队")
    await press(owner, "➕ 邀请同事", "邀请做什么")
    shown = await press(owner, "经理", "join_")
    await newcomer.open_url(next(line for line in shown.text.splitlines() if "join_" in line))
    await newcomer.expect(re.escape(words.join[2:]) + "|Qingli|青粒")
    await press(newcomer, words.join, words.joined)
    return newcomer


async def _unlock(house: House, manager: User, words: Words) -> None:
    """Sets up an authenticator with the key that is shown, and sends its code."""
    await say(manager, "/unlock", words.set_up)
    secret = next(found for each in manager.messages() if (found := re.search(r"\b[A-Z2-7]{32}\b", each.text)))
    await say(manager, pyotp.TOTP(secret.group()).at(house.clock.now()), words.unlocked)


async def _list(manager: User, words: Words) -> str:
    """A product on the shelf; returns its code."""
    await say(manager, "/add Lamp 199 20", words.draft)
    await press(manager, words.category[0], words.category[0][0])
    await press(manager, words.category[1], words.category[1])
    await press(manager, re.compile(f"^✅.*{words.category[1]}"), f"✓ {words.category[1]}")
    card = await press(manager, words.publish, words.on_shelf)
    code = re.search(r"\bG[0-9A-Z]{6}\b", card.text)
    assert code is not None
    return code.group()


async def _price_and_restock(manager: User, code: str, words: Words) -> None:
    changed = await say(manager, f"/price {code} 189", re.escape(words.price[1]))
    assert words.price[0] in changed.text
    await say(manager, f"/stock {code} +5", words.stock)


async def _sell(house: House, words: Words) -> str:
    """A customer who agreed to marketing buys; returns the last characters of the order's number."""
    buyer = house.emulator.user(words.buyer)
    await purchase.enter(buyer, words.buys)
    await store_of(house).write(profile.choose_marketing, await actor_of(house, words.buyer), True)
    await purchase.find_product(buyer, words.buys)
    await purchase.tap(buyer, words.buys.buy_now)
    await purchase.give_address(buyer, words.buys)
    await buyer.expect(words.buys.total)
    await purchase.tap(buyer, words.buys.place)
    await purchase.pay(buyer)
    receipt = await buyer.expect(words.buys.paid, timeout=15)
    number = re.search(r"QL-\d{6}-(\w{4})", receipt.text)
    assert number is not None
    return number.group(1)


async def _ship(house: House, manager: User, number: str, words: Words) -> None:
    await say(manager, f"/order {number}", number)
    await press(manager, words.take, "🙋 (林小满|Jay)")
    await press(manager, words.ship, words.ask_number)
    await say(manager, "SF123456789012", words.looks_like)
    await press(manager, words.ship_it, words.shipped)
    await house.emulator.user(words.buyer).expect("SF123456789012", timeout=10)


async def _refund(manager: User, number: str, words: Words) -> None:
    await say(manager, f"/order {number}", number)
    await press(manager, words.more, "⋯")
    await press(manager, words.refund, "💸")
    await press(manager, words.part, words.ask_amount)
    await say(manager, "69", re.escape(words.refunding))


async def _push(house: House, manager: User, words: Words) -> None:
    await say(manager, "/push", "📣")
    await press(manager, words.new_push, words.content)
    await press(manager, words.content, "✗")
    await press(manager, words.write, "{name}")
    await say(manager, "A new lamp, {name|friend}", words.kept)
    await press(manager, words.back, words.kept)
    await press(manager, words.ready, re.escape(words.will_get))
    await press(manager, words.send, ".")
    await house.emulator.user(words.buyer).expect("A new lamp", timeout=15)
