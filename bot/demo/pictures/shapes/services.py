"""Pictures for what cannot be put in a box: work, warranty, codes."""

from bot.demo.pictures.shapes.motifs import sprout
from bot.demo.pictures.shapes.registry import shape
from bot.demo.pictures.svg import circle, line, path, rect, rows


@shape("install", (44, 60, 232, 204), "floor", focus=(160, 190))
def install() -> str:
    return (
        line("M122 124V96a14 14 0 0 1 14-14h48a14 14 0 0 1 14 14v28", "#2B3339", 14)
        + line("M122 124V96a14 14 0 0 1 14-14h48a14 14 0 0 1 14 14v28", "#5E6A71", 6)
        + line("M84 120l-20-52", "#8B959D", 12)
        + path("M48 64a22 22 0 0 1 30-10l-8 18 10 6 14-14a22 22 0 0 1-20 30z", "url(#metal)", edge=True)
        + line("M236 122l14-34", "#D8662F", 18)
        + line("M251 84l8-24", "#B9C2C9", 8)
        + rect(44, 118, 232, 146, 22, "url(#grain)", edge=True)
        + path("M44 140a22 22 0 0 1 22-22h188a22 22 0 0 1 22 22v38H44z", "#FFFFFF", extra='opacity=".12"')
        + path("M44 176h232v7H44z", "#063F2D", extra='opacity=".55"')
        + rect(84, 166, 30, 28, 7, "url(#gold)", edge=True)
        + rect(206, 166, 30, 28, 7, "url(#gold)", edge=True)
        + circle(160, 200, 34, "#FFFFFF", extra='opacity=".96"')
        + sprout(160, 201, 40, "#0B7653", "#3DD08E")
    )


@shape("cleaning", (36, 48, 252, 226), "floor", focus=(220, 110))
def cleaning() -> str:
    bubbles = "".join(
        circle(x, y, r, "#E7F5FB", edge=True) + circle(x - r * 0.3, y - r * 0.3, r * 0.22, "#FFFFFF")
        for x, y, r in ((94, 176, 20), (62, 214, 13), (124, 214, 15), (98, 246, 10), (140, 172, 9))
    )
    return (
        rect(36, 62, 190, 66, 20, "url(#white)", edge=True)
        + rows(2, 52, 210, 108, 8, "#9FB1B8", 2.4)
        + line("M58 140v14M84 140v14M110 140v14", "#7CBCE2", 5, 'opacity=".7"')
        + path("M188 150h72l16 24v84a16 16 0 0 1-16 16h-72a16 16 0 0 1-16-16v-84z", "url(#grain)", edge=True)
        + rect(204, 116, 40, 38, 6, "#F2F6F4", edge=True)
        + path("M182 88h72l8 30h-58l-6-14h-16z", "#F2A65C", edge=True)
        + line("M206 120q-10 10-4 22", "#2B3339", 5)
        + rect(190, 190, 68, 56, 10, "#FFFFFF", extra='opacity=".94"')
        + sprout(224, 218, 34, "#0B7653", "#3DD08E")
        + line("M172 92l-22-8M170 100h-26M172 108l-22 8", "#8CCBEA", 4)
        + bubbles
    )


@shape("warranty", (62, 34, 196, 242), "floor", focus=(160, 140))
def warranty() -> str:
    outline = "M160 34l98 32v86c0 64-44 104-98 124-54-20-98-60-98-124V66z"
    return (
        path(outline, "url(#gold)", edge=True)
        + path("M160 54l80 26v72c0 52-36 84-80 102-44-18-80-50-80-102V80z", "url(#grain)")
        + path("M160 54v200c-44-18-80-50-80-102V80z", "#FFFFFF", extra='opacity=".12"')
        + line("M118 154l30 32 58-66", "#063F2D", 20, 'opacity=".25" transform="translate(0 5)"')
        + line("M118 154l30 32 58-66", "#FFFFFF", 18)
    )


def _card(fill: str, wave: str, mark: str) -> str:
    return (
        rect(36, 84, 248, 158, 22, fill, edge=True)
        + path("M36 156q66-60 132-18t116-34v116a22 22 0 0 1-22 22H58a22 22 0 0 1-22-22z", wave, extra='opacity=".5"')
        + path("M58 84h204a22 22 0 0 1 22 22L36 190v-84a22 22 0 0 1 22-22z", "#FFFFFF", extra='opacity=".08"')
        + rect(58, 118, 40, 30, 7, "url(#gold)", edge=True)
        + line("M58 133h40M72 118v30M84 118v30", "#B98A2C", 1.4)
        + sprout(246, 126, 42, mark, mark)
        + "".join(rows(1, 58 + i * 52, 96 + i * 52, 186, 1, mark, 7) for i in range(4))
        + rows(1, 58, 132, 214, 1, mark, 4)
    )


@shape("card_vip", (36, 84, 248, 158), focus=(246, 126))
def card_vip() -> str:
    play = circle(160, 150, 30, "#FFFFFF", extra='opacity=".16"') + path("M150 132l32 18-32 18z", "#F0D592")
    return _card("url(#ink)", "#3A4A45", "#E7CB8B") + play


@shape("card_gift", (36, 62, 248, 180), focus=(160, 90))
def card_gift() -> str:
    ribbon = rect(146, 84, 28, 158, 0, "#E4574C") + rect(152, 84, 5, 158, 0, "#FFFFFF", extra='opacity=".3"')
    bow = (
        path("M160 88c-20-34-58-32-54-10 3 16 34 16 54 10z", "#E4574C", edge=True)
        + path("M160 88c20-34 58-32 54-10-3 16-34 16-54 10z", "#E4574C", edge=True)
        + path("M154 88l-26 34 18-2 4 14 14-38z", "#C9413A")
        + path("M166 88l26 34-18-2-4 14-14-38z", "#C9413A")
        + circle(160, 88, 11, "#C9413A", edge=True)
    )
    return _card("url(#grain)", "#37B98B", "#DDF3E9") + ribbon + bow
