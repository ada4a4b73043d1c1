"""Prices: lines and rules in, a quote out that explains itself line by line. Pure: no database, no clock."""
