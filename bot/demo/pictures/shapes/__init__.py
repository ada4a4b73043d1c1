"""The drawings, by name. Importing the modules below registers what they draw."""

from bot.demo.pictures.shapes import (
    air,
    appliances,
    devices,
    emblems,
    fittings,
    household,
    parts,
    phones,
    services,
    smart,
    wearables,
)
from bot.demo.pictures.shapes.registry import SHAPES, Shape

__all__ = [
    "SHAPES",
    "Shape",
    "air",
    "appliances",
    "devices",
    "emblems",
    "fittings",
    "household",
    "parts",
    "phones",
    "services",
    "smart",
    "wearables",
]
