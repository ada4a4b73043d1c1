"""The shop's files by key: drawn banners and products, and what staff uploaded, whose bytes the database keeps."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.demo import pictures
from services.catalog import uploads
from services.shared.db import Store

_BANNERS = {"help": "support", "receipt": "paid", "pay": "checkout"}
_UPLOADED = {uploads.PHOTO, uploads.VIDEO, uploads.DOCUMENT}


class Pictures:
    """Draws on demand, in a thread, and keeps what it drew in `folder`; Telegram keeps what it was sent as well."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder, self._store = folder, store

    async def load(self, key: str) -> bytes | None:
        if key.partition("/")[0] in _UPLOADED:
            return await self._store.read(uploads.load, key)
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
