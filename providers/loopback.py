"""Addresses of this machine itself."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host, an address or ``localhost``, is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def local_place(url: str) -> str:
    """``host:port`` of a URL that leads to this machine; else, and where it is no URL, nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2] if is_loopback(parts.hostname or "") else ""
