"""Identifiers that people or other systems see."""

from __future__ import annotations

import secrets

# Crockford's base 32 without I, L, O, U: unambiguous when read aloud or typed.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"

_LARGEST = 2**63 - 1


def random_code(length: int) -> str:
    """A random code of `length` symbols of 5 bits each."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def token() -> str:
    """An unguessable capability for a link: 128 random bits, 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def nonce() -> str:
    """A short random word that makes a tap count once: 40 bits, 8 characters of `0-9A-Z`."""
    return random_code(8)


def to_base36(number: int) -> str:
    if number < 0:
        raise ValueError("ids are not negative")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _BASE36[rest] + digits
        if not number:
            return digits


def from_base36(text: str) -> int:
    """The number, or ValueError; accepts what `to_base36` makes of a key (63 bits), for no database takes more."""
    if not text or len(text) > 13 or any(char not in _BASE36 for char in text) or int(text, 36) > _LARGEST:
        raise ValueError("not a base 36 id")
    return int(text, 36)
