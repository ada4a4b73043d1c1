"""Sending a push: who may, with which consent; and pausing, going on and stopping."""

from __future__ import annotations

from services.campaigns import audience, drafts, hours, push_repository, running, sending_repository
from services.campaigns.errors import PushIncomplete, PushState
from services.campaigns.types import (
    ASKED,
    DRAFT,
    PAUSED,
    RUNNING,
    SKIP,
    STOPPED,
    Plan,
    Push,
)
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff import approvals, audit, freeze, mfa
from services.staff.types import PUSHES_EDIT, PUSHES_SEND

ACT = "pushes.send"
# What Telegram takes of one bot, a little less for what else is said meanwhile.
PER_SECOND = 29


def plan(tx: Tx, actor: Actor, push_id: int, zone: str, limit: int) -> Plan:
    """What sending would do now. `zone` is the shop's; above `limit` people a second person must agree.

    Raises NotAllowed, NotFound; PushIncomplete with the reason "content" for a push that says nothing.
    """
    actor.require(PUSHES_EDIT)
    push = drafts.require(tx, push_id)
    if not push.content:
        raise PushIncomplete(reason="content")
    reach = audience.count(tx, actor, push.audience)
    missing = tuple(each for each in reach.languages if each not in push.content)
    left_out = sum(reach.languages[each] for each in missing) if push.fallback == SKIP else 0
    people = reach.left - left_out
    begins_at = hours.begins(push.timing, push.send_at, push.local_hour, zone, tx.now)
    return Plan(push, reach, people, begins_at, -(-people // PER_SECOND), people > limit, missing)


def send(tx: Tx, actor: Actor, push_id: int, version: int, zone: str, limit: int) -> Push:
    """Sends the push as it was at `version`, or asks a second person where it goes to more than `limit` people.

    Raises NotAllowed, Locked, Frozen, NotFound, PushIncomplete, PushState ("changed" if it says something else now).
    """
    actor.require(PUSHES_SEND)
    mfa.require_unlocked(tx, actor)
    freeze.refuse_if_frozen(tx)
    push = _locked(tx, push_id)
    if push.state != DRAFT:
        raise PushState(reason=push.state)
    if push.version != version:
        raise PushState(reason="changed")
    planned = plan(tx, actor, push_id, zone, limit)
    if not planned.people:
        raise PushIncomplete(reason="nobody")
    if planned.needs_second:
        facts = {"push": push_id, "version": version, "people": planned.people, "name": push.name, "zone": zone}
        approvals.request(tx, actor, ACT, f"push:{push_id}-{version}", facts)
        push_repository.change(tx, push_id, (DRAFT,), state=ASKED)
        return drafts.require(tx, push_id)
    return _begin(tx, actor, push, zone)


def send_approved(tx: Tx, actor: Actor, approval_id: int) -> Push:
    """A second person agrees, and the push goes out as the first one saw it.

    Raises what `approvals.take` raises, Frozen, PushState if it was taken back or changed meanwhile.
    """
    approval = approvals.take(tx, actor, approval_id, ACT)
    freeze.refuse_if_frozen(tx)
    push = _locked(tx, approval.facts["push"])
    if push.state != ASKED or push.version != approval.facts["version"]:
        raise PushState(reason=push.state if push.state != ASKED else "changed")
    return _begin(tx, actor, push, approval.facts["zone"], asked_by=approval.requested_by)


def take_back(tx: Tx, actor: Actor, push_id: int) -> Push:
    """A push that waits for a second person is a draft again. Raises NotAllowed, NotFound, PushState."""
    actor.require(PUSHES_SEND)
    # Counted up: what was asked for is not what is sent later.
    push = _locked(tx, push_id)
    if not push_repository.change(tx, push_id, (ASKED,), state=DRAFT, fallback=push.fallback):
        raise PushState(reason=push.state)
    audit.record(tx, actor, "pushes.take-back", f"push:{push_id}")
    return drafts.require(tx, push_id)


def pause(tx: Tx, actor: Actor, push_id: int) -> Push:
    """Raises NotAllowed, NotFound, PushState for one that does not run."""
    return _turn(tx, actor, push_id, RUNNING, PAUSED, "pushes.pause")


def resume(tx: Tx, actor: Actor, push_id: int) -> Push:
    """Goes on where it was paused; nobody is told twice. Raises NotAllowed, NotFound, PushState."""
    freeze.refuse_if_frozen(tx)
    push = _turn(tx, actor, push_id, PAUSED, RUNNING, "pushes.resume")
    running.ask_for_run(tx, push_id)
    return push


def stop(tx: Tx, actor: Actor, push_id: int) -> Push:
    """Stops for good: who was not told yet never is. Raises NotAllowed, NotFound, PushState."""
    actor.require(PUSHES_SEND)
    push = _locked(tx, push_id)
    if not push_repository.change(tx, push_id, (RUNNING, PAUSED), state=STOPPED, ended_at=tx.now):
        raise PushState(reason=push.state)
    left = sending_repository.leave_out(tx, push_id)
    audit.record(tx, actor, "pushes.stop", f"push:{push_id}", {"unsent": left})
    return drafts.require(tx, push_id)


def _begin(tx: Tx, actor: Actor, push: Push, zone: str, asked_by: int | None = None) -> Push:
    """Writes a row for each person; from now on the runner finds them."""
    first = hours.begins(push.timing, push.send_at, push.local_hour, zone, tx.now)
    people = sending_repository.plan(tx, push, first)
    if not people:
        raise PushIncomplete(reason="nobody")
    for region in sending_repository.regions_abroad(tx, push.id):
        there = hours.zone_of(region)
        if there is not None:
            at = hours.begins(push.timing, push.send_at, push.local_hour, there, tx.now)
            sending_repository.set_zone(tx, push.id, region, there, at)
    push_repository.change(tx, push.id, (DRAFT, ASKED), state=RUNNING, people=people,
                           confirmed_by=asked_by or actor.id, started_at=tx.now)
    running.ask_for_run(tx, push.id)
    audit.record(tx, actor, ACT, f"push:{push.id}", {"people": people, "version": push.version})
    return drafts.require(tx, push.id)


def _turn(tx: Tx, actor: Actor, push_id: int, old: str, new: str, act: str) -> Push:
    actor.require(PUSHES_SEND)
    push = _locked(tx, push_id)
    if not push_repository.change(tx, push_id, (old,), state=new):
        raise PushState(reason=push.state)
    audit.record(tx, actor, act, f"push:{push_id}", {"settled": push.tally.settled})
    return drafts.require(tx, push_id)


def _locked(tx: Tx, push_id: int) -> Push:
    push = push_repository.find(tx, push_id, locked=True)
    if push is None:
        raise NotFound()
    return push
