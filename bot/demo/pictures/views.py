"""The pictures of a product, each on a square of 320 units."""

from collections.abc import Sequence

from bot.demo.pictures.digits import strokes
from bot.demo.pictures.palette import BRAND, GROUNDS, SHARED_GRADIENTS, body_gradients, mix, tone
from bot.demo.pictures.raster import Drawing, document
from bot.demo.pictures.rooms import hung, room
from bot.demo.pictures.shapes import SHAPES, Shape
from bot.demo.pictures.shapes.registry import Box
from bot.demo.pictures.svg import circle, clip, ellipse, gradient, group, line, rect

SIDE = 320
_MARGIN = 40
_INK = "#46544C"


def cover(shape: Shape, hue: str, top_category: str) -> Drawing:
    """The thing alone on the pastel ground of its category."""
    scale = _fit(shape, SIDE - 2 * _MARGIN)
    thing = _standing(shape, hue, 160, 160 + shape.box[3] * scale / 2, scale)
    return _drawing(_ground(), thing, hue, top_category)


def in_room(shape: Shape, hue: str, top_category: str) -> Drawing:
    """The thing where it is used."""
    place = room(shape.place)
    x, y, w, h = shape.box
    if place.hangs:
        scale = place.scale * min(1, 240 / w, 200 / h)
        shade = ellipse(place.middle, place.foot + h * scale / 2 + 4, w * scale * 0.46, 9, "url(#shadow)")
        thing = shade + _tinted(hung(shape.draw(), place.middle, place.foot, scale, (x + w / 2, y + h / 2)), hue)
    else:
        scale = place.scale * min(1, 250 / w, 260 / h)
        thing = _standing(shape, hue, place.middle, place.foot, scale)
    return _drawing(place.back, thing, hue, top_category)


def detail(shape: Shape, hue: str, top_category: str) -> Drawing:
    """A closer look through a round glass, the whole thing pale behind it."""
    zoom, radius = 1.75, 104
    glass_x, glass_y = 192, 184
    fx, fy = shape.focus
    close = group(shape.draw(), move=(glass_x - fx * zoom, glass_y - fy * zoom), scale=zoom)
    inside = circle(glass_x, glass_y, radius, "#F6FAF8") + _tinted(close, hue)
    disc = f'<circle cx="{glass_x}" cy="{glass_y}" r="{radius}"/>'
    whole = _standing(shape, hue, 86, 40 + shape.box[3] * 0.5, 0.5 * min(1, 200 / shape.box[2]))
    ring = circle(glass_x, glass_y, radius, "none", extra='stroke="#FFFFFF" stroke-width="7"') + circle(
        glass_x, glass_y, radius + 3.5, "none", extra=f'stroke="{BRAND}" stroke-opacity=".35" stroke-width="1.5"'
    )
    front = (
        f'<g opacity=".55">{whole}</g>'
        + ellipse(glass_x, glass_y + radius + 4, 96, 14, "url(#shadow)")
        + clip("glass-disc", disc, inside)
        + ring
    )
    return _drawing(_plain(), front, hue, top_category)


def size(shape: Shape, hue: str, top_category: str, size_mm: tuple[int, int, int]) -> Drawing:
    """Width, height and depth in millimetres, with arrows at the bare thing."""
    shape = SHAPES.get(f"{shape.name}_plain", shape)
    scale = min(_fit(shape, 176), 210 / shape.box[2])
    w, h = shape.box[2] * scale, shape.box[3] * scale
    left, foot = 132 - w / 2, 158 + h / 2
    right, top = left + w, foot - h
    width_mm, height_mm, depth_mm = size_mm
    guides = f"M{left} {foot + 6}v26M{right} {foot + 6}v26M{right + 6} {top}h26M{right + 6} {foot}h26"
    arrows = (
        _arrow(left, foot + 24, right, foot + 24)
        + _arrow(right + 24, top, right + 24, foot)
        + line(guides, _INK, 0.9, 'opacity=".45" stroke-dasharray="3 3"')
    )
    numbers = (
        strokes(f"{width_mm} mm", 132, foot + 34, 12, _INK, 1.7)
        + strokes(f"{height_mm}", right + 58, (top + foot) / 2 - 12, 12, _INK, 1.7)
        + strokes("mm", right + 58, (top + foot) / 2 + 5, 12, _INK, 1.7)
    )
    thing = _standing(shape, hue, 132, foot, scale, shadow=False)
    front = thing + arrows + numbers + _depth_mark(depth_mm)
    return _drawing(_plain() + _grid(), front, hue, top_category)


def box(shape: Shape, hue: str, top_category: str, parts: Sequence[str]) -> Drawing:
    """What lies in the box: the product and up to six other things, each on a tile."""
    main, others = _box_layout(len(parts))
    things = [(shape, main), *((SHAPES[name], place) for name, place in zip(parts, others, strict=True))]
    tiles = "".join(_tile(*place) + _in_tile(thing, hue, *place) for thing, place in things)
    return _drawing(_plain(), tiles, hue, top_category)


def _box_layout(count: int) -> tuple[Box, list[Box]]:
    """The tile of the product and the tiles of `count` other things, as x, y, width, height."""
    edge, gap, whole = 14, 8, SIDE - 2 * 14
    if count == 0:
        return (edge, edge, whole, whole), []
    if count <= 3:
        height = (whole - gap * (count - 1)) / count
        places = [(192.0, edge + i * (height + gap), 114.0, height) for i in range(count)]
        return (edge, edge, 170, whole), places
    if count == 4:
        width = (whole - gap * 3) / 4
        return (edge, edge, whole, 204), [(edge + i * (width + gap), 226.0, width, 80.0) for i in range(4)]
    width = (whole - gap * 2) / 3
    lines = [3, count - 3]
    places = [
        ((SIDE - (n * (width + gap) - gap)) / 2 + i * (width + gap), 158.0 + row * 78, width, 70.0)
        for row, n in enumerate(lines)
        for i in range(n)
    ]
    return (edge, edge, whole, 136), places


def _fit(shape: Shape, room_for: float) -> float:
    return min(room_for / shape.box[2], room_for / shape.box[3], 1.15)


def _plain() -> str:
    return rect(0, 0, SIDE, SIDE, 0, "url(#ground)")


def _ground() -> str:
    return (
        rect(0, 0, SIDE, SIDE, 0, "url(#ground)")
        + circle(160, 150, 150, "url(#halo)")
        + ellipse(160, 330, 260, 90, "#FFFFFF", extra='opacity=".22"')
    )


def _tinted(body: str, hue: str) -> str:
    return f'<g color="{tone(hue).seam}">{body}</g>'


def _standing(shape: Shape, hue: str, middle: float, foot: float, scale: float, *, shadow: bool = True) -> str:
    x, y, w, h = shape.box
    shade = ""
    if shadow:
        shade = ellipse(middle, foot + 1, w * scale * 0.62, 15 * scale + 4, "url(#shadow)") + ellipse(
            middle, foot - 1, w * scale * 0.46, 6 * scale + 2, "url(#shadow)"
        )
    return shade + _tinted(
        group(shape.draw(), move=(middle - (x + w / 2) * scale, foot - (y + h) * scale), scale=scale), hue
    )


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    h = 5
    if y1 == y2:
        tips = f"M{x1 + h} {y1 - h}l{-h} {h} {h} {h}M{x2 - h} {y2 - h}l{h} {h} {-h} {h}"
    else:
        tips = f"M{x1 - h} {y1 + h}l{h} {-h} {h} {h}M{x2 - h} {y2 - h}l{h} {h} {h} {-h}"
    return line(f"M{x1} {y1}L{x2} {y2}{tips}", _INK, 1.8)


def _depth_mark(depth_mm: int) -> str:
    """A small slanted block with the depth beside it, in the upper left corner."""
    block = (
        '<path d="M22 40h22v26H22z" fill="#FFFFFF" opacity=".8"/>'
        + line("M22 40h22v26H22zM22 40l12-12h22v26L44 66M44 40l12-12", _INK, 1.3)
        + line("M46 72l14-14M46 72v-5M46 72h5M60 58v5M60 58h-5", BRAND, 1.6)
    )
    return block + strokes(f"{depth_mm} mm", 108, 42, 12, _INK, 1.7)


def _grid() -> str:
    lines = "".join(f"M0 {n}H320M{n} 0V320" for n in range(20, 320, 20))
    return line(lines, "#FFFFFF", 0.8, 'opacity=".6"')


def _tile(x: float, y: float, w: float, h: float) -> str:
    return rect(x, y + 3, w, h, 16, "#1E2B27", extra='opacity=".06"') + rect(
        x, y, w, h, 16, "#FFFFFF", extra='opacity=".86"'
    )


def _in_tile(shape: Shape, hue: str, x: float, y: float, w: float, h: float) -> str:
    pad = 14 if h < 120 else 30
    scale = min((w - pad) / shape.box[2], (h - pad - 4) / shape.box[3], 0.95)
    return _standing(shape, hue, x + w / 2, y + h / 2 + shape.box[3] * scale / 2, scale)


def _drawing(backdrop: str, front: str, hue: str, top_category: str) -> Drawing:
    upper, lower = GROUNDS[top_category]
    ground = gradient("ground", ((0, upper), (1, lower)))
    surroundings = (
        SHARED_GRADIENTS
        + ground
        + gradient("wall", ((0, mix(upper, lower, 0.35)), (1, mix(upper, lower, 0.85))))
        + gradient("sky", ((0, "#BFE0F2"), (1, "#F3F6E8")))
        + gradient("floor", ((0, "#DDBE95"), (1, "#C79E70")))
        + gradient("table", ((0, "#E5C9A2"), (1, "#C99F6E")))
        + gradient("cupboard", ((0, "#3E8E72"), (1, "#2A6F57")))
    )
    colors = SHARED_GRADIENTS + ground + body_gradients(tone(hue))
    return Drawing(document(backdrop, surroundings, SIDE, SIDE), document(front, colors, SIDE, SIDE))
