"""What Magento's people read in a ticket. Lenient: tickets are written by people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.request.identifiers import (
    AZURE_GROUP_PATTERN,
    AZURE_NAME_PATTERN,
    AZURE_REGION_PATTERN,
    UUID_PATTERN,
)
from core.request.model import Platform

_ACCOUNT = re.compile(r"(?<![\w-])\d{12}(?![\w-])")
_SERVICE = re.compile(r"com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]+")
_SUBSCRIPTION = re.compile(
    rf"subscription\b[^\n/]{{0,40}}?(?<![\w-])({UUID_PATTERN})(?![\w-])", re.IGNORECASE
)
_AZURE_SERVICE = re.compile(
    rf"{AZURE_GROUP_PATTERN}/providers/Microsoft\.Network/privateLinkServices/[\w.-]*\w"
    rf"|{AZURE_NAME_PATTERN}\.{UUID_PATTERN}\.{AZURE_REGION_PATTERN}\.azure\.privatelinkservice",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([^A-Za-z0-9\s])")
_PORT = re.compile(r"\bports?\W{0,6}([0-9]{1,5}(?:\s*(?:,|and|&)\s*[0-9]{1,5})*)", re.IGNORECASE)
_FROM = re.compile(r"\bfrom[\s-]+magento\b|magento\W*(?:->|→|to\b)", re.IGNORECASE)
_TO = re.compile(r"(?:\bto|->|→)[\s-]*magento\b", re.IGNORECASE)
FORBIDDEN: Mapping[Platform, tuple[int, ...]] = {"aws": (22,), "azure": (22, 443)}
"""Ports that are never opened into Magento."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as understood: the account to allow, the ports to open into Magento, the customer's endpoint
    services to connect to, and whether it asks for both directions.
    """

    number: str
    account: str
    ports: tuple[int, ...]
    service_names: tuple[str, ...]
    bidirectional: bool


def read(text: str, number: str, magento: str, default_account: str, platform: Platform = "aws") -> Ticket:
    """Read a ticket's text. A line about a port counts for the direction that it names, or else the last
    line that named one; without any, for Magento. ``magento`` is Magento's own account.
    """
    text = _ESCAPED.sub(r"\1", text)
    account, service = (_ACCOUNT, _SERVICE) if platform == "aws" else (_SUBSCRIPTION, _AZURE_SERVICE)
    accounts = [found.lower() for found in account.findall(text) if found.lower() != magento]
    names = tuple(dict.fromkeys(found[0] for found in service.finditer(text)))
    towards = True
    ports: dict[int, None] = {}
    for line in text.splitlines():
        if said := _direction(line):
            towards = said == "to"
        for port in _ports(line) if towards else ():
            if 0 < port < 65536 and port not in FORBIDDEN[platform]:
                ports[port] = None
    both = bool(names) or bool(re.search(r"\bbi-?directional\b", text, re.IGNORECASE))
    return Ticket(number, accounts[0] if accounts else default_account, tuple(ports), names, both)


def _ports(line: str) -> list[int]:
    """The ports that a line names after the word, or in a cell of a table row."""
    if line.lstrip().startswith("|"):
        cells = [cell.strip() for cell in line.split("|")]
        return [int(cell) for cell in cells if re.fullmatch(r"[0-9]{1,5}", cell)]
    return [int(port) for match in _PORT.finditer(line) for port in re.findall(r"[0-9]+", match[1])]


def _direction(line: str) -> str | None:
    found = [
        (match.start(), word)
        for word, pattern in (("from", _FROM), ("to", _TO))
        if (match := pattern.search(line))
    ]
    return min(found)[1] if found else None
