"""Finding people by name or phone although both are sealed: keyed fingerprints of what somebody may type.

Of a name the beginnings of its words are kept, of a phone number the whole and its last four digits. A fingerprint says
nothing without the key, but equal names have equal ones: whoever reads the database learns that two people share one.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

from services.customers import finding_repository as repository
from services.customers import phones
from services.shared.crypto import Vault
from services.shared.db import Tx
from services.shared.errors import InvalidInput

# Longer words are found by so many of their characters.
_LONGEST = 12
_NAME, _PHONE, _PHONE_END = "name-part", "phone", "phone-end"
_ENDING = 4
_BETWEEN = re.compile(r"[\W_]+")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
MOST_WORDS = 6


def name_keys(vault: Vault, name: str) -> frozenset[str]:
    """Fingerprints of every beginning of every word of `name`; a Chinese given name counts as a word of its own.

    A single letter is a beginning only where it is a whole word.
    """
    beginnings: set[str] = set()
    for word in _words(name):
        chinese = _IDEOGRAPHS.fullmatch(word) is not None
        for part in {word, word[1:]} if chinese else {word}:
            least = 1 if chinese else min(2, len(part))
            beginnings.update(part[:length] for length in range(least, min(len(part), _LONGEST) + 1))
    return frozenset(vault.blind_index(each, _NAME) for each in beginnings if each)


def phone_keys(vault: Vault, phone: str) -> frozenset[str]:
    """Fingerprints of a number in E.164 and of its last four digits."""
    return frozenset({vault.blind_index(phone, _PHONE), vault.blind_index(phone[-_ENDING:], _PHONE_END)})


def typed_name(vault: Vault, typed: str) -> tuple[str, ...]:
    """The fingerprints that a name must all have to fit what was typed; none where no word was."""
    return tuple(dict.fromkeys(vault.blind_index(word[:_LONGEST], _NAME) for word in _words(typed)[:MOST_WORDS]))


def typed_phone(vault: Vault, typed: str) -> tuple[str, ...]:
    """The fingerprints of which a phone number must have one; none where nothing like a number was typed."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    ending = re.fullmatch(rf"\d{{{_ENDING}}}", plain) is not None
    found = [vault.blind_index(plain, _PHONE_END)] if ending else []
    with suppress(InvalidInput):
        found.append(vault.blind_index(phones.parse(typed), _PHONE))
    return tuple(found)


def note(tx: Tx, customer_id: int, name: str, phone: str | None) -> None:
    """Lets a person be found by this name and number, and by no older ones."""
    keys = name_keys(tx.vault, name) | (phone_keys(tx.vault, phone) if phone else frozenset())
    repository.put(tx, customer_id, keys)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in _BETWEEN.split(plain) if word]
