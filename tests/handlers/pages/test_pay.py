from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import get_args

import pytest
from aiohttp import web

from handlers.pages.pay import PayPages, qr_svg
from handlers.pages.render import CSP, PageRenderer
from handlers.pages.views import MethodView, Opening, PayState, Unanswered
from tests.handlers.pages.conftest import Client, Serve
from tests.handlers.pages.html_checks import checked
from tests.handlers.pages.samples import TOKEN, RecordingPaySource, pay_view, yuan

URL = f"/pay/{TOKEN}"
HEADLINES = {
    "zh": {
        "pending": "待支付",
        "checking": "正在确认付款",
        "paid": "支付成功",
        "cod": "已下单，货到付款",
        "expired": "订单已关闭",
        "late": "付款晚到，已原路退回",
        "twice": "这单付了两次",
        "wrong": "金额不对，还差 ¥62.00",
        "cancelled": "订单已取消",
        "refunded": "已退款",
    },
    "en": {
        "pending": "To pay",
        "checking": "Checking your payment",
        "paid": "Paid",
        "cod": "Ordered, pay on delivery",
        "expired": "This order is closed",
        "late": "Paid too late, money returned",
        "twice": "This order was paid twice",
        "wrong": "Wrong amount, CN¥62.00 missing",
        "cancelled": "This order was cancelled",
        "refunded": "Refunded",
    },
}


@pytest.mark.parametrize("language", HEADLINES)
@pytest.mark.parametrize("state", get_args(PayState))
async def test_every_state_says_what_it_is(
    client: Client, pay_source: RecordingPaySource, state: PayState, language: str
) -> None:
    pay_source.show(partial(pay_view, state=state))
    response = await client.get(URL, params={"lang": language})
    text = await response.text()
    page = checked(text)
    assert response.status == 200
    assert HEADLINES[language][state] in page.text
    assert [main["data-state"] for main in page.links("main")] == [state]
    assert ('http-equiv="refresh"' in text) == (state in ("pending", "checking"))
    chats = [link for link in page.links("a") if link["href"] == "https://t.me/qingli_bot?start=o7F3A"]
    assert len(chats) == (0 if state == "pending" else 1)


async def test_headers_keep_the_link_private(client: Client) -> None:
    for path in (URL, f"{URL}/state", f"{URL}/qr.svg"):
        headers = (await client.get(path)).headers
        assert headers["Content-Security-Policy"] == CSP
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert CSP == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


async def test_reading_changes_nothing(client: Client, pay_source: RecordingPaySource) -> None:
    for path in (URL, f"{URL}/state", f"{URL}/qr.svg"):
        assert (await client.get(path)).status == 200
        assert (await client.head(path)).status == 200
    for action in ("method", "check", "cod", "open"):
        assert (await client.get(f"{URL}/{action}", params={"method": "alipay"})).status == 405
    assert pay_source.calls == []


@pytest.mark.parametrize(
    ("action", "form", "call", "fragment"),
    [
        ("method", {"method": "alipay"}, ("choose_method", "alipay"), "#do"),
        ("check", {}, ("check",), ""),
        ("cod", {}, ("confirm_cod",), ""),
    ],
)
async def test_a_post_acts_once_and_leads_back_to_the_page(
    client: Client,
    pay_source: RecordingPaySource,
    action: str,
    form: dict[str, str],
    call: tuple[str, ...],
    fragment: str,
) -> None:
    response = await client.post(f"{URL}/{action}?lang=en", data=form, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, f"{URL}?lang=en{fragment}")
    assert pay_source.calls == [call]


async def test_a_method_without_its_name_is_refused(client: Client, pay_source: RecordingPaySource) -> None:
    assert (await client.post(f"{URL}/method", data={"other": "x"})).status == 400
    assert pay_source.calls == []


async def test_what_comes_back_from_the_provider_is_asked_about_and_not_believed(
    client: Client, pay_source: RecordingPaySource
) -> None:
    for send in (client.get, client.post):
        response = await send(f"{URL}/back", params={"respCode": "00", "lang": "zh"}, allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (303, f"{URL}?lang=zh")
    assert pay_source.calls == [("check",)] * 2
    assert (await client.head(f"{URL}/back")).status == 405


async def test_opening_goes_on_to_the_provider_by_itself(client: Client, pay_source: RecordingPaySource) -> None:
    pay_source.opening = Opening("wechat", "https://wx.example/h5?a=1&b=2")
    response = await client.post(f"{URL}/open", params={"lang": "en"}, data={"method": "wechat", "channel": "h5"})
    text = await response.text()
    page = checked(text)
    assert (response.status, response.headers["Referrer-Policy"]) == (200, "strict-origin")
    assert response.headers["Content-Security-Policy"] == CSP
    assert '<meta http-equiv="refresh" content="0; url=https://wx.example/h5?a=1&amp;b=2">' in text
    assert "https://wx.example/h5?a=1&b=2" in [link["href"] for link in page.links("a")]
    assert "Open WeChat" in page.text
    assert pay_source.calls == [("open", "wechat", "h5", "127.0.0.1")]


async def test_a_form_for_the_provider_is_sent_by_hand_and_to_it_alone(
    client: Client, pay_source: RecordingPaySource
) -> None:
    pay_source.opening = Opening("unionpay", "https://gateway.example/front", {"orderId": "7F3A", "x": '"><b>'})
    response = await client.post(f"{URL}/open", params={"lang": "zh"}, data={"method": "unionpay"})
    text = await response.text()
    page = checked(text)
    assert response.headers["Content-Security-Policy"] == CSP.replace(
        "form-action 'self'", "form-action https://gateway.example https:")
    assert [form["action"] for form in page.links("form")] == ["https://gateway.example/front"]
    assert [(each["name"], each["value"]) for each in page.links("input")] == [("orderId", "7F3A"), ("x", '"><b>')]
    assert "refresh" not in text and "打开云闪付" in page.text


@pytest.mark.parametrize(
    ("opening", "address"), [(None, f"{URL}?lang=en#do"), (Unanswered, f"{URL}?lang=en&unanswered=1#do")]
)
async def test_what_cannot_be_opened_leads_back_to_the_page(
    client: Client, pay_source: RecordingPaySource, opening: object, address: str
) -> None:
    pay_source.opening = opening
    response = await client.post(f"{URL}/open?lang=en", data={"method": "wechat"}, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, address)
    text = await (await client.get(address)).text()
    assert ("does not answer right now" in text) == (opening is Unanswered)


async def test_opening_needs_a_method(client: Client, pay_source: RecordingPaySource) -> None:
    assert (await client.post(f"{URL}/open", data={"channel": "h5"})).status == 400
    assert pay_source.calls == []


async def test_the_wallets_code_is_drawn_for_another_screen(client: Client, pay_source: RecordingPaySource) -> None:
    assert (await client.get(f"{URL}/code.svg")).status == 404
    native = MethodView("wechat", "微信支付", app="微信", scan="weixin://wxpay/bizpayurl?pr=1", chosen=True)
    pay_source.show(partial(pay_view, methods=(native,)))
    assert await (await client.get(f"{URL}/code.svg")).read() == qr_svg("weixin://wxpay/bizpayurl?pr=1")
    desk = checked(await (await client.get(URL, params={"lang": "zh"})).text())
    assert f"{URL}/code.svg" in desk.assets and "用微信扫一扫付款" in desk.text
    phone = await (await client.get(URL, params={"lang": "zh"}, headers={"User-Agent": "iPhone Mobile"})).text()
    assert "code.svg" not in phone and "长按或从相册识别都不行" in phone


async def test_a_method_that_is_off_says_why(client: Client, pay_source: RecordingPaySource) -> None:
    off = MethodView("alipay", "Alipay", hint="not available now", is_off=True)
    pay_source.show(partial(pay_view, methods=(off,)))
    page = checked(await (await client.get(URL)).text())
    assert ["disabled" in each for each in page.links("button") if each.get("name") == "method"] == [True]
    assert "not available now" in page.text


async def test_the_rest_of_a_wrong_amount_can_be_paid(client: Client, pay_source: RecordingPaySource) -> None:
    pay_source.show(partial(pay_view, state="wrong"))
    page = checked(await (await client.get(URL, params={"lang": "zh"})).text())
    assert "补付 ¥62.00" in page.text
    assert [(each.get("name"), each.get("value")) for each in page.links("button")] == [("method", "wechat")]
    assert [form["action"] for form in page.links("form")] == [f"{URL}/method?lang=zh"]


async def test_wallet_is_paid_by_a_plain_link(client: Client) -> None:
    page = checked(await (await client.get(URL, params={"lang": "en"})).text())
    assert "Pay CN¥1,562.00 in WeChat" in page.text
    assert [link["href"] for link in page.links("a")].count("/sandbox/pay/7f3a-1") == 2
    assert [form["method"] for form in page.links("form")] == ["post"] * 3
    current = [button["value"] for button in page.links("button") if button.get("aria-current")]
    assert current == ["wechat"]


async def test_bank_transfer_shows_account_and_reference(client: Client, pay_source: RecordingPaySource) -> None:
    pay_source.show(partial(pay_view, chosen="bank"))
    page = checked(await (await client.get(URL, params={"lang": "zh"})).text())
    copied = [button["data-copy"] for button in page.links("button") if "data-copy" in button]
    assert copied == ["QL-261122-7F3A", "青粒优选（演示）有限公司", "6200000000001234", "1562.00", "QL7F3A"]
    assert "附言请只写 QL7F3A ，否则要人工核对" in page.text
    assert "/sandbox/pay/7f3a-1" not in [link["href"] for link in page.links("a")]


async def test_cash_on_delivery_is_confirmed_by_a_form(client: Client, pay_source: RecordingPaySource) -> None:
    pay_source.show(partial(pay_view, chosen="cod"))
    page = checked(await (await client.get(URL)).text())
    assert f"{URL}/cod" in [form["action"] for form in page.links("form")]


async def test_too_much_money_is_not_called_missing(client: Client, pay_source: RecordingPaySource) -> None:
    pay_source.show(partial(pay_view, state="wrong", received=yuan(160000)))
    page = checked(await (await client.get(URL, params={"lang": "en"})).text())
    assert "CN¥38.00 too much" in page.text
    assert "missing" not in page.text


async def test_without_a_method_the_page_leads_to_the_chat(client: Client, pay_source: RecordingPaySource) -> None:
    pay_source.show(partial(pay_view, methods=()))
    page = checked(await (await client.get(URL)).text())
    assert "现在没有可用的付款方式" in page.text
    assert "https://t.me/qingli_bot?start=o7F3A" in [link["href"] for link in page.links("a")]


@pytest.mark.parametrize(
    ("agent", "codes", "qr"),
    [
        ("Mozilla/5.0 (Linux) MicroMessenger/8.0", ["wechat", "bank", "cod"], False),
        ("Mozilla/5.0 (iPhone) AlipayClient/10.5", ["alipay", "wechat", "bank", "cod"], False),
        ("Mozilla/5.0 (X11; Linux x86_64)", ["wechat", "alipay", "unionpay", "bank", "cod"], True),
    ],
)
async def test_a_wallets_browser_is_not_offered_its_rivals(
    client: Client, agent: str, codes: list[str], qr: bool
) -> None:
    page = checked(await (await client.get(URL, headers={"User-Agent": agent})).text())
    assert [button["value"] for button in page.links("button") if button.get("name") == "method"] == codes
    assert (f"{URL}/qr.svg" in page.assets) == qr


async def test_a_chat_browser_is_told_how_to_leave_it(client: Client) -> None:
    page = checked(await (await client.get(URL, headers={"User-Agent": "Mozilla/5.0 Telegram-Android/12.1"})).text())
    assert "选“用浏览器打开”" in page.text


async def test_names_from_outside_stay_text(client: Client, pay_source: RecordingPaySource) -> None:
    attack = '<script>alert(1)</script>"'
    pay_source.show(partial(pay_view, order_number=attack, recipient=attack, reference=attack, chosen="bank"))
    text = await (await client.get(URL)).text()
    checked(text)
    assert "<script>alert" not in text


async def test_the_qr_code_is_the_pages_public_address(client: Client) -> None:
    response = await client.get(f"{URL}/qr.svg")
    body = await response.read()
    assert response.content_type == "image/svg+xml"
    assert body == qr_svg(f"https://shop.example/pay/{TOKEN}")
    assert body.count(b"<path") == 1


async def test_polling_gets_html_only_when_the_state_is_new(client: Client, pay_source: RecordingPaySource) -> None:
    same = await (await client.get(f"{URL}/state", params={"known": "pending"})).json()
    assert same == {"state": "pending", "version": "pending", "waiting": True}
    pay_source.show(partial(pay_view, state="paid"))
    news = await (await client.get(f"{URL}/state", params={"known": "pending", "lang": "en"})).json()
    assert (news["state"], news["waiting"]) == ("paid", False)
    assert "Order QL-261122-7F3A is paid and due on Wed, Nov 25." in checked(news["html"]).text


async def test_the_stream_tells_a_change_and_ends(client: Client, pay_source: RecordingPaySource) -> None:
    response = await client.get(f"{URL}/events", params={"known": "pending"})
    assert response.content_type == "text/event-stream"
    await asyncio.wait_for(pay_source.waiting.wait(), 5)
    pay_source.show(partial(pay_view, state="paid"))
    text = (await asyncio.wait_for(response.read(), 5)).decode()
    beat, event = [part for part in text.split("\n\n") if part]
    assert beat == ":"
    assert json.loads(event.removeprefix("data: "))["state"] == "paid"


async def test_one_stream_too_many_is_sent_to_polling(client: Client, pay_source: RecordingPaySource) -> None:
    first = await client.get(f"{URL}/events", params={"known": "pending"})
    assert (await client.get(f"{URL}/events")).status == 503
    pay_source.show(partial(pay_view, state="expired"))
    await asyncio.wait_for(first.read(), 5)
    assert (await client.get(f"{URL}/events", params={"known": "expired"})).status == 200


async def test_a_stream_ends_after_its_time(serve: Serve, renderer: PageRenderer) -> None:
    app = web.Application()
    app.add_routes(PayPages(RecordingPaySource(), renderer, stream_seconds=0).routes())
    client = await serve(app)
    response = await client.get(f"{URL}/events", params={"known": "pending"})
    assert await asyncio.wait_for(response.read(), 5) == b""


async def test_page_with_its_files_is_below_100_kB(client: Client) -> None:
    text = await (await client.get(URL)).text()
    assets = [address for address in checked(text).assets if not address.startswith("/media/")]
    total = len(text.encode())
    for address in set(assets):
        response = await client.get(address)
        assert response.status == 200, address
        total += len(await response.read())
    assert total < 100_000
