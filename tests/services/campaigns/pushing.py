"""A push on its way, and a runner that sends nothing but notes whom it would tell."""

from __future__ import annotations

from services.campaigns import drafts, running, sending
from services.campaigns.types import Audience, Letter, Outcome, Push
from services.shared.actors import Actor
from services.shared.db import Store
from tests.services.staff.roster import enlist, staff_actor

ZONE = "Asia/Shanghai"
MEI = staff_actor("marketing", 7, "阿梅")
BOSS = staff_actor("owner", 8, "店主")


async def written(store: Store, audience: Audience | None = None, actor: Actor = MEI, **texts: str) -> Push:
    """A draft with a text in Chinese, or in the given languages."""
    await enlist(store, actor.id, "marketing", actor.name)
    push = await store.write(drafts.start, actor, audience)
    for language, text in (texts or {"zh": "双11 预热"}).items():
        push = await store.write(drafts.set_text, actor, push.id, language, "text", text, text, "")
    return push


async def sent(store: Store, audience: Audience | None = None, **texts: str) -> Push:
    """A push that is under way to an audience."""
    push = await written(store, audience, **texts)
    return await store.write(sending.send, MEI, push.id, push.version, ZONE, 5_000)


async def run(store: Store, holder: str = "one", most: int = 3, outcome: str = "sent") -> list[Letter]:
    """Runs until nobody is left who is due; returns whom it told, in order."""
    told: list[Letter] = []
    if not await store.write(running.take_over, holder):
        return told
    outcomes: list[Outcome] = []
    while True:
        batch = await store.write(running.step, holder, outcomes, most, ZONE)
        if not batch.letters:
            break
        told += batch.letters
        outcomes = [Outcome(each.push_id, each.customer_id, outcome) for each in batch.letters]
    await store.write(running.let_go, holder, ())
    return told
