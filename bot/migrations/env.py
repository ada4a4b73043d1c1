"""Alembic's environment: the connection comes from the program, or from DATABASE_URL for the command line."""

from __future__ import annotations

import os
from typing import Any

from alembic import context
from sqlalchemy import Connection

from bot.migrations.run import run
from services.tables import metadata

# Search indexes are made by hand, in one way for each kind of database.
_BY_HAND = ("search_index", "ix_search_documents_tokens")


def _include(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    return not (kind in ("table", "index") and name is not None and name.startswith(_BY_HAND))


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata(), render_as_batch=connection.dialect.name == "sqlite",
        include_object=_include, compare_type=False, compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    url = os.environ.get("DATABASE_URL", "sqlite:///data/shop.db")
    run(url, lambda config: _migrate(config.attributes["connection"]))
