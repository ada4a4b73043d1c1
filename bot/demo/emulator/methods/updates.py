"""getUpdates and the webhook; getMe, logOut and close."""
# ruff: noqa: ASYNC109 - the Bot API names the parameter

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.demo.emulator.call import Call
from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.params import Upload
from bot.demo.emulator.state import Json


async def get_updates(
    call: Call,
    offset: int = 0,
    limit: int = 100,
    timeout: int = 0,
    allowed_updates: list[str] | None = None,
) -> list[Json]:
    if allowed_updates is not None:
        call.delivery.allowed = allowed_updates or None
    updates = await call.delivery.poll(offset, max(1, min(limit, 100)), timeout)
    call.delivery.log_polled(updates)
    return [update.json() for update in updates]


def set_webhook(
    call: Call,
    url: str = "",
    certificate: Upload | None = None,
    ip_address: str | None = None,
    max_connections: int = 40,
    allowed_updates: list[str] | None = None,
    drop_pending_updates: bool = False,
    secret_token: str | None = None,
) -> bool:
    """Unlike the service it takes plain http, as its bot lives on the same machine."""
    if not url:
        return delete_webhook(call, drop_pending_updates)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret_token is not None and len(secret_token) > 256:
        raise bad_request("secret token is too long")
    if secret_token and not re.fullmatch(r"[A-Za-z0-9_-]+", secret_token):
        raise bad_request("secret token contains unallowed characters")
    if allowed_updates is not None:
        call.delivery.allowed = allowed_updates or None
    connections = max(1, min(max_connections, 100))
    call.delivery.set_webhook(url, secret_token or None, connections, drop=drop_pending_updates)
    return True


def delete_webhook(call: Call, drop_pending_updates: bool = False) -> bool:
    call.delivery.delete_webhook(drop=drop_pending_updates)
    return True


def get_webhook_info(call: Call) -> Json:
    webhook = call.delivery.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(call.delivery.pending),
    }
    if webhook is not None:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error is not None:
            info["last_error_date"], info["last_error_message"] = webhook.last_error
    if call.delivery.allowed:
        info["allowed_updates"] = call.delivery.allowed
    return info


def get_me(call: Call) -> Json:
    return call.world.bot.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def log_out(call: Call) -> bool:
    return True
