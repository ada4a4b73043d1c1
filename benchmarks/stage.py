"""A seeded shop in this process, with a bot whose calls are written out as JSON and answered at once."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.enums import ParseMode
from aiogram.methods import GetMe, TelegramMethod
from aiogram.methods.base import TelegramType
from sqlalchemy import make_url

from bot.composition import Application, build, open_store
from bot.demo.house import TOKEN, USERNAME, demo_settings
from bot.demo.seed import history
from bot.demo.seed.fill import STEPS
from bot.demo.seed.people import XIAOMAN
from bot.pace import Pace
from bot.settings import Settings
from services.shared.clock import SystemClock
from services.shared.sqlite import sqlite_engine
from services.tables import metadata

SCREEN_ID = 77
_BOT = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Shop", "username": USERNAME}


class Wire(BaseSession):
    """Answers every call with what Telegram would say, after writing the call out and reading the answer as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: str | None = None
        self._caption: str | None = None
        self._keys: str | None = None

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None  # noqa: ASYNC109 - aiogram's
    ) -> TelegramType:
        body = method.model_dump(warnings=False)
        files: dict[str, Any] = {}
        form = {name: self.prepare_value(value, bot, files) for name, value in body.items() if value is not None}
        json.dumps({name: value for name, value in form.items() if value is not None})
        if "reply_markup" in form:
            self._caption, self._keys = form.get("caption"), form["reply_markup"]
        if (media := getattr(method, "media", None) or getattr(method, "photo", None)) is not None:
            source = getattr(media, "media", media)
            self.shown = source if isinstance(source, str) else source.filename
        answer = json.dumps({"ok": True, "result": self._result(method)})
        return self.check_response(bot, method, 200, answer).result  # type: ignore[return-value]

    def _result(self, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, GetMe):
            return _BOT
        if type(method).__name__ in ("AnswerCallbackQuery", "DeleteMessage"):
            return True
        return self.message(getattr(method, "chat_id", XIAOMAN))

    def message(self, chat_id: Any) -> dict[str, Any]:
        """The live screen as it stands, keys and all; a picture that was sent is known by its name from then on."""
        message: dict[str, Any] = {
            "message_id": SCREEN_ID, "date": 1, "chat": {"id": chat_id, "type": "private", "first_name": "Xiaoman"},
            "from": _BOT, "edit_date": 2,
        }
        if self.shown is not None:
            message["photo"] = [
                {"file_id": self.shown, "file_unique_id": f"u{self.shown}", "width": 1280, "height": 640},
            ]
        if self._caption is not None:
            message["caption"] = self._caption
        if self._keys is not None:
            message["reply_markup"] = json.loads(self._keys)
        return message

    async def close(self) -> None:
        return None

    def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("benchmarks download nothing")


class Phone:
    """Makes the updates of one person: texts, and taps on the live screen."""

    def __init__(self, wire: Wire, person: int = XIAOMAN) -> None:
        self._wire, self._person = wire, person
        self._numbers = itertools.count(1)

    def text(self, text: str) -> dict[str, Any]:
        number = next(self._numbers)
        chat = {"id": self._person, "type": "private", "first_name": "Xiaoman"}
        return {"update_id": number, "message": {
            "message_id": 1_000 + number, "date": int(time.time()), "chat": chat, "from": self._user(), "text": text,
        }}

    def tap(self, data: str) -> dict[str, Any]:
        number = next(self._numbers)
        return {"update_id": number, "callback_query": {
            "id": str(number), "from": self._user(), "chat_instance": "1", "data": data,
            "message": self._wire.message(self._person),
        }}

    def _user(self) -> dict[str, Any]:
        return {"id": self._person, "is_bot": False, "first_name": "林小满", "language_code": "zh"}


async def seeded(folder: Path) -> Settings:
    """A SQLite store in `folder` with the demo's catalogue and its small past."""
    settings = settings_in(folder)
    engine = sqlite_engine(make_url(settings.database_url))
    metadata().create_all(engine)
    engine.dispose()
    store = open_store(settings, SystemClock())
    for _, step in STEPS:
        await step.seed(store)
    await history.seed(store, settings, "s")
    await store.close()
    return settings


def settings_in(folder: Path) -> Settings:
    """In a zone in which it is about noon now: at night nothing is pushed, whenever this runs."""
    noon = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
    return demo_settings(folder, "127.0.0.1", 0, "http://127.0.0.1", 0, shop_timezone=noon)


def copied(source: Path, target: Path) -> Path:
    """A copy of a closed store's folder."""
    shutil.copytree(source, target)
    return target


@asynccontextmanager
async def shop(settings: Settings) -> AsyncIterator[tuple[Application, Wire]]:
    """The whole application over the store of `settings`, on the wire that answers at once."""
    wire = Wire()
    wire.middleware(Pace())
    bot = Bot(TOKEN, session=wire, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    application = await build(settings, bot=bot)
    try:
        yield application, wire
    finally:
        await application.close()
