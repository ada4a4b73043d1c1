"""The small things that lie in the box beside a product: power, paper, cards."""

from bot.demo.pictures.shapes.motifs import sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, ellipse, group, line, path, rect, rows


@shape("adapter", (86, 70, 148, 186))
def adapter() -> str:
    return (
        rect(124, 70, 12, 44, 3, "url(#tube)", edge=True)
        + rect(184, 70, 12, 44, 3, "url(#tube)", edge=True)
        + rect(86, 106, 148, 120, 28, "url(#white)", edge=True)
        + rect(146, 222, 28, 26, 7, "#3A444B")
        + line("M160 246v10", "#3A444B", 8)
        + sprout(160, 166, 40, "#B4BFBC", "#B4BFBC")
    )


@shape("simpin", (104, 84, 112, 160))
def simpin() -> str:
    return (
        circle(160, 126, 40, "none", extra='stroke="#9AA5AC" stroke-width="15"')
        + circle(160, 126, 40, "none", extra='stroke="#E9EEF0" stroke-width="6"')
        + line("M160 168v74", "#9AA5AC", 10)
        + line("M158 170v66", "#E9EEF0", 3)
    )


@shape("manual", (84, 60, 152, 204))
def manual() -> str:
    return (
        rect(96, 68, 140, 196, 8, "#C9D6D0")
        + rect(84, 60, 140, 196, 8, "#FCFDFC", edge=True)
        + rect(84, 60, 16, 196, 6, "url(#grain)")
        + sprout(162, 116, 54, "#0B7653", "#3DD08E")
        + rows(4, 122, 202, 172, 18, "#C3CECA", 6)
    )


@shape("dock", (74, 96, 172, 150))
def dock() -> str:
    return (
        line("M214 200q40 0 40 40", "#C3CCCA", 8)
        + ellipse(152, 176, 78, 40, "url(#metal)")
        + ellipse(152, 166, 78, 40, "url(#white)", edge=True)
        + ellipse(152, 164, 46, 22, "none", extra='stroke="#B4BFBC" stroke-width="4"')
        + circle(138, 164, 5, "url(#gold)")
        + circle(166, 164, 5, "url(#gold)")
    )


@shape("strap", (122, 40, 76, 240))
def strap() -> str:
    return rect(126, 40, 68, 240, 30, "url(#round)", edge=True) + "".join(
        circle(160, 130 + i * 22, 5, "#1E2B27", extra='opacity=".3"') for i in range(6)
    )


@shape("strap_tie", (88, 88, 144, 144))
def strap_tie() -> str:
    return (
        circle(160, 160, 56, "none", extra='stroke="#39434A" stroke-width="22"')
        + circle(160, 160, 56, "none", extra='stroke="#66727A" stroke-width="4" stroke-dasharray="6 7"')
        + rect(196, 126, 34, 58, 8, "url(#grain)", edge=True)
    )


@shape("eartips", (64, 100, 192, 130))
def eartips() -> str:
    def tip(x: float, scale: float) -> str:
        return (
            ellipse(x, 190, 30 * scale, 22 * scale, "#C9D2D0", edge=True)
            + path(f"M{x - 30 * scale} 188q{30 * scale}-{104 * scale} {60 * scale} 0z", "url(#white)", edge=True)
            + ellipse(x, 190 - 40 * scale, 10 * scale, 6 * scale, "#39434A")
        )

    return tip(90, 0.8) + tip(152, 1) + tip(222, 1.16)


@shape("frame", (92, 46, 136, 230))
def frame() -> str:
    return rect(100, 54, 120, 214, 22, "none", extra='stroke="#0B7653" stroke-width="16"') + rect(
        100, 54, 120, 214, 22, "none", extra='stroke="#5FC39C" stroke-width="4"'
    )


@shape("wipe", (76, 90, 168, 146))
def wipe() -> str:
    return (
        path("M76 120l112-30 56 84-116 62z", "#BFE3D4", edge=True)
        + path("M128 236l60-146 56 84z", "#A4D3C0")
        + line("M100 140l96-24M112 164l96-30M126 188l92-34", "#FFFFFF", 4, 'opacity=".6"')
    )


@shape("remote", (116, 40, 88, 240))
def remote() -> str:
    keys = "".join(circle(140 + c * 20, 186 + r * 24, 6, "#6D7880") for r in range(3) for c in range(3))
    return (
        rect(116, 40, 88, 240, 36, "url(#ink)", edge=True)
        + circle(160, 72, 10, "#E4574C")
        + circle(160, 128, 30, "#4B555C")
        + circle(160, 128, 13, "#20282D")
        + keys
    )


@shape("powercord", (66, 70, 188, 186))
def powercord() -> str:
    coil = "M112 170a48 48 0 1 1 48 48 34 34 0 1 1 34-34"
    return (
        line("M112 170v70", "#2B3339", 12)
        + line(coil, "#2B3339", 12)
        + rect(90, 214, 44, 42, 9, "url(#ink)", edge=True)
        + rect(176, 178, 40, 50, 10, "url(#ink)", edge=True)
    )


@shape("keycard", (66, 96, 188, 124))
def keycard() -> str:
    return (
        rect(82, 96, 172, 108, 16, "#C9D6D0", edge=True)
        + rect(66, 112, 172, 108, 16, "url(#grain)", edge=True)
        + sprout(200, 150, 36)
        + rows(2, 88, 150, 180, 16, "#BFEBD8", 6)
    )


@shape("keys", (84, 70, 156, 180))
def keys() -> str:
    def key(turn: int) -> str:
        return group(
            circle(160, 104, 32, "none", extra='stroke="#C99B3C" stroke-width="14"')
            + rect(152, 134, 16, 108, 4, "url(#gold)", edge=True)
            + rect(166, 196, 20, 12, 3, "url(#gold)")
            + rect(166, 218, 14, 12, 3, "url(#gold)"),
            turn=turn,
        )

    return key(24) + key(-16)


@shape("coin", (92, 100, 136, 130))
def coin() -> str:
    return (
        ellipse(160, 178, 68, 46, "#8B959D")
        + ellipse(160, 166, 68, 46, "url(#metal)", edge=True)
        + line("M146 166h28M160 154v24", "#6D7880", 7)
    )
