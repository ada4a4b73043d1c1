"""The Bot API over HTTP: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
import time
from typing import Any

from aiohttp import web

from bot.demo.emulator.call import Call
from bot.demo.emulator.delivery import Delivery
from bot.demo.emulator.errors import ApiError, CutConnection, FloodWait
from bot.demo.emulator.faults import Faults
from bot.demo.emulator.methods import METHODS
from bot.demo.emulator.state import Json
from bot.demo.emulator.wire import Payload, UnreadableBody, read_request
from bot.demo.emulator.world import World

log = logging.getLogger(__name__)

_SECRETS = frozenset({"secret_token"})


class BotApi:
    """Takes calls of the bot, checks them, does them, and writes them down."""

    def __init__(self, world: World, delivery: Delivery, faults: Faults) -> None:
        self.world = world
        self.delivery = delivery
        self.faults = faults
        delivery.on_reply = self._perform_reply

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot{token:[^/]+}/{method}", self._on_call),
            web.post("/bot{token:[^/]+}/{method}", self._on_call),
            web.get("/file/bot{token:[^/]+}/{path:.+}", self._on_file),
        ]

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.bot.token:
            self.world.journal.problem("bad_token", request.match_info["method"])
            return _answer(401, ApiError(401, "Unauthorized").json())
        try:
            payload = await read_request(request)
            status, answer = await self.perform(request.match_info["method"], payload)
        except UnreadableBody as error:
            return _answer(400, ApiError(400, f"Bad Request: can't parse the request body: {error}").json())
        except CutConnection:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return _answer(status, answer)

    async def _on_file(self, request: web.Request) -> web.Response:
        stored = self.world.files.by_path(request.match_info["path"])
        if stored is None or request.match_info["token"] != self.world.bot.token:
            return _answer(404, ApiError(404, "Not Found").json())
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def perform(self, name: str, payload: Payload) -> tuple[int, Json]:
        """Does one call: HTTP status and answer. Raises CutConnection when a fault asks for it."""
        polling = name.lower() == "getupdates"
        begun = time.perf_counter()
        notes: list[str] = []
        status, answer = 0, {}
        self.world.calls_open += not polling
        try:
            status, answer = 200, {"ok": True, "result": await self._run(name, payload, notes)}
        except ApiError as error:
            status, answer = error.code, error.json()
            self._note_refusal(name, payload, error)
        except CutConnection:
            raise
        except Exception as error:  # the edge of a call: a fault of the emulator is told, and stops no queue
            log.exception("Bot API emulator: %s failed", name)
            status, answer = 500, ApiError(500, "Internal Server Error").json()
            self.world.journal.problem("emulator_error", f"{name}: {error!r}")
        finally:
            self.world.calls_open -= not polling
            self.world.pulse.beat()
            if not (polling and status == 200):
                self._log(name, payload, status, time.perf_counter() - begun, answer, notes)
        for note in notes:
            self.world.journal.problem("unknown_field", f"{name}: {note}")
        return status, answer

    async def _perform_reply(self, name: str, payload: Payload) -> None:
        with contextlib.suppress(CutConnection):  # nobody waits for an answer
            await self.perform(name, payload)

    async def _run(self, name: str, payload: Payload, notes: list[str]) -> Any:
        method = METHODS.get(name.lower())
        if method is None:
            log.error("Bot API emulator: method %s is not known", name)
            raise ApiError(404, "Not Found: method not found")
        fault = self.faults.next_for(method.name, payload.raw.get("chat_id"))
        if fault is not None and fault.when == "before":
            await fault.strike()
        uploads = {field: f"attach://{field}" for field in payload.attached if field in method.signature.parameters}
        arguments = method.signature.arguments(payload.raw | uploads, notes)
        result = method.function(Call(self.world, self.delivery, payload.attached), **arguments)
        if inspect.isawaitable(result):
            result = await result
        if fault is not None and fault.when == "after":
            await fault.strike()
        return result

    def _note_refusal(self, name: str, payload: Payload, error: ApiError) -> None:
        if error.ordered:
            return
        kind = "flood" if isinstance(error, FloodWait) else "api_4xx"
        self.world.journal.problem(kind, f"{name} to {payload.raw.get('chat_id')}: {error.description}")

    def _log(self, name: str, payload: Payload, status: int, seconds: float, answer: Json, notes: list[str]) -> None:
        body = {key: "…" if key in _SECRETS else _readable(value) for key, value in payload.raw.items()}
        body |= {key: f"<{file.name}, {len(file.data)} bytes>" for key, file in payload.attached.items()}
        query = self.world.queries.get(str(payload.raw.get("callback_query_id", "")))
        chat = query.chat.id if query is not None else _readable(payload.raw.get("chat_id"))
        self.world.journal.add(
            self.world.now(), "out", name,
            chat=chat, status=status, seconds=seconds, body=body, reply=answer, notes=notes,
        )  # fmt: skip


def _answer(status: int, answer: Json | dict[str, object]) -> web.Response:
    return web.json_response(answer, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _readable(value: Any) -> Any:
    """A form sends numbers and objects as text; the log shows what they are."""
    if not isinstance(value, str) or value[:1] not in ("{", "[", "-", *"0123456789"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
