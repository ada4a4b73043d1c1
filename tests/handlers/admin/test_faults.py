"""An unexpected error: the person and the owners see one reference, and it is told once an hour."""

from __future__ import annotations

import re

from bot.demo.house import EN_ID, OWNER_ID, House
from bot.faults import cause_of
from tests.bot.test_updates import sql
from tests.handlers.admin.test_team import started
from tests.handlers.running import shop  # noqa: F401 - the fixture `shop`

REFERENCE = re.compile(r"E-[0-9A-Z]{4}")


async def test_one_alarm_for_each_cause_with_the_persons_reference(shop: House) -> None:  # noqa: F811
    boss, jay = await started(shop, OWNER_ID), await started(shop, EN_ID)
    await jay.send("/menu")
    await jay.expect("🏠")
    sql(shop, "ALTER TABLE favourites RENAME TO gone")
    answer = await (await jay.tap("❤ Favourites")).answered()
    found = REFERENCE.search(answer["text"])
    assert found is not None
    alarm = await boss.expect("🚨 程序出错")
    assert found[0] in alarm.text and "OperationalError services/catalog/" in alarm.text
    assert "一小时内 1 次" in alarm.text and "no such table" not in alarm.text
    again = await (await jay.tap("❤ Favourites")).answered()
    assert found[0] in again["text"]
    await shop.emulator.move_clock(61)
    counted = await boss.expect("一小时内 2 次")
    assert counted.id == alarm.id
    sql(shop, "ALTER TABLE gone RENAME TO favourites")


async def test_what_is_said_to_a_message_has_a_way_home(shop: House) -> None:  # noqa: F811
    jay = await started(shop, EN_ID)
    sql(shop, "ALTER TABLE cart_lines RENAME TO gone")
    await jay.send("/cart")
    told = await jay.expect(REFERENCE)
    assert told.labels == ["🏠 Home"]
    sql(shop, "ALTER TABLE gone RENAME TO cart_lines")


def test_a_cause_is_a_class_and_a_place() -> None:
    try:
        int("13812345678 is my number")
    except ValueError as error:
        assert re.fullmatch(r"ValueError tests/handlers/admin/test_faults\.py:\d+ test_a_cause_is_a_class_and_a_place",
                            cause_of(error))
