from __future__ import annotations

from services.shared.errors import Refusal


class BadCategory(Refusal):
    """A category cannot stand there. Facts: `code`, `reason` ("depth" or "cycle")."""

    code = "bad-category"


class UnknownCode(Refusal):
    """A category, tag or product is named that does not exist. Facts: `what`, `name`."""

    code = "unknown-code"


class BadTyped(Refusal):
    """Something typed about a product cannot be read. Facts: `reason`, perhaps `line` (its number) or `most`."""

    code = "goods-typed"


class NotReady(Refusal):
    """A product cannot go on the shelf yet. Facts: `missing`, the names of the fields that it lacks."""

    code = "goods-not-ready"


class Outdated(Refusal):
    """Somebody else changed the product meanwhile. Facts: `product_id`, `name` (of whoever did)."""

    code = "goods-outdated"


class CodeTaken(Refusal):
    """Another product or SKU has this code. Facts: `name` (the code), `product_id`."""

    code = "goods-code-taken"


class BelowCost(Refusal):
    """Some SKUs would sell below what they cost; said again with consent, it is done. Facts: `skus` (their codes)."""

    code = "goods-below-cost"
