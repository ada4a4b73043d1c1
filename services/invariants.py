"""The facts that must always hold, over the whole database: each area knows its own."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator

import services
from services.shared.db import Tx
from services.shared.violations import Violation

Check = Callable[[Tx], list[Violation]]


def violations(tx: Tx) -> list[Violation]:
    """Everything that does not hold, of every area; empty is good."""
    return [violation for check in checks() for violation in check(tx)]


def checks() -> Iterator[Check]:
    """The checks of all areas: the function `violations` of each `services.<area>.checking`."""
    for area in pkgutil.iter_modules(services.__path__):
        name = f"services.{area.name}.checking"
        if area.ispkg and importlib.util.find_spec(name):
            yield importlib.import_module(name).violations
