"""Search: what was typed becomes terms, the index gives unranked candidates, and they are ranked here.

A name counts more than a tag or a category, that more than brand, model or code, and that more than the description.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from services.catalog import page_repository, search_index
from services.catalog.lists import Entry
from services.catalog.models import WHOLE_SHOP
from services.catalog.search_index import Term
from services.catalog.tokens import fold, is_latin, pieces, query_tokens
from services.shared.db import Tx

# Candidates beyond this are not looked at: ranking must stay cheap for the commonest word.
MOST_CANDIDATES = 200
NEAREST = 3
_WEIGHTS = {"name": 8.0, "tags": 4.0, "brand": 2.0, "description": 1.0}
# A term met by a synonym counts a little less than the word itself.
_SYNONYM = 0.9
# Without a full match, products that meet less than this share of the query are noise.
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """Products by relevance. `nearest` is true when nothing matched and these are the nearest there are."""

    product_ids: tuple[int, ...]
    nearest: bool = False


def find(tx: Tx, words: str) -> Found:
    """What is on the shelf and matches `words`, best first; the nearest three when nothing does."""
    terms = parse(words)
    if not terms:
        return Found(())
    index = search_index.index(tx)
    strict = index.candidates(tx, terms, True, MOST_CANDIDATES)
    found = _ranked(tx, terms, strict, 0.0) or _ranked(
        tx, terms, index.candidates(tx, terms, False, MOST_CANDIDATES), _ENOUGH
    )
    return Found(found) if found else Found(_nearest(tx, words), nearest=True)


def parse(words: str) -> tuple[Term, ...]:
    """The terms of a query: each a word or run of Chinese characters with its synonyms as alternatives."""
    terms: list[Term] = []
    run = pieces(words)
    at = 0
    while at < len(run):
        two = f"{run[at]} {run[at + 1]}" if at + 1 < len(run) else ""
        if two in synonyms():
            terms.append(_term(two))
            at += 2
            continue
        terms += [_term(part) for part in _cut(run[at])]
        at += 1
    return tuple(dict.fromkeys(terms))


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """A word, folded, to what the shop calls it."""
    entries = json.loads((Path(__file__).parent / "synonyms.json").read_text(encoding="utf-8"))
    return {word: tuple(others) for word, others in entries.items()}


def _term(word: str) -> Term:
    spellings = (word, *synonyms().get(word, synonyms().get(word.removesuffix("s"), ())))
    alternatives = (
        tuple(token for piece in pieces(spelling) for token in query_tokens(piece)) for spelling in spellings
    )
    return tuple(dict.fromkeys(alternatives))


def _cut(piece: str) -> list[str]:
    """A run of Chinese characters cut around the longest words that have synonyms; anything else whole."""
    if is_latin(piece):
        return [piece]
    known = sorted((word for word in synonyms() if not is_latin(word) and word in piece), key=len, reverse=True)
    if not known or known[0] == piece:
        return [piece]
    before, _, after = piece.partition(known[0])
    return [part for side in (before, known[0], after) if side for part in (_cut(side) if side != known[0] else [side])]


def _ranked(tx: Tx, terms: Sequence[Term], candidates: Sequence[int], enough: float) -> tuple[int, ...]:
    if not candidates:
        return ()
    entries = page_repository.some(tx, WHOLE_SHOP, candidates)
    scores: list[tuple[float, int, int]] = []
    for document in search_index.documents(tx, candidates):
        entry = entries.get(document.product_id)
        if entry is None:
            continue
        fields = {name: frozenset(getattr(document, name).split()) for name in _WEIGHTS}
        each = [_term_score(term, fields) for term in terms]
        if sum(share for _, share in each) >= enough * len(terms):
            score = sum(value for value, _ in each) + _closeness(terms, fields["name"])
            scores.append((-score, entry.rank, document.product_id))
    return tuple(product_id for _, _, product_id in sorted(scores))


def _term_score(term: Term, fields: Mapping[str, frozenset[str]]) -> tuple[float, float]:
    """The best alternative's (score, share of its tokens found)."""
    best = (0.0, 0.0)
    for place, alternative in enumerate(term):
        met = [max((weight for name, weight in _WEIGHTS.items() if _has(fields[name], token)), default=0.0)
               for token in alternative]
        share = sum(weight > 0 for weight in met) / len(met)
        # The square makes a term that is met in part count clearly less than one met in full.
        score = sum(met) / len(met) * share * share * (_SYNONYM if place else 1.0)
        best = max(best, (score, share))
    return best


def _has(field: frozenset[str], token: str) -> bool:
    if token in field:
        return True
    return search_index.is_prefix(token) and any(each.startswith(token) for each in field)


def _closeness(terms: Sequence[Term], name: frozenset[str]) -> float:
    """Up to one point for a name that says little else: "P3" finds the P3 before its accessories."""
    asked = {token for term in terms for alternative in term for token in alternative}
    return len(asked & name) / len(name) if name else 0.0


def _nearest(tx: Tx, words: str) -> tuple[int, ...]:
    """The names with the fewest typing mistakes between them and the query; among equals what sells best."""
    wanted = "".join(pieces(words))
    entries = page_repository.everything(tx, WHOLE_SHOP)
    ordered = sorted(entries, key=lambda entry: (entry.sold_out, _distance(wanted, entry), entry.rank))
    return tuple(entry.item.product_id for entry in ordered[:NEAREST])


def _distance(wanted: str, entry: Entry) -> int:
    """The least number of mistakes against any word of the name, or the whole of it."""
    best = len(wanted)
    for name in entry.item.name.values():
        parts = pieces(name)
        for candidate in (*parts, *("".join(pair) for pair in pairwise(parts)), fold(name)):
            if abs(len(candidate) - len(wanted)) < best:
                best = min(best, edit_distance(wanted, candidate))
    return best


def edit_distance(left: str, right: str) -> int:
    """Levenshtein's distance: insertions, deletions and replacements of one character."""
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, start=1):
        previous, row[0] = row[0], at
        for to, other in enumerate(right, start=1):
            previous, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, previous + (char != other))
    return row[-1]
