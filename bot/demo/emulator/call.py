"""What a method has at hand while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.emulator.delivery import Delivery
from bot.demo.emulator.files import Attached, StoredFile
from bot.demo.emulator.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: the state it works on and the files that came with it."""

    world: World
    delivery: Delivery
    attached: dict[str, Attached]

    def file(self, value: str, kind: str) -> StoredFile:
        return self.world.files.take(value, kind, self.attached)
