"""Renders pictures by id and keeps them as files."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.demo.catalogue import load_catalogue
from bot.demo.pictures.banners import BANNERS, avatar_drawing, banner_drawing, placeholder_drawing
from bot.demo.pictures.gallery import PLACEHOLDER, cover_id, picture_ids, product_drawing
from bot.demo.pictures.raster import Drawing, to_jpeg

SQUARE = 1024
BANNER_SIZE = (1280, 640)
AVATAR = "shop/avatar"

Progress = Callable[[int, int], None]


def render(picture_id: str) -> bytes:
    """The picture as JPEG: 1280 × 640 for `banners/…`, 1024 × 1024 for everything else.

    The same id always gives the same bytes. Takes about a quarter of a second of CPU.
    Raises KeyError for an unknown id.
    """
    folder, _, name = picture_id.partition("/")
    if folder == "banners":
        return to_jpeg(banner_drawing(name), *BANNER_SIZE)
    return to_jpeg(_square_drawing(picture_id, folder, name), SQUARE, SQUARE)


def _square_drawing(picture_id: str, folder: str, name: str) -> Drawing:
    if picture_id == AVATAR:
        return avatar_drawing()
    if picture_id == PLACEHOLDER:
        return placeholder_drawing()
    return product_drawing(folder, name)


def first_ids() -> tuple[str, ...]:
    """What a shop needs before it opens: banners, its own pictures and a cover for every variant."""
    covers = (cover_id(product, sku) for product in load_catalogue().products for sku in product.skus)
    return tuple(dict.fromkeys([*(f"banners/{name}" for name in BANNERS), AVATAR, PLACEHOLDER, *covers]))


def all_ids() -> Iterator[str]:
    """Every picture there is, those of `first_ids` first."""
    first = first_ids()
    yield from first
    known = set(first)
    for product in load_catalogue().products:
        yield from (picture_id for picture_id in picture_ids(product) if picture_id not in known)


def picture_file(folder: Path, picture_id: str) -> Path:
    """The file of a picture under `folder`, rendered now if it is not there yet.

    Several processes may ask at once: a file appears whole or not at all. Raises KeyError for an unknown id.
    """
    path = folder / f"{picture_id}.jpg"
    if not path.exists():
        data = render(picture_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_bytes(data)
        draft.replace(path)
    return path


def write_all(folder: Path, on_progress: Progress | None = None, *, galleries: bool = False) -> int:
    """Write the first pictures, or with `galleries` all of them, and return how many had to be rendered.

    Files that exist are kept, so a second call is quick. `on_progress` is told how many of how many are there.
    """
    ids = tuple(all_ids()) if galleries else first_ids()
    rendered = 0
    for done, picture_id in enumerate(ids, start=1):
        if not (folder / f"{picture_id}.jpg").exists():
            picture_file(folder, picture_id)
            rendered += 1
        if on_progress:
            on_progress(done, len(ids))
    return rendered
