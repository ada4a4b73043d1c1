"""Figures of the shop: what came in, from whom and for what, and the owners' digest of a day."""
