"""Files: what was uploaded, measured and given an id."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from bot.demo.emulator.errors import ApiError, bad_request
from bot.demo.emulator.state import Json

_PREFIXES = {"photo": "AgACAgUAAxkB", "document": "BQACAgUAAxkB", "video": "BAACAgUAAxkB", "animation": "CgACAgUAAxkB"}
_FOLDERS = {"photo": "photos", "document": "documents", "video": "videos", "animation": "animations"}
_NAMES = {"photo": "Photo", "document": "Document", "video": "Video", "animation": "Animation"}
_MEGABYTE = 1 << 20
_UPLOAD_LARGEST = 50 * _MEGABYTE
_PHOTO_LARGEST = 10 * _MEGABYTE
_DOWNLOAD_LARGEST = 20 * _MEGABYTE
_THUMBNAIL_SIDE = 320


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    data: bytes
    path: str
    width: int = 0
    height: int = 0
    thumbnail: StoredFile | None = None

    def json(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}

    def content(self) -> Json:
        """The part of a Message that describes this file."""
        if self.kind == "photo":
            sizes = [size for size in (self.thumbnail, self) if size is not None]
            return {"photo": [{**size.json(), "width": size.width, "height": size.height} for size in sizes]}
        described = {**self.json(), "file_name": self.name, "mime_type": self.mime}
        if self.kind == "document":
            return {"document": described}
        moving = {**described, "width": self.width or 640, "height": self.height or 360, "duration": 1}
        return {"video": moving} if self.kind == "video" else {"animation": moving, "document": described}


@dataclass(slots=True)
class FileStore:
    _by_id: dict[str, StoredFile] = field(default_factory=dict)
    _by_path: dict[str, StoredFile] = field(default_factory=dict)

    def clear(self) -> None:
        self._by_id.clear()
        self._by_path.clear()

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def downloadable(self, file_id: str) -> StoredFile:
        """What ``getFile`` may give; raises ApiError."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("invalid file_id")
        if len(stored.data) > _DOWNLOAD_LARGEST:
            raise bad_request("file is too big")
        return stored

    def take(self, value: str, kind: str, attached: dict[str, Attached]) -> StoredFile:
        """The file behind a parameter: newly attached, or known by its file_id. Raises ApiError."""
        if value.startswith("attach://"):
            name = value.removeprefix("attach://")
            if name not in attached:
                raise bad_request(f'file "{name}" is not attached to the request')
            return self.add(kind, attached[name])
        if not value:
            raise bad_request("file must be non-empty")
        if re.match(r"https?://", value):
            raise bad_request("failed to get HTTP URL content")
        stored = self._by_id.get(value)
        if stored is None:
            raise bad_request(_wrong_identifier(value))
        if stored.kind != kind and not (kind == "document" and stored.kind == "animation"):
            raise bad_request(f"can't use file of type {_NAMES[stored.kind]} as {_NAMES[kind]}")
        return stored

    def add(self, kind: str, file: Attached) -> StoredFile:
        """Stores a new file; a photo is measured first. Raises ApiError."""
        if not file.data:
            raise bad_request("file must be non-empty")
        if len(file.data) > (_PHOTO_LARGEST if kind == "photo" else _UPLOAD_LARGEST):
            raise ApiError(413, "Request Entity Too Large")
        if kind != "photo":
            return self._keep(kind, file)
        with _image(file.data) as image:
            width, height = image.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            mime = Image.MIME.get(image.format or "", file.mime)
            small = None
            if max(width, height) > _THUMBNAIL_SIDE:
                data, size = _thumbnail(image)
                small = self._keep(kind, Attached("thumbnail.jpg", "image/jpeg", data), size)
        return self._keep(kind, Attached(file.name, mime, file.data), (width, height), small)

    def _keep(
        self, kind: str, file: Attached, size: tuple[int, int] = (0, 0), thumbnail: StoredFile | None = None
    ) -> StoredFile:
        extension = re.search(r"\.\w{1,8}$", file.name)
        stored = StoredFile(
            file_id=_PREFIXES[kind] + secrets.token_urlsafe(24),
            unique_id="AQAD" + urlsafe_b64encode(hashlib.sha256(kind.encode() + file.data).digest()[:9]).decode(),
            kind=kind,
            name=file.name,
            mime=file.mime or "application/octet-stream",
            data=file.data,
            path=f"{_FOLDERS[kind]}/file_{len(self._by_path)}{extension.group() if extension else ''}",
            width=size[0],
            height=size[1],
            thumbnail=thumbnail,
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored


def is_image(data: bytes) -> bool:
    try:
        _image(data).close()
    except ApiError:
        return False
    return True


def _image(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error


def _thumbnail(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    image.draft("RGB", (_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    try:
        image.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    except OSError as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue(), image.size


def _wrong_identifier(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        return "wrong file identifier/HTTP URL specified"
    if len(value) < 20:
        return "wrong remote file identifier specified: Wrong padding in the string"
    return "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
