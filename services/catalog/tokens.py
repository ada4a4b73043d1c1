"""Cuts text into the tokens that search compares: latin words and their parts, Chinese characters and pairs."""

from __future__ import annotations

import re
import unicodedata

_PIECE = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_PART = re.compile(r"[a-z]+|[0-9]+")


def fold(text: str) -> str:
    """Lower case, full-width forms to ASCII, accents taken off."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def pieces(text: str) -> list[str]:
    """Runs of latin letters and digits, and runs of Chinese characters, folded, in the order of the text."""
    return _PIECE.findall(fold(text))


def is_latin(piece: str) -> bool:
    return piece.isascii()


def singular(word: str) -> str:
    """"purifiers" -> "purifier"; what is too short or ends in "ss" stays."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word.isalpha():
        return word[:-1]
    return word


def index_tokens(text: str) -> list[str]:
    """Every token under which the text is found. "65W" also by "65" and "w"; "净化器" by each character and pair."""
    tokens: list[str] = []
    for piece in pieces(text):
        if is_latin(piece):
            parts = _PART.findall(piece)
            tokens += [singular(piece), *(parts if len(parts) > 1 else ())]
        else:
            tokens += [*piece, *pairs(piece)]
    return tokens


def query_tokens(piece: str) -> tuple[str, ...]:
    """The tokens that a document must have all of to match a piece of a query."""
    if is_latin(piece):
        return (singular(piece),)
    return tuple(pairs(piece)) or (piece,)


def pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
