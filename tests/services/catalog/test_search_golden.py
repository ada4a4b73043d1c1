"""Thirty things that people type, each with the product that they mean. It has to be among the first three."""

from __future__ import annotations

from sqlalchemy import select

from bot.demo.catalogue import load_catalogue
from bot.demo.seed.catalogue import put_catalogue
from services.catalog import search
from services.catalog.models import ProductRow
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx

PRODUCTS = ProductRow.__table__
GOLDEN = {
    "净化器": "HY-P3", "空净": "HY-P3", "卧室净化器": "HY-P3M", "卧室 净化器": "HY-P3M", "除甲醛": "HY-P3",
    "耳机": "QL-A4", "蓝牙耳机": "QL-A4", "充电宝": "QL-PB10", "老人机": "QL-E1", "扫地机": "XZ-RB7",
    "电饭锅": "XZ-R4", "灯": "LM-BL1", "滤芯": "HY-P3F", "儿童手表": "QL-WK", "大屏电视": "QL-TV98",
    "一级能效 冰箱": "HY-F215", "贴膜": "QL-GF1", "门锁": "LM-LK3", "皓屿 加湿器": "HY-HM4", "QL-L14": "QL-L14",
    "purifier": "HY-P3", "bedroom purifier": "HY-P3M", "smart plug": "LM-PL1", "washing machine": "HY-W10",
    "noise cancelling": "QL-A4", "laptop": "QL-L14", "65w charger": "QL-C65", "hair dryer": "XZ-HD1",
    "projecter": "QL-PJ2", "fridges": "HY-F215",
}


def top_three(tx: Tx, words: str) -> list[str]:
    codes = {row.id: row.code for row in tx.rows(select(PRODUCTS.c.id, PRODUCTS.c.code))}
    return [codes[product_id] for product_id in search.find(tx, words).product_ids[:3]]


async def test_people_find_what_they_mean(any_store: Store) -> None:
    await any_store.write(put_catalogue, SYSTEM, load_catalogue())
    missed = {
        words: found
        for words, wanted in GOLDEN.items()
        if wanted not in (found := await any_store.read(top_three, words))
    }
    assert len(GOLDEN) == 30
    assert missed == {}
