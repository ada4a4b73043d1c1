"""The bot's Star account as far as it was read: Telegram gives it out by pages and cannot be asked for one payment."""

from __future__ import annotations

import asyncio
from datetime import UTC, date

from services.payments.providers.telegram_invoices import InvoiceGateway, StarMove

_PAGE = 100


class StarAccount:
    """Reads what is new before it answers. Lines that no invoice of ours has are counted and forgotten."""

    def __init__(self, gateway: InvoiceGateway) -> None:
        self._gateway = gateway
        self._lock = asyncio.Lock()
        self._known: set[tuple[str, bool]] = set()
        self._moves: list[StarMove] = []
        self._payments: dict[str, StarMove] = {}

    async def payment(self, payload: str) -> StarMove | None:
        """The first payment of the invoice with this payload, refunded or not. Raises Unreachable."""
        if payload not in self._payments:
            await self._read()
        return self._payments.get(payload)

    async def of_day(self, day: date) -> list[StarMove]:
        """The lines of invoices on a UTC day, in the order of time. Raises Unreachable."""
        await self._read()
        found = [move for move in self._moves if move.at.astimezone(UTC).date() == day]
        return sorted(found, key=lambda move: (move.at, not move.incoming))

    async def _read(self) -> None:
        """Takes in what is new at either end: "chronological order" does not say whether the newest comes last."""
        async with self._lock:
            await self._read_from(len(self._known))
            await self._read_from(0)

    async def _read_from(self, offset: int) -> None:
        """Page by page until one is not full, or says nothing new."""
        while True:
            page = await self._gateway.star_moves(offset, _PAGE)
            new = [move for move in page if (move.charge, move.incoming) not in self._known]
            for move in new:
                self._take(move)
            if len(page) < _PAGE or not new:
                return
            offset += len(page)

    def _take(self, move: StarMove) -> None:
        self._known.add((move.charge, move.incoming))
        if not move.payload:
            return
        self._moves.append(move)
        if move.incoming:
            earlier = self._payments.get(move.payload)
            if earlier is None or move.at < earlier.at:
                self._payments[move.payload] = move
