"""Smart home: security, light and control."""

from bot.demo.pictures.shapes.motifs import led, lens, shine, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, ellipse, group, line, path, rect, rows


@shape("camera", (84, 44, 152, 232), focus=(160, 122))
def camera() -> str:
    return (
        path("M118 196h84l12 66a14 14 0 0 1-14 14h-80a14 14 0 0 1-14-14z", "url(#round)", edge=True)
        + rect(104, 262, 112, 14, 7, "url(#metal)", edge=True)
        + circle(160, 120, 76, "url(#body)", edge=True)
        + circle(134, 84, 16, "#FFFFFF", extra='opacity=".7"')
        + path("M92 132a68 68 0 0 0 136 0 74 46 0 0 1-136 0z", "#1E2B27", extra='opacity=".08"')
        + circle(160, 124, 46, "#11171B")
        + lens(160, 124, 38)
        + led(160, 180, 3.4)
        + rows(2, 146, 174, 226, 10, "#C3CCCA", 3)
        + sprout(160, 252, 13, "#9AA6A4", "#9AA6A4")
    )


@shape("camera_out", (44, 70, 240, 190), "outdoors", focus=(104, 150))
def camera_out() -> str:
    return (
        path("M214 110h30a26 26 0 0 1 26 26v84h-28v-70h-28z", "url(#metal)", edge=True)
        + rect(228, 196, 56, 64, 12, "url(#white)", edge=True)
        + circle(256, 210, 4, "#8B959D")
        + circle(256, 246, 4, "#8B959D")
        + path("M52 96l150-26a20 20 0 0 1 22 16l4 22-182 34-4-26a18 18 0 0 1 10-20z", "url(#white)", edge=True)
        + path("M62 132l164-30v74a26 26 0 0 1-26 26H96a34 34 0 0 1-34-34z", "url(#body)", edge=True)
        + circle(110, 160, 46, "url(#white)", edge=True)
        + circle(110, 160, 40, "#11171B")
        + lens(110, 160, 30)
        + "".join(circle(110 + dx, 160 + dy, 3.4, "#FFE9B0") for dx, dy in ((-33, 0), (33, 0), (0, -33), (0, 33)))
        + led(182, 176, 3.4)
        + sprout(196, 138, 22, "#9AA6A4", "#9AA6A4")
    )


@shape("lock", (94, 22, 170, 260), "door", focus=(138, 66))
def lock() -> str:
    keys = "".join(
        circle(121 + column * 17, 126 + row * 16, 3, "#DDE8E4", extra='opacity=".85"')
        for row in range(3)
        for column in range(3)
    )
    return (
        rect(94, 22, 88, 260, 24, "url(#body)", edge=True)
        + rect(100, 28, 76, 160, 19, "#0F1519")
        + path("M106 34h34l-22 148h-12z", "#FFFFFF", extra='opacity=".08"')
        + lens(122, 56, 11)
        + lens(154, 56, 11)
        + line("M128 82q10 8 20 0", "#3DD08E", 3)
        + rows(1, 116, 160, 98, 1, "#3DD08E", 2)
        + keys
        + circle(138, 228, 22, "url(#deep)")
        + rect(134, 214, 130, 28, 14, "url(#metal)", edge=True)
        + rect(142, 219, 114, 6, 3, "#FFFFFF", extra='opacity=".6"')
        + circle(138, 228, 9, "#0F1519")
        + line("M133 228a5 5 0 0 1 10 0", "#3DD08E", 2)
        + sprout(138, 264, 14, "#FFFFFF", "#FFFFFF")
    )


@shape("sensor", (84, 84, 152, 152), "corner", focus=(160, 144))
def sensor() -> str:
    drop = path("M132 164c9 12 13 17 13 24a13 13 0 0 1-26 0c0-7 4-12 13-24z", "#4F9FD3")
    thermometer = (
        rect(126, 106, 12, 38, 6, "#F5F8F7", edge=True)
        + circle(132, 148, 10, "#E4574C")
        + rect(130, 122, 4, 24, 2, "#E4574C")
    )
    return (
        rect(84, 84, 152, 152, 44, "url(#body)", edge=True)
        + rect(100, 96, 120, 116, 28, "#E3E9E0", edge=True)
        + group(thermometer, move=(-8, -2))
        + group(drop, move=(-8, 2))
        + line("M152 112h18v16h-18v16h18M182 112h20v32h-20z", "#2B353A", 6)
        + line("M152 170h18v14h-18zM170 184v14h-18M182 170h20v28h-20z", "#2B353A", 6)
        + led(160, 224, 3)
    )


@shape("monitor", (70, 76, 180, 184), focus=(160, 150))
def monitor() -> str:
    return (
        path("M110 240h100l14 20H96z", "url(#metal)", edge=True)
        + rect(70, 76, 180, 176, 36, "url(#body)", edge=True)
        + rect(84, 90, 152, 148, 26, "#0D1519")
        + line("M112 178a50 50 0 1 1 96 0", "#22333B", 11)
        + line("M112 178a50 50 0 0 1 66-61", "#3DD08E", 11)
        + line("M136 148h16v14h-16v14h16M164 148h20v28h-20zM164 162h20", "#FFFFFF", 5)
        + rows(1, 116, 140, 206, 1, "#7FD3F0", 6)
        + rows(1, 150, 174, 206, 1, "#F2A65C", 6)
        + rows(1, 184, 204, 206, 1, "#3DD08E", 6)
        + path("M96 96h60l-54 130h-6z", "#FFFFFF", extra='opacity=".05"')
    )


@shape("bulb", (82, 26, 156, 250), focus=(160, 120))
def bulb() -> str:
    glass = "M160 34a78 78 0 0 1 48 139c-10 9-14 17-16 27h-64c-2-10-6-18-16-27A78 78 0 0 1 160 34z"
    return (
        circle(160, 112, 130, "url(#lamplight)", extra='opacity=".55"')
        + path(glass, "#FFF6DC", edge=True)
        + path(glass, "url(#rainbow)", extra='opacity=".55"')
        + path(
            "M112 92a54 54 0 0 1 34-38",
            "none",
            extra='stroke="#FFFFFF" stroke-width="9" stroke-linecap="round" opacity=".9"',
        )
        + path("M126 198h68l-6 30h-56z", "url(#white)", edge=True)
        + rect(134, 226, 52, 34, 6, "url(#tube)", edge=True)
        + rows(3, 136, 184, 234, 9, "#6D7880", 3)
        + path("M146 260h28l-8 16h-12z", "#2B333A")
    )


@shape("strip", (46, 44, 228, 216), focus=(96, 110))
def strip() -> str:
    inner = "M160 158a12 12 0 0 1 22 6 30 30 0 0 1-58 6 48 48 0 0 1 86-44"
    spiral = inner + " 66 66 0 0 1-96 88 84 84 0 0 1-2-132 102 102 0 0 1 128 20"
    return (
        circle(160, 156, 134, "url(#lamplight)", extra='opacity=".4"')
        + line(spiral, "url(#rainbow)", 30, 'opacity=".22"')
        + line(spiral, "#FFFFFF", 15)
        + line(spiral, "url(#rainbow)", 12)
        + line(spiral, "#FFFFFF", 4.5, 'stroke-dasharray=".1 14"')
        + rect(226, 70, 40, 24, 6, "url(#white)", edge=True)
        + led(246, 82, 3)
    )


@shape("lamp", (62, 34, 192, 240), focus=(196, 70))
def lamp() -> str:
    return (
        path("M172 92l70 30-4 140H92z", "url(#lamplight)", extra='opacity=".75"')
        + ellipse(124, 262, 62, 13, "url(#deep)")
        + ellipse(124, 257, 62, 13, "url(#top)", edge=True)
        + line("M124 254L94 150l86-84", "#2B3339", 11, 'opacity=".18"')
        + line("M124 252L92 148", "url(#metal)", 11)
        + line("M92 148l88-84", "#8B959D", 11)
        + line("M124 252L92 148l88-84", "#E4E9EC", 4, 'opacity=".7"')
        + circle(92, 148, 12, "url(#ink)")
        + path(
            "M158 34l92 42a10 10 0 0 1 5 13l-8 18a6 6 0 0 1-8 3l-96-42a6 6 0 0 1-3-8l8-20a8 8 0 0 1 10-6z",
            "url(#body)",
            edge=True,
        )
        + line("M150 70l86 38", "#FFE9B0", 7)
        + led(124, 256, 3)
    )


@shape("hub", (56, 70, 208, 178), focus=(160, 156))
def hub() -> str:
    return (
        path("M56 156v36c0 74 208 74 208 0v-36z", "url(#deep)", extra='opacity=".6"')
        + path("M56 150v34c0 74 208 74 208 0v-34z", "url(#round)", edge=True)
        + ellipse(160, 150, 104, 48, "url(#top)", edge=True)
        + ellipse(160, 148, 50, 22, "none", extra='stroke="#3DD08E" stroke-width="7"')
        + ellipse(160, 148, 50, 22, "none", extra='stroke="#BFEBD8" stroke-width="2"')
        + sprout(160, 146, 26, "#0B7653", "#3DD08E")
        + rows(1, 132, 188, 222, 1, "currentColor", 3)
        + line("M128 92a46 46 0 0 1 64 0M112 76a70 70 0 0 1 96 0", "#4FBF93", 6, 'opacity=".55"')
    )


@shape("plug", (82, 48, 156, 222), "corner", focus=(160, 128))
def plug() -> str:
    return (
        rect(82, 48, 156, 222, 46, "url(#body)", edge=True)
        + shine(92, 84, 8, 150, 4, 0.7)
        + circle(160, 132, 58, "url(#white)", edge=True)
        + circle(160, 132, 52, "none", extra='stroke="#C3CCCA" stroke-width="2"')
        + rect(139, 98, 9, 28, 4, "#1F262B")
        + rect(172, 98, 9, 28, 4, "#1F262B")
        + rect(139, 142, 9, 26, 4, "#1F262B", extra='transform="rotate(32 143 155)"')
        + rect(172, 142, 9, 26, 4, "#1F262B", extra='transform="rotate(-32 177 155)"')
        + circle(160, 232, 15, "url(#white)", edge=True)
        + line("M160 225v8M154 228a8 8 0 1 0 12 0", "#2FB57F", 3)
    )


@shape("switch", (62, 66, 196, 196), "corner", focus=(110, 210))
def switch() -> str:
    return (
        rect(62, 66, 196, 196, 24, "url(#body)", edge=True)
        + rect(74, 78, 84, 172, 14, "url(#top)", edge=True)
        + rect(162, 78, 84, 172, 14, "url(#top)", edge=True)
        + path("M74 92a14 14 0 0 1 14-14h56a14 14 0 0 1 14 14v66H74z", "#FFFFFF", extra='opacity=".35"')
        + rows(1, 100, 132, 226, 1, "#2FB57F", 5)
        + rows(1, 188, 220, 226, 1, "#A9B4B1", 5)
        + circle(116, 130, 14, "none", extra='stroke="currentColor" stroke-width="2.4"')
        + circle(204, 130, 14, "none", extra='stroke="currentColor" stroke-width="2.4"')
        + line("M116 122v8M204 122v8", "currentColor", 2.4)
    )
