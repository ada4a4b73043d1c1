"""Promotions that apply by themselves, and coupons: handed out, kept in a wallet, used once by an order."""
