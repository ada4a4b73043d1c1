"""Use cases of the cart. It holds no stock: what can be had is asked anew each time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.cart import repository
from services.cart.errors import CartFull, NotEnough, NotOnSale, NotSoldInChat, OverLimit, SoldOut
from services.cart.types import BARRED, DELISTED, OVER_LIMIT, SHORT, SOLD_OUT, Added, Cart, CartLine
from services.catalog.service import sku_facts
from services.catalog.types import SkuFacts
from services.inventory.service import available
from services.pricing.service import quote
from services.pricing.types import Basket, Line, Quote, Rule
from services.promotions.service import automatic_rules
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound, Refusal, Stale
from services.shared.money import Money
from services.shared.price_lists import BASE

MOST_PIECES, MOST_KINDS = 99, 50
UNDO = timedelta(seconds=60)


def cart(tx: Tx, actor: Actor, rules: Sequence[Rule] | None = None) -> Cart:
    """The cart as it stands: today's prices, stock and promotions; shipping is not part of it.

    `rules` are the automatic promotions where the caller knows them.
    """
    rows = repository.lines(tx, actor.require_customer())
    if not rows:
        return Cart((), ())
    sku_ids = [row.sku_id for row in rows]
    facts, free = sku_facts(tx, sku_ids, actor.prices), available(tx, sku_ids)
    lines = [_line(row, facts[row.sku_id], free.get(row.sku_id, 0), actor) for row in rows if row.sku_id in facts]
    return Cart(
        lines=tuple(line for line in lines if line.problem is None),
        invalid=tuple(line for line in lines if line.problem is not None),
        quotes=_quotes(tx, [line for line in lines if line.counts], rules),
    )


def count(tx: Tx, actor: Actor) -> int:
    """How many pieces are in the cart, chosen or not."""
    return repository.pieces(tx, actor.require_customer())


def chosen(tx: Tx, actor: Actor) -> tuple[tuple[int, int], ...]:
    """SKU and quantity of what is chosen, whether or not it can still be had: the checkout says what cannot."""
    return repository.chosen(tx, actor.require_customer())


def add(tx: Tx, actor: Actor, sku_id: int, quantity: int = 1) -> Added:
    """Adds pieces of a SKU; two calls at once both count.

    Raises InvalidInput (not a whole number from 1 to 99), NotOnSale, NotSoldInChat, SoldOut, NotEnough, OverLimit,
    CartFull.
    """
    customer_id = actor.require_customer()
    _require_quantity(quantity)
    facts, free = _require_on_sale(tx, actor, sku_id)
    if quantity > _most(facts, free):
        raise _too_many(facts, free)
    repository.forget_removed(tx, customer_id, tx.now - UNDO)
    if repository.add(tx, customer_id, sku_id, quantity, facts.price):
        if repository.kinds(tx, customer_id) > MOST_KINDS:
            raise CartFull(most=MOST_KINDS)
    elif not repository.grow(tx, customer_id, sku_id, quantity, _most(facts, free), facts.price):
        raise _too_many(facts, free)
    return Added(facts, repository.quantity(tx, customer_id, sku_id) or 0, repository.pieces(tx, customer_id))


def step(tx: Tx, actor: Actor, sku_id: int, more: int) -> None:
    """One piece more (`more` = 1) or less (−1). The last piece is not taken this way: see `remove`.

    Raises InvalidInput for other steps, NotFound without such a line, and as `add` at the upper bounds.
    """
    customer_id = actor.require_customer()
    if more not in (1, -1):
        raise InvalidInput(field="quantity", reason="quantity", most=MOST_PIECES)
    if more == -1:
        if not repository.step(tx, customer_id, sku_id, -1, MOST_PIECES):
            raise Stale()
        return
    facts, free = _require_on_sale(tx, actor, sku_id)
    if not repository.step(tx, customer_id, sku_id, 1, _most(facts, free)):
        if repository.quantity(tx, customer_id, sku_id) is None:
            raise NotFound()
        raise _too_many(facts, free)


def put(tx: Tx, actor: Actor, sku_id: int, quantity: int) -> None:
    """Sets the quantity of a line. Raises as `add`, and NotFound without such a line."""
    customer_id = actor.require_customer()
    _require_quantity(quantity)
    facts, free = _require_on_sale(tx, actor, sku_id)
    if quantity > _most(facts, free):
        raise _too_many(facts, free)
    if not repository.put(tx, customer_id, sku_id, quantity):
        raise NotFound()


def select(tx: Tx, actor: Actor, sku_ids: Iterable[int], wanted: bool) -> None:
    """Chooses lines for the next order, or leaves them for later."""
    repository.select_lines(tx, actor.require_customer(), sku_ids, wanted)


def select_all(tx: Tx, actor: Actor, wanted: bool) -> None:
    """Chooses every line that can be ordered, or none."""
    select(tx, actor, [line.sku.sku_id for line in cart(tx, actor).lines], wanted)


def remove(tx: Tx, actor: Actor, sku_id: int) -> None:
    """Takes a line out; it can be had back for 60 seconds. Raises Stale when it is out already."""
    if not repository.remove(tx, actor.require_customer(), [sku_id]):
        raise Stale()


def undo(tx: Tx, actor: Actor, sku_id: int) -> None:
    """Puts a removed line back as it was. Raises Stale after 60 seconds."""
    if not repository.restore(tx, actor.require_customer(), sku_id, tx.now - UNDO):
        raise Stale()


def clear_invalid(tx: Tx, actor: Actor) -> int:
    """Takes out all lines that cannot be ordered; returns how many."""
    invalid = [line.sku.sku_id for line in cart(tx, actor).invalid]
    return repository.remove(tx, actor.require_customer(), invalid) if invalid else 0


def fit_to_stock(tx: Tx, actor: Actor) -> int:
    """Brings lines of which there are too few, or too many for one order, down to what can be had and chooses them.

    Returns how many lines changed.
    """
    customer_id = actor.require_customer()
    fitting = [line for line in cart(tx, actor).invalid if line.most > 0 and line.problem in (SHORT, OVER_LIMIT)]
    for line in fitting:
        repository.put(tx, customer_id, line.sku.sku_id, line.most)
    repository.select_lines(tx, customer_id, [line.sku.sku_id for line in fitting], True)
    return len(fitting)


def acknowledge(tx: Tx, actor: Actor, prices: Mapping[int, Money], invalid: Iterable[int]) -> None:
    """The person has been shown these prices (by SKU) and that the invalid lines cannot be ordered."""
    customer_id = actor.require_customer()
    for sku_id, price in prices.items():
        repository.see_price(tx, customer_id, sku_id, price)
    repository.select_lines(tx, customer_id, invalid, False)


def holds(tx: Tx, sku_ids: Collection[int]) -> bool:
    """Whether any of these SKUs is in somebody's cart, or can be had back there."""
    return repository.holds(tx, sku_ids) if sku_ids else False


def take_ordered(tx: Tx, customer_id: int, sku_ids: Iterable[int]) -> None:
    """Takes out what was ordered, inside the transaction that places the order; the rest stays."""
    repository.take(tx, customer_id, sku_ids)


def _line(row: Row[Any], facts: SkuFacts, free: int, actor: Actor) -> CartLine:
    # What costs something else in another currency has not changed its price: the person buys in another one now.
    same = row.seen_currency == facts.price.currency or (not row.seen_currency and actor.prices == BASE)
    seen = Money(row.seen_price, facts.price.currency)
    return CartLine(
        sku=facts, quantity=row.quantity, selected=row.selected, available=free, most=_most(facts, free),
        problem=_problem(row.quantity, facts, free), old_price=seen if same and seen != facts.price else None,
    )


def _problem(quantity: int, facts: SkuFacts, free: int) -> str | None:
    if not facts.on_sale:
        return BARRED if facts.barred else DELISTED
    if free <= 0:
        return SOLD_OUT
    if quantity > free:
        return SHORT
    return OVER_LIMIT if facts.most_per_order is not None and quantity > facts.most_per_order else None


def _quotes(tx: Tx, lines: list[CartLine], rules: Sequence[Rule] | None) -> tuple[Quote, ...]:
    if not lines:
        return ()
    by_currency: dict[str, list[Line]] = {}
    for line in lines:
        by_currency.setdefault(line.sku.price.currency, []).append(_priced(line))
    applied = automatic_rules(tx) if rules is None else rules
    return tuple(
        quote(Basket(tuple(priced), currency, Money.zero(currency)), applied)
        for currency, priced in by_currency.items()
    )


def _priced(line: CartLine) -> Line:
    sku = line.sku
    return Line(sku.sku_id, sku.sku_id, sku.product_id, sku.category_ids, sku.tag_ids, line.quantity, sku.price,
                sku.tax_bp, sku.kind)


def _require_quantity(quantity: int) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_PIECES:
        raise InvalidInput(field="quantity", reason="quantity", most=MOST_PIECES)


def _require_on_sale(tx: Tx, actor: Actor, sku_id: int) -> tuple[SkuFacts, int]:
    facts = sku_facts(tx, [sku_id], actor.prices).get(sku_id)
    if facts is not None and facts.barred:
        raise NotSoldInChat(name=facts.product_name)
    if facts is None or not facts.on_sale:
        raise NotOnSale(name=facts.product_name if facts is not None else {})
    free = available(tx, [sku_id]).get(sku_id, 0)
    if free <= 0:
        raise SoldOut(name=facts.product_name)
    return facts, free


def _most(facts: SkuFacts, free: int) -> int:
    return max(0, min(MOST_PIECES, free, facts.most_per_order or MOST_PIECES))


def _too_many(facts: SkuFacts, free: int) -> Refusal:
    most = facts.most_per_order or MOST_PIECES
    if free < most:
        return NotEnough(available=free, name=facts.product_name)
    return OverLimit(most=most, name=facts.product_name)
