"""Colours: body colours of the goods, grounds of the categories, and the gradients shared by all drawings."""

from dataclasses import dataclass

from bot.demo.pictures.svg import glow, gradient

# Body colour by the catalogue's hue word; the empty word is a product that comes in one colour.
HUES: dict[str, str] = {
    "": "#EEF2F1",
    "white": "#F1F4F3",
    "mist": "#E9EDEC",
    "ceramic": "#F3EFE8",
    "jade": "#E3ECE4",
    "silver": "#C9D1D7",
    "gray": "#9BA5AD",
    "star-gray": "#7C8791",
    "graphite": "#565E67",
    "black": "#363C43",
    "obsidian": "#2B3238",
    "pine": "#2F7A62",
    "green": "#8DBBA0",
    "ink-green": "#2C5B4C",
    "mint": "#A9DCC8",
    "ocean": "#3F75B5",
    "blue": "#7FAEDD",
    "purple": "#A99BD8",
    "pink": "#F0BCC4",
    "red": "#C9473F",
    "orange": "#EE9350",
    "copper": "#B77F58",
}

# Top and bottom of the ground behind the goods, by level-1 category.
GROUNDS: dict[str, tuple[str, str]] = {
    "digital": ("#F3FAF6", "#CFE6DA"),
    "av": ("#F5F6FC", "#D5D9EE"),
    "large": ("#F3F9FC", "#CCE1EC"),
    "home": ("#FDF7F0", "#F2DCC5"),
    "air": ("#F1FAFA", "#C8E5E3"),
    "smart": ("#F8F5FC", "#DED3EF"),
    "svc": ("#FDF9EC", "#F1E2B8"),
}

BRAND = "#0B7653"
BRAND_DARK = "#085E42"
BRAND_PALE = "#BFEBD8"
SHADOW = "#1E2B27"


@dataclass(frozen=True, slots=True)
class Tone:
    """A body colour with what light makes of it; `seam` is for lines drawn on the body."""

    light: str
    base: str
    dark: str
    seam: str


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0 to 1) of `other`, both as #RRGGBB."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def tone(hue: str) -> Tone:
    """Raises KeyError for a hue that has no colour here."""
    base = HUES[hue]
    is_dark = sum(_channels(base)) < 330
    return Tone(
        light=mix(base, "#FFFFFF", 0.32 if is_dark else 0.62),
        base=base,
        dark=mix(base, "#1B262C", 0.34 if is_dark else 0.2),
        seam=mix(base, "#FFFFFF", 0.34) if is_dark else mix(base, "#33414A", 0.42),
    )


def body_gradients(body: Tone) -> str:
    return (
        gradient("body", ((0, body.light), (0.5, body.base), (1, body.dark)), x2=1)
        + gradient(
            "round",
            ((0, body.dark), (0.22, body.light), (0.6, body.base), (1, mix(body.dark, "#1B262C", 0.14))),
            x2=1,
            y2=0,
        )
        + gradient("top", ((0, body.light), (1, mix(body.base, body.dark, 0.5))))
        + gradient("deep", ((0, mix(body.dark, "#1B262C", 0.1)), (1, mix(body.dark, "#1B262C", 0.42))))
    )


SHARED_GRADIENTS = (
    gradient("white", ((0, "#FFFFFF"), (0.5, "#F1F4F3"), (1, "#D3DBDA")), x2=1)
    + gradient("ink", ((0, "#4B545C"), (0.5, "#2C333A"), (1, "#171B20")), x2=1)
    + gradient("metal", ((0, "#E4E9EC"), (0.5, "#B9C2C9"), (1, "#8B959D")), x2=1)
    + gradient("tube", ((0, "#7F8A92"), (0.3, "#E6EBEE"), (1, "#87919A")), x2=1, y2=0)
    + gradient("glass", ((0, "#2B4B57"), (0.5, "#173039"), (1, "#0C1A20")), x2=1)
    + gradient("dawn", ((0, "#0D5C5B"), (0.45, "#47AC92"), (0.75, "#F3DDA6"), (1, "#F5B97E")))
    + gradient("night", ((0, "#16283F"), (0.6, "#2D5B7C"), (1, "#6FB5B0")))
    + gradient("dusk", ((0, "#2C2350"), (0.5, "#8A4F86"), (0.8, "#F09A76"), (1, "#F7CF9A")))
    + gradient("sea", ((0, "#0F4C75"), (0.5, "#3FA0C4"), (0.85, "#CFE9D8"), (1, "#F6E7B8")))
    + gradient("grain", ((0, "#23A277"), (1, BRAND_DARK)), x2=1)
    + gradient("water", ((0, "#BFE3F6"), (1, "#4F9FD3")))
    + gradient("gold", ((0, "#FBE3A4"), (1, "#DDA63F")), x2=1)
    + gradient("ember", ((0, "#FFD27A"), (1, "#EA7A2E")))
    + gradient("kraft", ((0, "#F3E4C6"), (1, "#D6BD90")), x2=1)
    + gradient("rainbow", ((0, "#F27D7D"), (0.3, "#F4C75C"), (0.6, "#58C79A"), (0.8, "#6CB7EE"), (1, "#B48CE8")), x2=1)
    + glow("shadow", SHADOW, 0.42)
    + glow("halo", "#FFFFFF", 0.95)
    + glow("lamplight", "#FFE3A0", 0.85)
    + glow("lens", "#7FC4E8", 0.9)
)
