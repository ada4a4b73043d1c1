"""Watches, bands and earbuds."""

from bot.demo.pictures.shapes.motifs import led, shine, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, ellipse, line, rect


def _strap(top: float, height: float) -> str:
    holes = "".join(circle(160, top + 16 + i * 13, 2.4, "#000000", extra='opacity=".28"') for i in range(4))
    return rect(130, top, 60, height, 14, "url(#round)", edge=True) + holes


@shape("watch", (104, 26, 118, 260), focus=(160, 156))
def watch() -> str:
    return _strap(26, 100) + _strap(192, 94) + watch_case()


@shape("watch_plain", (104, 100, 118, 116))
def watch_case() -> str:
    rings = (
        circle(160, 158, 32, "none", extra='stroke="#263840" stroke-width="7"')
        + line("M160 126a32 32 0 1 1-30 43", "#3DD08E", 7)
        + circle(160, 158, 21, "none", extra='stroke="#263840" stroke-width="6"')
        + line("M160 137a21 21 0 0 1 13 37", "#F2B45C", 6)
    )
    return (
        rect(212, 140, 10, 30, 5, "url(#metal)", edge=True)
        + rect(104, 100, 112, 116, 36, "url(#metal)", edge=True)
        + rect(110, 106, 100, 104, 31, "#0A0F12")
        + rings
        + line("M160 158v-9M160 158l7 4", "#FFFFFF", 3)
    )


@shape("watch_kids", (98, 26, 124, 260), focus=(160, 150))
def watch_kids() -> str:
    return _strap(26, 100) + _strap(196, 90) + watch_kids_case()


@shape("watch_kids_plain", (98, 96, 127, 126))
def watch_kids_case() -> str:
    face = (
        circle(160, 160, 33, "#FFE3A6")
        + circle(149, 154, 4.5, "#4B3A22")
        + circle(171, 154, 4.5, "#4B3A22")
        + line("M147 170q13 13 26 0", "#4B3A22", 4)
        + circle(138, 166, 5, "#F6A08C", extra='opacity=".7"')
        + circle(182, 166, 5, "#F6A08C", extra='opacity=".7"')
    )
    return (
        rect(98, 96, 124, 126, 40, "url(#body)", edge=True)
        + rect(109, 107, 102, 104, 30, "#12303A")
        + face
        + circle(160, 102, 4, "#17262C")
        + rect(217, 146, 8, 26, 4, "#E4574C")
    )


@shape("band", (120, 26, 80, 262), focus=(160, 150))
def band() -> str:
    return (
        rect(131, 26, 58, 262, 29, "url(#round)", edge=True)
        + "".join(circle(160, 230 + i * 13, 2.6, "#000000", extra='opacity=".25"') for i in range(4))
        + band_tracker()
    )


@shape("band_plain", (134, 88, 52, 126))
def band_tracker() -> str:
    return (
        rect(134, 88, 52, 126, 26, "#0A0F12", edge=True)
        + line("M146 120h28M146 132h18", "#DCEBE5", 4)
        + line("M143 164h8l5-14 8 26 5-12h8", "#3DD08E", 3.5)
        + circle(160, 196, 5, "#F2B45C")
    )


@shape("buds", (74, 56, 172, 218), focus=(160, 96))
def buds() -> str:
    def bud(x: float, flip: int) -> str:
        return (
            rect(x - 10, 96, 20, 66, 10, "url(#body)", edge=True)
            + ellipse(x + 5 * flip, 86, 27, 29, "url(#body)", edge=True)
            + ellipse(x + 15 * flip, 92, 11, 16, "#2A3237", extra='opacity=".85"')
            + ellipse(x - 6 * flip, 76, 7, 9, "#FFFFFF", extra='opacity=".45"')
        )

    return (
        bud(118, 1)
        + bud(202, -1)
        + rect(74, 166, 172, 108, 44, "url(#body)", edge=True)
        + line("M76 202h168", "currentColor", 2)
        + shine(92, 176, 120, 10, 5, 0.5)
        + led(160, 226)
        + sprout(160, 250, 16, "currentColor", "currentColor")
    )
