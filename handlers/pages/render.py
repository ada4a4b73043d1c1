"""From a view to a response: Jinja with escaping, the reader's language, and headers that keep a link private."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.pages.assets import Assets
from handlers.pages.language import asked_language, choose_language
from handlers.pages.views import MessageView, ShopView
from locales import Translator

HERE = Path(__file__).parent
STATIC_PREFIX = "/static/pages"
CSP = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# The address of a page is the key to it: it is neither stored, nor passed on, nor indexed.
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
STATUS = {"missing": 404, "expired": 410, "method": 405, "limited": 429, "error": 500, "maintenance": 503}


class PageRenderer:
    """Renders the pages of one shop. `shop` gives the frame in a language; `translators` are by language."""

    def __init__(
        self, translators: Mapping[str, Translator], default_language: str, shop: Callable[[str], ShopView]
    ) -> None:
        self.assets = Assets(HERE / "static", STATIC_PREFIX)
        self._translators = translators
        self._default = default_language
        self._shop = shop
        self._jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters["symbol"] = symbol
        self._jinja.filters["clock"] = clock
        self._jinja.globals["static"] = self.assets.url

    def language(self, request: web.Request) -> str:
        return choose_language(request, self._translators, self._default)

    def link(self, request: web.Request, path: str) -> str:
        """`path` on this site, in the language that the reader asked for by name."""
        asked = asked_language(request, self._translators)
        return f"{path}?lang={asked}" if asked else path

    def html(self, request: web.Request, template: str, **context: object) -> str:
        """The text of a template; `t`, `shop`, `language`, `path` and `link` are there beside the context."""
        language = self.language(request)
        others = [code for code in self._translators if code != language]
        return self._jinja.get_template(template).render(
            t=self._translators[language],
            language=language,
            html_language=HTML_LANGUAGES[language],
            others=[(code, HTML_LANGUAGES[code], LANGUAGE_NAMES[code]) for code in others],
            shop=self._shop(language),
            path=request.path,
            link=lambda path: self.link(request, path),
            **context,
        )

    def page(self, request: web.Request, template: str, status: int = 200, **context: object) -> web.Response:
        headers = HEADERS | {"Content-Language": HTML_LANGUAGES[self.language(request)]}
        text = self.html(request, template, **context)
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    def message(self, request: web.Request, message: MessageView) -> web.Response:
        """A page that says why there is no other; its status follows from its kind."""
        response = self.page(request, "message.html", STATUS[message.kind], message=message)
        if message.retry_after:
            response.headers["Retry-After"] = str(message.retry_after)
        return response


def symbol(amount: str) -> tuple[str, str]:
    """Splits a leading currency sign off an amount, so that it can be set smaller: "CN¥1.00" -> ("CN¥", "1.00")."""
    match = re.fullmatch(r"([^\d\-−]*)(.+)", amount)
    return (match[1], match[2]) if match else ("", amount)


def clock(seconds: int) -> str:
    """Seconds as the count-down shows them: "14:32", from an hour on "23:59:59"."""
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute:02}:{second:02}"
