"""From SVG text to JPEG bytes."""

import io
from dataclasses import dataclass
from functools import lru_cache

import resvg_py
from PIL import Image

JPEG_QUALITY = 86


@dataclass(frozen=True, slots=True)
class Drawing:
    """Two SVG documents of one size: what many pictures share, and what is drawn on top of it."""

    backdrop: str
    front: str


def document(body: str, defs: str, width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<defs>{defs}</defs>{body}</svg>"
    )


def to_jpeg(drawing: Drawing, width: int, height: int) -> bytes:
    """The drawing in `width` × `height` pixels; the same drawing gives the same bytes.

    Drawings hold no text elements, so no font of the machine can change them. Raises ValueError for broken SVG.
    """
    image = _backdrop(drawing.backdrop, width, height).copy()
    front = _raster(drawing.front, width, height)
    image.paste(front, mask=front)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


@lru_cache(maxsize=8)  # 3 MB each; gradients over the whole field are half the cost of a picture
def _backdrop(svg: str, width: int, height: int) -> Image.Image:
    return _raster(svg, width, height).convert("RGB")


def _raster(svg: str, width: int, height: int) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    with Image.open(io.BytesIO(bytes(png))) as image:
        return image.convert("RGBA")
