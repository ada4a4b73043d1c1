"""Callback data: typed, versioned by its prefix, at most 64 bytes. It holds ids and nonces, never prices or rights.

A prefix is a version digit and letters ("1p"): a button of an older layout has a prefix that nobody handles and is
answered with the present screen. Ids travel in base 36.
"""

from __future__ import annotations

from typing import Annotated, Any

from aiogram.filters.callback_data import CallbackData
from pydantic import BeforeValidator, PlainSerializer

from services.shared.ids import from_base36, to_base36


def _parse(value: Any) -> Any:
    return from_base36(value) if isinstance(value, str) else value


Id = Annotated[int, BeforeValidator(_parse), PlainSerializer(to_base36)]
OptionalId = Annotated[
    int | None,
    BeforeValidator(lambda value: None if value == "" else _parse(value)),
    PlainSerializer(lambda value: None if value is None else to_base36(value)),
]


class Tap(CallbackData, prefix="0"):
    """Base of all callback data; subclasses name their own prefix."""


class HomeTap(Tap, prefix="1h"):
    """To the home screen, from anywhere."""


class NoteTap(Tap, prefix="1n"):
    """A button that only explains itself: answered with the text of the key `key` as a toast."""

    key: str
