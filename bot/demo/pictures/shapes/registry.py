"""Where drawings are entered under their names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Place = Literal["desk", "counter", "floor", "wall", "bath", "bathroom_wall", "door", "outdoors", "corner", "console"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawing on a field of 320 units.

    `box` is x, y, width and height of what is drawn; `place` is where such a thing stands in a room; `focus` is the
    point worth a closer look. Bodies are filled with `url(#body)` and seams drawn in `currentColor`, so that one
    drawing serves every colour of a product.
    """

    name: str
    draw: Callable[[], str]
    box: Box
    place: Place
    focus: tuple[float, float]


SHAPES: dict[str, Shape] = {}


def shape(
    name: str, box: Box, place: Place = "desk", focus: tuple[float, float] | None = None
) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Enter the decorated drawing; without `focus` its upper middle is looked at.

    Raises ValueError for a name that is taken.
    """

    def enter(draw: Callable[[], str]) -> Callable[[], str]:
        if name in SHAPES:
            raise ValueError(f"the drawing {name} is there twice")
        SHAPES[name] = Shape(name, draw, box, place, focus or (box[0] + box[2] / 2, box[1] + box[3] / 3))
        return draw

    return enter
