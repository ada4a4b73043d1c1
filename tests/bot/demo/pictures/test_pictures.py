"""Pictures can be had for everything in the catalogue, look the same every time and are written once."""

import io
import random
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot.demo.catalogue import Product, load_catalogue
from bot.demo.pictures import BANNERS, PLACEHOLDER, cover_id, first_ids, picture_file, picture_ids, render, writer
from bot.demo.pictures.gallery import product_drawing
from bot.demo.pictures.palette import HUES, mix, tone
from bot.demo.pictures.shapes import SHAPES
from bot.demo.pictures.writer import all_ids, write_all

PRODUCTS = load_catalogue().products


def size_of(data: bytes) -> tuple[str | None, tuple[int, int]]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.format, image.size


def test_every_colour_and_every_shape_of_the_catalogue_is_drawn() -> None:
    assert {sku.hue for product in PRODUCTS for sku in product.skus} <= set(HUES)
    assert {product.shape for product in PRODUCTS} <= set(SHAPES)
    assert {item.shape for product in PRODUCTS for item in product.box} - {""} <= set(SHAPES)
    assert {sign.sign for sign in BANNERS.values()} <= set(SHAPES)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.code)
def test_every_picture_of_a_product_is_well_formed_and_uses_only_what_it_defines(
    product: Product,
) -> None:
    for picture_id in picture_ids(product):
        code, _, name = picture_id.partition("/")
        drawing = product_drawing(code, name)
        for svg in (drawing.backdrop, drawing.front):
            root = ElementTree.fromstring(svg)
            defined = {element.get("id") for element in root.iter() if element.get("id")}
            used = {
                value[5:-1]
                for element in root.iter()
                for value in element.attrib.values()
                if value.startswith("url(#") and value.endswith(")")
            }
            assert used <= defined
            assert not list(root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("seed", range(4))
def test_pictures_are_square_jpegs(seed: int) -> None:
    picture_id = random.Random(seed).choice([i for i in all_ids() if not i.startswith("banners/")])
    assert size_of(render(picture_id)) == ("JPEG", (1024, 1024))


def test_banners_are_wide() -> None:
    assert size_of(render("banners/home")) == ("JPEG", (1280, 640))


def test_the_same_picture_has_the_same_bytes() -> None:
    white = render("HY-P3/cover-white")
    assert render("HY-P3/cover-white") == white
    assert render("HY-P3/cover-gray") != white


def test_gallery_of_a_product_in_colours() -> None:
    product = load_catalogue().require_product("HY-P3")
    assert picture_ids(product) == (
        "HY-P3/cover-white",
        "HY-P3/room",
        "HY-P3/detail",
        "HY-P3/size",
        "HY-P3/box",
        "HY-P3/cover-gray",
        "HY-P3/cover-black",
        "HY-P3/room-gray",
        "HY-P3/room-black",
        "HY-P3/detail-gray",
    )
    assert cover_id(product) == "HY-P3/cover-white"
    assert cover_id(product, product.skus[-1]) == "HY-P3/cover-black"


def test_a_product_without_pictures_shows_the_placeholder() -> None:
    product = load_catalogue().require_product("XZ-F5T")
    assert picture_ids(product) == ()
    assert cover_id(product) == PLACEHOLDER


def test_what_cannot_be_measured_has_no_size_picture() -> None:
    service = load_catalogue().require_product("SV-EXT")
    assert picture_ids(service) == ("SV-EXT/cover", "SV-EXT/room", "SV-EXT/detail")


@pytest.mark.parametrize(
    "picture_id", ["HY-P3/cover-pink", "HY-P3/video", "NOPE/cover", "banners/none", "shop/none", ""]
)
def test_unknown_pictures_are_refused(picture_id: str) -> None:
    with pytest.raises(KeyError):
        render(picture_id)


def test_files_are_written_once_and_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "first_ids", lambda: ("shop/avatar", "shop/placeholder"))
    told: list[tuple[int, int]] = []
    assert write_all(tmp_path, lambda done, total: told.append((done, total))) == 2
    assert told == [(1, 2), (2, 2)]
    (tmp_path / "shop" / "avatar.jpg").write_bytes(b"kept")
    assert write_all(tmp_path) == 0
    assert picture_file(tmp_path, "shop/avatar").read_bytes() == b"kept"
    assert sorted(path.name for path in (tmp_path / "shop").iterdir()) == ["avatar.jpg", "placeholder.jpg"]


def test_the_first_pictures_cover_every_variant() -> None:
    ids = set(first_ids())
    assert {cover_id(product, sku) for product in PRODUCTS for sku in product.skus} <= ids
    assert {f"banners/{name}" for name in BANNERS} <= ids
    assert len(list(all_ids())) == len(set(all_ids()))


def test_tones_of_a_body_colour() -> None:
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mix("#0B7653", "#FFFFFF", 0) == "#0B7653"
    assert tone("red").base == "#C9473F"
    with pytest.raises(KeyError):
        tone("plaid")
