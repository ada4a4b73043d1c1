"""Prices in currencies beside a product's own, and the join that finds the one that a person is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, bindparam, case, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from services.catalog.models import ProductRow, SkuPriceRow, SkuRow
from services.catalog.teasers import Offer
from services.shared.db import Tx
from services.shared.money import Money
from services.shared.price_lists import DIGITAL, PriceList

PRICES, SKUS, PRODUCTS = SkuPriceRow.__table__, SkuRow.__table__, ProductRow.__table__

# To be joined to SKUs and products: at most one row, the price in the currency that the person buys in.
ASKED = PRICES.alias("asked")
IS_ASKED: ColumnElement[bool] = and_(
    ASKED.c.sku_id == SKUS.c.id,
    ASKED.c.currency == case(
        (PRODUCTS.c.kind == DIGITAL, bindparam("digital_in", type_=String)), else_=bindparam("sold_in", type_=String)
    ),
)
ASKED_COLUMNS = (
    ASKED.c.currency.label("asked_currency"), ASKED.c.price.label("asked_price"),
    ASKED.c.list_price.label("asked_list_price"),
)

_OF_SKUS = (
    select(PRICES).where(PRICES.c.sku_id.in_(bindparam("skus", expanding=True)))
    .order_by(PRICES.c.sku_id, PRICES.c.currency)
)
_OF_PRODUCT = (
    select(PRICES).join_from(PRICES, SKUS, SKUS.c.id == PRICES.c.sku_id)
    .where(SKUS.c.product_id == bindparam("product"), SKUS.c.active).order_by(PRICES.c.sku_id, PRICES.c.currency)
)
_ONE = select(PRICES).where(PRICES.c.sku_id == bindparam("sku"), PRICES.c.currency == bindparam("in_currency"))
_DROP = delete(PRICES).where(PRICES.c.sku_id == bindparam("sku"), PRICES.c.currency == bindparam("in_currency"))
_DROP_ALL = delete(PRICES).where(PRICES.c.sku_id.in_(bindparam("skus", expanding=True)))
_ADD = insert(PRICES)


def _put(dialect: type[sqlite.Insert] | type[postgresql.Insert]) -> Any:
    statement = dialect(PRICES)
    return statement.on_conflict_do_update(
        index_elements=["sku_id", "currency"],
        set_={"price": statement.excluded.price, "list_price": statement.excluded.list_price},
    )


_PUT = {True: _put(sqlite.Insert), False: _put(postgresql.Insert)}


def asked(prices: PriceList) -> dict[str, str]:
    """The parameters of IS_ASKED."""
    return {"digital_in": prices.wanted(DIGITAL), "sold_in": prices.currency}


def price_of(row: Row[Any]) -> tuple[Money, Money | None]:
    """The price and the struck-through one of a row with ASKED_COLUMNS: in the asked currency, else in the product's
    own."""
    if row.asked_currency is not None:
        currency, price, list_price = row.asked_currency, row.asked_price, row.asked_list_price
    else:
        currency, price, list_price = row.currency, row.price, row.list_price
    return Money(price, currency), None if list_price is None else Money(list_price, currency)


def of_skus(tx: Tx, sku_ids: Collection[int]) -> dict[int, dict[str, Offer]]:
    """By SKU and currency; SKUs without such prices are absent."""
    return _gathered(tx.rows(_OF_SKUS, {"skus": list(sku_ids)})) if sku_ids else {}


def of_product(tx: Tx, product_id: int) -> dict[int, dict[str, Offer]]:
    """Those of its active SKUs, by SKU and currency."""
    return _gathered(tx.rows(_OF_PRODUCT, {"product": product_id}))


def one(tx: Tx, sku_id: int, currency: str) -> Offer | None:
    row = tx.first(_ONE, {"sku": sku_id, "in_currency": currency})
    return None if row is None else (row.price, row.list_price)


def put(tx: Tx, sku_id: int, currency: str, offer: Offer | None) -> None:
    """Sets the price of a SKU in a currency; None takes it away."""
    if offer is None:
        tx.execute(_DROP, {"sku": sku_id, "in_currency": currency})
    else:
        row = {"sku_id": sku_id, "currency": currency, "price": offer[0], "list_price": offer[1]}
        tx.execute(_PUT[tx.sqlite], row)


def put_all(tx: Tx, offers: Mapping[int, Mapping[str, Offer]], *, fresh: bool) -> None:
    """Sets all prices of these SKUs; with `fresh` they have none yet."""
    if not fresh:
        tx.execute(_DROP_ALL, {"skus": list(offers)})
    rows = [
        {"sku_id": sku_id, "currency": currency, "price": price, "list_price": list_price}
        for sku_id, by_currency in offers.items() for currency, (price, list_price) in sorted(by_currency.items())
    ]
    if rows:
        tx.execute(_ADD, rows)


def _gathered(rows: Collection[Row[Any]]) -> dict[int, dict[str, Offer]]:
    found: dict[int, dict[str, Offer]] = {}
    for row in rows:
        found.setdefault(row.sku_id, {})[row.currency] = (row.price, row.list_price)
    return found
