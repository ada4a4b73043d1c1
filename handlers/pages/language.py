"""Which language a page is in: the reader's choice, else the browser's wish, else the shop's."""

from __future__ import annotations

from collections.abc import Container

from aiohttp import web


def asked_language(request: web.Request, known: Container[str]) -> str:
    """The language named by `?lang=`, or "" when there is none that the shop speaks."""
    asked = request.query.get("lang", "")
    return asked if asked in known else ""


def choose_language(request: web.Request, known: Container[str], default: str) -> str:
    """`?lang=`, then Accept-Language by its weights (RFC 9110 §12.5.4), then `default`."""
    wanted = [asked_language(request, known), *_accepted(request.headers.get("Accept-Language", ""))]
    return next((language for language in wanted if language in known), default)


def _accepted(header: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if weight > 0:
            weighed.append((weight, tag.strip().partition("-")[0].lower()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
