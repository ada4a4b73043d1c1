"""Numbers as strokes: no font is needed, and none can be missing."""

# Each glyph stands on a field 10 wide and 16 high, y downwards.
_GLYPHS: dict[str, str] = {
    "0": "M5 0C1 0 0 4 0 8s1 8 5 8 5-4 5-8-1-8-5-8z",
    "1": "M2 3L6 0v16",
    "2": "M.5 4.5C.5 1.5 2.5 0 5 0s4.7 1.6 4.7 4.2C9.7 8.5 3 11 .3 16H10",
    "3": "M.6 2.5C1.6.8 3 0 5 0c2.6 0 4.4 1.5 4.4 3.8S7.7 7.5 4.5 7.5"
    "c3.4 0 5.3 1.7 5.3 4.2S7.8 16 5 16c-2.2 0-3.8-.9-4.8-2.7",
    "4": "M7.5 16V0L0 11.2h10",
    "5": "M9 0H1.8L1 7c1-.8 2.4-1.2 3.8-1.2 3 0 5 2 5 5S7.7 16 4.8 16C2.8 16 1.2 15.2.2 13.6",
    "6": "M8.8 1.8C8 .6 6.8 0 5.4 0 2 0 .2 3.4.2 8.6.2 13.5 2 16 5.2 16"
    " 8 16 9.8 13.9 9.8 11.1S8 6.5 5.3 6.5C2.8 6.5.6 8 .3 10.5",
    "7": "M0 0h10C6.5 4.5 4 10 3.6 16",
    "8": "M5 7.4C2.5 7.4.9 5.9.9 3.7S2.5 0 5 0s4.1 1.5 4.1 3.7S7.5 7.4 5 7.4z"
    "m0 0C2 7.4.1 9.2.1 11.7S2 16 5 16s4.9-1.8 4.9-4.3S8 7.4 5 7.4z",
    "9": "M1.2 14.2C2 15.4 3.2 16 4.6 16 8 16 9.8 12.6 9.8 7.4"
    " 9.8 2.5 8 0 4.8 0 2 0 .2 2.1.2 4.9s1.8 4.6 4.5 4.6c2.5 0 4.7-1.5 5-4",
    "m": "M0 6v10M0 9c.8-2 2-3 3.2-3C4.6 6 5 7.2 5 9v7M5 9c.8-2 2-3 3.2-3C9.6 6 10 7.2 10 9v7",
}
_ADVANCE = 14


def text_width(text: str, height: float) -> float:
    return (len(text) * _ADVANCE - 4) * height / 16


def strokes(text: str, x: float, y: float, height: float, color: str, weight: float = 2) -> str:
    """`text` with its middle at x and its top at y. Raises KeyError for a sign other than a digit, `m` or a space."""
    scale = height / 16
    left = x - text_width(text, height) / 2
    glyphs = "".join(
        f'<path d="{_GLYPHS[sign]}" transform="translate({i * _ADVANCE} 0)"/>'
        for i, sign in enumerate(text)
        if sign != " "
    )
    return (
        f'<g transform="translate({left:.2f} {y}) scale({scale:.4f})" fill="none" stroke="{color}" '
        f'stroke-width="{weight / scale:.2f}" stroke-linecap="round" stroke-linejoin="round">{glyphs}</g>'
    )
