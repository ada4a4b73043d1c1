"""Campaigns: whom the shop means, what it says to them, and how that goes out, once and with consent."""
