from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from handlers.pages.errors import error_pages
from handlers.pages.render import STATUS, PageRenderer
from handlers.pages.views import MessageKind, MessageView
from tests.handlers.pages.conftest import BROWSER, Client, Serve
from tests.handlers.pages.html_checks import checked
from tests.handlers.pages.samples import TOKEN


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", get_args(MessageKind))
def test_every_message_renders(renderer: PageRenderer, kind: MessageKind, language: str) -> None:
    request = make_mocked_request("GET", f"/pay/x?lang={language}")
    response = renderer.message(request, MessageView(kind))
    assert response.status == STATUS[kind]
    checked(str(response.text))


def test_maintenance_says_until_when_in_the_shops_zone(renderer: PageRenderer) -> None:
    request = make_mocked_request("GET", "/pay/x?lang=zh")
    view = MessageView("maintenance", until=datetime(2026, 11, 22, 6, 30, tzinfo=UTC))
    assert "正在维护，约 14:30 恢复" in checked(str(renderer.message(request, view).text)).text


@pytest.mark.parametrize(("token", "status", "words"), [("nobody", 404, "没有这个页面"), ("past", 410, "链接已过期")])
async def test_a_bad_link_gets_a_way_back(client: Client, token: str, status: int, words: str) -> None:
    response = await client.get(f"/pay/{token}", headers=BROWSER)
    page = checked(await response.text())
    assert response.status == status
    assert words in page.text
    assert "https://t.me/qingli_bot" in [link["href"] for link in page.links("a")]


async def test_a_script_gets_the_refusal_as_json(client: Client) -> None:
    response = await client.get("/pay/nobody/state")
    assert (response.status, await response.json()) == (404, {"error": "missing"})


async def test_a_form_on_a_bad_link_is_refused(client: Client) -> None:
    assert (await client.post("/pay/nobody/check", headers=BROWSER)).status == 404


async def test_an_unknown_address_is_a_page_for_people_and_a_status_for_machines(client: Client) -> None:
    people = await client.get("/nowhere", headers=BROWSER)
    assert (people.status, people.content_type) == (404, "text/html")
    assert "没有这个页面" in checked(await people.text()).text
    machine = await client.get("/nowhere")
    assert (machine.status, machine.content_type) == (404, "text/plain")


async def test_a_crash_shows_its_number_and_logs_it(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="handlers.pages.errors"):
        response = await client.get("/orders/crash", headers=BROWSER)
    text = checked(await response.text()).text
    error_id = re.findall(r"E-[0-9A-F]{8}", text)[0]
    assert response.status == 500
    assert "on fire" not in text
    assert [record.args for record in caplog.records] == [(error_id,)]


async def test_too_many_requests_counts_down_and_reloads(serve: Serve, renderer: PageRenderer) -> None:
    async def limited(request: web.Request) -> web.Response:
        raise web.HTTPTooManyRequests(headers={"Retry-After": "42"})

    app = web.Application(middlewares=[error_pages(renderer)])
    app.add_routes([web.get(f"/pay/{TOKEN}", limited)])
    client = await serve(app)
    response = await client.get(f"/pay/{TOKEN}?lang=en", headers=BROWSER)
    text = await response.text()
    assert (response.status, response.headers["Retry-After"]) == (429, "42")
    assert "Slow down for 42 s" in checked(text).text
    assert '<span data-left="42" data-fmt="s" data-reload>' in text
