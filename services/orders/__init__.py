"""Checkout and orders: what someone is about to buy, what was bought, its states and its history."""
