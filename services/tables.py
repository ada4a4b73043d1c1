"""All tables of all areas in one place, for migrations, tests and the checks."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy import MetaData

import services
from services.shared.models import Base


def metadata() -> MetaData:
    """The complete metadata: every area's `models` module is imported."""
    for area in pkgutil.iter_modules(services.__path__):
        if area.ispkg and importlib.util.find_spec(f"services.{area.name}.models"):
            importlib.import_module(f"services.{area.name}.models")
    return Base.metadata
