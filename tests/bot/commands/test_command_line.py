"""The command line answers at once and lists what it can do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, main

_HEAVY = "{'aiogram', 'aiohttp', 'sqlalchemy', 'pydantic', 'redis', 'babel'}"


@pytest.mark.parametrize("arguments", [["--help"], ["seed", "--help"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from bot.__main__ import main
try:
    main({arguments!r})
except SystemExit as exit:
    assert exit.code == 0
print(sorted({_HEAVY} & sys.modules.keys()))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True,
                           env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    assert shown.stdout.splitlines()[-1] == "[]"


def test_without_a_command_all_of_them_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = " ".join(capsys.readouterr().out.split())
    for name, (what, _) in COMMANDS.items():
        assert f"{name} {what}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([name, "--help"])
    assert exit_.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith(f"usage: python -m bot {name}") and COMMANDS[name][0] in shown


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["fly"])
    assert exit_.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err
