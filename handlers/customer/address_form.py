"""Writing an address: one question at a time or one pasted message. What was given is kept after every answer.

The draft holds `address` (the fields so far), `field` (the question that waits), `id` (of a saved address that is being
changed), `checkout` (that asked for the address) and `review` (confirm before saving).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import addresses as book
from handlers.customer import contact
from handlers.screens import address_form as form
from handlers.screens.addresses import saved_for_checkout
from handlers.screens.refusals import words
from keyboards.customers import (
    AddressAddTap,
    AddressDropTap,
    AddressEditTap,
    AddressFixTap,
    AddressLabelTap,
    AddressPasteTap,
    AddressResumeTap,
    AddressSaveTap,
    AddressSkipTap,
    CitiesTap,
    CityTap,
    CountriesTap,
    CountryTap,
    RegionsTap,
    RegionTap,
)
from services.customers import addresses, pasted, profile
from services.customers.draft import answer, missing
from services.customers.regions import get_province
from services.customers.types import AddressFields
from services.shared.errors import InvalidInput, Stale

routes = Routes()

TYPED, PASTED = "address-field", "address-paste"


@routes.tap(AddressAddTap)
async def add(ctx: Context, tap: AddressAddTap) -> None:
    await begin(ctx, tap.checkout)


async def begin(ctx: Context, checkout_id: int | None = None) -> None:
    """Starts a new address; what was begun earlier goes on where it stood."""
    known = ctx.state.draft.get("address")
    draft = {**_draft(ctx), "checkout": checkout_id} if known and not ctx.state.draft.get("id") else {
        "address": {}, "checkout": checkout_id
    }
    await advance(ctx, draft)


@routes.tap(AddressEditTap)
async def edit(ctx: Context, tap: AddressEditTap) -> None:
    address = await ctx.read(addresses.require_address, tap.address)
    values = {name: value for name, value in asdict(address).items() if name not in ("id", "is_default")}
    await ask(ctx, {"address": values, "id": address.id}, tap.field)


@routes.tap(AddressFixTap)
async def fix(ctx: Context, tap: AddressFixTap) -> None:
    await ask(ctx, _draft(ctx), tap.field)


@routes.tap(AddressResumeTap)
async def resume(ctx: Context, _tap: AddressResumeTap) -> None:
    await advance(ctx, {**_draft(ctx), "field": None})


@routes.tap(AddressDropTap)
async def drop(ctx: Context, _tap: AddressDropTap) -> None:
    await contact.leave(ctx, "address-later")
    await ctx.forget_draft()
    await book.show_book(ctx)


@routes.tap(RegionsTap)
async def regions(ctx: Context, tap: RegionsTap) -> None:
    await ask(ctx, _draft(ctx), "region", page=tap.page)


@routes.tap(CountriesTap)
async def countries(ctx: Context, _tap: CountriesTap) -> None:
    await ask(ctx, _draft(ctx), "region", abroad=True)


@routes.tap(CitiesTap)
async def cities(ctx: Context, tap: CitiesTap) -> None:
    await ask(ctx, _draft(ctx), "city", page=tap.page)


@routes.tap(RegionTap)
async def choose_region(ctx: Context, tap: RegionTap) -> None:
    await take(ctx, "region", tap.code)


@routes.tap(CountryTap)
async def choose_country(ctx: Context, tap: CountryTap) -> None:
    await take(ctx, "region", tap.code)


@routes.tap(CityTap)
async def choose_city(ctx: Context, tap: CityTap) -> None:
    province = get_province(_draft(ctx)["address"].get("region", ""))
    if province is None or not 0 <= tap.number < len(province.cities):
        raise Stale()
    await take(ctx, "city", province.cities[tap.number].name["zh"])


@routes.tap(AddressLabelTap)
async def choose_label(ctx: Context, tap: AddressLabelTap) -> None:
    if tap.label not in form.LABELS:
        raise Stale()
    await take(ctx, "label", ctx.t.plain(f"address-word-{tap.label}"))


@routes.tap(AddressSkipTap)
async def skip(ctx: Context, _tap: AddressSkipTap) -> None:
    field = _draft(ctx).get("field")
    if field not in form.SKIPPABLE:
        raise Stale()
    await take(ctx, field, "")


@routes.step(TYPED)
async def typed(ctx: Context, message: Message) -> None:
    await take(ctx, _draft(ctx).get("field") or "name", message.text or "")


@routes.step(contact.ADDRESS_PHONE)
async def take_phone(ctx: Context, message: Message) -> None:
    number = contact.number_in(message)
    if contact.is_own(message):
        await ctx.write(profile.change_profile, "phone", number, verified=True)
    await take(ctx, "phone", number)


@routes.tap(AddressPasteTap)
async def paste(ctx: Context, tap: AddressPasteTap) -> None:
    draft = {"address": {}, "checkout": tap.checkout, "review": True}
    await ctx.ask(PASTED, form.paste_question(ctx.t), draft)


@routes.step(PASTED)
async def take_pasted(ctx: Context, message: Message) -> None:
    found = {name: value for name, value in asdict(pasted.parse(message.text or "")).items() if value}
    if not found:
        problem = ctx.t.plain("address-paste-nothing")
        await ctx.ask(PASTED, form.paste_question(ctx.t, problem), _draft(ctx))
        return
    if found.get("city"):
        found.setdefault("district", "")
    await _review(ctx, {**_draft(ctx), "address": {**found, "label": ""}, "review": True})


@routes.tap(AddressSaveTap)
async def save_reviewed(ctx: Context, _tap: AddressSaveTap) -> None:
    draft = _draft(ctx)
    if missing(draft["address"]) is not None:
        raise Stale()
    await _save(ctx, draft)


async def take(ctx: Context, field: str, text: str) -> None:
    """Takes the answer to `field` and goes on; what cannot stand is asked for again with the reason."""
    draft = _draft(ctx)
    try:
        values = answer(draft["address"], field, text)
    except InvalidInput as refusal:
        await ask(ctx, draft, field, problem=words(ctx.t, refusal))
        return
    await contact.leave(ctx, "address-noted")
    await advance(ctx, {**draft, "address": values, "field": None})


async def advance(ctx: Context, draft: dict[str, Any]) -> None:
    """The next question that has no answer yet; with all answered the address is confirmed or saved."""
    field = missing(draft["address"])
    if field is not None:
        await ask(ctx, draft, field)
    elif draft.get("review"):
        await _review(ctx, draft)
    else:
        await _save(ctx, draft)


async def ask(
    ctx: Context, draft: dict[str, Any], field: str, *, problem: str | None = None, page: int = 1, abroad: bool = False
) -> None:
    """Asks for `field`; the draft is kept with the question. Raises Stale for a field that there is none of."""
    if field not in form.QUESTIONS:
        raise Stale()
    values, editing = draft["address"], draft.get("id") is not None
    if field == "phone":
        prompt = form.phone_prompt(ctx.t, values, editing=editing, problem=problem)
        await ctx.prompt(contact.ADDRESS_PHONE, prompt, {**draft, "field": field})
        return
    screen = form.question(ctx.t, field, values, editing=editing, problem=problem, page=page, abroad=abroad)
    await ctx.ask(TYPED, screen, {**draft, "field": field})


async def _review(ctx: Context, draft: dict[str, Any]) -> None:
    screen = form.review(ctx.t, draft["address"], missing(draft["address"]) is None)
    await ctx.ask(PASTED, screen, {**draft, "field": None})


async def _save(ctx: Context, draft: dict[str, Any]) -> None:
    values, address_id, checkout_id = draft["address"], draft.get("id"), draft.get("checkout")
    try:
        if address_id is not None:
            address = await ctx.write(addresses.change_address, address_id, values)
        else:
            address = await ctx.write(addresses.add_address, AddressFields(**values))
    except InvalidInput as refusal:
        await ask(ctx, draft, str(refusal.facts["field"]), problem=words(ctx.t, refusal))
        return
    await ctx.forget_draft()
    if checkout_id is not None:
        await ctx.show(saved_for_checkout(ctx.t, address, checkout_id))
    else:
        await book.show_card(ctx, address.id, ctx.t.plain("address-saved-toast"))


def _draft(ctx: Context) -> dict[str, Any]:
    """The draft of the address that is being written. Raises Stale when there is none."""
    if "address" not in ctx.state.draft:
        raise Stale()
    return ctx.state.draft
