"""Taps of promotions and coupons behind the counter: lists, cards, the builder, and giving coupons.

`of` is "promotion" or "coupon"; `draft` a draft's id. What is typed goes through a step of the chat instead.
"""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class DealsTap(Tap, prefix="1db"):
    """A page of a list: tab "running", "planned", "drafts", "over" or "stopped"."""

    of: str = "coupon"
    tab: str = "running"
    before: OptionalId = None


class DealFindTap(Tap, prefix="1dc"):
    """Asks for a name or code to look for."""


class DealTap(Tap, prefix="1dd"):
    """The card of one of them."""

    of: str
    deal: Id


class DealActTap(Tap, prefix="1de"):
    """Does `act` to it: "pause", "resume", "stop", "withdraw" or "copy"."""

    of: str
    deal: Id
    act: str


class DealStopTap(Tap, prefix="1df"):
    """Asks whether to stop it, and how."""

    of: str
    deal: Id


class DealLongerTap(Tap, prefix="1dg"):
    """Asks for a later end."""

    of: str
    deal: Id


class DealRaiseTap(Tap, prefix="1dh"):
    """Asks for a higher limit; without `field` which one."""

    of: str
    deal: Id
    field: str = ""


class NewDealTap(Tap, prefix="1di"):
    """Begins a draft of this kind; without `kind` asks which."""

    kind: str = ""


class DraftTap(Tap, prefix="1dj"):
    """The builder's card."""

    draft: Id


class DraftStepTap(Tap, prefix="1dk"):
    """One step of the builder; `page` of what can be chosen in it."""

    draft: Id
    step: str
    page: int = 1


class DraftSetTap(Tap, prefix="1dl"):
    """Fills in a field with one of the values offered."""

    draft: Id
    field: str
    choice: str


class DraftToggleTap(Tap, prefix="1dm"):
    """Takes a category, tag or product in or out."""

    draft: Id
    field: str
    item: Id
    page: int = 1


class DraftAskTap(Tap, prefix="1dn"):
    """Asks for a field to be typed."""

    draft: Id
    field: str


class DraftTryTap(Tap, prefix="1do"):
    """Tries the draft on sample carts."""

    draft: Id


class DraftOutTap(Tap, prefix="1dp"):
    """Lets this version of the draft out, now or when its window begins; `sure` that it sells below cost."""

    draft: Id
    version: int
    now: bool
    sure: bool = False


class DraftDropTap(Tap, prefix="1dq"):
    """Throws the draft away, once `sure`."""

    draft: Id
    sure: bool = False


class GiveTap(Tap, prefix="1dr"):
    """Asks to whom the coupon is to be given."""

    coupon: Id


class GiveOneTap(Tap, prefix="1ds"):
    """Gives the coupon to a person, once for each nonce."""

    coupon: Id
    customer: Id
    nonce: str


class GiveGroupTap(Tap, prefix="1dt"):
    """Shows who of a group would get the coupon."""

    coupon: Id
    group: str


class GiveManyTap(Tap, prefix="1du"):
    """Gives the coupon to a group, once for each nonce."""

    coupon: Id
    group: str
    nonce: str


class GiftTap(Tap, prefix="1dv"):
    """How far a gift has got."""

    gift: Id


class GiftStopTap(Tap, prefix="1dw"):
    """Stops a gift under way."""

    gift: Id
