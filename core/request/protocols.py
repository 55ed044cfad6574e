"""The protocols that services name: the transport each rides on, and the ports each is known by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Transport = Literal["TCP", "UDP"]


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol: its transport and the ports it is registered or customary on (none: any port)."""

    transport: Transport = "TCP"
    ports: frozenset[int] = frozenset()


def _tcp(*ports: int) -> Protocol:
    return Protocol("TCP", frozenset(ports))


def _udp(*ports: int) -> Protocol:
    return Protocol("UDP", frozenset(ports))


PROTOCOLS: Mapping[str, Protocol] = {
    "TCP": _tcp(),
    "TLS": _tcp(),
    "SSL": _tcp(),
    "GRPC": _tcp(),
    "HTTP": _tcp(80, 8080),
    "HTTPS": _tcp(443, 8443),
    "WS": _tcp(80, 8080),
    "WSS": _tcp(443, 8443),
    "FTP": _tcp(21),
    "FTPS": _tcp(21, 990),
    "SFTP": _tcp(),
    "MYSQL": _tcp(3306),
    "MARIADB": _tcp(3306),
    "POSTGRESQL": _tcp(5432),
    "POSTGRES": _tcp(5432),
    "MSSQL": _tcp(1433),
    "ORACLE": _tcp(1521),
    "MONGODB": _tcp(27017),
    "REDIS": _tcp(6379),
    "VALKEY": _tcp(6379),
    "MEMCACHED": _tcp(11211),
    "AMQP": _tcp(5672),
    "AMQPS": _tcp(5671),
    "KAFKA": _tcp(9092),
    "ELASTICSEARCH": _tcp(9200),
    "OPENSEARCH": _tcp(9200),
    "SMTP": _tcp(25, 587),
    "SMTPS": _tcp(465),
    "IMAP": _tcp(143),
    "IMAPS": _tcp(993),
    "LDAP": _tcp(389),
    "LDAPS": _tcp(636),
    "NFS": _tcp(2049),
    "SMB": _tcp(445),
    "UDP": _udp(),
    "DTLS": _udp(),
    "QUIC": _udp(),
    "HTTP/3": _udp(),
    "NTP": _udp(123),
    "SNMP": _udp(161, 162),
    "TFTP": _udp(69),
    "RADIUS": _udp(1812),
}
"""Known protocols by name in upper case. Source of the ports: IANA's registry of service names and ports."""

SSH_PROTOCOLS = frozenset({"SSH", "SCP"})
"""Ways of saying SSH. SFTP is not among them: the PrivateLink page itself names SFTP on port 2222."""

SSH_PORT = 22

_GENERIC = frozenset({"TCP", "TLS", "SSL", "GRPC", "SFTP"})
_KNOWN_BY_PORT: Mapping[int, frozenset[str]] = {
    port: frozenset(name for name, protocol in PROTOCOLS.items() if port in protocol.ports)
    for protocol in PROTOCOLS.values()
    for port in protocol.ports
}

CUSTOMARY = frozenset(
    port for protocol in PROTOCOLS.values() if protocol.transport == "TCP" for port in protocol.ports
)
"""The ports that services over TCP are registered or customary on."""


def transport(protocol: str) -> Transport:
    """The transport that a protocol rides on; TCP for one that is not known. Case does not matter."""
    known = PROTOCOLS.get(protocol.strip().upper())
    return known.transport if known else "TCP"


def usual_on(port: int, protocol: str) -> frozenset[str]:
    """What ``port`` is known for where ``protocol`` (upper case) is not among it, else nothing."""
    known = _KNOWN_BY_PORT.get(port, frozenset[str]())
    implausible = protocol in PROTOCOLS and protocol not in known | _GENERIC
    return known if implausible else frozenset()
