"""Every word that the screens of products compute the key of is there, in both languages."""

from __future__ import annotations

from dataclasses import fields

import pytest

from handlers.screens.goods_fields import ASKED, BILINGUAL, MEDIA
from handlers.screens.goods_wizard import FURTHER, MAIN
from keyboards.goods import TABS
from locales import translator
from services.catalog import readiness
from services.catalog.fields import Fields
from services.inventory.goods import OFF_REASONS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_computed_key_is_missing(language: str) -> None:
    t = translator(language, "Asia/Shanghai")
    gates = (readiness.NAME, readiness.CATEGORY, readiness.PRICE, readiness.STOCK, readiness.DISCLOSURES)
    # What the wizard never changes by itself is never named as changed.
    kept = {"currency", "kind", "tax_bp", "weight_g", "rank"}
    written = {each.name for each in fields(Fields)} - kept
    wanted = {f"goods-field-{name}" for name in {*MAIN, *FURTHER, *gates, *written}}
    wanted |= {f"goods-ask-{name}" for name in {*ASKED, "category", "tags"}}
    wanted |= {f"goods-off-{reason}" for reason in OFF_REASONS}
    wanted |= {f"goods-list-{tab}" for tab in TABS} | {f"goods-tap-{tab}" for tab in TABS}
    wanted |= {f"goods-state-{state}" for state in ("on", "planned", "off")}
    wanted |= {f"goods-want-{name}" for name in (*MEDIA, "smaller")}
    wanted |= {f"goods-{where}-{each}" for where in ("in", "tap-in", "tap-see") for each in ("zh", "en")}
    assert BILINGUAL and {key for key in wanted if not t.has(key)} == set()
