"""Between the check of a file and its writing the shop goes on: codes are given away, rights differ."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog.fields import Fields, SkuFields
from services.catalog.types import Axis, Picture, Row, Value
from services.importing import exporting, merging, rows, service
from services.importing.files import records
from services.importing.rows import Known
from services.importing.types import COLUMNS
from services.invariants import violations
from services.shared import sheets
from services.shared.actors import staff
from services.shared.db import Store
from services.shared.errors import NotAllowed
from tests.services.catalog import shelf
from tests.services.importing import files
from tests.services.importing.files import LI, check, csv, run

HEADING = ("sku", "name_en", "category", "price", "stock")


async def test_a_code_given_away_meanwhile_stops_its_own_row_only(any_store: Store) -> None:
    await files.open_shop(any_store)
    batch, _ = await check(any_store, csv(HEADING, [("A-W", "A", "air", "1", "1"), ("B-W", "B", "air", "1", "1")]))
    await any_store.write(lambda tx: shelf.put(tx, "A", "phones", price=500))
    batch = await run(any_store, batch)
    assert dict(batch.done) == {"failed": 1, "new": 1}
    assert await any_store.read(service.kept, LI, batch.id) == [("A-W", "taken")]
    assert await any_store.read(violations) == []


async def test_who_may_not_set_prices_cannot_start_anothers_file_that_does(any_store: Store) -> None:
    await files.open_shop(any_store)
    batch, _ = await check(any_store, csv(HEADING, [("A1", "A", "air", "1", "1")]))
    bare = staff(60, "小钱", frozenset({"catalog.import", "catalog.edit"}))
    with pytest.raises(NotAllowed):
        await any_store.write(service.start, bare, batch.id)
    assert (await any_store.read(service.own, LI, batch.id)).state == "checked"


# A bar parts two languages wherever people type, so that no text holds one; an apostrophe in front guards formulas.
SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"), exclude_characters="|｜'")
TEXT = st.text(SIGNS, min_size=1, max_size=8)
WORDS = st.one_of(
    st.fixed_dictionaries({"zh": TEXT, "en": TEXT}), st.fixed_dictionaries({"zh": TEXT}),
    st.fixed_dictionaries({"en": TEXT}),
)
AMOUNTS = st.integers(1, 10**9)


@st.composite
def products(draw: st.DrawFn) -> Fields:
    """Products such as people write them: with options or without, in one language or two, with any signs in texts."""
    values = tuple(Value(f"v{place}", draw(WORDS)) for place in range(draw(st.integers(1, 4))))
    axes = draw(st.sampled_from([(), (Axis("o1", draw(WORDS), values),)]))
    choices = [(value.code,) for value in values] if axes else [()]
    return Fields(
        "P-1", "CNY", category="air", name=draw(WORDS), brand=draw(st.one_of(st.just({}), WORDS)),
        model=draw(st.one_of(st.just(""), TEXT)), axes=axes, description=draw(st.one_of(st.just({}), WORDS)),
        skus=tuple(
            SkuFields(f"P-1-{place}", chosen, draw(AMOUNTS), draw(st.none() | AMOUNTS), draw(st.none() | AMOUNTS))
            for place, chosen in enumerate(choices)
        ),
        specs=tuple(draw(st.lists(st.builds(Row, WORDS, WORDS), max_size=3))),
        tags=tuple(draw(st.lists(st.sampled_from(["new", "quiet"]), unique=True))),
        photos=tuple(Picture(key) for key in draw(st.lists(st.sampled_from(["photo/a", "photo/b"]), unique=True))),
    )


KNOWN = Known({"air": "air"}, {"new": "new", "quiet": "quiet"}, {"photo/a": "photo/a", "photo/b": "photo/b"})


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(products(), st.sampled_from(["zh", "en"]), st.sampled_from(exporting.FORMS))
def test_any_product_comes_back_from_its_file_as_it_was(product: Fields, language: str, form: str) -> None:
    written = [COLUMNS, *exporting.lines(product, None, {}, True)]
    data = sheets.write_csv(written) if form == "csv" else sheets.write_xlsx(written)
    found = records(sheets.read(data, f"a.{form}"), files.HEADINGS)
    patches = [rows.read(record, KNOWN, "CNY", language) for record in found]
    assert merging.merged(product, patches, "CNY", language) == product
