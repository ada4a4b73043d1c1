"""Products as a file: which ones, and as what; the file comes when it is ready."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import importing as screens
from keyboards.importing import ExportAsTap, ExportCategoryTap, ExportTagTap, ExportTap
from services.importing import exporting
from services.importing.types import Scope
from services.shared.ids import nonce
from services.staff.types import EXPORTS

routes = Routes(STAFF)


@routes.tap(ExportTap, EXPORTS)
async def choose(ctx: Context, tap: ExportTap) -> None:
    tree, tags = await ctx.read(exporting.choices)
    await ctx.show(screens.export(ctx.t, Scope(tap.shelf, tap.category, tap.tag), tree, tags, nonce()))


@routes.tap(ExportCategoryTap, EXPORTS)
async def choose_category(ctx: Context, tap: ExportCategoryTap) -> None:
    tree, _ = await ctx.read(exporting.choices)
    await ctx.show(screens.export_categories(ctx.t, tap, tree))


@routes.tap(ExportTagTap, EXPORTS)
async def choose_tag(ctx: Context, tap: ExportTagTap) -> None:
    _, tags = await ctx.read(exporting.choices)
    await ctx.show(screens.export_tags(ctx.t, tap, tags))


@routes.tap(ExportAsTap, EXPORTS)
async def export(ctx: Context, tap: ExportAsTap) -> None:
    await ctx.write(exporting.request, Scope(tap.shelf, tap.category, tap.tag), tap.form, tap.nonce)
    await ctx.toast(ctx.t.plain("import-export-begun"))
