"""What stands in the chats when the fake emulator says hello: four people, a shop and a group of its staff."""

import base64
from datetime import datetime, timedelta, timezone
from typing import Any

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NOW = datetime(2026, 11, 22, 14, 6, tzinfo=timezone(timedelta(hours=8)))
BOT = 7_000_001
LIN, JAY, WANG, OWNER, ZHAO = 101, 102, 103, 104, 105
GROUP = -9_000_000_100
PICTURES = {"purifier": (320, 320), "purifier-gray": (320, 320), "filter": (320, 320), "qr-pay": (37, 37)}

Frame = dict[str, Any]


def at(clock: str) -> int:
    """Milliseconds of a time today in the shop's zone."""
    hour, minute = (int(part) for part in clock.split(":"))
    return int(NOW.replace(hour=hour, minute=minute).timestamp() * 1000)


def person(id_: int, name: str, language: str, zh: str, en: str, avatar: str, letter: str) -> Frame:
    about = {"zh": zh, "en": en}
    return {
        "id": id_,
        "first_name": name,
        "username": f"user{id_}",
        "language": language,
        "about": about,
        "avatar": avatar,
        "letter": letter,
    }


def private(id_: int) -> Frame:
    return {"id": id_, "kind": "private", "title": "", "person_ids": [id_], "forum": False, "members": 2}


def key(place: str, text: str, kind: str = "callback", **facts: Any) -> Frame:
    return {"i": place, "text": text, "kind": kind, "style": None, "disabled": False, **facts}


def message(chat: int, id_: int, clock: str, html: str, sender: int = BOT, **facts: Any) -> Frame:
    names = {BOT: "青粒优选", LIN: "林小满", JAY: "Jay", WANG: "小王", OWNER: "店主", ZHAO: "小赵"}
    plain = html.replace("<b>", "").replace("</b>", "")
    return {
        "chat": chat,
        "id": id_,
        "at": at(clock),
        "edited_at": None,
        "from": {"id": sender, "name": names.get(sender, "Maria"), "bot": sender == BOT},
        "out_for": [] if sender == BOT else [sender],
        "service": None,
        "text": plain or None,
        "html": html or None,
        "photo": None,
        "document": None,
        "video": None,
        "contact": None,
        "location": None,
        "media_group": None,
        "dice": None,
        "reply_to": None,
        "via_bot": False,
        "thread": None,
        "thread_name": None,
        "forwarded": False,
        "keyboard": None,
    } | facts


def photo(name: str) -> Frame:
    width, height = PICTURES[name]
    return {"file_id": name, "w": width, "h": height}


def product_card(quantity: int = 1) -> Frame:
    html = (
        "<b>皓屿 净屏 P3 空气净化器</b>\n<b>¥1,299.00</b>  <s>原价 ¥1,599.00</s>\n👑 金卡价 ¥1,249.00 · 库存充足\n"
        f"⭐ 4.8（126） · 月销 342\n已选：<b>白色 · 标准版</b> · 数量 <b>{quantity}</b>\n"
        "🏷 满1000减100 · 🎟 可领 2 张券\n🚚 今天 16:00 前下单，预计周三到"
    )
    rows = [
        [key("0:0", "‹"), key("0:1", "📷 1/5"), key("0:2", "›")],
        [
            key("1:0", "✅ 白", style="success"),
            key("1:1", "灰"),
            key("1:2", "黑 ✖ 售罄", disabled=True),
        ],
        [key("2:0", "−"), key("2:1", str(quantity)), key("2:2", "＋")],
        [key("3:0", "🛒 加入购物车"), key("3:1", "⚡ 立即购买", style="primary")],
        [
            key("4:0", "❤️ 收藏"),
            key("4:1", "⚖️ 对比"),
            key("4:2", "↗️ 分享", "switch_inline", query="P3"),
        ],
        [key("5:0", "⬅️ 返回"), key("5:1", "🏠 首页")],
    ]
    return message(LIN, 3, "14:03", html, photo=photo("purifier"), keyboard=rows, edited_at=at("14:05"))


def payment() -> Frame:
    until = int(NOW.timestamp()) + 872
    html = (
        "💳 <b>To pay CN¥1,562.00</b> · WeChat Pay\nOrder <code>QL-261122-7F3A</code>\n"
        f'⏳ Please pay <time data-unix="{until}" data-format="r">in 15 minutes</time>; then it is cancelled.\n'
        '① Phone: “Open pay page”\n② Computer: scan the code\n③ <a href="https://t.me/qingli_bot?start=help">Help</a>'
    )
    rows = [
        [key("0:0", "🔗 Open pay page", "url", url="http://127.0.0.1/pay/abc", style="primary")],
        [key("1:0", "✅ I've paid"), key("1:1", "🔁 Change method")],
        [key("2:0", "📋 Copy order no.", "copy", copy="QL-261122-7F3A"), key("2:1", "💬 Problem?")],
        [
            key("3:0", "❌ Cancel order", style="danger"),
            key("3:1", "🏠 Home", "url", url="https://t.me/qingli_bot?start=home"),
        ],
    ]
    return message(JAY, 5, "14:04", html, photo=photo("qr-pay"), keyboard=rows)


def group_messages() -> list[Frame]:
    order = (
        "🆕 <b>QL-261122-7F3B</b> · 已付款 <b>¥1,562.00</b> 微信\n👤 林** 👑金 · 第 3 单 · 📍 北京海淀\n"
        "净屏 P3 白 ×1（A-03-2）\nP3 滤芯 ×2（A-01-5）\n📝 请送货前电话\n🙋 未认领"
    )
    done = (
        "✅ <b>QL-261122-7F2E</b> · 已确认\n👤 陈** 👑银 · 第 6 单 · 📍 上海浦东\n"
        "小筑 IH 电饭煲 4 升 墨绿 ×1（B-02-4）\n13:48 小王 认领 · 13:51 确认"
    )
    rows = [
        [key("0:0", "📦 发货", style="primary"), key("0:1", "💬 联系客户")],
        [
            key("1:0", "🧾 面单"),
            key("1:1", "👁 完整信息", "url", url="https://t.me/qingli_bot?start=o1"),
            key("1:2", "⋯"),
        ],
        [key("2:0", "💰 退款（需主管）", disabled=True)],
    ]
    orders = {"thread": 10, "thread_name": "🆕 订单"}
    returns = {"thread": 20, "thread_name": "🛟 售后"}
    messages = [
        message(GROUP, 1, "13:51", done, keyboard=rows, edited_at=at("13:51")),
        message(GROUP, 2, "13:53", "电饭煲在 B-02-4，我去拿", ZHAO),
        message(GROUP, 3, "13:54", "好的，辛苦", WANG, reply_to=2),
        message(GROUP, 4, "13:55", "", service="小王 认领了 QL-261122-7F38"),
        message(GROUP, 5, "14:06", order, keyboard=[[key("0:0", "🙋 我来处理", style="primary")]]),
    ]
    other = message(GROUP, 0, "13:40", "AS-0192 客户寄回了退货", **returns)
    return [other, *(one | orders for one in messages)]


def private_messages() -> list[Frame]:
    paid = "✅ <b>支付成功 ¥398.00</b>\n订单 <code>QL-261121-5C20</code>\n🚚 预计周二送达 · 🪙 +39 积分"
    day = "☀️ <b>昨日小结</b> · 11月21日\n成交额 ¥18,240.00\n订单 42 单（+12%）\n待发货 7 · 售后 2 · 低库存 3 款"
    album = [
        message(OWNER, n, "09:10", "", photo=photo(name), media_group="a")
        for n, name in ((2, "purifier"), (3, "filter"), (4, "purifier-gray"))
    ]
    album[0] |= {"text": "新品三张图", "html": "新品三张图"}
    report = {"file_id": "report", "name": "2026-11-21 日报表.xlsx", "size": 48_128}
    return [
        message(LIN, 1, "13:52", paid, keyboard=[[key("0:0", "📦 查看订单"), key("0:1", "🧾 发票")]]),
        message(LIN, 2, "14:03", "净化器", LIN),
        product_card(),
        message(JAY, 1, "13:58", "Is this the filter that fits the P3?", JAY, photo=photo("filter")),
        message(JAY, 2, "13:59", "Yes, it is the <b>PureScreen P3 composite filter</b>. Lasts 6 to 9 months."),
        message(JAY, 3, "14:00", "", service="You shared your phone number"),
        message(JAY, 4, "14:01", "", JAY, contact={"name": "Jay", "phone": "+86 138 0000 0102"}),
        payment(),
        message(
            OWNER,
            1,
            "09:00",
            day,
            keyboard=[[key("0:0", "📊 详细报表"), key("0:1", "🌐 网页后台", "url", url="http://127.0.0.1/admin")]],
        ),
        *album,
        message(OWNER, 5, "09:12", "", document=report),
        message(OWNER, 6, "14:02", "", OWNER, dice={"emoji": "🎲", "value": 6}),
        message(
            OWNER,
            7,
            "14:06",
            "⚠️ <b>P3 滤芯 剩 8</b>（安全 20）\n预计 3 天售罄 · 建议采购 120",
            keyboard=[
                [key("0:0", "📝 生成采购单", style="primary")],
                [key("1:0", "⏹ 停止销售", style="danger"), key("1:1", "😴 7 天后")],
            ],
        ),
    ]


def hello() -> Frame:
    people = [
        person(LIN, "林小满", "zh", "客户 · 中文 · 👑 金卡", "Customer · Chinese · 👑 Gold", "a", "林"),
        person(JAY, "Jay 阿杰", "en", "客户 · 英文 · 普通", "Customer · English · Regular", "b", "J"),
        person(WANG, "小王", "zh", "员工 · 订单组", "Staff · orders", "c", "王"),
        person(OWNER, "店主", "zh", "管理员 · 私聊", "Admin · private chat", "d", "店"),
        person(ZHAO, "小赵", "zh", "员工 · 客服", "Staff · support", "e", "赵"),
    ]
    group = {
        "id": GROUP,
        "kind": "group",
        "title": "青粒 · 订单中台",
        "person_ids": [WANG, ZHAO],
        "forum": True,
        "members": 5,
    }
    return {
        "t": "hello",
        "now": int(NOW.timestamp() * 1000),
        "offset": 0,
        "bot": {"id": BOT, "name": {"zh": "青粒优选", "en": "Qingli Select"}, "username": "qingli_bot"},
        "people": people,
        "chats": [*(private(one["id"]) for one in people), group],
        "seats": [
            {"person": LIN, "chat": LIN},
            {"person": JAY, "chat": JAY},
            {"person": WANG, "chat": GROUP},
            {"person": OWNER, "chat": OWNER},
        ],
        "messages": [*private_messages(), *group_messages()],
    }


def log_entries() -> list[Frame]:
    refused = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    rows: list[tuple[str, str, int | None, int, int, Frame]] = [
        ("out", "sendPhoto", JAY, 200, 63, {"ok": True}),
        ("in", "update · callback_query", LIN, 200, 104, {"ok": True}),
        ("out", "editMessageText", OWNER, 429, 3, refused),
        ("web", "webhook · payment.succeeded", None, 200, 9, {"ok": True}),
        ("out", "sendMessage", GROUP, 200, 18, {"ok": True}),
    ]
    return [
        {
            "n": n,
            "at": at("14:05"),
            "dir": way,
            "what": what,
            "chat": chat,
            "status": status,
            "ms": ms,
            "body": {"chat_id": chat},
            "reply": reply,
        }
        for n, (way, what, chat, status, ms, reply) in enumerate(rows, 1)
    ]
