"""The payment sandbox: an outside system with pages, records and signed notices of its own, and no real money.

It shares nothing with the shop but the protocol: its records lie in a file of their own and it speaks over HTTP.
"""
