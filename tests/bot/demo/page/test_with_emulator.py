"""The page on the real emulator, with an unmodified aiogram bot behind it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    DisabledButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    LabeledPrice,
    Message,
    PreCheckoutQuery,
    ReplyKeyboardMarkup,
)
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.demo.emulator import Emulator, Limits
from bot.demo.page import routes
from services.shared.clock import MovableClock
from tests.bot.demo.page.browsing import Open, needs_chromium, opener, seat
from tests.bot.demo.page.conversation import PIXEL

pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]

TOKEN = "4242:TEST-token_of-the-page"
LIN, WANG = 1001, 1002
START = datetime(2026, 11, 22, 6, 6, tzinfo=UTC)


def card(quantity: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text="−", callback_data=f"n:{quantity - 1}"),
                InlineKeyboardButton(text=str(quantity), callback_data="same"),
                InlineKeyboardButton(text="＋", callback_data=f"n:{quantity + 1}"),
            ],
            [
                InlineKeyboardButton(text="买", callback_data="buy", style="primary"),
                InlineKeyboardButton(text="售罄", disabled=DisabledButton()),
            ],
            [
                InlineKeyboardButton(text="分享", switch_inline_query_current_chat="茶"),
                InlineKeyboardButton(text="首页", url="https://t.me/shop_bot?start=home"),
            ],
        ]
    )


def shop() -> Router:
    router = Router()
    photo = BufferedInputFile(PIXEL, "tea.png")
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="我的手机", request_contact=True)]])

    @router.message(CommandStart())
    async def start(message: Message, command: CommandObject) -> None:
        await message.answer(f"<b>你好</b> {command.args or ''}", parse_mode="HTML", reply_markup=keys)
        await message.answer_photo(photo, caption="茶 1", reply_markup=card(1))

    @router.callback_query(F.data.startswith("n:"))
    async def change(query: CallbackQuery) -> None:
        quantity = int((query.data or "")[2:])
        assert isinstance(query.message, Message)
        await query.message.edit_media(
            InputMediaPhoto(media=photo, caption=f"茶 {quantity}"), reply_markup=card(quantity)
        )
        await query.answer()

    @router.callback_query(F.data == "buy")
    async def buy(query: CallbackQuery) -> None:
        await query.answer("没有库存了", show_alert=True)

    @router.message(F.contact)
    async def contact(message: Message) -> None:
        assert message.contact is not None
        await message.answer(f"收到 {message.contact.phone_number}")

    @router.message(F.photo)
    async def picture(message: Message) -> None:
        await message.reply(f"回单：{message.caption}")

    @router.message(F.text == "账单")
    async def bill(message: Message) -> None:
        await message.answer_invoice("一杯茶", "龙井", "A1", "XTR", [LabeledPrice(label="茶", amount=5)])
        assert message.bot is not None
        link = await message.bot.create_invoice_link("茶", "龙井", "A2", "XTR", [LabeledPrice(label="茶", amount=7)])
        here = InlineKeyboardButton(text="付款", url=link)
        await message.answer("或者", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[here]]))

    @router.pre_checkout_query()
    async def agree(query: PreCheckoutQuery) -> None:
        await query.answer(ok=query.invoice_payload == "A1", error_message="卖完了")

    @router.inline_query()
    async def search(query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text="龙井 ¥12.00")
        result = InlineQueryResultArticle(id="tea", title="龙井", description="¥12.00", input_message_content=content)
        await query.answer([result], cache_time=0)

    return router


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(at=START)


@pytest_asyncio.fixture(loop_scope="module")
async def emulator(clock: MovableClock) -> Emulator:
    emulator = Emulator(TOKEN, "shop_bot", {"zh": "小店", "en": "Shop"}, clock, Limits())
    emulator.add_person(LIN, "林小满", "zh-hans", about={"zh": "客户", "en": "Customer"}, letter="林")
    emulator.add_person(WANG, "小王", "zh", avatar="c", letter="王")
    group = emulator.add_group("订单组", members=[WANG], admins=[LIN])
    emulator.seat(LIN)
    emulator.seat(WANG, group)
    return emulator


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, emulator: Emulator) -> AsyncIterator[Open]:
    app = web.Application(client_max_size=64 << 20)
    app.add_routes([*routes(), *emulator.routes()])
    async with TestServer(app, host="127.0.0.1") as server:
        await emulator.start()
        api = TelegramAPIServer.from_base(str(server.make_url("")).rstrip("/"))
        bot = Bot(TOKEN, session=AiohttpSession(api=api))
        await bot.set_my_commands([BotCommand(command="start", description="首页")])
        dispatcher = Dispatcher()
        dispatcher.include_router(shop())
        polling = asyncio.ensure_future(dispatcher.start_polling(bot, handle_signals=False))
        async with opener(browser, str(server.make_url("/"))) as open_:
            yield open_
        await dispatcher.stop_polling()
        await polling
        await emulator.stop()


async def begin(page: Page) -> None:
    await seat(page, LIN).get_by_role("button", name="开始").click()
    await expect(seat(page, LIN).locator(".msg")).to_have_count(3)


async def test_a_first_visit_with_taps(open_page: Open, emulator: Emulator) -> None:
    page = await open_page()
    await begin(page)
    lin = seat(page, LIN)
    await expect(lin.locator(".msg").nth(1).locator("b")).to_have_text("你好")
    await lin.get_by_role("button", name="＋").click()
    await expect(lin.locator(".cap")).to_contain_text("茶 2")
    await expect(lin.locator(".k-n")).to_have_text("2")
    await expect(lin.locator("[aria-busy]")).to_have_count(0)
    await lin.get_by_role("button", name="买").click()
    await expect(lin.get_by_role("alertdialog")).to_contain_text("没有库存了")
    await page.keyboard.press("Escape")
    await lin.get_by_role("link", name="首页").click()
    await expect(lin.locator(".msg")).to_have_count(6)
    await expect(lin.locator(".msg").nth(4)).to_contain_text("你好 home")
    assert await emulator.idle()
    emulator.assert_clean()


async def test_an_invoice_is_paid_in_a_sheet(open_page: Open, emulator: Emulator) -> None:
    page = await open_page()
    await begin(page)
    lin = seat(page, LIN)
    await lin.get_by_role("textbox").fill("账单")
    await lin.get_by_role("button", name="发送", exact=True).click()
    await expect(lin.locator(".msg").nth(4)).to_contain_text("⭐ 5")
    await lin.get_by_role("button", name="Pay 5 XTR").click()
    await page.get_by_role("button", name="取消").click()
    await lin.get_by_role("button", name="Pay 5 XTR").click()
    await page.get_by_role("button", name="支付 ⭐ 5").click()
    await expect(lin.get_by_text("你已支付 ⭐ 5")).to_be_visible()
    await lin.get_by_role("link", name="付款").click()
    await page.get_by_role("button", name="支付 ⭐ 7").click()
    await expect(lin.locator(".toast")).to_contain_text("卖完了")
    assert await emulator.idle()
    assert [charge.total for charge in emulator.world.till.charges] == [5]


async def test_contact_picture_and_inline_results(open_page: Open, emulator: Emulator) -> None:
    page = await open_page()
    await begin(page)
    lin = seat(page, LIN)
    await lin.get_by_role("button", name="我的手机").click()
    await expect(lin.locator(".msg").last).to_contain_text("收到 ")
    await lin.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PIXEL})
    await lin.get_by_role("textbox").fill("转账")
    await lin.get_by_role("button", name="发送", exact=True).click()
    await expect(lin.locator(".msg").last).to_contain_text("回单：转账")
    await lin.get_by_role("button", name="分享").click()
    await lin.get_by_role("option", name="龙井").click()
    await expect(lin.locator(".msg.out").last).to_contain_text("龙井 ¥12.00")
    assert await emulator.idle()
    emulator.assert_clean()


async def test_block_language_clock_and_reset(open_page: Open, emulator: Emulator, clock: MovableClock) -> None:
    page = await open_page()
    await begin(page)
    lin = seat(page, LIN)
    await lin.get_by_role("button", name="更多").click()
    await lin.get_by_role("menuitem", name="停用机器人").click()
    await lin.get_by_role("button", name="重新启用机器人").click()
    await expect(lin.get_by_role("textbox")).to_be_visible()
    await lin.get_by_role("button", name="更多").click()
    await lin.get_by_role("menuitem", name="把 Telegram 切换到英文").click()
    await expect(lin.locator(".peer .t")).to_have_text("Shopbot")
    await page.get_by_role("button", name="+3 天").first.click()
    await expect(page.locator(".clock")).to_contain_text("11月25日")
    await page.get_by_role("button", name="重置").first.click()
    await page.get_by_role("button", name="重新开始").click()
    await expect(seat(page, LIN).get_by_role("button", name="Start")).to_be_visible()


async def test_refusals_are_said_in_words(open_page: Open) -> None:
    page = await open_page()
    await begin(page)
    lin = seat(page, LIN)
    await lin.get_by_role("button", name="更多").click()
    await lin.get_by_role("menuitem", name="打开深度链接…").click()
    await page.get_by_label("start 参数或 t.me 链接").fill("https://t.me/shop_bot?start=a.b")
    await page.get_by_role("button", name="打开", exact=True).click()
    await expect(lin.locator(".toast")).to_contain_text("start 参数只能有字母、数字、_ 和 -")
