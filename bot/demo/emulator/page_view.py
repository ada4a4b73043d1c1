"""How the page sees messages, people and keyboards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from bot.demo.emulator.entities import to_html
from bot.demo.emulator.state import BotAccount, Chat, Json, Message, Person, Query
from bot.demo.emulator.till import STARS, Invoice

_SERVICE = {
    "forum_topic_created": "topic_created", "successful_payment": "paid", "refunded_payment": "refunded",
}  # fmt: skip
_KINDS = (
    ("callback_data", "callback", "data"),
    ("url", "url", "url"),
    ("login_url", "url", "url"),
    ("copy_text", "copy", "copy"),
    ("switch_inline_query", "switch_inline", "query"),
    ("switch_inline_query_current_chat", "switch_inline", "query"),
    ("switch_inline_query_chosen_chat", "switch_inline", "query"),
    ("web_app", "web_app", "url"),
    ("pay", "pay", "data"),
)


def bot_view(bot: BotAccount) -> Json:
    return {"id": bot.id, "name": bot.names, "username": bot.username}


def person_view(person: Person) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "username": person.username,
        "language": (person.language_code or "en")[:2],
        "about": dict(person.about),
        "avatar": person.avatar,
        "letter": person.letter or person.first_name[:1],
    }


def chat_view(chat: Chat, bot: BotAccount) -> Json:
    ids = [chat.id] if chat.private else [id_ for id_ in chat.members if id_ != bot.id]
    return {
        "id": chat.id,
        "kind": "private" if chat.private else "group",
        "title": chat.person.first_name if chat.person else chat.title,
        "person_ids": ids,
        "forum": chat.forum,
        "members": len(ids) + 1,
        "blocked": chat.blocked,
    }


def message_view(message: Message) -> Json:
    data = message.data
    sender = data.get("from")
    service = next((name for key, name in _SERVICE.items() if key in data), None)
    text = message.text or _facts(data)
    entities = data.get("entities") or data.get("caption_entities") or []
    edited_at = data.get("edit_date")
    return {
        "chat": message.chat.id,
        "id": message.id,
        "at": int(message.sent_at * 1000),
        "edited_at": edited_at * 1000 if edited_at else None,
        "from": sender and {"id": sender["id"], "name": sender["first_name"], "bot": sender["is_bot"]},
        "out_for": [] if message.by_bot or not sender else [sender["id"]],
        "service": service,
        "text": text or None,
        "html": to_html(text, entities) if text else None,
        **_media(data),
        "media_group": data.get("media_group_id"),
        "dice": data.get("dice"),
        "reply_to": data.get("reply_to_message", {}).get("message_id"),
        "thread": message.thread,
        "thread_name": message.chat.topics.get(message.thread or 0, {}).get("name"),
        "forwarded": "forward_origin" in data,
        "via_bot": "via_bot" in data,
        "keyboard": keyboard_view(message.keyboard) or None,
    }


def _facts(data: Json) -> str:
    """What is said of a message without a text: a topic's name, an invoice, an amount that was paid."""
    if "invoice" in data:
        invoice = data["invoice"]
        return f"{invoice['title']}\n{invoice['description']}\n{amount_text(invoice)}"
    for kind in ("successful_payment", "refunded_payment"):
        if kind in data:
            return amount_text(data[kind])
    return data.get("forum_topic_created", {}).get("name", "")


def amount_text(paid: Json) -> str:
    """An amount as the sheet shows it: whole Stars, other currencies with their decimals."""
    if paid["currency"] == STARS:
        return f"⭐ {paid['total_amount']}"
    decimals = get_currency_precision(paid["currency"])
    return f"{paid['currency']} {Decimal(paid['total_amount']).scaleb(-decimals)}"


def invoice_view(person: Person, invoice: Invoice, ref: Json) -> Json:
    """The sheet over an invoice; ``ref`` comes back with the order to pay."""
    shown = invoice.json()
    return {"t": "invoice", "person": person.id, "title": shown["title"], "text": shown["description"],
            "amount": amount_text(shown), "ref": ref}


def _media(data: Json) -> Json:
    photo = data["photo"][-1] if "photo" in data else None
    moving = data.get("video") or data.get("animation")
    document = None if moving else data.get("document")
    contact = data.get("contact")
    return {
        "photo": photo and {"file_id": photo["file_id"], "w": photo["width"], "h": photo["height"]},
        "video": moving and {"file_id": moving["file_id"], "w": moving["width"], "h": moving["height"]},
        "document": document
        and {"file_id": document["file_id"], "name": document["file_name"], "size": document["file_size"]},
        "contact": contact and {"name": contact["first_name"], "phone": contact["phone_number"]},
        "location": data.get("location"),
    }


def keyboard_view(rows: list[list[Json]]) -> list[list[Json]]:
    return [
        [_button_view(f"{row_number}:{column}", button) for column, button in enumerate(row)]
        for row_number, row in enumerate(rows)
    ]


def _button_view(place: str, button: Json) -> Json:
    view: Json = {
        "i": place,
        "text": button["text"],
        "kind": "callback",
        "style": button.get("style"),
        "disabled": "disabled" in button,
    }
    for key, kind, name in _KINDS:
        if key in button:
            return view | {"kind": kind, name: _plain(button[key])}
    return view


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in ("url", "text", "query") if key in value), "")


def reply_keyboard_view(chat: Chat) -> Json:
    keyboard = chat.reply_keyboard
    rows = keyboard and [[{"text": key["text"], "kind": _key_kind(key)} for key in row] for row in keyboard["keyboard"]]
    return {
        "t": "reply_keyboard",
        "chat": chat.id,
        "person": chat.id if chat.private else None,
        "keyboard": rows,
        "placeholder": keyboard.get("input_field_placeholder") if keyboard else None,
    }


def _key_kind(key: Json) -> str:
    if key.get("request_contact"):
        return "contact"
    return "location" if key.get("request_location") else "text"


def answer_view(query: Query) -> Json:
    """An answered callback, or the results of an inline query."""
    answer = query.answer or {}
    if query.kind == "callback_query":
        return {
            "t": "answer",
            "person": query.person.id,
            "query": query.id,
            "text": answer.get("text"),
            "alert": bool(answer.get("show_alert")),
            "url": answer.get("url"),
        }
    return {
        "t": "inline",
        "person": query.person.id,
        "query": query.data,
        "results": [_result_view(result) for result in answer["results"]],
        "button": answer["button"],
        "next_offset": answer["next_offset"],
        "personal": answer["is_personal"],
    }


def _result_view(result: Json) -> Json:
    content = result.get("input_message_content", {})
    thumb = f"/demo/file/{result['photo_file_id']}" if "photo_file_id" in result else result.get("thumbnail_url")
    return {
        "id": result["id"],
        "title": result.get("title", ""),
        "description": result.get("description", ""),
        "thumb": thumb,
        "text": content.get("message_text") or result.get("caption", ""),
    }
