"""What names in a file stand for, looked up for the whole file at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.catalog import bulk
from services.importing.rows import Known, fold
from services.shared.db import Tx


def known(tx: Tx, pictures: Mapping[str, str]) -> Known:
    """Categories, tags and pictures by all names under which a file may know them."""
    return Known(_categories(tx), tags(tx), {fold(name): key for name, key in pictures.items()} | {
        fold(key): key for key in bulk.picture_keys(tx)
    })


def owners(tx: Tx, sku_codes: Sequence[str]) -> dict[str, str]:
    """The product code of each of these SKU codes that is there already, retired ones too."""
    return bulk.owners(tx, [code for code in sku_codes if code])


def _categories(tx: Tx) -> dict[str, str | None]:
    rows = {row.id: row for row in bulk.categories(tx)}
    found: dict[str, str | None] = {}

    def note(name: str, code: str) -> None:
        folded = fold(name)
        found[folded] = code if found.get(folded, code) == code else None

    for row in rows.values():
        for language in row.name:
            path, at = [], row
            while at is not None:
                path.append(at.name.get(language, ""))
                at = rows.get(at.parent_id or 0)
            note(row.name[language], row.code)
            note("/".join(reversed(path)), row.code)
    # A code means its category, whatever else has that name.
    return found | {fold(row.code): row.code for row in rows.values()}


def tags(tx: Tx) -> dict[str, str]:
    """The slugs of tags by folded slug or name."""
    found: dict[str, str] = {}
    names = bulk.tags(tx)
    for slug, name in names.items():
        found |= {fold(text): slug for text in name.values()}
    return found | {fold(slug): slug for slug in names}
