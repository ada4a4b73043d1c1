"""What the products of a category disclose: read, typed anew, taken away."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import goods_rules as screens
from handlers.screens.refusals import words
from keyboards.goods import RulesTap
from services.catalog import disclosures, loading, typed
from services.catalog.errors import BadTyped
from services.shared.errors import NotFound, Stale
from services.staff.types import CATALOG_EDIT

routes = Routes(STAFF, private=True)

RULES = "goods-rules"


@routes.tap(RulesTap, needs=CATALOG_EDIT)
async def look(ctx: Context, tap: RulesTap) -> None:
    if tap.ask:
        own = await ctx.read(disclosures.own, tap.category)
        await ctx.ask(RULES, screens.rules_question(ctx.t, tap.category, own), {"goods_category": tap.category})
        return
    if tap.none:
        await ctx.write(disclosures.set_rules, tap.category, ())
    await _show(ctx, tap.category, ctx.t.plain("goods-rules-kept") if tap.none else None)


@routes.step(RULES, needs=CATALOG_EDIT)
async def take(ctx: Context, message: Message) -> None:
    category_id = ctx.state.draft.get("goods_category")
    if not isinstance(category_id, int):
        raise Stale()
    own = await ctx.read(disclosures.own, category_id)
    try:
        wanted = typed.rules(message.text or "", ctx.t.language, own)
    except BadTyped as refusal:
        question = screens.rules_question(ctx.t, category_id, own, words(ctx.t, refusal))
        await ctx.ask(RULES, question, {"goods_category": category_id})
        return
    await ctx.write(disclosures.set_rules, category_id, wanted)
    await _show(ctx, category_id, ctx.t.plain("goods-rules-kept"))


async def _show(ctx: Context, category_id: int, toast: str | None) -> None:
    code = await ctx.shop.store.read(loading.category_code, category_id)
    if code is None:
        raise NotFound()
    path = await ctx.shop.store.read(loading.category_path, code)
    own, every = await ctx.read(disclosures.own, category_id), await ctx.read(disclosures.rules, category_id)
    await ctx.show(screens.rules_screen(ctx.t, category_id, path, own, every), toast)
