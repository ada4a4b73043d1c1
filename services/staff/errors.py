"""Refusals of the roster, of codes and of second persons."""

from __future__ import annotations

from services.shared.errors import Refusal


class Locked(Refusal):
    """The act needs a code of the actor's authenticator first. Facts: `reason` "code", or "enrol" without one."""

    code = "locked"


class WrongCode(Refusal):
    """The code is not right, was used already or is out of date. Facts: `left`, the tries before a pause."""

    code = "wrong-code"


class CodePaused(Refusal):
    """Too many wrong codes. Facts: `until`."""

    code = "code-paused"


class AlreadyEnrolled(Refusal):
    """The person has an authenticator already; a manager can reset it."""

    code = "already-enrolled"


class InvitationGone(Refusal):
    """The link was used, withdrawn or is too old. Facts: `reason` "used", "withdrawn" or "expired"."""

    code = "invitation-gone"


class AlreadyStaff(Refusal):
    """The person is on the roster already. Facts: `role`."""

    code = "already-staff"


class NotYours(Refusal):
    """Nobody gives or takes rights that they do not hold themselves, nor touches an owner or themselves."""

    code = "not-yours"


class RoleHeld(Refusal):
    """People hold the role: it cannot go, nor lose its last permission. Facts: `people`, how many."""

    code = "role-held"


class Frozen(Refusal):
    """The shop is read-only: no new orders, no pushes."""

    code = "frozen"


class SamePerson(Refusal):
    """A second person must decide, not the one who asked."""

    code = "same-person"


class AlreadyDecided(Refusal):
    """Somebody has decided already. Facts: `name`, `reason` "approved" or "refused"."""

    code = "already-decided"
