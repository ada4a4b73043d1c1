"""One row as it is meant: cells read into values, or the fault of the first that cannot be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from services.catalog import typed
from services.catalog.errors import BadTyped
from services.catalog.types import Words
from services.importing.errors import RowFault
from services.importing.types import LIST_PRICE_IN, PRICE_IN, Record, currency_of
from services.shared import amounts

LONGEST_BRAND = 60
_YES = {"1", "y", "yes", "on", "true", "是", "上架", "在售"}
_NO = {"0", "n", "no", "off", "false", "否", "下架"}
_MOST_PIECES = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """What names in a file stand for. `categories` are codes by folded code, name or path ("家电/净化器"), or None
    where a name stands for several; `tags` are slugs by folded slug or name; `pictures` keys by file name or key."""

    categories: Mapping[str, str | None]
    tags: Mapping[str, str]
    pictures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Patch:
    """A row's values; what its cells leave empty is None, empty or {} and stays as it is.

    `prices` and `list_prices` are those in further currencies; 0 takes one away.
    """

    number: int
    product: str
    sku: str
    name: Words = field(default_factory=dict)
    description: Words = field(default_factory=dict)
    category: str | None = None
    brand: Words = field(default_factory=dict)
    model: str | None = None
    options: str | None = None
    price: int | None = None
    list_price: int | None = None
    prices: Mapping[str, int] = field(default_factory=dict)
    list_prices: Mapping[str, int] = field(default_factory=dict)
    cost: int | None = None
    stock: int | None = None
    safety: int | None = None
    tags: tuple[str, ...] | None = None
    specs: str | None = None
    pictures: tuple[str, ...] | None = None
    facts: Words = field(default_factory=dict)
    shelf: bool | None = None


def fold(name: str) -> str:
    """A name as it is compared."""
    return "".join(name.casefold().split())


def split(text: str) -> list[str]:
    """What a cell lists, separated by semicolons."""
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def read(record: Record, known: Known, currency: str, language: str) -> Patch:
    """The row's values; a text in one language is in `language`. Raises RowFault."""
    row = _Row(record, currency, language)
    sku = row.code("sku")
    return Patch(
        number=record.number, product=row.code("product") if "product" in record.cells else sku, sku=sku,
        name=row.texts("name", typed.LONGEST_NAME), description=row.texts("description", typed.LONGEST_TEXT),
        category=row.category(known.categories), brand=row.words("brand", LONGEST_BRAND),
        model=row.text("model", LONGEST_BRAND), options=row.text("options", 400), price=row.amount("price", least=1),
        list_price=row.amount("list_price"), prices=row.amounts_in(PRICE_IN),
        list_prices=row.amounts_in(LIST_PRICE_IN), cost=row.amount("cost"), stock=row.count("stock"),
        safety=row.count("safety"), tags=row.tags(known.tags),
        specs=row.text("specs", typed.LONGEST_TEXT), pictures=row.pictures(known.pictures),
        facts=row.facts(), shelf=row.shelf(),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    record: Record
    currency: str
    language: str

    def code(self, column: str) -> str:
        text = self.record.cells.get(column, "")
        if not text:
            raise self.fault(column, "missing")
        try:
            return typed.code(text)
        except BadTyped:
            raise self.fault(column, "code", value=text[:40]) from None

    def text(self, column: str, longest: int) -> str | None:
        text = self.record.cells.get(column)
        if text is not None and len(text) > longest:
            raise self.fault(column, "long", most=longest)
        return text

    def texts(self, column: str, longest: int) -> Words:
        found = {language: self.text(f"{column}_{language}", longest) for language in ("zh", "en")}
        return {language: text for language, text in found.items() if text}

    def words(self, column: str, longest: int) -> Words:
        text = self.record.cells.get(column)
        if text is None:
            return {}
        try:
            return typed.words(text, self.language, longest)
        except BadTyped as refusal:
            raise self.fault(column, str(refusal.facts["reason"]), most=longest) from None

    def amounts_in(self, begin: str) -> dict[str, int]:
        """The amounts of the columns that are called "price_usd" after what they begin with, by currency."""
        columns = {currency_of(column): column for column in self.record.cells if column.startswith(begin)}
        found = {currency: self.amount(column, currency=currency) for currency, column in columns.items() if currency}
        return {currency: amount for currency, amount in found.items() if amount is not None}

    def amount(self, column: str, least: int = 0, currency: str = "") -> int | None:
        text = self.record.cells.get(column)
        if text is None:
            return None
        amount = amounts.parse(text, currency or self.currency)
        if amount is None or amount < least:
            raise self.fault(column, "amount", value=text[:20])
        return amount

    def count(self, column: str) -> int | None:
        text = self.record.cells.get(column)
        if text is None:
            return None
        pieces = typed.count(text, _MOST_PIECES)
        if pieces is None:
            raise self.fault(column, "count", value=text[:20])
        return pieces

    def category(self, known: Mapping[str, str | None]) -> str | None:
        text = self.record.cells.get("category")
        if text is None:
            return None
        folded = fold(text).replace(">", "/").replace("／", "/")
        if folded not in known:
            raise self.fault("category", "unknown", value=text[:40])
        found = known[folded]
        if found is None:
            raise self.fault("category", "ambiguous", value=text[:40])
        return found

    def tags(self, known: Mapping[str, str]) -> tuple[str, ...] | None:
        names = self._list("tags")
        return None if names is None else self._known("tags", names, known)

    def pictures(self, known: Mapping[str, str]) -> tuple[str, ...] | None:
        names = self._list("pictures")
        return None if names is None else self._known("pictures", names, known)

    def facts(self) -> Words:
        found: Words = {}
        for part in self._list("facts") or ():
            key, sign, value = part.partition("=")
            if not sign or not value.strip():
                raise self.fault("facts", "facts", value=part[:40])
            found[key.strip()] = value.strip()
        return found

    def shelf(self) -> bool | None:
        text = self.record.cells.get("shelf")
        if text is None:
            return None
        folded = fold(text)
        if folded not in _YES | _NO:
            raise self.fault("shelf", "shelf", value=text[:20])
        return folded in _YES

    def fault(self, column: str, reason: str, **facts: object) -> RowFault:
        return RowFault(self.record.number, column, reason, **facts)

    def _list(self, column: str) -> list[str] | None:
        text = self.record.cells.get(column)
        if text is None:
            return None
        return split(text)

    def _known(self, column: str, names: Collection[str], known: Mapping[str, str]) -> tuple[str, ...]:
        for name in names:
            if fold(name) not in known:
                raise self.fault(column, "unknown", value=name[:40])
        return tuple(dict.fromkeys(known[fold(name)] for name in names))
