"""Air purifiers, humidifiers, fresh air and filters."""

from bot.demo.pictures.shapes.motifs import led, panel, shine, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, ellipse, line, path, rect, rows


def _holes(x1: float, x2: float, y1: float, y2: float, step: float = 11) -> str:
    dots = "".join(f"M{x} {y}h.1" for y in _steps(y1, y2, step) for x in _steps(x1, x2, step))
    return line(dots, "currentColor", 5, 'opacity=".55"')


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + i * step for i in range(int((end - start) / step) + 1)]


def _air_ring(x: float, y: float, r: float) -> str:
    part = f'stroke-linecap="round" stroke-dasharray="{r * 3.1} {r * 5}" transform="rotate(-90 {x} {y})"'
    return (
        circle(x, y, r, "url(#glass)")
        + circle(x, y, r * 0.7, "none", extra='stroke="#2F4B53" stroke-width="5"')
        + circle(x, y, r * 0.7, "none", extra=f'stroke="#3DD08E" stroke-width="5" {part}')
        + rows(2, x - r * 0.26, x + r * 0.26, y - r * 0.12, r * 0.3, "#FFFFFF", 3)
    )


@shape("purifier", (94, 18, 132, 260), "floor", focus=(160, 78))
def purifier() -> str:
    return (
        rect(104, 268, 112, 10, 5, "#39434A")
        + rect(94, 24, 132, 246, 28, "url(#round)", edge=True)
        + ellipse(160, 32, 54, 11, "url(#deep)")
        + rows(3, 122, 198, 28, 4, "#FFFFFF", 1.4)
        + _air_ring(160, 80, 27)
        + _holes(116, 206, 126, 246)
        + sprout(160, 257, 13, "currentColor", "currentColor")
    )


@shape("purifier_mini", (98, 76, 124, 196), "desk", focus=(160, 126))
def purifier_mini() -> str:
    return (
        rect(98, 76, 124, 196, 56, "url(#round)", edge=True)
        + ellipse(160, 88, 44, 11, "url(#deep)")
        + _air_ring(160, 128, 20)
        + _holes(116, 206, 170, 240)
        + rect(118, 256, 84, 9, 4.5, "#F7DFA8", extra='opacity=".95"')
    )


@shape("purifier_large", (66, 18, 188, 262), "floor", focus=(160, 82))
def purifier_large() -> str:
    return (
        rect(76, 262, 36, 18, 5, "url(#metal)", edge=True)
        + rect(208, 262, 36, 18, 5, "url(#metal)", edge=True)
        + rect(66, 22, 188, 246, 24, "url(#body)", edge=True)
        + shine(76, 46, 8, 200, 4, 0.5)
        + rect(84, 28, 152, 16, 8, "url(#deep)")
        + rows(2, 92, 228, 33, 6, "#FFFFFF", 1.6)
        + _air_ring(160, 88, 31)
        + _holes(92, 236, 136, 236, 12)
        + rect(206, 76, 26, 24, 6, "url(#glass)")
        + led(219, 88, 3.6)
        + sprout(100, 88, 22, "currentColor", "currentColor")
    )


@shape("humid", (94, 40, 132, 234), "desk", focus=(160, 196))
def humid() -> str:
    return (
        line("M136 80q-12-16 2-32t2-24M160 76q-12-18 2-36t2-26M184 80q-12-16 2-32t2-24", "#9FCDEA", 5, 'opacity=".55"')
        + rect(94, 92, 132, 182, 40, "url(#round)", edge=True)
        + ellipse(160, 100, 48, 12, "url(#deep)")
        + rect(106, 132, 108, 92, 20, "#DCEFF7", edge=True)
        + path("M106 164q18-12 36 0t36 0t36 0v40a20 20 0 0 1-20 20h-68a20 20 0 0 1-20-20z", "url(#water)")
        + "".join(
            circle(x, y, r, "#FFFFFF", extra='opacity=".65"')
            for x, y, r in ((130, 196, 5), (144, 208, 3), (186, 192, 4), (172, 206, 3))
        )
        + shine(114, 142, 8, 70, 4, 0.6)
        + panel(134, 236, 52, 20, 10)
        + rows(1, 144, 158, 246, 1, "#7FD3F0", 4)
        + led(174, 246, 3)
    )


@shape("freshair", (26, 78, 268, 150), "wall", focus=(206, 130))
def freshair() -> str:
    return (
        rect(26, 78, 268, 150, 30, "url(#top)", edge=True)
        + shine(54, 86, 210, 8, 4, 0.75)
        + rows(8, 52, 150, 118, 12, "currentColor", 3)
        + _air_ring(222, 146, 34)
        + rows(1, 196, 248, 206, 1, "#9FB1B8", 3)
        + sprout(100, 100, 16, "#9AA6A4", "#9AA6A4")
        + line("M60 236q20 12 44 0t44 0M176 236q20 12 44 0t40 0", "#8CCBC4", 5, 'opacity=".7"')
    )


@shape("filter", (86, 40, 148, 234), focus=(160, 110))
def filter_cartridge() -> str:
    pleats = "".join(rect(100 + i * 10, 62, 5, 188, 1, "#FFFFFF", extra='opacity=".85"') for i in range(12))
    return (
        rect(96, 56, 128, 200, 6, "#B9CAD8")
        + pleats
        + rect(96, 56, 26, 200, 4, "#1E2B27", extra='opacity=".12"')
        + rect(96, 138, 128, 34, 2, "url(#grain)")
        + sprout(160, 155, 24)
        + rect(86, 244, 148, 30, 14, "url(#white)", edge=True)
        + ellipse(160, 58, 74, 20, "url(#white)", edge=True)
        + ellipse(160, 56, 46, 11, "#39464E")
        + ellipse(160, 59, 40, 8, "#1B2429")
    )


@shape("wick", (76, 96, 168, 156), focus=(120, 170))
def wick() -> str:
    cells = "".join(
        f"M{x} {y + (8 if index % 2 else 0)}l6-4 6 4v8l-6 4-6-4z"
        for y in range(132, 226, 18)
        for index, x in enumerate(range(88, 230, 13))
    )
    return (
        path("M76 116v116c0 26 168 26 168 0V116z", "#E4EEF2", edge=True)
        + line(cells, "#9FBCC9", 1.8)
        + path("M76 116v116c0 8 14 13 34 16V116z", "#1E2B27", extra='opacity=".07"')
        + ellipse(160, 116, 84, 22, "#F6FAFB", edge=True)
        + ellipse(160, 116, 56, 13, "#A9C2CC")
        + ellipse(160, 119, 50, 10, "#7C9AA6")
    )
