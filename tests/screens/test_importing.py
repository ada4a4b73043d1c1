"""Screens of imports with none, one and many of everything, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.screens import importing as screens
from locales import translator
from services.importing.types import Batch, BatchView, Checked, Fault, Record

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
STATES = ("checking", "checked", "running", "paused", "stopped", "done", "undoing", "undone", "dropped")


def _batch(state: str, count: int) -> Batch:
    warnings = {what: count for what in ("below-cost", "jump", "one-language") if count}
    return Batch(1, "f.csv", 1, "小李", "zh", state, count, count, warnings, {}, {"new": count},
                 {"new": count, "failed": count}, 0, 1, NOW, NOW, NOW)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("count", [0, 1, 2, 1_499])
def test_every_state_has_its_words(language: str, count: int) -> None:
    t = translator(language, "UTC")
    fault = Checked(Record(7, {"price": "x"}), "P", Fault("price", "amount", {"value": "x"}))
    for state in STATES:
        shown = _batch(state, count)
        kept = tuple((f"P{number}", reason) for number, reason in enumerate(["in-use", "never-heard-of"] * (count % 5)))
        view = BatchView(shown, (fault,), kept, shown, tuple(f"t{number}" for number in range(count)))
        assert screens.batch(t, view, count or None).text.startswith("📄 <b>f.csv</b>")
        assert screens.ask_undo(t, shown).keyboard is not None


@pytest.mark.parametrize(("language", "count", "labels"), [
    ("en", 1, ["📄 1 row with errors", "➕ Add 1 tag, check again", "🚀 Import the right 1"]),
    ("en", 1_499, ["📄 1,499 rows with errors", "➕ Add 1,499 tags, check again", "🚀 Import the right 1,499"]),
    ("zh", 1_499, ["📄 1,499 行错误明细", "➕ 新建 1,499 个标签并重新检查", "🚀 只导入正确的 1,499 个"]),
])
def test_keys_count(language: str, count: int, labels: list[str]) -> None:
    view = BatchView(_batch("checked", count), (), (), None, tuple(f"t{number}" for number in range(count)))
    keyboard = screens.batch(translator(language, "UTC"), view).keyboard
    assert keyboard is not None
    assert [row[0].text for row in keyboard.inline_keyboard][:3] == labels
