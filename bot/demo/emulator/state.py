"""What the emulated service remembers: people, chats, messages and open questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)


@dataclass(slots=True)
class Person:
    """Someone who talks to the bot. ``about``, ``avatar`` and ``letter`` are only for the page."""

    id: int
    first_name: str
    language_code: str | None = "en"
    username: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    avatar: str = "a"
    letter: str = ""
    guest: bool = False
    """Added on the page; forgotten at a reset."""
    deactivated: bool = False
    """The account is deleted."""

    @property
    def phone(self) -> str:
        return f"+8613{self.id % 10**9:09d}"

    def json(self) -> Json:
        out: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            out["username"] = self.username
        if self.language_code:
            out["language_code"] = self.language_code
        return out


@dataclass(slots=True)
class BotAccount:
    """The bot itself, as people and ``getMe`` see it."""

    id: int
    token: str
    username: str
    names: dict[str, str]
    """Display name by language; the first is the default."""
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By (scope, language code); see ``methods.profile.scope_key``."""
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)

    @property
    def first_name(self) -> str:
        return next(iter(self.names.values()))

    def json(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def commands_for(self, language: str, chat_id: int, *, private: bool) -> list[Json]:
        """The list of commands that a person sees: the narrowest scope first, their language before the default."""
        scopes = (f"chat:{chat_id}", "all_private_chats" if private else "all_group_chats", "default")
        for key in ((scope, lang) for scope in scopes for lang in (language[:2], "")):
            if key in self.commands:
                return self.commands[key]
        return []


@dataclass(slots=True, eq=False)
class Message:
    """One message as it stands now; ``data`` is the Bot API's Message object."""

    id: int
    chat: Chat
    data: Json
    by_bot: bool
    sent_at: float
    """Seconds since the epoch, by the emulator's clock."""
    seq: int = 0
    """Place of its newest change in the order of all changes."""
    edits: int = 0
    deleted: bool = False
    has_reply_markup: bool = False
    """Sent with a reply keyboard, its removal or a forced reply: such messages cannot be edited."""
    inline_id: str | None = None
    old_keyboards: list[list[list[Json]]] = field(default_factory=list)

    @property
    def keyboard(self) -> list[list[Json]]:
        return self.data.get("reply_markup", {}).get("inline_keyboard", [])

    @property
    def text(self) -> str:
        return self.data.get("text") or self.data.get("caption") or ""

    @property
    def thread(self) -> int | None:
        return self.data.get("message_thread_id")


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat with the bot (its id is the person's) or a supergroup."""

    id: int
    title: str = ""
    person: Person | None = None
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    """Status by user id: creator, administrator, member."""
    topics: dict[int, Json] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    started: bool = False
    """A person has started the bot, or the bot was told of the group."""
    blocked: bool = False
    last_id: int = 0
    reply_keyboard: Json | None = None
    acts: int = 0
    """How often a person did something here."""

    @property
    def private(self) -> bool:
        return self.person is not None

    def json(self) -> Json:
        if self.person is not None:
            out: Json = {"id": self.id, "type": "private", "first_name": self.person.first_name}
            return out | ({"username": self.person.username} if self.person.username else {})
        out = {"id": self.id, "type": "supergroup", "title": self.title}
        return out | ({"is_forum": True} if self.forum else {})

    def shown(self) -> Iterator[Message]:
        """The messages that are still there, oldest first."""
        return (message for message in self.messages.values() if not message.deleted)

    def forget(self) -> None:
        """Back to the first day."""
        self.messages, self.topics, self.pinned = {}, {}, []
        self.started = self.blocked = False
        if self.person is not None:
            self.person.deactivated = False
        self.last_id = self.acts = 0
        self.reply_keyboard = None


@dataclass(slots=True, eq=False)
class Query:
    """A callback or inline query that the bot is to answer."""

    id: str
    kind: str
    """``callback_query``, ``inline_query``, ``shipping_query`` or ``pre_checkout_query``."""
    person: Person
    chat: Chat
    asked_at: float
    lifetime: float
    """Seconds within which it can be answered."""
    data: str
    answer: Json | None = None

    def open_at(self, now: float) -> bool:
        return self.answer is None and now - self.asked_at <= self.lifetime
