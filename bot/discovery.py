"""Finds what the handler modules registered: every module of a package is imported and its registry merged."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from handlers.chat.jobs import Jobs
from handlers.chat.routes import Routes


def routes() -> Routes:
    """All routes of customers, staff and admins. Raises ValueError when two modules handle the same thing."""
    merged = Routes()
    for module in _modules("handlers.customer", "handlers.staff", "handlers.admin"):
        if isinstance(found := getattr(module, "routes", None), Routes):
            merged.merge(found)
    return merged


def jobs() -> Jobs:
    """All jobs and duties."""
    merged = Jobs()
    for module in _modules("handlers.jobs"):
        if isinstance(found := getattr(module, "jobs", None), Jobs):
            merged.merge(found)
    return merged


def _modules(*packages: str) -> Iterator[ModuleType]:
    for name in packages:
        package = importlib.import_module(name)
        for found in pkgutil.iter_modules(package.__path__, f"{name}."):
            yield importlib.import_module(found.name)
