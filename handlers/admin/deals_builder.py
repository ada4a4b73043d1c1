"""Putting a promotion or coupon together: a card that fills up, kept after each field, tried, then let out."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message

from handlers.admin.deals_card import holds, show_card
from handlers.admin.deals_typed import choice_of, parsed
from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import deals as deal_screens
from handlers.screens import deals_builder as screens
from handlers.screens import deals_trial, deals_words
from handlers.screens.refusals import words
from keyboards.deals import (
    DraftAskTap,
    DraftDropTap,
    DraftOutTap,
    DraftSetTap,
    DraftStepTap,
    DraftTap,
    DraftToggleTap,
    DraftTryTap,
    NewDealTap,
)
from locales.translator import LANGUAGES, Translator
from services.pricing.rules import ALL, PRODUCT
from services.promotions import drafts, publishing, scopes
from services.promotions.drafts import DONE, OPEN, Draft
from services.promotions.errors import BelowCost, DealCodeTaken, DealIncomplete
from services.promotions.fields import KINDS, LIMITS, RULE, SCOPE, STACKING, WAY, WINDOW, DealFields
from services.promotions.publishing import Names
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, Stale
from services.staff.types import PROMOTIONS_EDIT, PROMOTIONS_VIEW

routes = Routes(STAFF)

FIELD = "deals-field"


@routes.tap(NewDealTap, needs=PROMOTIONS_EDIT)
async def begin(ctx: Context, tap: NewDealTap) -> None:
    if tap.kind not in KINDS:
        await ctx.show(deal_screens.kinds(ctx.t))
        return
    await show_draft(ctx, await ctx.write(drafts.begin, DealFields(tap.kind, ctx.shop.currency)))


@routes.tap(DraftTap, needs=PROMOTIONS_VIEW)
async def open_draft(ctx: Context, tap: DraftTap) -> None:
    await show_draft(ctx, await ctx.read(drafts.get, tap.draft))


@routes.tap(DraftStepTap, needs=PROMOTIONS_EDIT)
async def open_step(ctx: Context, tap: DraftStepTap) -> None:
    await show_step(ctx, await ctx.read(drafts.get, tap.draft), tap.step, tap.page)


@routes.tap(DraftSetTap, needs=PROMOTIONS_EDIT)
async def set_field(ctx: Context, tap: DraftSetTap) -> None:
    """One of the values offered; then the step it belongs to, or the card."""
    if tap.field == "scope_kind":
        draft = await ctx.write(drafts.choose_scope, tap.draft, tap.choice)
        await (show_draft(ctx, draft) if tap.choice == ALL else show_step(ctx, draft, SCOPE))
    elif tap.field == "excluded_kinds":
        if tap.choice not in screens.KINDS_LEFT_OUT:
            raise Stale()
        await show_step(ctx, await ctx.write(drafts.toggle, tap.draft, tap.field, tap.choice), screens.EXCLUDED)
    else:
        changes = choice_of(tap.field, tap.choice, ctx.shop.zone, ctx.shop.clock.now())
        draft = await ctx.write(drafts.change, tap.draft, **changes)
        await (show_step(ctx, draft, LIMITS) if tap.field in ("limit_total", "limit_uses", "budget")
               else show_draft(ctx, draft))


@routes.tap(DraftToggleTap, needs=PROMOTIONS_EDIT)
async def toggle(ctx: Context, tap: DraftToggleTap) -> None:
    draft = await ctx.write(drafts.toggle, tap.draft, tap.field, tap.item)
    await show_step(ctx, draft, screens.EXCLUDED if tap.field == "excluded_ids" else SCOPE, tap.page)


@routes.tap(DraftAskTap, needs=PROMOTIONS_EDIT)
async def ask_field(ctx: Context, tap: DraftAskTap) -> None:
    await _ask(ctx, await ctx.read(drafts.get, tap.draft), tap.field)


@routes.step(FIELD, needs=PROMOTIONS_EDIT)
async def take_field(ctx: Context, message: Message) -> None:
    """What was typed goes into the draft at once; what cannot be is asked again with the reason."""
    draft, field, text = await _in_hand(ctx), str(ctx.state.draft["deal_field"]), (message.text or "").strip()
    if field in ("scope_ids", "excluded_ids"):
        found = await ctx.read(scopes.find_products, text[:64]) if text else ()
        await ctx.show(screens.found_products(ctx.t, draft, field, text[:64], found))
        return
    changes = parsed(draft.fields, field, text, ctx.shop.zone, ctx.shop.clock.now())
    if changes is None:
        await _ask(ctx, draft, field, ctx.t.plain(f"deals-bad-{field}"))
    elif _looks_wrong(changes) and ctx.state.draft.get("deal_sure") != text:
        await _ask(ctx, draft, field, ctx.t.plain("deals-unsure", typed=text[:64]), sure=text)
    else:
        await _fill_in(ctx, draft, field, changes)


@routes.tap(DraftTryTap, needs=PROMOTIONS_VIEW)
async def try_out(ctx: Context, tap: DraftTryTap) -> None:
    try:
        tried = await ctx.read(publishing.try_out, tap.draft)
    except DealIncomplete as refusal:
        await _go_on(ctx, tap.draft, refusal)
        return
    may_edit = holds(ctx.actor, PROMOTIONS_EDIT)
    await ctx.show(deals_trial.trial(ctx.t, tried, ctx.shop.clock.now(), may_edit=may_edit))


@routes.tap(DraftOutTap, needs=PROMOTIONS_EDIT)
async def let_out(ctx: Context, tap: DraftOutTap) -> None:
    """Starts or plans it, once; what it lacks or costs is asked first."""
    draft, scope_name = await ctx.read(_draft_and_scope, tap.draft)
    try:
        deal = await ctx.write(
            publishing.publish, tap.draft, tap.version, ctx.shop.zone, _names(ctx, draft, scope_name), at_once=tap.now,
            confirmed=tap.sure,
        )
    except DealIncomplete as refusal:
        await _go_on(ctx, tap.draft, refusal)
    except BelowCost:
        tried = await ctx.read(publishing.try_out, tap.draft)
        await ctx.show(deals_trial.below_cost(ctx.t, tried, ctx.shop.clock.now()))
    except DealCodeTaken as refusal:
        await _ask(ctx, draft, "redeem_code", words(ctx.t, refusal))
    else:
        await _show_out(ctx, deal.name, deal.id, deal.state)


@routes.tap(DraftDropTap, needs=PROMOTIONS_EDIT)
async def drop(ctx: Context, tap: DraftDropTap) -> None:
    draft = await ctx.read(drafts.get, tap.draft)
    if not tap.sure:
        await ctx.show(screens.drop_question(ctx.t, draft))
        return
    await ctx.write(drafts.drop, tap.draft)
    page = await ctx.read(drafts.page, publishing.name_of(draft.fields.kind))
    await ctx.show(deal_screens.draft_list(ctx.t, page, may_edit=True), ctx.t.plain("deals-dropped"))


async def show_draft(ctx: Context, draft: Draft, toast: str | None = None) -> None:
    """The card of a draft; of one that is out already, where it is now."""
    if draft.state == DONE and draft.deal_id is not None:
        await _show_out(ctx, publishing.name_of(draft.fields.kind), draft.deal_id, "")
        return
    if draft.state != OPEN:
        raise Stale()
    draft, scope_name = await ctx.read(_draft_and_scope, draft.id)
    suggested = _suggested(ctx, draft, scope_name)
    may_edit = holds(ctx.actor, PROMOTIONS_EDIT)
    screen = screens.builder(ctx.t, draft, scope_name, suggested, ctx.shop.clock.now(), may_edit=may_edit)
    await ctx.show(screen, toast)


async def show_step(ctx: Context, draft: Draft, step: str, page: int = 1) -> None:
    """The question of one step."""
    if draft.state != OPEN:
        await show_draft(ctx, draft)
    elif step in (SCOPE, screens.EXCLUDED):
        await _show_scope(ctx, draft, step, page)
    elif step in (RULE, WINDOW, "name"):
        await _ask(ctx, draft, step)
    elif step in (WAY, LIMITS, STACKING):
        shown = {WAY: screens.way_step, LIMITS: screens.limits_step, STACKING: screens.stacking_step}[step]
        await ctx.show(shown(ctx.t, draft))
    else:
        raise Stale()


async def _show_scope(ctx: Context, draft: Draft, step: str, page: int) -> None:
    fields = draft.fields
    if step == screens.EXCLUDED:
        choices = await ctx.read(scopes.choices, PRODUCT, fields.excluded_ids, page)
        await ctx.show(screens.excluded_step(ctx.t, draft, choices))
        return
    listed = fields.scope_kind not in (None, ALL)
    choices = await ctx.read(scopes.choices, fields.scope_kind or ALL, fields.scope_ids, page) if listed else None
    draft, scope_name = await ctx.read(_draft_and_scope, draft.id)
    await ctx.show(screens.scope_step(ctx.t, draft, choices, scope_name))


async def _ask(ctx: Context, draft: Draft, field: str, problem: str | None = None, sure: str | None = None) -> None:
    now = ctx.shop.clock.now()
    if field == RULE:
        screen = screens.rule_step(ctx.t, draft, problem)
    elif field == WINDOW:
        screen = screens.window_step(ctx.t, draft, now, problem)
    elif field in screens.ASKED:
        _, scope_name = await ctx.read(_draft_and_scope, draft.id)
        screen = screens.field_question(ctx.t, draft, field, _suggested(ctx, draft, scope_name), problem)
    else:
        raise Stale()
    kept: dict[str, Any] = {"deal_draft": draft.id, "deal_field": field}
    await ctx.ask(FIELD, screen, kept | ({"deal_sure": sure} if sure else {}))


async def _fill_in(ctx: Context, draft: Draft, field: str, changes: dict[str, Any]) -> None:
    try:
        draft = await ctx.write(drafts.change, draft.id, **changes)
    except (InvalidInput, DealCodeTaken) as refusal:
        await _ask(ctx, draft, field, words(ctx.t, refusal))
        return
    limit = field.startswith("limit_") or field == "budget"
    await (show_step(ctx, draft, LIMITS) if limit else show_draft(ctx, draft))


async def _go_on(ctx: Context, draft_id: int, refusal: DealIncomplete) -> None:
    """Says what is missing and goes to the first of it."""
    steps: Any = refusal.facts["steps"]
    lacks = ctx.t.plain("deals-and").join(ctx.t.plain(f"deals-step-{step}") for step in steps)
    await ctx.toast(ctx.t.plain("deals-lacks", missing=lacks), alert=True)
    await show_step(ctx, await ctx.read(drafts.get, draft_id), steps[0])


async def _show_out(ctx: Context, name: str, deal_id: int, state: str) -> None:
    key = "deals-planned" if state == "planned" else "deals-started" if state else "deals-is-out"
    await show_card(ctx, name, deal_id, ctx.t.plain(key))


def _draft_and_scope(tx: Tx, actor: Actor, draft_id: int) -> tuple[Draft, dict[str, str]]:
    draft = drafts.get(tx, actor, draft_id)
    return draft, scopes.name(tx, draft.fields)


def _suggested(ctx: Context, draft: Draft, scope_name: dict[str, str]) -> dict[str, str]:
    """A name in each language, until somebody writes one."""
    return deals_words.names(_translators(ctx), draft.fields, scope_name) if draft.fields.has_rule else {}


def _names(ctx: Context, draft: Draft, scope_name: dict[str, str]) -> Names:
    return Names(_suggested(ctx, draft, scope_name), deals_words.tier_names(_translators(ctx), draft.fields))


def _translators(ctx: Context) -> list[Translator]:
    return [ctx.shop.translator(language) for language in ctx.shop.languages if language in LANGUAGES]


def _looks_wrong(changes: dict[str, Any]) -> bool:
    return bool(changes.pop("looks_wrong", False))


async def _in_hand(ctx: Context) -> Draft:
    draft_id = ctx.state.draft.get("deal_draft")
    if not isinstance(draft_id, int) or "deal_field" not in ctx.state.draft:
        raise Stale()
    draft = await ctx.read(drafts.get, draft_id)
    if draft.state != OPEN:
        raise Stale()
    return draft
