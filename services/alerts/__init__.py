"""What customers asked to be told: when a SKU can be had again, and when something they saved gets cheaper."""
