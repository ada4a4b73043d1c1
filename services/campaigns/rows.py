"""Between the rows of pushes and what leaves this area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from services.campaigns.types import Audience, Push, PushButton, PushText, Tally


def push_of(row: Row[Any], tally: Mapping[str, int]) -> Push:
    return Push(
        id=row.id, state=row.state, name=row.name, audience=Audience.from_json(row.groups),
        content={language: PushText(**text) for language, text in row.content.items()},
        buttons=tuple(PushButton(**each) for each in row.buttons), fallback=row.fallback, timing=row.timing,
        send_at=row.send_at, local_hour=row.local_hour, version=row.version, people=row.people, made_by=row.made_by,
        made_name=row.made_name, confirmed_by=row.confirmed_by, started_at=row.started_at, ended_at=row.ended_at,
        tally=Tally(row.people, **tally),
    )


def content_json(content: Mapping[str, PushText]) -> dict[str, Any]:
    return {language: asdict(text) for language, text in content.items()}


def buttons_json(buttons: tuple[PushButton, ...]) -> list[Any]:
    return [asdict(each) for each in buttons]
