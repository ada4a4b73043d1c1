"""A start that cannot succeed ends in one clear line and exit code 2; one that can, serves until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.demo.emulator import Emulator
from tests.bot.commands.conftest import Start, complete
from tests.bot.test_bridge import REDIS_URL, redis  # noqa: F401 - the fixture `redis`
from tests.ports import free_port

ROOT = str(Path(__file__).parents[3])


async def test_a_taken_port(start: Start, api: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, lines = await start("run", BOT_API_URL=api, PORT=str(port))
    assert (code, lines) == (2, [
        f"PORT is wrong: 127.0.0.1:{port} cannot be used (Address already in use). "
        "It is the port that the web server listens on. Example: PORT=8080"])


@pytest.mark.parametrize("token", ["1000000001:not-the-token-that-was-given-out-XX", "nonsense"])
async def test_a_refused_token(start: Start, api: str, token: str) -> None:
    code, lines = await start("run", BOT_API_URL=api, BOT_TOKEN=token)
    assert (code, [line.partition(". It is")[0] for line in lines]) == (2, [
        "BOT_TOKEN is wrong: Telegram refuses it"])


async def test_no_bot_api(start: Start) -> None:
    code, lines = await start("run")
    assert (code, len(lines)) == (2, 1)
    assert lines[0].startswith("BOT_API_URL is wrong: it does not answer (")


@pytest.mark.parametrize("command", ["run", "check", "seed"])
async def test_a_database_that_is_not_there(start: Start, tmp_path: Path, command: str) -> None:
    code, lines = await start(command, DATABASE_URL="sqlite:///data/none.db")
    assert (code, lines) == (2, ["The database cannot be used: sqlite:///data/none.db is not there yet. "
                                 "Run `python -m bot migrate`."])
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a look at the end of a test holds up nobody


async def test_a_database_without_the_tables(start: Start) -> None:
    sqlite3.connect("empty.db").close()
    code, lines = await start("run", DATABASE_URL="sqlite:///empty.db")
    assert (code, lines) == (2, ["The database cannot be used: its layout is old. Run `python -m bot migrate`."])


async def test_a_database_of_a_newer_program(start: Start) -> None:
    with sqlite3.connect("newer.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    code, lines = await start("run", DATABASE_URL="sqlite:///newer.db")
    assert (code, lines) == (2, ["The database cannot be used: its layout (9999) is of a newer program. "
                                 "Update the program."])


async def test_a_database_server_that_does_not_answer_and_its_password(start: Start) -> None:
    code, lines = await start("run", DATABASE_URL=f"postgresql://shop:open-sesame@127.0.0.1:{free_port()}/shop")
    assert (code, len(lines)) == (2, 1)
    assert "does not answer (" in lines[0] and "open-sesame" not in lines[0]


async def test_migrating_a_server_that_does_not_answer(start: Start) -> None:
    code, lines = await start("migrate", DATABASE_URL=f"postgresql://shop:open-sesame@127.0.0.1:{free_port()}/shop")
    assert (code, [line.partition(". It is")[0] for line in lines]) == (2, [
        "DATABASE_URL is wrong: it cannot be opened (ConnectionRefusedError)"])


@pytest.mark.parametrize("command", ["web", "worker"])
async def test_one_of_several_processes_needs_redis(start: Start, command: str) -> None:
    code, lines = await start(command)
    assert (code, lines) == (2, [
        "REDIS_URL is missing: more than one process needs it; one process is `python -m bot run`. "
        "It is Redis, needed with more than one process only. Example: REDIS_URL=redis://redis.example.com:6379/0"])


async def test_a_redis_that_does_not_answer(start: Start, api: str) -> None:
    code, lines = await start("worker", BOT_API_URL=api, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert (code, [line.partition(". It is")[0] for line in lines]) == (2, [
        "REDIS_URL is wrong: it cannot be used (ConnectionError)"])


@pytest.mark.parametrize(("name", "value", "line"), [
    ("PORT", "eighty", "PORT is wrong: it must be a number of 1–65535. Example: PORT=8081"),
    ("PORT", "0", "PORT is wrong: it must be a number of 1–65535. Example: PORT=8081"),
    ("HOST", "0.0.0.0", "HOST is wrong: the demo listens on this machine only (127.0.0.1, localhost, ::1). "
                        "Example: HOST=127.0.0.1"),
])
async def test_the_demo_refuses_too(start: Start, name: str, value: str, line: str) -> None:
    code, lines = await start("demo", **{"BOT_TOKEN": "", name: value})
    assert (code, lines) == (2, [line])


async def test_the_demo_will_not_start_beside_a_real_token(start: Start) -> None:
    code, lines = await start("demo")
    assert (code, len(lines)) == (2, 1)
    assert lines[0].startswith("BOT_TOKEN is set. The demo will not start beside a real token")


async def served(command: str, folder: Path, bot_api: tuple[Emulator, str], **settings: str) -> dict[str, int]:
    """Runs a command as a process of its own until it polls; what its pages answer then, and its exit code."""
    emulator, _ = bot_api
    environment = {**os.environ, "PYTHONPATH": ROOT, **settings}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", command, cwd=folder, env=environment)
    found = {}
    try:
        async with asyncio.timeout(60):
            while not emulator.log("deleteWebhook"):
                await emulator.world.pulse.next(60)
            async with aiohttp.ClientSession() as client:
                for path in ("healthz", "readyz", "nowhere"):
                    async with client.get(f"http://127.0.0.1:{settings['PORT']}/{path}") as answer:
                        found[path] = answer.status
            process.send_signal(signal.SIGTERM)
            return {**found, "exit": await process.wait()}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_run_serves_until_it_is_told_to_stop(
    tmp_path: Path, migrated: Path, bot_api: tuple[Emulator, str]
) -> None:
    found = await served("run", tmp_path, bot_api, **complete(migrated) | {"BOT_API_URL": bot_api[1]})
    assert found == {"healthz": 200, "readyz": 200, "nowhere": 404, "exit": 0}


@pytest.mark.redis
async def test_web_serves_beside_others(
    tmp_path: Path, migrated: Path, bot_api: tuple[Emulator, str], redis: object  # noqa: F811
) -> None:
    settings = complete(migrated) | {"BOT_API_URL": bot_api[1], "REDIS_URL": REDIS_URL}
    found = await served("web", tmp_path, bot_api, **settings)
    assert found == {"healthz": 200, "readyz": 200, "nowhere": 404, "exit": 0}
