"""Views of one demo order in every state, and sources that record what is asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.pages.views import (
    BankLine,
    DocumentView,
    EntryView,
    ItemView,
    LineView,
    LinkExpired,
    LinkUnknown,
    MethodView,
    Opening,
    OrderView,
    ParcelView,
    PayState,
    PayView,
    RecipientView,
    ShopView,
    Unanswered,
)
from services.shared.money import Money

NOW = datetime(2026, 11, 22, 6, 4, 30, tzinfo=UTC)
TOKEN = "kq3T9vXb0aLr7mYw2cHd5e"
WORDS = {
    "zh": {
        "shop": "青粒优选",
        "note": "演示商店，所有品牌均为虚构",
        "name": "林**",
        "purifier": "皓屿 净屏 P3 空气净化器",
        "white": "白色 · 标准版",
        "filter": "净屏 P3 复合滤芯",
        "off": "满1000减100",
        "coupon": "新人券",
        "wechat": "微信支付",
        "wechat-app": "微信",
        "last": "上次用过",
        "alipay": "支付宝",
        "alipay-hint": "余额、花呗或银行卡",
        "union": "银联云闪付",
        "union-hint": "银行卡",
        "bank": "银行转账",
        "bank-hint": "到账约 2 小时，24 小时内有效",
        "cod": "货到付款",
        "cod-hint": "现金或扫快递员的码",
        "holder": "户名",
        "company": "青粒优选（演示）有限公司",
        "account": "账号",
        "address": "北京市海淀区 ****** 号院",
        "courier": "圆周速递（模拟）",
        "courier-2": "顺风快递（模拟）",
        "snow": "因暴雪在济南停运一天，不用你做什么。不想等，可以取消这个包裹并退款。",
        "monitor": "鹿木 空气检测仪 PM2.5 ×1",
        "held": "天气原因，停留【济南】",
        "picked": "已揽收【南京】",
        "arrived": "到达【北京分拨中心】",
        "left": "离开【上海转运中心】",
        "picked-2": "已揽收【上海】",
        "handed": "商家已发货",
        "packed": "仓库已打包",
        "invoice": "电子发票",
        "receipt": "付款凭证",
        "warranty": "保修卡 · 净屏 P3",
        "goods": "商品",
        "delivery": "运费",
    },
    "en": {
        "shop": "Qingli Select",
        "note": "demo store, all brands are invented",
        "name": "Lin**",
        "purifier": "Haoyu PureScreen P3 air purifier",
        "white": "White · Standard",
        "filter": "PureScreen P3 composite filter",
        "off": "¥100 off ¥1,000",
        "coupon": "Welcome coupon",
        "wechat": "WeChat Pay",
        "wechat-app": "WeChat",
        "last": "used last time",
        "alipay": "Alipay",
        "alipay-hint": "balance, credit or bank card",
        "union": "UnionPay",
        "union-hint": "bank card",
        "bank": "Bank transfer",
        "bank-hint": "arrives in about 2 hours, valid for 24",
        "cod": "Cash on delivery",
        "cod-hint": "cash or the courier’s code",
        "holder": "Account holder",
        "company": "Qingli Select (Demo) Ltd",
        "account": "Account number",
        "address": "******, Haidian, Beijing",
        "courier": "Circle Express (simulated)",
        "courier-2": "Shunfeng (simulated)",
        "snow": "Snow stopped transport in Jinan for a day. There is nothing you need to do. If you’d rather not wait, "
        "you can cancel this parcel for a refund.",
        "monitor": "Lumu air monitor PM2.5 ×1",
        "held": "Held in Jinan by weather",
        "picked": "Picked up in Nanjing",
        "arrived": "Arrived at the Beijing hub",
        "left": "Left the Shanghai hub",
        "picked-2": "Picked up in Shanghai",
        "handed": "Handed to the courier",
        "packed": "Packed",
        "invoice": "E-invoice",
        "receipt": "Payment receipt",
        "warranty": "Warranty · PureScreen P3",
        "goods": "Items",
        "delivery": "Delivery",
    },
}


def yuan(fen: int) -> Money:
    return Money(fen, "CNY")


def shop_view(language: str) -> ShopView:
    words = WORDS[language]
    return ShopView(
        words["shop"],
        "https://t.me/qingli_bot",
        support_url="https://t.me/qingli_bot?start=support",
        note=words["note"],
        terms_url="/terms",
        privacy_url="/privacy",
        returns_url="/returns",
    )


def items(language: str) -> tuple[ItemView, ...]:
    words = WORDS[language]
    return (
        ItemView(words["purifier"], 1, yuan(129900), words["white"], "/media/purifier.svg"),
        ItemView(words["filter"], 2, yuan(39800), picture_url="/media/filter.svg"),
    )


def methods(language: str, chosen: str = "wechat") -> tuple[MethodView, ...]:
    words = WORDS[language]
    rows = (
        MethodView(
            "wechat", words["wechat"], "wallet", "chat", words["last"], "/sandbox/pay/7f3a-1", words["wechat-app"]
        ),
        MethodView("alipay", words["alipay"], "wallet", "wallet", words["alipay-hint"], "/sandbox/pay/7f3a-1"),
        MethodView("unionpay", words["union"], "wallet", "card", words["union-hint"], "/sandbox/pay/7f3a-1"),
        MethodView("bank", words["bank"], "bank", "bank", words["bank-hint"]),
        MethodView("cod", words["cod"], "cod", "cod", words["cod-hint"]),
    )
    return tuple(replace(method, chosen=method.code == chosen) for method in rows)


def pay_view(language: str, state: PayState = "pending", chosen: str = "wechat", **changes: object) -> PayView:
    words = WORDS[language]
    view = PayView(
        state=state,
        order_number="QL-261122-7F3A",
        amount=yuan(156200),
        as_of=NOW,
        placed_at=NOW - timedelta(seconds=28),
        expires_at=NOW + timedelta(seconds=872),
        page_url=f"https://shop.example/pay/{TOKEN}",
        recipient=words["name"],
        items=items(language),
        adjustments=(LineView(words["off"], yuan(-10000)), LineView(words["coupon"], yuan(-3500))),
        methods=methods(language, chosen),
        bank=(
            BankLine(words["holder"], words["company"]),
            BankLine(words["account"], "6200 0000 0000 1234", "6200000000001234"),
        ),
        reference="QL7F3A",
        due_at=NOW + timedelta(days=3),
        chat_url="https://t.me/qingli_bot?start=o7F3A",
        order_url=f"/orders/{TOKEN}",
        again_url="https://t.me/qingli_bot?start=again",
    )
    facts: dict[str, dict[str, object]] = {
        "late": {"refund": yuan(156200), "refund_to": words["wechat"]},
        "twice": {"refund": yuan(156200), "refund_to": words["alipay"]},
        "refunded": {"refund": yuan(156200)},
        "wrong": {"received": yuan(150000), "rest_method": "wechat"},
    }
    return replace(view, **(facts.get(state, {}) | changes))


def order_view(language: str, **changes: object) -> OrderView:
    words = WORDS[language]

    def entry(key: str, hours: float, problem: bool = False) -> EntryView:
        return EntryView(words[key], NOW - timedelta(hours=hours), problem)

    view = OrderView(
        number="QL-261121-5C20",
        stage="moving",
        placed_at=NOW - timedelta(hours=25),
        items=items(language),
        lines=(
            LineView(words["goods"], yuan(169700)),
            LineView(words["off"], yuan(-10000)),
            LineView(words["coupon"], yuan(-3000)),
            LineView(words["delivery"], yuan(0)),
        ),
        total=yuan(156700),
        paid_at=NOW - timedelta(hours=24),
        shipped_at=NOW - timedelta(hours=20),
        due_at=NOW + timedelta(days=3),
        parcels=(
            ParcelView(
                "delayed",
                words["courier"],
                "YZ8800441721",
                words["monitor"],
                NOW + timedelta(days=5),
                words["snow"],
                (entry("held", 5, True), entry("picked", 18)),
            ),
            ParcelView(
                "moving",
                words["courier-2"],
                "SF123456789012",
                words["purifier"] + " ×1",
                NOW + timedelta(days=3),
                "",
                (entry("arrived", 0), entry("left", 4), entry("picked-2", 6), entry("handed", 20), entry("packed", 21)),
            ),
        ),
        recipient=RecipientView(words["name"], "138****5678", words["address"]),
        documents=(
            DocumentView(words["invoice"], "/documents/1", "invoice", "PDF · 84 kB"),
            DocumentView(words["receipt"], "/documents/2", "receipt", "PDF · 41 kB"),
            DocumentView(words["warranty"], "/documents/3", "warranty"),
        ),
        chat_url="https://t.me/qingli_bot?start=o5C20",
    )
    return replace(view, **changes)


class RecordingPaySource:
    """Shows `view` for TOKEN and records every wish; `change` wakes whoever waits."""

    def __init__(self) -> None:
        self.make: Callable[[str], PayView] = pay_view
        self.calls: list[tuple[str, ...]] = []
        self.opening: Any = None
        self.waiting = asyncio.Event()
        self._changed = asyncio.Event()

    def show(self, make: Callable[[str], PayView]) -> None:
        self.make = make
        self._changed.set()

    async def view(self, token: str, language: str) -> PayView:
        self._require(token)
        return self.make(language)

    async def wait(self, token: str, known: str, seconds: float) -> None:
        self._require(token)
        self.waiting.set()
        await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()

    async def choose_method(self, token: str, code: str) -> None:
        self._require(token)
        self.calls.append(("choose_method", code))

    async def open(self, token: str, code: str, channel: str, payer_ip: str) -> Opening | None:
        self._require(token)
        self.calls.append(("open", code, channel, payer_ip))
        if self.opening is Unanswered:
            raise Unanswered
        return self.opening

    async def check(self, token: str) -> None:
        self._require(token)
        self.calls.append(("check",))

    async def confirm_cod(self, token: str) -> None:
        self._require(token)
        self.calls.append(("confirm_cod",))

    def _require(self, token: str) -> None:
        if token == "past":
            raise LinkExpired
        if token != TOKEN:
            raise LinkUnknown


class OneOrderSource:
    def __init__(self) -> None:
        self.make: Callable[[str], OrderView] = order_view

    async def view(self, token: str, language: str) -> OrderView:
        if token == "crash":
            raise RuntimeError("database is on fire")
        if token != TOKEN:
            raise LinkUnknown
        return self.make(language)
