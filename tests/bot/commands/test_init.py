"""`init` asks, explains wrong answers, and never loses a secret that an .env has already."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.commands import init
from bot.settings import load

ANSWERS = ["Lin's \\ shop", "123456789:AAF0", "42", "", "", "", "", "https://shop.example.com", ""]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `init` in an empty folder with the given lines typed; any more would end the input."""
    monkeypatch.chdir(tmp_path)

    def run(*lines: str, force: bool = False) -> int:
        left = list(lines)

        def read(_question: str) -> str:
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("builtins.input", read)
        code = main(["init", "--force"] if force else ["init"])
        assert left == []
        return code

    return run


def test_a_new_env_starts_the_shop_and_is_readable_for_its_owner_only(typed: Callable[..., int]) -> None:
    assert typed(*ANSWERS) == 0
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    settings = load()
    assert (settings.shop_name, settings.owner_ids) == ("Lin's \\ shop", {42})
    assert settings.payment_methods == ("sandbox", "cash_on_delivery")
    assert settings.webhook_secret is not None and settings.sandbox_secret is not None


def test_an_existing_env_is_left_alone_without_force(
    typed: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".env").write_text("SHOP_NAME=Old\n")
    assert typed() == 2
    assert Path(".env").read_text() == "SHOP_NAME=Old\n"
    assert capsys.readouterr().err.startswith(".env is there already.")


def test_force_keeps_secrets_and_whatever_is_not_asked_about(typed: Callable[..., int]) -> None:
    typed(*ANSWERS)
    with Path(".env").open("a") as file:
        file.write("# ours\nPORT=9090\nexport OTHER_TOOL='x y' # theirs")
    Path(".env").chmod(0o644)
    before = load()
    assert typed("New name", *[""] * 7, "Payee=Lin", force=True) == 0
    after = load()
    changed = {name for name in type(after).model_fields if getattr(before, name) != getattr(after, name)}
    assert changed == {"shop_name", "bank_accounts", "payment_methods"}
    assert (after.shop_name, after.port) == ("New name", 9090)
    assert after.payment_methods == ("sandbox", "cash_on_delivery", "bank_transfer")
    assert "# ours\nPORT=9090\nexport OTHER_TOOL='x y' # theirs\n" in Path(".env").read_text()
    assert Path(".env").read_text().count("SHOP_NAME=") == 1
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    assert [path.name for path in Path.cwd().iterdir()] == [".env"]


def test_wrong_answers_are_explained_and_asked_again(
    typed: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ["", "Shop", "", "1:A", "me", "42", "", "RMB", "CNY", "", "", "", "${HOME}", ""]
    assert typed(*answers) == 0
    complaints = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert complaints == ["This one is needed.", "This one is needed.", "must be numbers separated by commas",
                          "no such ISO 4217 currency", "${ would be taken for a variable."]


def test_without_a_terminal_nothing_is_written(typed: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("Shop") == 2
    assert not Path(".env").exists()
    assert capsys.readouterr().err.startswith("init asks questions")


def test_the_token_is_not_shown(typed: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    typed(*ANSWERS)
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "")
    assert main(["init", "--force"]) == 0
    assert [question for question in asked if "token" in question] == ["The bot's token from @BotFather [kept]: "]


@given(st.dictionaries(
    st.sampled_from(["SHOP_NAME", "BANK_ACCOUNTS", "BOT_TOKEN"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1,
), st.sampled_from(["", "A=1", "A=1\n", "# only words\n", "SHOP_NAME=old\nSHOP_NAME='older'\nB=2"]))
def test_whatever_is_answered_is_read_back(answers: dict[str, str], text: str) -> None:
    kept = {name: value for name, value in init.values(text).items() if name not in answers}
    assert init.values(init.revised(text, answers)) == kept | answers
