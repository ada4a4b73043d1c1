"""An import in a shop that is killed time and again, and the demo's whole catalogue out into a file and in again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.composition import open_store
from bot.demo.house import OWNER_ID, demo_settings
from services.catalog.models import ProductRow
from services.importing import exporting
from services.importing.types import Scope
from services.invariants import violations
from services.outbox.models import JobRow
from services.shared import sheets
from services.shared.clock import Clock, MovableClock, SystemClock
from services.shared.db import Store, Tx
from tests.conftest import START
from tests.e2e import test_crash
from tests.e2e.test_crash import Machine
from tests.services.importing import files

machine = test_crash.machine

JOBS = JobRow.__table__
COUNT = 50
GOODS = (
    "categories", "products", "skus", "tags", "product_tags", "media", "listings", "search_documents", "stock",
    "reservations", "low_stock",
)
HEADING = ("SKU 编码", "中文名", "英文名", "分类", "售价", "库存", "上架")


def _store(folder: Path, clock: Clock) -> Store:
    return open_store(demo_settings(folder, "127.0.0.1", 0, "http://127.0.0.1", 0), clock)


async def _ask(machine: Machine, question: Any) -> Any:
    store = _store(machine.folder, SystemClock())
    try:
        return await store.write(question)
    finally:
        await store.close()


async def _again(machine: Machine, crash: str = "") -> None:
    """The process has died; the minute of its leases passes, and another one starts."""
    await machine.wait_for_death()
    await _ask(machine, lambda tx: tx.execute(update(JOBS).values(leased_until=None)))
    await machine.start(crash)


def _goods(tx: Tx) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """The catalogue with its stock, and what is wrong with the books."""
    kept = {name: rows for name, rows in files.snapshot(tx).items() if name in GOODS}
    return kept, [str(found) for found in violations(tx)]


@pytest.mark.long
async def test_killed_in_every_part_an_import_is_done_once_and_taken_back(machine: Machine) -> None:
    before, _ = await _ask(machine, _goods)
    owner = machine.emulator.user(OWNER_ID)
    await machine.start("stage:after:1")
    await owner.send("/admin")
    await owner.expect("管理")
    await owner.tap("📄 导入导出")
    await owner.expect("导入商品")
    rows = [(f"KILL-{n:03}", f"断电 {n}", f"Cut {n}", "flagship", f"{n + 1}.50", str(n), "是") for n in range(COUNT)]
    await owner.send_document(sheets.write_csv([HEADING, *rows]), "断电.csv", "text/csv")
    await _again(machine, "step:after:2")
    await owner.expect("检查好了", timeout=30)
    await owner.tap("🚀 导入")
    await _again(machine, "undo_step:after:1")
    await owner.expect("导入完成", timeout=30)
    after, broken = await _ask(machine, _goods)
    made = [row for row in after["skus"] if row["code"].startswith("KILL-")]
    assert [(row["code"], row["price"]) for row in made] == [(f"KILL-{n:03}", (n + 1) * 100 + 50) for n in range(COUNT)]
    stock = {row["sku_id"]: row["on_hand"] for row in after["stock"]}
    assert [stock[row["id"]] for row in made] == list(range(COUNT))
    assert broken == []
    await owner.tap("↩️ 撤销这次导入")
    await owner.expect("撤销这次导入？")
    await owner.tap(f"↩️ 撤销 {COUNT} 个商品的改动")
    await _again(machine)
    await owner.expect("已撤销", timeout=30)
    now, broken = await _ask(machine, _goods)
    assert now == before and broken == []


@pytest.mark.parametrize("form", exporting.FORMS)
async def test_the_whole_demo_comes_back_unchanged(seeded: Path, tmp_path: Path, form: str) -> None:
    shutil.copy(seeded / "shop.db", tmp_path / "shop.db")
    store = _store(tmp_path, MovableClock(at=START))
    rows: list[Any] = [exporting.columns(files.LI)]
    after: int | None = 0
    while after is not None:
        more, after = await store.read(exporting.page, files.LI, after, Scope())
        rows += more
    write = sheets.write_csv if form == "csv" else sheets.write_xlsx
    before = await store.read(files.snapshot)
    batch, review = await files.check(store, write(rows), f"all.{form}")
    assert [row.fault for row in review.rows if row.fault] == []
    products = await store.read(lambda tx: len(tx.rows(select(ProductRow.__table__.c.id))))
    assert dict(batch.planned) == {"same": products}
    await files.run(store, batch)
    assert await store.read(files.snapshot) == before
    await store.close()


