"""What can go wrong, for the bot and for a person."""


class ApiError(Exception):
    """An answer of the Bot API with ``ok: false``."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.ordered = False
        """Not the bot's fault: a test ordered it."""

    def json(self) -> dict[str, object]:
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": {"retry_after": self.retry_after}} if self.retry_after else {})


class FloodWait(ApiError):
    """The bot sent too fast; it may try again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {retry_after}", retry_after)


class CutConnection(Exception):
    """The connection is to be closed without an answer (an ordered fault)."""


class UserError(Exception):
    """A person cannot do this. ``code`` says why in one word for the page, ``detail`` in a sentence for a test."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")
