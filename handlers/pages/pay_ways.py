"""How a payment is opened in the browser that looks at the pay page.

A wallet's payment code can be read by its camera alone: on the phone that shows it, nothing pays it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.pages.views import Browser, MethodView

Place = Literal["desktop", "phone", "wechat", "alipay"]
WayKind = Literal["link", "open", "scan", "elsewhere"]

# What the in-app browsers call themselves in User-Agent.
BROWSERS: tuple[tuple[str, Browser], ...] = (
    ("MicroMessenger", "wechat"),
    ("AlipayClient", "alipay"),
    ("Telegram", "app"),
)
_PHONES = ("Mobile", "Android", "iPhone", "iPad")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to open a payment: `link` goes to `url`, `open` posts for the product `channel`, `scan` shows the code,
    `elsewhere` says that another screen or browser is needed (`outside`: leaving the wallet's browser is enough)."""

    kind: WayKind
    url: str = ""
    channel: str = ""
    outside: bool = False


def browser_of(user_agent: str) -> Browser:
    for mark, browser in BROWSERS:
        if mark in user_agent:
            return browser
    return "web"


def place_of(user_agent: str) -> Place:
    browser = browser_of(user_agent)
    if browser in ("wechat", "alipay"):
        return browser
    return "phone" if any(mark in user_agent for mark in _PHONES) else "desktop"


def ways(method: MethodView, place: Place) -> tuple[Way, ...]:
    """The ways to open a wallet's payment, the best first; at least one."""
    product = _product(method, place)
    if place == "desktop":
        products = {"": None, product or "": None}
        # What is open already comes first.
        return tuple(_opening(method, each) for each in sorted(products, key=lambda each: each != method.channel))
    if place == method.code == "wechat" and product is None:
        # Neither the code nor the page for phone browsers works inside WeChat.
        return (Way("elsewhere", outside=_product(method, "phone") is not None),)
    if product is None and method.scan and not method.url:
        return (Way("elsewhere"),)
    return (_opening(method, product or "", scans=False),)


def _product(method: MethodView, place: Place) -> str | None:
    """The provider's product for that browser; a wallet's browser is a phone's too, but for WeChat's own payments."""
    wanted = [place] if place in ("desktop", "phone") or place == method.code == "wechat" else [place, "phone"]
    return next((each for browser in wanted for each, its in method.channels.items() if its == browser), None)


def _opening(method: MethodView, product: str, *, scans: bool = True) -> Way:
    is_open = method.channel == product
    if is_open and scans and method.scan:
        return Way("scan")
    return Way("link", method.url) if is_open and method.url else Way("open", channel=product)
