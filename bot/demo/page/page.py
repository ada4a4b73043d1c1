"""Serves the demo page and its static files; everything that moves comes over the emulator's WebSocket.

The page is meant for a loopback address only. It loads nothing from elsewhere and runs under a policy
without inline script or style.
"""

from pathlib import Path

from aiohttp import web

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "en"

_HERE = Path(__file__).parent
_PAGES = {language: _HERE / f"index.{language}.html" for language in LANGUAGES}
_OWN = _HERE / "static"
_SHARED = (
    _HERE.parents[2] / "handlers" / "pages" / "static"
)  # tokens, parts and the look of a chat, shared with the shop's pages
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_SHARED_NAMES = ("app.css", "chat.css", "img/grain.svg", "img/logo.svg")
_ASSETS = {path.name: path for path in sorted(_OWN.iterdir()) if path.suffix in {".js", ".css"}}
_ASSETS |= {name: _SHARED / name for name in _SHARED_NAMES}


def routes() -> list[web.RouteDef]:
    """The page at `/` (`?lang=zh|en`, otherwise by Accept-Language) and its files under `/demo/static/`."""
    return [web.get("/", show_page), web.get("/demo/static/{name:.+}", send_asset)]


async def show_page(request: web.Request) -> web.FileResponse:
    asked = request.query.get("lang", "")
    language = asked if asked in LANGUAGES else preferred_language(request.headers.get("Accept-Language", ""))
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
    }
    return web.FileResponse(_PAGES[language], headers=headers)


async def send_asset(request: web.Request) -> web.FileResponse:
    path = _ASSETS.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    # no-cache: the browser asks each time and mostly hears 304, so that a page never mixes two versions
    headers = {
        "Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8",
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(path, headers=headers)


def preferred_language(accept_language: str) -> str:
    """The best of LANGUAGES by the header's weights (RFC 9110 §12.5.4); DEFAULT_LANGUAGE when none is named."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in accept_language.split(","):
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
