"""Televisions, projectors and sound."""

from bot.demo.pictures.shapes.motifs import led, lens, screen, shine, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import columns, ellipse, group, line, path, rect, rows

_TV_BOX = (20, 64, 280, 186)


def _tv(sky: str, share: float) -> str:
    """A television of `share` of the full width, standing on the same line as the others."""
    tv = (
        line("M104 222l-16 26M216 222l16 26", "#39434A", 7)
        + rect(20, 64, 280, 162, 8, "url(#ink)", edge=True)
        + screen(25, 69, 270, 149, 4, sky)
        + rect(146, 220, 28, 3, 1.5, "#6D7880")
    )
    return group(tv, move=(160 * (1 - share), 250 * (1 - share)), scale=share)


@shape("tv_small", _TV_BOX, "console", focus=(108, 216))
def tv_small() -> str:
    return _tv("dawn", 0.7)


@shape("tv_medium", _TV_BOX, "console", focus=(90, 206))
def tv_medium() -> str:
    return _tv("night", 0.8)


@shape("tv_large", _TV_BOX, "console", focus=(80, 200))
def tv_large() -> str:
    return _tv("sea", 0.9)


@shape("tv_giant", _TV_BOX, "console", focus=(72, 196))
def tv_giant() -> str:
    return _tv("dusk", 1)


@shape("tv_small_plain", _TV_BOX)
def tv_small_plain() -> str:
    return _tv("dawn", 1)


@shape("tv_medium_plain", _TV_BOX)
def tv_medium_plain() -> str:
    return _tv("night", 1)


@shape("tv_large_plain", _TV_BOX)
def tv_large_plain() -> str:
    return _tv("sea", 1)


@shape("projector", (56, 84, 208, 176), "desk", focus=(118, 168))
def projector() -> str:
    return (
        rect(84, 242, 26, 18, 6, "#39434A")
        + rect(210, 242, 26, 18, 6, "#39434A")
        + rect(56, 96, 208, 152, 40, "url(#white)", edge=True)
        + rect(112, 84, 96, 16, 8, "url(#metal)", edge=True)
        + shine(84, 108, 150, 8, 4, 0.8)
        + lens(122, 172, 50)
        + columns(7, 192, 9, 146, 200, "#A9B4B9", 4)
        + led(196, 220)
        + sprout(228, 220, 16, "#9AA6A4", "#9AA6A4")
    )


@shape("speaker", (96, 44, 128, 226), focus=(160, 76))
def speaker() -> str:
    dots = "".join(
        line("".join(f"M{112 + column * 12} {y}h.1" for column in range(9)), "currentColor", 4.6, 'opacity=".62"')
        for y in range(120, 246, 12)
    )
    return (
        rect(96, 50, 128, 220, 58, "url(#round)", edge=True)
        + dots
        + ellipse(160, 78, 52, 24, "url(#deep)")
        + ellipse(160, 75, 50, 22, "url(#glass)")
        + ellipse(160, 75, 34, 14, "none", extra='stroke="#3DD08E" stroke-width="4"')
        + sprout(160, 75, 14)
    )


@shape("soundbar", (18, 128, 284, 82), "console", focus=(230, 160))
def soundbar() -> str:
    mesh = "".join(
        line("".join(f"M{34 + column * 9} {y}h.1" for column in range(29)), "#7B868E", 3.2)
        for y in (150, 160, 170, 180, 190)
    )
    return (
        rect(18, 128, 284, 76, 20, "url(#ink)", edge=True)
        + path("M38 130h244a18 18 0 0 1 16 10H22a18 18 0 0 1 16-10z", "#FFFFFF", extra='opacity=".14"')
        + mesh
        + rect(138, 156, 44, 22, 6, "#0A0F12")
        + rows(2, 146, 174, 163, 8, "#3DD08E", 3)
        + rect(44, 204, 36, 6, 3, "#0A0F12")
        + rect(240, 204, 36, 6, 3, "#0A0F12")
    )
