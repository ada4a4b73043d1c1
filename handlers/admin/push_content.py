"""What a push says in each language, and the buttons below it."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import push_content as screens
from handlers.screens.refusals import words
from keyboards.pushes import (
    PushButtonCutTap,
    PushButtonsTap,
    PushButtonTap,
    PushFallbackTap,
    PushTextCutTap,
    PushTextsTap,
    PushTextTap,
)
from services.campaigns import drafts, naming
from services.campaigns.types import TO_CATEGORY, TO_COUPON, TO_LINK, TO_PRODUCT, Push, PushButton
from services.shared.errors import Refusal, Stale
from services.staff.types import PUSHES_EDIT

routes = Routes(STAFF, private=True)

TEXT_STEP, PRODUCT_STEP, LINK_STEP = "push-text", "push-button-product", "push-link"


@routes.tap(PushTextsTap, needs=PUSHES_EDIT)
async def texts(ctx: Context, tap: PushTextsTap) -> None:
    await _show_texts(ctx, await ctx.read(drafts.get, tap.push))


@routes.tap(PushTextTap, needs=PUSHES_EDIT)
async def ask_text(ctx: Context, tap: PushTextTap) -> None:
    if tap.language not in ctx.shop.languages:
        raise Stale()
    kept = {"push": tap.push, "language": tap.language}
    await ctx.ask(TEXT_STEP, screens.ask_text(ctx.t, tap.push, tap.language), kept)


@routes.step(TEXT_STEP, needs=PUSHES_EDIT)
async def take_text(ctx: Context, message: Message) -> None:
    """The message itself is the answer: its formatting and its file are kept as they are."""
    push_id, language = ctx.state.draft.get("push"), ctx.state.draft.get("language")
    if push_id is None or language is None:
        raise Stale()
    kind, file_id = _file_of(message)
    plain = message.text or message.caption or ""
    html = message.html_text if plain else ""
    try:
        push = await ctx.write(drafts.set_text, push_id, language, kind, html, plain, file_id)
    except Refusal as refusal:
        await ctx.ask(TEXT_STEP, screens.ask_text(ctx.t, push_id, language, words(ctx.t, refusal)))
        return
    await _show_texts(ctx, push, ctx.t.plain("push-text-taken"))


@routes.tap(PushTextCutTap, needs=PUSHES_EDIT)
async def cut_text(ctx: Context, tap: PushTextCutTap) -> None:
    await _show_texts(ctx, await ctx.write(drafts.drop_text, tap.push, tap.language))


@routes.tap(PushFallbackTap, needs=PUSHES_EDIT)
async def fallback(ctx: Context, tap: PushFallbackTap) -> None:
    await _show_texts(ctx, await ctx.write(drafts.set_fallback, tap.push, tap.fallback))


@routes.tap(PushButtonsTap, needs=PUSHES_EDIT)
async def buttons(ctx: Context, tap: PushButtonsTap) -> None:
    await ctx.show(screens.buttons(ctx.t, await ctx.read(drafts.get, tap.push)))


@routes.tap(PushButtonCutTap, needs=PUSHES_EDIT)
async def cut_button(ctx: Context, tap: PushButtonCutTap) -> None:
    await ctx.show(screens.buttons(ctx.t, await ctx.write(drafts.drop_button, tap.push, tap.place)))


@routes.tap(PushButtonTap, needs=PUSHES_EDIT)
async def add_button(ctx: Context, tap: PushButtonTap) -> None:
    """First the kind, then to what; with both it is added."""
    t, kept = ctx.t, {"push": tap.push}
    if tap.id:
        await _add(ctx, tap)
    elif tap.kind == TO_PRODUCT:
        await ctx.ask(PRODUCT_STEP, screens.ask_product(t, tap.push, ()), kept)
    elif tap.kind == TO_LINK:
        await ctx.ask(LINK_STEP, screens.ask_link(t, tap.push), kept)
    elif tap.kind == TO_CATEGORY:
        await ctx.show(screens.targets(t, tap, await ctx.read(naming.categories, tap.page)))
    elif tap.kind == TO_COUPON:
        await ctx.show(screens.targets(t, tap, await ctx.read(naming.coupons, tap.page)))
    else:
        raise Stale()


@routes.step(PRODUCT_STEP, needs=PUSHES_EDIT)
async def take_product(ctx: Context, message: Message) -> None:
    found = await ctx.read(naming.products, (message.text or "")[:64])
    reason = "" if found else ctx.t.plain("push-nothing-found")
    await ctx.ask(PRODUCT_STEP, screens.ask_product(ctx.t, _in_hand(ctx), found, reason))


@routes.step(LINK_STEP, needs=PUSHES_EDIT)
async def take_link(ctx: Context, message: Message) -> None:
    """Words and an address, the address last."""
    push_id, (label, _, url) = _in_hand(ctx), (message.text or "").strip().rpartition(" ")
    try:
        push = await ctx.write(drafts.add_button, push_id, _link(ctx, label.strip(), url))
    except Refusal as refusal:
        await ctx.ask(LINK_STEP, screens.ask_link(ctx.t, push_id, words(ctx.t, refusal)))
        return
    await ctx.show(screens.buttons(ctx.t, push), ctx.t.plain("push-button-added"))


def _link(ctx: Context, label: str, url: str) -> PushButton:
    """Two labels are divided by a bar, in the order of the shop's languages: "看看 | Have a look"."""
    parts = [part.strip() for part in label.split("|")]
    named = {each: parts[min(place, len(parts) - 1)] for place, each in enumerate(ctx.shop.languages)}
    open_ = {each: ctx.shop.translator(each).plain("push-open-link") for each in ctx.shop.languages}
    return PushButton(TO_LINK, {each: named[each] or open_[each] for each in named}, url=url)


async def _add(ctx: Context, tap: PushButtonTap) -> None:
    name = await ctx.read(naming.label, tap.kind, tap.id)
    label = {
        each: ctx.shop.translator(each).plain(f"push-label-{tap.kind}", name=ctx.shop.translator(each).pick(name))
        for each in ctx.shop.languages
    }
    push = await ctx.write(drafts.add_button, tap.push, PushButton(tap.kind, label, tap.id))
    await ctx.show(screens.buttons(ctx.t, push), ctx.t.plain("push-button-added"))


async def _show_texts(ctx: Context, push: Push, toast: str | None = None) -> None:
    await ctx.show(screens.texts(ctx.t, push, ctx.shop.languages), toast)


def _file_of(message: Message) -> tuple[str, str]:
    """The kind of a message, and the id of its file. An album or anything else that cannot be pushed has no kind."""
    if message.media_group_id is not None:
        return "album", ""
    if message.photo:
        return drafts.PHOTO, message.photo[-1].file_id
    # An animation is a document too.
    for kind, file in (
        (drafts.VIDEO, message.video), (drafts.ANIMATION, message.animation), (drafts.DOCUMENT, message.document)
    ):
        if file is not None:
            return kind, file.file_id
    return (drafts.TEXT, "") if message.text else ("other", "")


def _in_hand(ctx: Context) -> int:
    push_id = ctx.state.draft.get("push")
    if push_id is None:
        raise Stale()
    return push_id
