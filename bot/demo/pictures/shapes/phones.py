"""Phones, tablets, laptops and what is carried with them."""

from bot.demo.pictures.shapes.motifs import led, lens, screen, shine, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, group, line, path, rect, rows


@shape("phone_plain", (112, 40, 104, 226))
def phone_front() -> str:
    return (
        rect(112, 40, 104, 226, 22, "url(#body)", edge=True)
        + rect(115, 43, 98, 220, 19, "#0D1215")
        + screen(118, 46, 92, 214, 16)
        + circle(164, 58, 4, "#0B0F12")
        + line("M147 252h34", "#FFFFFF", 3, 'opacity=".8"')
    )


def phone_back() -> str:
    return (
        rect(112, 40, 104, 226, 22, "url(#body)", edge=True)
        + shine(118, 48, 9, 210, 5, 0.18)
        + rect(122, 52, 46, 62, 16, "url(#deep)")
        + lens(145, 70, 13)
        + lens(145, 98, 11)
        + circle(178, 62, 4.5, "#FFF3D0", edge=True)
        + sprout(164, 216, 20, "#FFFFFF", "#FFFFFF")
    )


@shape("phone", (62, 38, 196, 232), focus=(106, 92))
def phone() -> str:
    return group(phone_back(), move=(-40, 2), turn=-7) + group(phone_front(), move=(30, 4), turn=4)


@shape("phone_pro", (62, 38, 196, 232), focus=(116, 110))
def phone_pro() -> str:
    back = (
        rect(112, 40, 104, 226, 16, "url(#body)", edge=True)
        + shine(118, 48, 8, 210, 4, 0.22)
        + circle(164, 100, 40, "url(#deep)")
        + circle(164, 100, 37, "none", extra='stroke="#D9B878" stroke-width="2"')
        + lens(149, 88, 15)
        + lens(180, 88, 12)
        + lens(164, 116, 13)
        + circle(200, 58, 4.5, "#FFF3D0", edge=True)
        + sprout(164, 220, 20, "#D9B878", "#D9B878")
    )
    return group(back, move=(-40, 2), turn=-7) + group(phone_front(), move=(30, 4), turn=4)


@shape("phone_senior", (106, 36, 108, 238), focus=(160, 196))
def phone_senior() -> str:
    keys = "".join(
        rect(120 + column * 28, 182 + row * 20, 24, 15, 5, "#FFFFFF", extra='opacity=".92"')
        for row in range(4)
        for column in range(3)
    )
    return (
        rect(106, 36, 108, 238, 30, "url(#body)", edge=True)
        + shine(112, 56, 6, 190, 3, 0.25)
        + rect(118, 58, 84, 92, 10, "#0D1215")
        + screen(122, 62, 76, 84, 7)
        + line("M148 47h24", "#FFFFFF", 4, 'opacity=".55"')
        + circle(160, 166, 9, "#FFFFFF", extra='opacity=".92"')
        + rect(120, 159, 26, 14, 7, "#2FB57F")
        + rect(174, 159, 26, 14, 7, "#E4574C")
        + keys
    )


def _tablet_back() -> str:
    return (
        rect(60, 56, 220, 160, 18, "url(#body)", edge=True)
        + shine(72, 62, 190, 6, 3, 0.3)
        + rect(236, 66, 30, 30, 10, "url(#deep)")
        + lens(251, 81, 9)
    )


def _tablet_front(x: float, y: float) -> str:
    return (
        rect(x, y, 220, 160, 18, "url(#body)", edge=True)
        + rect(x + 5, y + 5, 210, 150, 14, "#0D1215")
        + screen(x + 11, y + 11, 198, 138, 8)
        + circle(x + 110, y + 8, 2, "#3A444B")
    )


@shape("tablet", (34, 56, 246, 200), focus=(246, 92))
def tablet() -> str:
    return _tablet_back() + _tablet_front(34, 96)


@shape("tablet_plain", (34, 96, 220, 160))
def tablet_plain() -> str:
    return _tablet_front(34, 96)


@shape("laptop", (28, 70, 264, 180), focus=(110, 120))
def laptop() -> str:
    return (
        rect(66, 70, 188, 134, 12, "url(#metal)", edge=True)
        + rect(71, 75, 178, 125, 8, "#0D1215")
        + screen(76, 80, 168, 114, 4)
        + path("M28 212h264l-6 20a14 14 0 0 1-13 10H47a14 14 0 0 1-13-10z", "url(#metal)", edge=True)
        + path("M28 206h264v6a6 6 0 0 1-6 4H34a6 6 0 0 1-6-4z", "url(#white)", edge=True)
        + rect(130, 206, 60, 6, 3, "#A9B3BA")
    )


@shape("phone_pro_plain", (112, 40, 104, 226))
def phone_pro_front() -> str:
    return phone_front()


@shape("charger", (92, 38, 136, 228), focus=(160, 200))
def charger() -> str:
    return (
        rect(124, 38, 13, 50, 3, "url(#tube)", edge=True)
        + rect(183, 38, 13, 50, 3, "url(#tube)", edge=True)
        + rect(92, 80, 136, 186, 30, "url(#body)", edge=True)
        + shine(100, 98, 10, 140, 5, 0.4)
        + sprout(160, 120, 26, "currentColor", "currentColor")
        + rect(134, 158, 52, 16, 8, "#1F262B")
        + rect(141, 164, 38, 4, 2, "#5D6A72")
        + rect(134, 188, 52, 16, 8, "#1F262B")
        + rect(141, 194, 38, 4, 2, "#5D6A72")
        + rect(134, 218, 52, 20, 4, "#1F262B")
        + rect(139, 229, 42, 6, 1, "#2FB57F")
    )


@shape("cable", (66, 62, 188, 206), focus=(108, 226))
def cable() -> str:
    coil = "M108 206v-52a52 52 0 0 1 104 0v8a34 34 0 0 1-68 0v-6a34 34 0 0 1 68 0v50"
    plug = (
        rect(93, 200, 30, 42, 9, "url(#white)", edge=True)
        + rect(99, 240, 18, 22, 5, "url(#tube)", edge=True)
        + sprout(108, 221, 13, "#9AA6A4", "#9AA6A4")
    )
    cord = line(coil, "#3F494F", 13) + line(coil, "#5E6A71", 9) + line(coil, "#8C989E", 3, 'stroke-dasharray="1 7"')
    return cord + plug + group(plug, move=(104, 0))


@shape("case", (86, 34, 148, 248), focus=(128, 92))
def case() -> str:
    return (
        rect(92, 34, 136, 248, 34, "url(#body)", edge=True)
        + rect(99, 41, 122, 234, 28, "none", extra='stroke="#FFFFFF" stroke-opacity=".25" stroke-width="3"')
        + rect(106, 50, 62, 76, 22, "url(#deep)")
        + rect(111, 55, 52, 66, 18, "#F4F6F5", extra='opacity=".95"')
        + line("M92 130v34M228 120v22", "currentColor", 4)
        + shine(204, 60, 8, 190, 4, 0.28)
        + sprout(160, 230, 24, "currentColor", "currentColor")
    )


@shape("film", (62, 42, 196, 236), focus=(188, 86))
def film() -> str:
    def sheet(x: float, y: float, opacity: float) -> str:
        return (
            rect(x, y, 112, 220, 20, "#CFE9EE", extra=f'opacity="{opacity}"')
            + rect(x, y, 112, 220, 20, "none", extra='stroke="#FFFFFF" stroke-width="3"')
            + rect(x, y, 112, 220, 20, "none", extra='stroke="#6FA9B5" stroke-width="1"')
            + path(f"M{x + 20} {y + 6}h34L{x + 8} {y + 150}v-124a20 20 0 0 1 12-20z", "#FFFFFF", extra='opacity=".6"')
            + circle(x + 56, y + 13, 5, "#F2F8F9", edge=True)
        )

    return group(sheet(104, 50, 0.75), move=(-34, 4), turn=-8) + group(sheet(104, 50, 0.85), move=(34, 6), turn=5)


@shape("bank", (92, 44, 136, 226), focus=(160, 236))
def bank() -> str:
    return (
        rect(92, 44, 136, 226, 30, "url(#body)", edge=True)
        + shine(100, 66, 10, 180, 5, 0.4)
        + rect(136, 52, 22, 8, 4, "#1F262B")
        + rect(166, 51, 26, 10, 3, "#1F262B")
        + sprout(160, 140, 44, "currentColor", "currentColor")
        + "".join(led(133 + i * 18, 240, 4) if i < 3 else circle(133 + i * 18, 240, 4, "#B9C4C1") for i in range(4))
        + rows(1, 146, 174, 256, 1, "currentColor", 2)
    )
