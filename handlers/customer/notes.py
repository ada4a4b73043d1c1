"""Keys that only explain themselves."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from keyboards.taps import NoteTap
from services.shared.errors import Stale

routes = Routes()


@routes.tap(NoteTap)
async def explain(ctx: Context, tap: NoteTap) -> None:
    """Says the text of the key; a key that is not a plain text of the catalogue was never on a button of ours."""
    if not ctx.t.has(tap.key):
        raise Stale()
    try:
        text = ctx.t.plain(tap.key)
    except KeyError as error:
        raise Stale() from error
    await ctx.toast(text)
