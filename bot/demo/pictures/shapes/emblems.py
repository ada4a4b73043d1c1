"""Signs for the sections of the shop, in white and gold on green."""

from bot.demo.pictures.shapes.motifs import sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, line, path, rect, rows

_RED = "#E4574C"


@shape("bag", (66, 40, 188, 236))
def bag() -> str:
    return (
        line("M118 118V92a42 42 0 0 1 84 0v26", "#BFEBD8", 13)
        + path("M78 104h164l12 150a20 20 0 0 1-20 22H86a20 20 0 0 1-20-22z", "url(#white)", edge=True)
        + path("M78 104h164l2 26H76z", "#1E2B27", extra='opacity=".05"')
        + circle(118, 124, 7, "#0B7653")
        + circle(202, 124, 7, "#0B7653")
        + sprout(160, 202, 84, "#0B7653", "#3DD08E")
    )


@shape("trolley", (40, 70, 240, 202))
def trolley() -> str:
    return (
        line("M44 82h28l30 124h126", "#FFFFFF", 14)
        + path("M84 104h188l-24 78a12 12 0 0 1-12 9H104z", "url(#white)", edge=True)
        + line("M120 118l10 58M160 118v58M200 118l-8 58M238 118l-18 58", "#BFD8CC", 6)
        + circle(118, 244, 22, "url(#ink)")
        + circle(118, 244, 9, "#E9EEEC")
        + circle(216, 244, 22, "url(#ink)")
        + circle(216, 244, 9, "#E9EEEC")
    )


@shape("tiles", (52, 52, 216, 216))
def tiles() -> str:
    cells = ((52, 52, "url(#white)"), (166, 52, "url(#gold)"), (52, 166, "#BFEBD8"), (166, 166, "url(#white)"))
    return "".join(rect(x, y, 102, 102, 26, fill, edge=True) for x, y, fill in cells) + sprout(
        103, 104, 54, "#0B7653", "#3DD08E"
    )


@shape("magnifier", (48, 44, 226, 226))
def magnifier() -> str:
    return (
        line("M206 206l54 52", "#E6B566", 28)
        + circle(136, 132, 80, "#FFFFFF", extra='opacity=".22"')
        + circle(136, 132, 80, "none", extra='stroke="#FFFFFF" stroke-width="18"')
        + sprout(136, 136, 72)
        + path("M84 112a58 58 0 0 1 40-36", "none", extra='stroke="#FFFFFF" stroke-width="9" stroke-linecap="round"')
    )


def _paper() -> str:
    teeth = "".join(f"l{-14} {14 if i % 2 == 0 else -14}" for i in range(12))
    return path(f"M76 44h168v206{teeth}z", "url(#white)", edge=True)


@shape("checklist", (76, 44, 168, 222))
def checklist() -> str:
    ticks = "".join(line(f"M100 {y}l8 8 14-16", "#2FB57F", 7) for y in (112, 152, 192))
    return _paper() + sprout(160, 74, 34, "#0B7653", "#3DD08E") + ticks + rows(3, 142, 216, 112, 40, "#C3CECA", 9)


@shape("receipt", (76, 44, 190, 236))
def receipt() -> str:
    return (
        _paper()
        + sprout(160, 82, 46, "#0B7653", "#3DD08E")
        + rows(3, 102, 168, 130, 28, "#C3CECA", 8)
        + rows(3, 196, 218, 130, 28, "#8FA39B", 8)
        + circle(218, 232, 48, "#2FB57F")
        + circle(218, 232, 48, "none", extra='stroke="#FFFFFF" stroke-width="7"')
        + line("M196 232l16 17 29-33", "#FFFFFF", 12)
    )


@shape("ticket", (34, 86, 252, 150))
def ticket() -> str:
    right = "M54 86h212a20 20 0 0 1 20 20v32a23 23 0 0 0 0 46v32a20 20 0 0 1-20 20"
    outline = right + "H54a20 20 0 0 1-20-20v-32a23 23 0 0 0 0-46v-32a20 20 0 0 1 20-20z"
    return (
        path(outline, "url(#gold)", edge=True)
        + line("M206 100v124", "#FFFFFF", 5, 'stroke-dasharray="2 14"')
        + line("M88 200l66-78", "#FFFFFF", 13)
        + circle(94, 130, 17, "none", extra='stroke="#FFFFFF" stroke-width="11"')
        + circle(150, 192, 17, "none", extra='stroke="#FFFFFF" stroke-width="11"')
        + sprout(244, 162, 44)
    )


@shape("heart", (52, 62, 216, 200))
def heart() -> str:
    return path(
        "M160 262C90 210 52 172 52 124a58 58 0 0 1 108-30 58 58 0 0 1 108 30c0 48-38 86-108 138z", _RED, edge=True
    ) + path(
        "M82 124a32 32 0 0 1 30-32",
        "none",
        extra='stroke="#FFFFFF" stroke-width="12" stroke-linecap="round" opacity=".7"',
    )


@shape("person", (58, 40, 204, 230))
def person() -> str:
    return (
        path("M58 270c0-62 44-96 102-96s102 34 102 96z", "url(#white)", edge=True)
        + circle(160, 104, 62, "url(#gold)", edge=True)
        + sprout(160, 230, 54, "#0B7653", "#3DD08E")
        + path(
            "M122 78a46 46 0 0 1 26-20",
            "none",
            extra='stroke="#FFFFFF" stroke-width="9" stroke-linecap="round" opacity=".7"',
        )
    )


@shape("bubbles", (36, 52, 250, 220))
def bubbles() -> str:
    back = path(
        "M60 52h140a24 24 0 0 1 24 24v74a24 24 0 0 1-24 24h-84l-40 32v-32H60a24 24 0 0 1-24-24V76a24 24 0 0 1 24-24z",
        "url(#white)",
        edge=True,
    )
    front = path(
        "M150 132h112a24 24 0 0 1 24 24v62a24 24 0 0 1-24 24h-10v30l-36-30h-66"
        "a24 24 0 0 1-24-24v-62a24 24 0 0 1 24-24z",
        "url(#gold)",
        edge=True,
    )
    dots = "".join(circle(172 + i * 34, 188, 9, "#FFFFFF") for i in range(3))
    return back + rows(2, 66, 150, 88, 26, "#BFD8CC", 9) + front + dots


@shape("parcel", (56, 56, 208, 214))
def parcel() -> str:
    return (
        path("M160 56l104 46v114l-104 54L56 216V102z", "#E2CDA2")
        + path("M160 56l104 46-104 52L56 102z", "#F5E8CB")
        + path("M160 154v116l104-54V102z", "#CDB484")
        + path("M108 79l104 50v36l-20 9v-36L88 88z", "#0B7653", extra='opacity=".85"')
        + sprout(108, 196, 36, "#0B7653", "#0B7653")
    )


@shape("wallet", (44, 78, 236, 176))
def wallet() -> str:
    return (
        rect(76, 78, 150, 90, 12, "url(#gold)", edge=True)
        + rect(44, 104, 224, 150, 26, "url(#white)", edge=True)
        + rows(1, 70, 180, 232, 1, "#BFD8CC", 7)
        + rect(192, 150, 88, 58, 24, "#BFEBD8", edge=True)
        + circle(222, 179, 12, "#0B7653")
    )


@shape("seedling", (40, 40, 240, 240))
def seedling() -> str:
    return sprout(160, 160, 190)
