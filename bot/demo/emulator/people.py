"""What persons do: write, press, share, ask, block. Each act becomes an update to the bot."""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.demo.emulator.call import Call
from bot.demo.emulator.delivery import Delivery
from bot.demo.emulator.errors import UserError
from bot.demo.emulator.files import Attached
from bot.demo.emulator.formatting import CAPTION_LONGEST, TEXT_LONGEST, typed
from bot.demo.emulator.methods.queries import result_content
from bot.demo.emulator.state import ADMIN_RIGHTS, Chat, Json, Message, Person, Query
from bot.demo.emulator.world import World

_START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
_PLACE = {"latitude": 31.2304, "longitude": 121.4737}


class People:
    """The persons' side of the world. All raise UserError for what cannot be done on a real screen."""

    def __init__(self, world: World, delivery: Delivery) -> None:
        self.world = world
        self.delivery = delivery

    def find(self, person_id: int) -> Person:
        if person_id not in self.world.people:
            raise UserError("no_such_person", str(person_id))
        return self.world.people[person_id]

    def place(self, person: Person, chat_id: int | None) -> Chat:
        """The chat a person is in: a group, or (None) the private chat with the bot."""
        chat = self.world.chats.get(person.id if chat_id is None else chat_id)
        if chat is None or (chat.private and chat.id != person.id):
            raise UserError("no_such_chat", str(chat_id))
        if not chat.private and person.id not in chat.members:
            raise UserError("not_a_member", chat.title)
        return chat

    # Writing

    def write(
        self, person: Person, chat: Chat, text: str, *, reply_to: int | None = None, thread: int | None = None
    ) -> Message:
        body, entities = typed(text)
        if not 1 <= len(body) <= TEXT_LONGEST:
            raise UserError("text_length", f"{len(body)} characters")
        content: Json = {"text": body} | ({"entities": entities} if entities else {})
        return self._say(person, chat, content, reply_to=reply_to, thread=thread)

    def send_file(
        self,
        person: Person,
        chat: Chat,
        kind: str,
        file: Attached,
        *,
        caption: str = "",
        thread: int | None = None,
        album: str | None = None,
    ) -> Message:
        """Raises ApiError too, for a file that the service refuses."""
        content = self.world.files.add(kind, file).content()
        body, entities = typed(caption)
        if len(body) > CAPTION_LONGEST:
            raise UserError("caption_length", f"{len(body)} characters")
        if body:
            content |= {"caption": body} | ({"caption_entities": entities} if entities else {})
        return self._say(person, chat, content | ({"media_group_id": album} if album else {}), thread=thread)

    def share_contact(self, person: Person, chat: Chat, contact: Json | None = None) -> Message:
        """Their own number unless another ``contact`` is given."""
        own = {"phone_number": person.phone, "first_name": person.first_name, "user_id": person.id}
        return self._say(person, chat, {"contact": contact or own})

    def share_location(self, person: Person, chat: Chat, place: Json | None = None) -> Message:
        return self._say(person, chat, {"location": place or _PLACE})

    def press_key(self, person: Person, chat: Chat, text: str) -> Message:
        """A key of the reply keyboard; contact and location keys share them."""
        keyboard = chat.reply_keyboard or {"keyboard": []}
        key = next((key for row in keyboard["keyboard"] for key in row if key["text"] == text), None)
        if key is None:
            raise UserError("no_such_key", text)
        if keyboard.get("one_time_keyboard"):
            chat.reply_keyboard = None
            self.world.observer.reply_keyboard_changed(chat)
        if key.get("request_contact"):
            return self.share_contact(person, chat)
        if key.get("request_location"):
            return self.share_location(person, chat)
        return self.write(person, chat, text)

    def start(self, person: Person, payload: str | None = None) -> Message:
        """The Start button, or a deep link."""
        if not _START_PAYLOAD.fullmatch(payload or ""):
            raise UserError("deep_link_payload", payload or "")
        return self.write(person, self.place(person, None), f"/start {payload}" if payload else "/start")

    def open_link(self, person: Person, url: str) -> Message | None:
        """A deep link of the bot starts it; any other link leaves the chat and is None."""
        parts = urlsplit(url if "://" in url else f"https://{url}")
        query = parse_qs(parts.query)
        name = parts.path.strip("/") if parts.netloc in ("t.me", "telegram.me") else ""
        if parts.scheme == "tg" and parts.netloc == "resolve":
            name = query.get("domain", [""])[0]
        if name.lower() != self.world.bot.username.lower():
            return None
        return self.start(person, query.get("start", [None])[0])

    def edit(self, person: Person, message: Message, text: str) -> None:
        if message.data.get("from", {}).get("id") != person.id:
            raise UserError("not_your_message", str(message.id))
        self.act(person, message.chat)
        body, entities = typed(text)
        kind = "text" if "text" in message.data else "caption"
        kept = {k: v for k, v in message.data.items() if k not in ("entities", "caption_entities")}
        marks = {"entities" if kind == "text" else "caption_entities": entities} if entities else {}
        self.world.change(message, kept | {kind: body} | marks)
        self._push("edited_message", message.data, message.chat)

    def delete(self, message: Message) -> None:
        self.world.remove(message)

    def tell(self, person: Person, chat: Chat, content: Json) -> Message:
        """A message that the service itself writes in a person's name, such as that they have paid."""
        return self._say(person, chat, content)

    def _say(
        self, person: Person, chat: Chat, content: Json, *, reply_to: int | None = None, thread: int | None = None
    ) -> Message:
        self.act(person, chat)
        head: Json = {"from": person.json()}
        if thread is not None:
            if thread not in chat.topics:
                raise UserError("no_such_topic", str(thread))
            head |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is not None:
            original = self.world.message(chat, reply_to)
            if original is None:
                raise UserError("no_such_message", str(reply_to))
            head["reply_to_message"] = {k: v for k, v in original.data.items() if k != "reply_to_message"}
        message = self.world.post(chat, head | content, by_bot=False)
        self._push("message", message.data, chat)
        return message

    def act(self, person: Person, chat: Chat) -> None:
        """Somebody does something in a chat: it has begun, and is open to the bot again."""
        if person.deactivated:
            raise UserError("account_deleted", str(person.id))
        chat.acts += 1
        if chat.private:
            if chat.blocked:
                self.unblock(person)
            chat.started = True

    def _push(self, kind: str, payload: Json, chat: Chat) -> None:
        self.delivery.push(kind, payload, ("chat", chat.id), chat.id)

    # Buttons

    def press(self, person: Person, message: Message, data: str) -> Query:
        """A callback button. An old or deleted message comes to the bot as inaccessible."""
        chat = message.chat
        self.act(person, chat)
        query = self.world.ask("callback_query", person, chat, data)
        body: Json = {
            "id": query.id,
            "from": person.json(),
            "chat_instance": str(abs(chat.id) * 7919),
            "data": data,
        }
        age = self.world.now() - message.sent_at
        if message.inline_id is not None:
            body["inline_message_id"] = message.inline_id
        elif message.deleted or age > self.world.limits.accessible:
            body["message"] = {"chat": chat.json(), "message_id": message.id, "date": 0}
        else:
            body["message"] = message.data
        self.delivery.push("callback_query", body, ("callback", person.id), chat.id)
        return query

    # Inline mode

    def inline(self, person: Person, chat: Chat, text: str, offset: str = "") -> Query:
        query = self.world.ask("inline_query", person, chat, text)
        kind = "sender" if chat.private else "supergroup"
        body = {"id": query.id, "from": person.json(), "query": text, "offset": offset, "chat_type": kind}
        self.delivery.push("inline_query", body, ("inline", person.id), chat.id)
        return query

    def choose(self, person: Person, query: Query, result_id: str, chat: Chat) -> Message:
        """Sends one of the answered results into a chat, in the person's name."""
        results = (query.answer or {}).get("results", [])
        result = next((item for item in results if item["id"] == result_id), None)
        if result is None:
            raise UserError("no_such_result", result_id)
        content = result_content(Call(self.world, self.delivery, {}), result)
        content["via_bot"] = self.world.bot.json()
        if result.get("reply_markup", {}).get("inline_keyboard"):
            content["reply_markup"] = result["reply_markup"]
        message = self._say(person, chat, content)
        chosen: dict[str, Any] = {"result_id": result_id, "from": person.json(), "query": query.data}
        if "reply_markup" in content:
            message.inline_id = secrets.token_urlsafe(16)
            self.world.inline_messages[message.inline_id] = message
            chosen["inline_message_id"] = message.inline_id
        self.delivery.push("chosen_inline_result", chosen, ("inline", person.id), chat.id)
        return message

    # Membership

    def block(self, person: Person) -> None:
        self._switch(person, blocked=True)

    def unblock(self, person: Person) -> None:
        self._switch(person, blocked=False)

    def _switch(self, person: Person, *, blocked: bool) -> None:
        chat = self.world.chats[person.id]
        if chat.blocked == blocked:
            return
        chat.blocked, chat.started = blocked, True
        member = {"status": "member", "user": self.world.bot.json()}
        kicked = {"status": "kicked", "user": self.world.bot.json(), "until_date": 0}
        old, new = (member, kicked) if blocked else (kicked, member)
        self._membership(chat, person, old, new)
        self._show(person)

    def announce(self, group: Chat) -> None:
        """Tells the bot, once, that the owner of a group made it an administrator."""
        creator = next((id_ for id_, status in group.members.items() if status == "creator"), None)
        if creator is None or group.started:
            return
        group.started = True
        user = self.world.bot.json()
        rights = {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(ADMIN_RIGHTS, True)
        old = {"status": "left", "user": user}
        new = {"status": "administrator", "user": user} | rights
        self._membership(group, self.find(creator), old, new)

    def _membership(self, chat: Chat, person: Person, old: Json, new: Json) -> None:
        change = {
            "chat": chat.json(),
            "from": person.json(),
            "date": int(self.world.now()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self._push("my_chat_member", change, chat)

    def speak(self, person: Person, language: str) -> None:
        """Changes the language of a person's client."""
        person.language_code = language
        self._show(person)

    def _show(self, person: Person) -> None:
        self.world.observer.person_changed(person)
