"""Fills a store with the demo shop: catalogue, promotions, delivery, people and their past orders."""

from bot.demo.seed.fill import NotEmpty, fill, prepare, start_afresh

__all__ = ["NotEmpty", "fill", "prepare", "start_afresh"]
