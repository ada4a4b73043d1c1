"""The few SVG elements that the drawings are made of, as strings."""

EDGE = 'stroke="#3C4850" stroke-opacity=".26" stroke-width="1.2"'


def rect(x: float, y: float, w: float, h: float, r: float, fill: str, *, edge: bool = False, extra: str = "") -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {EDGE if edge else ""} {extra}/>'


def circle(x: float, y: float, r: float, fill: str, *, edge: bool = False, extra: str = "") -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" {EDGE if edge else ""} {extra}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, *, edge: bool = False, extra: str = "") -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" {EDGE if edge else ""} {extra}/>'


def path(d: str, fill: str, *, edge: bool = False, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {EDGE if edge else ""} {extra}/>'


def line(d: str, color: str, width: float = 2, extra: str = "") -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{color}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def rows(count: int, x1: float, x2: float, y: float, step: float, color: str, width: float = 2) -> str:
    """Equal horizontal lines below each other: grilles, keys, text that cannot be read."""
    return line("".join(f"M{x1} {y + i * step}H{x2}" for i in range(count)), color, width)


def columns(count: int, x: float, step: float, y1: float, y2: float, color: str, width: float = 2) -> str:
    return line("".join(f"M{x + i * step} {y1}V{y2}" for i in range(count)), color, width)


def group(body: str, *, move: tuple[float, float] = (0, 0), scale: float = 1, turn: float = 0, extra: str = "") -> str:
    """`turn` is in degrees about the middle of the 320-unit drawing."""
    spin = f" rotate({turn} 160 160)" if turn else ""
    return f'<g transform="translate({move[0]} {move[1]}) scale({scale}){spin}" {extra}>{body}</g>'


def clip(name: str, shape: str, body: str) -> str:
    """`body` cut to `shape`; `name` must be unique in the picture unless the shape is the same."""
    return f'<clipPath id="{name}">{shape}</clipPath><g clip-path="url(#{name})">{body}</g>'


def gradient(name: str, stops: tuple[tuple[float, str], ...], *, x2: float = 0, y2: float = 1) -> str:
    inner = "".join(f'<stop offset="{offset}" stop-color="{color}"/>' for offset, color in stops)
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="{x2}" y2="{y2}">{inner}</linearGradient>'


def glow(name: str, color: str, strength: float) -> str:
    return (
        f'<radialGradient id="{name}"><stop offset="0" stop-color="{color}" stop-opacity="{strength}"/>'
        f'<stop offset=".55" stop-color="{color}" stop-opacity="{strength * 0.38:.3f}"/>'
        f'<stop offset="1" stop-color="{color}" stop-opacity="0"/></radialGradient>'
    )
