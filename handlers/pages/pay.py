"""The pay page: what is due, how to pay it, and what became of it. Looking at it changes nothing.

    GET  /pay/{token}          the page          GET  /pay/{token}/state    state as JSON, for polling
    GET  /pay/{token}/qr.svg   its address       GET  /pay/{token}/events   states as they come (SSE)
    POST /pay/{token}/method   pay another way   POST /pay/{token}/check    ask the provider now
    POST /pay/{token}/cod      order against cash on delivery
    POST /pay/{token}/open     go to the provider        GET, POST /pay/{token}/back   come back from there
    GET  /pay/{token}/code.svg the wallet's payment code

The token in the address is the only key, so that a POST needs no other proof against forged requests. Who comes back
from the provider has the provider asked once; what they bring along is believed by nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import qrcode
from aiohttp import web
from qrcode.image.svg import SvgPathImage

from handlers.pages.pay_ways import browser_of, place_of, ways
from handlers.pages.render import CSP, HEADERS, PageRenderer
from handlers.pages.views import Opening, PayView, Unanswered

STREAM_SECONDS = 600.0
HEARTBEAT_SECONDS = 15.0
MAX_STREAMS = 200


class PaySource(Protocol):
    """Where the page gets its facts and leaves its wishes. Every method raises LinkUnknown or LinkExpired."""

    async def view(self, token: str, language: str) -> PayView:
        """Reads; changes nothing, not even the token: preview robots open links too."""
        ...

    async def wait(self, token: str, known: str, seconds: float) -> None:
        """Returns as soon as the view's mark is not `known` (at once if it is not now), at the latest after
        `seconds`."""
        ...

    async def choose_method(self, token: str, code: str) -> None:
        """Pays by that method from now on; a code that is not on offer changes nothing. Raises Unanswered."""
        ...

    async def open(self, token: str, code: str, channel: str, payer_ip: str) -> Opening | None:
        """What opens the payment by that method's product `channel` in a browser; None when nothing does, or when the
        method is not on offer. Raises Unanswered."""
        ...

    async def check(self, token: str) -> None:
        """Asks the provider, as often as its limits allow, and goes on asking for a while."""
        ...

    async def confirm_cod(self, token: str) -> None:
        """Places the order against cash on delivery; nothing happens where that is not on offer."""
        ...


class PayPages:
    def __init__(
        self,
        source: PaySource,
        renderer: PageRenderer,
        *,
        payer_ip: Callable[[web.Request], str] = lambda request: request.remote or "",
        stream_seconds: float = STREAM_SECONDS,
        max_streams: int = MAX_STREAMS,
    ) -> None:
        self._payer_ip = payer_ip
        self._source = source
        self._renderer = renderer
        self._stream_seconds = stream_seconds
        self._free_streams = max_streams

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/pay/{token}", self.show),
            web.get("/pay/{token}/state", self.state),
            web.get("/pay/{token}/events", self.events, allow_head=False),
            web.get("/pay/{token}/qr.svg", self.qr),
            web.get("/pay/{token}/code.svg", self.code),
            web.post("/pay/{token}/open", self.open),
            web.get("/pay/{token}/back", self.back, allow_head=False),
            web.post("/pay/{token}/back", self.back),
            web.post("/pay/{token}/method", self.choose_method),
            web.post("/pay/{token}/check", self.check),
            web.post("/pay/{token}/cod", self.confirm_cod),
        ]

    async def show(self, request: web.Request) -> web.Response:
        view = await self._view(request)
        return self._renderer.page(request, "pay.html", **self._context(request, view))

    async def state(self, request: web.Request) -> web.Response:
        """The state, with the new inside of the page when its mark is not the one in `?known=`."""
        view = await self._view(request)
        return web.json_response(self._news(request, view, request.query.get("known", "")), headers=HEADERS)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """One event per change until the payment is settled; 503 when too many look, then the page polls."""
        view = await self._view(request)
        if self._free_streams < 1:
            raise web.HTTPServiceUnavailable
        headers = HEADERS | {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        self._free_streams -= 1
        try:
            await response.prepare(request)
            with contextlib.suppress(ConnectionResetError):
                await self._stream(request, response, view)
        finally:
            self._free_streams += 1
        return response

    async def qr(self, request: web.Request) -> web.Response:
        """The address of the page itself, so that a phone's camera carries it over from a desk."""
        view = await self._view(request)
        return web.Response(body=qr_svg(view.page_url), content_type="image/svg+xml", headers=HEADERS)

    async def code(self, request: web.Request) -> web.Response:
        """The code that the wallet's camera reads, while there is one."""
        chosen = (await self._view(request)).chosen
        if chosen is None or not chosen.scan:
            raise web.HTTPNotFound
        return web.Response(body=qr_svg(chosen.scan), content_type="image/svg+xml", headers=HEADERS)

    async def choose_method(self, request: web.Request) -> web.Response:
        code = (await request.post()).get("method")
        if not isinstance(code, str):
            raise web.HTTPBadRequest
        try:
            await self._source.choose_method(request.match_info["token"], code)
        except Unanswered:
            return self._back(request, "#do", unanswered=True)
        return self._back(request, "#do")

    async def open(self, request: web.Request) -> web.Response:
        """A page that goes on to the provider by itself; from where nothing can be opened, back to the pay page."""
        form = await request.post()
        code, channel = form.get("method"), form.get("channel", "")
        if not isinstance(code, str) or not isinstance(channel, str):
            raise web.HTTPBadRequest
        try:
            opening = await self._source.open(request.match_info["token"], code, channel, self._payer_ip(request))
        except Unanswered:
            return self._back(request, "#do", unanswered=True)
        return self._back(request, "#do") if opening is None else self._go(request, opening)

    async def back(self, request: web.Request) -> web.Response:
        await self._source.check(request.match_info["token"])
        return self._back(request)

    async def check(self, request: web.Request) -> web.Response:
        await self._source.check(request.match_info["token"])
        return self._back(request)

    async def confirm_cod(self, request: web.Request) -> web.Response:
        await self._source.confirm_cod(request.match_info["token"])
        return self._back(request)

    async def _view(self, request: web.Request) -> PayView:
        return await self._source.view(request.match_info["token"], self._renderer.language(request))

    def _back(self, request: web.Request, fragment: str = "", *, unanswered: bool = False) -> web.Response:
        page = self._renderer.link(request, f"/pay/{request.match_info['token']}")
        if unanswered:
            page += ("&" if "?" in page else "?") + "unanswered=1"
        return web.Response(status=303, headers=HEADERS | {"Location": page + fragment})

    def _go(self, request: web.Request, opening: Opening) -> web.Response:
        """A page and no redirect: `form-action` stops forms at redirects too (Chromium), in-app browsers drop these.

        Of our address the provider gets the host alone: WeChat Pay refuses phone browsers that do not send it.
        """
        base = f"/pay/{request.match_info['token']}"
        response = self._renderer.page(request, "pay_go.html", opening=opening, base=base)
        response.headers["Referrer-Policy"] = "strict-origin"
        if opening.form is not None:
            # What the provider redirects to after that is its own matter.
            target = urlsplit(opening.url)
            allowed = f"form-action {target.scheme}://{target.netloc} https:"
            response.headers["Content-Security-Policy"] = CSP.replace("form-action 'self'", allowed)
        return response

    def _context(self, request: web.Request, view: PayView) -> dict[str, Any]:
        agent = request.headers.get("User-Agent", "")
        place, chosen = place_of(agent), view.chosen
        return {
            "pay": view, "browser": browser_of(agent), "place": place, "base": f"/pay/{request.match_info['token']}",
            "ways": ways(chosen, place) if chosen is not None and chosen.kind == "wallet" else (),
            "unanswered": "unanswered" in request.query,
        }

    def _news(self, request: web.Request, view: PayView, known: str) -> dict[str, object]:
        news: dict[str, object] = {"state": view.state, "version": view.mark, "waiting": view.waiting}
        if view.mark != known:
            news["html"] = self._renderer.html(request, "pay_main.html", **self._context(request, view))
        return news

    async def _stream(self, request: web.Request, response: web.StreamResponse, view: PayView) -> None:
        known = request.query.get("known", "")
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._stream_seconds
        while True:
            if view.mark != known:
                news = json.dumps(self._news(request, view, known), ensure_ascii=False)
                await response.write(f"data: {news}\n\n".encode())
                known = view.mark
            left = ends - loop.time()
            if not view.waiting or left <= 0:
                return
            await self._source.wait(request.match_info["token"], view.mark, min(HEARTBEAT_SECONDS, left))
            await response.write(b":\n\n")
            view = await self._view(request)


def qr_svg(text: str) -> bytes:
    """A QR code as one SVG path, level M, with the quiet zone of four modules that the standard asks for."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().save(out)
    return out.getvalue()
