"""A person who taps every key that they find, in both languages: no key is dead and no screen is a dead end."""

from __future__ import annotations

import re
import shutil
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from wcwidth import width

from bot.demo.emulator.driver import User
from bot.demo.emulator.entities import utf16_length
from bot.demo.emulator.journal import Entry
from bot.demo.emulator.limits import Limits
from bot.demo.emulator.screen import Message, answer_to
from bot.demo.house import EN_ID, ZH_ID, House, opened
from keyboards.taps import HomeTap
from locales import translator
from locales.catalogues import load
from services.cart import service as cart
from services.catalog import favourites
from services.customers import service as customers
from services.customers.addresses import add_address
from services.customers.profile import change_profile
from services.orders import steps
from services.orders.types import Placed
from services.payments.events import apply_event
from services.promotions import wallet
from services.promotions.claiming import claim
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shipping.service import ship
from tests.conftest import START
from tests.e2e import shopping
from tests.ports import free_port
from tests.services.orders.shop import order_now
from tests.services.payments import money

DEPTH, PER_KIND = 5, 3
CAPTION, TEXT, LABEL_CELLS, ROWS = 1024, 4096, 32, 8
PLACEHOLDER = re.compile(r"\{\w*\}")
WORD = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)+")
HOME = HomeTap().pack()
AT_HOME = re.compile(r"^🏠 (青粒优选|Qingli Select)$", re.MULTILINE)
# What these change is gone for the rest of the walk: they come last.
DESTRUCTIVE = re.compile(r"1(pl|ob|kx|kr|kf|aq|pc|fc|mc|ar:\w+:1|oc:\w+:1|or:\w+:1)\b")
# Takes messages away and leaves the screen above them as it was.
CLOSES = re.compile(r"1t6\b")
# A card with two kinds of options and the root of the catalogue in English need one row more.
CATALOGUE = re.compile(r"1g[a-z]*\b")


@pytest.fixture
async def busy_shop(seeded: Path, tmp_path: Path) -> AsyncIterator[House]:
    """The seeded shop, in which nobody slows down for the limits of the real Telegram."""
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder, ignore=shutil.ignore_patterns("pictures"))
    (folder / "pictures").symlink_to(seeded / "pictures")
    limits = Limits(flood=False)
    async with opened(folder, "127.0.0.1", free_port(), MovableClock(at=START), limits=limits) as house:
        yield house


@dataclass
class Walk:
    """Where somebody has been: what is still to be tapped, and what was wrong on the way."""

    house: House
    person: User
    language: str
    seen: set[str] = field(default_factory=set)
    screens: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    taken: Counter[str] = field(default_factory=Counter)
    ahead: deque[tuple[str, int]] = field(default_factory=deque)
    last: deque[tuple[str, int]] = field(default_factory=deque)
    wrong: list[str] = field(default_factory=list)

    async def go(self) -> None:
        while self.ahead or self.last:
            data, depth = (self.ahead or self.last).popleft()
            await self._tap(data, depth)

    async def look(self, came_by: str, depth: int) -> None:
        """Checks what stands now and notes its keys; the question for a contact is left as a person leaves it."""
        if CLOSES.match(came_by):
            return
        shown = self._screen()
        if self.person.keys:
            self._check_words(came_by, shown.text)
            await self.person.send("/cancel")
            await self.house.emulator.idle(quiet=0.03)
            return
        mark = (shown.text, tuple(shown.labels))
        if mark in self.screens:
            return
        self.screens.add(mark)
        self._check(came_by, shown)
        for key in (key for row in shown.buttons for key in row if "callback_data" in key):
            self._note(key["callback_data"], depth + 1)

    def _note(self, data: str, depth: int) -> None:
        kind = data.partition(":")[0]
        if data in self.seen or depth > DEPTH or self.taken[kind] >= PER_KIND:
            return
        self.seen.add(data)
        self.taken[kind] += 1
        (self.last if DESTRUCTIVE.match(data) else self.ahead).append((data, depth))

    async def _tap(self, data: str, depth: int) -> None:
        emulator = self.house.emulator
        person = emulator.people.find(self.person.id)
        stored = emulator.people.place(person, None).messages[self._screen().id]
        answer = await answer_to(emulator, emulator.people.press(person, stored, data), 10)
        self._check_words(f"the answer to {data}", answer.get("text") or "")
        await emulator.idle(quiet=0.03)
        await self.look(data, depth)

    def _screen(self) -> Message:
        return self.person.last_message

    def _check(self, came_by: str, shown: Message) -> None:
        where = f"{came_by} → {shown.text[:60]!r}"
        most = TEXT if shown.kind == "text" else CAPTION
        if utf16_length(shown.text) > most:
            self.wrong.append(f"{where}: longer than {most}")
        keys = [key for row in shown.buttons for key in row]
        taps = [key.get("callback_data", "") for key in keys]
        # A question before a costly act has the act and the way back to the screen that it came from.
        is_question = len(keys) == 2 and any(key.get("style") == "danger" for key in keys)
        if HOME not in taps and not is_question and not AT_HOME.search(shown.text):
            self.wrong.append(f"{where}: no way home in {shown.labels}")
        if len(shown.buttons) > ROWS + any(map(CATALOGUE.match, taps)):
            self.wrong.append(f"{where}: {len(shown.buttons)} rows")
        self.wrong += [f"{where}: too wide: {label}" for label in shown.labels if width(label) > LABEL_CELLS]
        for words in (shown.text, *shown.labels):
            self._check_words(came_by, words)

    def _check_words(self, came_by: str, words: str) -> None:
        broken = translator(self.language, "Asia/Shanghai").plain("error-unexpected", reference="").split("（")[0][:9]
        keys = load(self.language).texts
        for found in (*PLACEHOLDER.findall(words), *(word for word in WORD.findall(words) if word in keys)):
            self.wrong.append(f"{came_by}: {found!r} in {words[:80]!r}")
        if broken in words:
            self.wrong.append(f"{came_by}: {words}")


async def live(store: Store, telegram_id: int) -> None:
    """Gives the person something of everything: address, favourites, coupons, a cart and orders in all states."""
    found = await store.read(customers.find, telegram_id)
    assert found is not None
    actor = customer(found[0].id)
    await store.write(add_address, actor, shopping.HOME)
    await store.write(change_profile, actor, "phone", "13800005678")
    filter_id = await store.read(shopping.sku, shopping.FILTER)
    for coupon in (await store.read(wallet.centre, actor)).coupons[:1]:
        await store.write(claim, actor, coupon.coupon.id)
    for product_id in (1, 2):
        await store.write(favourites.toggle, actor, product_id)
        await store.write(favourites.note_viewed, actor, product_id)
    _unpaid, paid, sent, done, off = [await order_now(store, actor, filter_id) for _ in range(5)]
    for order in (paid, sent, done):
        await pay(store, actor, order)
    for number, order in ((1, sent), (2, done)):
        await store.write(ship, SYSTEM, order.order_id, "shunfeng", f"SF14000000000{number}")
    await store.write(steps.set_fulfilment, done.order_id, SYSTEM, "delivered")
    await store.write(steps.complete, done.order_id, SYSTEM)
    await store.write(steps.cancel, off.order_id, SYSTEM, "customer")
    await store.write(cart.add, actor, filter_id, 2)


async def pay(store: Store, actor: Actor, order: Placed) -> None:
    attempt = await money.start(store, money.RecordingProvider(), actor, order.order_id)
    await store.write(apply_event, money.event(attempt))


def count_answers(house: House) -> Counter[str]:
    """How often each tap is answered from now on."""
    answers: Counter[str] = Counter()
    journal = house.emulator.world.journal
    before = journal.on_entry

    def note(entry: Entry) -> None:
        if entry.what == "answerCallbackQuery":
            answers[str(entry.body["callback_query_id"])] += 1
        if before is not None:
            before(entry)

    journal.on_entry = note
    return answers


@pytest.mark.parametrize(("person_id", "language"), [(ZH_ID, "zh"), (EN_ID, "en")], ids=["zh", "en"])
async def test_every_key_does_something_and_every_screen_leads_home(
    busy_shop: House, person_id: int, language: str
) -> None:
    emulator, store = busy_shop.emulator, busy_shop.application.shop.store
    person = emulator.user(person_id)
    await person.send("/start")
    await person.expect("青粒优选|Qingli Select")
    await live(store, person_id)
    for number in (1, 2):
        await person.expect(f"SF14000000000{number}", timeout=10)
    walk, answers = Walk(busy_shop, person, language), count_answers(busy_shop)
    for entrance in ("/start", "/help", "/cart", "/orders", "/coupons", "/search", "/language", "灯"):
        await person.send(entrance)
        await emulator.idle(quiet=0.05)
        await walk.look(entrance, 0)
    await walk.go()
    assert not walk.wrong, "\n".join(walk.wrong)
    assert len(walk.screens) > 60, len(walk.screens)
    await emulator.idle()
    # A key of one screen tapped from another may lead to what stands there already, which Telegram says and the bot
    # passes over.
    emulator.assert_clean(allow=["message is not modified"])
    assert set(answers.values()) == {1}
