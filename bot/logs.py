"""Logging: one line of JSON for each event, secrets cut out."""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog

# Bot tokens stand in the URLs of errors.
_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")


def _without_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {name: _TOKEN.sub("<token>", value) if isinstance(value, str) else value for name, value in event.items()}


def set_up(level: str, *, readable: bool = False) -> None:
    """Sends all logging through structlog: JSON lines, or readable lines for a terminal."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    renderer = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("aiohttp.access", "aiogram.event", "alembic.runtime.migration"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
