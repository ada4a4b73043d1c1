"""Rooms for goods to stand in: each is a background on 320 units, with the place where a thing is put."""

from dataclasses import dataclass

from bot.demo.pictures.shapes.registry import Place
from bot.demo.pictures.svg import circle, columns, ellipse, group, line, path, rect, rows


@dataclass(frozen=True, slots=True)
class Room:
    """`foot` is the line on which a thing stands, `middle` its x; `scale` fits a drawing of 320 units into the room.

    Things on a wall hang with their middle at `foot`.
    """

    back: str
    middle: float
    foot: float
    scale: float
    hangs: bool = False


def _plant(x: float, foot: float, scale: float = 1) -> str:
    leaves = "".join(
        f'<g transform="rotate({turn} 0 -34)">'
        + path("M0-34C-15-58-13-82 0-104 13-82 15-58 0-34z", fill)
        + line("M0-38V-96", "#FFFFFF", 1.2, 'opacity=".25"')
        + "</g>"
        for turn, fill in ((-58, "#5B9C7E"), (54, "#4E8F72"), (-30, "#6FB292"), (32, "#63A786"), (0, "#3F8266"))
    )
    pot = path("M-22-38h44l-6 36a5 5 0 0 1-5 4h-22a5 5 0 0 1-5-4z", "#EDE3D6", edge=True)
    return (
        f'<g transform="translate({x} {foot}) scale({scale})">{ellipse(0, 2, 34, 6, "url(#shadow)")}{leaves}{pot}</g>'
    )


def _window(x: float, y: float, w: float, h: float) -> str:
    return (
        rect(x - 5, y - 5, w + 10, h + 10, 4, "#FFFFFF", edge=True)
        + rect(x, y, w, h, 2, "url(#sky)")
        + circle(x + w * 0.72, y + h * 0.3, w * 0.11, "#FFF6DC")
        + path(f"M{x} {y + h * 0.74}q{w * 0.25}-{h * 0.16} {w * 0.5} 0t{w * 0.5}-{h * 0.05}V{y + h}H{x}z", "#9CC9AE")
        + rect(x + w / 2 - 2, y, 4, h, 0, "#FFFFFF")
        + rect(x - 9, y + h + 5, w + 18, 6, 2, "#FFFFFF", edge=True)
    )


def _frame(x: float, y: float, w: float, h: float) -> str:
    return (
        rect(x, y, w, h, 3, "#FFFFFF", edge=True)
        + rect(x + 6, y + 6, w - 12, h - 12, 1, "#E6EFE9")
        + circle(x + w * 0.5, y + h * 0.42, w * 0.15, "#F2C48A")
        + path(
            f"M{x + 6} {y + h * 0.7}q{w * 0.2}-{h * 0.2} {w * 0.42} 0t{w * 0.42 - 2} 0V{y + h - 6}H{x + 6}z", "#7DB299"
        )
    )


def _wood_floor(y: float) -> str:
    boards = "".join(f"M{160 + (x - 160) * 0.62} {y}L{160 + (x - 160) * 1.35} 320" for x in range(-160, 481, 40))
    return rect(0, y, 320, 320 - y, 0, "url(#floor)") + line(boards, "#B58F66", 0.8, 'opacity=".4"')


def _living_room() -> str:
    return (
        rect(0, 0, 320, 320, 0, "url(#wall)")
        + _window(24, 40, 84, 104)
        + _frame(236, 52, 56, 68)
        + _wood_floor(236)
        + rect(0, 231, 320, 7, 0, "#FFFFFF")
        + ellipse(166, 284, 122, 24, "#F1E9DC")
        + ellipse(166, 284, 108, 20, "none", extra='stroke="#D9C9AE" stroke-width="2"')
        + _plant(44, 262, 1.15)
    )


def _desk() -> str:
    books = (
        rect(20, 178, 12, 56, 2, "#C96F5B") + rect(34, 186, 10, 48, 2, "#E6B566") + rect(46, 174, 13, 60, 2, "#4E8F7D")
    )
    return (
        rect(0, 0, 320, 320, 0, "url(#wall)")
        + _window(188, 30, 96, 92)
        + rect(14, 92, 92, 6, 2, "#C79E70", edge=True)
        + _plant(80, 93, 0.55)
        + _frame(26, 44, 34, 46)
        + rect(0, 230, 320, 90, 0, "url(#table)")
        + rect(0, 230, 320, 5, 0, "#FFFFFF", extra='opacity=".4"')
        + books
        + rect(266, 196, 30, 36, 6, "#FFFFFF", edge=True)
        + line("M296 204a9 9 0 0 1 0 18", "#E7ECEA", 5)
    )


def _kitchen() -> str:
    tiles = "".join(f"M0 {y}H320" for y in range(24, 230, 32)) + "".join(
        f"M{x + (16 if row % 2 else 0)} {24 + row * 32}v32" for row in range(6) for x in range(0, 321, 64)
    )
    jar = (
        rect(20, 178, 40, 54, 8, "#E8F3F4", edge=True)
        + rect(20, 200, 40, 32, 6, "#E6B566")
        + rect(24, 170, 32, 10, 4, "#B58F66")
    )
    hooks = rows(1, 30, 150, 70, 1, "#8B959D", 4) + columns(3, 56, 32, 72, 88, "#8B959D", 3)
    tools = ellipse(56, 112, 10, 15, "#C79E70") + rect(80, 92, 16, 40, 3, "#A9B4B9") + circle(120, 110, 16, "#5E6A71")
    return (
        rect(0, 0, 320, 320, 0, "#F4F7F4")
        + line(tiles, "#DCE5E0", 1.6)
        + hooks
        + tools
        + _plant(286, 233, 0.6)
        + rect(0, 232, 320, 16, 0, "#FDFDFC", edge=True)
        + rect(0, 248, 320, 72, 0, "url(#cupboard)")
        + line("M106 252v68M214 252v68", "#0A5C41", 2, 'opacity=".35"')
        + rows(1, 46, 66, 268, 1, "#F4E3BA", 4)
        + rows(1, 150, 170, 268, 1, "#F4E3BA", 4)
        + rows(1, 254, 274, 268, 1, "#F4E3BA", 4)
        + jar
    )


def _wall() -> str:
    sofa = (
        rect(34, 236, 252, 56, 20, "#6E9E8B")
        + rect(22, 248, 40, 56, 16, "#5F8F7C")
        + rect(258, 248, 40, 56, 16, "#5F8F7C")
        + rect(56, 268, 208, 36, 10, "#7FAF9C")
        + line("M160 270v32", "#5F8F7C", 2)
        + rect(80, 244, 40, 34, 8, "#F2C48A", extra='transform="rotate(-8 100 261)"')
    )
    return (
        rect(0, 0, 320, 320, 0, "url(#wall)")
        + rect(0, 286, 320, 34, 0, "url(#floor)")
        + rect(0, 281, 320, 6, 0, "#FFFFFF")
        + _plant(24, 298, 0.9)
        + sofa
    )


def _bath() -> str:
    tiles = "".join(f"M0 {y}H320" for y in range(28, 236, 34)) + "".join(f"M{x} 0V236" for x in range(22, 320, 46))
    towel = (
        rect(238, 92, 60, 6, 3, "#B9C2C9")
        + rect(244, 94, 48, 86, 4, "#F3D9B4")
        + rows(2, 244, 292, 160, 8, "#FFFFFF", 3)
    )
    cup = rect(36, 206, 30, 34, 5, "#DDEFF1", edge=True)
    return (
        rect(0, 0, 320, 320, 0, "#E3F0F0")
        + line(tiles, "#FFFFFF", 2.4)
        + towel
        + rect(0, 238, 320, 20, 0, "#FFFFFF", edge=True)
        + rect(0, 258, 320, 62, 0, "url(#table)")
        + cup
        + _plant(82, 240, 0.6)
    )


def _door() -> str:
    panels = "".join(
        rect(x, y, 76, h, 5, "none", extra='stroke="#5D3F28" stroke-opacity=".45" stroke-width="2.4"')
        for x in (60, 152)
        for y, h in ((24, 104), (150, 124))
    )
    return (
        rect(0, 0, 320, 320, 0, "url(#wall)")
        + rect(0, 284, 320, 36, 0, "url(#floor)")
        + rect(30, 0, 240, 290, 0, "#FFFFFF", edge=True)
        + rect(42, 0, 216, 286, 2, "#A9794F")
        + rect(42, 0, 60, 286, 2, "#FFFFFF", extra='opacity=".08"')
        + panels
        + ellipse(150, 302, 110, 10, "#8FAE9F")
        + _plant(292, 296, 0.95)
    )


def _outdoors() -> str:
    bricks = "".join(f"M0 {y}H206" for y in range(40, 300, 20)) + "".join(
        f"M{x + (20 if row % 2 else 0)} {40 + row * 20}v20" for row in range(12) for x in range(0, 190, 40)
    )
    return (
        rect(0, 0, 320, 320, 0, "url(#sky)")
        + circle(276, 56, 20, "#FFF1CC")
        + path("M200 210q40-40 80-14t60-8v132H200z", "#9CC9AE")
        + path("M180 250q50-26 90-8t70-10v88H180z", "#6FAE8A")
        + rect(0, 30, 206, 290, 0, "#EBD9C6")
        + line(bricks, "#D4BCA2", 1.4)
        + path("M0 14h226l-12 22H0z", "#5F7A70", edge=True)
        + rect(0, 296, 320, 24, 0, "#C9C2B4")
        + _plant(244, 298, 1.1)
        + _plant(286, 300, 0.8)
    )


def _console() -> str:
    return (
        rect(0, 0, 320, 320, 0, "url(#wall)")
        + _wood_floor(272)
        + rect(0, 267, 320, 6, 0, "#FFFFFF")
        + ellipse(160, 300, 150, 12, "url(#shadow)")
        + rect(40, 288, 8, 18, 2, "#8A6642")
        + rect(272, 288, 8, 18, 2, "#8A6642")
        + rect(24, 244, 272, 48, 5, "#E9DCC6", edge=True)
        + rect(24, 240, 272, 7, 3, "#B98F62")
        + line("M114 250v40M206 250v40", "#B9A586", 1.6)
        + rows(1, 60, 78, 256, 1, "#8A6642", 3)
        + rows(1, 242, 260, 256, 1, "#8A6642", 3)
        + _plant(20, 304, 1.05)
    )


def _corner() -> str:
    return (
        rect(0, 0, 320, 320, 0, "url(#wall)")
        + path("M0 0h200L60 320H0z", "#FFFFFF", extra='opacity=".22"')
        + _frame(30, 34, 62, 78)
        + rect(0, 262, 320, 58, 0, "url(#table)")
        + rect(0, 262, 320, 5, 0, "#FFFFFF", extra='opacity=".4"')
        + _plant(268, 268, 1.25)
        + rect(36, 226, 60, 10, 2, "#C96F5B")
        + rect(30, 236, 70, 12, 2, "#4E8F7D")
        + rect(38, 248, 58, 14, 2, "#E6B566")
    )


def room(place: Place) -> Room:
    match place:
        case "floor":
            return Room(_living_room(), 180, 286, 0.76)
        case "desk":
            return Room(_desk(), 164, 266, 0.7)
        case "counter":
            return Room(_kitchen(), 170, 238, 0.66)
        case "wall":
            return Room(_wall(), 160, 128, 0.68, hangs=True)
        case "bath":
            return Room(_bath(), 160, 248, 0.7)
        case "bathroom_wall":
            return Room(_bath(), 132, 120, 0.76, hangs=True)
        case "door":
            return Room(_door(), 216, 152, 0.6, hangs=True)
        case "outdoors":
            return Room(_outdoors(), 122, 136, 0.72, hangs=True)
        case "console":
            return Room(_console(), 164, 241, 0.8)
        case "corner":
            return Room(_corner(), 164, 150, 0.72, hangs=True)


def hung(body: str, x: float, y: float, scale: float, middle: tuple[float, float]) -> str:
    """`body` with its own `middle` put at x, y."""
    return group(body, move=(x - middle[0] * scale, y - middle[1] * scale), scale=scale)
