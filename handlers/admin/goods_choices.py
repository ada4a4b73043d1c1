"""What is chosen in the wizard rather than typed: the category and the tags."""

from __future__ import annotations

from handlers.admin.goods_wizard import show_draft
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import goods_fields
from keyboards.goods import GoodsNodeTap, GoodsTagTap
from services.catalog import drafts
from services.catalog import service as catalog
from services.inventory import goods
from services.shared.errors import Stale
from services.staff.types import CATALOG_EDIT

routes = Routes(STAFF, private=True)


@routes.tap(GoodsNodeTap, needs=CATALOG_EDIT)
async def choose_category(ctx: Context, tap: GoodsNodeTap) -> None:
    if tap.pick:
        if tap.category is None:
            raise Stale()
        await ctx.write(drafts.put_into, tap.draft, tap.category)
        await show_draft(ctx, tap.draft, ctx.t.plain("goods-kept"))
        return
    view, tree = await ctx.read(goods.draft_view, tap.draft), await ctx.read(catalog.tree)
    await ctx.show(goods_fields.category_screen(ctx.t, view, tree, tap.category, max(tap.page, 1)))


@routes.tap(GoodsTagTap, needs=CATALOG_EDIT)
async def choose_tags(ctx: Context, tap: GoodsTagTap) -> None:
    if tap.tag is not None:
        await ctx.write(drafts.toggle_tag, tap.draft, tap.tag)
    view, tags = await ctx.read(goods.draft_view, tap.draft), await ctx.read(drafts.tags)
    await ctx.show(goods_fields.tags_screen(ctx.t, view, tags, tap.page))
