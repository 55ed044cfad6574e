"""Why connections fail: the table of causes, and the order in which they are told.

Sources: for each cause the cloud's own page is named; the offer's rules for those that are the offer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.diagnosis.model import Cause, Certainty
from core.request.model import Platform

_BOTH: tuple[Platform, ...] = ("aws", "azure")
_AWS: tuple[Platform, ...] = ("aws",)
_AZURE: tuple[Platform, ...] = ("azure",)


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table: its title, the clouds that have it, the causes that follow from it, and its source."""

    title: str
    platforms: tuple[Platform, ...]
    follows: tuple[str, ...] = ()
    source: str = ""


_ENDPOINTS = "AWS PrivateLink: access AWS services through an interface endpoint"
_SERVICES = "AWS PrivateLink: share your services"
_NLB = "Elastic Load Balancing: Network Load Balancers"
_TARGETS = "Elastic Load Balancing: target groups for Network Load Balancers"
_VPC = "Amazon VPC: network ACLs"
_PLS = "Azure: What is Azure Private Link service"
_PE = "Azure: What is a private endpoint"
_LB = "Azure Load Balancer: health probes"
_NSG = "Azure: manage network policies for private endpoints"
_ANSWERS = ("no-answer", "refused")

CAUSES: Mapping[str, Kind] = {
    "endpoint-missing": Kind("No endpoint", _BOTH, _ANSWERS, "Enablement workflow, step 4"),
    "not-visible": Kind("Magento's service does not show itself", _BOTH, _ANSWERS, _SERVICES),
    "regions-differ": Kind(
        "The two sides are in different regions", _BOTH, ("not-visible",), "Features and support"
    ),
    "wrong-alias": Kind("The name is no service's", _AZURE, ("not-visible",), _PLS),
    "automatic-connection": Kind("Requested in the wrong way", _AZURE, ("endpoint-failed",), _PE),
    "not-accepted": Kind("Not accepted yet", _BOTH, _ANSWERS, _ENDPOINTS),
    "endpoint-rejected": Kind("Rejected", _BOTH, _ANSWERS, _ENDPOINTS),
    "endpoint-disconnected": Kind("Disconnected", _AZURE, _ANSWERS, _PE),
    "endpoint-expired": Kind("Expired", _AWS, _ANSWERS, _ENDPOINTS),
    "endpoint-failed": Kind("Failed", _BOTH, _ANSWERS, _ENDPOINTS),
    "quota": Kind(
        "A quota is used up", _BOTH, ("endpoint-failed", "endpoint-missing"), "AWS PrivateLink quotas"
    ),
    "zones-differ": Kind("No zone in common", _AWS, ("endpoint-failed", "no-answer"), _SERVICES),
    "endpoint-filter": Kind("The filter at the endpoint is closed", _BOTH, _ANSWERS, _ENDPOINTS),
    "network-acl": Kind("A network ACL is closed", _AWS, ("no-answer", "target-unhealthy"), _VPC),
    "private-dns": Kind(
        "Private DNS is on", _AWS, ("public-address",), "Offer: private DNS is not available"
    ),
    "service-missing": Kind(
        "No endpoint service", _BOTH, _ANSWERS, "Customer set up for bidirectional connections"
    ),
    "service-failed": Kind("The endpoint service is not available", _BOTH, _ANSWERS, _SERVICES),
    "magento-not-allowed": Kind("Magento is not allowed", _BOTH, ("no-connection",), _SERVICES),
    "no-connection": Kind("Magento has not connected", _BOTH, _ANSWERS, "Enablement workflow, step 7"),
    "balancer-inactive": Kind("The load balancer is not active", _BOTH, _ANSWERS, _NLB),
    "balancer-filter": Kind("The load balancer's security group is closed", _AWS, _ANSWERS, _NLB),
    "balancer-without-group": Kind("The load balancer has no security group", _AWS, (), _NLB),
    "balancer-kind": Kind("The load balancer is of the wrong SKU", _AZURE, ("service-missing",), _PLS),
    "pool-by-address": Kind("The pool holds addresses", _AZURE, ("target-unhealthy",), _PLS),
    "subnet-policy": Kind(
        "The subnet's policy for private link services is on",
        _AZURE,
        ("service-missing", "service-failed"),
        _PLS,
    ),
    "no-listener": Kind("Nothing listens on the port", _BOTH, _ANSWERS, _NLB),
    "no-target": Kind("No target is registered", _BOTH, _ANSWERS, _TARGETS),
    "zone-without-targets": Kind("A zone has no target of its own", _AWS, _ANSWERS, _NLB),
    "target-filter": Kind(
        "The targets' filter keeps the load balancer out", _BOTH, ("target-unhealthy", *_ANSWERS), _TARGETS
    ),
    "prober-blocked": Kind("The health probe is kept out", _AZURE, ("target-unhealthy", *_ANSWERS), _LB),
    "target-unhealthy": Kind("No target is healthy", _BOTH, _ANSWERS, _TARGETS),
    "target-unused": Kind("The targets are not used", _AWS, _ANSWERS, _TARGETS),
    "proxy-protocol": Kind(
        "Proxy protocol that the targets may not speak", _BOTH, ("stalled", "target-unhealthy"), _TARGETS
    ),
    "policies-off": Kind("Filters on the endpoint's subnet are silently inactive", _AZURE, (), _NSG),
    "public-address": Kind("The name leads to an address that is not the endpoint's", _BOTH, _ANSWERS, _PE),
    "tls-name": Kind("The certificate is for another name", _BOTH, (), _ENDPOINTS),
    "ports-exhausted": Kind("Ports to the targets run out", _BOTH, ("no-answer",), _NLB),
    "large-packets": Kind(
        "Large packets are lost", _AWS, ("stalled",), "AWS PrivateLink: considerations (MTU 8500)"
    ),
    "idle-drop": Kind("Idle connections are dropped", _BOTH, (), _NLB),
    "refused": Kind("The connection is refused", _BOTH),
    "no-answer": Kind("Nothing answers", _BOTH),
    "stalled": Kind("It connects, and no data comes", _BOTH),
}
"""By code. ``follows`` are causes that this one explains: they are told after it and count less."""

_ON_AZURE: Mapping[str, str] = {
    _ENDPOINTS: _PE,
    _SERVICES: _PLS,
    _NLB: "Azure Load Balancer: load-balancing rules, TCP reset and idle timeout",
    _TARGETS: "Azure Load Balancer: backend pool management",
    "AWS PrivateLink quotas": "Azure subscription and service limits: Private Link",
}
"""Where a cause that both clouds have is described for Azure, by where it is for AWS."""


def source_of(code: str, platform: Platform) -> str:
    """The page of the cloud, or of the offer, that describes a cause."""
    source = CAUSES[code].source
    return _ON_AZURE.get(source, source) if platform == "azure" else source


_WEIGHT: Mapping[Certainty, int] = {"certain": 0, "likely": 1, "possible": 2}


def ranked(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes, the most telling first, without repetition.

    What another one explains comes after all that stand on their own; then the more certain first, then as the
    path has them.
    """
    found = tuple(dict.fromkeys(causes))
    explained = {
        (other.direction, code)
        for other in found
        if other.certainty != "possible"
        for code in CAUSES[other.code].follows
    }
    return tuple(
        sorted(
            found,
            key=lambda one: ((one.direction, one.code) in explained, _WEIGHT[one.certainty]),
        )
    )
