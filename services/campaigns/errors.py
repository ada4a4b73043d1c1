"""Refusals of pushes and audiences."""

from __future__ import annotations

from services.shared.errors import Refusal


class PushState(Refusal):
    """The push is in a state in which that cannot be done. Facts: `reason`, the state."""

    code = "push-state"


class PushIncomplete(Refusal):
    """Something is missing before it can be sent. Facts: `reason` "content", "language" or "nobody"."""

    code = "push-incomplete"


class PushTooLong(Refusal):
    """The message is longer than Telegram allows. Facts: `length`, `most`, `reason` "text" or "caption"."""

    code = "push-too-long"


class BadPush(Refusal):
    """What was sent or typed cannot be part of a push. Facts: `reason`."""

    code = "push-bad"


class OnlyPreview(Refusal):
    """The person looks at a preview: nothing of it counts."""

    code = "push-preview"
