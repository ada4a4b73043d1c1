"""The wizard: a draft's card that fills up, one question at a time; what was typed is kept after each."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message

from handlers.admin import goods_reading as reading
from handlers.admin.goods import show_card, show_drafts
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import goods_fields, goods_wizard
from handlers.screens.goods_preview import preview
from handlers.screens.refusals import words
from keyboards.goods import (
    DraftDropTap,
    DraftPreviewTap,
    DraftTap,
    FieldClearTap,
    FieldTap,
    GoodsCopyTap,
    GoodsEditTap,
    NewGoodsTap,
)
from services.catalog import drafts, loading
from services.catalog.errors import BadTyped
from services.catalog.types import disclosed
from services.inventory import goods
from services.inventory.goods import DraftView
from services.shared.errors import Stale
from services.staff.types import CATALOG_EDIT

routes = Routes(STAFF, private=True)

FIELD = "goods-field"


@routes.command("add", needs=CATALOG_EDIT)
async def add(ctx: Context, text: str) -> None:
    """Nothing: an empty draft. A code that is there: its product. Else a draft with name, price and stock."""
    quick = reading.quick(text[:200], ctx.shop.currency)
    if not quick.name:
        await _begin(ctx)
        return
    owner = await ctx.shop.store.read(loading.owner_of_code, quick.name)
    if owner is not None:
        await show_card(ctx, owner, ctx.t.plain("goods-code-there", code=quick.name.upper()))
        return
    try:
        named = reading.typed.words(quick.name, ctx.t.language, reading.LONGEST_NAME)
    except BadTyped as refusal:
        await ctx.refuse(refusal)
        return
    draft = await ctx.write(
        drafts.begin_with, ctx.shop.currency, named, quick.price, quick.stock, quick.list_price
    )
    await show_draft(ctx, draft.id, ctx.t.plain("goods-begun"))


@routes.tap(NewGoodsTap, needs=CATALOG_EDIT)
async def begin(ctx: Context, _tap: NewGoodsTap) -> None:
    await _begin(ctx)


async def _begin(ctx: Context) -> None:
    draft = await ctx.write(drafts.begin, ctx.shop.currency)
    await ask(ctx, draft.id, "name")


@routes.tap(GoodsEditTap, needs=CATALOG_EDIT)
async def edit(ctx: Context, tap: GoodsEditTap) -> None:
    draft = await ctx.write(drafts.edit, tap.product)
    await show_draft(ctx, draft.id)


@routes.tap(GoodsCopyTap, needs=CATALOG_EDIT)
async def copy(ctx: Context, tap: GoodsCopyTap) -> None:
    draft = await ctx.write(drafts.copy, tap.product)
    await show_draft(ctx, draft.id, ctx.t.plain("goods-copied"))


@routes.tap(DraftTap, needs=CATALOG_EDIT)
async def look(ctx: Context, tap: DraftTap) -> None:
    await show_draft(ctx, tap.draft, more=tap.more)


async def show_draft(ctx: Context, draft_id: int, toast: str | None = None, *, more: bool = False) -> None:
    """The draft's card as it stands now."""
    view = await ctx.read(goods.draft_view, draft_id)
    screen = goods_wizard.draft_card(ctx.t, view, ctx.actor, more=more, currencies=ctx.shop.price_currencies)
    await ctx.show(screen, toast)


@routes.tap(FieldTap, needs=CATALOG_EDIT)
async def ask_field(ctx: Context, tap: FieldTap) -> None:
    await ask(ctx, tap.draft, tap.field, tap.language, tap.number)


async def ask(
    ctx: Context, draft_id: int, field: str, language: str = "", number: int = 0, problem: str = ""
) -> None:
    """Asks for a field. Raises Stale for one that there is none of."""
    view = await ctx.read(goods.draft_view, draft_id)
    currencies = ctx.shop.price_currencies
    unknown = field not in goods_fields.ASKED or (field == "prices" and not currencies)
    if unknown or (field == "disclosures" and not 0 <= number < len(view.rules)) or (
        language and language not in ctx.shop.languages
    ):
        raise Stale()
    screen = goods_fields.question(
        ctx.t, view, field, language=language, number=number, problem=problem, currencies=currencies
    )
    await ctx.ask(FIELD, screen, question_state(ctx, draft_id, field, language, number))


def question_state(ctx: Context, draft_id: int, field: str, language: str = "", number: int = 0) -> dict[str, Any]:
    """What the chat keeps while a field is asked for."""
    return {"goods_draft": draft_id, "goods_field": field, "goods_language": language or ctx.t.language,
            "goods_number": number, "goods_batch": []}


@routes.tap(FieldClearTap, needs=CATALOG_EDIT)
async def clear(ctx: Context, tap: FieldClearTap) -> None:
    if tap.field not in goods_fields.CLEARABLE:
        raise Stale()
    draft = await ctx.read(drafts.get, tap.draft)
    await ctx.write(drafts.change, tap.draft, reading.cleared(draft.fields, tap.field))
    await show_draft(ctx, tap.draft, ctx.t.plain("goods-cleared"), more=tap.field in goods_wizard.FURTHER)


async def take_text(ctx: Context, message: Message, draft_id: int, field: str) -> None:
    """Takes a typed answer; what cannot be read is asked again with the reason, and what was there stays."""
    language, number = str(ctx.state.draft["goods_language"]), int(ctx.state.draft["goods_number"])
    view = await ctx.read(goods.draft_view, draft_id)
    if field == "code" and (owner := await _owner_of(ctx, view, message.text or "")) is not None:
        await show_card(ctx, owner, ctx.t.plain("goods-code-there", code=(message.text or "").strip().upper()))
        return
    try:
        await _write(ctx, view, field, message.text or "", language, number)
    except BadTyped as refusal:
        await ask(ctx, draft_id, field, language, number, words(ctx.t, refusal))
        return
    if field == "disclosures" and number + 1 < len(view.rules):
        await ask(ctx, draft_id, field, number=number + 1)
        return
    await show_draft(ctx, draft_id, ctx.t.plain("goods-kept"), more=field in goods_wizard.FURTHER)


async def _owner_of(ctx: Context, view: DraftView, code: str) -> int | None:
    """Another product that has this code already."""
    owner = await ctx.shop.store.read(loading.owner_of_code, code.strip())
    return owner if owner != view.draft.product_id else None


async def _write(ctx: Context, view: DraftView, field: str, text: str, language: str, number: int) -> None:
    draft = view.draft
    if field == "code" and draft.product_id is not None:
        raise BadTyped(reason="fixed")
    if field in goods_fields.COLUMNS:
        for column, values in reading.columns(draft.fields, field, text, ctx.shop.price_currencies).items():
            await ctx.write(drafts.set_column, draft.id, column, values)
    elif field == "disclosures":
        if not number < len(view.rules):
            raise Stale()
        await ctx.write(drafts.change, draft.id, reading.disclosed(draft.fields, view.rules[number], text))
    else:
        await ctx.write(drafts.change, draft.id, reading.changes(draft.fields, field, text, language))


@routes.tap(DraftPreviewTap, needs=CATALOG_EDIT)
async def show_preview(ctx: Context, tap: DraftPreviewTap) -> None:
    if tap.language not in ctx.shop.languages:
        raise Stale()
    view = await ctx.read(goods.draft_view, tap.draft)
    facts = disclosed(view.rules, view.draft.fields.disclosures)
    switches = {each: DraftPreviewTap(draft=tap.draft, language=each) for each in ctx.shop.languages}
    await ctx.show(preview(ctx.t, ctx.shop.translator(tap.language), view.draft.fields, facts,
                           goods_wizard.stock_of(view), switches, DraftTap(draft=tap.draft)))


@routes.tap(DraftDropTap, needs=CATALOG_EDIT)
async def drop(ctx: Context, tap: DraftDropTap) -> None:
    if not tap.sure:
        await ctx.show(goods_wizard.drop_question(ctx.t, await ctx.read(goods.draft_view, tap.draft)))
        return
    await ctx.write(drafts.drop, tap.draft)
    await show_drafts(ctx, toast=ctx.t.plain("goods-dropped"))
