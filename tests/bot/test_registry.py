"""What can reach the shop: each entry has a known audience, in its own package, and a handler that is short."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

import pytest

from bot import discovery
from handlers.chat.routes import CUSTOMER, STAFF

ROUTES, JOBS = discovery.routes(), discovery.jobs()
ACTED = {
    **{f"tap {prefix}": (handler, audience) for prefix, (_, handler, audience) in ROUTES.taps.items()},
    **{f"command {name}": entry for name, entry in ROUTES.commands.items()},
    **{f"step {name}": entry for name, entry in ROUTES.steps.items()},
}
HANDLERS: dict[str, Any] = {
    **{name: handler for name, (handler, _) in ACTED.items()},
    **{f"start {prefix}": handler for prefix, handler in ROUTES.starts.items()},
    **{f"fallback {kind}": handler for kind, handler in ROUTES.fallbacks.items()},
    **{f"job {kind}": handler for kind, handler in JOBS.handlers.items()},
    **{f"duty {name}": handler for name, (_, handler) in JOBS.duties.items()},
}


@pytest.mark.parametrize("name", ACTED)
def test_who_acts_is_known_and_is_who_the_package_is_for(name: str) -> None:
    handler, audience = ACTED[name]
    packages = {CUSTOMER: ("handlers.customer.",), STAFF: ("handlers.staff.", "handlers.admin.")}
    assert f"{handler.__module__}.".startswith(packages[audience])


@pytest.mark.parametrize("name", HANDLERS)
def test_every_handler_is_short(name: str) -> None:
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(HANDLERS[name]))).body
    assert isinstance(function, ast.AsyncFunctionDef) and function.end_lineno is not None
    assert function.end_lineno - function.lineno + 1 <= 20


def test_nothing_is_left_out() -> None:
    assert set(ROUTES.fallbacks) == {"text", "media", "command", "home", "inline", "chosen", "locked"}
    words = {"start", "menu", "cart", "orders", "search", "coupons", "language", "help", "cancel",
                 "paysupport", "terms"}
    assert {name for name, (_, audience) in ROUTES.commands.items() if audience == CUSTOMER} == words
    assert set(ROUTES.overrides) == {"help"}
    assert len(HANDLERS) > 150
