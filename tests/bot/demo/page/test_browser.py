"""The page in a real browser, against a scripted server."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from tests.bot.demo.page.browsing import Open, needs_chromium, opener, seat
from tests.bot.demo.page.conversation import GROUP, JAY, LIN, OWNER, PIXEL, WANG
from tests.bot.demo.page.fake_emulator import FakeEmulator

pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def fake() -> FakeEmulator:
    return FakeEmulator()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, fake: FakeEmulator) -> AsyncIterator[Open]:
    async with TestServer(fake.app(), host="127.0.0.1") as server, opener(browser, str(server.make_url("/"))) as open_:
        yield open_
        await fake.hang_up()


async def test_people_sit_side_by_side_each_in_their_language(open_page: Open) -> None:
    page = await open_page("en")
    assert await page.title() == "Demo · Qingli Select"
    seats = page.locator(".seat")
    assert await seats.evaluate_all("all => all.map(seat => seat.lang)") == ["zh-CN", "en", "zh-CN", "zh-CN"]
    assert await seat(page, LIN).locator(".peer .t").inner_text() == "青粒优选机器人"
    assert await seat(page, JAY).locator(".peer .t").inner_text() == "Qingli Selectbot"
    assert await seat(page, LIN).get_by_role("log").get_attribute("aria-label") == "与青粒优选的对话"
    assert await page.locator(".clock").inner_text() == "14:06\nSun, Nov 22"


async def test_text_of_a_message_never_becomes_markup(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    evil = '<img src="x"><iframe src="/"></iframe><a href="javascript:alert(1)">x</a><b>b</b> /help'
    await fake.say(LIN, evil)
    await fake.say(LIN, "", text="<i>plain</i>")
    newest = seat(page, LIN).locator(".msg").last
    await expect(newest.locator(".bub")).to_contain_text("<i>plain</i>")
    dirty = seat(page, LIN).locator(".msg").nth(-2)
    assert await dirty.locator("img, iframe").count() == 0
    assert await dirty.locator("a").get_attribute("href") == "#"
    assert await dirty.locator("b").inner_text() == "b"
    await dirty.locator(".cmd").click()
    assert (await fake.wait_for_act("send"))["text"] == "/help"


async def test_a_tapped_key_is_busy_until_the_bot_answers(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    key = seat(page, LIN).get_by_role("button", name="⚡ 立即购买")
    await key.click()
    await key.click()
    act = await fake.wait_for_act("tap")
    assert act == {"do": "tap", "person": LIN, "chat": LIN, "message": 3, "i": "3:1"}
    await expect(key).to_have_attribute("aria-busy", "true")
    await fake.tell(t="answer", person=LIN, query="1", text="请稍候", alert=False, url=None)
    await expect(seat(page, LIN).locator(".toast")).to_have_text("请稍候")
    assert await key.get_attribute("aria-busy") is None
    assert [one["do"] for one in fake.acts] == ["tap"]


async def test_an_edited_card_is_redrawn_in_place(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    lin = seat(page, LIN)
    count = await lin.locator(".msg").count()
    await lin.get_by_role("button", name="＋").focus()
    await page.keyboard.press("Enter")
    await expect(lin.locator(".k-n").nth(1)).to_have_text("2")
    assert await lin.locator(".msg").count() == count
    assert await page.evaluate("document.activeElement.dataset.i") == "2:2"


async def test_disabled_keys_stay_quiet(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    sold_out = seat(page, LIN).get_by_role("button", name="黑 ✖ 售罄")
    assert await sold_out.get_attribute("aria-disabled") == "true"
    await sold_out.click(force=True)
    await seat(page, LIN).get_by_role("button", name="🛒 加入购物车").click()
    await fake.wait_for_act("tap")
    assert [act["i"] for act in fake.acts] == ["3:0"]


async def test_an_alert_covers_its_own_chat_and_gives_the_focus_back(open_page: Open) -> None:
    page = await open_page()
    jay = seat(page, JAY)
    await jay.get_by_role("button", name="✅ I've paid").click()
    box = jay.get_by_role("alertdialog")
    await expect(box).to_contain_text("No payment yet")
    assert await page.locator(".veil").count() == 1
    assert await page.evaluate("document.activeElement.textContent") == "Got it"
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    assert await page.evaluate("document.activeElement.title") == "✅ I've paid"


async def test_links_to_the_bot_stay_in_the_page(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    await seat(page, JAY).get_by_role("link", name="Help").click()
    assert await fake.wait_for_act("start") == {"do": "start", "person": JAY, "payload": "help"}
    await seat(page, WANG, GROUP).get_by_role("link", name="👁 完整信息").click()
    assert await fake.wait_for_act("start", 2) == {"do": "start", "person": WANG, "payload": "o1"}
    await expect(seat(page, WANG)).to_be_visible()
    assert len(page.context.pages) == 1


async def test_other_links_open_a_new_tab(open_page: Open) -> None:
    page = await open_page()
    async with page.context.expect_page() as opened:
        await seat(page, JAY).get_by_role("link", name="🔗 Open pay page").click()
    tab = await opened.value
    assert tab.url == "http://127.0.0.1/pay/abc" or tab.url.startswith(("about:", "chrome-error:"))
    assert (
        await seat(page, JAY).get_by_role("link", name="🔗 Open pay page").get_attribute("rel") == "noopener noreferrer"
    )


async def test_copy_keys_copy(open_page: Open) -> None:
    page = await open_page()
    await seat(page, JAY).get_by_role("button", name="📋 Copy order no.").click()
    await expect(seat(page, JAY).locator(".toast")).to_have_text("Copied QL-261122-7F3A")
    assert await page.evaluate("navigator.clipboard.readText()") == "QL-261122-7F3A"


async def test_writing_replying_and_typing(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    wang = seat(page, WANG, GROUP)
    await wang.locator('[data-id="2"]').hover()
    await wang.locator('[data-id="2"] .rep').click()
    await wang.get_by_role("textbox").fill("第一行\n第二行")
    await wang.get_by_role("textbox").press("Enter")
    act = await fake.wait_for_act("send")
    assert act == {"do": "send", "person": WANG, "chat": GROUP, "text": "第一行\n第二行", "thread": 10, "reply_to": 2}
    sent = wang.locator(".msg").last
    await expect(sent.locator(".quote")).to_contain_text("电饭煲在 B-02-4，我去拿")
    await expect(wang.locator(".peer .s")).to_have_text("正在输入…")
    await expect(wang.get_by_role("img", name="青粒优选正在输入")).to_be_visible()
    await fake.say(GROUP, "好的", thread=10)
    await expect(wang.locator(".peer .s")).to_have_text("5 位成员")


async def test_the_reply_keyboard_sends_its_text_and_the_menu_the_contact(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    lin = seat(page, LIN)
    await lin.get_by_role("button", name="📦 订单").click()
    assert await fake.wait_for_act("reply_button") == {
        "do": "reply_button",
        "person": LIN,
        "chat": LIN,
        "text": "📦 订单",
    }
    await lin.get_by_role("button", name="发送图片、文件或联系方式").click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert await fake.wait_for_act("share_contact") == {"do": "share_contact", "person": LIN, "chat": LIN}


async def test_inline_mode_searches_and_chooses(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    lin = seat(page, LIN)
    await lin.get_by_role("button", name="↗️ 分享").click()
    assert await lin.get_by_role("textbox").input_value() == "@qingli_bot P3"
    assert await fake.wait_for_act("inline") == {
        "do": "inline",
        "person": LIN,
        "chat": LIN,
        "query": "P3",
        "offset": "",
    }
    options = lin.get_by_role("option")
    await expect(options).to_have_text(["登录看会员价", "净屏 P3 空气净化器¥1,299.00 · 库存充足", "P3 复合滤芯¥159.00"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    chosen = {"do": "choose_inline", "person": LIN, "chat": LIN, "result": "p3"}
    assert await fake.wait_for_act("choose_inline") == chosen
    await expect(lin.locator(".via")).to_have_text("通过 @qingli_bot")


async def test_commands_are_offered_as_they_are_typed(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    jay = seat(page, JAY)
    await jay.get_by_role("textbox").fill("/o")
    await expect(jay.get_by_role("option")).to_have_text(["/orders我的订单"])
    await jay.get_by_role("option").click()
    assert (await fake.wait_for_act("send"))["text"] == "/orders"


async def test_a_file_goes_up_with_its_caption(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    owner = seat(page, OWNER)
    picture = {"name": "回单.png", "mimeType": "image/png", "buffer": PIXEL}
    await owner.locator("input[type=file]").set_input_files(picture)
    await expect(owner.locator(".strip")).to_contain_text("回单.png")
    await owner.get_by_role("textbox").fill("转账回单")
    await owner.get_by_role("button", name="发送", exact=True).click()
    act = await fake.wait_for_act("send_upload")
    assert act == {
        "do": "send_upload",
        "person": OWNER,
        "chat": OWNER,
        "upload": "u1",
        "kind": "photo",
        "caption": "转账回单",
    }
    assert fake.uploads == [("回单.png", PIXEL)]
    await expect(owner.locator(".strip")).to_have_count(0)


async def test_a_pasted_picture_waits_for_its_caption(open_page: Open) -> None:
    page = await open_page()
    field = seat(page, JAY).get_by_role("textbox")
    await field.evaluate(
        """field => {
            const data = new DataTransfer();
            data.items.add(new File(['x'], 'clip.png', { type: 'image/png' }));
            field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true }));
        }"""
    )
    await expect(seat(page, JAY).locator(".strip")).to_contain_text("clip.png")
    assert await field.get_attribute("placeholder") == "Add a caption"
    await seat(page, JAY).get_by_role("button", name="Remove clip.png").click()
    await expect(seat(page, JAY).locator(".strip")).to_have_count(0)


async def test_an_answer_may_start_the_bot_by_its_link(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    await seat(page, LIN).get_by_role("button", name="⚡ 立即购买").click()
    await fake.wait_for_act("tap")
    await fake.tell(t="answer", person=LIN, query="1", text=None, alert=False, url="https://t.me/qingli_bot?start=pay1")
    assert await fake.wait_for_act("start") == {"do": "start", "person": LIN, "payload": "pay1"}


async def test_a_refusal_ends_the_wait_and_says_why(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    key = seat(page, JAY).get_by_role("button", name="🔁 Change method")
    await key.click()
    await fake.wait_for_act("tap")
    await fake.tell(t="refused", person=JAY, error="no_answer")
    await expect(seat(page, JAY).locator(".toast")).to_have_text("That did not work: the bot did not answer")
    assert await key.get_attribute("aria-busy") is None


async def test_the_clock_moves_and_countdowns_follow(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    left = seat(page, JAY).locator("time[data-unix]")
    assert re.fullmatch(r"in 14:3[0-2]", await left.inner_text())
    await page.get_by_role("button", name="+1 天").first.click()
    assert await fake.wait_for_act("clock") == {"do": "clock", "seconds": 86_400}
    await expect(seat(page, JAY).locator(".toast")).to_have_text("Clock moved to 14:06")
    await expect(left).to_have_text("yesterday")
    assert await page.locator(".clock").inner_text() == "14:06\n11月23日周一"


async def test_blocking_and_the_way_back(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    lin = seat(page, LIN)
    await lin.get_by_role("button", name="更多").click()
    await lin.get_by_role("menuitem", name="停用机器人").click()
    assert await fake.wait_for_act("block") == {"do": "block", "person": LIN}
    await fake.tell_person(LIN, blocked=True)
    await expect(lin.locator(".peer .s")).to_have_text("已停用这个机器人")
    assert not await lin.get_by_role("textbox").is_visible()
    await lin.get_by_role("button", name="重新启用机器人").click()
    assert await fake.wait_for_act("unblock") == {"do": "unblock", "person": LIN}


async def test_a_person_changes_language(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    await seat(page, LIN).get_by_role("button", name="更多").click()
    await seat(page, LIN).get_by_role("menuitem", name="把 Telegram 切换到英文").click()
    assert await fake.wait_for_act("language") == {"do": "language", "person": LIN, "language": "en"}
    await fake.tell_person(LIN, language="en")
    await expect(seat(page, LIN).locator(".peer .t")).to_have_text("Qingli Selectbot")
    assert await seat(page, LIN).get_attribute("lang") == "en"


async def test_topics_have_their_own_talk_and_unread(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    wang = seat(page, WANG, GROUP)
    await fake.say(GROUP, "AS-0193 换货申请", thread=20, thread_name="🛟 售后")
    tab = wang.get_by_role("tab", name="售后")
    await expect(tab).to_have_text("🛟 售后1")
    assert await wang.get_by_text("AS-0193").count() == 0
    await tab.click()
    await expect(wang.locator(".msg")).to_have_count(2)
    await expect(tab).to_have_text("🛟 售后")


async def test_people_come_and_go(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    await seat(page, JAY).get_by_role("button", name="收起这个窗口").click()
    assert await page.locator(".seat").count() == 3
    await page.get_by_role("button", name="添加人物").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Jay 阿杰").click()
    await expect(seat(page, JAY)).to_be_visible()
    await page.get_by_role("button", name="添加人物").first.click()
    await page.get_by_label("名字").fill("Maria")
    await page.get_by_role("radio", name="English").check()
    await page.get_by_role("dialog").get_by_role("button", name="添加", exact=True).click()
    assert await fake.wait_for_act("add_person") == {"do": "add_person", "first_name": "Maria", "language": "en"}
    new = page.locator(".seat").last
    await expect(new.get_by_role("button", name="Start")).to_be_visible()
    await new.get_by_role("button", name="Start").click()
    assert (await fake.wait_for_act("start"))["do"] == "start"
    await expect(new.get_by_role("textbox")).to_be_visible()


async def test_the_event_log_filters_and_opens(open_page: Open) -> None:
    page = await open_page()
    await page.get_by_role("button", name="事件日志 5").click()
    drawer = page.get_by_role("dialog", name="事件日志")
    rows = drawer.locator("details")
    await expect(rows).to_have_count(5)
    await drawer.get_by_role("button", name="出错 1").click()
    await expect(rows).to_have_count(1)
    await rows.locator("summary").click()
    await expect(rows.locator("pre")).to_contain_text("Too Many Requests: retry after 1")
    await drawer.get_by_role("button", name="复制为文本").click()
    await expect(drawer.get_by_role("status")).to_have_text("日志已复制")
    assert "editMessageText" in await page.evaluate("navigator.clipboard.readText()")
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()


async def test_a_reset_is_asked_for_first(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    await page.get_by_role("button", name="重置").first.click()
    await page.get_by_role("button", name="取消").click()
    await seat(page, LIN).get_by_role("button", name="收起这个窗口").first.click()
    await page.get_by_role("button", name="重置").first.click()
    await page.get_by_role("button", name="重新开始").click()
    await fake.wait_for_act("reset")
    await expect(page.locator(".seat")).to_have_count(4)
    assert [act["do"] for act in fake.acts] == ["reset"]


async def test_a_lost_connection_comes_back_with_the_same_windows(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page()
    await seat(page, OWNER).get_by_role("button", name="收起这个窗口").first.click()
    await seat(page, JAY).get_by_role("textbox").fill("half a sentence")
    await fake.hang_up()
    await expect(page.get_by_text("正在重新连接…")).to_be_visible()
    await expect(page.get_by_text("正在重新连接…")).to_be_hidden()
    await expect(page.locator(".seat")).to_have_count(3)
    await expect(seat(page, JAY).get_by_role("textbox")).to_have_value("half a sentence")


async def test_a_phone_shows_one_chat_and_the_unread_of_the_others(open_page: Open, fake: FakeEmulator) -> None:
    page = await open_page("zh", 390, 844)
    assert await page.locator(".seat").evaluate_all("all => all.filter(one => one.offsetParent).length") == 1
    await fake.say(OWNER, "昨日小结")
    tab = page.get_by_role("tab", name="店主")
    await expect(tab.locator(".count")).to_have_text("1")
    await tab.click()
    await expect(tab.locator(".count")).to_have_count(0)
    await expect(seat(page, OWNER).locator(".unread")).to_be_visible()
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("tab", name="青粒 · 订单中台")).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    targets = page.locator(".seat[data-on] .k:visible, .seat[data-on] .ib:visible, .switch button")
    heights = await targets.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(heights) > 6
    assert min(heights) >= 44


async def test_a_photo_opens_large(open_page: Open) -> None:
    page = await open_page()
    await seat(page, LIN).get_by_role("button", name="照片").click()
    await expect(page.get_by_role("dialog", name="照片").locator("img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="照片")).to_have_count(0)
