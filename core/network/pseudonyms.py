"""Stand-ins for numbers, ids, names and addresses: the same thing has the same stand-in, and two never share one.

A stand-in has the shape of what it stands for, so that whatever reads it works as before. Addresses keep their
relations: two that share a prefix share one of the same length, so that what is inside what stays so, and what
kind of range an address is in (private, link-local, public …) stays too.

Source of the addresses' way: "Prefix-Preserving IP Address Anonymization" (Xu, Fan, Ammar, Moon 2002), here with
keyed BLAKE2b.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_SPECIAL = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "0.0.0.0/32",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "127.0.0.1/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
        "::/128",
        "::1/128",
        "64:ff9b::/96",
        "2000::/3",
        "2001:db8::/32",
        "fc00::/8",
        "fd00::/8",
        "fe80::/10",
        "ff00::/8",
    )
)
"""Ranges whose kind says something ("IANA IPv4 and IPv6 Special-Purpose Address Registries"), and the address that
Azure's probes come from.
"""


class Pseudonyms:
    """The stand-ins of one key. ``keep`` are texts that everybody knows and that stand for themselves."""

    def __init__(self, key: bytes, keep: Collection[str] = ()) -> None:
        self._key = key
        self._keep = frozenset(one.casefold() for one in keep)
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._originals: dict[str, str] = {}
        self._flips: dict[tuple[int, int, int], int] = {}

    @property
    def originals(self) -> Mapping[str, str]:
        """Each stand-in that was given, and what it stands for."""
        return self._originals

    def name(self, text: str) -> str:
        """A name's; upper and lower case are one, as in the ids of Azure."""
        return self._give("name", text, lambda digest: f"n-{digest[:10]}")

    def account(self, text: str) -> str:
        """An account number's: twelve digits."""
        return self._give("account", text, lambda digest: f"{int(digest[:16], 16) % 10**12:012d}")

    def guid(self, text: str) -> str:
        """A GUID's, in lower case."""
        return self._give("guid", text, lambda d: f"{d[:8]}-{d[8:12]}-4{d[13:16]}-8{d[17:20]}-{d[20:32]}")

    def hexadecimal(self, text: str) -> str:
        """Hexadecimal digits', as many; at least eight, so that there are enough different ones."""
        return self._give("hexadecimal", text, lambda digest: digest[: max(8, len(text))])

    def _give(self, kind: str, text: str, make: Callable[[str], str]) -> str:
        folded = text.casefold()
        if not text or folded in self._keep:
            return text
        known = self._given.get((kind, folded))
        if known is not None:
            return known
        tries = 0
        while True:
            digest = hashlib.blake2b(f"{kind}\0{folded}\0{tries}".encode(), key=self._key).hexdigest()
            made = make(digest)
            if made not in self._taken and made != folded:
                break
            tries += 1
        self._given[kind, folded] = made
        self._taken.add(made)
        self._originals[made] = text
        return made

    def address(self, text: str) -> str:
        """An address's or a range's (``10.0.0.0/16``). Raises ValueError for what is neither."""
        head, slash, length = text.partition("/")
        told = ip_address(head)
        bits = self._permuted(told)
        if not slash:
            made = str(type(told)(bits))
        else:
            rest = told.max_prefixlen - int(length)
            if not 0 <= rest <= told.max_prefixlen:
                raise ValueError(text)
            made = f"{type(told)(bits >> rest << rest)}/{length}"
        if made != text:
            self._originals[made] = text
        return made

    def _permuted(self, address: Address) -> int:
        """Each bit is turned, or not, by what the bits before it are."""
        width, value = address.max_prefixlen, int(address)
        made = 0
        for depth in range(width):
            prefix = value >> (width - depth)
            bit = value >> (width - depth - 1) & 1
            made = made << 1 | bit ^ self._flip(address.version, depth, prefix, width)
        return made

    def _flip(self, version: int, depth: int, prefix: int, width: int) -> int:
        place = (version, depth, prefix)
        if place not in self._flips:
            start = prefix << (width - depth)
            end = start + (1 << (width - depth)) - 1
            digest = hashlib.blake2b(f"{version}/{depth}/{prefix}".encode(), key=self._key, digest_size=1)
            self._flips[place] = 0 if _splits(version, start, end) else digest.digest()[0] & 1
        return self._flips[place]


def _splits(version: int, start: int, end: int) -> bool:
    """Whether the addresses from ``start`` to ``end`` are of several kinds: then they stay in their order."""
    return any(
        one.version == version
        and start <= int(one.broadcast_address)
        and end >= int(one.network_address)
        and not (start >= int(one.network_address) and end <= int(one.broadcast_address))
        for one in _SPECIAL
    )
