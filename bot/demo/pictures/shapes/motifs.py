"""What several drawings share: pictures on screens, lenses, lights, the mark of the shop."""

from bot.demo.pictures.svg import circle, clip, line, path, rect


def screen(x: float, y: float, w: float, h: float, r: float, sky: str = "dawn") -> str:
    """A lit screen: hills under a morning sky, with a reflection."""
    hills = (
        circle(x + w * 0.68, y + h * 0.46, min(w, h) * 0.1, "#FFF1CC", extra='opacity=".95"')
        + path(_hill(x, y, w, h, 0.66, 0.10), "#2E8C77")
        + path(_hill(x, y, w, h, 0.76, -0.08), "#1B6A5C")
        + path(_hill(x, y, w, h, 0.87, 0.06), "#0D4A42")
    )
    shine = path(f"M{x} {y}h{w * 0.52}L{x + w * 0.12} {y + h}H{x}z", "#FFFFFF", extra='opacity=".10"')
    frame = f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}"/>'
    return clip(f"s{x}-{y}-{w}-{h}", frame, rect(x, y, w, h, 0, f"url(#{sky})") + hills + shine)


def _hill(x: float, y: float, w: float, h: float, level: float, swing: float) -> str:
    top, bend = y + h * level, h * swing
    return f"M{x} {top}q{w / 4} {-bend * 1.6} {w / 2} 0t{w / 2} {-bend}V{y + h}H{x}z"


def panel(x: float, y: float, w: float, h: float, r: float = 6) -> str:
    """A dark display with a faint reflection."""
    return rect(x, y, w, h, r, "url(#glass)") + path(
        f"M{x + r} {y}h{w * 0.38}l{-h * 0.6} {h}h{-max(w * 0.38 - h * 0.6, 0)}z", "#FFFFFF", extra='opacity=".08"'
    )


def lens(x: float, y: float, r: float) -> str:
    return (
        circle(x, y, r, "#0C1115")
        + circle(x, y, r * 0.86, "url(#ink)")
        + circle(x, y, r * 0.6, "#0A161D")
        + circle(x, y, r * 0.56, "url(#lens)")
        + circle(x - r * 0.2, y - r * 0.22, r * 0.14, "#FFFFFF", extra='opacity=".9"')
    )


def led(x: float, y: float, r: float = 4, color: str = "#2FB57F") -> str:
    return circle(x, y, r * 1.9, color, extra='opacity=".18"') + circle(x, y, r, color)


def shine(x: float, y: float, w: float, h: float, r: float, strength: float = 0.34) -> str:
    """A soft stripe of light along a body."""
    return rect(x, y, w, h, r, "#FFFFFF", extra=f'opacity="{strength}"')


def sprout(x: float, y: float, size: float, color: str = "#FFFFFF", stalk: str = "#BFEBD8") -> str:
    """The mark of the shop: three grains on a stalk, `size` units wide, its middle at x, y."""
    return (
        f'<g transform="translate({x - size / 2} {y - size / 2}) scale({size / 30}) translate(-9 -8)" fill="{color}">'
        '<path d="M24 9c5 5 6 11 0 17-6-6-5-12 0-17z"/>'
        '<path d="M10.5 21c7 .2 11.5 4 12 12-8-.4-12-5-12-12z" opacity=".86"/>'
        '<path d="M37.5 21c-7 .2-11.5 4-12 12 8-.4 12-5 12-12z" opacity=".72"/>'
        f'<rect x="22.8" y="27" width="2.4" height="12" rx="1.2" fill="{stalk}"/></g>'
    )


def steam(x: float, y: float, color: str = "#9CC9E6", count: int = 3, step: float = 20) -> str:
    return line("".join(f"M{x + i * step} {y}q-9-14 2-26t1-22" for i in range(count)), color, 5, 'opacity=".75"')
