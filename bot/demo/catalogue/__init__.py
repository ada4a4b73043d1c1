"""The demo shop's range: 69 products in 129 SKUs, and a few awkward samples, as data without a database."""

from bot.demo.catalogue.loader import load_catalogue
from bot.demo.catalogue.prices import other_prices
from bot.demo.catalogue.types import Catalogue, CatalogueError, Product, Sku, Text

__all__ = ["Catalogue", "CatalogueError", "Product", "Sku", "Text", "load_catalogue", "other_prices"]
