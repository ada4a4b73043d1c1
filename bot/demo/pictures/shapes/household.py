"""Kitchen, cleaning and personal care."""

from bot.demo.pictures.shapes.motifs import led, panel, shine, sprout, steam
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, columns, ellipse, group, line, path, rect, rows


@shape("cooker", (52, 36, 216, 234), "counter", focus=(160, 200))
def cooker() -> str:
    return (
        steam(140, 76)
        + path("M60 132h200l-8 112a30 30 0 0 1-30 26H98a30 30 0 0 1-30-26z", "url(#body)", edge=True)
        + path("M60 128a100 54 0 0 1 200 0z", "url(#top)", edge=True)
        + rect(52, 124, 216, 16, 8, "url(#metal)", edge=True)
        + rect(140, 68, 40, 16, 8, "url(#ink)")
        + path(
            "M84 118a80 38 0 0 1 60-32",
            "none",
            extra='stroke="#FFFFFF" stroke-width="6" stroke-linecap="round" opacity=".5"',
        )
        + panel(118, 164, 84, 58, 12)
        + rows(1, 134, 166, 182, 1, "#3DD08E", 6)
        + rows(2, 134, 186, 198, 11, "#8FB6AC", 3)
        + led(182, 182, 3.4, "#F2A65C")
        + sprout(160, 246, 20, "currentColor", "currentColor")
    )


@shape("cooker_mini", (70, 50, 180, 222), "counter", focus=(160, 210))
def cooker_mini() -> str:
    return (
        steam(150, 92, count=2)
        + path("M78 152h164l4 76a44 44 0 0 1-44 44h-84a44 44 0 0 1-44-44z", "url(#body)", edge=True)
        + path("M80 148a80 52 0 0 1 160 0z", "url(#top)", edge=True)
        + rect(70, 144, 180, 13, 6.5, "url(#metal)", edge=True)
        + circle(160, 98, 12, "url(#kraft)", edge=True)
        + path(
            "M102 138a62 34 0 0 1 40-26",
            "none",
            extra='stroke="#FFFFFF" stroke-width="6" stroke-linecap="round" opacity=".55"',
        )
        + circle(160, 210, 32, "url(#glass)")
        + circle(160, 210, 22, "none", extra='stroke="#3DD08E" stroke-width="4" stroke-dasharray="92 60"')
        + led(160, 210, 4, "#F2A65C")
    )


@shape("fryer", (78, 36, 164, 238), "counter", focus=(160, 164))
def fryer() -> str:
    food = "".join(
        ellipse(x, y, rx, ry, "#C9742A") + ellipse(x - 3, y - 3, rx * 0.6, ry * 0.5, "#E79A4A")
        for x, y, rx, ry in (
            (136, 182, 17, 11),
            (166, 186, 15, 10),
            (188, 180, 12, 10),
            (152, 170, 13, 9),
            (176, 170, 12, 8),
        )
    )
    return (
        rect(78, 36, 164, 238, 46, "url(#round)", edge=True)
        + path("M78 116h164v6H78z", "url(#deep)", extra='opacity=".4"')
        + panel(112, 56, 96, 40, 18)
        + rows(2, 128, 158, 70, 12, "#F2A65C", 4)
        + circle(186, 76, 10, "none", extra='stroke="#3DD08E" stroke-width="3.5"')
        + rect(94, 130, 132, 84, 20, "url(#ink)")
        + rect(104, 140, 112, 64, 14, "#7A3E14")
        + rect(104, 140, 112, 64, 14, "url(#ember)", extra='opacity=".72"')
        + food
        + path("M112 146h40l-26 52h-14z", "#FFFFFF", extra='opacity=".2"')
        + rect(118, 226, 84, 22, 11, "url(#ink)")
        + rect(128, 231, 64, 5, 2.5, "#6D7880")
    )


@shape("waterpure", (92, 34, 156, 246), "counter", focus=(146, 90))
def waterpure() -> str:
    glass = path("M196 220h46l-5 56a6 6 0 0 1-6 5h-24a6 6 0 0 1-6-5z", "#E6F4FA", edge=True) + path(
        "M199 240h40l-3 34a4 4 0 0 1-4 4h-26a4 4 0 0 1-4-4z", "url(#water)"
    )
    return (
        water_unit()
        + line("M196 210V70a22 22 0 0 1 44 0v34", "#8B959D", 11)
        + line("M196 210V70a22 22 0 0 1 44 0v34", "#DCE2E6", 6)
        + rect(186, 196, 22, 14, 5, "url(#metal)", edge=True)
        + glass
    )


@shape("waterpure_plain", (92, 56, 96, 224), "counter")
def water_unit() -> str:
    return (
        rect(92, 56, 96, 224, 22, "url(#white)", edge=True)
        + rect(104, 74, 72, 128, 14, "url(#glass)")
        + panel(104, 74, 72, 42, 12)
        + rows(2, 116, 142, 88, 10, "#7FD3F0", 3.5)
        + led(160, 93, 3.4, "#3DD08E")
        + columns(3, 122, 18, 132, 186, "#2F5A68", 10)
        + columns(3, 122, 18, 132, 168, "#7FC8E6", 10)
        + sprout(140, 240, 26, "#9AA6A4", "#9AA6A4")
    )


@shape("robot", (32, 124, 256, 118), "floor", focus=(160, 168))
def robot() -> str:
    return (
        path("M32 174v26c0 56 256 56 256 0v-26z", "url(#deep)")
        + line("M40 206c30 32 210 32 240 0", "#FFFFFF", 3, 'opacity=".25"')
        + ellipse(160, 174, 128, 50, "url(#body)", edge=True)
        + ellipse(160, 170, 112, 41, "none", extra='stroke="currentColor" stroke-width="1.6" opacity=".6"')
        + ellipse(160, 164, 42, 16, "url(#deep)")
        + path("M118 146v18c0 21 84 21 84 0v-18z", "url(#ink)")
        + ellipse(160, 146, 42, 15, "url(#body)", edge=True)
        + ellipse(160, 145, 14, 5, "#D8662F")
        + led(160, 198, 3.6)
        + sprout(220, 184, 15, "currentColor", "currentColor")
        + rect(128, 226, 64, 9, 4, "#11171B")
    )


@shape("robot_station", (62, 26, 196, 254), "floor", focus=(160, 230))
def robot_station() -> str:
    return (
        rect(70, 26, 180, 244, 26, "url(#white)", edge=True)
        + rect(78, 32, 164, 12, 6, "url(#metal)")
        + panel(122, 56, 76, 22, 9)
        + rows(1, 132, 156, 67, 1, "#7FD3F0", 4)
        + led(184, 67, 3, "#3DD08E")
        + rect(88, 92, 66, 78, 12, "#DCEFF7", edge=True)
        + path("M88 122q17-8 33 0t33 0v36a12 12 0 0 1-12 12h-42a12 12 0 0 1-12-12z", "url(#water)")
        + rect(166, 92, 66, 78, 12, "url(#metal)", edge=True)
        + sprout(199, 130, 26)
        + path("M82 190h156v80H82z", "#20282D")
        + path("M82 190h156v20H82z", "#11171B")
        + path("M62 262h196l-6 14a8 8 0 0 1-7 4H75a8 8 0 0 1-7-4z", "url(#metal)", edge=True)
        + group(robot(), move=(70, 136), scale=0.56)
    )


@shape("stick", (92, 22, 136, 256), "floor", focus=(160, 66))
def stick() -> str:
    return (
        rect(153, 122, 14, 122, 4, "url(#tube)", edge=True)
        + line("M178 44h22a24 24 0 0 1 24 24v10a30 30 0 0 1-30 30h-16", "#2B3339", 13)
        + rect(206, 88, 14, 34, 5, "url(#grain)", edge=True)
        + rect(132, 22, 56, 68, 24, "url(#body)", edge=True)
        + circle(160, 50, 18, "url(#ink)")
        + circle(160, 50, 11, "none", extra='stroke="#3DD08E" stroke-width="3.4" stroke-dasharray="48 40"')
        + rect(136, 86, 48, 50, 12, "#CDE5E2", extra='opacity=".95"', edge=True)
        + path("M138 116q11-7 22 0t22 0v8a12 12 0 0 1-12 12h-20a12 12 0 0 1-12-12z", "#8F8A7E", extra='opacity=".75"')
        + path("M150 236h20l6 14h-32z", "url(#metal)", edge=True)
        + rect(92, 246, 136, 32, 14, "url(#ink)", edge=True)
        + rect(100, 262, 120, 10, 5, "url(#grain)")
        + rect(104, 250, 112, 4, 2, "#FFFFFF", extra='opacity=".25"')
    )


def _bristles(x: float, y: float, w: float) -> str:
    return (
        rect(x, y, w, 40, 7, "url(#white)", edge=True)
        + rect(x - 9, y + 3, 11, 34, 4, "#D6F0E4", edge=True)
        + line("".join(f"M{x - 8} {y + 8 + i * 6}h8" for i in range(5)), "#4FBF93", 2.4)
    )


@shape("brush", (112, 18, 84, 262), "bath", focus=(152, 50))
def brush() -> str:
    return (
        _bristles(146, 24, 22)
        + rect(151, 60, 12, 46, 5, "url(#white)", edge=True)
        + path("M144 104h26l10 24v116a36 36 0 0 1-23 36 36 36 0 0 1-23-36V128z", "url(#round)", edge=True)
        + circle(157, 152, 11, "url(#white)", edge=True)
        + line("M157 147v5", "#2FB57F", 3)
        + "".join(led(157, 186 + i * 14, 2.6, "#2FB57F" if i < 2 else "#B9C4C1") for i in range(3))
        + sprout(157, 250, 16, "currentColor", "currentColor")
    )


@shape("brush_heads", (58, 70, 212, 190), "bath", focus=(92, 100))
def brush_heads() -> str:
    def head(x: float, ring: str) -> str:
        return (
            _bristles(x, 80, 24)
            + path(f"M{x + 5} 120h14l5 110a12 12 0 0 1-24 0z", "url(#white)", edge=True)
            + rect(x - 1, 214, 26, 11, 5, ring)
        )

    return "".join(
        head(74 + i * 52, ring) for i, ring in enumerate(("#2FB57F", "#F2A65C", "#7FAEDD", "#F0BCC4"))
    ) + rect(58, 244, 212, 16, 8, "url(#white)", edge=True)


@shape("dryerhair", (66, 44, 164, 232), "bath", focus=(110, 104))
def dryerhair() -> str:
    return (
        rect(144, 120, 50, 156, 25, "url(#round)", edge=True)
        + rect(70, 56, 156, 96, 44, "url(#body)", edge=True)
        + shine(100, 64, 96, 9, 5, 0.5)
        + rect(62, 64, 34, 80, 16, "url(#ink)")
        + rect(68, 72, 14, 64, 7, "#65727A")
        + rows(7, 70, 80, 78, 9, "#11171B", 2.4)
        + circle(212, 104, 26, "url(#metal)", edge=True)
        + "".join(circle(212, 104, r, "none", extra='stroke="#6D7880" stroke-width="2"') for r in (8, 14, 20))
        + rect(160, 176, 18, 38, 9, "url(#white)", edge=True)
        + led(169, 186, 3)
        + rows(1, 165, 173, 202, 1, "#9AA6A4", 3)
        + sprout(169, 244, 18, "currentColor", "currentColor")
        + line("M169 276q0 12 14 12h24", "#39434A", 6)
    )
