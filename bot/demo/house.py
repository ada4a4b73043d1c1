"""The whole shop on one machine without Telegram: the real bot over HTTP against the local Bot API, the sandbox, the
worker and the web pages. `python -m bot demo` opens it for people, the end-to-end tests for scripted ones.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from aiohttp import web

from bot.composition import Application, build, make_bot
from bot.demo.authenticator import code_of
from bot.demo.emulator import Emulator, Limits
from bot.demo.page.page import routes as page_routes
from bot.hosting import open_sandbox
from bot.pace import Pace, Rate
from bot.receiving import introduce, receive_updates
from bot.sandbox.system import NoteWebhook, SandboxSystem
from bot.settings import Settings
from bot.web import build as build_web
from services.shared.clock import Clock, MovableClock
from services.shared.crypto import new_key

TOKEN = "1000000001:DEMO-DEMO-DEMO-DEMO-DEMO-DEMO-DEMO1"  # of the local Bot API, good nowhere else
USERNAME = "qingli_select_bot"
SHOP_NAME = "zh=青粒优选;en=Qingli Select"
OWNER_ID, STAFF_ID, ZH_ID, EN_ID = 9_000_000_004, 9_000_000_003, 9_000_000_001, 9_000_000_002
MANAGER_ID, MARKETER_ID = 9_000_000_005, 9_000_000_006
MARIA_ID = 9_000_001_003
BANK = "收款人 Payee=青粒优选（演示） Qingli Select (demo);银行 Bank=Example Bank;账号 Account=6222 0000 0000 0000"


@dataclass(slots=True)
class House:
    """A running demo shop; `url` is its web address."""

    emulator: Emulator
    application: Application
    sandbox: SandboxSystem
    clock: MovableClock
    url: str
    staff_chat_id: int


def furnish(clock: MovableClock, limits: Limits | None = None) -> tuple[Emulator, int]:
    """The local Bot API with the people of the demo and the staff group; returns it and the group's id."""
    emulator = Emulator(TOKEN, USERNAME, {"zh": "青粒优选", "en": "Qingli Select"}, clock, limits)
    people = (
        (ZH_ID, "林小满", "zh", "xiaoman", {"zh": "顾客 · 中文", "en": "Customer · Chinese"}, "a", "林"),
        (EN_ID, "Jay", "en", "jay", {"zh": "顾客 · 英文", "en": "Customer · English"}, "b", "J"),
        (MARIA_ID, "Maria", "en", "maria", {"zh": "顾客 · 美元", "en": "Customer · US dollars"}, "e", "M"),
        (STAFF_ID, "小王", "zh", "xiaowang", {"zh": "店员 · 订单", "en": "Staff · orders"}, "c", "王"),
        (OWNER_ID, "店主", "zh", "owner", {"zh": "店主 · 私聊", "en": "Owner · private chat"}, "d", "主"),
        (MANAGER_ID, "陈经理", "zh", "chen", {"zh": "经理", "en": "Manager"}, "e", "陈"),
        (MARKETER_ID, "小美", "zh", "xiaomei", {"zh": "营销", "en": "Marketing"}, "a", "美"),
    )
    for id_, name, language, username, about, avatar, letter in people:
        emulator.add_person(id_, name, language, username, about=about, avatar=avatar, letter=letter)
    group = emulator.add_group("青粒 · 订单台 Order desk", members=[STAFF_ID], admins=[OWNER_ID])
    for person, chat in ((ZH_ID, None), (EN_ID, None), (STAFF_ID, group), (OWNER_ID, None)):
        emulator.seat(person, chat)
    return emulator, group


def demo_settings(folder: Path, host: str, port: int, api_url: str, group: int, **changes: Any) -> Settings:
    """Settings of a demo shop that keeps everything in `folder`; nothing is read from the environment's .env.

    `providers` among the changes are settings of payment providers by code.
    """
    providers = changes.pop("providers", {})
    values: dict[str, Any] = {
        "bot_token": TOKEN, "bot_api_url": api_url, "host": host, "port": port, "shop_name": SHOP_NAME,
        "owner_ids": frozenset({OWNER_ID}), "staff_chat_id": group, "data_folder": folder,
        "database_url": f"sqlite:///{folder / 'shop.db'}", "encryption_keys": f"demo:{_kept_key(folder)}",
        "sandbox_secret": secrets.token_urlsafe(24), "webhook_secret": secrets.token_urlsafe(24),
        "bank_accounts": BANK, "public_url": f"http://{host}:{port}",
    }
    settings = Settings(_env_file=None, **(values | changes))  # type: ignore[call-arg]
    settings.providers.update(providers)
    return settings


@asynccontextmanager
async def opened(
    folder: Path, host: str, port: int, clock: MovableClock, *, updates: Literal["polling", "webhook"] = "polling",
    limits: Limits | None = None, **changes: Any,
) -> AsyncIterator[House]:
    """A demo shop that runs inside this block. The store must have its tables already.

    Where `limits` know no flood the bot is not paced either.
    """
    emulator, group = furnish(clock, limits)
    async with _served(emulator, host) as api_url:
        settings = demo_settings(folder, host, port, api_url, group, updates=updates, **changes)
        routes = [*page_routes(), *emulator.page_routes()]
        paced = limits is None or limits.flood
        shop = running(settings, clock, routes, _noting(emulator), f"{settings.web_url}/", paced=paced)
        async with shop as (application, sandbox):
            emulator.on_code = partial(code_of, application.shop.store, clock)
            emulator.bot_at_rest = application.deliveries.finish
            await emulator.start()
            try:
                yield House(emulator, application, sandbox, clock, settings.web_url, group)
            finally:
                await emulator.stop()


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock, routes: Sequence[web.RouteDef] = (), noted: NoteWebhook | None = None,
    chat_home: str = "", *, paced: bool = True,
) -> AsyncIterator[tuple[Application, SandboxSystem]]:
    """The shop with its sandbox, worker and web server inside this block, against the Bot API of the settings."""
    # Nobody is flooded here, and a staff card that lags behind the clicks would puzzle whoever tries the shop.
    pace = Pace(group=Rate(0.5, 20)) if paced else Pace(group=Rate(0, 1), private=Rate(0, 1), per_second=1000)
    bot = make_bot(settings, pace)
    application = await build(settings, clock, chat_home, bot)
    sandbox = open_sandbox(application, noted)
    app = build_web(application)
    app.add_routes([*routes, *sandbox.routes()])
    try:
        async with _listening(app, settings.host, settings.port), asyncio.TaskGroup() as duties:
            tasks = [duties.create_task(each) for each in (
                receive_updates(application), application.worker.run(), sandbox.run())]
            await introduce(application)
            yield application, sandbox
            for task in tasks:
                task.cancel()
    finally:
        await sandbox.close()
        await application.close()


def _noting(emulator: Emulator) -> NoteWebhook:
    """Shows the sandbox's notices in the page's log."""
    return lambda what, body, status: emulator.note_webhook(what, body, status or 0, 0.0)


@asynccontextmanager
async def _served(emulator: Emulator, host: str) -> AsyncIterator[str]:
    """The Bot API on a port of its own: it must answer before the shop's web server can be put together."""
    app = web.Application(client_max_size=50 << 20)
    app.add_routes(emulator.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://{host}:{port}"
    finally:
        await emulator.stop()
        await runner.cleanup()


@asynccontextmanager
async def _listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _kept_key(folder: Path) -> str:
    """The demo's encryption key: made once, kept beside its database."""
    path = folder / "key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(new_key())
        path.chmod(0o600)
    return path.read_text()
