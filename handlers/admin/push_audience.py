"""Whom a push goes to: conditions added by taps and words, lists uploaded, audiences kept under names."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat import files
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import push_audience as screens
from handlers.screens.refusals import words
from keyboards.pushes import (
    PushAddTap,
    PushCutTap,
    PushForgetTap,
    PushPeopleTap,
    PushSavedTap,
    PushSaveTap,
    PushTagTap,
    PushTurnTap,
)
from services.campaigns import audience, drafts, naming
from services.campaigns.types import (
    BOUGHT,
    CATEGORY,
    IGNORED,
    LISTED,
    PRODUCT,
    REGION,
    SPENT,
    TAGGED,
    UNSEEN,
    VIEWED,
    Condition,
)
from services.shared import amounts, sheets
from services.shared.errors import Refusal, Stale
from services.staff.types import PUSHES_EDIT

routes = Routes(STAFF, private=True)

PRODUCT_STEP, AMOUNT_STEP, PLACE_STEP, LIST_STEP = "push-product", "push-amount", "push-place", "push-list"
SAVE_STEP, TAG_STEP = "push-save", "push-tag"
_SCOPE = {"a": "", "c": CATEGORY, "p": PRODUCT}


@routes.tap(PushPeopleTap, needs=PUSHES_EDIT)
async def people(ctx: Context, tap: PushPeopleTap) -> None:
    await show_people(ctx, tap.push)


@routes.tap(PushTurnTap, needs=PUSHES_EDIT)
async def turn(ctx: Context, tap: PushTurnTap) -> None:
    push = await ctx.read(drafts.get, tap.push)
    await ctx.write(drafts.set_audience, tap.push, push.audience.turned(tap.group, tap.place))
    await show_people(ctx, tap.push)


@routes.tap(PushCutTap, needs=PUSHES_EDIT)
async def cut(ctx: Context, tap: PushCutTap) -> None:
    push = await ctx.read(drafts.get, tap.push)
    await ctx.write(drafts.set_audience, tap.push, push.audience.without(tap.group, tap.place))
    await show_people(ctx, tap.push)


@routes.tap(PushAddTap, needs=PUSHES_EDIT)
async def add(ctx: Context, tap: PushAddTap) -> None:
    """The next part of a condition that is still open; with all of them it is added."""
    await choose(ctx, tap)


async def choose(ctx: Context, tap: PushAddTap) -> None:
    if not tap.kind:
        await ctx.show(screens.kinds(ctx.t, tap))
    elif tap.kind in (BOUGHT, VIEWED) and not tap.of:
        await ctx.show(screens.scopes(ctx.t, tap))
    elif tap.id == 0 and not (tap.of == "a" or tap.kind == UNSEEN):
        await _ask_what(ctx, tap)
    elif tap.days < 0 and tap.kind in (BOUGHT, VIEWED, SPENT, UNSEEN):
        await ctx.show(screens.days(ctx.t, tap, ever=tap.kind != UNSEEN))
    else:
        await _add(ctx, tap)


async def _ask_what(ctx: Context, tap: PushAddTap, reason: str = "") -> None:
    """Of what the condition speaks: chosen from a list, or typed."""
    t, kept = ctx.t, {"push_add": tap.pack()}
    if tap.of == "c":
        await ctx.show(screens.categories(t, tap, await ctx.read(naming.categories, tap.page)))
    elif tap.of == "p":
        await ctx.ask(PRODUCT_STEP, screens.products(t, tap, (), reason), kept)
    elif tap.kind == SPENT:
        await ctx.ask(AMOUNT_STEP, screens.typed(t, "push-how-much", tap, reason), kept)
    elif tap.kind == REGION:
        await ctx.ask(PLACE_STEP, screens.typed(t, "push-where", tap, reason), kept)
    elif tap.kind == LISTED:
        await ctx.ask(LIST_STEP, screens.lists(t, tap, await ctx.read(audience.lists), reason), kept)
    elif tap.kind == TAGGED:
        await ctx.show(screens.tags(t, tap, await ctx.read(audience.tags)))
    elif tap.kind == IGNORED:
        await ctx.show(screens.pushes(t, tap, (await ctx.read(drafts.page, "over")).pushes))
    else:
        raise Stale()


@routes.step(PRODUCT_STEP, needs=PUSHES_EDIT)
async def take_product(ctx: Context, message: Message) -> None:
    tap = _in_hand(ctx)
    found = await ctx.read(naming.products, (message.text or "")[:64])
    reason = "" if found else ctx.t.plain("push-nothing-found")
    await ctx.ask(PRODUCT_STEP, screens.products(ctx.t, tap, found, reason))


@routes.step(AMOUNT_STEP, needs=PUSHES_EDIT)
async def take_amount(ctx: Context, message: Message) -> None:
    tap, amount = _in_hand(ctx), amounts.positive(message.text or "", ctx.shop.currency)
    if amount is None:
        await _ask_what(ctx, tap, ctx.t.plain("push-bad-amount"))
    else:
        await choose(ctx, tap.model_copy(update={"id": amount}))


@routes.step(PLACE_STEP, needs=PUSHES_EDIT)
async def take_place(ctx: Context, message: Message) -> None:
    tap, found = _in_hand(ctx), naming.place((message.text or "")[:64])
    if found is None:
        await _ask_what(ctx, tap, ctx.t.plain("push-bad-place"))
    else:
        await _put(ctx, tap, Condition(REGION, region=found[0], city=found[1]))


@routes.step(LIST_STEP, needs=PUSHES_EDIT)
async def take_list(ctx: Context, message: Message) -> None:
    """A file that names people; what it says is looked up and not kept."""
    tap = _in_hand(ctx)
    try:
        data, name = await files.download(ctx.bot, message)
        found = await ctx.write(audience.add_list, name, sheets.read(data, name))
    except Refusal as refusal:
        await _ask_what(ctx, tap, words(ctx.t, refusal))
        return
    await ctx.show(screens.listed(ctx.t, tap, found))


@routes.tap(PushTagTap, needs=PUSHES_EDIT)
async def ask_tag(ctx: Context, tap: PushTagTap) -> None:
    await ctx.ask(TAG_STEP, screens.ask_name(ctx.t, tap.push, "push-ask-tag"), {"push": tap.push, "list": tap.list})


@routes.step(TAG_STEP, needs=PUSHES_EDIT)
async def take_tag(ctx: Context, message: Message) -> None:
    push_id, list_id = ctx.state.draft.get("push"), ctx.state.draft.get("list")
    if push_id is None or list_id is None:
        raise Stale()
    try:
        tag, given = await ctx.write(audience.tag_list, list_id, message.text or "")
    except Refusal as refusal:
        await ctx.ask(TAG_STEP, screens.ask_name(ctx.t, push_id, "push-ask-tag", words(ctx.t, refusal)))
        return
    await show_people(ctx, push_id, ctx.t.plain("push-tagged", given, name=tag.name))


@routes.tap(PushSavedTap, needs=PUSHES_EDIT)
async def saved(ctx: Context, tap: PushSavedTap) -> None:
    if tap.audience is None:
        await ctx.show(screens.saved(ctx.t, tap.push, await ctx.read(audience.saved)))
        return
    chosen = await ctx.shop.store.read(audience.require_saved, tap.audience)
    await ctx.write(drafts.set_audience, tap.push, chosen.audience)
    await show_people(ctx, tap.push, ctx.t.plain("push-saved-used", name=chosen.name))


@routes.tap(PushForgetTap, needs=PUSHES_EDIT)
async def forget(ctx: Context, tap: PushForgetTap) -> None:
    await ctx.write(audience.forget, tap.audience)
    await ctx.show(screens.saved(ctx.t, tap.push, await ctx.read(audience.saved)), ctx.t.plain("push-forgotten"))


@routes.tap(PushSaveTap, needs=PUSHES_EDIT)
async def ask_save(ctx: Context, tap: PushSaveTap) -> None:
    await ctx.ask(SAVE_STEP, screens.ask_name(ctx.t, tap.push, "push-ask-save"), {"push": tap.push})


@routes.step(SAVE_STEP, needs=PUSHES_EDIT)
async def take_save(ctx: Context, message: Message) -> None:
    push_id = ctx.state.draft.get("push")
    if push_id is None:
        raise Stale()
    push = await ctx.read(drafts.get, push_id)
    try:
        kept = await ctx.write(audience.save, message.text or "", push.audience)
    except Refusal as refusal:
        await ctx.ask(SAVE_STEP, screens.ask_name(ctx.t, push_id, "push-ask-save", words(ctx.t, refusal)))
        return
    await show_people(ctx, push_id, ctx.t.plain("push-saved-as", name=kept.name))


async def show_people(ctx: Context, push_id: int, toast: str | None = None) -> None:
    push = await ctx.read(drafts.get, push_id)
    reach = await ctx.read(audience.count, push.audience)
    names = await ctx.read(naming.names, push.audience)
    await ctx.show(screens.people(ctx.t, push, reach, names), toast)


async def _add(ctx: Context, tap: PushAddTap) -> None:
    days = tap.days if tap.days > 0 else None
    if tap.kind == SPENT:
        condition = Condition(SPENT, amount=tap.id, currency=ctx.shop.currency, days=days)
    elif tap.kind in (BOUGHT, VIEWED) and tap.of in _SCOPE:
        condition = Condition(tap.kind, _SCOPE[tap.of], tap.id, days)
    elif tap.kind == UNSEEN and days is not None:
        condition = Condition(UNSEEN, days=days)
    elif tap.kind in (TAGGED, LISTED, IGNORED):
        condition = Condition(tap.kind, id=tap.id)
    else:
        raise Stale()
    await _put(ctx, tap, condition)


async def _put(ctx: Context, tap: PushAddTap, condition: Condition) -> None:
    push = await ctx.read(drafts.get, tap.push)
    group = tap.group if tap.group >= 0 else None
    await ctx.write(drafts.set_audience, tap.push, push.audience.adding(condition, group))
    await show_people(ctx, tap.push, ctx.t.plain("push-condition-added"))


def _in_hand(ctx: Context) -> PushAddTap:
    """The condition whose next part was asked for."""
    packed = ctx.state.draft.get("push_add")
    if packed is None:
        raise Stale()
    return PushAddTap.unpack(packed)
