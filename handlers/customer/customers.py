"""The personal centre: profile, language, messages."""

from __future__ import annotations

from aiogram.types import Message

from handlers.chat import commands
from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.customer import contact
from handlers.customer.cart import show_cart
from handlers.customer.help import show_help
from handlers.customer.home import show_home
from handlers.customer.start import show_welcome
from handlers.screens import customers as screens
from handlers.screens.refusals import words
from keyboards.customers import (
    CurrencyChosenTap,
    CurrencyTap,
    LanguageChosenTap,
    LanguageTap,
    MarketingTap,
    MeTap,
    NoticesTap,
    ProfileClearTap,
    ProfileFieldTap,
    ProfileTap,
)
from services.customers import profile, service
from services.shared.errors import InvalidInput, Stale

routes = Routes()

FIELD = "profile-field"


@routes.tap(MeTap)
async def me(ctx: Context, _tap: MeTap) -> None:
    await show_me(ctx)


async def show_me(ctx: Context) -> None:
    currency = currency_of(ctx) if len(ctx.shop.currencies) > 1 else None
    await ctx.show(screens.me(ctx.t, await ctx.read(profile.profile), currency))


def currency_of(ctx: Context) -> str:
    """What the person buys in."""
    return ctx.actor.prices.currency or ctx.shop.currency


@routes.tap(ProfileTap)
async def show_profile(ctx: Context, _tap: ProfileTap) -> None:
    await ctx.show(screens.profile_screen(ctx.t, await ctx.read(profile.profile)))


@routes.tap(ProfileFieldTap)
async def ask_field(ctx: Context, tap: ProfileFieldTap) -> None:
    if tap.field not in profile.EDITABLE:
        raise Stale()
    await _ask(ctx, tap.field, None)


@routes.step(FIELD)
@routes.step(contact.PROFILE_PHONE)
async def take_field(ctx: Context, message: Message) -> None:
    field = str(ctx.state.draft.get("profile_field"))
    text = contact.number_in(message) if field == "phone" else message.text or ""
    try:
        if not text.strip():
            raise InvalidInput(field=field, reason=field)
        changed = await ctx.write(
            profile.change_profile, field, text, verified=field == "phone" and contact.is_own(message)
        )
    except InvalidInput as refusal:
        await _ask(ctx, field, words(ctx.t, refusal))
        return
    await contact.leave(ctx, "address-noted")
    await ctx.show(screens.profile_screen(ctx.t, changed), ctx.t.plain("customers-saved"))


@routes.tap(ProfileClearTap)
async def clear_field(ctx: Context, tap: ProfileClearTap) -> None:
    changed = await ctx.write(profile.change_profile, tap.field, "")
    await contact.leave(ctx, "address-noted")
    await ctx.show(screens.profile_screen(ctx.t, changed), ctx.t.plain("customers-cleared"))


@routes.command("language")
async def language_command(ctx: Context, _words: str) -> None:
    await ctx.show(screens.language_screen(ctx.t, ctx.shop.languages, "home"))


@routes.tap(LanguageTap)
async def offer_languages(ctx: Context, tap: LanguageTap) -> None:
    await ctx.show(screens.language_screen(ctx.t, ctx.shop.languages, tap.back))


@routes.tap(LanguageChosenTap)
async def choose_language(ctx: Context, tap: LanguageChosenTap) -> None:
    ctx.become(await ctx.write(service.choose_language, tap.language, ctx.shop.languages))
    under = {"welcome": show_welcome, "me": show_me, "help": show_help}.get(tap.back, show_home)
    await under(ctx)
    await commands.offer(ctx.bot, ctx.shop, ctx.person)


@routes.tap(CurrencyTap)
async def offer_currencies(ctx: Context, tap: CurrencyTap) -> None:
    await ctx.show(screens.currency_screen(ctx.t, ctx.shop.currencies, currency_of(ctx), tap.back))


@routes.tap(CurrencyChosenTap)
async def choose_currency(ctx: Context, tap: CurrencyChosenTap) -> None:
    ctx.become(await ctx.write(service.choose_currency, tap.currency, ctx.shop.currencies))
    await (show_cart(ctx) if tap.back == "cart" else show_me(ctx))


@routes.tap(NoticesTap)
async def show_notices(ctx: Context, _tap: NoticesTap) -> None:
    await ctx.show(screens.notices(ctx.t, await ctx.read(profile.profile)))


@routes.tap(MarketingTap)
async def choose_marketing(ctx: Context, tap: MarketingTap) -> None:
    changed = await ctx.write(profile.choose_marketing, tap.wanted)
    if tap.back == "welcome":
        await show_welcome(ctx)
        return
    await ctx.show(screens.notices(ctx.t, changed))


async def _ask(ctx: Context, field: str, problem: str | None) -> None:
    draft = {**ctx.state.draft, "profile_field": field}
    if field == "phone":
        prompt = screens.phone_prompt(ctx.t, screens.asking(ctx.t, field, problem))
        await ctx.prompt(contact.PROFILE_PHONE, prompt, draft)
        return
    known = await ctx.read(profile.profile)
    screen = screens.field_question(ctx.t, field, problem, clearable=bool(getattr(known, field)))
    await ctx.ask(FIELD, screen, draft)
