"""The address of the browser that asks: what stands before the server, or what a proxy that we trust says."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web

Network = IPv4Network | IPv6Network


def payer_ip(request: web.Request, proxies: Sequence[Network]) -> str:
    """The payer's address, "" when it is not known.

    Anybody can write X-Forwarded-For: it is read from its end for as long as those who added to it are our `proxies`.
    """
    hops = [hop.strip() for hop in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")]
    found = request.remote or ""
    while _is_among(found, proxies) and hops and _is_address(hops[-1]):
        found = hops.pop()
    return found


def _is_among(address: str, proxies: Sequence[Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in each for each in proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
