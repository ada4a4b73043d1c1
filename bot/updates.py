"""Takes Telegram's updates to the handlers: dictionaries from prefix, command and step to function.

One person's updates are handled one at a time; an update seen before is dropped; every tap is answered exactly once; a
refusal is told in words; an unexpected error gets a reference that the person sees, and Telegram gets its 200.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import CallbackQuery, ChatMemberUpdated, ChosenInlineResult, InlineQuery, Message, User

from bot.checkouts import Checkouts
from bot.desk import Desk
from bot.faults import reference_of
from handlers.admin.unlock import CODE
from handlers.chat.context import Context
from handlers.chat.people import People
from handlers.chat.renderer import Renderer
from handlers.chat.routes import COMMAND, MEMBER, STAFF, STEP, TAP, Routes
from handlers.chat.shop import Shop
from handlers.chat.turns import Turns
from keyboards.layout import button, keyboard, link
from keyboards.taps import HomeTap
from locales import Translator
from services.customers import service as customers
from services.shared.errors import NotAllowed, Refusal, Stale
from services.staff.errors import Locked

log = logging.getLogger(__name__)

_CODE = re.compile(r"\d{3} ?\d{3}")

Handling = Callable[[Context], Awaitable[None]]


class Updates:
    """Binds the merged `routes` to an aiogram dispatcher."""

    def __init__(
        self, shop: Shop, bot: Bot, renderer: Renderer, people: People, routes: Routes, desk: Desk, turns: Turns
    ) -> None:
        self._shop, self._bot, self._renderer, self._people = shop, bot, renderer, people
        self._routes, self._desk, self._turns = routes, desk, turns
        self._checkouts = Checkouts(shop)
        self._starts = sorted(routes.starts, key=len, reverse=True)

    def bind(self, dispatcher: Dispatcher) -> None:
        dispatcher.callback_query.register(self.tapped)
        dispatcher.message.register(self.said)
        dispatcher.inline_query.register(self.asked_inline)
        dispatcher.chosen_inline_result.register(self.chose_inline)
        dispatcher.my_chat_member.register(self.membership_changed)
        self._checkouts.bind(dispatcher)

    async def tapped(self, query: CallbackQuery) -> None:
        chat_id = query.message.chat.id if query.message is not None else query.from_user.id
        await self._handle(query.from_user, chat_id, lambda ctx: self._tap(ctx, query.data or ""), query=query)

    async def said(self, message: Message) -> None:
        if message.migrate_to_chat_id is not None:
            self._moved(message)
            return
        if message.successful_payment is not None or message.refunded_payment is not None:
            await self._checkouts.told_of_money(message)
            return
        if message.from_user is None or message.from_user.is_bot:
            return
        handling = self._said_in_private if message.chat.type == ChatType.PRIVATE else self._said_in_group
        await self._handle(message.from_user, message.chat.id, lambda ctx: handling(ctx, message), message=message)

    async def asked_inline(self, query: InlineQuery) -> None:
        await self._fallback_for(query.from_user, "inline", query)

    async def chose_inline(self, chosen: ChosenInlineResult) -> None:
        await self._fallback_for(chosen.from_user, "chosen", chosen)

    def _moved(self, message: Message) -> None:
        """A group that became a supergroup has a new id; the settings must follow."""
        log.error("group %s is now supergroup %s: set STAFF_CHAT_ID=%s if it is the staff group",
                  message.chat.id, message.migrate_to_chat_id, message.migrate_to_chat_id)

    async def membership_changed(self, update: ChatMemberUpdated) -> None:
        if update.chat.type == ChatType.PRIVATE:
            blocked = update.new_chat_member.status == ChatMemberStatus.KICKED
            await self._shop.store.write(customers.mark_blocked, update.chat.id, blocked)
        else:
            log.info("membership in chat %s (%s): %s", update.chat.id, update.chat.title, update.new_chat_member.status)

    async def _handle(
        self, user: User, chat_id: int, handling: Handling, *, query: CallbackQuery | None = None,
        message: Message | None = None,
    ) -> None:
        ctx = None
        try:
            async with self._turns.of(user.id):
                ctx = await self._context(user, chat_id, query, message)
                await self._run(ctx, handling)
        except Exception as error:  # the outer edge of one update; not even the turn or the person may have been had
            language = ctx.person.language if ctx is not None else (user.language_code or "").partition("-")[0]
            open_query = None if ctx is not None and ctx.answered else query
            await self._report(self._shop.translator(language), chat_id, open_query, error)

    async def _context(
        self, user: User, chat_id: int, query: CallbackQuery | None, message: Message | None
    ) -> Context:
        person, state = await self._people.enter(user, _source(message))
        return Context(
            shop=self._shop, bot=self._bot, renderer=self._renderer, people=self._people, person=person, state=state,
            actor=self._shop.buyer(person), t=self._shop.translator(person.language), chat_id=chat_id, query=query,
            message=message, repeat=self._repeat,
        )

    async def _run(self, ctx: Context, handling: Handling) -> None:
        """Handles one update; what was expected to happen is told, a tap that nothing answered is answered."""
        try:
            await handling(ctx)
            if ctx.query is not None and not ctx.answered:
                await ctx.toast("")
        except Locked as refusal:
            await self._routes.fallbacks["locked"](ctx, refusal)
        except Stale:
            await self._stale(ctx)
        except Refusal as refusal:
            await ctx.refuse(refusal)
        except TelegramForbiddenError as error:
            await self._forbidden(ctx.person.telegram_id, error)

    async def _tap(self, ctx: Context, data: str) -> None:
        entry = self._routes.taps.get(data.partition(":")[0])
        if entry is None:
            raise Stale()
        kind, handler, audience = entry
        try:
            tap = kind.unpack(data)
        except (ValueError, TypeError) as error:  # a pydantic ValidationError is a ValueError
            raise Stale() from error
        if ctx.chat_id != ctx.person.telegram_id and (audience != STAFF or kind.__prefix__ in self._routes.private):
            # A modified client can send any data from a group's message.
            words = "shared-only-private" if audience != STAFF else "team-only-private"
            await ctx.toast(ctx.t.plain(words), alert=True)
            return
        await self._act_as(ctx, audience, (TAP, kind.__prefix__))
        await handler(ctx, tap)

    async def _repeat(self, ctx: Context, interrupted: dict[str, Any]) -> None:
        """Goes on with an act that had to wait for a code. Its tap may be answered by a screen of its own."""
        if data := interrupted.get("tap"):
            await self._tap(ctx, data)
        elif text := interrupted.get("command"):
            await self._command(ctx, text)
        elif (step := interrupted.get("step")) in self._routes.steps and ctx.message is not None:
            ctx.state = replace(ctx.state, step=step, draft=interrupted["draft"])
            handler, audience = self._routes.steps[step]
            await self._act_as(ctx, audience, (STEP, step))
            await handler(ctx, ctx.message.model_copy(update={"text": interrupted["text"]}))

    async def _said_in_private(self, ctx: Context, message: Message) -> None:
        text = message.text or ""
        if text.startswith("/"):
            await self._command(ctx, text)
        elif ctx.state.step is not None and ctx.state.step in self._routes.steps:
            handler, audience = self._routes.steps[ctx.state.step]
            await self._act_as(ctx, audience, (STEP, ctx.state.step))
            await handler(ctx, message)
        elif text:
            await self._routes.fallbacks["text"](ctx, text)
        else:
            await self._routes.fallbacks["media"](ctx, message)

    async def _command(self, ctx: Context, text: str) -> None:
        name, _, rest = text[1:].partition(" ")
        name = name.partition("@")[0].lower()
        if name == "start" and (payload := rest.strip()):
            for prefix in self._starts:
                if payload.startswith(prefix):
                    await self._routes.starts[prefix](ctx, payload[len(prefix):])
                    return
        handler, audience = self._routes.commands.get(name, (self._routes.fallbacks["command"], None))
        instead = self._routes.overrides.get(name)
        if audience == STAFF or instead is not None:
            is_staff = await self._desk.actor(ctx.person.telegram_id, ctx.person.first_name) is not None
            if is_staff and instead is not None:
                handler, audience = instead, STAFF
            elif not is_staff and audience == STAFF:
                handler, audience = self._routes.fallbacks["command"], None
        await self._act_as(ctx, audience, (COMMAND, name))
        await handler(ctx, rest.strip())

    async def _said_in_group(self, ctx: Context, message: Message) -> None:
        """In groups only replies to a staff question and commands are heard; shopping is a private matter.

        A code of an authenticator is noticed too, for it does not belong there.
        """
        name = ctx.state.step or ""
        step = self._routes.steps.get(name)
        # In a topic everything answers the message that opened it.
        replied = message.reply_to_message is not None and message.reply_to_message.forum_topic_created is None
        answers = replied or (name == CODE and _CODE.fullmatch(message.text or "") is not None)
        if ctx.chat_id == self._shop.staff_chat_id and answers and step is not None and step[1] == STAFF:
            await self._act_as(ctx, step[1], (STEP, name))
            await step[0](ctx, message)
        elif (message.text or "").startswith("/"):
            door = link(ctx.t.plain("shared-tap-open-shop"), self._shop.deep_link("group"))
            await self._bot.send_message(ctx.chat_id, ctx.t("shared-only-private"), reply_markup=keyboard([door]))

    async def _act_as(self, ctx: Context, audience: str | None, what: tuple[str, str]) -> None:
        """Staff handlers act as staff, in the group's language where they stand in the group. Raises NotAllowed for who
        is not staff, or lacks the permission that the route `what` needs."""
        if audience == STAFF:
            actor = await self._desk.actor(ctx.person.telegram_id, ctx.person.first_name)
            if actor is None:
                raise NotAllowed(permission="staff")
            if (needs := self._routes.needs.get(what, MEMBER)) != MEMBER:
                actor.require(needs)
            ctx.actor = actor
            if ctx.chat_id == self._shop.staff_chat_id:
                ctx.t = self._shop.translator(self._shop.staff_language)

    async def _fallback_for(self, user: User, kind: str, subject: Any) -> None:
        await self._handle(user, user.id, lambda ctx: self._routes.fallbacks[kind](ctx, subject))

    async def _forbidden(self, telegram_id: int, error: TelegramForbiddenError) -> None:
        """The person has blocked the bot, or a group has put it out."""
        chat_id = getattr(error.method, "chat_id", None)
        if chat_id == telegram_id:
            await self._shop.store.write(customers.mark_blocked, telegram_id, True)
        else:
            log.error("chat %s refuses the bot: %s", chat_id, error.message)

    async def _stale(self, ctx: Context) -> None:
        if ctx.query is not None and ctx.chat_id != ctx.person.telegram_id:
            await ctx.toast(ctx.t.plain("error-stale"))
            return
        if ctx.query is not None:
            await ctx.toast(ctx.t.plain("error-stale"))
        # Home is a customer's screen, also for who came by a staff button.
        ctx.actor = self._shop.buyer(ctx.person)
        await self._routes.fallbacks["home"](ctx, "")

    async def _report(self, t: Translator, chat_id: int, query: CallbackQuery | None, error: Exception) -> None:
        """Logs the error in hand under a reference, and gives the reference to the person and to the owners."""
        reference = await reference_of(self._shop.store, error)
        log.exception("update failed: %s", reference)
        words = t.plain("error-unexpected", reference=reference)
        try:
            if query is not None:
                await self._renderer.answer(query, words, True)
            else:
                home = keyboard([button(t.plain("shared-tap-home"), HomeTap())])
                await self._bot.send_message(chat_id, words, parse_mode=None, reply_markup=home)
        except Exception:  # telling failed as well; the log has the cause
            log.exception("could not tell the person: %s", reference)


def _source(message: Message | None) -> str | None:
    """Where a newcomer came from: the payload of the deep link."""
    text = message.text if message is not None and message.text else ""
    return text.removeprefix("/start ").strip()[:64] or None if text.startswith("/start ") else None
