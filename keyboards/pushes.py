"""Taps of pushes: what hangs below each of them, and the screens on which they are put together and sent."""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class PushGoTap(Tap, prefix="1wb"):
    """A customer follows the button at this place of a push."""

    push: Id
    place: int


class PushOffTap(Tap, prefix="1wc"):
    """A customer wants no more pushes."""

    push: Id


class PushOnTap(Tap, prefix="1wd"):
    """The customer takes that back."""

    push: Id


class PushesTap(Tap, prefix="1we"):
    """A page of a list: tab "drafts", "running" or "over"."""

    tab: str = "running"
    before: OptionalId = None


class NewPushTap(Tap, prefix="1wf"):
    """Begins a push."""


class PushTap(Tap, prefix="1wg"):
    """The card of one."""

    push: Id


class PushPeopleTap(Tap, prefix="1wh"):
    """Its audience."""

    push: Id


class PushAddTap(Tap, prefix="1wi"):
    """Adds a condition: and, in the group with this number; or, in a new one (-1).

    It is chosen part by part: `kind`; `of` "a"nything, a "p"roduct or a "c"ategory; `id` (of what, or an amount);
    `days` (0 for ever, -1 not chosen yet).
    """

    push: Id
    group: int = -1
    kind: str = ""
    of: str = ""
    id: Id = 0
    days: int = -1
    page: int = 1


class PushTurnTap(Tap, prefix="1wj"):
    """Exchanges "is" and "is not" in a condition."""

    push: Id
    group: int
    place: int


class PushCutTap(Tap, prefix="1wk"):
    """Takes a condition out."""

    push: Id
    group: int
    place: int


class PushSavedTap(Tap, prefix="1wl"):
    """The saved audiences, or one of them put into the push."""

    push: Id
    audience: OptionalId = None


class PushSaveTap(Tap, prefix="1wm"):
    """Asks under which name to keep the audience."""

    push: Id


class PushForgetTap(Tap, prefix="1wn"):
    """Drops a saved audience."""

    push: Id
    audience: Id


class PushTextsTap(Tap, prefix="1wo"):
    """What it says, language by language."""

    push: Id


class PushTextTap(Tap, prefix="1wp"):
    """Asks for the message of a language."""

    push: Id
    language: str


class PushTextCutTap(Tap, prefix="1wq"):
    """Takes a language out."""

    push: Id
    language: str


class PushFallbackTap(Tap, prefix="1wr"):
    """What people get whose language is missing: "other" or "skip"."""

    push: Id
    fallback: str


class PushButtonsTap(Tap, prefix="1ws"):
    """Its buttons."""

    push: Id


class PushButtonTap(Tap, prefix="1wt"):
    """Adds a button: first its kind, then to what."""

    push: Id
    kind: str
    id: Id = 0
    page: int = 1


class PushButtonCutTap(Tap, prefix="1wu"):
    """Takes a button out."""

    push: Id
    place: int


class PushTimeTap(Tap, prefix="1wv"):
    """When: without `timing` the choices; "at" asks for a moment, "local" takes an hour."""

    push: Id
    timing: str = ""
    hour: int = 0


class PushPreviewTap(Tap, prefix="1ww"):
    """Sends it to oneself, or to the `testers`, in each language."""

    push: Id
    testers: bool = False


class PushPlanTap(Tap, prefix="1wx"):
    """What sending would do, and whether to do it."""

    push: Id


class PushSendTap(Tap, prefix="1wy"):
    """Sends it as it was at this version."""

    push: Id
    version: int


class PushActTap(Tap, prefix="1wz"):
    """Does `act`: "pause", "resume", "stop", "take-back", "again", "file", "drop" or "restore"."""

    push: Id
    act: str


class PushTagTap(Tap, prefix="1wt1"):
    """Asks for the tag that everybody on an uploaded list gets."""

    push: Id
    group: int
    list: Id
