"""The demo catalogue holds what the demo promises, and refuses files that contradict themselves."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import bot.demo.catalogue as package
from bot.demo.catalogue import CatalogueError, Text, load_catalogue, other_prices
from bot.demo.catalogue.loader import read_catalogue

HERE = Path(package.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue files that a test may spoil."""
    shutil.copytree(HERE, tmp_path / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "catalogue"


def spoil(folder: Path, code: str, changes: dict[str, Any]) -> None:
    for path in (folder / "products").glob("*.json"):
        rows = json.loads(path.read_text(encoding="utf-8"))
        for row in rows:
            if row["code"] == code:
                row.update(changes)
        path.write_text(json.dumps(rows), encoding="utf-8")


def test_size_of_the_shops_own_range() -> None:
    catalogue = load_catalogue()
    assert Counter(category.level for category in catalogue.categories) == {1: 7, 2: 19, 3: 44}
    assert len(catalogue.shop_products) == 69
    assert sum(len(product.skus) for product in catalogue.shop_products) == 129
    assert len(catalogue.brands) == 4
    assert len(catalogue.tags) == 53


def test_every_leaf_category_has_something_to_sell() -> None:
    catalogue = load_catalogue()
    leaves = {category.code for category in catalogue.categories if category.level == 3}
    assert {product.category for product in catalogue.shop_products} == leaves


def test_samples_stand_apart_one_for_each_awkward_case() -> None:
    samples = {sample.code: sample for sample in load_catalogue().samples}
    assert {code: sample.publish.state for code, sample in samples.items()} == {
        "QL-P0": "delisted",
        "QL-W6": "planned",
        "XZ-F5T": "published",
        "QL-CSM": "published",
        "QL-BK1": "ip_review",
        "LM-TRY": "draft",
    }
    assert samples["QL-W6"].publish.after_seconds == 2 * 60 * 60
    assert len(samples["LM-TRY"].name.zh) == 40
    assert '<b>超值</b> & "圣诞"' in samples["LM-TRY"].name.zh
    assert samples["XZ-F5T"].price % 100 == 99
    assert len(samples["QL-CSM"].skus) == 12


def test_a_sold_out_colour_gets_no_stock_and_the_others_share_evenly() -> None:
    product = load_catalogue().require_product("HY-P3")
    assert [(sku.code, sku.price, sku.stock) for sku in product.skus] == [
        ("HY-P3-WHITE-STD", 129900, 16),
        ("HY-P3-WHITE-PRO", 159900, 16),
        ("HY-P3-GRAY-STD", 129900, 16),
        ("HY-P3-GRAY-PRO", 159900, 16),
        ("HY-P3-BLACK-STD", 129900, 0),
        ("HY-P3-BLACK-PRO", 159900, 0),
    ]


def test_stock_states_that_the_demo_shows() -> None:
    stock = {product.code: product.stock for product in load_catalogue().shop_products}
    assert [code for code, pieces in stock.items() if pieces == 0] == ["QL-A4S"]
    assert stock["HY-P3M"] == 3
    assert stock["QL-TV98"] == 5


def test_cost_follows_the_category_and_services_are_taxed_lower() -> None:
    catalogue = load_catalogue()
    purifier, service = catalogue.require_product("HY-P3"), catalogue.require_product("SV-INS")
    assert purifier.cost == 85734  # 66 % of ¥1,299.00
    assert {product.tax_basis_points for product in catalogue.products if product.kind == "service"} == {600}
    assert {product.tax_basis_points for product in catalogue.products if product.kind != "service"} == {1300}
    assert (service.kind, service.shipping_grams) == ("service", 0)
    shares = [product.cost * 100 / product.price for product in catalogue.products]
    assert (round(min(shares)), round(max(shares))) == (62, 76)


def test_accessories_that_belong_together() -> None:
    catalogue = load_catalogue()
    assert catalogue.require_product("QL-P1").accessories == ("QL-CS1", "QL-GF1", "QL-C65")
    assert catalogue.require_product("HY-P3").accessories == ("HY-P3F", "LM-SN2", "LM-GW1")
    assert catalogue.require_product("HY-W10").accessories == ("SV-INS", "SV-EXT")
    smart = [product for product in catalogue.shop_products if product.top_category == "smart"]
    assert [product.code for product in smart if "LM-GW1" not in product.accessories] == ["LM-GW1"]


def test_facets_come_from_tags() -> None:
    catalogue = load_catalogue()
    fridge = catalogue.require_product("HY-F215").facets
    assert (fridge.rooms, fridge.users, fridge.energy_grade) == ((), ("renting",), 1)
    assert catalogue.require_product("HY-A26").facets.rooms == ("bedroom",)
    assert catalogue.require_product("QL-P1").facets.energy_grade is None


def test_description_is_prose_in_both_languages() -> None:
    product = load_catalogue().require_product("LM-GW1")
    assert product.description == Text(
        zh="一个网关带 128 个设备，断网了联动照样跑。网线、Wi-Fi 都能接，放电视柜里也不丢信号。",
        en="One hub runs 128 devices and keeps routines going offline. "
        "Wired or Wi-Fi; it works inside the TV cabinet too.",
    )


def test_every_text_is_there_in_both_languages() -> None:
    for product in load_catalogue().products:
        texts = [product.name, *product.points, product.disclosure.maker, product.disclosure.origin]
        texts += [text for row in product.specs for text in (row.label, row.value)]
        texts += [item.name for item in product.box]
        texts += [value.name for option in product.options for value in option.values]
        assert all(text.zh.strip() and text.en.strip() for text in texts), product.code


def test_chinese_prose_uses_full_width_punctuation() -> None:
    wrong = [
        product.code
        for product in load_catalogue().products
        for point in product.points
        if set(point.zh) & set(",;:?!()") or not point.zh.endswith("。")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"code": "HY-P3"}, "product HY-P3 is there 2 times"),
        ({"category": "airq"}, "HY-P5 sits in a category that has sub-categories"),
        ({"category": "garden"}, "HY-P5: KeyError('garden')"),
        ({"accessories": ["HY-P9"]}, "HY-P5 links to unknown accessories"),
        ({"supplier": "east"}, "HY-P5 names an unknown supplier"),
        ({"list_price": 100}, "HY-P5 has odd prices"),
        ({"shipping_grams": 0}, "HY-P5 has an odd shipping weight"),
        ({"specs": []}, "HY-P5 has too few specification rows"),
        ({"publish": {"state": "planned"}}, "HY-P5 is planned oddly"),
        ({"disclosure": {"certificate": "2026-1"}}, "HY-P5 shows a number that looks real"),
        ({"tags": ["energy-1"]}, "HY-P5 is tagged with a wrong grade"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(folder: Path, changes: dict[str, Any], complaint: str) -> None:
    spoil(folder, "HY-P5", changes)
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(folder)
    assert str(refusal.value) == complaint


def test_the_further_price_lists_name_skus_and_every_digital_good_has_stars() -> None:
    products = load_catalogue().products
    kinds = {sku.code: product.kind for product in products for sku in product.skus}
    lists = other_prices()
    assert lists.keys() <= kinds.keys()
    assert {code for code, prices in lists.items() if "XTR" in prices} == {
        code for code, kind in kinds.items() if kind == "digital"
    }
    offers = [offer for prices in lists.values() for offer in prices.values()]
    assert all(price > 0 and (listed is None or listed > price) for price, listed in offers)
    # About seven Stars for a yuan: Telegram sells them to people at this order of magnitude (unverified).
    stars = {sku.code: (sku.price, lists[sku.code]["XTR"][0]) for product in products for sku in product.skus
             if product.kind == "digital"}
    assert all(price * 7 // 100 == amount for price, amount in stars.values())
