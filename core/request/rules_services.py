"""The rules about the services that cross the connection.

Each rule is a pure function from facts and one service to problems, except those that compare services.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator

from core.request.codes import error, warning
from core.request.facts import Facts, Rule, ServiceFacts, is_blank, said
from core.request.fields import field_at
from core.request.identifiers import address, is_aws_id, is_private, is_uuid, machine_subscription
from core.request.model import Problem
from core.request.protocols import PROTOCOLS, SSH_PORT, SSH_PROTOCOLS, transport, usual_on
from core.text import quoted

ServiceRule = Callable[[Facts, ServiceFacts], Iterator[Problem]]

_LONGEST_LABEL = 80
_PROTOCOL = re.compile(r"[A-Z0-9][A-Z0-9 ._+/-]{0,31}")
_NO_SSH = (
    "you cannot establish SSH connections using PrivateLink, and Magento cannot open port 22 between VPCs"
)
_INSTEAD_OF_SSH = "Use `magento-cloud ssh` over the internet, or another protocol such as SFTP on port 2222."


def direction(facts: Facts, service: ServiceFacts) -> Iterator[Problem]:
    """One of the two directions, and never from Magento over a unidirectional connection."""
    path = f"{service.path}.direction"
    value = said(service.draft.direction)
    if value is not None and service.direction is None:
        yield error("direction-unknown", path, f"{quoted(value)} is no direction", field_at(path).find)
    if facts.type == "unidirectional" and service.direction == "from-magento":
        yield error(
            "unidirectional-from-magento",
            path,
            "over a unidirectional connection only you connect to Magento, never Magento to you",
            "Choose bidirectional, or remove the service.",
        )


def label(facts: Facts, service: ServiceFacts) -> Iterator[Problem]:
    """A name that fits on a line."""
    if service.name and len(service.name) > _LONGEST_LABEL:
        yield error(
            "service-label-long",
            f"{service.path}.name",
            f"the name has {len(service.name):,} characters; {_LONGEST_LABEL} fit",
            "Shorten it to what people call the service.",
        )


def protocol(facts: Facts, service: ServiceFacts) -> Iterator[Problem]:
    """Known, never SSH, carried by TCP, and plausible on its port."""
    value = service.protocol
    if value is None:
        return
    path = f"{service.path}.protocol"
    if not _PROTOCOL.fullmatch(value):
        yield error("protocol-syntax", path, f"{quoted(value)} is no protocol", field_at(path).find)
    elif value in SSH_PROTOCOLS:
        yield error("protocol-ssh", path, f"{_NO_SSH}: {value} is refused", _INSTEAD_OF_SSH)
    elif transport(value) == "UDP":
        yield error(
            "protocol-udp",
            path,
            f"{value} rides on UDP, and UDP is not offered here, only TCP",
            "Use the service over TCP, or ask your CTA whether Magento can open UDP for you.",
        )
    elif value not in PROTOCOLS:
        yield warning(
            "protocol-unknown",
            path,
            f"{quoted(value)} is not among the known protocols; it is taken to ride on TCP",
            "Leave it if it rides on TCP; else correct it.",
        )
    elif service.port is not None and (usual := usual_on(service.port, value)):
        yield warning(
            "protocol-port",
            f"{service.path}.port",
            f"port {service.port} is known for {' or '.join(sorted(usual))}, not for {value}",
            "Compare protocol and port with the service; leave them if they are right.",
        )


def port(facts: Facts, service: ServiceFacts) -> Iterator[Problem]:
    """1 to 65535 and never 22, for the port that crosses and the one that targets listen on."""
    for name, value in (("port", service.port), ("target_port", service.target_port)):
        path = f"{service.path}.{name}"
        if value is None:
            continue
        if not 1 <= value <= 65535:
            yield error(
                "port-range", path, f"{_number(value)} is no port: ports are 1 to 65535", field_at(path).find
            )
        elif value == SSH_PORT:
            yield error("port-ssh", path, f"{_NO_SSH}: port 22 is refused", _INSTEAD_OF_SSH)
    if (
        facts.platform == "azure"
        and service.direction == "to-magento"
        and service.port in facts.offer.azure_refused_ports
    ):
        yield error(
            "port-refused",
            f"{service.path}.port",
            f"port {service.port} from Azure into Magento does not work",
            "Use another port, for example 80, or ask your CTA.",
        )


def _number(value: int) -> str:
    return f"{value:,}" if abs(value) < 10**15 else "that huge number"


def targets(facts: Facts, service: ServiceFacts) -> Iterator[Problem]:
    """What answers behind the load balancer: private addresses or instances, for from-magento only."""
    path = f"{service.path}.targets"
    if service.direction == "to-magento":
        if service.targets:
            yield warning(
                "targets-unneeded",
                path,
                "the service is in Magento: its targets are ignored",
                "Remove them, or correct the direction if Magento connects to you.",
            )
        if service.target_port is not None:
            yield warning(
                "target-port-unneeded",
                f"{service.path}.target_port",
                "the service is in Magento: its target port is ignored",
                "Remove it, or correct the direction if Magento connects to you.",
            )
        return
    if service.direction == "from-magento" and all(map(is_blank, service.draft.targets)):
        yield warning(
            "targets-missing",
            path,
            "no target is named, so nothing answers when Magento connects",
            "Name what answers, or register it with the target group by hand.",
        )
    for place, target in service.targets:
        yield from _target(facts, place, target)


def _target(facts: Facts, path: str, target: str) -> Iterator[Problem]:
    one = address(target)
    if one is None:
        yield from _machine(facts, path, target)
    elif one.version == 6:
        yield error(
            "target-syntax",
            path,
            f"{one} is an IPv6 address; targets are IPv4",
            "Write the machine's private IPv4 address.",
        )
    elif not is_private(one):
        yield error(
            "target-public",
            path,
            f"{one} is not a private address: a target is a machine in your network",
            "Write its address in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.",
        )


def _machine(facts: Facts, path: str, target: str) -> Iterator[Problem]:
    """A target that is no address: an instance id, or a machine or network interface of the subscription."""
    azure = facts.platform == "azure"
    subscription = machine_subscription(target) if azure else None
    if subscription is None and (azure or not is_aws_id("i", target)):
        what = "resource id of a virtual machine or network interface" if azure else "instance id"
        yield error(
            "target-syntax",
            path,
            f"{quoted(target)} is not an IPv4 address or {what}",
            "Write the address alone: no port (that is target_port), no prefix length, no host name.",
        )
    elif (
        subscription is not None
        and facts.account
        and is_uuid(facts.account)
        and subscription != facts.account
    ):
        yield error(
            "target-subscription",
            path,
            f"the target is in subscription {subscription}, but the account is {facts.account}",
            "Name a machine of the account's VNet, or correct the account.",
        )


def duplicate_ports(facts: Facts) -> Iterator[Problem]:
    """A port once in each direction: a load balancer has one listener on it."""
    users = ((one, (one.direction, one.port)) for one in facts.services if one.direction and one.port)
    for service, first in _again(users):
        yield error(
            "port-duplicate",
            f"{service.path}.port",
            f"port {_number(service.port or 0)} is used by {first.path} in the same direction already",
            "Give each service of a direction a port of its own; target_port may be the same.",
        )


def duplicate_labels(facts: Facts) -> Iterator[Problem]:
    """Names are how people tell the services apart."""
    for service, first in _again((one, one.name.casefold()) for one in facts.services if one.name):
        yield warning(
            "service-label-duplicate",
            f"{service.path}.name",
            f"{first.path} has the name {quoted(service.name or '')} too",
            "Give each service a name of its own, so that people can tell them apart.",
        )


def duplicate_targets(facts: Facts) -> Iterator[Problem]:
    """A target once in each service."""
    for service in facts.heading("from-magento"):
        seen: set[str] = set()
        for path, target in service.targets:
            if target in seen:
                yield warning(
                    "target-duplicate",
                    path,
                    f"{quoted(target)} is named twice",
                    "Remove one; it is used once.",
                )
            seen.add(target)


def _again(
    keyed: Iterator[tuple[ServiceFacts, Hashable]],
) -> Iterator[tuple[ServiceFacts, ServiceFacts]]:
    """Each service whose key an earlier one had, with the first that had it."""
    first: dict[Hashable, ServiceFacts] = {}
    for service, key in keyed:
        if key in first:
            yield service, first[key]
        else:
            first[key] = service


SERVICE_RULES: tuple[ServiceRule, ...] = (direction, label, protocol, port, targets)
"""Every rule about one service."""

SERVICES_RULES: tuple[Rule, ...] = (
    duplicate_ports,
    duplicate_labels,
    duplicate_targets,
)
"""Every rule that compares services."""
