"""How goods are named on a line, and how much of the names a caption has room for."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup

from handlers.screens.screen import CAPTION_LIMIT
from keyboards.layout import fit
from locales import Translator
from services.orders.types import Order
from services.shipping.types import ParcelItem

NAME_CELLS = 60
# Tried in turn until the text fits; the last is short enough for the fullest screen.
LEAST_CELLS = 14
_STEPS = (NAME_CELLS, 40, 28, 20, LEAST_CELLS)
_OPTION_CELLS = 24
_TAG = re.compile(r"<[^>]*>")


def goods_name(
    t: Translator, name: Mapping[str, str], options: Sequence[Mapping[str, str]] = (), cells: int = NAME_CELLS
) -> str:
    """The product with its chosen options: "PureScreen P3 · White". Only the product's name is cut to `cells`."""
    chosen = [short(t.pick(dict(each)), _OPTION_CELLS) for each in options]
    return " · ".join([short(t.pick(dict(name)), cells), *chosen])


def short(text: str, cells: int) -> str:
    """`text` cut to `cells` on the screen and to as many units: one emoji may be two cells and eleven units."""
    cut, room = fit(text, cells), cells
    while len(cut.encode("utf-16-le")) // 2 > cells and room > 2:
        room -= 2
        cut = fit(text, room)
    return cut


def captioned(draw: Callable[[int], Markup]) -> Markup:
    """What `draw` makes with as many cells for each name as a caption has room for."""
    text = draw(_STEPS[0])
    for cells in _STEPS[1:]:
        if shown_length(text) <= CAPTION_LIMIT:
            break
        text = draw(cells)
    return text


def shown_length(text: str) -> int:
    """The length of HTML as Telegram counts it: without tags, in UTF-16 code units."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def goods_of(t: Translator, order: Order, items: Iterable[ParcelItem]) -> str:
    """So many pieces of an order's lines in one row of words."""
    names = {line.id: t.pick(line.name) for line in order.lines}
    counted = (
        t.plain("shipping-goods", name=short(names[item.line_id], 40), pieces=t.number(item.quantity)) for item in items
    )
    return t.plain("shipping-comma").join(counted)
