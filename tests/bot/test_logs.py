"""What is logged is one line of JSON, and no bot token is in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

TOKEN = "123456789:AAF0abcdefghijklmnopqrstuvwxyz-_0123"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_tokens_are_cut_out_of_texts_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO")
    log = logging.getLogger("shop")
    log.info("asked %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
    try:
        raise OSError(f"cannot reach /bot{TOKEN}/getMe")
    except OSError:
        log.exception("failed")
    written = capsys.readouterr().err
    assert TOKEN not in written
    told, failed = [json.loads(line) for line in written.splitlines()]
    assert told["event"] == "asked https://api.telegram.org/bot<token>/getMe"
    assert (told["level"], told["logger"]) == ("info", "shop")
    assert "cannot reach /bot<token>/getMe" in failed["exception"]


def test_the_level_is_kept_and_chatty_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO")
    logging.getLogger("shop").debug("no")
    for name in ("aiohttp.access", "aiogram.event", "alembic.runtime.migration"):
        logging.getLogger(name).info("no")
    assert capsys.readouterr().err == ""
