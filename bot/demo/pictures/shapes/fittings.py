"""The larger things that come with an appliance: stands, hoses, trays, tools."""

from bot.demo.pictures.shapes.motifs import led, sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, columns, ellipse, group, line, path, rect, rows


@shape("stand", (60, 120, 200, 130))
def stand() -> str:
    return rect(142, 120, 36, 96, 8, "url(#metal)", edge=True) + path(
        "M84 214h152a24 24 0 0 1 24 24v12H60v-12a24 24 0 0 1 24-24z", "url(#metal)", edge=True
    )


@shape("screws", (76, 84, 168, 152))
def screws() -> str:
    def screw(x: float, y: float, turn: int) -> str:
        return group(
            rect(151, 126, 18, 84, 4, "url(#tube)", edge=True)
            + rows(6, 150, 170, 142, 12, "#7E8991", 4)
            + path("M151 208h18l-9 22z", "#9AA5AC")
            + ellipse(160, 122, 26, 12, "url(#metal)", edge=True)
            + line("M148 122h24", "#5E6A71", 4),
            move=(x, y),
            turn=turn,
        )

    return screw(-48, 0, -14) + screw(2, -16, 6) + screw(46, 6, 22)


@shape("subwoofer", (76, 56, 168, 214))
def subwoofer() -> str:
    return (
        rect(76, 56, 168, 214, 18, "url(#ink)", edge=True)
        + circle(160, 150, 60, "#11171B")
        + circle(160, 150, 50, "url(#glass)")
        + circle(160, 150, 22, "url(#ink)")
        + led(160, 244)
    )


@shape("eggtray", (60, 120, 200, 110))
def eggtray() -> str:
    eggs = "".join(ellipse(88 + i * 36, 152, 15, 20, "#F3DCC0", edge=True) for i in range(5))
    return eggs + path("M60 156h200l-12 64a12 12 0 0 1-12 10H84a12 12 0 0 1-12-10z", "#D7ECF2", edge=True)


@shape("icetray", (64, 104, 192, 128))
def icetray() -> str:
    cells = "".join(
        rect(78 + c * 43, 118 + r * 52, 36, 42, 9, "#E9F7FC", edge=True)
        + rect(84 + c * 43, 124 + r * 52, 12, 10, 3, "#FFFFFF")
        for r in range(2)
        for c in range(4)
    )
    return rect(64, 104, 192, 128, 16, "#9FCFE4", edge=True) + cells


@shape("hose", (66, 66, 188, 188))
def hose() -> str:
    return (
        "".join(
            circle(160, 160, r, "none", extra=f'stroke="{c}" stroke-width="{w}"')
            for r, c, w in ((76, "#8B959D", 24), (76, "#D5DCE0", 14), (48, "#8B959D", 22), (48, "#D5DCE0", 12))
        )
        + circle(160, 160, 76, "none", extra='stroke="#8B959D" stroke-width="14" stroke-dasharray="3 7" opacity=".6"')
        + rect(206, 214, 46, 36, 8, "url(#grain)", edge=True)
    )


@shape("wrench", (70, 70, 180, 180))
def wrench() -> str:
    return group(
        rect(144, 110, 32, 140, 14, "url(#metal)", edge=True)
        + path(
            "M160 60a44 44 0 0 1 40 62l-18 8h-44l-18-8a44 44 0 0 1 16-54v36l24 14 24-14V66a44 44 0 0 0-24-6z",
            "url(#metal)",
            edge=True,
        )
        + circle(160, 232, 7, "#5E6A71"),
        turn=38,
    )


@shape("rack", (70, 96, 180, 140))
def rack() -> str:
    return (
        rect(70, 96, 180, 24, 10, "url(#metal)", edge=True)
        + columns(7, 86, 25, 124, 228, "#9AA5AC", 8)
        + rect(70, 222, 180, 14, 7, "url(#metal)", edge=True)
    )


@shape("outdoor", (46, 74, 228, 186))
def outdoor() -> str:
    return (
        rect(70, 244, 30, 16, 3, "#39434A")
        + rect(220, 244, 30, 16, 3, "#39434A")
        + rect(46, 74, 228, 174, 14, "url(#white)", edge=True)
        + circle(128, 160, 68, "#39464E")
        + "".join(circle(128, 160, r, "none", extra='stroke="#A9B4B9" stroke-width="4"') for r in (16, 32, 48, 64))
        + line("M128 94v132M62 160h132", "#A9B4B9", 4)
        + rows(6, 216, 256, 110, 18, "#C3CCCA", 5)
    )


@shape("pipe", (66, 96, 188, 130))
def pipe() -> str:
    return line("M96 206v-30a54 54 0 0 1 54-54h84", "#8B959D", 46) + line(
        "M96 206v-30a54 54 0 0 1 54-54h84", "#DDE3E6", 26
    )


@shape("valve", (90, 80, 140, 160))
def valve() -> str:
    return (
        rect(90, 140, 140, 44, 12, "url(#gold)", edge=True)
        + rect(142, 110, 36, 130, 10, "url(#gold)", edge=True)
        + rect(118, 84, 84, 26, 13, "#E4574C", edge=True)
    )


@shape("spoon", (120, 40, 80, 240))
def spoon() -> str:
    return (
        rect(148, 130, 24, 150, 12, "url(#white)", edge=True)
        + ellipse(160, 96, 40, 56, "url(#white)", edge=True)
        + ellipse(156, 90, 24, 38, "#1E2B27", extra='opacity=".06"')
    )


@shape("cup", (94, 100, 132, 150))
def cup() -> str:
    return (
        path("M94 104h132l-14 134a12 12 0 0 1-12 12h-80a12 12 0 0 1-12-12z", "#D7ECF2", edge=True)
        + path("M100 160h120l-8 76a10 10 0 0 1-10 10h-84a10 10 0 0 1-10-10z", "#F4EBD6")
        + rows(4, 176, 206, 130, 26, "#6FA9B5", 4)
    )


@shape("steamer", (56, 116, 208, 110))
def steamer() -> str:
    holes = "".join(circle(92 + i * 34, 146, 7, "#8B959D") for i in range(5))
    return (
        path("M76 150h168l-12 64a14 14 0 0 1-14 12H102a14 14 0 0 1-14-12z", "url(#metal)", edge=True)
        + ellipse(160, 146, 104, 30, "url(#metal)", edge=True)
        + holes
    )


@shape("tap", (96, 50, 150, 220))
def tap() -> str:
    return (
        line("M132 240V116a44 44 0 0 1 88 0v24", "#8B959D", 26)
        + line("M132 240V116a44 44 0 0 1 88 0v24", "#E4E9EC", 13)
        + rect(98, 236, 68, 24, 8, "url(#metal)", edge=True)
        + line("M150 196l34-14", "#8B959D", 12)
    )


@shape("dustbag", (92, 76, 136, 180))
def dustbag() -> str:
    return (
        path("M104 108h112l12 130a18 18 0 0 1-18 18H110a18 18 0 0 1-18-18z", "#EEF3F1", edge=True)
        + rect(100, 76, 120, 40, 8, "url(#kraft)", edge=True)
        + circle(160, 96, 13, "#39434A")
        + sprout(160, 190, 44, "#A9C9BB", "#A9C9BB")
    )


@shape("sidebrush", (76, 76, 168, 168))
def sidebrush() -> str:
    arm = line("M160 160C150 130 150 110 130 86M160 160C156 128 160 108 144 80", "#4FBF93", 7)
    return (
        "".join(f'<g transform="rotate({turn} 160 160)">{arm}</g>' for turn in (0, 120, 240))
        + circle(160, 160, 22, "url(#ink)")
        + circle(160, 160, 8, "#B9C2C9")
    )


@shape("nozzle", (76, 110, 168, 110))
def nozzle() -> str:
    return path("M128 110h64l52 74v20a16 16 0 0 1-16 16H92a16 16 0 0 1-16-16v-20z", "url(#ink)", edge=True) + rect(
        92, 196, 136, 12, 6, "#6D7880"
    )
