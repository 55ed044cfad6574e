"""The words of the screens that differ from cloud to cloud: one row a cloud, and nowhere else.

Texts of pages name them in braces (``{w.network}``), and :func:`Words.fill` puts them in. The words of steps,
states and kinds are the core's own (:mod:`core.workflow.words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES, SERVICE_NAMES
from core.request.model import Platform, platform_of
from core.workflow import words


@dataclass(frozen=True, slots=True)
class Words:
    """What a cloud calls things.

    ``part`` is what a network is counted in (a field of :class:`core.cloud.NetworkChoice` without its ``s``),
    ``balancer_short`` what stands where there is hardly room, ``accept`` what its owner does to a connection,
    ``available`` what it is then. ``tenant_hint`` and ``cluster_hint`` are empty where the cloud has no such
    datum; ``by_person``: a person can sign in here with a code or in the browser. ``steps`` are short titles of
    workflow steps, where they are other than AWS's.
    """

    platform: Platform
    account_hint: str
    account_label: str
    location: str
    location_example: str
    location_hint: str
    profile_hint: str
    network: str
    network_label: str
    network_hint: str
    network_why: str
    part: str
    one_subnet: str
    endpoint: str
    balancer: str
    balancer_short: str
    targets_hint: str
    service_short: str
    named: str
    accept: str
    accepts: str
    available: str
    tenant_hint: str = ""
    cluster_hint: str = ""
    by_person: bool = False
    steps: Mapping[str, str] = field(default_factory=dict)

    @property
    def azure(self) -> bool:
        """Whether the core's words are to be Azure's."""
        return self.platform == "azure"

    @property
    def cloud(self) -> str:
        """The cloud as people write it."""
        return CLOUD_NAMES[self.platform]

    @property
    def account(self) -> str:
        """What holds the resources and pays for them."""
        return ACCOUNT_NAMES[self.platform]

    @property
    def service(self) -> str:
        """What an endpoint connects to."""
        return SERVICE_NAMES[self.platform]

    @property
    def a_service(self) -> str:
        """The same with its article."""
        return f"{'an' if self.service[0] in 'aeiou' else 'a'} {self.service}"

    def fill(self, text: str) -> str:
        """A text of this program with the cloud's words in their places."""
        return text.format(w=self)

    def kind(self, kind: str) -> str:
        """A kind of change."""
        return words.kind_word(kind, self.azure)

    def state(self, state: str) -> str:
        """A connection's state where the cloud has a word of its own, else empty."""
        told = words.state_word(state, self.azure)
        return told.lower() if self.azure and told != state else ""


AWS = Words(
    platform="aws",
    account_hint="12 digits; signing in fills it.",
    account_label="Account number",
    location="Region",
    location_example="us-west-2",
    location_hint="Of the VPC; Magento's as well.",
    profile_hint="From ~/.aws/config; may be empty.",
    network="VPC",
    network_label="VPC id",
    network_hint="Choose above, or type the id of a VPC of this region.",
    network_why="The VPC of the services to connect. One subnet in each zone carries the connection.",
    part="zone",
    one_subnet="one per zone is taken",
    endpoint="interface endpoint",
    balancer="NLB",
    balancer_short="NLB",
    targets_hint="Addresses or instance ids in your VPC, with commas.",
    service_short="service",
    named="service name",
    accept="Accept",
    accepts="accepted",
    available="Available",
)
AZURE = Words(
    platform="azure",
    account_hint="Its id; signing in lists yours.",
    account_label="Subscription",
    location="Location",
    location_example="westeurope",
    location_hint="Of the VNet; Magento's as well.",
    profile_hint="",
    network="VNet",
    network_label="VNet resource id",
    network_hint="Choose above, or type the resource id of a VNet of this location.",
    network_why="The VNet of the services to connect. One of its subnets carries the connection.",
    part="subnet",
    one_subnet="the roomiest is taken",
    endpoint="private endpoint",
    balancer="load balancer",
    balancer_short="balancer",
    targets_hint="Addresses, or resource ids of machines or NICs, with commas.",
    service_short="PLS",
    named="alias or resource id",
    accept="Approve",
    accepts="approved",
    available="Approved",
    tenant_hint="To sign in as a person; may be empty.",
    cluster_hint="On the environment, in /etc/platform_cluster.",
    by_person=True,
    steps={
        "0": "Balancer and service",
        "3": "Subscription allowed",
        "5": "Request approved",
        "7b": "Approve it",
    },
)
WORDS: Mapping[Platform, Words] = {"aws": AWS, "azure": AZURE}


def words_of(platform: str | None) -> Words:
    """The words of a cloud; AWS's while none is chosen."""
    return WORDS[platform_of(platform) or "aws"]


def short_id(id: str) -> str:
    """An Azure resource id as its group and name (``shop/shop-prod``); any other id as it is."""
    parts = id.split("/")
    if (
        len(parts) < 9
        or parts[0]
        or parts[1].lower() != "subscriptions"
        or parts[3].lower() != "resourcegroups"
    ):
        return id
    return f"{parts[4]}/{parts[-1]}"
