"""What opens a payment in which browser: no screen shows a code that nothing there can read."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from handlers.pages.pay_ways import Place, Way, browser_of, place_of, ways
from handlers.pages.payer_ip import payer_ip
from handlers.pages.views import MethodView

NATIVE = MethodView("wechat", "WeChat Pay", scan="weixin://wxpay/1")
WITH_H5 = replace(NATIVE, channels={"h5": "phone"})
IN_H5 = MethodView("wechat", "WeChat Pay", url="https://wx.example/h5", channel="h5", channels={"h5": "phone"})
PRECREATED = MethodView("alipay", "Alipay", url="https://qr.example/1", scan="https://qr.example/1")
WITH_PAGES = replace(PRECREATED, channels={"wap": "phone", "page": "desktop"})
FORM = MethodView("unionpay", "UnionPay", channels={"wap": "phone"})
CARD = MethodView("stripe", "Card", url="https://checkout.example/1")
STALE = MethodView("wechat", "WeChat Pay", channels={"h5": "phone"})


@pytest.mark.parametrize(
    ("method", "place", "expected"),
    [
        (NATIVE, "desktop", (Way("scan"),)),
        (NATIVE, "phone", (Way("elsewhere"),)),
        (NATIVE, "wechat", (Way("elsewhere"),)),
        (WITH_H5, "desktop", (Way("scan"),)),
        (WITH_H5, "phone", (Way("open", channel="h5"),)),
        (WITH_H5, "wechat", (Way("elsewhere", outside=True),)),
        (IN_H5, "phone", (Way("link", "https://wx.example/h5"),)),
        (IN_H5, "desktop", (Way("open"),)),
        (PRECREATED, "desktop", (Way("scan"),)),
        (PRECREATED, "phone", (Way("link", "https://qr.example/1"),)),
        (WITH_PAGES, "desktop", (Way("scan"), Way("open", channel="page"))),
        (WITH_PAGES, "phone", (Way("open", channel="wap"),)),
        (WITH_PAGES, "alipay", (Way("open", channel="wap"),)),
        (replace(WITH_PAGES, scan="", channel="page"), "desktop", (Way("link", "https://qr.example/1"), Way("open"))),
        (FORM, "desktop", (Way("open"),)),
        (FORM, "phone", (Way("open", channel="wap"),)),
        (CARD, "desktop", (Way("link", "https://checkout.example/1"),)),
        (CARD, "phone", (Way("link", "https://checkout.example/1"),)),
        (CARD, "wechat", (Way("link", "https://checkout.example/1"),)),
        (STALE, "desktop", (Way("open"),)),
    ],
)
def test_each_browser_gets_what_works_in_it(method: MethodView, place: Place, expected: tuple[Way, ...]) -> None:
    assert ways(method, place) == expected


@pytest.mark.parametrize(
    ("agent", "browser", "place"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile MicroMessenger/8.0.50", "wechat", "wechat"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AlipayClient/10.6", "alipay", "alipay"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36 Telegram-Android/12.1", "app", "phone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1", "web", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; Tab S9) Chrome/130.0 Safari/537.36", "web", "phone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", "web", "desktop"),
        ("", "web", "desktop"),
    ],
)
def test_browsers_are_told_by_what_they_call_themselves(agent: str, browser: str, place: str) -> None:
    assert (browser_of(agent), place_of(agent)) == (browser, place)


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, evil", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.7", "10.0.0.8", "10.0.0.8"),
        ("127.0.0.1", None, "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_say_whom_they_speak_for(remote: str, forwarded: str | None, expected: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    assert payer_ip(request, (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))) == expected
    assert payer_ip(request, ()) == remote
