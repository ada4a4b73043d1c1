"""The search index: a port, and what stands behind it on each database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import BigInteger, Integer, String, bindparam, delete, insert, select, text

from services.catalog import repository
from services.catalog.models import WHOLE_SHOP, CategoryRow, ProductRow, SearchDocumentRow, SkuRow
from services.catalog.tokens import index_tokens
from services.shared.db import Tx

# A term is found by any of its alternatives; an alternative by all of its tokens.
Term = tuple[tuple[str, ...], ...]

DOCUMENTS, PRODUCTS, SKUS = SearchDocumentRow.__table__, ProductRow.__table__, SkuRow.__table__
CATEGORIES = CategoryRow.__table__
_PRODUCT = (
    select(PRODUCTS.c.id, PRODUCTS.c.code, PRODUCTS.c.name, PRODUCTS.c.brand, PRODUCTS.c.description,
           PRODUCTS.c.category_id)
    .where(PRODUCTS.c.id == bindparam("product"))
)
_SKU_CODES = select(SKUS.c.code).where(SKUS.c.product_id == bindparam("product"), SKUS.c.active)
_CATEGORY = select(CATEGORIES.c.name, CATEGORIES.c.parent_id).where(CATEGORIES.c.id == bindparam("category"))
_DROP = delete(DOCUMENTS).where(DOCUMENTS.c.product_id == bindparam("product"))
_ADD = insert(DOCUMENTS)
_BY_ID = select(DOCUMENTS).where(DOCUMENTS.c.product_id.in_(bindparam("products", expanding=True)))


class SearchIndex(Protocol):
    """Finds products by tokens, unranked: ranking a common word in the database costs a hundred times more."""

    def put(self, tx: Tx, product_id: int, tokens: str) -> None:
        """Replaces what is known of a product; `tokens` are separated by spaces."""
        ...

    def remove(self, tx: Tx, product_id: int) -> None:
        """Forgets a product."""
        ...

    def candidates(self, tx: Tx, terms: Sequence[Term], every: bool, most: int) -> list[int]:
        """Products on the shelf that match every term, or any token of any term; at most `most`, in no order."""
        ...


class SqliteIndex:
    """FTS5 over ready-made tokens."""

    _DELETE = text("DELETE FROM search_index WHERE rowid = :product")
    _INSERT = text("INSERT INTO search_index (rowid, tokens) VALUES (:product, :tokens)")
    _FIND = text(
        "SELECT rowid FROM search_index WHERE tokens MATCH :expression AND rowid IN "
        "(SELECT product_id FROM listings WHERE category_id = :whole_shop AND listed_at <= :now) LIMIT :most"
    ).columns(rowid=Integer)

    def put(self, tx: Tx, product_id: int, tokens: str) -> None:
        tx.execute(self._DELETE, {"product": product_id})
        tx.execute(self._INSERT, {"product": product_id, "tokens": tokens})

    def remove(self, tx: Tx, product_id: int) -> None:
        tx.execute(self._DELETE, {"product": product_id})

    def candidates(self, tx: Tx, terms: Sequence[Term], every: bool, most: int) -> list[int]:
        expression = _expression(terms, every, " AND ", " OR ", lambda token: f'"{token}"' + ("*" * is_prefix(token)))
        return _ids(tx, self._FIND, expression, most)


class PostgresIndex:
    """A GIN index over the token array of the documents; their row is all that there is to write."""

    _FIND = text(
        "SELECT product_id FROM search_documents "
        "WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ CAST(:expression AS tsquery) AND product_id IN "
        "(SELECT product_id FROM listings WHERE category_id = :whole_shop AND listed_at <= :now) LIMIT :most"
    ).bindparams(bindparam("expression", type_=String)).columns(product_id=BigInteger)

    def put(self, tx: Tx, product_id: int, tokens: str) -> None:
        """The document's own row is indexed."""

    def remove(self, tx: Tx, product_id: int) -> None:
        """With the document's row its place in the index is gone."""

    def candidates(self, tx: Tx, terms: Sequence[Term], every: bool, most: int) -> list[int]:
        expression = _expression(terms, every, " & ", " | ", lambda token: f"'{token}'" + (":*" * is_prefix(token)))
        return _ids(tx, self._FIND, expression, most)


_INDEXES: dict[bool, SearchIndex] = {True: SqliteIndex(), False: PostgresIndex()}


def index(tx: Tx) -> SearchIndex:
    return _INDEXES[tx.sqlite]


def put(tx: Tx, product_id: int) -> None:
    """Writes what search knows of a product, from the catalogue as it stands in this transaction."""
    product = tx.first(_PRODUCT, {"product": product_id})
    assert product is not None, "indexed after it was written"
    codes = [product.code, *(row.code for row in tx.rows(_SKU_CODES, {"product": product_id}))]
    tags = [tag.name for tag in repository.tags_of(tx, [product_id]).get(product_id, ())]
    fields = {
        "name": _tokens(*product.name.values()),
        "tags": _tokens(*(word for name in (*tags, *_categories(tx, product.category_id)) for word in name.values())),
        "brand": _tokens(*product.brand.values(), *codes, *(code.replace("-", "") for code in codes)),
        "description": _tokens(*product.description.values()),
    }
    tokens = " ".join(dict.fromkeys(token for field in fields.values() for token in field.split()))
    tx.execute(_DROP, {"product": product_id})
    tx.execute(_ADD, {"product_id": product_id, "tokens": tokens, **fields})
    index(tx).put(tx, product_id, tokens)


def remove(tx: Tx, product_id: int) -> None:
    """Search finds the product no more."""
    tx.execute(_DROP, {"product": product_id})
    index(tx).remove(tx, product_id)


def documents(tx: Tx, product_ids: Sequence[int]) -> Sequence[Any]:
    """The token fields of products, for ranking."""
    return tx.rows(_BY_ID, {"products": list(product_ids)}) if product_ids else []


def _categories(tx: Tx, category_id: int | None) -> list[dict[str, str]]:
    names: list[dict[str, str]] = []
    while category_id is not None:
        row = tx.first(_CATEGORY, {"category": category_id})
        assert row is not None, "a foreign key holds it"
        names.append(row.name)
        category_id = row.parent_id
    return names


def _tokens(*texts: str) -> str:
    return " ".join(dict.fromkeys(token for each in texts for token in index_tokens(each)))


def is_prefix(token: str) -> bool:
    """Latin words of two letters and more are found by their beginning; numbers only as they are."""
    return token.isascii() and len(token) > 1 and not token.isdigit()


def _expression(terms: Sequence[Term], every: bool, both: str, either: str, quote: Any) -> str:
    """Tokens hold letters and digits only, so quoting them is all the escaping there is."""
    if not every:
        return either.join(quote(token) for term in terms for alternative in term for token in alternative)
    alternatives = (
        either.join("(" + both.join(map(quote, alternative)) + ")" for alternative in term) for term in terms
    )
    return both.join(f"({each})" for each in alternatives)


def _ids(tx: Tx, statement: Any, expression: str, most: int) -> list[int]:
    parameters = {
        "expression": expression, "whole_shop": WHOLE_SHOP, "now": int(tx.now.timestamp()), "most": most,
    }
    return [row[0] for row in tx.rows(statement, parameters)]
