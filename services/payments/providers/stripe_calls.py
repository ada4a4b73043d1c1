"""Calls of Stripe's API through its SDK: answers are plain data, errors those of the port.

The SDK pins the version of the API. It neither repeats a call by itself nor reports how long calls took.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import stripe

from services.payments.provider import Refused, Unreachable

# What the API and a notice are read into.
Data = dict[str, Any]

_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
_AT_ONCE = 100
_MOST_PAGES = 200
_WORD = re.compile(r"[a-z_]{1,64}")

# Answers 400 to 404. Everything else (409, 429, 5xx, no answer) leaves open what happened.
_CLEAR = (stripe.InvalidRequestError, stripe.CardError, stripe.PermissionError, stripe.AuthenticationError,
          stripe.IdempotencyError)

stripe.enable_telemetry = False
# Below this level the SDK logs whole requests and answers.
logging.getLogger("stripe").setLevel(logging.WARNING)


class Calls:
    """The account behind a secret key. The connection is made at the first call."""

    def __init__(self, secret_key: str, api_url: str) -> None:
        self._secret_key = secret_key
        self._api_url = api_url
        self._http: stripe.AIOHTTPClient | None = None
        self._client: stripe.StripeClient | None = None

    async def ask(self, call: Callable[[Any], Awaitable[Any]]) -> Data:
        """What `call` hears from the services of the API's first version.

        Raises Unreachable for no answer, one that leaves open what happened, or one without sense; Refused.
        """
        try:
            answer = await call(self._services())
        except stripe.StripeError as error:
            # The SDK puts bodies into its errors: nothing of them is passed on.
            raise _in_our_terms(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(type(error).__name__) from None
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise Unreachable(f"an answer without sense: {type(error).__name__}") from None
        if not isinstance(answer, stripe.StripeObject):
            raise Unreachable("an answer without sense")
        return answer.to_dict()

    async def pages(self, call: Callable[[Any, Data], Awaitable[Any]], wanted: Data) -> AsyncIterator[Data]:
        """All items of a list, page by page. Raises what `ask` raises."""
        page = {**wanted, "limit": _AT_ONCE}
        for _ in range(_MOST_PAGES):
            answer = await self.ask(lambda v1, page=page: call(v1, page))
            items = answer.get("data")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise Unreachable("a list without sense")
            for item in items:
                yield item
            if not answer.get("has_more") or not items:
                return
            page = {**page, "starting_after": items[-1].get("id")}
        raise Unreachable("a list without end")

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.close_async()
            self._http = self._client = None

    def _services(self) -> Any:
        if self._client is None:
            self._http = stripe.AIOHTTPClient(timeout=_TIMEOUT)
            self._client = stripe.StripeClient(
                self._secret_key, base_addresses={"api": self._api_url}, max_network_retries=0,
                http_client=self._http)
        return self._client.v1


def _in_our_terms(error: stripe.StripeError) -> Exception:
    """A clear no is Refused with Stripe's word for it; whatever may be otherwise next time is Unreachable."""
    word = error.code if error.code and _WORD.fullmatch(error.code) else type(error).__name__
    if isinstance(error, _CLEAR) and (error.headers or {}).get("stripe-should-retry") != "true":
        return Refused("idempotency_error" if isinstance(error, stripe.IdempotencyError) else word)
    return Unreachable(f"{error.http_status or 'no answer'} {word}")
