"""Everything that is noted in the log has words, in both languages: acts, things and what is filtered by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.screens.audit import AREAS
from locales import translator

SERVICES = Path(__file__).resolve().parents[3] / "services"
BOTH = [translator(language, "Asia/Shanghai") for language in ("zh", "en")]


def noted() -> Iterator[tuple[str, str]]:
    """Acts that are written out, and what their things begin with."""
    for path in sorted(SERVICES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                subject = node.args[3]
                thing = subject.values[0] if isinstance(subject, ast.JoinedStr) else subject
                name = str(thing.value).partition(":")[0] if isinstance(thing, ast.Constant) else ""
                for each in ast.walk(node.args[2]):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and "." in each.value:
                        yield each.value, name


NOTED = sorted(set(noted()))


@pytest.mark.parametrize(("act", "thing"), NOTED)
def test_acts_and_things_have_words(act: str, thing: str) -> None:
    area = act.partition(".")[0]
    assert area in AREAS
    for t in BOTH:
        assert t.has(f"team-acts-{area}")
        assert act.endswith(("-", ".")) or t.has(f"team-act-{act.replace('.', '-')}"), act
        assert thing == "" or t.has(f"team-thing-{thing}"), thing
