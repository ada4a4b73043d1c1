"""Who handles what: each handler module fills a `Routes`; the dispatcher merges them into one dictionary per kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from aiogram.types import ChosenInlineResult, InlineQuery, Message

from keyboards.taps import Tap

if TYPE_CHECKING:
    from handlers.chat.context import Context

TapHandler = Callable[["Context", Any], Awaitable[None]]
WordsHandler = Callable[["Context", str], Awaitable[None]]
MessageHandler = Callable[["Context", Message], Awaitable[None]]
InlineHandler = Callable[["Context", InlineQuery], Awaitable[None]]
ChosenHandler = Callable[["Context", ChosenInlineResult], Awaitable[None]]
H = TypeVar("H", bound=Callable[..., Awaitable[None]])

CUSTOMER, STAFF = "customer", "staff"
TAP, COMMAND, STEP = "tap", "command", "step"
# In place of a permission: being on the roster is enough.
MEMBER = "member"


class Routes:
    """Handlers by what reaches them. A key registered twice is an error at start, never a silent override.

    `audience` says who is acting in all of these: customers in their private chat, or staff. What staff do names the
    permission that it `needs`, or MEMBER: whoever lacks it is refused before the handler runs. The use case checks too.
    The taps of a `private` one count in the private chat only.
    """

    def __init__(self, audience: str = CUSTOMER, *, private: bool = False) -> None:
        self.audience, self._is_private = audience, private
        self.taps: dict[str, tuple[type[Tap], TapHandler, str]] = {}
        self.commands: dict[str, tuple[WordsHandler, str]] = {}
        self.starts: dict[str, WordsHandler] = {}
        self.steps: dict[str, tuple[MessageHandler, str]] = {}
        self.fallbacks: dict[str, Any] = {}
        self.needs: dict[tuple[str, str], str] = {}
        self.private: set[str] = set()
        self.overrides: dict[str, WordsHandler] = {}

    def tap(self, data: type[Tap], needs: str | None = None) -> Callable[[H], H]:
        """A button whose callback data is `data`; the handler gets it parsed."""
        self._need(TAP, data.__prefix__, needs)
        if self._is_private:
            self.private.add(data.__prefix__)
        return self._adder(self.taps, data.__prefix__, lambda handler: (data, handler, self.audience))

    def command(self, name: str, needs: str | None = None) -> Callable[[H], H]:
        """`/name words`; the handler gets the words."""
        self._need(COMMAND, name, needs)
        return self._adder(self.commands, name, lambda handler: (handler, self.audience))

    def override(self, name: str) -> Callable[[H], H]:
        """`/name words` of customers, where staff say it in private: this comes in its place."""
        return self._adder(self.overrides, name, lambda handler: handler)

    def start(self, prefix: str) -> Callable[[H], H]:
        """`/start <prefix><rest>` of a deep link; the handler gets the rest. The longest prefix wins."""
        return self._adder(self.starts, prefix, lambda handler: handler)

    def step(self, name: str, needs: str | None = None) -> Callable[[H], H]:
        """What the person sends while their chat waits at this step."""
        self._need(STEP, name, needs)
        return self._adder(self.steps, name, lambda handler: (handler, self.audience))

    def fallback(self, kind: str) -> Callable[[H], H]:
        """What nothing else took: "text" (the words), "home" (no argument but ""), "media" (the message),
        "inline" (the query), "chosen" (the chosen result)."""
        return self._adder(self.fallbacks, kind, lambda handler: handler)

    def merge(self, other: Routes) -> None:
        """Takes over all entries of `other`. Raises ValueError when both handle the same thing."""
        for mine, theirs in (
            (self.taps, other.taps), (self.commands, other.commands), (self.starts, other.starts),
            (self.steps, other.steps), (self.fallbacks, other.fallbacks), (self.overrides, other.overrides),
        ):
            if clash := mine.keys() & theirs.keys():
                raise ValueError(f"handled twice: {sorted(clash)}")
            mine.update(theirs)  # type: ignore[arg-type]
        self.needs.update(other.needs)
        self.private |= other.private

    def desk_commands(self) -> dict[str, str]:
        """The commands of staff, and what each needs."""
        return {name: self.needs.get((COMMAND, name), MEMBER)
                for name, (_, audience) in self.commands.items() if audience == STAFF}

    def _need(self, kind: str, key: str, needs: str | None) -> None:
        if needs is not None:
            self.needs[kind, key] = needs

    def _adder(self, table: dict[str, Any], key: str, entry: Callable[[H], Any]) -> Callable[[H], H]:
        def add(handler: H) -> H:
            if key in table:
                raise ValueError(f"handled twice: {key}")
            table[key] = entry(handler)
            return handler

        return add
