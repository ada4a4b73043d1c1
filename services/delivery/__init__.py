"""Delivery: zones of regions, the ways of delivery to each, their fees and days."""
