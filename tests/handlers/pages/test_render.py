from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from handlers.pages.assets import FOREVER
from handlers.pages.language import choose_language
from handlers.pages.render import PageRenderer, clock, symbol
from tests.handlers.pages.conftest import Client
from tests.handlers.pages.samples import TOKEN


@pytest.mark.parametrize(
    ("query", "header", "chosen"),
    [
        ("?lang=en", "zh-CN", "en"),
        ("?lang=xx", "en-GB,en;q=0.9", "en"),
        ("", "fr-FR, zh-Hans-CN;q=0.4, en;q=0.3", "zh"),
        ("", "en;q=0.2, zh;q=0.7", "zh"),
        ("", "zh;q=0, en;q=0.1", "en"),
        ("", "fr, de;q=0.5", "zh"),
        ("", "en;q=nonsense", "zh"),
        ("", "", "zh"),
    ],
)
def test_language_is_asked_for_then_accepted_then_the_shops(query: str, header: str, chosen: str) -> None:
    request = make_mocked_request("GET", f"/pay/x{query}", headers={"Accept-Language": header})
    assert choose_language(request, {"zh", "en"}, "zh") == chosen


@given(st.text())
def test_any_accept_language_chooses_a_known_language(header: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Accept-Language": header})
    assert choose_language(request, {"zh", "en"}, "zh") in {"zh", "en"}


async def test_language_is_kept_in_links_and_named_in_the_page(client: Client) -> None:
    response = await client.get(f"/pay/{TOKEN}", params={"lang": "en"})
    text = await response.text()
    assert response.headers["Content-Language"] == "en"
    assert '<html lang="en">' in text
    assert f'href="/pay/{TOKEN}?lang=zh" lang="zh-CN"' in text
    assert f'action="/pay/{TOKEN}/check?lang=en"' in text


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        ("CN¥1,562.00", ("CN¥", "1,562.00")),
        ("¥0.01", ("¥", "0.01")),
        ("1.562,00 €", ("", "1.562,00 €")),
        ("−¥5", ("", "−¥5")),
    ],
)
def test_currency_sign_is_split_off_in_front_only(amount: str, parts: tuple[str, str]) -> None:
    assert symbol(amount) == parts


@pytest.mark.parametrize(("seconds", "shown"), [(0, "00:00"), (872, "14:32"), (3599, "59:59"), (86399, "23:59:59")])
def test_clock(seconds: int, shown: str) -> None:
    assert clock(seconds) == shown


async def test_static_files_are_for_ever_and_packed(client: Client, renderer: PageRenderer) -> None:
    address = renderer.assets.url("app.css")
    packed = await client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Cache-Control"] == FOREVER == "public, max-age=31536000, immutable"
    assert plain.headers["Content-Type"] == "text/css; charset=utf-8"
    assert await packed.read() == await plain.read()
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])


@pytest.mark.parametrize("name", ["../render.py", "nothing.css", "%2e%2e/render.py", "img"])
async def test_only_listed_files_are_served(client: Client, renderer: PageRenderer, name: str) -> None:
    folder = renderer.assets.url("app.css").removesuffix("app.css")
    assert (await client.get(folder + name)).status == 404


async def test_an_older_release_is_not_served_the_new_file(client: Client, renderer: PageRenderer) -> None:
    old = renderer.assets.url("app.css").replace(renderer.assets.digest, "0" * 12)
    assert (await client.get(old)).status == 404


def test_a_file_that_is_not_there_fails_when_rendered(renderer: PageRenderer) -> None:
    with pytest.raises(KeyError):
        renderer.assets.url("app.min.css")
