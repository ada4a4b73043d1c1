"""Products as a file: which ones, and as what; the file comes when it is ready."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import importing as screens
from keyboards.importing import ExportAsTap, ExportTap
from services.importing import exporting
from services.shared.ids import nonce
from services.staff.types import EXPORTS

routes = Routes(STAFF)


@routes.tap(ExportTap, EXPORTS)
async def choose(ctx: Context, _tap: ExportTap) -> None:
    await ctx.show(screens.export(ctx.t, nonce()))


@routes.tap(ExportAsTap, EXPORTS)
async def export(ctx: Context, tap: ExportAsTap) -> None:
    await ctx.write(exporting.request, tap.shelf, tap.form, tap.nonce)
    await ctx.toast(ctx.t.plain("import-export-begun"))
