"""Reads the gettext catalogues: `locales/<language>/<area>.po`, symbolic ids, all areas of a language in one table."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Texts of one language: an id to its forms (one, or one per plural form), and the rule that picks a form."""

    texts: dict[str, tuple[str, ...]]
    plural: Callable[[int], int]


class BadCatalogue(ValueError):
    """A catalogue has an id twice, or a text is missing or fuzzy."""


@cache
def load(language: str) -> Catalogue:
    """All areas of a language. Raises BadCatalogue; FileNotFoundError when there is no such language."""
    files = sorted((FOLDER / language).glob("*.po"))
    if not files:
        raise FileNotFoundError(f"no catalogue for {language}")
    texts: dict[str, tuple[str, ...]] = {}
    plural_rule = "(n != 1)"
    for path in files:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
        plural_rule = catalogue.plural_expr
        for message in catalogue:
            if not message.id:
                continue
            key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            if key in texts or message.fuzzy or not all(forms):
                raise BadCatalogue(f"{path.name}: {key}")
            texts[key] = tuple(str(form) for form in forms)
    return Catalogue(texts, gettext.c2py(plural_rule))  # type: ignore[attr-defined]
