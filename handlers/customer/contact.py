"""Asking for a phone number: by a reply keyboard that sends a contact, which must be gone when the question is left."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message

from handlers.chat.context import Context
from handlers.screens.customers import phone_prompt
from handlers.screens.payments import phone_question

# The steps that put a reply keyboard up.
ADDRESS_PHONE, PROFILE_PHONE, PAYMENT_PHONE = "address-phone", "profile-phone", "payments-phone"
_STEPS = {ADDRESS_PHONE, PROFILE_PHONE, PAYMENT_PHONE}


def number_in(message: Message) -> str:
    """The number that was typed or sent as a contact; Telegram leaves the plus out of a contact's number."""
    if message.contact is None:
        return message.text or ""
    return f"+{message.contact.phone_number.lstrip('+')}"


def is_own(message: Message) -> bool:
    """Whether Telegram vouches for the number: the contact is the sender's own, not one out of their address book."""
    sender, contact = message.from_user, message.contact
    return contact is not None and sender is not None and contact.user_id == sender.id


async def ask_own(ctx: Context, draft: dict[str, Any], problem: str = "") -> None:
    """Asks for the number that Telegram vouches for, without which nothing is paid at the door."""
    await ctx.prompt(PAYMENT_PHONE, phone_prompt(ctx.t, phone_question(ctx.t, problem)), draft)


async def leave(ctx: Context, key: str) -> None:
    """Takes the reply keyboard away, with the words of `key`, when the question for a number is left."""
    if ctx.state.step in _STEPS:
        await ctx.end_prompt(ctx.t.plain(key))
