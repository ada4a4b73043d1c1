"""Money: integer minor units and an ISO 4217 code, in one type. No float ever touches an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one calculation."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (fen, cents) of one currency. May be negative only as a difference."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            raise TypeError(f"amount must be an integer of minor units, not {type(self.amount).__name__}")

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, count: int) -> Money:
        if not isinstance(count, int):
            raise TypeError("money is multiplied by whole counts only; use share() for parts")
        return Money(self.amount * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    def share(self, basis_points: int) -> Money:
        """`basis_points`/10,000 of the amount, rounded half up (half away from zero) to the minor unit."""
        return Money(round_half_up(self.amount * basis_points, 10_000), self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """The amount in parts proportional to `weights`, which add up exactly (see `allocate`)."""
        return tuple(Money(part, self.currency) for part in allocate(self.amount, weights))


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest integer, halves away from zero; `denominator` > 0."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def allocate(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Splits `amount` ≥ 0 in proportion to `weights` by the largest remainder (Hamilton's method).

    The parts add up to `amount` exactly; each differs from its exact share by less than one unit; ties go to
    the earlier weight. With all weights zero the whole amount goes to the first part (there must be one).
    """
    if amount < 0 or any(weight < 0 for weight in weights):
        raise ValueError("amounts and weights to allocate must not be negative")
    total = sum(weights)
    if total == 0:
        if not weights:
            raise ValueError("nothing to allocate to")
        return (amount, *(0 for _ in weights[1:]))
    floors = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    missing = amount - sum(floors)
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:missing]:
        floors[index] += 1
    return tuple(floors)
