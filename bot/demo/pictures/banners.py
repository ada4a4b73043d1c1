"""Wide pictures for the sections of the shop, and the shop's own square ones."""

from dataclasses import dataclass

from bot.demo.pictures.palette import BRAND, BRAND_DARK, SHARED_GRADIENTS, body_gradients, tone
from bot.demo.pictures.raster import Drawing, document
from bot.demo.pictures.shapes import SHAPES
from bot.demo.pictures.shapes.motifs import sprout
from bot.demo.pictures.svg import circle, ellipse, glow, gradient, group, path, rect

WIDTH, HEIGHT = 640, 320
_MAX_SCALE = 0.85


@dataclass(frozen=True, slots=True)
class Banner:
    """A sign on the left, goods in a row on the right."""

    sign: str
    goods: tuple[tuple[str, str], ...]


BANNERS: dict[str, Banner] = {
    "home": Banner("bag", (("purifier", "white"), ("phone", "pine"), ("washer", "white"), ("speaker", "gray"))),
    "categories": Banner(
        "tiles", (("tv_giant", ""), ("fridge_cross", "jade"), ("cooker_mini", "pink"), ("watch", "silver"))
    ),
    "search": Banner("magnifier", (("lamp", "white"), ("buds", "white"), ("robot", "white"))),
    "cart": Banner("trolley", (("cooker", "ink-green"), ("dryerhair", "purple"), ("bank", "white"))),
    "checkout": Banner("wallet", (("parcel", ""), ("purifier", "white"), ("plug", ""))),
    "orders": Banner("checklist", (("parcel", ""), ("parcel", ""), ("humid", "green"))),
    "coupons": Banner("ticket", (("card_gift", ""), ("band", "orange"), ("charger", "white"))),
    "favourites": Banner("heart", (("phone_pro", "ceramic"), ("lamp", "white"), ("watch", "silver"))),
    "me": Banner("person", (("card_vip", ""), ("parcel", ""), ("speaker", "white"))),
    "support": Banner("bubbles", (("warranty", ""), ("install", ""), ("manual", ""))),
    "paid": Banner("receipt", (("parcel", ""), ("card_gift", ""), ("purifier_mini", "white"))),
}


def banner_drawing(name: str) -> Drawing:
    """The drawing of a section's banner. Raises KeyError for an unknown section."""
    banner = BANNERS[name]
    stage = path("M0 262q160-34 320-16t320-10v84H0z", BRAND_DARK, extra='opacity=".45"') + path(
        "M0 284q200-26 360-8t280-14v58H0z", "#043D2C", extra='opacity=".4"'
    )
    field = rect(0, 0, WIDTH, HEIGHT, 0, "url(#field)") + circle(120, 60, 260, "url(#light)") + _leaves() + stage
    front = _stand(banner.sign, "", 124, 272, 208, 190) + _goods(banner.goods)
    return Drawing(document(field, _defs(), WIDTH, HEIGHT), document(front, _defs(), WIDTH, HEIGHT))


def avatar_drawing() -> Drawing:
    """The shop's mark on its green, safe to be cut to a circle."""
    field = rect(0, 0, 320, 320, 0, "url(#field)") + circle(110, 80, 220, "url(#light)")
    return Drawing(document(field, _defs(), 320, 320), document(sprout(160, 160, 188), "", 320, 320))


def placeholder_drawing() -> Drawing:
    """A closed parcel on grey: for goods that have no picture."""
    ground = gradient("paper", ((0, "#F6F8F7"), (1, "#DDE4E1")))
    field = rect(0, 0, 320, 320, 0, "url(#paper)") + circle(160, 150, 150, "url(#halo)")
    parcel = _stand("parcel", "", 160, 262, 190, 190)
    return Drawing(document(field, _defs() + ground, 320, 320), document(parcel, _defs(), 320, 320))


def _defs() -> str:
    field = gradient("field", ((0, "#14966B"), (0.55, BRAND), (1, BRAND_DARK)), x2=1)
    return SHARED_GRADIENTS + field + glow("light", "#5FE0AE", 0.4) + body_gradients(tone(""))


def _leaves() -> str:
    places = ((560, 70, 150), (330, 40, 70), (420, 250, 60), (40, 290, 90), (250, 150, 44))
    return '<g opacity=".09">' + "".join(sprout(x, y, size, "#FFFFFF", "#FFFFFF") for x, y, size in places) + "</g>"


def _goods(goods: tuple[tuple[str, str], ...]) -> str:
    step = 370 / len(goods)
    width = step - 12
    return "".join(
        _on_stage(name, hue, 256 + step * (i + 0.5), 266 + (i % 2) * 14, width, 196 - (i % 2) * 22)
        for i, (name, hue) in enumerate(goods)
    )


def _on_stage(name: str, hue: str, middle: float, foot: float, width: float, height: float) -> str:
    """Goods of another colour bring gradients of their own, under names of their own."""
    own = f"{name}-{hue}-{middle:.0f}"
    defs = body_gradients(tone(hue))
    body = _stand(name, hue, middle, foot, width, height)
    for gradient_name in ("body", "round", "top", "deep"):
        defs = defs.replace(f'id="{gradient_name}"', f'id="{gradient_name}-{own}"')
        body = body.replace(f"url(#{gradient_name})", f"url(#{gradient_name}-{own})")
    return f"<defs>{defs}</defs>{body}"


def _stand(name: str, hue: str, middle: float, foot: float, width: float, height: float) -> str:
    shape = SHAPES[name]
    x, y, w, h = shape.box
    scale = min(width / w, height / h, _MAX_SCALE)
    drawing = group(shape.draw(), move=(middle - (x + w / 2) * scale, foot - (y + h) * scale), scale=scale)
    shade = ellipse(middle, foot, w * scale * 0.62, 14, "url(#shadow)")
    return f'{shade}<g color="{tone(hue).seam}">{drawing}</g>'
