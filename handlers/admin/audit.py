"""The log of what staff did: newest first, by person, area, days and thing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import STAFF, Routes
from handlers.screens import audit as screens
from keyboards.admin import AuditDoor
from keyboards.audit import AREA, DAYS, THING, THING_CELLS, WHO, AuditPickTap, AuditTap
from locales import Translator
from services.orders import service as orders
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.staff import audit, roles, roster
from services.staff.types import AUDIT_VIEW, AuditEntry

routes = Routes(STAFF, private=True)

FIND = "staff-audit-thing"
_THING = re.compile(r"([a-z-]+)[ :.#]+(\d{1,12})")
_ORDER, _PERSON = "order", "staff"


@routes.tap(AuditDoor, needs=AUDIT_VIEW)
async def door(ctx: Context, _tap: AuditDoor) -> None:
    await show_entries(ctx, AuditTap())


@routes.tap(AuditTap, needs=AUDIT_VIEW)
async def turn(ctx: Context, tap: AuditTap) -> None:
    await show_entries(ctx, tap)


@routes.tap(AuditPickTap, needs=AUDIT_VIEW)
async def pick(ctx: Context, tap: AuditPickTap) -> None:
    back = AuditTap(**tap.model_dump(exclude={"what"}))
    if tap.what == WHO:
        await ctx.show(screens.pick_person(ctx.t, await ctx.shop.store.read(roster.members, SYSTEM), back))
    elif tap.what == AREA:
        await ctx.show(screens.pick_area(ctx.t, back))
    elif tap.what == DAYS:
        await ctx.show(screens.pick_days(ctx.t, back))
    elif tap.what == THING:
        await ctx.ask(FIND, screens.ask_thing(ctx.t, back), {"audit": back.model_dump()})
    else:
        raise Stale()


@routes.step(FIND, needs=AUDIT_VIEW)
async def take_thing(ctx: Context, message: Message) -> None:
    back = AuditTap(**ctx.state.draft.get("audit", {}))
    thing = await ctx.shop.store.read(_thing_in, (message.text or "").strip().lower())
    if thing is None:
        reason = ctx.t.plain("team-no-such-thing")
        await ctx.ask(FIND, screens.ask_thing(ctx.t, back, reason), {"audit": back.model_dump()})
        return
    await ctx.forget_draft()
    await show_entries(ctx, back.model_copy(update={"thing": thing}))


async def show_entries(ctx: Context, tap: AuditTap) -> None:
    days = tap.days if tap.days in screens.SPANS else 0
    found, facts = await ctx.read(_page, tap, _since(ctx.t, ctx.shop.clock.now(), days))
    screen = screens.entries(ctx.t, found, tap.model_copy(update={"days": days}), currency=ctx.shop.currency, **facts)
    await ctx.show(screen)


def _page(tx: Tx, actor: Actor, tap: AuditTap, since: datetime | None) -> tuple[tuple[AuditEntry, ...], dict[str, Any]]:
    """A page of entries and one more, with the names that it needs."""
    found = audit.entries(
        tx, actor, before=tap.before, by=f"staff:{tap.who}" if tap.who is not None else None,
        area=tap.area if tap.area in screens.AREAS else None, subject=tap.thing.replace(".", ":") or None,
        since=since, most=screens.PER_PAGE + 1,
    )
    people = {each.telegram_id: each.name for each in roster.members(tx, SYSTEM)}
    wanted = {entry.subject for entry in found} | {tap.thing.replace(".", ":")}
    subjects = {subject: name for subject in wanted if (name := _name(tx, subject, people))}
    return found, {"subjects": subjects, "names": roles.names(tx), "people": people}


def _name(tx: Tx, subject: str, people: dict[int, str]) -> str | None:
    """How people call a thing of the log; None where it has no better name than its number."""
    kind, _, number = subject.partition(":")
    if not number.isdigit():
        return None
    if kind == _PERSON:
        return people.get(int(number))
    if kind == _ORDER:
        try:
            return orders.get(tx, SYSTEM, int(number)).number
        except NotFound:
            return None
    return None


def _thing_in(tx: Tx, typed: str) -> str | None:
    """"order.17" for the number of an order, "product.12" for "product 12"; None for what is neither."""
    if found := _THING.fullmatch(typed):
        thing = f"{found[1]}.{found[2]}"
        return thing if len(thing) <= THING_CELLS else None
    try:
        return f"{_ORDER}.{orders.by_number(tx, SYSTEM, typed).id}"
    except NotFound:
        return None


def _since(t: Translator, now: datetime, days: int) -> datetime | None:
    """The beginning of the first of the last `days` days, in the shop's zone."""
    if not days:
        return None
    today = now.astimezone(t.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)
