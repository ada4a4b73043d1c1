"""The address book."""

from __future__ import annotations

from handlers.chat.context import Context
from handlers.chat.routes import Routes
from handlers.screens.addresses import book, card, confirm_removal
from keyboards.customers import AddressDefaultTap, AddressesTap, AddressRemoveTap, AddressTap
from services.customers import addresses

routes = Routes()


@routes.tap(AddressesTap)
async def tapped(ctx: Context, _tap: AddressesTap) -> None:
    await show_book(ctx)


async def show_book(ctx: Context, toast: str | None = None) -> None:
    await ctx.show(book(ctx.t, await ctx.read(addresses.addresses)), toast)


@routes.tap(AddressTap)
async def look(ctx: Context, tap: AddressTap) -> None:
    await show_card(ctx, tap.address)


async def show_card(ctx: Context, address_id: int, toast: str | None = None) -> None:
    await ctx.show(card(ctx.t, await ctx.read(addresses.require_address, address_id)), toast)


@routes.tap(AddressDefaultTap)
async def make_default(ctx: Context, tap: AddressDefaultTap) -> None:
    address = await ctx.write(addresses.make_default, tap.address)
    await ctx.show(card(ctx.t, address), ctx.t.plain("address-default-toast"))


@routes.tap(AddressRemoveTap)
async def remove(ctx: Context, tap: AddressRemoveTap) -> None:
    if not tap.sure:
        await ctx.show(confirm_removal(ctx.t, await ctx.read(addresses.require_address, tap.address)))
        return
    await ctx.write(addresses.remove_address, tap.address)
    await show_book(ctx, ctx.t.plain("address-removed-toast"))
