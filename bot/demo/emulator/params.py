"""Parameters of a method, declared once: by the annotations of the function that does it.

A parameter annotated with a dataclass stands for that dataclass's fields; ``T | None`` or a default makes it optional.
Objects are ``Annotated[Json, Shape(...)]``. Everything that comes in is checked against these declarations.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NewType, Union, get_args, get_origin

from bot.demo.emulator.errors import bad_request
from bot.demo.emulator.state import Json

Upload = NewType("Upload", str)
"""A file: ``attach://name`` of this request, or a file_id, or a URL."""

_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    **{kind: f"there is no {kind} in the request" for kind in ("photo", "document", "video", "animation")},
}
"""The service's words for what is missing, where it has its own."""

Hint = Any
"""A type annotation, as ``typing.get_type_hints`` gives it."""


@dataclass(frozen=True, eq=False)
class Shape:
    """An object of the Bot API: its fields and their types."""

    name: str
    required: Mapping[str, Hint] = field(default_factory=dict)
    optional: Mapping[str, Hint] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameter:
    name: str
    hint: Hint
    required: bool
    group: str | None
    """The argument of the function whose dataclass has this parameter."""


class Signature:
    """What a method takes, read from its function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.groups: dict[str, type] = {}
        self.parameters: dict[str, Parameter] = {}
        hints = typing.get_type_hints(function, include_extras=True)
        for name, argument in list(inspect.signature(function).parameters.items())[1:]:
            hint = hints[name]
            if dataclasses.is_dataclass(hint) and isinstance(hint, type):
                self.groups[name] = hint
                self._add_group(name, hint)
            else:
                required = argument.default is inspect.Parameter.empty
                self.parameters[name] = Parameter(name, hint, required, None)

    def _add_group(self, group: str, kind: type) -> None:
        hints = typing.get_type_hints(kind, include_extras=True)
        for item in dataclasses.fields(kind):
            required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
            self.parameters[item.name] = Parameter(item.name, hints[item.name], required, group)

    def arguments(self, raw: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
        """The function's arguments from what was sent; raises ApiError. Unknown fields of objects go to ``notes``."""
        for name in raw:
            if name not in self.parameters:
                raise bad_request(f'unknown parameter "{name}"')
        plain: dict[str, Any] = {}
        grouped: dict[str, dict[str, Any]] = {group: {} for group in self.groups}
        for parameter in self.parameters.values():
            value = raw.get(parameter.name)
            if value is None:
                if parameter.required:
                    raise bad_request(_MISSING.get(parameter.name, f'parameter "{parameter.name}" is required'))
                continue
            target = plain if parameter.group is None else grouped[parameter.group]
            target[parameter.name] = _checked(parameter.hint, value, parameter.name, notes)
        return plain | {group: kind(**grouped[group]) for group, kind in self.groups.items()}


def _checked(hint: Hint, value: Any, path: str, notes: list[str]) -> Any:
    origin = get_origin(hint)
    if hint is Any:
        return value
    if origin in (Union, types.UnionType):
        choices = [choice for choice in get_args(hint) if choice is not types.NoneType]
        return _checked(choices[0], value, path, notes) if len(choices) == 1 else _int_or_text(value, path)
    if origin is typing.Annotated:
        kind, shape = get_args(hint)
        if not isinstance(shape, Shape):
            return _checked(kind, value, path, notes)
        return _object(shape, _from_json(value, path), path, notes)
    if origin is list:
        items = _from_json(value, path)
        if not isinstance(items, list):
            raise _mistyped(path, "Array")
        return [_checked(get_args(hint)[0], item, f"{path}[{index}]", notes) for index, item in enumerate(items)]
    return _SCALARS[hint](value, path)


def _object(shape: Shape, value: Any, path: str, notes: list[str]) -> Json:
    if not isinstance(value, dict):
        raise _mistyped(path, shape.name)
    for name in shape.required:
        if value.get(name) is None:
            raise bad_request(f"can't parse {path}: Can't find field \"{name}\"")
    known = {**shape.required, **shape.optional}
    notes.extend(f"unknown field {path}.{name} of {shape.name}" for name in value if name not in known)
    return {
        name: _checked(known[name], item, f"{path}.{name}", notes)
        for name, item in value.items()
        if name in known and item is not None
    }


def _from_json(value: Any, path: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad_request(f"can't parse {path.replace('_', ' ')} JSON object") from error


def _mistyped(path: str, kind: str) -> Exception:
    return bad_request(f'parameter "{path}" must be of type {kind}')


def _int(value: Any, path: str) -> int:
    if isinstance(value, bool):
        raise _mistyped(path, "Integer")
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    if isinstance(value, int):
        return value
    raise _mistyped(path, "Integer")


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _mistyped(path, "String")
    return value


def _int_or_text(value: Any, path: str) -> int | str:
    if isinstance(value, str) and not value.lstrip("-").isdecimal():
        return value
    return _int(value, path)


def _bool(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "1", "yes", "false", "0", "no"):
        return value.lower() in ("true", "1", "yes")
    raise _mistyped(path, "Boolean")


def _float(value: Any, path: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise _mistyped(path, "Float") from error


_SCALARS: dict[Any, Callable[[Any, str], Any]] = {int: _int, str: _text, bool: _bool, float: _float, Upload: _text}
