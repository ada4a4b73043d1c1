"""The carriers that the shop works with, as data, and what the shape of a number says about its carrier."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.shared.errors import NotFound
from services.shipping.errors import BadNumber

_SEPARATORS = re.compile(r"[\s\-‐–—_.·]+")


@dataclass(frozen=True, slots=True)
class Carrier:
    """`shape` is the pattern of all its numbers; None for the shop's own riders, who go by the order's number."""

    code: str
    name: dict[str, str]
    shape: str | None
    example: str

    @property
    def numbered(self) -> bool:
        """Whether its parcels have numbers of its own."""
        return self.shape is not None

    def fits(self, number: str) -> bool:
        return self.shape is not None and re.fullmatch(self.shape, number) is not None


@cache
def carriers() -> tuple[Carrier, ...]:
    entries = json.loads((Path(__file__).parent / "carriers.json").read_text(encoding="utf-8"))
    return tuple(
        Carrier(entry["code"], {"zh": entry["zh"], "en": entry["en"]}, entry["shape"], entry["example"])
        for entry in entries
    )


def require(code: str) -> Carrier:
    """The carrier, or NotFound."""
    for carrier in carriers():
        if carrier.code == code:
            return carrier
    raise NotFound()


def clean(text: str) -> str:
    """A typed or pasted number as it is stored: plain capitals and digits without separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def guess(number: str) -> Carrier | None:
    """The only carrier whose numbers look like this cleaned one; None when none or several do."""
    fitting = [carrier for carrier in carriers() if carrier.fits(number)]
    return fitting[0] if len(fitting) == 1 else None


def check(carrier: Carrier, text: str) -> str:
    """The cleaned number of a numbered carrier's parcel. Raises BadNumber with an example of a right one."""
    number = clean(text)
    if not carrier.fits(number):
        raise BadNumber(carrier=carrier.name, example=carrier.example, **_off(carrier.example, number))
    return number


def _off(example: str, number: str) -> dict[str, object]:
    """What is wrong with a number that begins like the carrier's and is too short or too long."""
    letters = example.rstrip("0123456789")
    off = len(number) - len(example)
    if not off or not number.startswith(letters):
        return {}
    return {"reason": "long" if off > 0 else "short", "off": abs(off)}
