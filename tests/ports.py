"""Ports for servers of tests."""

from __future__ import annotations

import os
import socket
from itertools import count

# Each test process takes ports of its own, one after the other, below those that the system hands out (32768).
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS = count(21_000 + 500 * (_WORKER % 23))


def free_port() -> int:
    """A port of this machine that nobody listens on and no other test process will take."""
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("unreachable")
