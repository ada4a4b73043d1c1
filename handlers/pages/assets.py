"""Static files of the pages: read once, named by their content, cached for ever by browsers."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes
    content_type: str


class Assets:
    """The files under `folder`, served below `prefix`/<digest of all of them>/.

    One digest for the whole folder, so that a style sheet reaches its pictures by a relative name and they are as
    immutable as the sheet. Other digests are 404: a page of an older release reloads and gets the new names.
    """

    def __init__(self, folder: Path, prefix: str) -> None:
        files = {
            path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.suffix in TYPES
        }
        self._assets = {name: _asset(path) for name, path in files.items()}
        digest = hashlib.sha256()
        for name, asset in self._assets.items():
            digest.update(f"{name}\0{len(asset.body)}\0".encode())
            digest.update(asset.body)
        self._prefix = prefix
        self.digest = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for a name that is not in the folder."""
        if name not in self._assets:
            raise KeyError(name)
        return f"{self._prefix}/{self.digest}/{name}"

    def size(self, name: str) -> int:
        """Bytes of a file before compression."""
        return len(self._assets[name].body)

    def route(self) -> web.RouteDef:
        return web.get(f"{self._prefix}/{self.digest}/{{name:.+}}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Type": asset.content_type,
            "Cache-Control": FOREVER,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=asset.packed, headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=asset.body, headers=headers)


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, gzip.compress(body, mtime=0), TYPES[path.suffix])
