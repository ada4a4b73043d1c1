"""The category tree under the hands of people."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import shelf as screens
from handlers.screens.refusals import words
from keyboards.shelf import CategoryActTap, CategoryMoveTap, CategoryPlaceTap, CategoryTap
from services.catalog import categories
from services.catalog.errors import BadCategory
from services.shared.errors import InvalidInput, Stale
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW

routes = Routes(STAFF, private=True)

WORDS = "shelf-category-words"
_ASKED = ("new", "rename", "icon")
_NO_ICON = ("-", "—")


@routes.tap(CategoryTap, needs=CATALOG_VIEW)
async def look(ctx: Context, tap: CategoryTap) -> None:
    await show(ctx, tap.category)


async def show(ctx: Context, category_id: int | None, toast: str | None = None, *, alert: bool = False) -> None:
    """A category, or the first level; that too for one that somebody removed."""
    tree = await ctx.read(categories.tree)
    here = category_id if category_id in tree.by_id else None
    await ctx.show(screens.category(ctx.t, tree, here), toast, alert=alert)


@routes.tap(CategoryActTap, needs=CATALOG_EDIT)
async def act(ctx: Context, tap: CategoryActTap) -> None:
    if tap.act in _ASKED and (tap.category is not None or tap.act == "new"):
        await _ask(ctx, tap.act, tap.category)
        return
    if tap.category is None:
        raise Stale()
    if tap.act == "drop":
        await ctx.show(screens.drop_question(ctx.t, await ctx.read(categories.tree), tap.category))
        return
    try:
        await _do(ctx, tap.act, tap.category)
    except BadCategory as refusal:
        await show(ctx, tap.category, words(ctx.t, refusal), alert=True)


async def _do(ctx: Context, what: str, category_id: int) -> None:
    """Does it and shows the category, after a removal the one above."""
    here: int | None = category_id
    if what in ("up", "down"):
        await ctx.write(categories.shift, category_id, what == "up")
    elif what in ("hide", "show"):
        await ctx.write(categories.hide, category_id, what == "hide")
    elif what == "remove":
        here = (await ctx.read(categories.tree)).require(category_id).parent_id
        await ctx.write(categories.remove, category_id)
    else:
        raise Stale()
    await show(ctx, here, ctx.t.plain(f"shelf-done-{what}"))


async def _ask(ctx: Context, what: str, category_id: int | None, problem: str = "") -> None:
    tree = await ctx.read(categories.tree)
    question = screens.name_question(ctx.t, tree, what, category_id, problem)
    await ctx.ask(WORDS, question, {"act": what, "category": category_id})


@routes.step(WORDS, needs=CATALOG_EDIT)
async def take_words(ctx: Context, message: Message) -> None:
    """Names or an icon, done; asked for again with the reason where they cannot stand."""
    draft, text = ctx.state.draft, message.text or ""
    what, category_id = draft.get("act"), draft.get("category")
    if what not in _ASKED:
        raise Stale()
    try:
        category_id = await _take(ctx, what, category_id, text)
    except (InvalidInput, BadCategory) as refusal:
        await _ask(ctx, what, category_id, words(ctx.t, refusal))
        return
    await show(ctx, category_id, ctx.t.plain(f"shelf-done-{what}"))


async def _take(ctx: Context, what: str, category_id: int | None, text: str) -> int:
    """Does what was asked for with what was typed; returns the category that it was done to."""
    names = screens.names(text)
    if what != "icon" and names is None:
        raise InvalidInput(field="name", reason="two-names")
    if what == "new":
        return await ctx.write(categories.create, dict(names or {}), category_id)
    if category_id is None:
        raise Stale()
    if what == "rename":
        await ctx.write(categories.rename, category_id, dict(names or {}))
    else:
        await ctx.write(categories.set_icon, category_id, "" if text.strip() in _NO_ICON else text)
    return category_id


@routes.tap(CategoryMoveTap, needs=CATALOG_EDIT)
async def where(ctx: Context, tap: CategoryMoveTap) -> None:
    await ctx.show(screens.move_screen(ctx.t, await ctx.read(categories.tree), tap.category, tap.at))


@routes.tap(CategoryPlaceTap, needs=CATALOG_EDIT)
async def place(ctx: Context, tap: CategoryPlaceTap) -> None:
    try:
        await ctx.write(categories.move, tap.category, tap.parent)
    except BadCategory as refusal:
        await show(ctx, tap.category, words(ctx.t, refusal), alert=True)
        return
    await show(ctx, tap.category, ctx.t.plain("shelf-done-move"))
