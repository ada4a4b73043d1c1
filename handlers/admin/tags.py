"""Tags under the hands of people."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import shelf as names_screens
from handlers.screens import shelf_tags as screens
from handlers.screens.refusals import words
from keyboards.shelf import TagActTap, TagFacetTap, TagProductTap, TagsTap, TagTap
from services.catalog import codes, tagging
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, Stale
from services.staff.types import CATALOG_EDIT, CATALOG_VIEW

routes = Routes(STAFF, private=True)

WORDS = "shelf-tag-words"
_ASKED = ("new", "rename", "attach")


@routes.tap(TagsTap, needs=CATALOG_VIEW)
async def all_tags(ctx: Context, tap: TagsTap) -> None:
    await _show_all(ctx, tap.page)


async def _show_all(ctx: Context, page: int = 1, toast: str | None = None) -> None:
    await ctx.show(screens.tags(ctx.t, await ctx.read(tagging.tags), page), toast)


@routes.tap(TagTap, needs=CATALOG_VIEW)
async def look(ctx: Context, tap: TagTap) -> None:
    await show(ctx, tap.tag, page=tap.page)


async def show(
    ctx: Context, tag_id: int, toast: str | None = None, *, page: int = 1, removed: int | None = None
) -> None:
    """A tag and what carries it. Raises NotFound."""
    await ctx.show(screens.tag(ctx.t, await ctx.read(tagging.card, tag_id, page), removed), toast)


@routes.tap(TagActTap, needs=CATALOG_EDIT)
async def act(ctx: Context, tap: TagActTap) -> None:
    if tap.act in _ASKED and (tap.tag is not None or tap.act == "new"):
        await _ask(ctx, tap.act, tap.tag)
    elif tap.tag is None:
        raise Stale()
    elif tap.act == "facets":
        await ctx.show(screens.facets(ctx.t, (await ctx.read(tagging.card, tap.tag)).tag))
    elif tap.act == "drop":
        await ctx.show(screens.drop_question(ctx.t, await ctx.read(tagging.card, tap.tag)))
    elif tap.act == "remove":
        await ctx.write(tagging.remove, tap.tag)
        await _show_all(ctx, toast=ctx.t.plain("shelf-done-tag-remove"))
    else:
        raise Stale()


async def _ask(ctx: Context, what: str, tag_id: int | None, problem: str = "") -> None:
    own = None if tag_id is None else (await ctx.read(tagging.card, tag_id)).tag
    await ctx.ask(WORDS, screens.question(ctx.t, what, own, problem), {"act": what, "tag": tag_id})


@routes.step(WORDS, needs=CATALOG_EDIT)
async def take_words(ctx: Context, message: Message) -> None:
    """Names or codes, done; asked for again with the reason where they cannot stand."""
    what, tag_id, text = ctx.state.draft.get("act"), ctx.state.draft.get("tag"), message.text or ""
    if what == "attach" and tag_id is not None:
        await _attach(ctx, tag_id, text)
    elif what in ("new", "rename"):
        await _name(ctx, what, tag_id, text)
    else:
        raise Stale()


async def _name(ctx: Context, what: str, tag_id: int | None, text: str) -> None:
    names = names_screens.names(text)
    try:
        if names is None:
            raise InvalidInput(field="name", reason="two-names")
        if tag_id is None:
            tag_id = await ctx.write(tagging.create, dict(names))
        else:
            await ctx.write(tagging.rename, tag_id, dict(names))
    except InvalidInput as refusal:
        await _ask(ctx, what, tag_id, words(ctx.t, refusal))
        return
    await show(ctx, tag_id, ctx.t.plain(f"shelf-done-tag-{what}"))


async def _attach(ctx: Context, tag_id: int, text: str) -> None:
    product_ids, unknown = await ctx.read(_listed, text)
    if unknown or not product_ids:
        named = ", ".join(unknown[:5])
        problem = ctx.t.plain("shelf-unknown-codes", codes=named) if unknown else ctx.t.plain("shelf-no-codes")
        await _ask(ctx, "attach", tag_id, problem)
        return
    added = await ctx.write(tagging.attach, tag_id, product_ids)
    await show(ctx, tag_id, ctx.t.plain("shelf-done-tag-attach", added))


def _listed(tx: Tx, _actor: Actor, text: str) -> tuple[list[int], list[str]]:
    return codes.listed(tx, text)


@routes.tap(TagFacetTap, needs=CATALOG_EDIT)
async def set_facet(ctx: Context, tap: TagFacetTap) -> None:
    await ctx.write(tagging.set_facet, tap.tag, tap.facet)
    await show(ctx, tap.tag, ctx.t.plain("shelf-done-tag-facet"))


@routes.tap(TagProductTap, needs=CATALOG_EDIT)
async def carry(ctx: Context, tap: TagProductTap) -> None:
    if tap.on:
        await ctx.write(tagging.attach, tap.tag, [tap.product])
        await show(ctx, tap.tag, ctx.t.plain("shelf-done-tag-attach", 1))
    else:
        await ctx.write(tagging.detach, tap.tag, [tap.product])
        await show(ctx, tap.tag, ctx.t.plain("shelf-done-tag-detach"), removed=tap.product)
