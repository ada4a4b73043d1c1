"""Every provider's settings: in the example, on its pages in both languages, named when missing, never repeated."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.payments import registry
from bot.payments.registry import PROVIDERS, set_up
from bot.settings import SettingsError
from tests.bot.payments.provider_settings import variables

EXAMPLE = Path(".env.example").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("code", PROVIDERS)
def test_the_example_has_each_setting_with_its_purpose(code: str) -> None:
    listed = {line.removeprefix("# ").partition("=")[0]: above for above, line in pairwise(EXAMPLE) if "=" in line}
    for name, field in variables(set_up(code).SETTINGS).items():
        assert listed[name] == f"# {field.description}", name


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", PROVIDERS)
def test_its_page_names_each_setting(code: str, language: str) -> None:
    page = Path(f"docs/payments/{language}/{code}.md").read_text(encoding="utf-8")
    assert [name for name in variables(set_up(code).SETTINGS) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("code", PROVIDERS)
def test_all_that_is_missing_is_named_at_once(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {}
    for name, field in variables(set_up(code).SETTINGS).items():
        monkeypatch.delenv(name, raising=False)
        if field.is_required():
            needed[name] = field.description
    if not needed:
        assert set(registry.load((code,), None)) == {code}
        return
    with pytest.raises(SettingsError) as refusal:
        registry.load((code,), None)
    said = str(refusal.value).splitlines()
    assert [line.split(". It is ")[0] for line in said] == [f"{name} is missing" for name in needed]


@pytest.mark.parametrize("code", PROVIDERS)
def test_secrets_are_typed_as_such(code: str) -> None:
    """A field whose name says secret, key or token, other than a public one or an id, hides what it holds."""
    for name, field in set_up(code).SETTINGS.model_fields.items():
        secret = any(word in name for word in ("secret", "private", "token", "apiv3"))
        assert not secret or SecretStr.__name__ in str(field.annotation), name
