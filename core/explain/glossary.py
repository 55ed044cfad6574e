"""The words of PrivateLink that the program uses, each with its meaning. F1 and ``privatelink explain`` show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Term:
    """A word. ``also`` are other words for it, ``source`` the document that defines it."""

    name: str
    meaning: str
    source: str
    also: tuple[str, ...] = ()


_PAGE = "PrivateLink page"
_AWS = "AWS PrivateLink: Concepts"
_NLB = "Elastic Load Balancing: Network Load Balancers"
_PLS = "Azure: What is Azure Private Link service"
_PE = "Azure: What is a private endpoint"

GLOSSARY: tuple[Term, ...] = (
    Term(
        "Enablement",
        "setting PrivateLink up for one environment, from the request to the proof",
        f"{_PAGE}, Enablement workflow",
    ),
    Term(
        "Endpoint service",
        "what one side offers: a service behind a network load balancer that others connect to",
        _AWS,
    ),
    Term(
        "Interface endpoint",
        "what the other side has: private addresses in its own VPC that lead to the service",
        _AWS,
        ("VPC endpoint",),
    ),
    Term(
        "Connection request",
        "made by creating an endpoint; the owner of the service accepts or rejects it",
        _AWS,
    ),
    Term(
        "Acceptance",
        "the yes of a service's owner to one connection request; before it no traffic passes",
        "AWS PrivateLink: Accept or reject connection requests",
    ),
    Term("Principal", "the account that may see and use an endpoint service", _AWS),
    Term("Stranger", "an account that asks for a connection and is not Magento's", "this program"),
    Term(
        "Service name",
        "what an endpoint service is asked for by: com.amazonaws.vpce.<region>.vpce-svc-…",
        _AWS,
    ),
    Term("Private link service", "Azure's endpoint service, behind a Standard load balancer", _PLS),
    Term("Private endpoint", "Azure's interface endpoint", _PE),
    Term(
        "Alias",
        "the name of a private link service that others may know: prefix.<guid>.<region>.azure…",
        _PLS,
    ),
    Term(
        "Unidirectional",
        "your systems connect to Magento, and never the other way",
        f"{_PAGE}, PrivateLink connection types",
    ),
    Term(
        "Bidirectional",
        "two connections, one each way, each with a service and an endpoint",
        f"{_PAGE}, PrivateLink connection types",
    ),
    Term("Listener", "the port that a load balancer answers on; a rule on Azure", _NLB),
    Term(
        "Private DNS",
        "a provider's own name for an endpoint inside your network; not part of this offer",
        f"{_PAGE}, Limitations",
    ),
    Term(
        "Business day",
        "Monday to Friday without public holidays; the enablement takes up to five",
        f"{_PAGE}, Enablement workflow",
    ),
    Term(
        "NLB",
        "network load balancer; an endpoint service stands in front of one",
        _NLB,
        ("network load balancer",),
    ),
    Term("Target group", "the addresses or instances that an NLB's listener forwards to", _NLB),
    Term(
        "Cross-zone",
        "load balancing to targets of all zones; without it each zone needs a target of its own",
        _NLB,
        ("cross-zone load balancing",),
    ),
    Term(
        "AZ id",
        "a zone's name that is the same in every account, as in usw2-az1",
        "AWS: Availability Zone IDs",
        ("zone id", "availability zone"),
    ),
    Term(
        "Security group",
        "who may reach an endpoint, a load balancer or a machine (AWS)",
        "Amazon VPC: Security groups",
    ),
    Term(
        "Network security group",
        "Azure's filter at a subnet or a network interface",
        "Azure: Network security groups overview",
        ("NSG",),
    ),
    Term("Network ACL", "AWS's filter at a subnet, for each way by itself", "Amazon VPC: Network ACLs"),
    Term("Drift", "what somebody changed behind this program's back", "this program"),
    Term("Journal", "the history of one enablement on this machine, with a chain of hashes", "this program"),
    Term(
        "CTA",
        "Customer Technical Advisor: your contact at Magento, who verifies the data and files the ticket",
        f"{_PAGE}, Enablement workflow",
    ),
    Term(
        "Magento infrastructure team",
        "allows your account, approves your request, asks for its connection to you",
        f"{_PAGE}, Enablement workflow",
        ("Magento's infrastructure team", "Magento infrastructure"),
    ),
    Term(
        "Support ticket",
        "the thread that you, the CTA, Magento's infrastructure team and Support share",
        f"{_PAGE}, Enablement workflow",
    ),
)
"""Every word, as F1 shows them. A meaning is part of a sentence and has no full stop."""


@cache
def _words(term: Term) -> re.Pattern[str]:
    said = "|".join(re.escape(word) for word in (term.name, *term.also))
    return re.compile(rf"\b(?:{said})s?\b", re.IGNORECASE)


def terms_in(text: str) -> tuple[Term, ...]:
    """The terms that a text uses, in the order of the glossary."""
    return tuple(term for term in GLOSSARY if _words(term).search(text))
