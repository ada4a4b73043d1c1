"""The shop's pictures by key: banners and drawn products. What staff upload goes by Telegram's file ids."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.demo import pictures

_BANNERS = {"help": "support", "receipt": "paid", "pay": "checkout"}


class Pictures:
    """Draws on demand, in a thread, and keeps what it drew in `folder`; Telegram keeps what it was sent as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def load(self, key: str) -> bytes | None:
        drawing = _drawing(key)
        if drawing is None:
            return None
        try:
            path = await asyncio.to_thread(pictures.picture_file, self._folder, drawing)
        except KeyError:
            return None
        return await asyncio.to_thread(path.read_bytes)


def _drawing(key: str) -> str | None:
    """The drawing's id behind a picture key: "banner/<section>", "product/<code>/<view>", "placeholder"."""
    folder, _, name = key.partition("/")
    match folder:
        case "banner":
            return f"banners/{_BANNERS.get(name, name)}"
        case "product":
            return name
        case "placeholder":
            return pictures.PLACEHOLDER
        case _:
            return None
