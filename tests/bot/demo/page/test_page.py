"""The page's routes: language, policy, files; and that its words are complete."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import bot.demo.page.page
from bot.demo.page import routes
from bot.demo.page.page import CONTENT_SECURITY_POLICY, preferred_language

STATIC = Path(bot.demo.page.page.__file__).parent / "static"
SCRIPTS = sorted(path.name for path in STATIC.glob("*.js"))
WORD = re.compile(r"^  '([a-z_-]+)': '(.*)',$", re.MULTILINE)


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    app = web.Application()
    app.add_routes(routes())
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de-DE,zh-Hant;q=0.5,en;q=0.3", "zh"),
        ("de-DE", "en"),
        ("zh;q=0", "en"),
        ("en;q=x,zh;q=0.1", "zh"),
        ("", "en"),
    ],
)
def test_the_language_follows_the_weights_of_the_header(header: str, language: str) -> None:
    assert preferred_language(header) == language


async def test_the_page_speaks_the_language_of_the_browser(client: TestClient) -> None:
    answer = await client.get("/", headers={"Accept-Language": "zh-CN"})
    assert answer.status == 200
    assert answer.content_type == "text/html"
    assert answer.headers["Content-Language"] == "zh"
    assert '<html lang="zh-CN">' in await answer.text()


async def test_the_address_overrules_the_browser(client: TestClient) -> None:
    answer = await client.get("/?lang=en", headers={"Accept-Language": "zh-CN"})
    assert answer.headers["Content-Language"] == "en"
    assert '<html lang="en">' in await answer.text()


async def test_the_page_runs_under_a_strict_policy(client: TestClient) -> None:
    answer = await client.get("/?lang=zh")
    policy = answer.headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy
    html = await answer.text()
    assert re.search(r"<script(?![^>]*\bsrc=)", html) is None
    assert "<style" not in html
    assert re.search(r"\s(?:style|on\w+)=", html) is None


async def test_every_file_that_the_page_names_is_served(client: TestClient) -> None:
    html = await (await client.get("/?lang=zh")).text()
    named = re.findall(r'(?:href|src)="(/demo/static/[^"]+)"', html)
    assert named == [f"/demo/static/{name}" for name in ("img/logo.svg", "app.css", "chat.css", "demo.css", "main.js")]
    for path in [*named, "/demo/static/img/grain.svg"]:
        answer = await client.get(path)
        assert answer.status == 200, path
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", SCRIPTS)
async def test_every_module_is_served_and_names_only_modules_that_exist(client: TestClient, name: str) -> None:
    answer = await client.get(f"/demo/static/{name}")
    assert answer.content_type == "text/javascript"
    imports = re.findall(r"from '\./([\w.]+)'", await answer.text())
    assert set(imports) <= set(SCRIPTS)


@pytest.mark.parametrize("path", ["page.py", "..%2fpage.py", "%2e%2e/page.py", "img/", "nothing.js"])
async def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    answer = await client.get(f"/demo/static/{path}")
    assert answer.status == 404


def words(language: str) -> dict[str, str]:
    return dict(WORD.findall((STATIC / f"words.{language}.js").read_text("utf-8")))


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    zh, en = words("zh"), words("en")
    assert list(zh) == list(en)
    gaps = re.compile(r"\{\w+\}")
    assert {key: sorted(gaps.findall(text)) for key, text in zh.items()} == {
        key: sorted(gaps.findall(text)) for key, text in en.items()
    }


def test_every_word_that_the_scripts_say_exists() -> None:
    said = set()
    for name in SCRIPTS:
        said |= set(re.findall(r"\bsay\(\s*'([a-z_-]+)'", (STATIC / name).read_text("utf-8")))
    assert len(said) > 50
    assert said <= set(words("en"))


@pytest.mark.parametrize("name", [name for name in SCRIPTS if not name.startswith("words.")])
def test_no_word_for_people_stands_outside_the_word_files(name: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", (STATIC / name).read_text("utf-8")) is None
