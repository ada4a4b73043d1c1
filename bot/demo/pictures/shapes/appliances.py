"""Fridges, washers, air conditioners and water heaters."""

from bot.demo.pictures.shapes.motifs import led, panel, shine, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, clip, columns, line, path, rect, rows


@shape("fridge", (90, 18, 140, 262), "floor", focus=(196, 90))
def fridge() -> str:
    return (
        rect(104, 270, 24, 10, 3, "#39434A")
        + rect(192, 270, 24, 10, 3, "#39434A")
        + rect(90, 18, 140, 256, 12, "url(#body)", edge=True)
        + shine(98, 28, 8, 236, 4, 0.42)
        + path("M90 110h140v7H90z", "url(#deep)", extra='opacity=".55"')
        + rect(208, 52, 9, 48, 4.5, "url(#tube)", edge=True)
        + rect(208, 128, 9, 66, 4.5, "url(#tube)", edge=True)
        + panel(112, 44, 34, 18, 5)
        + led(122, 53, 2.6)
        + sprout(160, 246, 20, "currentColor", "currentColor")
    )


@shape("fridge_cross", (60, 18, 200, 262), "floor", focus=(112, 84))
def fridge_cross() -> str:
    return (
        rect(78, 270, 26, 10, 3, "#39434A")
        + rect(216, 270, 26, 10, 3, "#39434A")
        + rect(60, 18, 200, 256, 12, "url(#body)", edge=True)
        + path("M70 26h60L72 150V34z", "#FFFFFF", extra='opacity=".16"')
        + path("M157 18h6v256h-6zM60 152h200v6H60z", "url(#deep)", extra='opacity=".5"')
        + rect(146, 74, 7, 66, 3.5, "url(#tube)", edge=True)
        + rect(167, 74, 7, 66, 3.5, "url(#tube)", edge=True)
        + rect(146, 170, 7, 62, 3.5, "url(#tube)", edge=True)
        + rect(167, 170, 7, 62, 3.5, "url(#tube)", edge=True)
        + panel(84, 58, 46, 34, 7)
        + led(97, 68, 2.6)
        + rows(2, 106, 122, 68, 10, "#DCEBE5", 3)
        + sprout(228, 252, 18, "currentColor", "currentColor")
    )


def _drum(x: float, y: float, r: float, content: str) -> str:
    glass = f'<circle cx="{x}" cy="{y}" r="{r * 0.7}"/>'
    return (
        circle(x, y, r, "url(#metal)", edge=True)
        + circle(x, y, r * 0.82, "url(#ink)")
        + circle(x, y, r * 0.7, "url(#glass)")
        + clip(f"drum{x}-{y}-{r}", glass, content)
        + path(
            f"M{x - r * 0.5} {y - r * 0.3}a{r * 0.6} {r * 0.6} 0 0 1 {r * 0.5}-{r * 0.3}",
            "none",
            extra='stroke="#FFFFFF" stroke-width="5" stroke-linecap="round" opacity=".55"',
        )
    )


@shape("washer", (66, 38, 188, 238), "floor", focus=(160, 178))
def washer() -> str:
    water = path("M100 186q20-16 40 0t40 0t40 0v60H100z", "url(#water)", extra='opacity=".92"') + "".join(
        circle(x, y, r, "#FFFFFF", extra='opacity=".7"')
        for x, y, r in ((138, 172, 6), (152, 164, 4), (182, 170, 7), (170, 178, 4))
    )
    return _washer_body() + _drum(160, 182, 66, water)


@shape("dryer", (66, 38, 188, 238), "floor", focus=(160, 178))
def dryer() -> str:
    laundry = (
        path("M112 214q12-32 40-26t52 4q16 6 14 40H112z", "#F2C2A8")
        + path("M150 192q22-18 44 4t16 34h-50z", "#F7E3C2")
        + line("M138 158q-8-10 1-19M160 156q-8-10 1-19M182 158q-8-10 1-19", "#F6C48A", 4)
    )
    return _washer_body("#F2A65C") + _drum(160, 182, 66, laundry)


def _washer_body(light: str = "#3DD08E") -> str:
    return (
        rect(80, 268, 26, 8, 3, "#39434A")
        + rect(214, 268, 26, 8, 3, "#39434A")
        + rect(66, 38, 188, 234, 16, "url(#body)", edge=True)
        + shine(74, 100, 7, 150, 4, 0.4)
        + path("M66 92h188", "none", extra='stroke="currentColor" stroke-width="2"')
        + rect(80, 52, 52, 28, 6, "none", extra='stroke="currentColor" stroke-width="2"')
        + circle(160, 66, 14, "url(#metal)", edge=True)
        + line("M160 57v7", "#39434A", 3)
        + panel(186, 54, 54, 24, 6)
        + rows(2, 194, 214, 62, 8, light, 3)
        + led(230, 66, 3, light)
    )


@shape("washer_mini", (88, 78, 144, 196), "floor", focus=(160, 190))
def washer_mini() -> str:
    water = path("M110 200q16-12 32 0t32 0t32 0v50h-96z", "url(#water)", extra='opacity=".92"') + circle(
        150, 184, 5, "#FFFFFF", extra='opacity=".7"'
    )
    return (
        rect(100, 266, 20, 8, 3, "#39434A")
        + rect(200, 266, 20, 8, 3, "#39434A")
        + rect(88, 78, 144, 192, 30, "url(#body)", edge=True)
        + shine(96, 116, 7, 130, 4, 0.5)
        + panel(112, 94, 96, 26, 10)
        + rows(2, 122, 148, 103, 8, "#3DD08E", 3)
        + circle(190, 107, 7, "url(#metal)")
        + _drum(160, 196, 54, water)
    )


@shape("ac", (24, 96, 272, 172), "wall", focus=(226, 130))
def ac() -> str:
    wind = "".join(f"M{x} 204q-12 16 0 32t0 30" for x in (84, 122, 160, 198, 236))
    return air_conditioner() + line(wind, "#7CBCE2", 5, 'opacity=".6"')


@shape("ac_plain", (24, 96, 272, 88), "wall")
def air_conditioner() -> str:
    return (
        rect(24, 96, 272, 88, 26, "url(#top)", edge=True)
        + path("M30 152h260v10a22 22 0 0 1-22 22H52a22 22 0 0 1-22-22z", "url(#deep)", extra='opacity=".35"')
        + path("M44 158h232l-12 18H56z", "#FFFFFF", extra='opacity=".75"')
        + rows(2, 54, 266, 164, 6, "#9FB1B8", 2)
        + shine(48, 104, 224, 8, 4, 0.7)
        + rows(2, 236, 258, 126, 8, "#4DB6A0", 3)
        + led(222, 130, 3)
        + sprout(66, 130, 20, "#9AA6A4", "#9AA6A4")
    )


@shape("tower", (112, 14, 96, 266), "floor", focus=(160, 80))
def tower() -> str:
    return (
        rect(104, 264, 112, 16, 8, "url(#ink)")
        + rect(112, 14, 96, 254, 40, "url(#round)", edge=True)
        + rect(134, 38, 52, 132, 18, "url(#deep)", extra='opacity=".5"')
        + rows(11, 142, 178, 52, 11, "#FFFFFF", 3)
        + panel(138, 188, 44, 30, 9)
        + rows(2, 146, 164, 198, 9, "#3DD08E", 3)
        + led(174, 203, 2.6)
        + sprout(160, 244, 18, "currentColor", "currentColor")
    )


@shape("heater", (92, 24, 136, 256), "bathroom_wall", focus=(160, 140))
def heater() -> str:
    flame = "M160 122c22 22 28 34 28 48a28 28 0 0 1-56 0c0-12 8-20 13-26 2 9 8 9 8 9 2-12 4-20 7-31z"
    core = "M160 160c10 10 13 16 13 22a13 13 0 0 1-26 0c0-7 8-12 13-22z"
    return (
        rect(116, 240, 12, 38, 4, "url(#tube)", edge=True)
        + rect(154, 240, 12, 38, 4, "url(#tube)", edge=True)
        + rect(192, 240, 12, 38, 4, "url(#tube)", edge=True)
        + rect(138, 12, 44, 24, 6, "url(#tube)", edge=True)
        + rect(92, 28, 136, 220, 20, "url(#body)", edge=True)
        + shine(100, 46, 7, 180, 4, 0.5)
        + panel(122, 60, 76, 38, 9)
        + rows(2, 134, 164, 73, 12, "#F2A65C", 4)
        + led(182, 79, 3.4, "#3DD08E")
        + path(flame, "url(#ember)")
        + path(core, "#FFF1C2")
        + sprout(160, 226, 16, "#9AA6A4", "#9AA6A4")
    )


@shape("heater_tank", (20, 78, 280, 166), "bathroom_wall", focus=(248, 158))
def heater_tank() -> str:
    return (
        rect(90, 216, 12, 34, 4, "#4F9FD3")
        + rect(126, 216, 12, 34, 4, "#E4574C")
        + rect(20, 78, 280, 144, 66, "url(#top)", edge=True)
        + path("M62 82q-34 22-34 68t34 68", "none", extra='stroke="currentColor" stroke-width="2" opacity=".5"')
        + shine(78, 92, 150, 9, 5, 0.75)
        + circle(240, 150, 42, "url(#glass)")
        + line("M216 170a32 32 0 1 1 48 0", "#35505A", 6)
        + line("M216 170a32 32 0 0 1 40-46", "#F2A65C", 6)
        + rows(2, 228, 252, 146, 10, "#FFFFFF", 4)
        + sprout(110, 152, 30, "#9AA6A4", "#9AA6A4")
        + columns(1, 172, 1, 120, 180, "#D3DBDA", 2)
    )
