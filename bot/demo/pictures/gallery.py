"""Which pictures a product has, and how each is drawn.

A picture's id is also its path: `HY-P3/cover-white`, `HY-P3/room`, `banners/home`, `shop/avatar`.
"""

from bot.demo.catalogue import Product, Sku, load_catalogue
from bot.demo.pictures import views
from bot.demo.pictures.raster import Drawing
from bot.demo.pictures.shapes import SHAPES

PLACEHOLDER = "shop/placeholder"
MAX_PARTS = 6


def hues(product: Product) -> tuple[str, ...]:
    """The body colours of a product in catalogue order; one empty word when it has no colours."""
    return tuple(dict.fromkeys(sku.hue for sku in product.skus))


def cover_id(product: Product, sku: Sku | None = None) -> str:
    """The picture that stands for the product, or for one of its variants; the placeholder if there is none."""
    if product.pictures == "none":
        return PLACEHOLDER
    hue = sku.hue if sku else hues(product)[0]
    return f"{product.code}/{_named('cover', hue)}"


def picture_ids(product: Product) -> tuple[str, ...]:
    """The gallery in the order in which it is shown: first colour, views, other colours. Empty without pictures."""
    if product.pictures == "none":
        return ()
    first, *others = hues(product)
    names = [_named("cover", first), "room", "detail"]
    if product.size_mm:
        names.append("size")
    if product.kind == "physical":
        names.append("box")
    names += [_named("cover", hue) for hue in others]
    if product.pictures == "ten":
        names += [_named("room", hue) for hue in others] + [_named("detail", others[0])]
    return tuple(f"{product.code}/{name}" for name in names)


def product_drawing(code: str, name: str) -> Drawing:
    """The drawing of one picture of a product. Raises KeyError for an unknown product or picture."""
    product = load_catalogue().require_product(code)
    if f"{code}/{name}" not in picture_ids(product):
        raise KeyError(f"{code}/{name}")
    view, _, hue = name.partition("-")
    hue = hue or hues(product)[0]
    shape = SHAPES[product.shape]
    match view:
        case "cover":
            return views.cover(shape, hue, product.top_category)
        case "room":
            return views.in_room(shape, hue, product.top_category)
        case "detail":
            return views.detail(shape, hue, product.top_category)
        case "size" if product.size_mm:
            return views.size(shape, hue, product.top_category, product.size_mm)
        case _:
            parts = [item.shape for item in product.box if item.shape][:MAX_PARTS]
            return views.box(shape, hue, product.top_category, parts)


def _named(view: str, hue: str) -> str:
    return f"{view}-{hue}" if hue else view
