"""A small shop in plain aiogram: the bot that the emulator is proved with."""

from __future__ import annotations

import contextlib

from aiogram import Dispatcher, F
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    ChosenInlineResult,
    CopyTextButton,
    DisabledButton,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.bot.demo.emulator.conftest import png


def markup(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(buttons)])


CATALOGUE = markup(
    InlineKeyboardButton(text="Tea", callback_data="p:tea", style="primary"),
    InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="A-1")),
    InlineKeyboardButton(text="Gone", disabled=DisabledButton()),
)


async def start(message: Message, command: CommandObject) -> None:
    await message.answer(f"<b>Welcome</b> {command.args or 'stranger'}", parse_mode="HTML", reply_markup=CATALOGUE)


async def product(query: CallbackQuery) -> None:
    await query.answer("Here it is")
    if isinstance(query.message, InaccessibleMessage) or query.message is None:
        await query.bot.send_message(query.from_user.id, "A fresh screen")
        return
    media = InputMediaPhoto(media=BufferedInputFile(png(640, 480), "tea.png"), caption="Tea")
    with contextlib.suppress(TelegramBadRequest):
        await query.message.edit_media(
            media, reply_markup=markup(InlineKeyboardButton(text="Share", switch_inline_query="t"))
        )


async def ask_phone(message: Message) -> None:
    key = KeyboardButton(text="Share my number", request_contact=True)
    await message.answer("Your number?", reply_markup=ReplyKeyboardMarkup(keyboard=[[key]], one_time_keyboard=True))


async def take_phone(message: Message) -> None:
    await message.answer(f"Got {message.contact.phone_number}", reply_markup=ReplyKeyboardRemove())


async def take_photo(message: Message) -> None:
    file = await message.bot.download(message.photo[-1].file_id)
    await message.reply(f"{len(file.read())} bytes, {message.photo[-1].width} wide")


async def take_document(message: Message) -> None:
    await message.answer_document(BufferedInputFile(b"a,b\n", "copy.csv"), caption=message.document.file_name)


async def album(message: Message) -> None:
    files = [BufferedInputFile(png(10, 10, color), f"{color}.png") for color in ("red", "blue")]
    await message.answer_media_group([InputMediaPhoto(media=file) for file in files])


async def search(query: InlineQuery) -> None:
    result = InlineQueryResultArticle(
        id="tea",
        title="Tea",
        input_message_content=InputTextMessageContent(message_text="Tea, 12.00"),
        reply_markup=markup(InlineKeyboardButton(text="Open", url="https://t.me/shop_bot?start=p1")),
    )
    await query.answer([result], cache_time=0, is_personal=True)


chosen: list[ChosenInlineResult] = []
memberships: list[ChatMemberUpdated] = []


async def on_chosen(result: ChosenInlineResult) -> None:
    chosen.append(result)


async def on_membership(change: ChatMemberUpdated) -> None:
    memberships.append(change)


def dispatcher_of_the_shop() -> Dispatcher:
    dispatcher = Dispatcher()
    dispatcher.message.register(start, CommandStart())
    dispatcher.callback_query.register(product, F.data == "p:tea")
    dispatcher.message.register(ask_phone, Command("phone"))
    dispatcher.message.register(take_phone, F.contact)
    dispatcher.message.register(take_photo, F.photo)
    dispatcher.message.register(take_document, F.document)
    dispatcher.message.register(album, Command("album"))
    dispatcher.inline_query.register(search)
    dispatcher.chosen_inline_result.register(on_chosen)
    dispatcher.my_chat_member.register(on_membership)
    return dispatcher
