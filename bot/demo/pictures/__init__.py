"""The demo shop's pictures: drawn as SVG, handed out as JPEG. Nothing binary is kept with the code."""

from bot.demo.pictures.banners import BANNERS
from bot.demo.pictures.gallery import PLACEHOLDER, cover_id, picture_ids
from bot.demo.pictures.writer import first_ids, picture_file, render, write_all

__all__ = [
    "BANNERS",
    "PLACEHOLDER",
    "cover_id",
    "first_ids",
    "picture_file",
    "picture_ids",
    "render",
    "write_all",
]
